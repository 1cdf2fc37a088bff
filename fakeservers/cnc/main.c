// SPDX-License-Identifier: GPL-2.0-only
/*
 * fakecnc: the C&C server of a Mirai botnet, for bots that are contained.
 *
 * What it says can make a bot attack.  So it speaks only on a connection that
 * the kernel module confirms as a live flow of a controlled bridge, asks again
 * before every single thing that it says, and has no switch for that: anywhere
 * else it says nothing at all.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "mirai.h"
#include "names.h"
#include "rate.h"
#include "script.h"
#include "server.h"
#include "stream.h"

#define REGISTER_SECONDS	30.0
#define UNKNOWN_SECONDS		2.0	/* for more of what we do not understand */
#define UNKNOWN_BYTES		256
/* a bot speaks every minute; its own C&C gives it three */
#define IDLE_SECONDS		180.0
#define EVENTS_PER_SECOND	500
#define EVENTS_BURST		5000

struct cnc {
	struct server *server;
	struct script *script;
	struct rate events;
	uint64_t bots, commands, refused;
};

struct state {
	struct mirai_bot bot;
	bool registered;
	bool unknown;			/* collecting what it says instead */
	bool told;			/* the event "unknown", or "refused", is written */
	uint16_t raw_len;
	uint8_t raw[UNKNOWN_BYTES];
	uint64_t keepalives;
	size_t next;			/* command of the script: so many were sent */
};

static struct cnc cnc;

static void write_event(struct stream *stream, json_t *object)
{
	if (rate_allows(&cnc.events, ev_now(cnc.server->loop)))
		event_end(cnc.server->events, &stream->orig, "cnc", object);
	else
		json_decref(object);
}

static json_t *begin(const char *kind)
{
	json_t *object = event_begin(kind);

	event_put_string(object, "family", "mirai");
	return object;
}

