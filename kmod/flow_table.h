/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of flows: what flow.c and flow_table.c share.
 *
 * Locking.  One hash table holds the two nodes of every flow.  A bucket's
 * chain is changed under the spinlock of its bucket (an array of
 * SB_FLOW_LOCKS, shared by buckets whose numbers are equal modulo that), and
 * read under RCU.  Insertion and removal hold the locks of both buckets, the
 * lower lock first, so a flow is in both chains or in none for whoever holds
 * either.  Who sets the bit "dead" removes the flow; nobody else does.
 */
#ifndef SB_FLOW_TABLE_H
#define SB_FLOW_TABLE_H

#include <linux/jiffies.h>

#include "flow.h"

#define SB_FLOW_LOCKS		256U	/* power of two */

struct sb_flow_table {
	struct hlist_head	*buckets;
	u32			mask;		/* number of buckets - 1 */
	u32			max;
	/* keyed and random: a guest chooses addresses and ports, and must not choose chains */
	hsiphash_key_t		key;
	atomic_t		count;
	atomic64_t		last_id;
	unsigned long		timeouts[__SB_TIMEOUTS];	/* jiffies */
	u32			timeouts_ms[__SB_TIMEOUTS];
	const struct sb_flow_ops *ops;
	void			*owner;
	struct delayed_work	gc;
	u32			gc_bucket;	/* the collector's own */
	spinlock_t		locks[SB_FLOW_LOCKS];
};

static inline struct sb_flow *sb_flow_of(struct sb_flow_node *node)
{
	return container_of(node, struct sb_flow, nodes[node->tuple.dir]);
}

static inline bool sb_flow_expired(const struct sb_flow *flow)
{
	return (s32)((u32)jiffies - READ_ONCE(flow->expires)) >= 0;
}

static inline u8 sb_flow_expiry_reason(const struct sb_flow *flow)
{
	bool closed = READ_ONCE(flow->state) == SINKBRIDGE_FLOW_CLOSED;

	return closed ? SINKBRIDGE_END_CLOSED : SINKBRIDGE_END_TIMEOUT;
}

#endif /* SB_FLOW_TABLE_H */
