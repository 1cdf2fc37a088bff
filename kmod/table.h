/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The port-routing table: ordered rules, compiled for a lookup whose cost does
 * not depend on their number.
 *
 * A table is immutable once published; a change builds a new one that shares
 * the unchanged rules (refcount), and publishes it under RCU.  Knows nothing
 * of hooks, netlink or sysfs.
 */
#ifndef SB_TABLE_H
#define SB_TABLE_H

#include <linux/atomic.h>
#include <linux/if.h>
#include <linux/refcount.h>
#include <linux/rcupdate.h>
#include <linux/sinkbridge.h>
#include <linux/siphash.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

#include "addr.h"

struct sb_server;

enum sb_family {
	SB_FAMILY_ANY,
	SB_FAMILY_V4,
	SB_FAMILY_V6,
};

/* What a rule asks of a packet.  Two rules with an equal match are duplicates. */
struct sb_match {
	struct in6_addr	dst;	/* host bits zero; :: if there is no prefix */
	u8	family;		/* enum sb_family, of the prefix; ANY: no prefix */
	u8	dst_len;	/* 0 to 128; of an IPv4 prefix 96 to 128, as it is mapped */
	u8	protocol;	/* valid if any_protocol is false */
	bool	any_protocol;
	u16	dport_first;	/* host order; 0 and 0: any port */
	u16	dport_last;
	u16	guest_id;	/* 0: any guest port; see sb_bridge_guest_id() */
};

struct sb_rule_count {
	u64_stats_t		packets, bytes;
	struct u64_stats_sync	sync;	/* writers: BHs off, this CPU */
};

struct sb_rule {
	refcount_t		ref;		/* tables and flows */
	u32			id;
	struct sb_match		match;
	char			guest_port[IFNAMSIZ];	/* "" or the name behind guest_id */
	u8			action;		/* enum sinkbridge_action */
	u16			server_port;	/* 0: kept */
	u32			capture_max;	/* packets of a flow that are shown; U32_MAX: all */
	u32			flood_rate;	/* packets a second that are a flood; 0: no policy */
	u16			flood_sample;	/* frames kept of a flood */
	bool			flood_deliver;	/* its packets go on to the action */
	struct sb_server	*server;	/* referenced; NULL unless ACTION_TO */
	/* counted: read with sb_rule_read() */
	atomic64_t		packets;
	atomic64_t		bytes;
	struct sb_rule_count __percpu *counts;	/* the rest, if not NULL; set once, by cmpxchg */
	atomic64_t		flows;
	struct rcu_head		rcu;
};

struct sb_table {
	u32			generation;
	u32			count;
	bool			forwards;	/* a rule has that action */
	bool			samples;	/* a rule limits what is captured */
	struct sb_rule		**rules;	/* in order */
	struct rcu_head		rcu;
	/* compiled part, private to table.c */
	struct sb_tuple_group	*groups;
	u32			group_count;
	struct sb_tuple_slot	*slots;		/* of all groups */
	hsiphash_key_t		hash_key;
};

/* The key of a lookup; ports in host order, 0 for protocols without ports. */
struct sb_key {
	struct in6_addr	dst;
	u16	dport;
	u16	guest_id;
	u8	protocol;
};

/* rule.c */

/* A zeroed rule with one reference; the caller fills it in.  NULL: no memory. */
struct sb_rule *sb_rule_alloc(gfp_t gfp);
static inline void sb_rule_get(struct sb_rule *rule)
{
	refcount_inc(&rule->ref);
}

/* Safe in any context; the last put puts the server, and frees after a grace period. */
void sb_rule_put(struct sb_rule *rule);

/* While no CPU has a counter of its own. */
void sb_rule_count_first(struct sb_rule *rule, unsigned int len);

/* Count a packet.  BHs off. */
static inline void sb_rule_count(struct sb_rule *rule, unsigned int len)
{
	struct sb_rule_count __percpu *counts = READ_ONCE(rule->counts);
	struct sb_rule_count *count;

	if (!counts)
		return sb_rule_count_first(rule, len);
	count = this_cpu_ptr(counts);
	u64_stats_update_begin(&count->sync);
	u64_stats_inc(&count->packets);
	u64_stats_add(&count->bytes, len);
	u64_stats_update_end(&count->sync);
}

/* Count packets that were counted elsewhere meanwhile. */
void sb_rule_count_more(struct sb_rule *rule, u64 packets, u64 bytes);
/* Since the rule was made. */
void sb_rule_read(const struct sb_rule *rule, u64 *packets, u64 *bytes);

/* table.c */

/*
 * Compile rules (an array of count pointers, count may be 0) into a table.
 * Takes over the array (kvmalloc'ed; freed with the table, or on error) and
 * the caller's references on the rules (put on error, too).  May sleep.
 * Returns an ERR_PTR: -ENOMEM, -EEXIST (two rules with equal match; *bad is the
 * index of the second), -ENOSPC (count above SINKBRIDGE_MAX_RULES).
 */
struct sb_table *sb_table_build(struct sb_rule **rules, u32 count, u32 generation, u32 *bad);

/* Free after a grace period (call_rcu); puts its rules. NULL is fine. */
void sb_table_free(struct sb_table *table);

/* The first rule that matches, or NULL.  Caller holds rcu_read_lock(). */
struct sb_rule *sb_table_lookup(const struct sb_table *table, const struct sb_key *key);

/* Provided by bridge.c; KUnit provides its own. */
void sb_server_put(struct sb_server *server);

#endif /* SB_TABLE_H */
