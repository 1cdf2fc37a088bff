/* SPDX-License-Identifier: GPL-2.0-only */
/* What the module keeps for each network namespace, and the parts' inner calls. */
#ifndef SB_NET_H
#define SB_NET_H

#include <linux/hash.h>
#include <linux/list.h>
#include <linux/netfilter.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "bridge.h"
#include "deliver.h"
#include "nd.h"

#define SB_PORT_HASH_BITS	6
#define SB_BRIDGE_HOOKS		4

struct sb_net {
	struct list_head	bridges;	/* RTNL, RCU readers */
	struct hlist_head	ports[1 << SB_PORT_HASH_BITS];	/* RTNL, RCU readers */
	struct hlist_head	ports_by_index[1 << SB_PORT_HASH_BITS];	/* the same */
	/* registered while there is a controlled bridge; RTNL */
	struct nf_hook_ops	hooks[SB_BRIDGE_HOOKS];
	bool			hooked;
};

extern unsigned int sb_net_id;
extern struct list_head sb_bridges;	/* of all namespaces, by ->global; RTNL, RCU readers */

static inline struct sb_net *sb_net(const struct net *net)
{
	return net_generic(net, sb_net_id);
}

/* The controlled port that dev is, or NULL.  RTNL or RCU. */
static inline struct sb_port *sb_port_find(const struct sb_net *sbn, const struct net_device *dev)
{
	struct sb_port *port;

	hlist_for_each_entry_rcu(port, &sbn->ports[hash_ptr(dev, SB_PORT_HASH_BITS)], hash,
				 lockdep_rtnl_is_held())
		if (port->dev == dev)
			return port;
	return NULL;
}

/* The controlled port whose device has that number, or NULL.  RTNL or RCU. */
static inline struct sb_port *sb_port_find_index(const struct sb_net *sbn, u32 ifindex)
{
	const u32 bucket = ifindex % (1 << SB_PORT_HASH_BITS);
	struct sb_port *port;

	hlist_for_each_entry_rcu(port, &sbn->ports_by_index[bucket], index_hash,
				 lockdep_rtnl_is_held())
		if (port->dev->ifindex == ifindex)
			return port;
	return NULL;
}

/* port.c; RTNL */
int sb_port_add(struct sb_bridge *bridge, struct net_device *dev, struct netlink_ext_ack *extack);
/* Takes the device down, ends the port's flows, forgets it. */
void sb_port_remove(struct sb_port *port);
struct sb_port *sb_port_find_name(struct sb_bridge *bridge, const char *name);
void sb_port_flush(struct sb_port *port);
void sb_port_renamed(struct sb_port *port);

/* backlog.c: wait until no frame that came before the device went down is on its way.  RTNL; may sleep. */
void sb_backlog_drain(struct net_device *dev);

/* A frame received or sent.  BHs off. */
static inline void sb_port_count(const struct sb_port *port, bool tx, unsigned int len)
{
	struct sb_port_stats *stats = this_cpu_ptr(port->stats);

	u64_stats_update_begin(&stats->sync);
	u64_stats_inc(tx ? &stats->tx_packets : &stats->rx_packets);
	u64_stats_add(tx ? &stats->tx_bytes : &stats->rx_bytes, len);
	u64_stats_update_end(&stats->sync);
}

#define SB_GUEST_NAMES	65535	/* ids of guest port names on one bridge */
void sb_bridge_guest_names_free(struct sb_bridge *bridge);
/* The id that rules know a guest port name by, 0 if none names it. */
u16 sb_bridge_guest_id_known(struct sb_bridge *bridge, const char *port_name);
/* Look again which namespace each server's far end is in. */
void sb_servers_refresh(void);

/* hook.c */
int sb_hooks_register(struct net *net);		/* RTNL */
void sb_hooks_unregister(struct net *net);	/* RTNL */
int sb_guard_register(struct sb_port *port);	/* RTNL */
void sb_guard_unregister(struct sb_port *port);	/* RTNL */

/* neighbour.c: hear and answer an ARP frame; the answer has these tags.  Consumes the skb.  False: malformed. */
bool sb_neighbour_arp(const struct sb_port *port, struct sk_buff *skb, const struct sb_vlan *vlan);
/* neighbour6.c: the same for what sb_neighbour_is_nd() finds, skb->data at the IPv6 header. */
bool sb_neighbour_nd(const struct sb_port *port, struct sk_buff *skb, const struct sb_packet *pkt,
		     const struct sb_vlan *vlan);

/* sockopt.c */
int sb_sockopt_init(void);
void sb_sockopt_exit(void);

#endif /* SB_NET_H */
