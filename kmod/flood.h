/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Floods: one record for any number of packets of a guest that nobody
 * answers, once they come faster than their rule's threshold.  Exact counts,
 * what varied, a sample of packets; no state for each packet.  Bounded in
 * number; no knowledge of hooks, netlink or sysfs.
 *
 * Three kinds of packets are measured for each rule with a threshold and each
 * guest port and protocol: those to one address; those to one destination port
 * of many addresses (a scan); those to many ports of many addresses (a scan
 * too, its dport is 0).  A packet belongs to the first of them that has a
 * record.
 */
#ifndef SB_FLOOD_H
#define SB_FLOOD_H

#include <linux/atomic.h>
#include <linux/if.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>
#include <linux/sinkbridge.h>
#include <linux/u64_stats_sync.h>

#include "distinct.h"
#include "flow.h"
#include "parse.h"

struct sb_flood_common;
struct sb_flood_table;

#define SB_FLOOD_SECONDS	4	/* whose packets are counted apart; power of two */
#define SB_FLOOD_TCP_FLAGS	6

/* Which packets belong together.  No padding: compared and hashed as bytes. */
struct sb_flood_key {
	struct in6_addr	addr;		/* the destination; of a scan: any of its IP version */
	u32		port;		/* ifindex of the guest port */
	u32		rule_id;
	__be16		dport;		/* of a scan; 0: many ports */
	u8		protocol;
	u8		kind;		/* enum sinkbridge_flood_kind */
};

/* One CPU's part; written with BHs off. */
struct sb_flood_stats {
	u64_stats_t		packets, bytes;
	u64_stats_t		flags[SB_FLOOD_TCP_FLAGS];	/* FIN, SYN, RST, PSH, ACK, URG */
	struct u64_stats_sync	sync;
	u32			second[SB_FLOOD_SECONDS];	/* which one in_second counts */
	u32			in_second[SB_FLOOD_SECONDS];
};

struct sb_flood_sample {
	u16	len;
	u8	data[];		/* from the IP header on */
};

struct sb_flood {
	struct hlist_node	node;		/* table->lock; RCU readers */
	struct sb_flood_key	key;
	struct sb_flood_stats __percpu *stats;
	unsigned long		last;		/* jiffies of the last packet; WRITE_ONCE */
	/* what was seen; WRITE_ONCE, only when it grows */
	u32			length_min, length_max;
	u8			ttl_min, ttl_max;
	u8			tcp_flags;
	u16			sample_max;
	atomic_t		sample_count;	/* taken; the last ones may be missing */
	struct sb_distinct	sources, destinations, source_ports, dest_ports, lengths;
	/* constant: the rule, and the first packet */
	u64			id;
	struct sb_rule		*rule;		/* referenced */
	struct sb_flood_table	*table;
	struct sb_flood_common	*common;
	u64			start;		/* ms since the epoch */
	unsigned long		start_jiffies;
	struct sb_tuple		first;
	u8			icmp_type, icmp_code;
	char			guest_if[IFNAMSIZ];
	/* the collector's */
	u32			next_second;	/* not looked at yet */
	u32			peak, rate;	/* WRITE_ONCE */
	u32			quiet;		/* seconds below the threshold, in a row */
	u64			told_packets, told_bytes;	/* to the rule's counters */
	u8			end_reason;	/* enum sinkbridge_flood_end; set by who wins dead */
	unsigned long		dead;		/* bit 0: test_and_set by who ends the flood */
	struct rcu_head		rcu;
	struct sb_flood_sample	*samples[SINKBRIDGE_MAX_FLOOD_SAMPLE];	/* smp_load_acquire() */
};

/* Sums over the CPUs, and what follows from them. */
struct sb_flood_count {
	u64	packets, bytes;
	u64	flags[SB_FLOOD_TCP_FLAGS];
	u32	peak;		/* packets in the busiest second */
	u32	rate;		/* in the last whole second */
};

/*
 * Callbacks to the owner; called with BHs off, must not sleep.  ended comes
 * when the last packet has been counted, after started.  ops and each may be NULL.
 */
struct sb_flood_ops {
	void (*started)(struct sb_flood_table *table, struct sb_flood *flood);
	void (*ended)(struct sb_flood_table *table, struct sb_flood *flood);
};

/* How many different ones there were: exact up to SB_DISTINCT_FEW, then estimates. */
struct sb_flood_varied {
	u32	sources, destinations, source_ports, dest_ports, lengths;
};

enum sb_flood_verdict {
	SB_FLOOD_PASS,		/* the packet goes on its way: no flood, or one that is delivered */
	SB_FLOOD_ABSORB,	/* counted in a record */
	SB_FLOOD_FULL,		/* above the threshold, and no room for a record */
};

/* The slab cache of all tables; once a module.  exit waits for RCU callbacks. */
int sb_flood_init(void);
void sb_flood_exit(void);

/* max: records at once.  May sleep.  NULL: no memory. */
struct sb_flood_table *sb_flood_table_alloc(u32 max, const struct sb_flood_ops *ops, void *owner);
/* Ends all floods (reason GONE), waits until that is told, frees.  No packet may be left. */
void sb_flood_table_free(struct sb_flood_table *table);
void *sb_flood_table_owner(const struct sb_flood_table *table);
u32 sb_flood_table_count(const struct sb_flood_table *table);
u32 sb_flood_table_max(const struct sb_flood_table *table);

/*
 * Measure a packet that nobody answered yet; rule has a threshold.  orig is its
 * tuple, skb->data at the IP header.  *surplus: it is one of a flood, and not in
 * the sample.  RCU, BHs off.
 */
enum sb_flood_verdict sb_flood_packet(struct sb_flood_table *table, struct sb_rule *rule,
				      const struct sb_tuple *orig, const struct sb_packet *pkt,
				      const struct sk_buff *skb, const char *guest_if, bool *surplus);

/* Walk as sb_flow_walk() does. */
struct sb_flood_cursor {
	u32	bucket;
	u64	last_id;
};
bool sb_flood_walk(struct sb_flood_table *table, struct sb_flood_cursor *cursor,
		   bool (*fn)(struct sb_flood *flood, void *data), void *data);

/* End all floods for which match (NULL: any) returns true; returns how many.  May sleep. */
u32 sb_flood_flush(struct sb_flood_table *table, u8 reason,
		   bool (*match)(const struct sb_flood *flood, const void *data), const void *data);

/* RCU */
void sb_flood_read(const struct sb_flood *flood, struct sb_flood_count *count);
void sb_flood_read_varied(const struct sb_flood *flood, struct sb_flood_varied *varied);
u64 sb_flood_last_ms(const struct sb_flood *flood);	/* since the epoch */
u32 sb_flood_idle_ms(const struct sb_flood *flood);

#endif /* SB_FLOOD_H */
