// SPDX-License-Identifier: GPL-2.0-only
#include "distinct.h"

#include <math.h>

void distinct_add(struct distinct *distinct, const void *bytes, size_t len)
{
	const uint8_t *in = bytes;
	uint64_t hash = 0xcbf29ce484222325ULL;
	uint32_t bit;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ in[i]) * 0x100000001b3ULL;
	hash ^= hash >> 32;
	hash *= 0x9e3779b97f4a7c15ULL;
	bit = hash >> 50;	/* 14 bits */
	if (distinct->bits[bit / 64] >> (bit % 64) & 1)
		return;
	distinct->bits[bit / 64] |= 1ULL << (bit % 64);
	distinct->set++;
}

uint32_t distinct_count(const struct distinct *distinct)
{
	double zero = DISTINCT_BITS - distinct->set;

	if (distinct->set < 64)
		return distinct->set;
	if (zero < 1)
		zero = 1;
	return lround(-(double)DISTINCT_BITS * log(zero / DISTINCT_BITS));
}
