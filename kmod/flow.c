// SPDX-License-Identifier: GPL-2.0-only
/* Flows, found by either of their two tuples; the locking is told in flow_table.h. */
#include <linux/bitops.h>
#include <linux/in.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/prefetch.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/tcp.h>

#include "flow_table.h"

#define SB_FLOW_EVICT_BUCKETS	32	/* looked at for a flow to evict */
#define SB_FLOW_PORT_TRIES	16	/* of the guest's address, then of alias addresses */
#define SB_FLOW_TRIES		64

static struct kmem_cache *sb_flow_cache;

/* A tuple as words: two for each address, one for ports and the device, one for the rest. */
#define SB_TUPLE_WORDS	(sizeof(struct sb_tuple) / sizeof(u64))

/*
 * Most are of IPv4 without tags: four words say all, since the numbers of
 * devices are small.  Devices whose numbers differ by 2^23 and more may share
 * chains, guests cannot choose to.
 */
static __always_inline u32 sb_flow_hash(const struct sb_flow_table *table,
					const struct sb_tuple *tuple)
{
	BUILD_BUG_ON(SB_TUPLE_WORDS != 6);
	if (likely(sb_addr_is_v4(&tuple->src) && !tuple->vid[0] && !tuple->exchange))
		return hsiphash_4u32((__force u32)tuple->src.s6_addr32[3],
				     (__force u32)tuple->dst.s6_addr32[3],
				     (__force u32)tuple->l4_src << 16 | (__force u32)tuple->l4_dst,
				     tuple->port ^ (u32)tuple->dir << 31 ^
				     (u32)tuple->protocol << 23, &table->key) & table->mask;
	return hsiphash(tuple, sizeof(*tuple), &table->key) & table->mask;
}

static __always_inline bool sb_tuple_equal(const struct sb_tuple *a, const struct sb_tuple *b)
{
	const u64 *x = (const u64 *)a, *y = (const u64 *)b;

	return !((x[1] ^ y[1]) | (x[3] ^ y[3]) | (x[4] ^ y[4]) | (x[5] ^ y[5]) |
		 (x[0] ^ y[0]) | (x[2] ^ y[2]));
}

static void sb_flow_lock(struct sb_flow_table *table, u32 a, u32 b)
	__acquires(&table->locks[a]) __acquires(&table->locks[b])
{
	a &= SB_FLOW_LOCKS - 1;
	b &= SB_FLOW_LOCKS - 1;
	if (a > b)
		swap(a, b);
	spin_lock_bh(&table->locks[a]);
	if (a != b)
		spin_lock_nested(&table->locks[b], SINGLE_DEPTH_NESTING);
	else
		__acquire(&table->locks[b]);	/* one lock stands for both */
}

static void sb_flow_unlock(struct sb_flow_table *table, u32 a, u32 b)
	__releases(&table->locks[a]) __releases(&table->locks[b])
{
	a &= SB_FLOW_LOCKS - 1;
	b &= SB_FLOW_LOCKS - 1;
	if (a > b)
		swap(a, b);
	if (a != b)
		spin_unlock(&table->locks[b]);
	else
		__release(&table->locks[b]);
	spin_unlock_bh(&table->locks[a]);
}

/* RCU, or the bucket's lock. */
static __always_inline struct sb_flow *
sb_flow_find_bucket(struct sb_flow_table *table, u32 bucket, const struct sb_tuple *tuple)
{
	struct sb_flow_node *node;

	hlist_for_each_entry_rcu(node, &table->buckets[bucket], node,
				 lockdep_is_held(&table->locks[bucket & (SB_FLOW_LOCKS - 1)])) {
		/* most are what is looked for: fetch what comes next together with the key */
		prefetchw(&container_of(node, struct sb_flow, nodes[tuple->dir])->rule);
		if (sb_tuple_equal(&node->tuple, tuple))
			return sb_flow_of(node);
	}
	return NULL;
}

struct sb_flow *sb_flow_find(struct sb_flow_table *table, const struct sb_tuple *tuple)
{
	struct sb_flow *flow;

	flow = sb_flow_find_bucket(table, sb_flow_hash(table, tuple), tuple);
	if (flow && unlikely(sb_flow_expired(flow))) {
		sb_flow_end(table, flow, sb_flow_expiry_reason(flow));
		return NULL;
	}
	return flow;
}

static void sb_flow_free_rcu(struct rcu_head *rcu)
{
	struct sb_flow *flow = container_of(rcu, struct sb_flow, rcu);

	sb_rule_put(flow->rule);
	kmem_cache_free(sb_flow_cache, flow);
}

