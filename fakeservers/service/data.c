// SPDX-License-Identifier: GPL-2.0-only
/*
 * Second connections, as FTP has them.  A server in a lab cannot call a guest,
 * so the guest calls: it is told a port of a small range, and who comes there
 * from its address next is taken for it.
 */
#include "carrier.h"

#define IDLE_SECONDS	60.0
#define LIFE_SECONDS	3600.0

static struct connection *waiting;	/* told a port, not yet there */
static struct carrying *carried;

static struct connection **find(uint16_t port, const struct in6_addr *guest)
{
	struct connection **link = &waiting;

	while (*link && ((*link)->data_port != port ||
			 !addr_equal(&(*link)->stream->orig.guest_addr, guest)))
		link = &(*link)->next;
	return link;
}

static void wait_no_more(struct connection *connection)
{
	struct connection **link = &waiting;

	if (!connection->data_port)
		return;
	while (*link != connection)
		link = &(*link)->next;
	*link = connection->next;
	connection->data_port = 0;
}

uint16_t data_expect(struct connection *connection)
{
	const struct labconf_service *conf = &connection->talk.conf->service;
	const struct in6_addr *guest = &connection->stream->orig.guest_addr;
	unsigned int count = conf->passive_last - conf->passive_first + 1, i;
	static unsigned int next;

	data_forget(connection);
	for (i = 0; i < count; i++) {
		uint16_t port = conf->passive_first + next++ % count;

		if (*find(port, guest))
			continue;
		connection->data_port = port;
		connection->next = waiting;
		waiting = connection;
		return port;
	}
	return 0;
}

bool data_send(struct connection *connection, const void *bytes, size_t len)
{
	struct stream *data = connection->data;

	/* a guarded service has only one way to speak */
	return data && !carried->service->guarded && stream_send(data, bytes, len) && !stream_pending(data);
}

void data_finish(struct connection *connection)
{
	struct connection **back;

	if (!connection->data)
		return;
	back = connection->data->state;
	*back = NULL;
	stream_finish(connection->data, "finished");
	connection->data = NULL;
}

void data_forget(struct connection *connection)
{
	wait_no_more(connection);
	data_finish(connection);
}

static void on_open(struct stream *stream)
{
	struct connection **back = stream->state;
	struct connection *connection = *find(stream->listener->port, &stream->orig.guest_addr);

	if (!connection) {
		carried->unexpected++;
		stream_abort(stream, "unexpected");
		return;
	}
	wait_no_more(connection);
	connection->data = stream;
	*back = connection;
	carried->service->data_open(&connection->talk);
}

static void on_data(struct stream *stream, const uint8_t *bytes, size_t len)
{
	struct connection **back = stream->state;

	if (*back)
		carried->service->data_input(&(*back)->talk, bytes, len);
}

static void on_drained(struct stream *stream)
{
	struct connection **back = stream->state;

	if (*back)
		carried->service->data_sent(&(*back)->talk);
}

static void on_close(struct stream *stream, const char *why)
{
	struct connection **back = stream->state, *connection = *back;

	if (!connection)
		return;
	*back = NULL;
	connection->data = NULL;
	carried->service->data_end(&connection->talk);
}

static const struct stream_ops ops = {
	.state_size = sizeof(struct connection *),
	.idle_timeout = IDLE_SECONDS,
	.life_timeout = LIFE_SECONDS,
	.open = on_open,
	.data = on_data,
	.drained = on_drained,
	.close = on_close,
};

bool carry_data(struct carrying *carrying)
{
	const struct labconf_service *conf = &carrying->server->section->service;
	unsigned int port;

	carried = carrying;
	for (port = conf->passive_first; port <= conf->passive_last; port++)
		if (!stream_listen(carrying->server, port, &ops, carrying))
			return false;
	return true;
}
