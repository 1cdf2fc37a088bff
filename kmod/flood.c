// SPDX-License-Identifier: GPL-2.0-only
/*
 * Floods: when packets become one, and when it is over.
 *
 * The way of a packet takes no lock: records are found under RCU.  They come
 * and go under table->lock.  A record that has ended is told, and its counts
 * are final, when no packet can be counted in it any more: after a grace period.
 */
#include <linux/bitops.h>
#include <linux/in.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "addr.h"
#include "flood_cell.h"
#include "flood_record.h"
#include "table.h"

#define SB_FLOOD_TICK		(HZ / 2)
#define SB_FLOOD_QUIET		2	/* seconds below the threshold end a flood */
#define SB_FLOOD_EVICT_BUCKETS	32	/* looked at for a flood to evict */

struct sb_flood_table {
	struct hlist_head	*buckets;
	struct sb_flood_cells	*cells;
	u32			mask;		/* number of buckets - 1 */
	u32			max;
	/* keyed and random: a guest must not choose who shares its cells */
	siphash_key_t		key;
	const struct sb_flood_ops *ops;
	void			*owner;
	spinlock_t		lock;		/* chains of the buckets, last_id */
	u64			last_id;
	atomic_t		count;
	struct sb_flood_common	common;
	unsigned long		evict_after;	/* jiffies; no search for room before; WRITE_ONCE */
	struct delayed_work	tick;
};

static u64 sb_flood_hash(const struct sb_flood_table *table, const struct sb_flood_key *key)
{
	BUILD_BUG_ON(sizeof(*key) != 28);
	return siphash(key, sizeof(*key), &table->key);
}

/* RCU, or table->lock */
static struct sb_flood *sb_flood_find(const struct sb_flood_table *table, u64 hash,
				      const struct sb_flood_key *key)
{
	struct sb_flood *flood;

	hlist_for_each_entry_rcu(flood, &table->buckets[hash & table->mask], node,
				 lockdep_is_held(&table->lock))
		if (!memcmp(&flood->key, key, sizeof(*key)))
			return flood;
	return NULL;
}

/* No packet can be counted any more. */
static void sb_flood_ended_rcu(struct rcu_head *rcu)
{
	struct sb_flood *flood = container_of(rcu, struct sb_flood, rcu);
	struct sb_flood_table *table = flood->table;

	sb_flood_record_seconds(flood, sb_flood_second());
	sb_flood_record_tell_rule(flood);
	if (table->ops && table->ops->ended)
		table->ops->ended(table, flood);
	sb_flood_record_free(flood);
}

static bool sb_flood_end(struct sb_flood *flood, u8 reason)
{
	struct sb_flood_table *table = flood->table;

	if (test_and_set_bit(0, &flood->dead))
		return false;
	flood->end_reason = reason;
	spin_lock_bh(&table->lock);
	hlist_del_rcu(&flood->node);
	spin_unlock_bh(&table->lock);
	atomic_dec(&table->count);
	call_rcu(&flood->rcu, sb_flood_ended_rcu);
	return true;
}

/* Make room: end the flood that has been silent longest, of some that are near a random place. */
static bool sb_flood_evict(struct sb_flood_table *table)
{
	struct sb_flood *flood, *oldest = NULL;
	u32 at, i;

	if (time_before(jiffies, READ_ONCE(table->evict_after)))
		return false;
	at = get_random_u32();
	for (i = 0; i < SB_FLOOD_EVICT_BUCKETS; i++)
		hlist_for_each_entry_rcu(flood, &table->buckets[(at + i) & table->mask], node) {
			if (test_bit(0, &flood->dead) ||
			    time_before(jiffies, READ_ONCE(flood->last) + HZ))
				continue;
			if (!oldest || time_before(READ_ONCE(flood->last), READ_ONCE(oldest->last)))
				oldest = flood;
		}
	if (oldest)
		return sb_flood_end(oldest, SINKBRIDGE_FLOOD_END_EVICTED);
	WRITE_ONCE(table->evict_after, jiffies + 1);
	return false;
}