void sb_flow_end(struct sb_flow_table *table, struct sb_flow *flow, u8 reason)
{
	u32 a, b;

	if (xchg(&flow->dead, 1))
		return;
	flow->end_reason = reason;
	a = sb_flow_hash(table, &flow->nodes[SB_DIR_ORIG].tuple);
	b = sb_flow_hash(table, &flow->nodes[SB_DIR_REPLY].tuple);
	sb_flow_lock(table, a, b);
	hlist_del_rcu(&flow->nodes[SB_DIR_ORIG].node);
	hlist_del_rcu(&flow->nodes[SB_DIR_REPLY].node);
	if (table->ops && table->ops->ended)
		table->ops->ended(table, flow);
	sb_flow_unlock(table, a, b);
	atomic_dec(&table->count);
	call_rcu(&flow->rcu, sb_flow_free_rcu);
}

/* Nobody waits for a reply of such a flow, or it is over already. */
static bool sb_flow_evictable(const struct sb_flow *flow)
{
	u8 state = READ_ONCE(flow->state);

	return state == SINKBRIDGE_FLOW_OPENING || state == SINKBRIDGE_FLOW_CLOSED;
}

/* The evictable flow that was idle longest, of some buckets at a random place: the same cost always. */
static bool sb_flow_evict(struct sb_flow_table *table)
{
	u32 bucket = get_random_u32() & table->mask, i;
	struct sb_flow *oldest = NULL;
	struct sb_flow_node *node;

	for (i = 0; i < SB_FLOW_EVICT_BUCKETS; i++, bucket = (bucket + 1) & table->mask) {
		hlist_for_each_entry_rcu(node, &table->buckets[bucket], node) {
			struct sb_flow *flow = sb_flow_of(node);

			if (!sb_flow_evictable(flow) || READ_ONCE(flow->dead))
				continue;
			if (!oldest || (s32)(READ_ONCE(flow->last) - READ_ONCE(oldest->last)) < 0)
				oldest = flow;
		}
	}
	if (oldest)
		sb_flow_end(table, oldest, SINKBRIDGE_END_EVICTED);
	return oldest;
}

static enum sb_timeout sb_flow_timeout(u8 protocol, u8 state)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return SB_TIMEOUT_TCP_OPENING + state;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return state == SINKBRIDGE_FLOW_OPENING ? SB_TIMEOUT_UDP_OPENING : SB_TIMEOUT_UDP;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return SB_TIMEOUT_ICMP;
	default:
		return SB_TIMEOUT_OTHER;
	}
}

struct sb_flow *sb_flow_new(struct sb_flow_table *table, struct sb_rule *rule,
			    const struct sb_tuple *orig, bool *evicted)
{
	struct sb_flow *flow;

	*evicted = false;
	if (atomic_inc_return(&table->count) > table->max) {
		rcu_read_lock();
		*evicted = sb_flow_evict(table);
		rcu_read_unlock();
		if (!*evicted) {
			atomic_dec(&table->count);
			return ERR_PTR(-ENOSPC);
		}
	}
	flow = kmem_cache_zalloc(sb_flow_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!flow) {
		atomic_dec(&table->count);
		return ERR_PTR(-ENOMEM);
	}
	flow->id = atomic64_inc_return(&table->last_id);
	flow->nodes[SB_DIR_ORIG].tuple = *orig;
	sb_rule_get(rule);
	flow->rule = rule;
	flow->start = ktime_to_ms(ktime_get_real());
	flow->start_jiffies = jiffies;
	flow->last = jiffies;
	flow->expires = jiffies + table->timeouts[sb_flow_timeout(orig->protocol, flow->state)];
	return flow;
}

void sb_flow_discard(struct sb_flow_table *table, struct sb_flow *flow)
{
	atomic_dec(&table->count);
	sb_rule_put(flow->rule);
	kmem_cache_free(sb_flow_cache, flow);
}

struct in6_addr sb_flow_alias(bool v4, u32 number)
{
	struct in6_addr alias = {};

	if (v4)
		return sb_addr_v4(htonl(SB_ALIAS_NET | (number & 0xffff)));
	alias.s6_addr32[0] = htonl(SB_ALIAS_NET6);
	alias.s6_addr32[3] = htonl(number);
	return alias;
}

/* Whether the client has a port or an identifier, which can be another than the guest's. */
static bool sb_tuple_has_client(const struct sb_tuple *tuple)
{
	switch (tuple->protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return true;
	default:
		return false;
	}
}

/* Another client for a server tuple that is taken: first another port, then another address. */
static void sb_flow_vary(struct sb_tuple *reply, unsigned int attempt)
{
	u32 random = get_random_u32();

	if (sb_tuple_has_client(reply))
		reply->l4_dst = htons(1024 + (random & 0xffff) % (65536 - 1024));
	if (attempt >= SB_FLOW_PORT_TRIES || !sb_tuple_has_client(reply))
		reply->dst = sb_flow_alias(sb_addr_is_v4(&reply->src), random >> 16);
}

