// SPDX-License-Identifier: GPL-2.0-only
/* fakeservice: the everyday services, each as its type in lab.conf says. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "carrier.h"
#include "services.h"

#define EVENTS_PER_SECOND	2000
#define EVENTS_BURST		20000

static struct carrying carrying;

void carry_event(struct carrying *by, const struct orig *orig, const char *type, json_t *object)
{
	if (rate_allows(&by->events, ev_now(by->server->loop)))
		event_end(by->server->events, orig, type, object);
	else
		json_decref(object);
}

static void on_stop(struct server *server)
{
	carry_udp_end(&carrying);
}

static void on_stats(struct server *server, json_t *stats)
{
	event_put_int(stats, "conversations", carrying.conversations);
	event_put_int(stats, "unanswered", carrying.unanswered);
	event_put_int(stats, "unexpected", carrying.unexpected);
	event_put_int(stats, "suppressed", carrying.events.refused);
}

/* Before privileges are dropped; that it is a folder was checked with lab.conf. */
static bool open_folder(struct server *server)
{
	const char *path = server->section->service.files;

	carrying.folder = path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (!path || carrying.folder >= 0)
		return true;
	server_warn(server, "%s: %s", path, strerror(errno));
	return false;
}

int main(int argc, char **argv)
{
	struct server *server = server_new("service", argc, argv);
	unsigned int transports;

	carrying.server = server;
	carrying.service = service_find(server->type);
	carrying.events = rate_init(EVENTS_PER_SECOND, EVENTS_BURST);
	server->stats = on_stats;
	server->stop = on_stop;
	transports = carrying.service->transports;
	if (!open_folder(server) ||
	    (transports & TALK_TCP && !carry_tcp(&carrying)) ||
	    (transports & TALK_UDP && !carry_udp(&carrying)) ||
	    (carrying.service->data_open && !carry_data(&carrying)))
		return server_fail(server);
	return server_run(server);
}
