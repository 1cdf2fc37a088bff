// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ports of controlled bridges.  Every port is a guest port until a server
 * names it.  A port that leaves its bridge is taken down first: what the guest
 * sends afterwards must not reach the host's own stack.
 */
#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/stringhash.h>

#include "net.h"

/* A guest port name that some rule has named, and the number it is known by. */
struct sb_guest_name {
	struct sb_guest_name	*next;	/* in its bucket of bridge->guest_names; RTNL */
	u16			id;
	char			name[IFNAMSIZ];
};

static struct sb_guest_name **sb_guest_bucket(struct sb_bridge *bridge, const char *port_name)
{
	return &bridge->guest_names[full_name_hash(bridge, port_name, strlen(port_name)) &
				    (SB_GUEST_NAME_BUCKETS - 1)];
}

u16 sb_bridge_guest_id_known(struct sb_bridge *bridge, const char *port_name)
{
	const struct sb_guest_name *guest;

	ASSERT_RTNL();
	for (guest = *sb_guest_bucket(bridge, port_name); guest; guest = guest->next)
		if (!strcmp(guest->name, port_name))
			return guest->id;
	return 0;
}

u16 sb_bridge_guest_id(struct sb_bridge *bridge, const char *port_name)
{
	struct sb_guest_name *guest, **bucket;
	struct sb_port *port;
	u16 id;

	id = sb_bridge_guest_id_known(bridge, port_name);
	if (id)
		return id;

	/* numbers are never taken back: a packet may still hold an old table */
	if (bridge->last_guest_id == SB_GUEST_NAMES)
		return 0;
	guest = kzalloc(sizeof(*guest), GFP_KERNEL_ACCOUNT);
	if (!guest)
		return 0;
	guest->id = ++bridge->last_guest_id;
	strscpy(guest->name, port_name, sizeof(guest->name));
	bucket = sb_guest_bucket(bridge, port_name);
	guest->next = *bucket;
	*bucket = guest;

	port = sb_port_find_name(bridge, port_name);
	if (port)
		WRITE_ONCE(port->guest_id, guest->id);
	return guest->id;
}

void sb_bridge_guest_names_free(struct sb_bridge *bridge)
{
	struct sb_guest_name *guest, *next;
	unsigned int i;

	for (i = 0; i < SB_GUEST_NAME_BUCKETS; i++)
		for (guest = bridge->guest_names[i]; guest; guest = next) {
			next = guest->next;
			kfree(guest);
		}
}

struct sb_port *sb_port_find_name(struct sb_bridge *bridge, const char *name)
{
	struct sb_port *port;

	ASSERT_RTNL();
	list_for_each_entry(port, &bridge->ports, list)
		if (!strcmp(port->dev->name, name))
			return port;
	return NULL;
}

void sb_port_renamed(struct sb_port *port)
{
	WRITE_ONCE(port->guest_id, sb_bridge_guest_id_known(port->bridge, port->dev->name));
}

void sb_port_stats_read(const struct sb_port *port, u64 *rx_packets, u64 *rx_bytes,
			u64 *tx_packets, u64 *tx_bytes)
{
	unsigned int start;
	int cpu;

	*rx_packets = 0;
	*rx_bytes = 0;
	*tx_packets = 0;
	*tx_bytes = 0;
	for_each_possible_cpu(cpu) {
		const struct sb_port_stats *stats = per_cpu_ptr(port->stats, cpu);
		u64 rp, rb, tp, tb;

		do {
			start = u64_stats_fetch_begin(&stats->sync);
			rp = u64_stats_read(&stats->rx_packets);
			rb = u64_stats_read(&stats->rx_bytes);
			tp = u64_stats_read(&stats->tx_packets);
			tb = u64_stats_read(&stats->tx_bytes);
		} while (u64_stats_fetch_retry(&stats->sync, start));
		*rx_packets += rp;
		*rx_bytes += rb;
		*tx_packets += tp;
		*tx_bytes += tb;
	}
}

static void sb_port_free_rcu(struct rcu_head *rcu)
{
	struct sb_port *port = container_of(rcu, struct sb_port, rcu);

	free_percpu(port->stats);
	kfree(port);
}

static struct sb_port_stats __percpu *sb_port_stats_alloc(void)
{
	struct sb_port_stats __percpu *stats = alloc_percpu(struct sb_port_stats);
	int cpu;

	if (!stats)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(stats, cpu)->sync);
	return stats;
}

int sb_port_add(struct sb_bridge *bridge, struct net_device *dev, struct netlink_ext_ack *extack)
{
	struct sb_net *sbn = sb_net(bridge->net);
	struct sb_port *port;
	int err;

	ASSERT_RTNL();
	port = kzalloc(sizeof(*port), GFP_KERNEL);
	if (!port)
		return -ENOMEM;
	port->stats = sb_port_stats_alloc();
	if (!port->stats) {
		kfree(port);
		return -ENOMEM;
	}
	port->bridge = bridge;
	port->dev = dev;
	port->passed = jiffies - 1;
	spin_lock_init(&port->learned_lock);
	port->guest_id = sb_bridge_guest_id_known(bridge, dev->name);
	err = sb_guard_register(port);
	if (err) {
		NL_SET_ERR_MSG(extack, "the port's ingress cannot be guarded");
		sb_port_free_rcu(&port->rcu);
		return err;
	}
	dev_hold(dev);
	list_add_tail_rcu(&port->list, &bridge->ports);
	hlist_add_head_rcu(&port->hash, &sbn->ports[hash_ptr(dev, SB_PORT_HASH_BITS)]);
	hlist_add_head_rcu(&port->index_hash,
			   &sbn->ports_by_index[dev->ifindex % (1 << SB_PORT_HASH_BITS)]);
	return 0;
}

static bool sb_flow_uses_port(const struct sb_flow *flow, const void *data)
{
	const struct sb_port *port = data;
	u32 ifindex = port->dev->ifindex;

	return flow->nodes[SB_DIR_ORIG].tuple.port == ifindex ||
	       flow->nodes[SB_DIR_REPLY].tuple.port == ifindex;
}

static bool sb_flood_from_port(const struct sb_flood *flood, const void *data)
{
	const struct sb_port *port = data;

	return flood->key.port == port->dev->ifindex;
}

void sb_port_flush(struct sb_port *port)
{
	sb_flow_flush(port->bridge->flows, SINKBRIDGE_END_GONE, sb_flow_uses_port, port);
	sb_flood_flush(port->bridge->floods, SINKBRIDGE_FLOOD_END_GONE, sb_flood_from_port, port);
}

void sb_port_remove(struct sb_port *port)
{
	struct sb_server *server = rtnl_dereference(port->server);

	ASSERT_RTNL();
	/* down before it is forgotten, so that no frame goes a way of its own in between */
	if (port->dev->flags & IFF_UP)
		dev_close(port->dev);
	sb_backlog_drain(port->dev);
	if (server) {
		RCU_INIT_POINTER(server->port, NULL);
		WRITE_ONCE(server->netns_cookie, 0);
	}
	hlist_del_rcu(&port->hash);
	hlist_del_rcu(&port->index_hash);
	list_del_rcu(&port->list);
	sb_guard_unregister(port);
	synchronize_net();
	sb_port_flush(port);
	dev_put(port->dev);
	call_rcu(&port->rcu, sb_port_free_rcu);
}
