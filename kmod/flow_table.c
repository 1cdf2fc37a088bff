// SPDX-License-Identifier: GPL-2.0-only
/* The table of flows as a whole: made, walked, flushed, collected, freed. */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "flow_table.h"

#define SB_FLOW_GC_SLICES	4	/* a pass over the table takes a second, */
#define SB_FLOW_GC_NODES	65536	/* or, of many flows, this many of their nodes a slice */

const u32 sb_timeout_defaults_ms[__SB_TIMEOUTS] = {
	[SB_TIMEOUT_TCP_OPENING]	= 30 * MSEC_PER_SEC,
	[SB_TIMEOUT_TCP_ESTABLISHED]	= 3600 * MSEC_PER_SEC,
	[SB_TIMEOUT_TCP_CLOSING]	= 60 * MSEC_PER_SEC,
	[SB_TIMEOUT_TCP_CLOSED]		= 5 * MSEC_PER_SEC,
	[SB_TIMEOUT_UDP_OPENING]	= 30 * MSEC_PER_SEC,
	[SB_TIMEOUT_UDP]		= 120 * MSEC_PER_SEC,
	[SB_TIMEOUT_ICMP]		= 10 * MSEC_PER_SEC,
	[SB_TIMEOUT_OTHER]		= 120 * MSEC_PER_SEC,
};

/* The flow of a bucket with the lowest id above last_id: the order that a cursor follows. */
static struct sb_flow *sb_flow_next(struct sb_flow_table *table, u32 bucket, u64 last_id)
{
	struct sb_flow *next = NULL;
	struct sb_flow_node *node;

	hlist_for_each_entry_rcu(node, &table->buckets[bucket], node) {
		struct sb_flow *flow = sb_flow_of(node);

		if (node->tuple.dir != SB_DIR_ORIG || flow->id <= last_id)
			continue;
		if (!next || flow->id < next->id)
			next = flow;
	}
	return next;
}

bool sb_flow_walk(struct sb_flow_table *table, struct sb_flow_cursor *cursor,
		  bool (*fn)(struct sb_flow *flow, void *data), void *data)
{
	struct sb_flow *flow;

	for (; cursor->bucket <= table->mask; cursor->bucket++, cursor->last_id = 0) {
		rcu_read_lock();
		while ((flow = sb_flow_next(table, cursor->bucket, cursor->last_id))) {
			if (!fn(flow, data)) {
				rcu_read_unlock();
				return false;
			}
			cursor->last_id = flow->id;
		}
		rcu_read_unlock();
		if (!(cursor->bucket & 0xff))
			cond_resched();
	}
	return true;
}

struct sb_flow_flush {
	struct sb_flow_table	*table;
	bool			(*match)(const struct sb_flow *flow, const void *data);
	const void		*data;
	u8			reason;
	u32			count;
};

static bool sb_flow_flush_one(struct sb_flow *flow, void *data)
{
	struct sb_flow_flush *flush = data;

	if (!flush->match || flush->match(flow, flush->data)) {
		sb_flow_end(flush->table, flow, flush->reason);
		flush->count++;
	}
	return true;
}

u32 sb_flow_flush(struct sb_flow_table *table, u8 reason,
		  bool (*match)(const struct sb_flow *flow, const void *data), const void *data)
{
	struct sb_flow_flush flush = {
		.table = table, .match = match, .data = data, .reason = reason,
	};
	struct sb_flow_cursor cursor = {};

	sb_flow_walk(table, &cursor, sb_flow_flush_one, &flush);
	return flush.count;
}

/* Returns how many nodes it has seen. */
static u32 sb_flow_gc_bucket(struct sb_flow_table *table, u32 bucket)
{
	struct sb_flow_node *node;
	u32 seen = 0;

	rcu_read_lock();
	hlist_for_each_entry_rcu(node, &table->buckets[bucket], node) {
		struct sb_flow *flow = sb_flow_of(node);

		seen++;
		if (node->tuple.dir == SB_DIR_ORIG && sb_flow_expired(flow))
			sb_flow_end(table, flow, sb_flow_expiry_reason(flow));
	}
	rcu_read_unlock();
	return seen;
}

