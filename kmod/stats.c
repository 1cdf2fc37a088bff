// SPDX-License-Identifier: GPL-2.0-only
/* Per-CPU counters of a bridge: storage, sums and names. */
#include <linux/percpu.h>

#include "stats.h"

#define SB_COUNTER_NAME(name, text) [SINKBRIDGE_COUNTER_##name] = #name,
const char * const sb_counter_names[__SINKBRIDGE_COUNTERS] = {
	SINKBRIDGE_COUNTERS(SB_COUNTER_NAME)
};

struct sb_stats __percpu *sb_stats_alloc(void)
{
	struct sb_stats __percpu *stats = alloc_percpu(struct sb_stats);
	int cpu;

	if (!stats)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(stats, cpu)->sync);
	return stats;
}

u64 sb_stats_read(struct sb_stats __percpu *stats, enum sinkbridge_counter which)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct sb_stats *s = per_cpu_ptr(stats, cpu);
		unsigned int start;
		u64 n;

		do {
			start = u64_stats_fetch_begin(&s->sync);
			n = u64_stats_read(&s->count[which]);
		} while (u64_stats_fetch_retry(&s->sync, start));
		sum += n;
	}
	return sum;
}
