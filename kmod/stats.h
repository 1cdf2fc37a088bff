/* SPDX-License-Identifier: GPL-2.0-only */
/* Per-CPU counters of a bridge, from the one list in the uapi header. */
#ifndef SB_STATS_H
#define SB_STATS_H

#include <linux/percpu.h>
#include <linux/sinkbridge.h>
#include <linux/u64_stats_sync.h>

struct sb_stats {
	u64_stats_t		count[__SINKBRIDGE_COUNTERS];
	struct u64_stats_sync	sync;	/* writers: BHs off, this CPU */
};

/* BHs are off. */
static inline void sb_stats_add(struct sb_stats __percpu *stats, enum sinkbridge_counter which,
				unsigned int n)
{
	struct sb_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->sync);
	u64_stats_add(&s->count[which], n);
	u64_stats_update_end(&s->sync);
}

static inline void sb_stats_inc(struct sb_stats __percpu *stats, enum sinkbridge_counter which)
{
	sb_stats_add(stats, which, 1);
}

/* Any context. */
static inline void sb_stats_inc_bh(struct sb_stats __percpu *stats, enum sinkbridge_counter which)
{
	local_bh_disable();
	sb_stats_inc(stats, which);
	local_bh_enable();
}

struct sb_stats __percpu *sb_stats_alloc(void);
u64 sb_stats_read(struct sb_stats __percpu *stats, enum sinkbridge_counter which);
extern const char * const sb_counter_names[__SINKBRIDGE_COUNTERS];

#endif /* SB_STATS_H */
