// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl rule: the port-routing table of a bridge. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "format.h"
#include "number.h"
#include "output.h"

static const char help[] =
"usage: sinkctl rule add BRIDGE [before ID] RULE\n"
"       sinkctl rule del BRIDGE ID\n"
"       sinkctl rule replace BRIDGE FILE|- [generation N]\n"
"       sinkctl rule show BRIDGE\n"
"       sinkctl rule save BRIDGE\n"
"\n"
"RULE   := [in IFNAME] [PROTO] [dst PREFIX] [dport N[-M]] [FLOOD] [capture N] ACTION\n"
"PROTO  := tcp | udp | icmp | icmp6 | gre | sctp | udplite | 0..255\n"
"FLOOD  := flood RATE [sample N] [deliver]\n"
"ACTION := to SERVER [port N] | absorb | reject | drop | forward\n"
"\n"
"The first rule that matches decides; what none matches is dropped. 'replace' loads a file of one\n"
"rule a line, all or nothing; 'save' prints such a file. With 'generation' the table is replaced\n"
"only if it still is of that generation (see: sinkctl bridge show).\n";

static int rule_add(struct words *words)
{
	char error[RULE_ERROR_MAX];
	uint64_t before = 0;
	const char *bridge;
	struct rule rule;
	struct ipc *ipc;
	uint32_t id = 0;
	int err = words_bridge(words, &bridge);

	if (!err && words_take(words, "before"))
		err = words_number(words, "before", 1, UINT32_MAX, &before);
	if (!err && rule_parse_words(&rule, words->word, words->left, error))
		err = bad_usage("%s: %s", words->what, error);
	if (!err)
		err = command_connect(words, &ipc);
	if (err)
		return err;
	err = ipc_rule_add(ipc, bridge, &rule, before, &id);
	if (!err && json_output) {
		list_begin();
		list_item(json_pack("{s:I}", "id", (json_int_t)id));
		list_end();
	} else if (!err) {
		printf("id %u\n", id);
	}
	return command_end(words, ipc, bridge, err);
}

static int rule_del(struct words *words)
{
	const char *bridge;
	struct ipc *ipc;
	uint64_t id;
	int err = words_bridge(words, &bridge);

	if (!err)
		err = words_number(words, "id", 1, UINT32_MAX, &id);
	if (!err)
		err = words_end(words);
	if (!err)
		err = command_connect(words, &ipc);
	if (err)
		return err;
	return command_end(words, ipc, bridge, ipc_rule_del(ipc, bridge, id));
}

/* "-" is standard input. */
static int read_rules(struct words *words, const char *path, struct rule_list *list)
{
	bool from_stdin = !strcmp(path, "-");
	FILE *file = from_stdin ? stdin : fopen(path, "re");
	static char buffer[65536];	/* of the one file of this program's run */
	char error[RULE_ERROR_MAX];
	int err;

	if (!file)
		return bad_usage("%s: %s: %s", words->what, path, strerror(errno));
	setvbuf(file, buffer, _IOFBF, sizeof(buffer));
	err = rule_parse_file(list, file, from_stdin ? "stdin" : path, error);
	if (!from_stdin)
		fclose(file);
	return err ? bad_place("%s", error) : 0;
}

static int replace(struct words *words, const char *bridge, const char *path,
		   const struct rule_list *list, uint32_t generation)
{
	char text[RULE_TEXT_MAX];
	struct ipc *ipc;
	size_t wrong;
	int err = command_connect(words, &ipc);

	if (err)
		return err;
	err = ipc_rule_replace(ipc, bridge, list->rules, list->count, generation, &wrong);
	if (!err || wrong >= list->count)
		return command_end(words, ipc, bridge, err);
	ipc_close(ipc);
	rule_format(&list->rules[wrong], text);
	bad_place("%s:%u: %s: %s", !strcmp(path, "-") ? "stdin" : path, list->lines[wrong], text,
		  ipc_error());
	return EXIT_REFUSED;
}

static int rule_replace(struct words *words)
{
	uint64_t generation = 0;
	struct rule_list list;
	const char *bridge, *path = NULL;
	int err = words_bridge(words, &bridge);

	if (!err) {
		path = words_next(words);
		if (!path)
			err = bad_usage("%s: no file, expected its name or -", words->what);
	}
	if (!err && words_take(words, "generation"))
		err = words_number(words, "generation", 1, UINT32_MAX, &generation);
	if (!err)
		err = words_end(words);
	if (!err)
		err = read_rules(words, path, &list);
	if (err)
		return err;
	err = replace(words, bridge, path, &list, generation);
	rule_list_free(&list);
	return err;
}

static int show_rule(const struct rule *rule, uint32_t generation, void *data)
{
	struct table *table = data;
	char text[RULE_TEXT_MAX];

	(void)generation;
	if (json_output) {
		list_item(rule_to_json(rule));
		return 0;
	}
	rule_format(rule, text);
	table_number(table, rule->id);
	table_number(table, rule->packets);
	table_number(table, rule->bytes);
	table_number(table, rule->flows);
	table_cell(table, text);
	return 0;
}

static int rule_show(struct words *words)
{
	static const char *const head[] = { "ID", "PACKETS", "BYTES", "FLOWS", "RULE" };
	struct table table;
	const char *bridge;
	struct ipc *ipc;
	int err = command_begin(words, true, &bridge, &ipc);

	if (err)
		return err;
	table_begin(&table, "rrrrl", head);
	list_begin();
	err = ipc_rule_dump(ipc, bridge, show_rule, &table);
	list_end();
	table_end(&table, !json_output && !err);
	return command_end(words, ipc, bridge, err);
}

static int save_rule(const struct rule *rule, uint32_t generation, void *data)
{
	char text[RULE_TEXT_MAX];

	(void)generation;
	(void)data;
	rule_format(rule, text);
	if (json_output)
		list_item(json_pack("{s:o}", "rule", text_to_json(text)));
	else
		puts(text);
	return 0;
}

static int rule_save(struct words *words)
{
	const char *bridge;
	struct ipc *ipc;
	int err = command_begin(words, true, &bridge, &ipc);

	if (err)
		return err;
	list_begin();
	err = ipc_rule_dump(ipc, bridge, save_rule, NULL);
	list_end();
	return command_end(words, ipc, bridge, err);
}

static const struct command commands[] = {
	{ "add", rule_add },
	{ "del", rule_del },
	{ "replace", rule_replace },
	{ "show", rule_show },
	{ "save", rule_save },
	{ 0 }
};

int cmd_rule(int argc, char **argv)
{
	return command_run(argc, argv, commands, help);
}