/* A record, with the packet counted in it.  NULL: no room, or no memory. */
static struct sb_flood *sb_flood_start(struct sb_flood_table *table, u64 hash,
				       const struct sb_flood_key *key,
				       const struct sb_flood_sight *sight)
{
	struct sb_flood *flood, *other;

	if (atomic_inc_return(&table->count) > table->max && !sb_flood_evict(table)) {
		atomic_dec(&table->count);
		return NULL;
	}
	flood = sb_flood_record_alloc(&table->common, key, sight);
	if (!flood) {
		atomic_dec(&table->count);
		return NULL;
	}
	flood->table = table;
	sb_flood_record_add(flood, sight);
	spin_lock_bh(&table->lock);
	other = sb_flood_find(table, hash, key);
	if (!other) {
		flood->id = ++table->last_id;
		hlist_add_head_rcu(&flood->node, &table->buckets[hash & table->mask]);
		if (table->ops && table->ops->started)
			table->ops->started(table, flood);
	}
	spin_unlock_bh(&table->lock);
	if (other) {
		/* another CPU was faster */
		atomic_dec(&table->count);
		sb_flood_record_free(flood);
		sb_flood_record_add(other, sight);
		return other;
	}
	queue_delayed_work(system_power_efficient_wq, &table->tick, SB_FLOOD_TICK);
	return flood;
}

/* What a packet is to one of its keys: counted in its record (maybe new), or nothing yet. */
static enum sb_flood_verdict sb_flood_meet(struct sb_flood_table *table,
					   const struct sb_flood_key *key,
					   struct sb_flood_vary vary,
					   const struct sb_flood_sight *sight)
{
	u64 hash = sb_flood_hash(table, key);
	struct sb_flood *flood = sb_flood_find(table, hash, key);
	u32 rate = sight->rule->flood_rate;
	bool above;

	if (flood) {
		sb_flood_record_add(flood, sight);
		return SB_FLOOD_ABSORB;
	}
	above = key->kind == SINKBRIDGE_FLOOD_DESTINATION ?
		sb_flood_cells_add(table->cells, hash, rate) :
		sb_flood_cells_add_scan(table->cells, hash, rate, vary);
	if (likely(!above))
		return SB_FLOOD_PASS;
	return sb_flood_start(table, hash, key, sight) ? SB_FLOOD_ABSORB : SB_FLOOD_FULL;
}

static enum sb_flood_verdict sb_flood_meet_all(struct sb_flood_table *table,
					       const struct sb_flood_sight *sight)
{
	const struct sb_tuple *orig = sight->orig;
	u32 seed = table->common.seed;
	struct sb_flood_vary vary = {};
	struct sb_flood_key key = {
		.addr		= orig->dst,
		.port		= orig->port,
		.rule_id	= sight->rule->id,
		.protocol	= orig->protocol,
		.kind		= SINKBRIDGE_FLOOD_DESTINATION,
	};
	enum sb_flood_verdict verdict = sb_flood_meet(table, &key, vary, sight);

	if (verdict != SB_FLOOD_PASS)
		return verdict;
	key.addr = sb_addr_is_v4(&orig->dst) ? sb_addr_v4(0) : in6addr_any;
	key.dport = sb_flood_has_ports(orig->protocol) ? orig->l4_dst : 0;
	key.kind = SINKBRIDGE_FLOOD_SCAN;
	vary.destination = sb_flood_addr_hash(seed, &orig->dst);
	verdict = sb_flood_meet(table, &key, vary, sight);
	if (verdict != SB_FLOOD_PASS || !key.dport)
		return verdict;
	key.dport = 0;
	vary.many_ports = true;
	vary.port = sb_distinct_hash((__force u16)orig->l4_dst, seed);
	return sb_flood_meet(table, &key, vary, sight);
}

enum sb_flood_verdict sb_flood_packet(struct sb_flood_table *table, struct sb_rule *rule,
				      const struct sb_tuple *orig, const struct sb_packet *pkt,
				      const struct sk_buff *skb, const char *guest_if, bool *surplus)
{
	const struct sb_flood_sight sight = {
		.rule = rule, .orig = orig, .pkt = pkt, .skb = skb, .guest_if = guest_if,
		.surplus = surplus,
	};
	enum sb_flood_verdict verdict;

	*surplus = false;
	verdict = sb_flood_meet_all(table, &sight);
	return rule->flood_deliver ? SB_FLOOD_PASS : verdict;
}

/* The flood of a bucket with the lowest id above last_id: the order that a cursor follows. */
static struct sb_flood *sb_flood_next(struct sb_flood_table *table, u32 bucket, u64 last_id)
{
	struct sb_flood *flood, *next = NULL;

	hlist_for_each_entry_rcu(flood, &table->buckets[bucket], node)
		if (flood->id > last_id && (!next || flood->id < next->id))
			next = flood;
	return next;
}

