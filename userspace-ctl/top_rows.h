/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * top_rows: what sinkctl top shows, without the screen.  Rates come of two
 * looks at the same flow.  Pure: the time is told, nothing is printed.
 */
#ifndef SINKCTL_TOP_ROWS_H
#define SINKCTL_TOP_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "format.h"

enum top_sort { TOP_PACKETS, TOP_BITS, TOP_TOTAL, TOP_AGE, TOP_DESTINATION, TOP_SORTS };

struct top_row {
	uint64_t	id;		/* of the flow; of many in one row: a hash of their destination */
	uint8_t		protocol;
	uint8_t		state;
	struct in6_addr	guest_addr, dest_addr;
	uint16_t	guest_l4, dest_l4;
	char		server[SINKBRIDGE_NAME_LEN];
	uint32_t	flows;		/* in this row */
	uint64_t	packets, bytes;	/* both ways */
	uint64_t	start;		/* ms since the epoch */
	double		packet_rate, bit_rate;
};

/* All zero to begin with. */
struct top_rows {
	struct top_row	*rows, *before;		/* before: by id */
	struct top_row	**order;		/* the rows as they are to be shown */
	size_t		count, room, before_count;
	uint64_t	taken, taken_before;	/* ms */
	bool		grouped;		/* a row for each destination */
};

void top_begin(struct top_rows *top, uint64_t now);
int top_add(struct top_rows *top, const struct ipc_flow *flow);	/* 0 or -ENOMEM */
/* Rates, and the order: the greatest first, or the least if reversed. */
void top_end(struct top_rows *top, enum top_sort sort, bool reversed);
void top_free(struct top_rows *top);

const char *top_sort_name(enum top_sort sort);

/* "1.2M", "13.4k", "870" in at most six characters */
const char *top_number(double number, char room[16]);

#endif /* SINKCTL_TOP_ROWS_H */
