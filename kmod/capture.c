// SPDX-License-Identifier: GPL-2.0-only
/*
 * The monitor device.  Nothing is sent or received by it: its packet sockets
 * are called directly, as deliver_skb() in net/core/dev.c does, so that a
 * frame is neither cloned nor queued.
 */
#include <linux/etherdevice.h>
#include <linux/if_packet.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>
#include <net/rtnetlink.h>

#include "capture.h"

struct sb_monitor {
	struct sb_bridge	*bridge;	/* RTNL; NULL once it has let the device go */
};

static netdev_tx_t sb_monitor_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb(skb);
	dev->stats.tx_dropped++;
	return NETDEV_TX_OK;
}

static const struct net_device_ops sb_monitor_ops = {
	.ndo_start_xmit		= sb_monitor_xmit,
	.ndo_get_stats64	= dev_get_tstats64,
};

static void sb_monitor_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &sb_monitor_ops;
	dev->flags = IFF_NOARP;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->needs_free_netdev = true;
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
	dev->mtu = ETH_MAX_MTU;
	dev->max_mtu = ETH_MAX_MTU;
	eth_hw_addr_random(dev);
}

static void sb_monitor_dellink(struct net_device *dev, struct list_head *head)
{
	struct sb_monitor *monitor = netdev_priv(dev);

	if (monitor->bridge)
		RCU_INIT_POINTER(monitor->bridge->monitor, NULL);
	monitor->bridge = NULL;
	unregister_netdevice_queue(dev, head);
}

/* Without setup(): "ip link add" cannot make one, "ip link del" can remove it. */
static struct rtnl_link_ops sb_monitor_link_ops __read_mostly = {
	.kind		= "sinkbridge",
	.priv_size	= sizeof(struct sb_monitor),
	.dellink	= sb_monitor_dellink,
};

/* No address of the host's: the device shows, it does not speak. */
static void sb_monitor_silence(struct net_device *dev)
{
	struct inet6_dev *idev = __in6_dev_get(dev);

	if (idev)
		WRITE_ONCE(idev->cnf.disable_ipv6, 1);
}

int sb_capture_add(struct sb_bridge *bridge, struct netlink_ext_ack *extack)
{
	struct sb_monitor *monitor;
	struct net_device *dev;
	char name[IFNAMSIZ];
	int err;

	ASSERT_RTNL();
	snprintf(name, sizeof(name), "%.*s" SB_MONITOR_SUFFIX,
		 (int)(IFNAMSIZ - sizeof(SB_MONITOR_SUFFIX)), bridge->dev->name);
	dev = alloc_netdev(sizeof(*monitor), name, NET_NAME_PREDICTABLE, sb_monitor_setup);
	if (!dev)
		return -ENOMEM;
	dev_net_set(dev, bridge->net);
	dev->rtnl_link_ops = &sb_monitor_link_ops;
	monitor = netdev_priv(dev);
	monitor->bridge = bridge;
	err = register_netdevice(dev);
	if (err) {
		NL_SET_ERR_MSG(extack, "the monitor device cannot be made: is its name, the bridge's and \"mon\", taken?");
		free_netdev(dev);
		return err;
	}
	sb_monitor_silence(dev);
	netif_carrier_on(dev);
	dev_open(dev, NULL);	/* where that fails, its owner can try again */
	rcu_assign_pointer(bridge->monitor, dev);
	return 0;
}

void sb_capture_del(struct sb_bridge *bridge)
{
	struct net_device *dev = rtnl_dereference(bridge->monitor);

	if (dev)
		sb_monitor_dellink(dev, NULL);
}

void sb_capture(const struct sb_bridge *bridge, struct sk_buff *skb, struct net_device *guest,
		u8 type)
{
	struct net_device *monitor = rcu_dereference(bridge->monitor);
	struct net_device *dev = skb->dev;
	u8 was = skb->pkt_type;
	struct packet_type *reader;
	bool shown = false;

	if (unlikely(!monitor || skb_orphan_frags_rx(skb, GFP_ATOMIC)))
		return;
	skb->pkt_type = type;
	list_for_each_entry_rcu(reader, &monitor->ptype_all, list) {
		if (reader->ignore_outgoing && type == PACKET_OUTGOING)
			continue;
		refcount_inc(&skb->users);	/* the reader drops it */
		reader->func(skb, monitor, reader, guest);
		shown = true;
	}
	skb->dev = dev;
	skb->pkt_type = was;
	if (!shown)
		return;
	dev_sw_netstats_rx_add(monitor, skb->len + (skb->data - skb_mac_header(skb)));
	sb_stats_inc(bridge->stats, SINKBRIDGE_COUNTER_captured);
}

int sb_capture_init(void)
{
	return rtnl_link_register(&sb_monitor_link_ops);
}

void sb_capture_exit(void)
{
	rtnl_link_unregister(&sb_monitor_link_ops);
}
