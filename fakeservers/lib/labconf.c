// SPDX-License-Identifier: GPL-2.0-only
#include "labconf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "labconf_read.h"
#include "labconf_type.h"

/* A bridge's name becomes part of file and namespace names. */
static bool set_bridge(struct labconf_reader *reader, void *object,
		       const struct labconf_entry *entry)
{
	struct labconf *conf = object;
	size_t len = strlen(entry->value);

	if (!len || len >= SINKBRIDGE_NAME_LEN || !strcmp(entry->value, ".") ||
	    !strcmp(entry->value, "..") || *entry->value == '-')
		return labconf_expected(reader, entry, "an interface name of 1 to 15 bytes");
	for (const char *c = entry->value; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == '/' || *c == ':' || (unsigned char)*c >= 0x7f)
			return labconf_expected(reader, entry,
						"an interface name without spaces, / and :");
	strcpy(conf->bridge, entry->value);
	conf->bridge_line = entry->line;
	return true;
}

static bool set_max_flows(struct labconf_reader *reader, void *object,
			  const struct labconf_entry *entry)
{
	struct labconf *conf = object;
	uint64_t flows;

	if (!labconf_number(reader, entry, SINKBRIDGE_MIN_FLOWS, SINKBRIDGE_MAX_FLOWS, &flows))
		return false;
	conf->max_flows = flows;
	return true;
}

static bool set_max_floods(struct labconf_reader *reader, void *object,
			   const struct labconf_entry *entry)
{
	struct labconf *conf = object;
	uint64_t floods;

	if (!labconf_number(reader, entry, SINKBRIDGE_MIN_FLOODS, SINKBRIDGE_MAX_FLOODS, &floods))
		return false;
	conf->max_floods = floods;
	return true;
}

static bool set_distance(struct labconf_reader *reader, void *object,
			 const struct labconf_entry *entry)
{
	struct labconf *conf = object;
	uint64_t hops;

	if (!labconf_number(reader, entry, 0, SINKBRIDGE_MAX_DISTANCE, &hops))
		return false;
	conf->distance = hops;
	conf->has_distance = true;
	return true;
}

/* What is behind the 64 bits a guest makes up itself. */
static bool set_guest_prefix(struct labconf_reader *reader, void *object,
			     const struct labconf_entry *entry)
{
	struct labconf *conf = object;

	conf->has_guest_prefix = addr_parse_guest_prefix(entry->value, &conf->guest_prefix);
	return conf->has_guest_prefix ||
	       labconf_expected(reader, entry, ADDR_GUEST_PREFIX_EXPECTED);
}

static bool set_run_directory(struct labconf_reader *reader, void *object,
			      const struct labconf_entry *entry)
{
	struct labconf *conf = object;

	return labconf_path(reader, entry, &conf->run_directory);
}

static bool set_ca_folder(struct labconf_reader *reader, void *object,
			  const struct labconf_entry *entry)
{
	struct labconf *conf = object;

	return labconf_path(reader, entry, &conf->ca_folder);
}

/* In UTC, as all times here. */
static bool set_clock(struct labconf_reader *reader, void *object,
		      const struct labconf_entry *entry)
{
	struct labconf *conf = object;
	struct tm tm = {};
	char *end = strptime(entry->value, "%Y-%m-%d %H:%M:%S", &tm);

	if (!end || *end || tm.tm_year < 70 || tm.tm_year > 199)
		return labconf_expected(reader, entry,
					"a time of 1970 to 2099, as 2024-05-01 12:00:00");
	conf->clock = timegm(&tm);
	conf->has_clock = true;
	return true;
}

static bool set_capture(struct labconf_reader *reader, void *object,
			const struct labconf_entry *entry)
{
	struct labconf *conf = object;

	return labconf_bool(reader, entry, &conf->capture);
}

static bool add_rule(struct labconf_reader *reader, void *object,
		     const struct labconf_entry *entry)
{
	struct labconf *conf = object;
	struct labconf_text *rule;

	if (conf->rules_file)
		return labconf_fail(reader, entry->line,
				    "\"rules\" beside \"rules-file\", expected one of them");
	rule = labconf_grow(reader, entry, conf->rules, &conf->rule_count, sizeof(*rule),
			    SINKBRIDGE_MAX_RULES);
	if (!rule)
		return false;
	conf->rules = rule;
	rule += conf->rule_count++;
	rule->line = entry->line;
	rule->text = strdup(entry->value);
	return rule->text || labconf_no_memory(reader);
}

static bool set_rules_file(struct labconf_reader *reader, void *object,
			   const struct labconf_entry *entry)
{
	struct labconf *conf = object;

	if (conf->rule_count)
		return labconf_fail(reader, entry->line,
				    "\"rules-file\" beside \"rules\", expected one of them");
	return labconf_path(reader, entry, &conf->rules_file);
}

const struct labconf_word labconf_top_words[] = {
	{ "bridge",		0, false,	set_bridge },
	{ "max-flows",		0, false,	set_max_flows },
	{ "max-floods",		0, false,	set_max_floods },
	{ "distance",		0, false,	set_distance },
	{ "guest-prefix",	0, false,	set_guest_prefix },
	{ "run-directory",	0, false,	set_run_directory },
	{ "capture",		0, false,	set_capture },
	{ "ca-folder",		0, false,	set_ca_folder },
	{ "clock",		0, false,	set_clock },
	{ "rules",		0, true,	add_rule },
	{ "rules-file",		0, false,	set_rules_file },
	{ }
};