/*
 * A packet that finds a flow whose time is over ends it by itself: all that may
 * wait is the report of flows that nothing comes for, and the room they take.
 */
static void sb_flow_gc(struct work_struct *work)
{
	struct sb_flow_table *table = container_of(work, struct sb_flow_table, gc.work);
	u32 left = (table->mask + 1) / SB_FLOW_GC_SLICES + 1;
	u32 seen = 0;

	if (atomic_read(&table->count)) {
		while (left-- && seen < SB_FLOW_GC_NODES) {
			seen += sb_flow_gc_bucket(table, table->gc_bucket);
			table->gc_bucket = (table->gc_bucket + 1) & table->mask;
			if (!(left & 0xff))
				cond_resched();
		}
	}
	queue_delayed_work(system_power_efficient_wq, &table->gc, HZ / SB_FLOW_GC_SLICES);
}

/* A packet looks anywhere in it: a large one is mapped by large pages where there are some. */
static struct hlist_head *sb_flow_buckets_alloc(size_t size)
{
	if (size < PMD_SIZE)
		return kvzalloc(size, GFP_KERNEL_ACCOUNT);
	return vmalloc_huge(size, GFP_KERNEL_ACCOUNT | __GFP_ZERO);
}

struct sb_flow_table *sb_flow_table_alloc(u32 max, const u32 *timeouts_ms,
					  const struct sb_flow_ops *ops, void *owner)
{
	/* two nodes a flow: one or two a bucket when full; a larger array would miss the caches more often */
	u32 buckets = roundup_pow_of_two(max);
	struct sb_flow_table *table;
	unsigned int i;

	table = kvzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	table->buckets = sb_flow_buckets_alloc((size_t)buckets * sizeof(*table->buckets));
	if (!table->buckets) {
		kvfree(table);
		return NULL;
	}
	table->mask = buckets - 1;
	table->max = max;
	table->ops = ops;
	table->owner = owner;
	get_random_bytes(&table->key, sizeof(table->key));
	for (i = 0; i < SB_FLOW_LOCKS; i++)
		spin_lock_init(&table->locks[i]);
	for (i = 0; i < __SB_TIMEOUTS; i++) {
		table->timeouts_ms[i] = timeouts_ms[i];
		table->timeouts[i] = max(1UL, msecs_to_jiffies(timeouts_ms[i]));
	}
	INIT_DELAYED_WORK(&table->gc, sb_flow_gc);
	queue_delayed_work(system_power_efficient_wq, &table->gc, HZ / SB_FLOW_GC_SLICES);
	return table;
}

void sb_flow_table_free(struct sb_flow_table *table)
{
	if (!table)
		return;
	cancel_delayed_work_sync(&table->gc);
	sb_flow_flush(table, SINKBRIDGE_END_GONE, NULL, NULL);
	kvfree(table->buckets);
	kvfree(table);
}

void *sb_flow_table_owner(const struct sb_flow_table *table)
{
	return table->owner;
}

u32 sb_flow_table_count(const struct sb_flow_table *table)
{
	return atomic_read(&table->count);
}

u32 sb_flow_table_max(const struct sb_flow_table *table)
{
	return table->max;
}

u32 sb_flow_table_timeout_ms(const struct sb_flow_table *table, enum sb_timeout which)
{
	return table->timeouts_ms[which];
}

u32 sb_flow_expires_ms(const struct sb_flow *flow)
{
	s32 left = READ_ONCE(flow->expires) - (u32)jiffies;

	return left > 0 ? jiffies_to_msecs(left) : 0;
}

u64 sb_flow_last_ms(const struct sb_flow *flow)
{
	u32 last = READ_ONCE(flow->last);	/* before the clock: it goes on meanwhile */
	unsigned long now = jiffies;

	return flow->start +
	       jiffies64_to_msecs(now - (u32)((u32)now - last) - flow->start_jiffies);
}

u32 sb_flow_idle_ms(const struct sb_flow *flow)
{
	u32 last = READ_ONCE(flow->last);	/* before the clock */

	return jiffies_to_msecs((u32)jiffies - last);
}
