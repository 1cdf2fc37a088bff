// SPDX-License-Identifier: GPL-2.0-only
/*
 * The record of a flood.  Packets are counted per CPU; the rest of the record
 * is written only when a packet shows something for the first time.
 */
#include <linux/bitops.h>
#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/slab.h>

#include "flood_record.h"
#include "table.h"

#define SB_FLOOD_SAMPLES	16384	/* of all records of a table */

static struct kmem_cache *sb_flood_cache;

bool sb_flood_has_ports(u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP ||
	       protocol == IPPROTO_UDPLITE;
}

u32 sb_flood_addr_hash(u32 seed, const struct in6_addr *addr)
{
	if (sb_addr_is_v4(addr))
		return sb_distinct_hash((__force u32)sb_addr_get_v4(addr), seed);
	return jhash2((__force const u32 *)addr->s6_addr32, 4, seed);
}

static void sb_flood_count(struct sb_flood *flood, unsigned int len, u8 tcp_flags)
{
	struct sb_flood_stats *stats = this_cpu_ptr(flood->stats);
	unsigned long flags = tcp_flags & (BIT(SB_FLOOD_TCP_FLAGS) - 1);
	u32 second = sb_flood_second();
	unsigned int slot = second % SB_FLOOD_SECONDS, bit;

	u64_stats_update_begin(&stats->sync);
	u64_stats_inc(&stats->packets);
	u64_stats_add(&stats->bytes, len);
	for_each_set_bit(bit, &flags, SB_FLOOD_TCP_FLAGS)
		u64_stats_inc(&stats->flags[bit]);
	u64_stats_update_end(&stats->sync);

	if (stats->second[slot] != second) {
		WRITE_ONCE(stats->in_second[slot], 0);
		WRITE_ONCE(stats->second[slot], second);
	}
	WRITE_ONCE(stats->in_second[slot], stats->in_second[slot] + 1);
}

static void sb_flood_vary(struct sb_flood *flood, const struct sb_flood_sight *sight)
{
	const struct sb_tuple *orig = sight->orig;
	u32 seed = flood->common->seed;

	sb_distinct_add(&flood->sources, sb_flood_addr_hash(seed, &orig->src));
	if (flood->key.kind == SINKBRIDGE_FLOOD_SCAN)
		sb_distinct_add(&flood->destinations, sb_flood_addr_hash(seed, &orig->dst));
	sb_distinct_add(&flood->lengths, sb_distinct_hash(sight->skb->len, seed));
	if (!sb_flood_has_ports(flood->key.protocol))
		return;
	sb_distinct_add(&flood->source_ports,
			sb_distinct_hash((__force u16)orig->l4_src, seed));
	if (!flood->key.dport)
		sb_distinct_add(&flood->dest_ports,
				sb_distinct_hash((__force u16)orig->l4_dst, seed));
}

/* Each line is written only when there is news: it stays shared between the CPUs. */
static void sb_flood_extremes(struct sb_flood *flood, const struct sb_flood_sight *sight)
{
	const struct sb_packet *pkt = sight->pkt;
	unsigned long now = jiffies;
	u32 len = sight->skb->len;

	if (READ_ONCE(flood->last) != now)
		WRITE_ONCE(flood->last, now);
	if (len < READ_ONCE(flood->length_min))
		WRITE_ONCE(flood->length_min, len);
	if (len > READ_ONCE(flood->length_max))
		WRITE_ONCE(flood->length_max, len);
	if (pkt->ttl < READ_ONCE(flood->ttl_min))
		WRITE_ONCE(flood->ttl_min, pkt->ttl);
	if (pkt->ttl > READ_ONCE(flood->ttl_max))
		WRITE_ONCE(flood->ttl_max, pkt->ttl);
	if (pkt->tcp_flags & ~READ_ONCE(flood->tcp_flags))
		WRITE_ONCE(flood->tcp_flags, flood->tcp_flags | pkt->tcp_flags);
}

