// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl bridge: which bridges are under control. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "format.h"
#include "number.h"
#include "output.h"

static const char help[] =
"usage: sinkctl bridge add BRIDGE [max-flows N] [timeout-KIND MS]…\n"
"       sinkctl bridge del BRIDGE\n"
"       sinkctl bridge show [BRIDGE]\n"
"\n"
"Puts a Linux bridge under control: from then on a frame of its ports reaches a server or nothing.\n"
"'del' takes its ports down first. N: 16 to 4194304 flows (262144). MS: 100 to 86400000.\n"
"KIND: tcp-opening (30000), tcp-established (3600000), tcp-closing (60000), tcp-closed (5000),\n"
"      udp-opening (30000), udp (120000), icmp (10000)\n";

struct settings {
	uint32_t max_flows;
	uint32_t timeouts[IPC_TIMEOUTS];
};

static int find_timeout(const char *word)
{
	static const char prefix[] = "timeout-";

	if (strncmp(word, prefix, strlen(prefix)))
		return -1;
	for (int i = 0; i < IPC_TIMEOUTS; i++)
		if (!strcmp(word + strlen(prefix), timeout_text(i)))
			return i;
	return -1;
}

static int parse_setting(struct words *words, struct settings *settings)
{
	const char *word = words_next(words);
	uint32_t *setting;
	uint64_t value;
	char q[QUOTE_MAX];
	int timeout, err;

	if (!strcmp(word, "max-flows")) {
		setting = &settings->max_flows;
		err = words_number(words, word, SINKBRIDGE_MIN_FLOWS, SINKBRIDGE_MAX_FLOWS, &value);
	} else {
		timeout = find_timeout(word);
		if (timeout < 0)
			return bad_usage("%s: unknown word %s, expected max-flows N or timeout-KIND MS"
					 " (see: sinkctl bridge help)", words->what, quote(word, q));
		setting = &settings->timeouts[timeout];
		err = words_number(words, word, 100, 86400000, &value);
	}
	if (err)
		return err;
	if (*setting)
		return bad_usage("%s: '%s' twice, expected it once", words->what, word);
	*setting = value;
	return 0;
}

static int bridge_add(struct words *words)
{
	struct settings settings = { 0 };
	const char *bridge;
	struct ipc *ipc;
	int err = words_bridge(words, &bridge);

	while (!err && words->left)
		err = parse_setting(words, &settings);
	if (!err)
		err = command_connect(words, &ipc);
	if (err)
		return err;
	err = ipc_bridge_add(ipc, bridge, settings.max_flows, settings.timeouts);
	return command_end(words, ipc, bridge, err);
}

static int bridge_del(struct words *words)
{
	const char *bridge;
	struct ipc *ipc;
	int err = words_bridge(words, &bridge);

	if (!err)
		err = words_end(words);
	if (!err)
		err = command_connect(words, &ipc);
	if (err)
		return err;
	return command_end(words, ipc, bridge, ipc_bridge_del(ipc, bridge));
}

static json_t *bridge_to_json(const struct ipc_bridge *bridge)
{
	json_t *timeouts = json_object();

	for (int i = 0; i < IPC_TIMEOUTS; i++)
		json_object_set_new(timeouts, timeout_text(i), json_integer(bridge->timeouts[i]));
	return json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
			 "bridge", text_to_json(bridge->name),
			 "ifindex", (json_int_t)bridge->ifindex,
			 "flows", (json_int_t)bridge->flows,
			 "max_flows", (json_int_t)bridge->max_flows,
			 "rules", (json_int_t)bridge->rules,
			 "servers", (json_int_t)bridge->servers,
			 "generation", (json_int_t)bridge->generation,
			 "timeouts_ms", timeouts);
}

static int print_bridge(const struct ipc_bridge *bridge, void *data)
{
	(void)data;
	if (json_output) {
		list_item(bridge_to_json(bridge));
		return 0;
	}
	printf("%u: %s: flows %u max-flows %u rules %u servers %u generation %u\n", bridge->ifindex,
	       bridge->name, bridge->flows, bridge->max_flows, bridge->rules, bridge->servers,
	       bridge->generation);
	for (int i = 0; i < IPC_TIMEOUTS; i++)
		printf("%s timeout-%s %u%s", i == 0 || i == 4 ? "   " : "", timeout_text(i),
		       bridge->timeouts[i], i == 3 || i == IPC_TIMEOUTS - 1 ? "\n" : "");
	return 0;
}

static int bridge_show(struct words *words)
{
	const char *bridge = NULL;
	struct ipc_bridge answer;
	struct ipc *ipc;
	int err = 0;

	if (words->left)
		err = words_bridge(words, &bridge);
	if (!err)
		err = words_end(words);
	if (!err)
		err = command_connect(words, &ipc);
	if (err)
		return err;
	if (json_output)
		list_begin();
	if (bridge) {
		err = ipc_bridge_get(ipc, bridge, &answer);
		if (!err)
			print_bridge(&answer, NULL);
	} else {
		err = ipc_bridge_dump(ipc, print_bridge, NULL);
	}
	if (json_output)
		list_end();
	return command_end(words, ipc, bridge, err);
}

static const struct command commands[] = {
	{ "add", bridge_add },
	{ "del", bridge_del },
	{ "show", bridge_show },
	{ 0 }
};

int cmd_bridge(int argc, char **argv)
{
	return command_run(argc, argv, commands, help);
}