static void sb_flow_publish(struct sb_flow_table *table, struct sb_flow *flow, u32 orig, u32 reply)
{
	/* the walkers follow the original direction: it comes last, when all else is in place */
	hlist_add_head_rcu(&flow->nodes[SB_DIR_REPLY].node, &table->buckets[reply]);
	hlist_add_head_rcu(&flow->nodes[SB_DIR_ORIG].node, &table->buckets[orig]);
}

struct sb_flow *sb_flow_insert(struct sb_flow_table *table, struct sb_flow *flow,
			       struct sb_tuple *reply, bool *changed)
{
	const struct sb_tuple *orig = &flow->nodes[SB_DIR_ORIG].tuple;
	u32 a = sb_flow_hash(table, orig);
	struct sb_flow *other;
	unsigned int i;

	*changed = false;
	reply->dir = SB_DIR_REPLY;
	for (i = 0; i < SB_FLOW_TRIES; i++) {
		u32 b = sb_flow_hash(table, reply);

		sb_flow_lock(table, a, b);
		other = sb_flow_find_bucket(table, a, orig);
		if (!other && !sb_flow_find_bucket(table, b, reply)) {
			flow->nodes[SB_DIR_REPLY].tuple = *reply;
			sb_flow_publish(table, flow, a, b);
			/* inside the lock, so that no end can be told before the start */
			if (table->ops && table->ops->started)
				table->ops->started(table, flow);
			sb_flow_unlock(table, a, b);
			return flow;
		}
		sb_flow_unlock(table, a, b);
		if (other)
			break;
		sb_flow_vary(reply, i);
		*changed = true;
	}
	sb_flow_discard(table, flow);
	return other ? other : ERR_PTR(-EADDRINUSE);
}

static u8 sb_flow_tcp_state(struct sb_flow *flow, enum sb_dir dir, u8 tcp_flags)
{
	u8 fins = READ_ONCE(flow->fin_seen);
	u8 state = READ_ONCE(flow->state);

	if (tcp_flags & SB_TCP_RST)
		return SINKBRIDGE_FLOW_CLOSED;
	if (tcp_flags & SB_TCP_FIN && !(fins & BIT(dir))) {
		fins |= BIT(dir);
		WRITE_ONCE(flow->fin_seen, fins);
	}
	if (fins == (BIT(SB_DIR_ORIG) | BIT(SB_DIR_REPLY)))
		return SINKBRIDGE_FLOW_CLOSED;
	if (state == SINKBRIDGE_FLOW_CLOSED)
		return state;
	if (fins)
		return SINKBRIDGE_FLOW_CLOSING;
	return dir == SB_DIR_REPLY ? SINKBRIDGE_FLOW_ESTABLISHED : state;
}

void sb_flow_account(struct sb_flow_table *table, struct sb_flow *flow, enum sb_dir dir,
		     unsigned int len, u8 tcp_flags)
{
	u8 protocol = flow->nodes[SB_DIR_ORIG].tuple.protocol;
	u8 state = READ_ONCE(flow->state);
	u32 now = jiffies, expires;

	BUILD_BUG_ON(SB_TIMEOUT_TCP_OPENING + SINKBRIDGE_FLOW_CLOSED != SB_TIMEOUT_TCP_CLOSED);

	sb_flow_count(flow, dir, len);
	if (protocol == IPPROTO_TCP)
		state = sb_flow_tcp_state(flow, dir, tcp_flags);
	else if (dir == SB_DIR_REPLY)
		state = SINKBRIDGE_FLOW_ESTABLISHED;
	if (READ_ONCE(flow->state) != state)
		WRITE_ONCE(flow->state, state);

	/* written once a jiffy, not once a packet: the line stays shared between CPUs */
	expires = now + table->timeouts[sb_flow_timeout(protocol, state)];
	if (READ_ONCE(flow->expires) != expires)
		WRITE_ONCE(flow->expires, expires);
	if (READ_ONCE(flow->last) != now)
		WRITE_ONCE(flow->last, now);
}

int sb_flow_init(void)
{
	/* a packet touches its own key's line, the line it writes, and the other key's */
	BUILD_BUG_ON(sizeof(struct sb_flow_node) != 64);
	BUILD_BUG_ON(offsetof(struct sb_flow, guest_mac) - offsetof(struct sb_flow, rule) != 64);
	BUILD_BUG_ON(sizeof(struct sb_flow) > 256);

	sb_flow_cache = KMEM_CACHE(sb_flow, SLAB_HWCACHE_ALIGN | SLAB_ACCOUNT);
	return sb_flow_cache ? 0 : -ENOMEM;
}

void sb_flow_exit(void)
{
	rcu_barrier();
	kmem_cache_destroy(sb_flow_cache);
}
