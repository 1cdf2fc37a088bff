// SPDX-License-Identifier: GPL-2.0-only
/* Cells that measure packets: a second of each key, in sets of a cache line. */
#include <linux/bitops.h>
#include <linux/cache.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "flood_cell.h"

#define SB_FLOOD_MIN_SETS	256
#define SB_FLOOD_SPREAD		16	/* different values make a scan */

/* A second of packets with one key.  Each set of cells has a cache line of its own. */
struct sb_flood_cell {
	u32	tag;		/* of the key */
	u32	start;		/* jiffies */
	u32	count;
};

struct sb_flood_set {
	struct sb_flood_cell	cell[5];
} ____cacheline_aligned;

/* The same for scans: counts changes of what varies, and keeps a picture of how much it does. */
struct sb_scan_cell {
	u32	tag;
	u32	start;
	u32	count;
	u16	destination;	/* of the last that counted */
	u16	port;
	u64	destinations;	/* a bit for each seen, by hash */
	u64	ports;
};

struct sb_scan_set {
	struct sb_scan_cell	cell[2];
} ____cacheline_aligned;

struct sb_flood_cells {
	struct sb_flood_set	*floods;
	struct sb_scan_set	*scans;
	u32			mask;		/* number of sets - 1 */
};

static bool sb_flood_over(u32 start)
{
	return (u32)jiffies - start >= HZ;
}

bool sb_flood_cells_add(struct sb_flood_cells *cells, u64 hash, u32 rate)
{
	struct sb_flood_set *set = &cells->floods[hash & cells->mask];
	struct sb_flood_cell *cell, *place = NULL;
	u32 tag = hash >> 32, least = U32_MAX;
	unsigned int i;
	u32 count;

	for (i = 0; i < ARRAY_SIZE(set->cell); i++) {
		cell = &set->cell[i];
		count = sb_flood_over(READ_ONCE(cell->start)) ? 0 : READ_ONCE(cell->count);
		if (READ_ONCE(cell->tag) == tag && count) {
			WRITE_ONCE(cell->count, count + 1);
			return count >= rate;
		}
		/* who counted least goes: a flood stays, whatever else there is */
		if (count < least) {
			least = count;
			place = cell;
		}
	}
	WRITE_ONCE(place->tag, tag);
	WRITE_ONCE(place->start, (u32)jiffies);
	WRITE_ONCE(place->count, 1);
	return false;
}

/* Count in the cell of the key, with so many before. */
static bool sb_scan_add(struct sb_scan_cell *cell, u32 count, u32 rate, struct sb_flood_vary vary)
{
	u64 destinations = count ? READ_ONCE(cell->destinations) : 0;
	u64 ports = count ? READ_ONCE(cell->ports) : 0;

	if (count && (READ_ONCE(cell->destination) == vary.destination ||
		      (vary.many_ports && READ_ONCE(cell->port) == vary.port)))
		return false;
	destinations |= BIT_ULL(vary.destination % 64);
	ports |= BIT_ULL(vary.port % 64);
	WRITE_ONCE(cell->destination, vary.destination);
	WRITE_ONCE(cell->port, vary.port);
	WRITE_ONCE(cell->destinations, destinations);
	WRITE_ONCE(cell->ports, ports);
	WRITE_ONCE(cell->count, count + 1);
	return count >= rate && hweight64(destinations) >= SB_FLOOD_SPREAD &&
	       (!vary.many_ports || hweight64(ports) >= SB_FLOOD_SPREAD);
}

bool sb_flood_cells_add_scan(struct sb_flood_cells *cells, u64 hash, u32 rate,
			     struct sb_flood_vary vary)
{
	struct sb_scan_set *set = &cells->scans[hash & cells->mask];
	struct sb_scan_cell *cell, *place = NULL;
	u32 tag = hash >> 32, least = U32_MAX, count;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(set->cell); i++) {
		cell = &set->cell[i];
		count = sb_flood_over(READ_ONCE(cell->start)) ? 0 : READ_ONCE(cell->count);
		if (READ_ONCE(cell->tag) == tag && count)
			return sb_scan_add(cell, count, rate, vary);
		if (count < least) {
			least = count;
			place = cell;
		}
	}
	WRITE_ONCE(place->tag, tag);
	WRITE_ONCE(place->start, (u32)jiffies);
	return sb_scan_add(place, 0, rate, vary);
}

struct sb_flood_cells *sb_flood_cells_alloc(u32 keys)
{
	u32 sets = max_t(u32, roundup_pow_of_two(keys), SB_FLOOD_MIN_SETS);
	struct sb_flood_cells *cells = kzalloc(sizeof(*cells), GFP_KERNEL_ACCOUNT);

	if (!cells)
		return NULL;
	cells->mask = sets - 1;
	cells->floods = kvcalloc(sets, sizeof(*cells->floods), GFP_KERNEL_ACCOUNT);
	cells->scans = kvcalloc(sets, sizeof(*cells->scans), GFP_KERNEL_ACCOUNT);
	if (!cells->floods || !cells->scans) {
		sb_flood_cells_free(cells);
		return NULL;
	}
	return cells;
}

void sb_flood_cells_free(struct sb_flood_cells *cells)
{
	if (!cells)
		return;
	kvfree(cells->scans);
	kvfree(cells->floods);
	kfree(cells);
}
