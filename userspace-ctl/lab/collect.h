/* SPDX-License-Identifier: GPL-2.0-only */
/* collect: the flows of a run, as they end, into a file of JSON lines. */
#ifndef SINKCTL_LAB_COLLECT_H
#define SINKCTL_LAB_COLLECT_H

#include <stdint.h>
#include <stdio.h>

#include "../ipc.h"

#define COLLECT_MAX	1000000		/* flows that are written; more are counted */

struct collect {
	char		bridge[SINKBRIDGE_NAME_LEN];
	struct ipc	*monitor;
	FILE		*file;
	uint64_t	started;	/* flows */
	uint64_t	written;
	uint64_t	not_kept;	/* above COLLECT_MAX, or the disk was full */
	uint64_t	lost;		/* times that events came too fast to be read */
	uint64_t	*live;		/* ids of flows that were written while alive, sorted */
	size_t		live_count, live_room;
};

/* 0, or the exit status after saying why. */
int collect_open(struct collect *collect, const char *bridge, const char *path);
int collect_fd(const struct collect *collect);
void collect_read(struct collect *collect);
/* The flows that have not ended yet, too; ipc is another handle. */
void collect_finish(struct collect *collect, struct ipc *ipc);

#endif /* SINKCTL_LAB_COLLECT_H */