static void sb_flood_sample(struct sb_flood *flood, const struct sk_buff *skb)
{
	unsigned int len = min_t(unsigned int, skb->len, SINKBRIDGE_FLOOD_SAMPLE_LEN);
	unsigned int index = atomic_fetch_inc(&flood->sample_count);
	atomic_t *samples = &flood->common->samples;
	struct sb_flood_sample *sample = NULL;

	if (index >= flood->sample_max)
		return;
	if (atomic_inc_return(samples) <= SB_FLOOD_SAMPLES)
		sample = kmalloc(struct_size(sample, data, len), GFP_ATOMIC | __GFP_NOWARN);
	if (!sample || skb_copy_bits(skb, 0, sample->data, len)) {
		kfree(sample);
		atomic_dec(samples);
		return;
	}
	sample->len = len;
	/* whoever sees it sees its bytes */
	smp_store_release(&flood->samples[index], sample);
}

void sb_flood_record_add(struct sb_flood *flood, const struct sb_flood_sight *sight)
{
	sb_flood_count(flood, sight->skb->len, sight->pkt->tcp_flags);
	sb_flood_extremes(flood, sight);
	sb_flood_vary(flood, sight);
	if (unlikely(atomic_read(&flood->sample_count) < flood->sample_max))
		sb_flood_sample(flood, sight->skb);
	else
		*sight->surplus = true;
}

static void sb_flood_sum(const struct sb_flood *flood, struct sb_flood_count *count)
{
	int cpu, i;

	memset(count, 0, sizeof(*count));
	for_each_possible_cpu(cpu) {
		const struct sb_flood_stats *stats = per_cpu_ptr(flood->stats, cpu);
		u64 packets, bytes, flags[SB_FLOOD_TCP_FLAGS];
		unsigned int start;

		do {
			start = u64_stats_fetch_begin(&stats->sync);
			packets = u64_stats_read(&stats->packets);
			bytes = u64_stats_read(&stats->bytes);
			for (i = 0; i < SB_FLOOD_TCP_FLAGS; i++)
				flags[i] = u64_stats_read(&stats->flags[i]);
		} while (u64_stats_fetch_retry(&stats->sync, start));
		count->packets += packets;
		count->bytes += bytes;
		for (i = 0; i < SB_FLOOD_TCP_FLAGS; i++)
			count->flags[i] += flags[i];
	}
}

static u32 sb_flood_in_second(const struct sb_flood *flood, u32 second)
{
	unsigned int slot = second % SB_FLOOD_SECONDS;
	u32 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct sb_flood_stats *stats = per_cpu_ptr(flood->stats, cpu);

		if (READ_ONCE(stats->second[slot]) == second)
			sum += READ_ONCE(stats->in_second[slot]);
	}
	return sum;
}

void sb_flood_record_seconds(struct sb_flood *flood, u32 until)
{
	u32 first = flood->start_jiffies / HZ;

	/* the collector came late: older ones are forgotten */
	if ((s32)(until - flood->next_second) > SB_FLOOD_SECONDS)
		flood->next_second = until - SB_FLOOD_SECONDS;
	for (; (s32)(until - flood->next_second) > 0; flood->next_second++) {
		u32 packets = sb_flood_in_second(flood, flood->next_second);

		WRITE_ONCE(flood->rate, packets);
		if (packets > flood->peak)
			WRITE_ONCE(flood->peak, packets);
		/* the first one is not a whole second */
		if (flood->next_second != first)
			flood->quiet = packets < flood->rule->flood_rate ? flood->quiet + 1 : 0;
	}
}

void sb_flood_record_tell_rule(struct sb_flood *flood)
{
	struct sb_flood_count count;

	if (flood->rule->flood_deliver)
		return;
	sb_flood_sum(flood, &count);
	sb_rule_count_more(flood->rule, count.packets - flood->told_packets,
			   count.bytes - flood->told_bytes);
	flood->told_packets = count.packets;
	flood->told_bytes = count.bytes;
}

