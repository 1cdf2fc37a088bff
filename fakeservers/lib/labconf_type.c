// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "labconf_type.h"

#define TEXT_MAX	4096	/* a banner, a prompt */

static const char default_body[] =
	"<html><head><title>Index</title></head><body></body></html>\n";

LABCONF_SETTER(labconf_dns_answer)
{
	struct labconf_server *server = object;

	server->dns.has_answer = true;
	return labconf_address(reader, entry, &server->dns.answer);
}

LABCONF_SETTER(labconf_dns_pool)
{
	struct labconf_server *server = object;

	server->dns.has_pool = true;
	return labconf_prefix(reader, entry, 8, 30, false, &server->dns.pool,
			      &server->dns.pool_len);
}

LABCONF_SETTER(labconf_dns_ttl)
{
	struct labconf_server *server = object;
	uint64_t ttl;

	if (!labconf_number(reader, entry, 0, INT32_MAX, &ttl))
		return false;
	server->dns.ttl = ttl;
	return true;
}

static bool has_body(struct labconf_reader *reader, const struct labconf_server *server,
		     const struct labconf_entry *entry)
{
	if (!server->http.body)
		return false;
	labconf_fail(reader, entry->line, "\"%s\" beside another body, expected body or body-file",
		     entry->word);
	return true;
}

LABCONF_SETTER(labconf_http_body)
{
	struct labconf_server *server = object;

	if (has_body(reader, server, entry))
		return false;
	server->http.body = (uint8_t *)strdup(entry->value);
	if (!server->http.body)
		return labconf_no_memory(reader);
	server->http.body_len = strlen(entry->value);
	return true;
}

static bool read_body(struct labconf_reader *reader, const struct labconf_entry *entry,
		      const char *path, struct labconf_http *http)
{
	FILE *file = fopen(path, "re");
	struct stat st;
	bool right = false;

	if (!file || fstat(fileno(file), &st))
		labconf_expected(reader, entry, "a readable file: %s", strerror(errno));
	else if (!S_ISREG(st.st_mode) || st.st_size > LABCONF_MAX_BODY)
		labconf_expected(reader, entry, "a regular file of at most %u bytes",
				 LABCONF_MAX_BODY);
	else if (!(http->body = malloc(st.st_size + 1)))
		labconf_no_memory(reader);
	else
		right = true;
	if (right) {
		http->body_len = fread(http->body, 1, st.st_size, file);
		right = !ferror(file) || labconf_expected(reader, entry, "a readable file");
	}
	if (file)
		fclose(file);
	return right;
}

LABCONF_SETTER(labconf_http_body_file)
{
	struct labconf_server *server = object;
	char *path = NULL;
	bool right;

	if (has_body(reader, server, entry) || !labconf_path(reader, entry, &path))
		return false;
	right = read_body(reader, entry, path, &server->http);
	free(path);
	return right;
}

LABCONF_SETTER(labconf_http_status)
{
	struct labconf_server *server = object;
	uint64_t status;

	if (!labconf_number(reader, entry, 200, 599, &status))
		return false;
	server->http.status = status;
	return true;
}

/* It stands in a header. */
LABCONF_SETTER(labconf_http_content_type)
{
	struct labconf_server *server = object;

	for (const char *c = entry->value; *c; c++)
		if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7f)
			return labconf_expected(reader, entry, "printable ASCII");
	return labconf_string(reader, entry, 1, 127, &server->http.content_type);
}

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

LABCONF_SETTER(labconf_cnc_family)
{
	struct labconf_server *server = object;

	if (strcmp(entry->value, "mirai"))
		return labconf_expected(reader, entry, "\"mirai\"");
	return labconf_string(reader, entry, 1, 15, &server->cnc.family);
}

LABCONF_SETTER(labconf_sink_keep_bytes)
{
	struct labconf_server *server = object;
	uint64_t bytes;

	if (!labconf_number(reader, entry, 0, LABCONF_MAX_KEEP, &bytes))
		return false;
	server->sink.keep_bytes = bytes;
	return true;
}

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

	server->dns.ttl = 60;
	server->http.status = 200;
	server->sink.keep_bytes = 256;
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
	struct labconf_http *http = &server->http;

	if (server->kind == LABCONF_HTTP && !http->body && !http->files) {
		http->body = (uint8_t *)strdup(default_body);
		if (!http->body)
			return labconf_no_memory(reader);
		http->body_len = strlen(default_body);
	}
	return labconf_records_set(reader, cfg, server) &&
	       labconf_commands_set(reader, cfg, server);
}

bool labconf_type_check(struct labconf_reader *reader, const struct labconf_server *server)
{
	const struct labconf_dns *dns = &server->dns;

	if (server->kind == LABCONF_DNS && !dns->has_answer && !dns->has_pool && !dns->record_count)
		return labconf_fail(reader, server->line,
				    "server \"%s\" has no answer, expected answer, pool or a record",
				    server->name);
	if (server->kind == LABCONF_EXEC && !server->exec.argc)
		return labconf_fail(reader, server->line,
				    "server \"%s\" has no program, expected program = { \"/PROGRAM\", … }",
				    server->name);
	return true;
}
