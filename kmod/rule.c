// SPDX-License-Identifier: GPL-2.0-only
/* Rules: their life, and what they have counted. */
#include <linux/percpu.h>
#include <linux/slab.h>

#include "table.h"

#define SB_RULE_HOT	1024	/* packets that are worth a counter on each CPU */

struct sb_rule *sb_rule_alloc(gfp_t gfp)
{
	struct sb_rule *rule = kzalloc(sizeof(*rule), gfp);

	if (!rule)
		return NULL;
	refcount_set(&rule->ref, 1);
	rule->capture_max = U32_MAX;
	return rule;
}

static void sb_rule_free_rcu(struct rcu_head *rcu)
{
	struct sb_rule *rule = container_of(rcu, struct sb_rule, rcu);

	free_percpu(rule->counts);
	kfree(rule);
}

/*
 * Who finds a rule in a table or a flow without a reference of its own does so
 * under RCU, so the last put may come from anywhere, and the memory goes after
 * a grace period.
 */
void sb_rule_put(struct sb_rule *rule)
{
	if (!refcount_dec_and_test(&rule->ref))
		return;
	sb_server_put(rule->server);
	call_rcu(&rule->rcu, sb_rule_free_rcu);
}

void sb_rule_count_more(struct sb_rule *rule, u64 packets, u64 bytes)
{
	atomic64_add(packets, &rule->packets);
	atomic64_add(bytes, &rule->bytes);
}

/* Only rules that many packets meet have one for each CPU; without memory they do without. */
static void sb_rule_spread(struct sb_rule *rule)
{
	struct sb_rule_count __percpu *counts;
	int cpu;

	counts = alloc_percpu_gfp(struct sb_rule_count, GFP_ATOMIC | __GFP_NOWARN);
	if (!counts)
		return;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(counts, cpu)->sync);
	if (cmpxchg(&rule->counts, NULL, counts))
		free_percpu(counts);	/* another CPU was faster */
}

void sb_rule_count_first(struct sb_rule *rule, unsigned int len)
{
	atomic64_add(len, &rule->bytes);
	if (!(atomic64_inc_return(&rule->packets) % SB_RULE_HOT) && nr_cpu_ids > 1)
		sb_rule_spread(rule);
}

void sb_rule_read(const struct sb_rule *rule, u64 *packets, u64 *bytes)
{
	struct sb_rule_count __percpu *counts = READ_ONCE(rule->counts);
	int cpu;

	*packets = atomic64_read(&rule->packets);
	*bytes = atomic64_read(&rule->bytes);
	if (!counts)
		return;
	for_each_possible_cpu(cpu) {
		const struct sb_rule_count *count = per_cpu_ptr(counts, cpu);
		unsigned int start;
		u64 p, b;

		do {
			start = u64_stats_fetch_begin(&count->sync);
			p = u64_stats_read(&count->packets);
			b = u64_stats_read(&count->bytes);
		} while (u64_stats_fetch_retry(&count->sync, start));
		*packets += p;
		*bytes += b;
	}
}