void sb_flood_read(const struct sb_flood *flood, struct sb_flood_count *count)
{
	u32 second = sb_flood_second();
	unsigned int i;

	sb_flood_sum(flood, count);
	count->rate = READ_ONCE(flood->rate);
	count->peak = READ_ONCE(flood->peak);
	/* this second, and the last that the collector may not have seen yet */
	for (i = 0; i < 2; i++)
		count->peak = max(count->peak, sb_flood_in_second(flood, second - i));
}

void sb_flood_read_varied(const struct sb_flood *flood, struct sb_flood_varied *varied)
{
	bool ports = sb_flood_has_ports(flood->key.protocol);

	varied->sources = sb_distinct_count(&flood->sources);
	varied->source_ports = sb_distinct_count(&flood->source_ports);
	varied->lengths = sb_distinct_count(&flood->lengths);
	/* what the key holds fast is not counted */
	varied->destinations = flood->key.kind == SINKBRIDGE_FLOOD_DESTINATION ?
			       1 : sb_distinct_count(&flood->destinations);
	varied->dest_ports = flood->key.dport ? ports : sb_distinct_count(&flood->dest_ports);
}

u32 sb_flood_idle_ms(const struct sb_flood *flood)
{
	unsigned long last = READ_ONCE(flood->last);	/* before the clock: it goes on meanwhile */

	return jiffies_to_msecs(jiffies - last);
}

u64 sb_flood_last_ms(const struct sb_flood *flood)
{
	return flood->start + jiffies_to_msecs(READ_ONCE(flood->last) - flood->start_jiffies);
}

struct sb_flood *sb_flood_record_alloc(struct sb_flood_common *common,
				       const struct sb_flood_key *key,
				       const struct sb_flood_sight *sight)
{
	struct sb_flood *flood = kmem_cache_zalloc(sb_flood_cache, GFP_ATOMIC | __GFP_NOWARN);
	int cpu;

	if (!flood)
		return NULL;
	flood->stats = alloc_percpu_gfp(struct sb_flood_stats, GFP_ATOMIC | __GFP_NOWARN);
	if (!flood->stats) {
		kmem_cache_free(sb_flood_cache, flood);
		return NULL;
	}
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(flood->stats, cpu)->sync);
	flood->key = *key;
	flood->common = common;
	sb_rule_get(sight->rule);
	flood->rule = sight->rule;
	flood->sample_max = min_t(u16, sight->rule->flood_sample, SINKBRIDGE_MAX_FLOOD_SAMPLE);
	flood->first = *sight->orig;
	flood->icmp_type = sight->pkt->icmp_type;
	flood->icmp_code = sight->pkt->icmp_code;
	strscpy(flood->guest_if, sight->guest_if, sizeof(flood->guest_if));
	flood->length_min = U32_MAX;
	flood->ttl_min = U8_MAX;
	flood->start = ktime_to_ms(ktime_get_real());
	flood->start_jiffies = jiffies;
	flood->next_second = sb_flood_second();
	return flood;
}

void sb_flood_record_free(struct sb_flood *flood)
{
	unsigned int i;

	for (i = 0; i < flood->sample_max; i++) {
		if (!flood->samples[i])
			continue;
		kfree(flood->samples[i]);
		atomic_dec(&flood->common->samples);
	}
	sb_rule_put(flood->rule);
	free_percpu(flood->stats);
	kmem_cache_free(sb_flood_cache, flood);
}

int sb_flood_record_init(void)
{
	sb_flood_cache = KMEM_CACHE(sb_flood, SLAB_HWCACHE_ALIGN | SLAB_ACCOUNT);
	return sb_flood_cache ? 0 : -ENOMEM;
}

void sb_flood_record_exit(void)
{
	kmem_cache_destroy(sb_flood_cache);
}
