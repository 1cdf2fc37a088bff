// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl bridge: which bridges are under control. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "format.h"
#include "number.h"
#include "output.h"

static const char help[] =
"usage: sinkctl bridge add BRIDGE [max-flows N] [max-floods N] [distance N]\n"
"                          [guest-prefix PREFIX] [timeout-KIND MS]…\n"
"       sinkctl bridge del BRIDGE\n"
"       sinkctl bridge show [BRIDGE]\n"
"\n"
"Puts a Linux bridge under control: from then on a frame of its ports reaches a server or nothing.\n"
"'del' takes its ports down first.\n"
"max-flows: 16 to 4194304 (262144). max-floods: 16 to 65536 flood records (1024).\n"
"distance: 0 to 32 hops between a guest and the Internet (9). guest-prefix: the /64 that guests\n"
"make IPv6 addresses of (fd53:4201::/64). MS: 100 to 86400000.\n"
"KIND: tcp-opening (30000), tcp-established (3600000), tcp-closing (60000), tcp-closed (5000),\n"
"      udp-opening (30000), udp (120000), icmp (10000), other (120000)\n";

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

static int parse_number(struct words *words, const char *word, uint64_t min, uint64_t max,
			uint32_t *setting)
{
	uint64_t value;
	int err = words_number(words, word, min, max, &value);

	if (err)
		return err;
	if (*setting)
		return bad_usage("%s: '%s' twice, expected it once", words->what, word);
	*setting = value;
	return 0;
}

static int parse_distance(struct words *words, struct ipc_settings *settings)
{
	uint64_t value;
	int err = words_number(words, "distance", 0, SINKBRIDGE_MAX_DISTANCE, &value);

	if (err)
		return err;
	if (settings->has_distance)
		return bad_usage("%s: 'distance' twice, expected it once", words->what);
	settings->distance = value;
	settings->has_distance = true;
	return 0;
}

static int parse_guest_prefix(struct words *words, struct ipc_settings *settings)
{
	const char *word = words_next(words);
	char q[QUOTE_MAX];

	if (settings->has_guest_prefix)
		return bad_usage("%s: 'guest-prefix' twice, expected it once", words->what);
	if (!word)
		return bad_usage("%s: nothing after 'guest-prefix', expected "
				 ADDR_GUEST_PREFIX_EXPECTED, words->what);
	if (!addr_parse_guest_prefix(word, &settings->guest_prefix))
		return bad_usage("%s: guest-prefix %s, expected " ADDR_GUEST_PREFIX_EXPECTED,
				 words->what, quote(word, q));
	settings->has_guest_prefix = true;
	return 0;
}

static int parse_setting(struct words *words, struct ipc_settings *settings)
{
	const char *word = words_next(words);
	char q[QUOTE_MAX];
	int timeout;

	if (!strcmp(word, "max-flows"))
		return parse_number(words, word, SINKBRIDGE_MIN_FLOWS, SINKBRIDGE_MAX_FLOWS,
				    &settings->max_flows);
	if (!strcmp(word, "max-floods"))
		return parse_number(words, word, SINKBRIDGE_MIN_FLOODS, SINKBRIDGE_MAX_FLOODS,
				    &settings->max_floods);
	if (!strcmp(word, "distance"))
		return parse_distance(words, settings);
	if (!strcmp(word, "guest-prefix"))
		return parse_guest_prefix(words, settings);
	timeout = find_timeout(word);
	if (timeout < 0)
		return bad_usage("%s: unknown word %s, expected max-flows N, max-floods N, distance N,"
				 " guest-prefix PREFIX or timeout-KIND MS (see: sinkctl bridge help)",
				 words->what, quote(word, q));
	return parse_number(words, word, 100, 86400000, &settings->timeouts[timeout]);
}

static int bridge_add(struct words *words)
{
	struct ipc_settings settings = { 0 };
	const char *bridge;
	struct ipc *ipc;
	int err = words_bridge(words, &bridge);

	while (!err && words->left)
		err = parse_setting(words, &settings);
	if (!err)
		err = command_connect(words, &ipc);
	if (err)
		return err;
	err = ipc_bridge_add(ipc, bridge, &settings);
	return command_end(words, ipc, bridge, err);
}

static int bridge_del(struct words *words)
{
	const char *bridge;
	struct ipc *ipc;
	int err = command_begin(words, true, &bridge, &ipc);

	if (err)
		return err;
	return command_end(words, ipc, bridge, ipc_bridge_del(ipc, bridge));
}

static json_t *bridge_to_json(const struct ipc_bridge *bridge)
{
	const struct ipc_settings *settings = &bridge->settings;
	json_t *timeouts = json_object();
	char prefix[ADDR_TEXT_MAX];

	for (int i = 0; i < IPC_TIMEOUTS; i++)
		json_object_set_new(timeouts, timeout_text(i), json_integer(settings->timeouts[i]));
	return json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:o, s:o}",
			 "bridge", text_to_json(bridge->name),
			 "ifindex", (json_int_t)bridge->ifindex,
			 "flows", (json_int_t)bridge->flows,
			 "max_flows", (json_int_t)settings->max_flows,
			 "floods", (json_int_t)bridge->floods,
			 "max_floods", (json_int_t)settings->max_floods,
			 "rules", (json_int_t)bridge->rules,
			 "servers", (json_int_t)bridge->servers,
			 "generation", (json_int_t)bridge->generation,
			 "distance", settings->distance,
			 "guest_prefix", json_sprintf("%s/64", addr_text(&settings->guest_prefix,
									 prefix)),
			 "timeouts_ms", timeouts);
}

static int print_bridge(const struct ipc_bridge *bridge, void *data)
{
	const struct ipc_settings *settings = &bridge->settings;
	char prefix[ADDR_TEXT_MAX];

	(void)data;
	if (json_output) {
		list_item(bridge_to_json(bridge));
		return 0;
	}
	printf("%u: %s: flows %u max-flows %u rules %u servers %u generation %u\n", bridge->ifindex,
	       bridge->name, bridge->flows, settings->max_flows, bridge->rules, bridge->servers,
	       bridge->generation);
	printf("    floods %u max-floods %u distance %u guest-prefix %s/64\n", bridge->floods,
	       settings->max_floods, settings->distance, addr_text(&settings->guest_prefix, prefix));
	for (int i = 0; i < IPC_TIMEOUTS; i++)
		printf("%s timeout-%s %u%s", i == 0 || i == 4 ? "   " : "", timeout_text(i),
		       settings->timeouts[i], i == 3 || i == IPC_TIMEOUTS - 1 ? "\n" : "");
	return 0;
}

static int bridge_show(struct words *words)
{
	const char *bridge;
	struct ipc_bridge answer;
	struct ipc *ipc;
	int err = command_begin(words, false, &bridge, &ipc);

	if (err)
		return err;
	list_begin();
	if (bridge) {
		err = ipc_bridge_get(ipc, bridge, &answer);
		if (!err)
			print_bridge(&answer, NULL);
	} else {
		err = ipc_bridge_dump(ipc, print_bridge, NULL);
	}
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
