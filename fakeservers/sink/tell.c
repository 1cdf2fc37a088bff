// SPDX-License-Identifier: GPL-2.0-only
/* The sink's events. */
#include "sink.h"

struct sink sink;

/* a conversation of so many is a flood, not one of a scan's */
#define FLOOD_PACKETS	1000

bool sink_may_tell_first(void)
{
	return rate_allows(&sink.firsts, ev_now(sink.server->loop));
}

bool sink_may_tell_summary(uint64_t packets)
{
	struct rate *rate = packets < FLOOD_PACKETS ? &sink.summaries : &sink.floods;

	return sink.stopping || rate_allows(rate, ev_now(sink.server->loop));
}

static void put_first(json_t *object, const uint8_t *bytes, size_t len)
{
	char text[FIRST_BYTES_MAX + 1];
	size_t i;

	for (i = 0; i < len && i < FIRST_BYTES_MAX; i++)
		text[i] = bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char)bytes[i] : '.';
	text[i] = '\0';
	event_put_hex(object, "first_bytes", bytes, i);
	event_put_string(object, "first_text", text);
}

void sink_tell(const char *kind, const struct orig *orig, const struct sink_facts *facts)
{
	json_t *object = event_begin(kind);

	event_put_int(object, "bytes", facts->bytes);
	event_put_int(object, "packets", facts->packets);
	if (facts->protocol)
		event_put_string(object, "protocol", facts->protocol);
	if (facts->to)
		event_put_string(object, "to", facts->to);
	put_first(object, facts->first, facts->first_len);
	if (facts->why)
		event_put_string(object, "reason", facts->why);
	event_end(sink.server->events, orig, "sink", object);
}
