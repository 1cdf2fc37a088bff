// SPDX-License-Identifier: GPL-2.0-only
/* fakehttp: every path exists on every host, with TLS or without. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "session.h"
#include "../tls/tls.h"

static struct http http = { .folder_fd = -1 };

static bool open_folder(struct server *server)
{
	if (!http.conf->files)
		return true;
	http.folder_fd = open(http.conf->files, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (http.folder_fd >= 0)
		return true;
	server_warn(server, "files = \"%s\": %s, expected a folder", http.conf->files,
		    strerror(errno));
	return false;
}

static bool listen_all(struct server *server)
{
	uint16_t port = server->section->port, tls_port = http.conf->tls_port;

	if (http.conf->tls && !(http.tls = tls_new(server)))
		return false;
	server->adopts = stream_listen(server, port, &http_ops, &http);
	if (!server->adopts)
		return false;
	return !http.tls || !tls_port || tls_port == port ||
	       stream_listen(server, tls_port, &http_ops, &http);
}

static void put_stats(struct server *server, json_t *stats)
{
	event_put_int(stats, "requests", http.requests);
	event_put_int(stats, "uploads", http.uploads);
	if (http.tls)
		event_put_int(stats, "certificates", tls_certificates(http.tls));
}

int main(int argc, char **argv)
{
	struct server *server = server_new("http", argc, argv);
	int status;

	http.server = server;
	http.conf = &server->section->http;
	server->stats = put_stats;
	if (open_folder(server) && listen_all(server))
		status = server_run(server);
	else
		status = server_fail(server);
	tls_free(http.tls);
	if (http.folder_fd >= 0)
		close(http.folder_fd);
	return status;
}
