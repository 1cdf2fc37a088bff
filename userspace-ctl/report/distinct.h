/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * distinct: how many different values there were, estimated by a bitmap of a
 * fixed size (linear counting).
 */
#ifndef SINKCTL_REPORT_DISTINCT_H
#define SINKCTL_REPORT_DISTINCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISTINCT_BITS 16384

struct distinct {
	uint32_t	set;			/* bits */
	uint64_t	bits[DISTINCT_BITS / 64];
};

void distinct_add(struct distinct *distinct, const void *bytes, size_t len);
uint32_t distinct_count(const struct distinct *distinct);	/* exact as long as it is small */

#endif /* SINKCTL_REPORT_DISTINCT_H */
