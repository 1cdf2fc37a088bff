// SPDX-License-Identifier: GPL-2.0-only
#include "collect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../command.h"
#include "../format.h"

int collect_open(struct collect *collect, const char *bridge, const char *path)
{
	memset(collect, 0, sizeof(*collect));
	snprintf(collect->bridge, sizeof(collect->bridge), "%s", bridge);
	collect->file = fopen(path, "wxe");
	if (!collect->file)
		return refused("%s: %s", path, strerror(errno));
	if (ipc_open(&collect->monitor) || ipc_monitor_start(collect->monitor))
		return refused("flow events: %s", ipc_error());
	return 0;
}

int collect_fd(const struct collect *collect)
{
	return ipc_monitor_fd(collect->monitor);
}

static void write_flow(struct collect *collect, const struct ipc_flow *flow)
{
	json_t *object;
	bool right;

	if (collect->written >= COLLECT_MAX) {
		collect->not_kept++;
		return;
	}
	object = flow_to_json(flow);
	right = object && !json_dumpf(object, collect->file, JSON_COMPACT) &&
		putc('\n', collect->file) != EOF;
	json_decref(object);
	if (right)
		collect->written++;
	else
		collect->not_kept++;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int take_event(const struct ipc_event *event, void *data)
{
	struct collect *collect = data;

	if (event->kind == IPC_LOST) {
		collect->lost++;
		return 0;
	}
	if (strcmp(event->bridge, collect->bridge))
		return 0;
	if (event->kind == IPC_FLOW_START)
		collect->started++;
	/* one that ended after it had been written alive is there already */
	else if (!collect->live || !bsearch(&event->flow.id, collect->live, collect->live_count,
					    sizeof(uint64_t), compare))
		write_flow(collect, &event->flow);
	return 0;
}

void collect_read(struct collect *collect)
{
	/* bounded: a flood of flows must not keep us from the signals */
	for (int i = 0; i < 64 && ipc_monitor_read(collect->monitor, take_event, collect) > 0; i++)
		;
}

static int take_live(const struct ipc_flow *flow, void *data)
{
	struct collect *collect = data;

	write_flow(collect, flow);
	if (collect->live_count == collect->live_room) {
		size_t room = collect->live_room ? 2 * collect->live_room : 1024;
		uint64_t *grown = reallocarray(collect->live, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		collect->live = grown;
		collect->live_room = room;
	}
	collect->live[collect->live_count++] = flow->id;
	return 0;
}

void collect_finish(struct collect *collect, struct ipc *ipc)
{
	collect_read(collect);
	if (ipc_flow_dump(ipc, collect->bridge, NULL, take_live, collect))
		refused("flows of bridge %s: %s", collect->bridge, ipc_error());
	if (collect->live)
		qsort(collect->live, collect->live_count, sizeof(uint64_t), compare);
	collect_read(collect);
	if (fclose(collect->file))
		refused("flows of bridge %s: %s", collect->bridge, strerror(errno));
	collect->file = NULL;
	ipc_close(collect->monitor);
	collect->monitor = NULL;
	free(collect->live);
	collect->live = NULL;
}
