// SPDX-License-Identifier: GPL-2.0-only
/*
 * The C&C of Tsunami (Kaiten) bots: IRC.  They register, join a channel, often
 * with a key, and take commands from PRIVMSG: "!* UDP 192.0.2.1 80 5".
 * Guarded, as every C&C is.
 */
#include <string.h>

#include "../irc/irc.h"
#include "describe.h"
#include "script.h"

#define LINE_MAX_LEN	1024
#define PING_SECONDS	30.0

struct tsunami {
	struct irc irc;			/* the first member */
	bool ready;			/* where commands are heard */
	uint64_t keepalives;
	struct script_place place;
};

static json_t *begin(struct talk *talk, const char *kind)
{
	json_t *object = talk_event_begin(talk, kind);

	event_put_string(object, "family", "tsunami");
	return object;
}

static void give_command(struct talk *talk, const struct script_command *command)
{
	struct tsunami *tsunami = talk->state;
	const char *to = command->conf->to;
	char line[600];
	json_t *object;
	int len;

	if (!to)
		to = talk->conf->cnc.channel;
	if (!to)
		to = tsunami->irc.channel_count ? tsunami->irc.channels[0].name : tsunami->irc.nick;
	len = snprintf(line, sizeof(line), ":root!root@%s PRIVMSG %s :%s\r\n",
		       talk_hostname(talk), to, command->conf->message);
	if (!talk_send(talk, line, len))
		return;
	object = begin(talk, "command");
	json_object_set_new(object, "command", describe_tsunami(command->conf->message));
	event_put_string(object, "to", to);
	event_put_hex(object, "raw", line, len);
	talk_event_always(talk, object);
}

static void play(struct talk *talk, bool waited)
{
	struct tsunami *tsunami = talk->state;
	const struct script_command *command;
	double wait;

	while (!talk->finished && (command = script_next(talk->shared, &tsunami->place,
			tsunami->irc.nick, strlen(tsunami->irc.nick), tsunami->keepalives, waited,
			&wait))) {
		give_command(talk, command);
		waited = false;
	}
	talk_timer(talk, wait > 0 ? wait : PING_SECONDS);
}

static void on_line(struct talk *talk, const uint8_t *line, size_t len)
{
	struct irc_rules rules = { talk->conf->cnc.channel, talk->conf->cnc.channel_key };
	struct tsunami *tsunami = talk->state;
	unsigned int what = irc_line(talk, &rules, line, len);
	json_t *object;

	if (what & IRC_REGISTERED) {
		object = begin(talk, "register");
		event_put_bytes(object, "id", tsunami->irc.nick, strlen(tsunami->irc.nick));
		event_put_hex(object, "raw", line, len);
		talk_event(talk, object);
		talk_timer(talk, PING_SECONDS);
	}
	if (what & IRC_ALIVE) {
		if (++tsunami->keepalives == 1)
			talk_event(talk, begin(talk, "keepalive"));
		if (tsunami->ready && !tsunami->place.waiting)
			play(talk, false);
	}
	if (what & IRC_JOINED && !tsunami->ready &&
	    (!rules.channel || irc_is_in(&tsunami->irc, rules.channel))) {
		tsunami->ready = true;
		play(talk, false);
	}
}

static void on_timer(struct talk *talk)
{
	struct tsunami *tsunami = talk->state;

	if (tsunami->place.waiting) {
		play(talk, true);
		return;
	}
	talk_printf(talk, "PING :%s\r\n", talk_hostname(talk));
	talk_timer(talk, PING_SECONDS);
}

static void on_closed(struct talk *talk, json_t *object)
{
	struct tsunami *tsunami = talk->state;

	event_put_string(object, "family", "tsunami");
	event_put_int(object, "keepalives", tsunami->keepalives);
	event_put_int(object, "commands", tsunami->place.given);
}

const struct service tsunami_service = {
	.name = "tsunami",
	.event = "cnc",
	.guarded = true,
	.transports = TALK_TCP,
	.state_size = sizeof(struct tsunami),
	.idle_timeout = 180,
	.line_max = LINE_MAX_LEN,
	.prepare = script_prepare,
	.release = script_release,
	.line = on_line,
	.timer = on_timer,
	.closed = on_closed,
};
