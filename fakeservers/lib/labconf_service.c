// SPDX-License-Identifier: GPL-2.0-only
/* Words that several types of server know. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "labconf_type.h"

#define BANNER_MAX	4096
#define PASSIVE_MAX	256	/* ports of a range */

LABCONF_SETTER(labconf_files)
{
	struct labconf_server *server = object;
	char **files = server->kind == LABCONF_HTTP ? &server->http.files :
		       &server->service.files;
	struct stat st;

	if (!labconf_path(reader, entry, files))
		return false;
	if (stat(*files, &st))
		return labconf_expected(reader, entry, "a folder: %s", strerror(errno));
	return S_ISDIR(st.st_mode) || labconf_expected(reader, entry, "a folder");
}

LABCONF_SETTER(labconf_banner)
{
	struct labconf_server *server = object;
	char **banner = server->kind == LABCONF_TELNET ? &server->telnet.banner :
			&server->service.banner;

	return labconf_string(reader, entry, 0, BANNER_MAX, banner);
}

/* It stands within a line of a protocol. */
LABCONF_SETTER(labconf_hostname)
{
	struct labconf_server *server = object;
	char **hostname = server->kind == LABCONF_TELNET ? &server->telnet.hostname :
			  &server->service.hostname;

	for (const char *c = entry->value; *c; c++)
		if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
			return labconf_expected(reader, entry, "a name without blanks");
	return labconf_string(reader, entry, 1, 63, hostname);
}

static char *unless_any(const char *text, size_t len)
{
	return len == 1 && *text == '*' ? NULL : strndup(text, len);
}

LABCONF_SETTER(labconf_accept)
{
	struct labconf_server *server = object;
	struct labconf_logins *logins = &server->logins;
	const char *colon = strchr(entry->value, ':');
	struct labconf_login *login;

	if (!colon)
		return labconf_expected(reader, entry, "\"USER:PASSWORD\", * for any");
	login = labconf_grow(reader, entry, logins->accept, &logins->accept_count,
			     sizeof(*login), 1024);
	if (!login)
		return false;
	logins->accept = login;
	logins->any = false;
	login += logins->accept_count++;
	login->user = unless_any(entry->value, colon - entry->value);
	login->password = unless_any(colon + 1, strlen(colon + 1));
	return true;
}

LABCONF_SETTER(labconf_accept_attempt)
{
	struct labconf_server *server = object;
	uint64_t attempt;

	if (!labconf_number(reader, entry, 0, 1000, &attempt))
		return false;
	server->logins.accept_attempt = attempt;
	server->logins.any = false;
	return true;
}

LABCONF_SETTER(labconf_passive_ports)
{
	struct labconf_server *server = object;
	unsigned int first, last;
	char *end;

	first = strtoul(entry->value, &end, 10);
	last = *end == '-' ? strtoul(end + 1, &end, 10) : first;
	if (*end || entry->value[0] < '1' || entry->value[0] > '9' || first > last ||
	    last > 65535 || last - first >= PASSIVE_MAX)
		return labconf_expected(reader, entry, "ports N-M, as 30000-30015, at most %u",
					PASSIVE_MAX);
	server->service.passive_first = first;
	server->service.passive_last = last;
	return true;
}

LABCONF_SETTER(labconf_tls_port)
{
	struct labconf_server *server = object;
	uint64_t port;

	if (server->kind == LABCONF_HTTP)
		return labconf_http_tls_port(reader, object, entry);
	if (!labconf_number(reader, entry, 1, 65535, &port))
		return false;
	server->service.tls_port = port;
	return true;
}
