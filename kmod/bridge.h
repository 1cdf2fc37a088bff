/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bridges under control, their ports and servers.
 *
 * Locking: RTNL protects the configuration (lists of bridges, ports, servers,
 * publication of tables); the packet path reads all of it under RCU.  A write
 * happens under RTNL, is published with rcu_assign_pointer() or list_*_rcu(),
 * and freed after a grace period.
 */
#ifndef SB_BRIDGE_H
#define SB_BRIDGE_H

#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netlink.h>
#include <linux/refcount.h>
#include <net/net_namespace.h>

#include "flood.h"
#include "flow.h"
#include "stats.h"
#include "table.h"

struct sb_bridge;
struct sb_frags;
struct sb_guest_name;
struct sb_sysfs;

#define SB_GUEST_NAME_BUCKETS	1024	/* power of two */

struct sb_server {
	refcount_t		ref;		/* the bridge's list, and rules */
	char			name[SINKBRIDGE_NAME_LEN];
	u8			mac[ETH_ALEN];
	struct in6_addr		ipv4;		/* ::, if it has none of that family */
	struct in6_addr		ipv6;
	int			port_ifindex;
	struct sb_port __rcu	*port;		/* NULL once it is gone; RTNL */
	u64			netns_cookie;	/* of the far end of its veth, 0: unknown; RTNL, READ_ONCE */
	atomic_t		flows;		/* live */
	struct list_head	list;		/* bridge->servers; RTNL, RCU readers */
	struct rcu_head		rcu;
};

struct sb_port_stats {
	u64_stats_t		rx_packets, rx_bytes, tx_packets, tx_bytes;
	struct u64_stats_sync	sync;		/* writers: BHs off, this CPU */
};

/* An address that a guest has sent from. */
struct sb_learned {
	struct in6_addr	addr;
	u16		vid[2];		/* as in struct sb_tuple */
	u8		mac[ETH_ALEN];
	bool		used;
	unsigned long	seen;		/* jiffies */
};

#define SB_LEARNED_MAX	64	/* of a port; a multiple of 4 */

/* A port of a controlled bridge. */
struct sb_port {
	struct hlist_node	hash;		/* sb_net->ports by device; RTNL, RCU readers */
	struct hlist_node	index_hash;	/* sb_net->ports_by_index; RTNL, RCU readers */
	struct list_head	list;		/* bridge->ports; RTNL, RCU readers */
	struct net_device	*dev;		/* held while listed */
	struct sb_bridge	*bridge;
	struct sb_server __rcu	*server;	/* NULL: a guest port; RTNL */
	u16			guest_id;	/* for rules that name a guest port; RTNL, READ_ONCE */
	unsigned long		passed;		/* jiffies: the bridge let a frame of it pass; WRITE_ONCE */
	struct nf_hook_ops	guard;		/* at the device's ingress */
	struct sb_port_stats __percpu *stats;
	spinlock_t		learned_lock;	/* BHs off */
	struct sb_learned	learned[SB_LEARNED_MAX];	/* learned_lock */
	struct rcu_head		rcu;
};

struct sb_bridge {
	struct list_head	list;		/* sb_net->bridges; RTNL, RCU readers */
	struct list_head	global;		/* of all namespaces; RTNL, RCU readers */
	struct net_device	*dev;		/* held while listed */
	struct net		*net;
	struct list_head	ports;		/* RTNL, RCU readers */
	struct list_head	servers;	/* RTNL, RCU readers */
	u32			server_count;	/* RTNL */
	struct sb_table __rcu	*table;		/* never NULL; RTNL */
	u32			next_rule_id;	/* RTNL */
	struct in6_addr		guest_prefix;	/* the /64 that guests are told */
	u8			distance;	/* at most so many hops to the Internet; 0: none */
	struct sb_flow_table	*flows;
	struct sb_flood_table	*floods;
	struct sb_frags		*guest_frags;	/* what each side sends in fragments */
	struct sb_frags		*server_frags;
	siphash_key_t		hops_key;	/* how far each address is, and where it is learned */
	atomic_t		forwards;	/* live flows between guests */
	struct sb_stats __percpu *stats;
	struct net_device __rcu	*monitor;	/* of capture.c; NULL once it is removed; RTNL */
	struct sb_sysfs		*sysfs;		/* RTNL */
	struct sb_guest_name	*guest_names[SB_GUEST_NAME_BUCKETS];	/* named in rules; RTNL */
	u16			last_guest_id;	/* RTNL */
	atomic_t		event_tokens;	/* events left in this second */
	unsigned long		event_second;	/* jiffies; WRITE_ONCE */
	struct rcu_head		rcu;
};

