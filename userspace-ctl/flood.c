// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl flood: the floods of a bridge. */
#include <stdio.h>

#include "command.h"
#include "format.h"
#include "format_flood.h"
#include "output.h"

static const char help[] =
"usage: sinkctl flood show BRIDGE [id N]\n"
"       sinkctl flood count BRIDGE\n"
"       sinkctl flood flush BRIDGE [id N]\n"
"\n"
"A flood is a record of packets that nobody answers, and that came faster than their rule's\n"
"'flood RATE'. 'flush' ends the records; what goes on coming is measured anew.\n";

/* BRIDGE [id N]; *id: 0 for all */
static int parse(struct words *words, const char **bridge, uint64_t *id)
{
	int err = words_bridge(words, bridge);

	*id = 0;
	if (!err && words_take(words, "id"))
		err = words_number(words, "id", 1, INT64_MAX, id);
	return err ? err : words_end(words);
}

static int show_one(const struct ipc_flood *flood, void *data)
{
	char row[FLOOD_ROW_MAX];

	(void)data;
	if (json_output) {
		list_item(flood_to_json(flood, "live", true));
	} else {
		flood_row(flood, now_ms(), row);
		puts(row);
	}
	return 0;
}

static int flood_show(struct words *words)
{
	const char *bridge;
	struct ipc *ipc;
	uint64_t id;
	int err = parse(words, &bridge, &id);

	if (!err)
		err = command_connect(words, &ipc);
	if (err)
		return err;
	list_begin();
	err = ipc_flood_dump(ipc, bridge, id, show_one, NULL);
	list_end();
	return command_end(words, ipc, bridge, err);
}

static int flood_count(struct words *words)
{
	struct ipc_bridge answer;
	const char *bridge;
	struct ipc *ipc;
	int err = command_begin(words, true, &bridge, &ipc);

	if (err)
		return err;
	err = ipc_bridge_get(ipc, bridge, &answer);
	if (!err)
		bridge_count(bridge, answer.floods, "");
	return command_end(words, ipc, bridge, err);
}

static int flood_flush(struct words *words)
{
	const char *bridge;
	struct ipc *ipc;
	uint32_t count;
	uint64_t id;
	int err = parse(words, &bridge, &id);

	if (!err)
		err = command_connect(words, &ipc);
	if (err)
		return err;
	err = ipc_flood_flush(ipc, bridge, id, &count);
	if (!err)
		bridge_count(bridge, count, "flushed ");
	return command_end(words, ipc, bridge, err);
}

static const struct command commands[] = {
	{ "show", flood_show },
	{ "count", flood_count },
	{ "flush", flood_flush },
	{ 0 }
};

int cmd_flood(int argc, char **argv)
{
	return command_run(argc, argv, commands, help);
}
