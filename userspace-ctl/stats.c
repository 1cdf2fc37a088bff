// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl stats: the counters of a bridge. */
#include "command.h"
#include "format.h"
#include "output.h"

static const char help[] =
"usage: sinkctl stats show BRIDGE [-a|--all] [--explain]\n"
"\n"
"The counters of a bridge that are not zero; all of them with -a; what each counts with --explain.\n";

static const struct {
	const char *name;
	const char *text;
} counter_list[] = {
#define COUNTER(name, text) { #name, text },
	SINKBRIDGE_COUNTERS(COUNTER)
#undef COUNTER
};

static void print_json(const char *bridge, const uint64_t *counters, bool explain)
{
	json_t *values = json_object(), *texts = json_object();
	json_t *object = json_pack("{s:o}", "bridge", text_to_json(bridge));

	for (int i = 0; i < __SINKBRIDGE_COUNTERS; i++) {
		json_object_set_new(values, counter_list[i].name, json_integer(counters[i]));
		json_object_set_new(texts, counter_list[i].name, json_string(counter_list[i].text));
	}
	json_object_set_new(object, "counters", values);
	if (explain)
		json_object_set_new(object, "explanations", texts);
	else
		json_decref(texts);
	list_begin();
	list_item(object);
	list_end();
}

static void print_text(const uint64_t *counters, bool all, bool explain)
{
	static const char *const head[] = { "COUNTER", "VALUE", "MEANING" };
	struct table table;

	table_begin(&table, explain ? "lrl" : "lr", head);
	for (int i = 0; i < __SINKBRIDGE_COUNTERS; i++) {
		if (!counters[i] && !all)
			continue;
		table_cell(&table, counter_list[i].name);
		table_number(&table, counters[i]);
		if (explain)
			table_cell(&table, counter_list[i].text);
	}
	table_end(&table, true);
}

static int stats_show(struct words *words)
{
	uint64_t counters[__SINKBRIDGE_COUNTERS];
	bool all = false, explain = false;
	const char *bridge = NULL;
	struct ipc *ipc;
	int err = 0;

	while (!err && words->left) {
		if (words_take(words, "-a") || words_take(words, "--all"))
			all = true;
		else if (words_take(words, "--explain"))
			explain = true;
		else if (!bridge)
			err = words_bridge(words, &bridge);
		else
			err = words_end(words);
	}
	if (!err && !bridge)
		err = words_bridge(words, &bridge);
	if (!err)
		err = command_connect(words, &ipc);
	if (err)
		return err;
	err = ipc_stats_get(ipc, bridge, counters);
	if (!err && json_output)
		print_json(bridge, counters, explain);
	else if (!err)
		print_text(counters, all, explain);
	return command_end(words, ipc, bridge, err);
}

static const struct command commands[] = {
	{ "show", stats_show },
	{ 0 }
};

int cmd_stats(int argc, char **argv)
{
	return command_run(argc, argv, commands, help);
}
