/* SPDX-License-Identifier: GPL-2.0-only */
/* pace: how many packets each live flood has, twice a second, for the curves of the report. */
#ifndef SINKCTL_LAB_PACE_H
#define SINKCTL_LAB_PACE_H

#include <stdint.h>
#include <stdio.h>

#include "../ipc.h"

#define PACE_MS		500
#define PACE_LINES_MAX	200000	/* of a run; what comes then has no curve */

struct pace {
	FILE		*file;
	uint64_t	next;		/* ms */
	uint64_t	lines;
};

/* flood_rates.jsonl in folder: {"at", "in_iface", "id", "packets"} a line. 0, or the exit status. */
int pace_open(struct pace *pace, const char *folder);
/* When it is time; now is in ms. */
void pace_take(struct pace *pace, struct ipc *ipc, const char *bridge, uint64_t now);
void pace_close(struct pace *pace);

#endif /* SINKCTL_LAB_PACE_H */