static bool address_taken(struct labconf_reader *reader, const struct labconf_server *other,
			  const struct in6_addr *address, unsigned int line)
{
	char text[ADDR_TEXT_MAX];

	return labconf_fail(reader, line,
			    "address %s is that of server \"%s\" already, expected each once",
			    addr_text(address, text), other->name);
}

static bool check_address(struct labconf_reader *reader, const struct labconf *conf,
			  const struct labconf_server *server)
{
	struct in6_addr mapped = addr_from_v4(server->address);

	for (const struct labconf_server *other = conf->servers; other < server; other++) {
		if (other->address.s_addr == server->address.s_addr)
			return address_taken(reader, other, &mapped, server->address_line);
		if (addr_equal(&other->address6, &server->address6))
			return address_taken(reader, other, &server->address6,
					     server->address6_line);
	}
	return true;
}

static bool load_servers(struct labconf_reader *reader, struct labconf *conf)
{
	unsigned int count = cfg_size(reader->cfg, "server");

	if (!count)
		return labconf_fail(reader, 0, "no server, expected server NAME { … }");
	if (count > LABCONF_MAX_SERVERS)
		return labconf_fail(reader, cfg_getnsec(reader->cfg, "server",
							LABCONF_MAX_SERVERS)->line,
				    "%u servers, expected at most %u", count, LABCONF_MAX_SERVERS);
	conf->servers = calloc(count, sizeof(*conf->servers));
	if (!conf->servers)
		return labconf_no_memory(reader);
	while (conf->server_count < count) {
		unsigned int i = conf->server_count++;

		if (!labconf_server_set(reader, cfg_getnsec(reader->cfg, "server", i),
					&conf->servers[i]) ||
		    !check_address(reader, conf, &conf->servers[i]))
			return false;
	}
	return true;
}

static bool load(struct labconf_reader *reader, struct labconf *conf)
{
	conf->capture = true;
	conf->path = strdup(reader->path);
	conf->run_directory = strdup("/var/lib/sinkbridge");
	if (!conf->path || !conf->run_directory)
		return labconf_no_memory(reader);
	if (!labconf_read(reader) ||
	    !labconf_section_set(reader, reader->cfg, labconf_top_words, conf))
		return false;
	if (!conf->bridge[0])
		return labconf_fail(reader, 0, "no bridge, expected bridge = \"NAME\"");
	if (!conf->rule_count && !conf->rules_file)
		return labconf_fail(reader, 0, "no rules, expected rules = { \"RULE\", … } or rules-file");
	if (!conf->ca_folder && asprintf(&conf->ca_folder, "%s/ca", conf->run_directory) < 0) {
		conf->ca_folder = NULL;
		return labconf_no_memory(reader);
	}
	return load_servers(reader, conf) && labconf_sense_check(reader, conf);
}

struct labconf *labconf_load(const char *path)
{
	struct labconf_reader reader = { .path = path };
	struct labconf *conf = calloc(1, sizeof(*conf));

	if (!conf) {
		labconf_no_memory(&reader);
		return NULL;
	}
	if (!load(&reader, conf)) {
		labconf_free(conf);
		conf = NULL;
	}
	labconf_reader_free(&reader);
	return conf;
}

static void free_cnc(struct labconf_cnc *cnc)
{
	free(cnc->family);
	free(cnc->channel);
	free(cnc->channel_key);
	for (size_t i = 0; i < cnc->command_count; i++) {
		struct labconf_command *command = &cnc->commands[i];

		for (size_t j = 0; j < command->option_count; j++) {
			free(command->options[j].key);
			free(command->options[j].value);
		}
		free(command->options);
		free(command->targets);
		free(command->vector.text);
		free(command->bot);
		free(command->message);
		free(command->to);
	}
	free(cnc->commands);
}

static void free_telnet(struct labconf_telnet *telnet)
{
	free(telnet->banner);
	free(telnet->login_prompt);
	free(telnet->password_prompt);
	free(telnet->shell_prompt);
	free(telnet->hostname);
	free(telnet->machine);
	for (size_t i = 0; i < telnet->file_count; i++) {
		free(telnet->files[i].path);
		free(telnet->files[i].content);
	}
	free(telnet->files);
}

static void free_logins(struct labconf_logins *logins)
{
	for (size_t i = 0; i < logins->accept_count; i++) {
		free(logins->accept[i].user);
		free(logins->accept[i].password);
	}
	free(logins->accept);
}

static void free_server(struct labconf_server *server)
{
	labconf_names_free(&server->dns);
	labconf_web_free(&server->http);
	labconf_sense_free(&server->sink);
	free_telnet(&server->telnet);
	free_logins(&server->logins);
	free(server->service.banner);
	free(server->service.hostname);
	free(server->service.files);
	free_cnc(&server->cnc);
	for (size_t i = 0; i < server->exec.argc; i++)
		free(server->exec.argv[i]);
	free(server->exec.argv);
	free(server->exec.user);
	free(server->name);
}

void labconf_free(struct labconf *conf)
{
	if (!conf)
		return;
	for (size_t i = 0; i < conf->server_count; i++)
		free_server(&conf->servers[i]);
	free(conf->servers);
	for (size_t i = 0; i < conf->rule_count; i++)
		free(conf->rules[i].text);
	free(conf->rules);
	free(conf->rules_file);
	free(conf->run_directory);
	free(conf->ca_folder);
	free(conf->path);
	free(conf);
}

const struct labconf_server *labconf_server(const struct labconf *conf, const char *name)
{
	for (size_t i = 0; i < conf->server_count; i++)
		if (!strcmp(conf->servers[i].name, name))
			return &conf->servers[i];
	return NULL;
}
