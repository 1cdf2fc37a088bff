// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counting different values: a small hash set, and a HyperLogLog (Flajolet et
 * al., 2007) that takes over when the set is full; it is fed from the
 * beginning.
 */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/math64.h>
#include <linux/kernel.h>

#include "distinct.h"

/* Is the hash in the set?  If not, it is put there. */
static bool sb_distinct_known(struct sb_distinct *distinct, u32 hash)
{
	unsigned int i;

	hash = hash ?: 1;	/* 0 stands for a free slot */
	for (i = 0; i < SB_DISTINCT_SLOTS; i++) {
		u32 *slot = &distinct->slots[(hash + i) % SB_DISTINCT_SLOTS];
		u32 old = READ_ONCE(*slot);

		if (!old) {
			old = cmpxchg(slot, 0, hash);
			if (!old) {
				atomic_inc(&distinct->few);
				return false;
			}
		}
		if (old == hash)
			return true;
	}
	return false;
}

void sb_distinct_add(struct sb_distinct *distinct, u32 hash)
{
	u8 *reg = &distinct->registers[hash % SB_DISTINCT_REGISTERS];
	u8 rank = 1 + __ffs(hash / SB_DISTINCT_REGISTERS | BIT(23));

	if (atomic_read(&distinct->few) <= SB_DISTINCT_FEW && sb_distinct_known(distinct, hash))
		return;
	if (READ_ONCE(*reg) < rank)
		WRITE_ONCE(*reg, rank);
}

/* So many values are expected to have been drawn when so many registers are still zero. */
static u32 sb_distinct_linear(u32 zeros)
{
	u64 sum = 0;
	u32 i;

	for (i = zeros + 1; i <= SB_DISTINCT_REGISTERS; i++)
		sum += div_u64((u64)SB_DISTINCT_REGISTERS << 16, i);
	return sum >> 16;
}

static u32 sb_distinct_estimate(const struct sb_distinct *distinct)
{
	u32 zeros = 0, i;
	u64 estimate, sum = 0;

	for (i = 0; i < SB_DISTINCT_REGISTERS; i++) {
		u8 rank = READ_ONCE(distinct->registers[i]);

		zeros += !rank;
		sum += 1ULL << (32 - rank);
	}
	/* 0.7198 * m^2 / sum; the constant belongs to 512 registers */
	estimate = div64_u64((47173ULL * SB_DISTINCT_REGISTERS * SB_DISTINCT_REGISTERS) << 16, sum);
	if (zeros && estimate <= 5 * SB_DISTINCT_REGISTERS / 2)
		return sb_distinct_linear(zeros);
	return min_t(u64, estimate, U32_MAX);
}

u32 sb_distinct_count(const struct sb_distinct *distinct)
{
	u32 few = atomic_read(&distinct->few);

	return few <= SB_DISTINCT_FEW ? few : max(sb_distinct_estimate(distinct), few);
}
