// SPDX-License-Identifier: GPL-2.0-only
#include "top_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void top_begin(struct top_rows *top, uint64_t now)
{
	struct top_row *rows = top->before;

	/* what was shown becomes what to compare with, in the order of ids that top_end() leaves */
	top->before = top->rows;
	top->before_count = top->count;
	top->taken_before = top->taken;
	top->rows = rows;
	top->count = 0;
	top->taken = now;
	free(top->rows);
	top->rows = NULL;
	top->room = 0;
}

static uint64_t destination_id(const struct ipc_flow *flow)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < sizeof(flow->dest_addr); i++)
		hash = (hash ^ flow->dest_addr.s6_addr[i]) * 0x100000001b3ULL;
	hash = (hash ^ flow->dest_l4) * 0x100000001b3ULL;
	return (hash ^ flow->protocol) * 0x100000001b3ULL;
}

int top_add(struct top_rows *top, const struct ipc_flow *flow)
{
	struct top_row *row;

	if (top->count == top->room) {
		size_t room = top->room ? 2 * top->room : 256;
		struct top_row *grown = reallocarray(top->rows, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		top->rows = grown;
		top->room = room;
	}
	row = &top->rows[top->count++];
	*row = (struct top_row){
		.id = top->grouped ? destination_id(flow) : flow->id,
		.protocol = flow->protocol, .state = flow->state, .guest_addr = flow->guest_addr,
		.dest_addr = flow->dest_addr, .guest_l4 = flow->guest_l4, .dest_l4 = flow->dest_l4,
		.flows = 1, .packets = flow->orig_packets + flow->reply_packets,
		.bytes = flow->orig_bytes + flow->reply_bytes, .start = flow->start,
	};
	memcpy(row->server, flow->server, sizeof(row->server));
	return 0;
}

static int by_id(const void *a, const void *b)
{
	const struct top_row *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* Rows of one id become one: they are side by side. */
static void merge(struct top_rows *top)
{
	size_t kept = 0;

	for (size_t i = 0; i < top->count; i++) {
		struct top_row *row = &top->rows[i], *last = kept ? &top->rows[kept - 1] : NULL;

		if (!last || last->id != row->id) {
			top->rows[kept++] = *row;
			continue;
		}
		last->flows += row->flows;
		last->packets += row->packets;
		last->bytes += row->bytes;
		if (row->start < last->start)
			last->start = row->start;
	}
	top->count = kept;
}

/* Since the last look; of a row that is new, since it began. */
static void set_rate(const struct top_rows *top, struct top_row *row)
{
	const struct top_row *before = top->before_count ?
		bsearch(row, top->before, top->before_count, sizeof(*row), by_id) : NULL;
	uint64_t since = before ? top->taken_before : row->start;
	double seconds = top->taken > since ? (top->taken - since) / 1000.0 : 0;
	uint64_t packets = row->packets, bytes = row->bytes;

	if (before) {
		/* flows of a group may have ended meanwhile */
		packets = packets > before->packets ? packets - before->packets : 0;
		bytes = bytes > before->bytes ? bytes - before->bytes : 0;
	}
	if (seconds < 0.1)
		seconds = 0.1;
	row->packet_rate = packets / seconds;
	row->bit_rate = bytes * 8 / seconds;
}

static enum top_sort sorted_by;
static bool sorted_reversed;

static int compare_numbers(double x, double y)
{
	return x < y ? 1 : x > y ? -1 : 0;
}

static int compare(const void *a, const void *b)
{
	const struct top_row *x = *(const struct top_row *const *)a;
	const struct top_row *y = *(const struct top_row *const *)b;
	int order = 0;

	switch (sorted_by) {
	case TOP_PACKETS:
		order = compare_numbers(x->packet_rate, y->packet_rate);
		break;
	case TOP_BITS:
		order = compare_numbers(x->bit_rate, y->bit_rate);
		break;
	case TOP_TOTAL:
		order = compare_numbers(x->bytes, y->bytes);
		break;
	case TOP_AGE:
		order = compare_numbers(y->start, x->start);
		break;
	case TOP_DESTINATION:
		order = memcmp(&x->dest_addr, &y->dest_addr, sizeof(x->dest_addr));
		if (!order)
			order = compare_numbers(y->dest_l4, x->dest_l4);
		break;
	case TOP_SORTS:
		break;
	}
	if (sorted_reversed)
		order = -order;
	return order ? order : by_id(x, y);
}

void top_end(struct top_rows *top, enum top_sort sort, bool reversed)
{
	if (top->count)
		qsort(top->rows, top->count, sizeof(*top->rows), by_id);
	if (top->grouped)
		merge(top);
	for (size_t i = 0; i < top->count; i++)
		set_rate(top, &top->rows[i]);
	sorted_by = sort;
	sorted_reversed = reversed;
	free(top->order);
	top->order = calloc(top->count + 1, sizeof(*top->order));
	if (!top->order) {
		top->count = 0;
		return;
	}
	for (size_t i = 0; i < top->count; i++)
		top->order[i] = &top->rows[i];
	qsort(top->order, top->count, sizeof(*top->order), compare);
}

void top_free(struct top_rows *top)
{
	free(top->rows);
	free(top->before);
	free(top->order);
	memset(top, 0, sizeof(*top));
}

const char *top_sort_name(enum top_sort sort)
{
	static const char *const names[TOP_SORTS] = {
		"packets", "bits", "total", "age", "destination",
	};

	return sort < TOP_SORTS ? names[sort] : "";
}

const char *top_number(double number, char room[16])
{
	static const char units[] = " kMGTPE";
	int unit = 0;

	/* 999.95 would round to 1000.0 */
	while (number >= 999.5 && unit < 6) {
		number /= 1000;
		unit++;
	}
	if (!unit)
		snprintf(room, 16, "%.0f", number);
	else
		snprintf(room, 16, number < 99.95 ? "%.1f%c" : "%.0f%c", number, units[unit]);
	return room;
}
