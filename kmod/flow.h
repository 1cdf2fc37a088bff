/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flows: one translated conversation each, found by its original tuple
 * (packets from the guest) and by its server tuple (packets from the server).
 * Bounded in number; no knowledge of hooks, netlink or sysfs.
 */
#ifndef SB_FLOW_H
#define SB_FLOW_H

#include <linux/atomic.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/siphash.h>
#include <linux/sinkbridge.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "addr.h"
#include "table.h"

struct sb_flow_table;

/*
 * Client addresses in place of a guest's: 198.19.0.0/16, of RFC 2544's
 * benchmarking space, and fd53:4219::/32.
 */
#define SB_ALIAS_NET	0xc6130000U
#define SB_ALIAS_NET6	0xfd534219U

/* In tcp_flags, as on the wire. */
#define SB_TCP_FIN	0x01
#define SB_TCP_SYN	0x02
#define SB_TCP_RST	0x04
#define SB_TCP_ACK	0x10

enum sb_dir { SB_DIR_ORIG, SB_DIR_REPLY };

/*
 * One direction's lookup key.  Original: port is the ifindex of the guest
 * port, src/dst as the guest sent them.  Reply: port is the ifindex of the
 * server port, src/dst as the server sends them (src: the server).
 * No padding: compared and hashed as words.
 */
struct sb_tuple {
	struct in6_addr	src;
	struct in6_addr	dst;
	__be16		l4_src;
	__be16		l4_dst;
	u32		port;
	u16		vid[2];		/* of the guest's frames, outer and inner: sb_vlan_vid(); 0: untagged */
	u8		protocol;
	u8		dir;		/* enum sb_dir */
	u16		exchange;	/* of DHCP, see dhcp.h; else 0 */
} __aligned(8);

/* Where a member stands in its word of 8 bytes. */
#ifdef __BIG_ENDIAN
#define SB_TUPLE_SHIFT(member)	(56 - 8 * (offsetofend(struct sb_tuple, member) - 1 & 7))
#else
#define SB_TUPLE_SHIFT(member)	(8 * (offsetof(struct sb_tuple, member) & 7))
#endif

/* All but the addresses and the exchange, which becomes 0: written in words, as it is compared. */
static inline void sb_tuple_end(struct sb_tuple *tuple, __be16 l4_src, __be16 l4_dst, u32 port,
				u16 outer, u16 inner, u8 protocol, enum sb_dir dir)
{
	u64 *words = (u64 *)tuple;

	words[4] = (u64)(__force u16)l4_src << SB_TUPLE_SHIFT(l4_src) |
		   (u64)(__force u16)l4_dst << SB_TUPLE_SHIFT(l4_dst) |
		   (u64)port << SB_TUPLE_SHIFT(port);
	words[5] = (u64)outer << SB_TUPLE_SHIFT(vid[0]) | (u64)inner << SB_TUPLE_SHIFT(vid[1]) |
		   (u64)protocol << SB_TUPLE_SHIFT(protocol) | (u64)dir << SB_TUPLE_SHIFT(dir);
}

struct sb_flow_node {
	struct hlist_node	node;	/* table->lock of its bucket; RCU readers */
	struct sb_tuple		tuple;	/* constant once published */
};

/*
 * Four cache lines of 64 bytes: one for each direction's key, one that every
 * packet writes, one for the rest.
 */
struct sb_flow {
	struct sb_flow_node	nodes[2];	/* [enum sb_dir] */

	struct sb_rule		*rule;		/* referenced; holds the server */
	u32			last;		/* low bits of jiffies, of the last packet; WRITE_ONCE */
	u32			expires;	/* the same; WRITE_ONCE by packets, READ_ONCE by gc */
	atomic64_t		packets[2];	/* [enum sb_dir] */
	atomic64_t		bytes[2];
	u8			state;		/* enum sinkbridge_flow_state; WRITE_ONCE, races only delay a timeout */
	u8			fin_seen;	/* bit per enum sb_dir; as state */
	u8			end_reason;	/* set by who wins dead */
	u8			distance;	/* hops that answers have taken; constant once published */
	u32			dead;		/* 0 or 1: xchg by who ends the flow */
	unsigned long		start_jiffies;	/* constant once published; it fits here */

	/* constant once published: what the guest's frames looked like */
	u8			guest_mac[ETH_ALEN];
	u8			gateway_mac[ETH_ALEN];	/* the guest sent to it, answers come from it */
	char			guest_if[IFNAMSIZ];
	u64			id;
	u64			start;		/* ms since the epoch */
	struct rcu_head		rcu;
};

/* Milliseconds to jiffies is done by the setter; index of the timeouts array. */
enum sb_timeout {
	SB_TIMEOUT_TCP_OPENING,
	SB_TIMEOUT_TCP_ESTABLISHED,
	SB_TIMEOUT_TCP_CLOSING,
	SB_TIMEOUT_TCP_CLOSED,
	SB_TIMEOUT_UDP_OPENING,
	SB_TIMEOUT_UDP,
	SB_TIMEOUT_ICMP,
	SB_TIMEOUT_OTHER,
	__SB_TIMEOUTS
};
extern const u32 sb_timeout_defaults_ms[__SB_TIMEOUTS];

/* Callbacks to the owner (bridge.c); called with BHs off, must not sleep.  ops and each may be NULL. */
struct sb_flow_ops {
	void (*started)(struct sb_flow_table *table, struct sb_flow *flow);
	void (*ended)(struct sb_flow_table *table, struct sb_flow *flow);
};