static void refuse(struct stream *stream)
{
	struct state *state = stream->state;

	if (!state->told) {
		state->told = true;
		cnc.refused++;
		write_event(stream, begin("refused"));
	}
	stream_abort(stream, "refused");
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

/*
 * The only way to send.  What the socket does not take now would be sent later,
 * unasked: a bot that does not read is given up instead.
 */
static bool say(struct stream *stream, const void *bytes, size_t len)
{
	if (!is_contained(stream)) {
		refuse(stream);
		return false;
	}
	if (!stream_send(stream, bytes, len))
		return false;
	if (!stream_pending(stream))
		return true;
	stream_abort(stream, "not-reading");
	return false;
}

static json_t *describe_targets(const struct labconf_command *conf)
{
	json_t *targets = json_array();
	char addr[INET_ADDRSTRLEN], text[INET_ADDRSTRLEN + 4];
	size_t i;

	for (i = 0; i < conf->target_count; i++) {
		inet_ntop(AF_INET, &conf->targets[i].address, addr, sizeof(addr));
		snprintf(text, sizeof(text), "%s/%u", addr, conf->targets[i].prefix);
		json_array_append_new(targets, json_string(text));
	}
	return targets;
}

static json_t *describe_options(const struct labconf_command *conf)
{
	json_t *options = json_object();
	const char *name;
	uint8_t key;
	size_t i;

	for (i = 0; i < conf->option_count; i++) {
		const struct labconf_option *option = &conf->options[i];

		name = option->key;
		if (mirai_option_parse(name, strlen(name), &key) && mirai_option_name(key))
			name = mirai_option_name(key);
		json_object_set_new(options, name,
				    event_string(option->value, strlen(option->value)));
	}
	return options;
}

static json_t *describe(const struct script_command *command)
{
	const char *name = mirai_vector_name(command->vector);
	json_t *object = json_object();

	event_put_int(object, "vector", command->vector);
	if (name)
		event_put_string(object, "vector_name", name);
	event_put_int(object, "duration", command->conf->duration);
	json_object_set_new(object, "targets", describe_targets(command->conf));
	json_object_set_new(object, "options", describe_options(command->conf));
	return object;
}

static bool give_command(struct stream *stream, const struct script_command *command)
{
	json_t *object;

	if (!say(stream, command->bytes, command->len))
		return false;
	cnc.commands++;
	object = begin("command");
	json_object_set_new(object, "command", describe(command));
	event_put_hex(object, "raw", command->bytes, command->len);
	/* never suppressed: it is the one thing that we did ourselves */
	event_end(cnc.server->events, &stream->orig, "cnc", object);
	return true;
}

/* Gives the commands whose time has come, and waits for the next. */
static void play(struct stream *stream, bool waited)
{
	struct state *state = stream->state;
	const struct script_command *command;

	while (state->next < cnc.script->count) {
		command = cnc.script->commands[state->next];
		if (command->after > 0 && !waited) {
			stream_timer(stream, command->after);
			return;
		}
		if (!give_command(stream, command))
			return;
		state->next++;
		waited = false;
	}
}

static void take_registration(struct stream *stream)
{
	struct state *state = stream->state;
	uint8_t raw[sizeof(mirai_registration) + 1 + MIRAI_ID_MAX];
	json_t *object = begin("register");

	memcpy(raw, mirai_registration, sizeof(mirai_registration));
	raw[sizeof(mirai_registration)] = state->bot.id_len;
	memcpy(raw + sizeof(mirai_registration) + 1, state->bot.id, state->bot.id_len);
	event_put_bytes(object, "id", state->bot.id, state->bot.id_len);
	event_put_hex(object, "raw", raw, sizeof(mirai_registration) + 1 + state->bot.id_len);
	write_event(stream, object);
	state->registered = true;
	cnc.bots++;
	stream_timer(stream, 0);
	play(stream, false);
}

static void take_keepalive(struct stream *stream)
{
	struct state *state = stream->state;
	json_t *object;

	if (!say(stream, mirai_keepalive, sizeof(mirai_keepalive)))
		return;
	if (state->keepalives++)
		return;
	object = begin("keepalive");
	event_put_hex(object, "raw", mirai_keepalive, sizeof(mirai_keepalive));
	write_event(stream, object);
}

/* What was said that is no bot's, or not all of one: once. */
static void tell_unknown(struct stream *stream)
{
	struct state *state = stream->state;
	json_t *object;

	if (state->told || !state->raw_len)
		return;
	state->told = true;
	object = begin("unknown");
	/* unknown, also as to its family */
	json_object_del(object, "family");
	event_put_hex(object, "raw", state->raw, state->raw_len);
	write_event(stream, object);
}

static void collect(struct stream *stream, const uint8_t *bytes, size_t len)
{
	struct state *state = stream->state;
	size_t room = sizeof(state->raw) - state->raw_len;

	if (len > room)
		len = room;
	memcpy(state->raw + state->raw_len, bytes, len);
	state->raw_len += len;
	if (state->raw_len < sizeof(state->raw))
		return;
	tell_unknown(stream);
	stream_finish(stream, "unknown");
}

static void begin_unknown(struct stream *stream, const uint8_t *bytes, size_t len)
{
	struct state *state = stream->state;

	state->unknown = true;
	state->raw_len = mirai_unfinished(&state->bot, state->raw, sizeof(state->raw));
	stream_timer(stream, UNKNOWN_SECONDS);
	collect(stream, bytes, len);
}

static void on_open(struct stream *stream)
{
	if (is_contained(stream))
		stream_timer(stream, REGISTER_SECONDS);
	else
		refuse(stream);
}

static void on_data(struct stream *stream, const uint8_t *bytes, size_t len)
{
	struct state *state = stream->state;
	size_t used;

	if (state->unknown) {
		collect(stream, bytes, len);
		return;
	}
	for (; len && !stream->closing; bytes += used, len -= used) {
		switch (mirai_receive(&state->bot, bytes, len, &used)) {
		case MIRAI_MORE:
			break;
		case MIRAI_REGISTERED:
			take_registration(stream);
			break;
		case MIRAI_KEEPALIVE:
			take_keepalive(stream);
			break;
		case MIRAI_UNKNOWN:
			begin_unknown(stream, bytes + used, len - used);
			return;
		}
	}
}

static void on_timer(struct stream *stream)
{
	struct state *state = stream->state;

	if (state->unknown)
		stream_finish(stream, "unknown");
	else if (!state->registered)
		stream_finish(stream, "not-registered");
	else
		play(stream, true);
}

static void on_close(struct stream *stream, const char *why)
{
	struct state *state = stream->state;
	json_t *object;

	if (!state->unknown && !state->registered)
		state->raw_len = mirai_unfinished(&state->bot, state->raw, sizeof(state->raw));
	tell_unknown(stream);
	object = begin("closed");
	event_put_int(object, "keepalives", state->keepalives);
	event_put_int(object, "commands", state->next);
	event_put_string(object, "reason", why);
	write_event(stream, object);
}

static const struct stream_ops ops = {
	.state_size = sizeof(struct state),
	.receive_max = 4096,
	.idle_timeout = IDLE_SECONDS,
	.open = on_open,
	.data = on_data,
	.timer = on_timer,
	.close = on_close,
};

static void on_stats(struct server *server, json_t *stats)
{
	event_put_int(stats, "bots", cnc.bots);
	event_put_int(stats, "commands", cnc.commands);
	event_put_int(stats, "refused", cnc.refused);
	event_put_int(stats, "suppressed", cnc.events.refused);
}

int main(int argc, char **argv)
{
	struct server *server = server_new("cnc", argc, argv);
	struct script_error error;
	int status;

	cnc.server = server;
	cnc.events = rate_init(EVENTS_PER_SECOND, EVENTS_BURST);
	cnc.script = script_new(&server->section->cnc, &error);
	if (!cnc.script) {
		fprintf(stderr, "%s:%u: %s\n", server->conf->path, error.line, error.text);
		server_fail(server);
		return 2;
	}
	server->stats = on_stats;
	if (stream_listen(server, server->section->port, &ops, NULL))
		status = server_run(server);
	else
		status = server_fail(server);
	script_free(cnc.script);
	return status;
}