bool sb_flood_walk(struct sb_flood_table *table, struct sb_flood_cursor *cursor,
		   bool (*fn)(struct sb_flood *flood, void *data), void *data)
{
	struct sb_flood *flood;

	for (; cursor->bucket <= table->mask; cursor->bucket++, cursor->last_id = 0) {
		rcu_read_lock();
		while ((flood = sb_flood_next(table, cursor->bucket, cursor->last_id))) {
			if (!fn(flood, data)) {
				rcu_read_unlock();
				return false;
			}
			cursor->last_id = flood->id;
		}
		rcu_read_unlock();
		if (!(cursor->bucket & 0xff))
			cond_resched();
	}
	return true;
}

struct sb_flood_flush {
	bool		(*match)(const struct sb_flood *flood, const void *data);
	const void	*data;
	u8		reason;
	u32		count;
};

static bool sb_flood_flush_one(struct sb_flood *flood, void *data)
{
	struct sb_flood_flush *flush = data;

	if (!flush->match || flush->match(flood, flush->data))
		flush->count += sb_flood_end(flood, flush->reason);
	return true;
}

u32 sb_flood_flush(struct sb_flood_table *table, u8 reason,
		   bool (*match)(const struct sb_flood *flood, const void *data), const void *data)
{
	struct sb_flood_flush flush = { .match = match, .data = data, .reason = reason };
	struct sb_flood_cursor cursor = {};

	sb_flood_walk(table, &cursor, sb_flood_flush_one, &flush);
	return flush.count;
}

static bool sb_flood_tick_one(struct sb_flood *flood, void *data)
{
	const u32 *second = data;

	if (test_bit(0, &flood->dead))
		return true;
	sb_flood_record_seconds(flood, *second);
	sb_flood_record_tell_rule(flood);
	if (flood->quiet >= SB_FLOOD_QUIET)
		sb_flood_end(flood, SINKBRIDGE_FLOOD_END_IDLE);
	return true;
}

static void sb_flood_tick(struct work_struct *work)
{
	struct sb_flood_table *table = container_of(work, struct sb_flood_table, tick.work);
	struct sb_flood_cursor cursor = {};
	/* a second is looked at a little after its end: a packet may be on its way still */
	u32 second = (jiffies - HZ / 8) / HZ;

	sb_flood_walk(table, &cursor, sb_flood_tick_one, &second);
	if (atomic_read(&table->count))
		queue_delayed_work(system_power_efficient_wq, &table->tick, SB_FLOOD_TICK);
}

struct sb_flood_table *sb_flood_table_alloc(u32 max, const struct sb_flood_ops *ops, void *owner)
{
	u32 buckets = roundup_pow_of_two(max) * 2;
	struct sb_flood_table *table;

	table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	table->buckets = kvcalloc(buckets, sizeof(*table->buckets), GFP_KERNEL_ACCOUNT);
	table->cells = sb_flood_cells_alloc(max);
	table->mask = buckets - 1;
	table->max = max;
	table->ops = ops;
	table->owner = owner;
	table->common.seed = get_random_u32();
	table->evict_after = jiffies;
	get_random_bytes(&table->key, sizeof(table->key));
	spin_lock_init(&table->lock);
	INIT_DELAYED_WORK(&table->tick, sb_flood_tick);
	if (!table->buckets || !table->cells) {
		sb_flood_table_free(table);
		return NULL;
	}
	return table;
}

void sb_flood_table_free(struct sb_flood_table *table)
{
	if (!table)
		return;
	cancel_delayed_work_sync(&table->tick);
	if (table->buckets && sb_flood_table_count(table))
		sb_flood_flush(table, SINKBRIDGE_FLOOD_END_GONE, NULL, NULL);
	rcu_barrier();	/* the ends are told */
	sb_flood_cells_free(table->cells);
	kvfree(table->buckets);
	kfree(table);
}

void *sb_flood_table_owner(const struct sb_flood_table *table)
{
	return table->owner;
}

u32 sb_flood_table_count(const struct sb_flood_table *table)
{
	return atomic_read(&table->count);
}

u32 sb_flood_table_max(const struct sb_flood_table *table)
{
	return table->max;
}

int sb_flood_init(void)
{
	return sb_flood_record_init();
}

void sb_flood_exit(void)
{
	rcu_barrier();
	sb_flood_record_exit();
}
