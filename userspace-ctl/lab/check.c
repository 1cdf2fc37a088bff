// SPDX-License-Identifier: GPL-2.0-only
/* All that can be found wrong with a lab before anything is done. */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../command.h"
#include "../number.h"
#include "../../fakeservers/cnc/script.h"
#include "dhcp.h"
#include "lab.h"

void lab_port_name(const char *bridge, char kind, unsigned int number,
		   char name[SINKBRIDGE_NAME_LEN])
{
	uint32_t hash = 2166136261;
	char tail[8];
	int tail_len = snprintf(tail, sizeof(tail), "-%c%u", kind, number % 1000);
	int room = SINKBRIDGE_NAME_LEN - 1 - tail_len;

	if (strlen(bridge) <= (size_t)room) {
		snprintf(name, SINKBRIDGE_NAME_LEN, "%s%s", bridge, tail);
		return;
	}
	for (const char *c = bridge; *c; c++)
		hash = (hash ^ (uint8_t)*c) * 16777619;
	snprintf(name, SINKBRIDGE_NAME_LEN, "%.*s%04x%s", room - 4, bridge,
		 (hash ^ hash >> 16) & 0xffff, tail);
}

static bool add_rule(struct lab *lab, const struct labconf_text *text)
{
	struct rule_list *list = &lab->rules;
	char error[RULE_ERROR_MAX];
	int ret;

	ret = rule_parse_line(&list->rules[list->count], text->text, error);
	if (ret) {
		bad_place("%s:%u: %s", lab->conf->path, text->line,
			  ret > 0 ? "an empty rule, expected a rule or none" : error);
		return false;
	}
	list->lines[list->count++] = text->line;
	return true;
}

static bool list_rules(struct lab *lab)
{
	struct labconf *conf = lab->conf;
	struct rule_list *list = &lab->rules;
	size_t first = 0;
	long second;

	list->rules = calloc(conf->rule_count, sizeof(*list->rules));
	list->lines = calloc(conf->rule_count, sizeof(*list->lines));
	if (!list->rules || !list->lines) {
		refused("out of memory");
		return false;
	}
	list->room = conf->rule_count;
	for (size_t i = 0; i < conf->rule_count; i++)
		if (!add_rule(lab, &conf->rules[i]))
			return false;
	second = rule_find_duplicate(list->rules, list->count, &first);
	if (second < 0)
		return true;
	bad_place("%s:%u: the same match as the rule in line %u, expected each match once",
		  conf->path, list->lines[second], list->lines[first]);
	return false;
}

static bool read_rules(struct lab *lab)
{
	char error[RULE_ERROR_MAX];
	FILE *file = fopen(lab->conf->rules_file, "re");
	int err;

	if (!file) {
		bad_place("%s: rules-file %s: %s, expected a readable file", lab->conf->path,
			  lab->conf->rules_file, strerror(errno));
		return false;
	}
	err = rule_parse_file(&lab->rules, file, lab->conf->rules_file, error);
	fclose(file);
	if (err)
		bad_place("%s", error);
	return !err;
}

static bool check_rules(struct lab *lab)
{
	const char *file = lab->conf->rules_file ? lab->conf->rules_file : lab->conf->path;
	char q[QUOTE_MAX];

	if (lab->conf->rules_file ? !read_rules(lab) : !list_rules(lab))
		return false;
	for (size_t i = 0; i < lab->rules.count; i++) {
		const struct rule *rule = &lab->rules.rules[i];

		if (rule->action != SINKBRIDGE_ACTION_TO ||
		    labconf_server(lab->conf, rule->server))
			continue;
		bad_place("%s:%u: unknown server %s, expected one that the lab has", file,
			  lab->rules.lines[i], quote(rule->server, q));
		return false;
	}
	return true;
}

static bool check_program(struct lab *lab, struct lab_server *server)
{
	const struct labconf_server *conf = server->conf;

	if (conf->kind == LABCONF_DHCP) {
		if (process_find(DHCP_PROGRAM, server->program, sizeof(server->program)))
			return true;
		bad_place("%s:%u: server \"%s\": no program " DHCP_PROGRAM " in PATH, expected it "
			  "(Debian: apt-get install dnsmasq-base)", lab->conf->path, conf->line,
			  conf->name);
		return false;
	}
	if (conf->kind != LABCONF_EXEC) {
		if (process_find_server(conf->program, server->program, sizeof(server->program)))
			return true;
		bad_place("%s:%u: server \"%s\": no program fake%s, expected it beside sinkctl or "
			  "in $SINKBRIDGE_SERVERS", lab->conf->path, conf->line, conf->name,
			  conf->program);
		return false;
	}
	snprintf(server->program, sizeof(server->program), "%s", conf->exec.argv[0]);
	if (access(server->program, X_OK)) {
		bad_place("%s:%u: server \"%s\": %s: %s, expected a program", lab->conf->path,
			  conf->line, conf->name, server->program, strerror(errno));
		return false;
	}
	if (conf->exec.user && !getpwnam(conf->exec.user)) {
		bad_place("%s:%u: server \"%s\": no user %s, expected one of this system",
			  lab->conf->path, conf->line, conf->name, conf->exec.user);
		return false;
	}
	return true;
}

static bool check_script(const struct lab *lab, const struct labconf_server *server)
{
	struct script_error error;
	struct script *script;

	if (server->kind != LABCONF_CNC)
		return true;
	script = script_new(&server->cnc, &error);
	if (!script)
		bad_place("%s:%u: %s", lab->conf->path, error.line, error.text);
	script_free(script);
	return script;
}

static bool check_servers(struct lab *lab)
{
	lab->server_count = lab->conf->server_count;
	lab->servers = calloc(lab->server_count, sizeof(*lab->servers));
	if (!lab->servers) {
		refused("out of memory");
		return false;
	}
	for (size_t i = 0; i < lab->server_count; i++) {
		struct lab_server *server = &lab->servers[i];

		server->conf = &lab->conf->servers[i];
		server->ready_fd = -1;
		snprintf(server->netns, sizeof(server->netns), "sb-%s-%s", lab->conf->bridge,
			 server->conf->name);
		lab_port_name(lab->conf->bridge, 's', i + 1, server->port);
		if (!check_program(lab, server) || !check_script(lab, server->conf))
			return false;
	}
	return true;
}

struct lab *lab_load(const char *path)
{
	struct lab *lab = calloc(1, sizeof(*lab));

	if (!lab) {
		refused("out of memory");
		return NULL;
	}
	lab->journal.fd = -1;
	lab->conf = labconf_load(path);
	if (!lab->conf)
		goto fail;
	if (!ifname_valid(lab->conf->bridge)) {
		char q[QUOTE_MAX];

		bad_place("%s:%u: bridge = %s, expected an interface name of 1 to 15 characters",
			  path, lab->conf->bridge_line, quote(lab->conf->bridge, q));
		goto fail;
	}
	if (!realpath(path, lab->path)) {
		refused("%s: %s", path, strerror(errno));
		goto fail;
	}
	if (!check_rules(lab) || !check_servers(lab) || !lab_clock_check(&lab->clock, lab->conf))
		goto fail;
	return lab;
fail:
	lab_free(lab);
	return NULL;
}

void lab_free(struct lab *lab)
{
	if (!lab)
		return;
	for (size_t i = 0; lab->servers && i < lab->server_count; i++)
		if (lab->servers[i].ready_fd >= 0)
			close(lab->servers[i].ready_fd);
	free(lab->servers);
	rule_list_free(&lab->rules);
	labconf_free(lab->conf);
	ipc_close(lab->ipc);
	free(lab);
}
