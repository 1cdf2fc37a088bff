// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "labconf_type.h"

#define TEXT_MAX	4096	/* a banner, a prompt */

#define TELNET_TEXT(field, min, max)							\
LABCONF_SETTER(labconf_telnet_##field)							\
{											\
	struct labconf_server *server = object;						\
											\
	return labconf_string(reader, entry, min, max, &server->telnet.field);		\
}

TELNET_TEXT(login_prompt, 1, TEXT_MAX)
TELNET_TEXT(password_prompt, 1, TEXT_MAX)
TELNET_TEXT(shell_prompt, 1, TEXT_MAX)

LABCONF_SETTER(labconf_exec_program)
{
	struct labconf_server *server = object;
	struct labconf_exec *exec = &server->exec;
	char **argv;

	if (!exec->argc && *entry->value != '/')
		return labconf_expected(reader, entry, "the absolute path of a program first");
	/* one more than counted: an argv ends with NULL */
	argv = reallocarray(exec->argv, exec->argc + 2, sizeof(*argv));
	if (!argv)
		return labconf_no_memory(reader);
	exec->argv = argv;
	argv[exec->argc] = strdup(entry->value);
	if (!argv[exec->argc])
		return labconf_no_memory(reader);
	argv[++exec->argc] = NULL;
	return true;
}

LABCONF_SETTER(labconf_exec_user)
{
	struct labconf_server *server = object;

	return labconf_string(reader, entry, 1, 31, &server->exec.user);
}

LABCONF_SETTER(labconf_exec_ready_port)
{
	struct labconf_server *server = object;
	uint64_t port;

	if (!labconf_number(reader, entry, 1, 65535, &port))
		return false;
	server->exec.ready_port = port;
	return true;
}

static bool set_default(char **field, const char *text)
{
	*field = strdup(text);
	return *field;
}

bool labconf_type_defaults(struct labconf_reader *reader, struct labconf_server *server)
{
	struct labconf_telnet *telnet = &server->telnet;

	if (server->kind == LABCONF_DHCP)
		labconf_dhcp_defaults(server);
	server->dns.ttl = 60;
	server->http.status = 200;
	server->dns.make_up = true;
	server->http.connectivity = true;
	server->http.tls = true;
	server->http.tls_port = 443;
	server->sink.keep_bytes = 256;
	server->sink.recognise = true;
	server->sink.banner_after = 3;
	server->service.passive_first = 30000;
	server->service.passive_last = 30015;
	server->logins.any = server->kind != LABCONF_TELNET;
	if (set_default(&server->http.content_type, "text/html") &&
	    set_default(&server->cnc.family, "mirai") &&
	    set_default(&telnet->banner, "") && set_default(&telnet->login_prompt, "login: ") &&
	    set_default(&telnet->password_prompt, "Password: ") &&
	    set_default(&telnet->shell_prompt, "# ") && set_default(&telnet->hostname, "device") &&
	    set_default(&server->service.hostname, "server"))
		return true;
	return labconf_no_memory(reader);
}

bool labconf_type_sections(struct labconf_reader *reader, cfg_t *cfg,
			   struct labconf_server *server)
{
	return labconf_files_set(reader, cfg, server) && labconf_records_set(reader, cfg, server) &&
	       labconf_answers_set(reader, cfg, server) &&
	       labconf_commands_set(reader, cfg, server);
}

bool labconf_type_check(struct labconf_reader *reader, const struct labconf_server *server)
{
	const struct labconf_dns *dns = &server->dns;

	if (server->kind == LABCONF_DNS && !dns->has_answer && !dns->has_pool &&
	    !dns->has_answer6 && !dns->has_pool6 && !dns->record_count)
		return labconf_fail(reader, server->line,
				    "server \"%s\" has no answer, expected answer, pool or a record",
				    server->name);
	if (server->kind == LABCONF_EXEC && !server->exec.argc)
		return labconf_fail(reader, server->line,
				    "server \"%s\" has no program, expected program = { \"/PROGRAM\", … }",
				    server->name);
	return server->kind != LABCONF_DHCP || labconf_dhcp_check(reader, server);
}
