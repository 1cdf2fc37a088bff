// SPDX-License-Identifier: GPL-2.0-only
/*
 * The small services: echo (RFC 862), discard (863), chargen (864), daytime
 * (867), time (868), finger (1288) and ident (1413).  Over UDP none of them
 * answers with much more than it was sent.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "talk.h"

#define IDLE_SECONDS	60
#define FIRST_MAX	256		/* bytes of a conversation that its event shows */

/* What comes is told once a conversation, by its first bytes. */
static void tell(struct talk *talk, const uint8_t *bytes, size_t len)
{
	json_t *object;

	if (talk->events)
		return;
	object = talk_event_begin(talk, talk->udp ? "datagram" : "data");
	event_put_int(object, "bytes", len);
	event_put_hex(object, "first_bytes", bytes, len < FIRST_MAX ? len : FIRST_MAX);
	talk_event(talk, object);
}

static size_t echo_input(struct talk *talk, const uint8_t *bytes, size_t len)
{
	tell(talk, bytes, len);
	talk_send(talk, bytes, len);
	return len;
}

static void echo_datagram(struct talk *talk, const uint8_t *bytes, size_t len)
{
	echo_input(talk, bytes, len);
}

const struct service echo_service = {
	.name = "echo",
	.transports = TALK_TCP | TALK_UDP,
	.idle_timeout = IDLE_SECONDS,
	.input = echo_input,
	.datagram = echo_datagram,
};

static size_t discard_input(struct talk *talk, const uint8_t *bytes, size_t len)
{
	tell(talk, bytes, len);
	return len;
}

static void discard_datagram(struct talk *talk, const uint8_t *bytes, size_t len)
{
	tell(talk, bytes, len);
}

const struct service discard_service = {
	.name = "discard",
	.transports = TALK_TCP | TALK_UDP,
	.idle_timeout = IDLE_SECONDS,
	.input = discard_input,
	.datagram = discard_datagram,
};

static void put_daytime(struct talk *talk)
{
	struct timespec now = talk_now(talk);
	char text[64];
	struct tm tm;

	gmtime_r(&now.tv_sec, &tm);
	strftime(text, sizeof(text), "%a %b %e %H:%M:%S %Y\r\n", &tm);
	talk_puts(talk, text);
}

static void daytime_open(struct talk *talk)
{
	put_daytime(talk);
	talk_finish(talk, "told");
}

static void daytime_datagram(struct talk *talk, const uint8_t *bytes, size_t len)
{
	tell(talk, bytes, len);
	put_daytime(talk);
}

const struct service daytime_service = {
	.name = "daytime",
	.transports = TALK_TCP | TALK_UDP,
	.idle_timeout = IDLE_SECONDS,
	.open = daytime_open,
	.datagram = daytime_datagram,
	.reply_max = 32,
};

/* Seconds since 1900. */
static void put_time(struct talk *talk)
{
	uint32_t now = htonl((uint32_t)((uint64_t)talk_now(talk).tv_sec + 2208988800u));

	talk_send(talk, &now, sizeof(now));
}

static void time_open(struct talk *talk)
{
	put_time(talk);
	talk_finish(talk, "told");
}

static void time_datagram(struct talk *talk, const uint8_t *bytes, size_t len)
{
	tell(talk, bytes, len);
	put_time(talk);
}

const struct service time_service = {
	.name = "time",
	.transports = TALK_TCP | TALK_UDP,
	.idle_timeout = IDLE_SECONDS,
	.open = time_open,
	.datagram = time_datagram,
	.reply_max = 4,
};

#define CHARGEN_LINE	72
#define CHARGEN_BURST	28		/* lines at a time: below two kilobytes */
#define CHARGEN_MAX	(1 << 20)	/* bytes of a connection */

struct chargen {
	uint64_t sent;
	unsigned int line;
};

static void put_pattern(char *text, unsigned int line)
{
	unsigned int i;

	for (i = 0; i < CHARGEN_LINE; i++)
		text[i] = ' ' + (line + i) % 95;
	text[i++] = '\r';
	text[i] = '\n';
}

static void chargen_go_on(struct talk *talk)
{
	char text[CHARGEN_BURST * (CHARGEN_LINE + 2)];
	struct chargen *chargen = talk->state;
	unsigned int i;

	while (chargen->sent < CHARGEN_MAX) {
		for (i = 0; i < CHARGEN_BURST; i++)
			put_pattern(text + i * (CHARGEN_LINE + 2), chargen->line++ % 95);
		chargen->sent += sizeof(text);
		if (!talk_send(talk, text, sizeof(text)))
			return;
	}
	talk_finish(talk, "enough");
}

/* Over UDP the pattern is as long as what was sent. */
static void chargen_datagram(struct talk *talk, const uint8_t *bytes, size_t len)
{
	char text[8 * (CHARGEN_LINE + 2)];
	unsigned int i;

	tell(talk, bytes, len);
	for (i = 0; i < 8; i++)
		put_pattern(text + i * (CHARGEN_LINE + 2), i);
	talk_send(talk, text, len < 512 ? len : 512);
}

const struct service chargen_service = {
	.name = "chargen",
	.transports = TALK_TCP | TALK_UDP,
	.state_size = sizeof(struct chargen),
	.idle_timeout = IDLE_SECONDS,
	.open = chargen_go_on,
	.sent = chargen_go_on,
	.datagram = chargen_datagram,
};

static void finger_line(struct talk *talk, const uint8_t *line, size_t len)
{
	const uint8_t *rest;
	size_t n;

	talk_command(talk, line, len);
	if (talk_is(line, len, "/W", &rest, &n)) {
		line = rest;
		len = n;
	}
	if (len)
		talk_printf(talk, "finger: %.*s: no such user.\r\n", (int)strnlen((const char *)line,
			    len < 64 ? len : 64), (const char *)line);
	else
		talk_puts(talk, "No one logged on.\r\n");
	talk_finish(talk, "answered");
}

const struct service finger_service = {
	.name = "finger",
	.transports = TALK_TCP,
	.idle_timeout = IDLE_SECONDS,
	.line_max = 512,
	.line = finger_line,
};

/* "PORT, PORT": who has the connection? */
static void ident_line(struct talk *talk, const uint8_t *line, size_t len)
{
	unsigned int theirs, ours;
	char text[64];
	size_t n = len < sizeof(text) - 1 ? len : sizeof(text) - 1;

	talk_command(talk, line, len);
	memcpy(text, line, n);
	text[n] = '\0';
	if (sscanf(text, " %5u , %5u", &theirs, &ours) == 2 && theirs && theirs < 65536 && ours &&
	    ours < 65536)
		talk_printf(talk, "%u , %u : USERID : UNIX : root\r\n", theirs, ours);
	else
		talk_puts(talk, "0 , 0 : ERROR : INVALID-PORT\r\n");
	if (talk->commands == 100)
		talk_finish(talk, "too-many");
}

const struct service ident_service = {
	.name = "ident",
	.transports = TALK_TCP,
	.idle_timeout = IDLE_SECONDS,
	.line_max = 512,
	.line = ident_line,
};
