/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How many different values were seen: exact while they are few, then an
 * estimate (within about 10 %), in a size that does not grow.  Values come as
 * 32-bit hashes.  Any CPU may add at any time; what has been seen before is
 * only read.
 */
#ifndef SB_DISTINCT_H
#define SB_DISTINCT_H

#include <linux/atomic.h>
#include <linux/types.h>

#define SB_DISTINCT_FEW		32	/* exact up to here */
#define SB_DISTINCT_SLOTS	64	/* power of two, more than a few */
#define SB_DISTINCT_REGISTERS	512	/* power of two */

struct sb_distinct {
	atomic_t	few;				/* slots taken */
	u32		slots[SB_DISTINCT_SLOTS];	/* hashes, 0: free */
	u8		registers[SB_DISTINCT_REGISTERS];	/* of a HyperLogLog */
};

/* Different for different values of one seed: a mixing that can be undone. */
static inline u32 sb_distinct_hash(u32 value, u32 seed)
{
	value ^= seed;
	value ^= value >> 16;
	value *= 0x85ebca6b;
	value ^= value >> 13;
	value *= 0xc2b2ae35;
	return value ^ value >> 16;
}

void sb_distinct_add(struct sb_distinct *distinct, u32 hash);
u32 sb_distinct_count(const struct sb_distinct *distinct);

#endif /* SB_DISTINCT_H */
