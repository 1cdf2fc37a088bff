// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames that wait on a processor until its softirq comes to them
 * (enqueue_to_backlog() in net/core/dev.c).  A device that is taken down gets
 * no new ones in, but those which are there go their way: once the port is no
 * longer guarded, to the host.
 */
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/netdevice.h>
#include <linux/workqueue.h>

#include "net.h"

static bool sb_backlog_in(const struct sk_buff_head *queue, const struct net_device *dev)
{
	const struct sk_buff *skb;

	skb_queue_walk(queue, skb)
		if (skb->dev == dev)
			return true;
	return false;
}

/* A driver that polls, and may have frames of its own yet.  Interrupts off. */
static bool sb_backlog_polls(const struct softnet_data *sd, const struct net_device *dev)
{
	const struct napi_struct *napi;

	list_for_each_entry(napi, &sd->poll_list, poll_list)
		if (napi->dev == dev)
			return true;
	return false;
}

/* Whether anything of the device waits on this processor.  Runs what is due here, if it may. */
static bool sb_backlog_waits(const struct net_device *dev)
{
	struct softnet_data *sd;
	bool waits;

	/* no softirq of this processor is in the middle of these */
	local_bh_disable();
	sd = this_cpu_ptr(&softnet_data);
	spin_lock_irq(&sd->input_pkt_queue.lock);
	waits = sb_backlog_in(&sd->input_pkt_queue, dev) ||
		sb_backlog_in(&sd->process_queue, dev) || sb_backlog_polls(sd, dev);
	spin_unlock_irq(&sd->input_pkt_queue.lock);
	local_bh_enable();
	return waits;
}

static long sb_backlog_drain_cpu(void *dev)
{
	while (sb_backlog_waits(dev))
		usleep_range(100, 1000);
	return 0;
}

void sb_backlog_drain(struct net_device *dev)
{
	int cpu;

	ASSERT_RTNL();
	/* who has found it up has queued the frame by then */
	synchronize_net();
	cpus_read_lock();
	for_each_online_cpu(cpu)
		work_on_cpu(cpu, sb_backlog_drain_cpu, dev);
	cpus_read_unlock();
}
