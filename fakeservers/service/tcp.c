// SPDX-License-Identifier: GPL-2.0-only
/* Conversations over TCP. */
#include <stdlib.h>

#include "../tls/tls.h"
#include "carrier.h"

#define LIFE_SECONDS	7200.0

static struct carrying *carrying_of(const struct talk *talk)
{
	struct connection *connection = talk->carried;

	return connection->stream->listener->data;
}

/*
 * The interlock.  The flow may have ended since the last time, so the module is
 * asked now.  Where it says no, events still name the guest of the flow before.
 */
static bool is_contained(struct stream *stream)
{
	struct orig orig;

	orig_from_tcp(stream->fd, &orig);
	if (orig.contained)
		stream->orig = orig;
	stream->orig.contained = orig.contained;
	return orig.contained;
}

static void refuse(struct connection *connection)
{
	struct talk *talk = &connection->talk;

	if (!connection->refused)
		carry_refuse(carrying_of(talk), talk);
	connection->refused = true;
	talk->finished = true;
	stream_abort(connection->stream, "refused");
}

/*
 * The only way to send for a guarded service.  What the socket does not take
 * now would be sent later, unasked: a guest that does not read is given up.
 */
static bool send_guarded(struct connection *connection, const void *bytes, size_t len)
{
	struct stream *stream = connection->stream;

	if (connection->refused)
		return false;
	if (!is_contained(stream)) {
		refuse(connection);
		return false;
	}
	if (!stream_send(stream, bytes, len))
		return false;
	if (!stream_pending(stream))
		return true;
	stream_abort(stream, "not-reading");
	return false;
}

/* A guest that does not read loses output, as on a slow line, not its connection. */
static bool on_send(struct talk *talk, const void *bytes, size_t len)
{
	struct connection *connection = talk->carried;
	struct stream *stream = connection->stream;

	if (talk->service->guarded)
		return send_guarded(connection, bytes, len);
	if (stream_pending(stream) + len > STREAM_OUT_MAX)
		return false;
	return stream_send(stream, bytes, len) && !stream_pending(stream);
}

static void on_finish(struct talk *talk, const char *why)
{
	struct connection *connection = talk->carried;

	stream_finish(connection->stream, why);
}

static void on_timer_wanted(struct talk *talk, double seconds)
{
	struct connection *connection = talk->carried;

	stream_timer(connection->stream, seconds);
}

static bool on_secure(struct talk *talk)
{
	struct connection *connection = talk->carried;

	return tls_start(carrying_of(talk)->tls, connection->stream);
}

static void on_event(struct talk *talk, const char *type, json_t *object)
{
	carry_event(carrying_of(talk), talk, type, object);
}

static uint16_t on_data_port(struct talk *talk)
{
	return data_expect(talk->carried);
}

static bool on_data_send(struct talk *talk, const void *bytes, size_t len)
{
	return data_send(talk->carried, bytes, len);
}

static void on_data_finish(struct talk *talk)
{
	data_finish(talk->carried);
}

static const struct carrier carrier = {
	.send = on_send,
	.finish = on_finish,
	.timer = on_timer_wanted,
	.secure = on_secure,
	.event = on_event,
	.data_port = on_data_port,
	.data_send = on_data_send,
	.data_finish = on_data_finish,
};

/* False: it is over already. */
static bool begin(struct stream *stream)
{
	struct carrying *carrying = stream->listener->data;
	struct connection *connection = stream->state;
	struct talk *talk = &connection->talk;

	connection->stream = stream;
	carry_init(carrying, talk, &carrier);
	talk->carried = connection;
	talk->orig = &stream->orig;
	talk->state = calloc(1, carrying->service->state_size + 1);
	talk->can_secure = carrying->tls;
	if (!talk->state)
		stream_abort(stream, "memory");
	else if (carrying->service->guarded && !is_contained(stream))
		refuse(connection);
	else
		return true;
	return false;
}

static void open_talk(struct stream *stream)
{
	struct connection *connection = stream->state;

	if (connection->opened)
		return;
	connection->opened = true;
	talk_open(&connection->talk);
}

static void on_open(struct stream *stream)
{
	if (begin(stream))
		open_talk(stream);
}

/* On the TLS port the service speaks when the handshake is done. */
static void on_open_tls(struct stream *stream)
{
	struct connection *connection = stream->state;

	if (begin(stream) && !talk_secure(&connection->talk))
		stream_abort(stream, "memory");
}

static void on_data(struct stream *stream, const uint8_t *bytes, size_t len)
{
	struct connection *connection = stream->state;

	talk_receive(&connection->talk, bytes, len);
}

static void on_drained(struct stream *stream)
{
	struct connection *connection = stream->state;
	struct talk *talk = &connection->talk;

	if (talk->service->sent && !talk->finished)
		talk->service->sent(talk);
}

static void on_timer(struct stream *stream)
{
	struct connection *connection = stream->state;
	struct talk *talk = &connection->talk;

	if (talk->service->timer && !talk->finished)
		talk->service->timer(talk);
}

static void on_close(struct stream *stream, const char *why)
{
	struct connection *connection = stream->state;

	data_forget(connection);
	if (connection->talk.state)
		talk_close(&connection->talk, why);
	free(connection->talk.state);
}

static struct stream_ops ops = {
	.state_size = sizeof(struct connection),
	.receive_max = 8192,
	.life_timeout = LIFE_SECONDS,
	.open = on_open,
	.secured = open_talk,
	.data = on_data,
	.drained = on_drained,
	.timer = on_timer,
	.close = on_close,
};

/* Before privileges are dropped: the lab's CA is opened. */
static bool carry_tls(struct carrying *carrying)
{
	static struct stream_ops tls_ops;
	uint16_t port = carrying->server->section->service.tls_port;

	if (!port || carrying->service->guarded)
		return true;
	tls_ops = ops;
	tls_ops.open = on_open_tls;
	carrying->tls = tls_new(carrying->server);
	return carrying->tls && stream_listen(carrying->server, port, &tls_ops, carrying);
}

bool carry_tcp(struct carrying *carrying)
{
	ops.idle_timeout = carrying->service->idle_timeout;
	if (carrying->service->receive_max)
		ops.receive_max = carrying->service->receive_max;
	carrying->server->adopts = stream_listen(carrying->server, carrying->server->section->port,
						 &ops, carrying);
	return carrying->server->adopts && carry_tls(carrying);
}
