// SPDX-License-Identifier: GPL-2.0-only
/* Syslog (RFC 3164, 5424, over TCP 6587): what is sent becomes events. */
#include <string.h>

#include "talk.h"

#define MESSAGE_MAX	8192

static const char *const severities[] = {
	"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug",
};

/* "<N>" in front.  Its bytes, 0: there is none. */
static size_t take_priority(const uint8_t *text, size_t len, unsigned int *priority)
{
	size_t i;

	if (len < 3 || text[0] != '<')
		return 0;
	*priority = 0;
	for (i = 1; i < len && i < 5; i++) {
		if (text[i] == '>')
			return i > 1 && *priority < 192 ? i + 1 : 0;
		if (text[i] < '0' || text[i] > '9')
			return 0;
		*priority = *priority * 10 + (text[i] - '0');
	}
	return 0;
}

static void take_message(struct talk *talk, const uint8_t *text, size_t len)
{
	json_t *object = talk_event_begin(talk, "message");
	unsigned int priority;
	size_t n;

	while (len && (text[len - 1] == '\n' || text[len - 1] == '\0'))
		len--;
	n = take_priority(text, len, &priority);
	if (n) {
		event_put_int(object, "facility", priority >> 3);
		event_put_string(object, "severity", severities[priority & 7]);
	}
	event_put_bytes(object, "message", text + n, len - n);
	talk_event(talk, object);
}

/* Over TCP the length may stand in front: "11 <13>message". */
static void on_line(struct talk *talk, const uint8_t *line, size_t len)
{
	size_t digits = 0;

	while (digits < len && digits < 6 && line[digits] >= '0' && line[digits] <= '9')
		digits++;
	if (digits && digits + 1 < len && line[digits] == ' ' && line[digits + 1] == '<') {
		line += digits + 1;
		len -= digits + 1;
	}
	if (len)
		take_message(talk, line, len);
}

/* A message whose length stood in front has no end of line. */
static void on_ending(struct talk *talk)
{
	const struct lines *lines = &talk->lines;

	if (!talk->udp && !lines->complete && lines->line.len)
		on_line(talk, lines->line.data, lines->line.len);
}

const struct service syslog_service = {
	.name = "syslog",
	.transports = TALK_TCP | TALK_UDP,
	.idle_timeout = 600,
	.line_max = MESSAGE_MAX,
	.line = on_line,
	.ending = on_ending,
	.datagram = take_message,
};
