/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * collect: the flows and floods of a run, as they end, into files of JSON
 * lines; floods also among the servers' events, as they start and end.
 */
#ifndef SINKCTL_LAB_COLLECT_H
#define SINKCTL_LAB_COLLECT_H

#include <stdint.h>
#include <stdio.h>

#include "../ipc.h"

struct names;

#define COLLECT_MAX	1000000		/* flows that are written; more are counted; floods likewise */

/* One kind of objects. */
struct collect_list {
	FILE		*file;
	uint64_t	started;
	uint64_t	written;
	uint64_t	not_kept;	/* above COLLECT_MAX, or the disk was full */
	uint64_t	*live;		/* ids that were written while alive, sorted */
	size_t		live_count, live_room;
};

struct collect {
	char			bridge[SINKBRIDGE_NAME_LEN];
	struct ipc		*monitor;
	struct collect_list	flows;
	struct collect_list	floods;
	FILE			*events;
	struct names		*names;	/* of addresses, as the DNS server hands them out; NULL: none */
	uint64_t		lost;	/* times that events came too fast to be read */
};

/*
 * Files in folder: flows.jsonl, floods.jsonl, and events.jsonl, which others
 * write, too.  0, or the exit status after saying why.
 */
int collect_open(struct collect *collect, const char *bridge, const char *folder);
int collect_fd(const struct collect *collect);
void collect_read(struct collect *collect);
/* What has not ended yet, too; ipc is another handle. */
void collect_finish(struct collect *collect, struct ipc *ipc);

#endif /* SINKCTL_LAB_COLLECT_H */
