// SPDX-License-Identifier: GPL-2.0-only
/*
 * fakeservice: Telnet, C&C, report and the everyday services: what it is says the type of its
 * section in lab.conf.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "../tls/tls.h"
#include "carrier.h"
#include "services.h"

#define EVENTS_PER_SECOND	20000
#define EVENTS_BURST		200000

static struct carrying carrying;

void carry_init(struct carrying *by, struct talk *talk, const struct carrier *carrier)
{
	talk_init(talk, by->service, carrier, by->server->section);
	talk->store = by->server->store;
	talk->folder = by->folder;
	talk->clock_offset = by->server->log.clock_offset;
	talk->shared = by->shared;
	talk->session = ++by->conversations;
}

void carry_event(struct carrying *by, const struct talk *talk, const char *type, json_t *object)
{
	if (talk->always || rate_allows(&by->events, ev_now(by->server->loop)))
		event_end(by->server->events, talk->orig, type, object);
	else
		json_decref(object);
}

void carry_refuse(struct carrying *by, struct talk *talk)
{
	json_t *object = talk_event_begin(talk, "refused");

	by->refused++;
	event_put_string(object, "family", by->service->name);
	talk_event(talk, object);
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
	event_put_int(stats, "refused", carrying.refused);
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
	int status;

	carrying.server = server;
	carrying.service = service_find(server->section);
	carrying.events = rate_init(EVENTS_PER_SECOND, EVENTS_BURST);
	if (carrying.service->prepare) {
		carrying.shared = carrying.service->prepare(server->conf, server->section);
		if (!carrying.shared) {
			server_fail(server);
			return 2;
		}
	}
	server->stats = on_stats;
	server->stop = on_stop;
	transports = carrying.service->transports;
	if (!open_folder(server) ||
	    (transports & TALK_TCP && !carry_tcp(&carrying)) ||
	    (transports & TALK_UDP && !carry_udp(&carrying)) ||
	    (carrying.service->data_open && !carry_data(&carrying)))
		status = server_fail(server);
	else
		status = server_run(server);
	tls_free(carrying.tls);
	if (carrying.service->release)
		carrying.service->release(carrying.shared);
	return status;
}