/* The slab cache of all tables; once a module.  exit waits for RCU callbacks. */
int sb_flow_init(void);
void sb_flow_exit(void);

/*
 * max: flows at once.  timeouts_ms: __SB_TIMEOUTS values.  Starts the garbage
 * collector.  May sleep.  NULL: no memory.
 */
struct sb_flow_table *sb_flow_table_alloc(u32 max, const u32 *timeouts_ms,
					  const struct sb_flow_ops *ops, void *owner);
/* Ends all flows (reason GONE), stops the collector, frees.  No reader or writer may be left. */
void sb_flow_table_free(struct sb_flow_table *table);
void *sb_flow_table_owner(const struct sb_flow_table *table);
u32 sb_flow_table_count(const struct sb_flow_table *table);
u32 sb_flow_table_max(const struct sb_flow_table *table);
u32 sb_flow_table_timeout_ms(const struct sb_flow_table *table, enum sb_timeout which);

/*
 * Live flow of that tuple (its dir counts), or NULL; one whose time is over is
 * ended here.  Caller holds rcu_read_lock().
 */
struct sb_flow *sb_flow_find(struct sb_flow_table *table, const struct sb_tuple *tuple);

/*
 * A new flow, unpublished, with a reference on rule taken.  Room is made by
 * evicting an unanswered flow when the table is full.  ERR_PTR: -ENOMEM,
 * -ENOSPC (full).  Caller fills macs and names, then inserts or discards.
 */
struct sb_flow *sb_flow_new(struct sb_flow_table *table, struct sb_rule *rule,
			    const struct sb_tuple *orig, bool *evicted);
void sb_flow_discard(struct sb_flow_table *table, struct sb_flow *flow);

/*
 * Publish.  reply is the wished server tuple; on a clash its l4_dst (the
 * client's port, or ICMP identifier) is changed until it is free (bounded
 * tries), and when one guest address has used up most of its ports, also its
 * dst, to an alias address; *changed tells.  Caller holds
 * rcu_read_lock().  Returns the flow; or the flow that another CPU
 * published meanwhile for the same original tuple (the new one is then
 * discarded); or ERR_PTR(-EADDRINUSE), the new one discarded.
 */
struct sb_flow *sb_flow_insert(struct sb_flow_table *table, struct sb_flow *flow,
			       struct sb_tuple *reply, bool *changed);

/* Count a packet and move state and timeout.  tcp_flags as in struct sb_packet. */
void sb_flow_account(struct sb_flow_table *table, struct sb_flow *flow, enum sb_dir dir,
		     unsigned int len, u8 tcp_flags);

/* Only count a packet. */
static inline void sb_flow_count(struct sb_flow *flow, enum sb_dir dir, unsigned int len)
{
	atomic64_inc(&flow->packets[dir]);
	atomic64_add(len, &flow->bytes[dir]);
}

/* Whether a SYN from the guest means a new conversation on this tuple. */
static inline bool sb_flow_reopens(const struct sb_flow *flow, u8 tcp_flags)
{
	/* tcp_flags are 0 for all else */
	return unlikely((tcp_flags & (SB_TCP_SYN | SB_TCP_ACK | SB_TCP_RST)) == SB_TCP_SYN) &&
	       flow->nodes[SB_DIR_ORIG].tuple.protocol == IPPROTO_TCP &&
	       READ_ONCE(flow->state) == SINKBRIDGE_FLOW_CLOSED;
}

/* End a flow: unhash, ops->ended, free after a grace period.  Only one caller wins. */
void sb_flow_end(struct sb_flow_table *table, struct sb_flow *flow, u8 reason);

/*
 * Walk: every flow that lives all the while is seen exactly once.  The cursor
 * starts zeroed; fn returns false to stop before consuming this flow (it comes
 * again on the next call).  Takes rcu_read_lock() per bucket, may reschedule
 * between buckets.  Returns true at the end of the table.
 */
struct sb_flow_cursor {
	u32	bucket;
	u64	last_id;	/* of this bucket: flows up to this id are consumed */
};
bool sb_flow_walk(struct sb_flow_table *table, struct sb_flow_cursor *cursor,
		  bool (*fn)(struct sb_flow *flow, void *data), void *data);

/* End all flows for which match returns true; returns how many.  May sleep. */
u32 sb_flow_flush(struct sb_flow_table *table, u8 reason,
		  bool (*match)(const struct sb_flow *flow, const void *data), const void *data);

/* Nothing has come back yet. */
static inline bool sb_flow_unanswered(const struct sb_flow *flow)
{
	return READ_ONCE(flow->state) == SINKBRIDGE_FLOW_OPENING;
}

/* The server of the rule that made it; NULL if the rule forwards to another guest. */
static inline struct sb_server *sb_flow_server(const struct sb_flow *flow)
{
	return flow->rule->server;
}

/* Another client address of this family, chosen by a number. */
struct in6_addr sb_flow_alias(bool v4, u32 number);

/* u32 ms until the flow ends if nothing comes; 0: overdue. */
u32 sb_flow_expires_ms(const struct sb_flow *flow);
/* ms since the epoch of the last packet. */
u64 sb_flow_last_ms(const struct sb_flow *flow);
/* ms since the last packet. */
u32 sb_flow_idle_ms(const struct sb_flow *flow);

#endif /* SB_FLOW_H */
