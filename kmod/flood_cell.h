/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cells that measure how fast packets of a key come, before there is a record
 * of them.  A fixed number of cells, and the same cost for any traffic: who
 * counted least makes room.  All CPUs write them without a lock, and may lose
 * some counts when two write one at once: a flood is then noticed that much
 * later.
 */
#ifndef SB_FLOOD_CELL_H
#define SB_FLOOD_CELL_H

#include <linux/types.h>

struct sb_flood_cells;

/* About five cells a key, and two for scans.  May sleep.  NULL: no memory. */
struct sb_flood_cells *sb_flood_cells_alloc(u32 keys);
void sb_flood_cells_free(struct sb_flood_cells *cells);

/* Count a packet; whether more than rate of its key (a keyed hash) came within a second. */
bool sb_flood_cells_add(struct sb_flood_cells *cells, u64 hash, u32 rate);

/* In what the packets of a scan differ: hashes. */
struct sb_flood_vary {
	bool	many_ports;	/* in both; else only in the destination */
	u16	destination;
	u16	port;
};

/*
 * The same for packets that must differ.  Repetitions do not count, and a few
 * values that take turns are not enough: floods of some destinations make no scan.
 */
bool sb_flood_cells_add_scan(struct sb_flood_cells *cells, u64 hash, u32 rate,
			     struct sb_flood_vary vary);

#endif /* SB_FLOOD_CELL_H */
