// SPDX-License-Identifier: GPL-2.0-only
#include "collect.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../command.h"
#include "../format.h"
#include "../format_flood.h"
#include "names.h"

/* By the name that its destination was given for, if it was. */
static json_t *named(const struct collect *collect, const struct ipc_flow *flow)
{
	const char *name = names_find(collect->names, &flow->dest_addr);
	json_t *object = flow_to_json(flow);

	if (name && object)
		json_object_set_new(object, "dest_name", json_string(name));
	return object;
}

static struct names *open_names(const char *folder)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/events.jsonl", folder);
	return names_open(path);
}

static FILE *open_in(const char *folder, const char *name, const char *mode)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, mode);
	if (!file)
		refused("%s: %s", path, strerror(errno));
	return file;
}

int collect_open(struct collect *collect, const char *bridge, const char *folder)
{
	memset(collect, 0, sizeof(*collect));
	snprintf(collect->bridge, sizeof(collect->bridge), "%s", bridge);
	collect->flows.file = open_in(folder, "flows.jsonl", "wxe");
	collect->floods.file = open_in(folder, "floods.jsonl", "wxe");
	collect->events = open_in(folder, "events.jsonl", "ae");
	if (!collect->flows.file || !collect->floods.file || !collect->events)
		return EXIT_REFUSED;
	collect->names = open_names(folder);
	/* the servers write there, too: whole lines */
	setvbuf(collect->events, NULL, _IOLBF, 16384);
	if (ipc_open(&collect->monitor) || ipc_monitor_start(collect->monitor))
		return refused("flow events: %s", ipc_error());
	return 0;
}

int collect_fd(const struct collect *collect)
{
	return ipc_monitor_fd(collect->monitor);
}

/* Takes the reference; object may be NULL (no memory). */
static bool write_line(FILE *file, json_t *object)
{
	bool right = object && !json_dumpf(object, file, JSON_COMPACT) && putc('\n', file) != EOF;

	json_decref(object);
	return right;
}

static void write_item(struct collect_list *list, json_t *object)
{
	if (list->written >= COLLECT_MAX) {
		list->not_kept++;
		json_decref(object);
		return;
	}
	if (write_line(list->file, object))
		list->written++;
	else
		list->not_kept++;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* One that ended after it had been written alive is there already. */
static bool is_written(const struct collect_list *list, uint64_t id)
{
	return list->live && bsearch(&id, list->live, list->live_count, sizeof(id), compare);
}

static void take_flow_event(struct collect *collect, const struct ipc_event *event)
{
	if (event->kind == IPC_FLOW_START)
		collect->flows.started++;
	else if (!is_written(&collect->flows, event->flow.id))
		write_item(&collect->flows, named(collect, &event->flow));
}

static void take_flood_event(struct collect *collect, const struct ipc_event *event)
{
	const char *state = event->kind == IPC_FLOOD_START ? "start" : "end";

	write_line(collect->events, flood_to_json(event->flood, state, false));
	if (event->kind == IPC_FLOOD_START)
		collect->floods.started++;
	else if (!is_written(&collect->floods, event->flood->id))
		write_item(&collect->floods, flood_to_json(event->flood, state, true));
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
	if (event->flood)
		take_flood_event(collect, event);
	else
		take_flow_event(collect, event);
	return 0;
}

void collect_read(struct collect *collect)
{
	/* bounded: a flood of flows must not keep us from the signals */
	for (int i = 0; i < 64 && ipc_monitor_read(collect->monitor, take_event, collect) > 0; i++)
		;
}

static int keep_live(struct collect_list *list, uint64_t id)
{
	if (list->live_count == list->live_room) {
		size_t room = list->live_room ? 2 * list->live_room : 1024;
		uint64_t *grown = reallocarray(list->live, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		list->live = grown;
		list->live_room = room;
	}
	list->live[list->live_count++] = id;
	return 0;
}

static int take_live(const struct ipc_flow *flow, void *data)
{
	struct collect *collect = data;

	write_item(&collect->flows, named(collect, flow));
	return keep_live(&collect->flows, flow->id);
}

static int take_live_flood(const struct ipc_flood *flood, void *data)
{
	struct collect *collect = data;

	write_item(&collect->floods, flood_to_json(flood, "live", true));
	return keep_live(&collect->floods, flood->id);
}

static void close_list(struct collect_list *list, const char *what, const char *bridge)
{
	if (fclose(list->file))
		refused("%s of bridge %s: %s", what, bridge, strerror(errno));
	list->file = NULL;
	free(list->live);
	list->live = NULL;
}

static void sort_live(struct collect_list *list)
{
	if (list->live)
		qsort(list->live, list->live_count, sizeof(uint64_t), compare);
}

void collect_finish(struct collect *collect, struct ipc *ipc)
{
	collect_read(collect);
	if (ipc_flow_dump(ipc, collect->bridge, NULL, take_live, collect))
		refused("flows of bridge %s: %s", collect->bridge, ipc_error());
	if (ipc_flood_dump(ipc, collect->bridge, 0, take_live_flood, collect))
		refused("floods of bridge %s: %s", collect->bridge, ipc_error());
	sort_live(&collect->flows);
	sort_live(&collect->floods);
	collect_read(collect);
	close_list(&collect->flows, "flows", collect->bridge);
	close_list(&collect->floods, "floods", collect->bridge);
	if (fclose(collect->events))
		refused("events of bridge %s: %s", collect->bridge, strerror(errno));
	collect->events = NULL;
	ipc_close(collect->monitor);
	collect->monitor = NULL;
	names_close(collect->names);
	collect->names = NULL;
}