/* All of this under RTNL unless said otherwise; refusals set extack's message. */
struct sb_bridge *sb_bridge_find(struct net *net, const char *name);	/* RTNL or RCU */
struct sb_bridge *sb_bridge_find_ifindex(struct net *net, int ifindex);	/* RTNL or RCU */
/* What a bridge is to be like; all in range. */
struct sb_bridge_settings {
	u32		max_flows;
	u32		max_floods;
	u32		timeouts_ms[__SB_TIMEOUTS];
	u8		distance;
	struct in6_addr	guest_prefix;
};

int sb_bridge_add(struct net *net, const char *name, const struct sb_bridge_settings *settings,
		  struct netlink_ext_ack *extack);
void sb_bridge_del(struct sb_bridge *bridge);

/* The server's address of a family, :: if it has none. */
static inline const struct in6_addr *sb_server_addr(const struct sb_server *server, bool v4)
{
	return v4 ? &server->ipv4 : &server->ipv6;
}

struct sb_server *sb_server_find(struct sb_bridge *bridge, const char *name);
/* Addresses: ::, if there is none of the family. */
int sb_server_add(struct sb_bridge *bridge, const char *name, const char *port_name, const u8 *mac,
		  const struct in6_addr *ipv4, const struct in6_addr *ipv6,
		  struct netlink_ext_ack *extack);
int sb_server_del(struct sb_bridge *bridge, struct sb_server *server,
		  struct netlink_ext_ack *extack);

/* Id of a guest port name for rules, made on first use; 0: out of memory or of ids (65,535). */
u16 sb_bridge_guest_id(struct sb_bridge *bridge, const char *port_name);
/*
 * Publish a table built by sb_table_build() (its generation must be the
 * current one's + 1), free the old, refresh sysfs.
 */
void sb_bridge_set_table(struct sb_bridge *bridge, struct sb_table *table);

void sb_port_stats_read(const struct sb_port *port, u64 *rx_packets, u64 *rx_bytes,
			u64 *tx_packets, u64 *tx_bytes);

/* The name of the server, or of the other guest's port.  RCU. */
const char *sb_flow_server_name(const struct sb_bridge *bridge, const struct sb_flow *flow);

/* The bridges of a namespace; RTNL or rcu_read_lock(). */
struct list_head *sb_net_bridges(struct net *net);

/*
 * Called by the packet path through flow.c and flood.c; BHs off, must not
 * sleep.  In netlink_flow.c and netlink_flood.c.
 */
void sb_netlink_flow_started(struct sb_bridge *bridge, struct sb_flow *flow);
void sb_netlink_flow_ended(struct sb_bridge *bridge, struct sb_flow *flow);
void sb_netlink_flood_started(struct sb_bridge *bridge, struct sb_flood *flood);
void sb_netlink_flood_ended(struct sb_bridge *bridge, struct sb_flood *flood);
int sb_netlink_init(void);
void sb_netlink_exit(void);

/* In sysfs.c; all under RTNL.  add makes /sys/class/net/BRIDGE/sinkbridge/. */
int sb_sysfs_add(struct sb_bridge *bridge);
void sb_sysfs_del(struct sb_bridge *bridge);		/* waits for readers of the files */
/* After a table change: rules/N/ for the first SB_SYSFS_RULES rules. */
void sb_sysfs_rules(struct sb_bridge *bridge, const struct sb_table *table);
#define SB_SYSFS_RULES 1024

#endif /* SB_BRIDGE_H */
