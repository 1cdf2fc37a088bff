// SPDX-License-Identifier: GPL-2.0-only
/* faketelnet: a device with a weak password, and everything that is tried on it. */
#include <string.h>

#include "rate.h"
#include "server.h"
#include "session.h"
#include "stream.h"
#include "wire.h"

#define IDLE_SECONDS		120.0
#define LIFE_SECONDS		7200.0
/* what one piece of input can make us print is bounded by its length */
#define RECEIVE_MAX		1024
#define COMMANDS_MAX		2000	/* as events of one connection; all are counted */
#define EVENTS_PER_SECOND	2000
#define EVENTS_BURST		20000

struct telnet {
	struct server *server;
	struct rate events;
	uint64_t logins, successes, commands;
};

struct state {
	struct wire *wire;
	unsigned int attempts, commands;
	bool logged_in;
};

static struct telnet telnet;

static json_t *begin(const struct stream *stream, const char *kind)
{
	json_t *object = event_begin(kind);

	event_put_int(object, "session", stream->id);
	return object;
}

static void write_event(struct stream *stream, json_t *object)
{
	if (rate_allows(&telnet.events, ev_now(telnet.server->loop)))
		event_end(telnet.server->events, &stream->orig, "telnet", object);
	else
		json_decref(object);
}

/* A guest that does not read loses output, as on a slow line, not its connection. */
static void on_send(void *data, const uint8_t *bytes, size_t len)
{
	struct stream *stream = data;

	if (stream_pending(stream) + len <= STREAM_OUT_MAX)
		stream_send(stream, bytes, len);
}

static void on_login(void *data, const struct login *login)
{
	struct stream *stream = data;
	struct state *state = stream->state;
	json_t *object = begin(stream, "login");

	event_put_bytes(object, "username", login->username, login->username_len);
	event_put_bytes(object, "password", login->password, login->password_len);
	event_put_bool(object, "success", login->success);
	event_put_int(object, "attempt", login->attempt);
	if (login->cut)
		event_put_bool(object, "truncated", true);
	write_event(stream, object);
	state->attempts = login->attempt;
	state->logged_in |= login->success;
	telnet.logins++;
	telnet.successes += login->success;
}

static bool is_text(const uint8_t *line, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((line[i] < ' ' && line[i] != '\t') || line[i] >= 0x7f)
			return false;
	return true;
}

static void on_command(void *data, const uint8_t *line, size_t len, bool cut)
{
	struct stream *stream = data;
	struct state *state = stream->state;
	uint8_t text[SESSION_LINE_MAX];
	json_t *object;
	size_t i, text_len = 0;

	telnet.commands++;
	if (state->commands++ >= COMMANDS_MAX)
		return;
	/* to be read by people; all of it is in bytes_hex */
	for (i = 0; i < len; i++)
		if (line[i])
			text[text_len++] = line[i];
	object = begin(stream, "command");
	event_put_bytes(object, "command", text, text_len);
	if (!is_text(line, len))
		event_put_hex(object, "bytes_hex", line, len);
	if (cut)
		event_put_bool(object, "truncated", true);
	write_event(stream, object);
}

static void on_end(void *data, const char *why)
{
	stream_finish(data, why);
}

static const struct wire_ops wire_ops = {
	.send = on_send,
	.login = on_login,
	.command = on_command,
	.end = on_end,
};

static void on_open(struct stream *stream)
{
	struct state *state = stream->state;

	write_event(stream, begin(stream, "connect"));
	state->wire = wire_new(telnet.server->section, &wire_ops, stream);
	if (state->wire)
		wire_start(state->wire);
	else
		stream_abort(stream, "memory");
}

static void on_data(struct stream *stream, const uint8_t *bytes, size_t len)
{
	struct state *state = stream->state;

	wire_receive(state->wire, bytes, len);
}

static void on_close(struct stream *stream, const char *why)
{
	struct state *state = stream->state;
	json_t *object = begin(stream, "closed");

	event_put_bool(object, "success", state->logged_in);
	event_put_int(object, "attempts", state->attempts);
	event_put_int(object, "commands", state->commands);
	event_put_string(object, "reason", why);
	write_event(stream, object);
	wire_free(state->wire);
}

static const struct stream_ops ops = {
	.state_size = sizeof(struct state),
	.receive_max = RECEIVE_MAX,
	.idle_timeout = IDLE_SECONDS,
	.life_timeout = LIFE_SECONDS,
	.open = on_open,
	.data = on_data,
	.close = on_close,
};

static void on_stats(struct server *server, json_t *stats)
{
	event_put_int(stats, "logins", telnet.logins);
	event_put_int(stats, "successes", telnet.successes);
	event_put_int(stats, "commands", telnet.commands);
	event_put_int(stats, "suppressed", telnet.events.refused);
}

int main(int argc, char **argv)
{
	struct server *server = server_new("telnet", argc, argv);

	telnet.server = server;
	telnet.events = rate_init(EVENTS_PER_SECOND, EVENTS_BURST);
	server->stats = on_stats;
	if (!stream_listen(server, server->section->port, &ops, NULL))
		return server_fail(server);
	return server_run(server);
}
