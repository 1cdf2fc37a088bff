// SPDX-License-Identifier: GPL-2.0-only
/*
 * The C&C server of a Mirai botnet, for bots that are contained.
 *
 * What it says can make a bot attack.  The service is guarded: whoever carries
 * it asks the kernel module before every single thing that it says whether the
 * bot's connection is a live flow of a controlled bridge.  There is no switch
 * for that.
 */
#include <string.h>

#include "describe.h"
#include "mirai.h"
#include "script.h"
#include "talk.h"

#define REGISTER_SECONDS	30.0
#define UNKNOWN_SECONDS		2.0	/* for more of what we do not understand */
#define UNKNOWN_BYTES		256
/* a bot speaks every minute; its own C&C gives it three */
#define IDLE_SECONDS		180.0

struct mirai {
	struct mirai_bot bot;
	bool registered;
	bool unknown;			/* collecting what it says instead */
	bool told;			/* the event "unknown" is written */
	uint16_t raw_len;
	uint8_t raw[UNKNOWN_BYTES];
	uint64_t keepalives;
	struct script_place place;
};

static json_t *begin(struct talk *talk, const char *kind)
{
	json_t *object = talk_event_begin(talk, kind);

	event_put_string(object, "family", "mirai");
	return object;
}

static void give_command(struct talk *talk, const struct script_command *command)
{
	json_t *object;

	if (!talk_send(talk, command->bytes, command->len))
		return;
	object = begin(talk, "command");
	json_object_set_new(object, "command", describe_mirai(command));
	event_put_hex(object, "raw", command->bytes, command->len);
	talk_event_always(talk, object);
}

/* Gives the commands whose time has come, and waits for the next. */
static void play(struct talk *talk, bool waited)
{
	struct mirai *mirai = talk->state;
	const struct script_command *command;
	double wait;

	while (!talk->finished && (command = script_next(talk->shared, &mirai->place,
			(const char *)mirai->bot.id, mirai->bot.id_len, mirai->keepalives, waited,
			&wait))) {
		give_command(talk, command);
		waited = false;
	}
	if (wait > 0)
		talk_timer(talk, wait);
}

static void take_registration(struct talk *talk)
{
	struct mirai *mirai = talk->state;
	uint8_t raw[sizeof(mirai_registration) + 1 + MIRAI_ID_MAX];
	json_t *object = begin(talk, "register");

	memcpy(raw, mirai_registration, sizeof(mirai_registration));
	raw[sizeof(mirai_registration)] = mirai->bot.id_len;
	memcpy(raw + sizeof(mirai_registration) + 1, mirai->bot.id, mirai->bot.id_len);
	event_put_bytes(object, "id", mirai->bot.id, mirai->bot.id_len);
	event_put_hex(object, "raw", raw, sizeof(mirai_registration) + 1 + mirai->bot.id_len);
	talk_event(talk, object);
	mirai->registered = true;
	talk_timer(talk, 0);
	play(talk, false);
}

static void take_keepalive(struct talk *talk)
{
	struct mirai *mirai = talk->state;
	json_t *object;

	if (!talk_send(talk, mirai_keepalive, sizeof(mirai_keepalive)))
		return;
	if (++mirai->keepalives == 1) {
		object = begin(talk, "keepalive");
		event_put_hex(object, "raw", mirai_keepalive, sizeof(mirai_keepalive));
		talk_event(talk, object);
	}
	if (!mirai->place.waiting)
		play(talk, false);
}

/* What was said that is no bot's, or not all of one: once. */
static void tell_unknown(struct talk *talk)
{
	struct mirai *mirai = talk->state;
	json_t *object;

	if (mirai->told || !mirai->raw_len)
		return;
	mirai->told = true;
	object = talk_event_begin(talk, "unknown");
	event_put_hex(object, "raw", mirai->raw, mirai->raw_len);
	talk_event(talk, object);
}

static void collect(struct talk *talk, const uint8_t *bytes, size_t len)
{
	struct mirai *mirai = talk->state;
	size_t room = sizeof(mirai->raw) - mirai->raw_len;

	if (len > room)
		len = room;
	memcpy(mirai->raw + mirai->raw_len, bytes, len);
	mirai->raw_len += len;
	if (mirai->raw_len < sizeof(mirai->raw))
		return;
	tell_unknown(talk);
	talk_finish(talk, "unknown");
}

static void begin_unknown(struct talk *talk, const uint8_t *bytes, size_t len)
{
	struct mirai *mirai = talk->state;

	mirai->unknown = true;
	mirai->raw_len = mirai_unfinished(&mirai->bot, mirai->raw, sizeof(mirai->raw));
	talk_timer(talk, UNKNOWN_SECONDS);
	collect(talk, bytes, len);
}

static void on_open(struct talk *talk)
{
	talk_timer(talk, REGISTER_SECONDS);
}

static size_t on_input(struct talk *talk, const uint8_t *bytes, size_t len)
{
	struct mirai *mirai = talk->state;
	size_t used, at;

	if (mirai->unknown) {
		collect(talk, bytes, len);
		return len;
	}
	for (at = 0; at < len && !talk->finished; at += used) {
		switch (mirai_receive(&mirai->bot, bytes + at, len - at, &used)) {
		case MIRAI_MORE:
			break;
		case MIRAI_REGISTERED:
			take_registration(talk);
			break;
		case MIRAI_KEEPALIVE:
			take_keepalive(talk);
			break;
		case MIRAI_UNKNOWN:
			begin_unknown(talk, bytes + at + used, len - at - used);
			return len;
		}
	}
	return len;
}

static void on_timer(struct talk *talk)
{
	struct mirai *mirai = talk->state;

	if (mirai->unknown)
		talk_finish(talk, "unknown");
	else if (!mirai->registered)
		talk_finish(talk, "not-registered");
	else
		play(talk, true);
}

static void on_ending(struct talk *talk)
{
	struct mirai *mirai = talk->state;

	if (!mirai->unknown && !mirai->registered)
		mirai->raw_len = mirai_unfinished(&mirai->bot, mirai->raw, sizeof(mirai->raw));
	tell_unknown(talk);
}

static void on_closed(struct talk *talk, json_t *object)
{
	struct mirai *mirai = talk->state;

	event_put_string(object, "family", "mirai");
	event_put_int(object, "keepalives", mirai->keepalives);
	event_put_int(object, "commands", mirai->place.given);
}

const struct service mirai_service = {
	.name = "mirai",
	.event = "cnc",
	.guarded = true,
	.transports = TALK_TCP,
	.state_size = sizeof(struct mirai),
	.idle_timeout = IDLE_SECONDS,
	.receive_max = 4096,
	.prepare = script_prepare,
	.release = script_release,
	.open = on_open,
	.input = on_input,
	.timer = on_timer,
	.ending = on_ending,
	.closed = on_closed,
};
