// SPDX-License-Identifier: GPL-2.0-only
/* Events as JSON lines. */
#include "event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "names.h"

json_t *event_begin(const char *kind)
{
	json_t *object = json_object();

	if (kind)
		json_object_set_new(object, "kind", json_string(kind));
	return object;
}

json_t *event_string(const void *bytes, size_t len)
{
	const uint8_t *in = bytes;
	json_t *string;
	size_t i = 0, n = 0;
	char *out;

	out = malloc(2 * len + 1);
	if (!out)
		return NULL;
	while (i < len) {
		size_t sequence = writer_sequence(in + i, len - i);

		if (sequence) {
			memcpy(out + n, in + i, sequence);
			n += sequence;
			i += sequence;
		} else {
			out[n++] = (char)(0xc0 | in[i] >> 6);
			out[n++] = (char)(0x80 | (in[i++] & 0x3f));
		}
	}
	string = json_stringn(out, n);
	free(out);
	return string;
}

void event_put_bytes(json_t *object, const char *key, const void *bytes, size_t len)
{
	if (len > EVENT_BYTES_MAX + 4) {
		len = writer_cut(bytes, EVENT_BYTES_MAX);
		json_object_set_new(object, "truncated", json_true());
	}
	json_object_set_new(object, key, event_string(bytes, len));
}

void event_put_hex(json_t *object, const char *key, const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *in = bytes;
	char out[2 * EVENT_BYTES_MAX];
	size_t i;

	if (len > EVENT_BYTES_MAX) {
		len = EVENT_BYTES_MAX;
		json_object_set_new(object, "truncated", json_true());
	}
	for (i = 0; i < len; i++) {
		out[2 * i] = digits[in[i] >> 4];
		out[2 * i + 1] = digits[in[i] & 15];
	}
	json_object_set_new(object, key, json_stringn(out, 2 * len));
}

void event_put_string(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, json_string(text));
}

void event_put_int(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

void event_put_bool(json_t *object, const char *key, bool value)
{
	json_object_set_new(object, key, json_boolean(value));
}

void event_put_addr(json_t *object, const char *key, const struct in6_addr *addr)
{
	char text[ADDR_TEXT_MAX];

	event_put_string(object, key, addr_text(addr, text));
}

void event_put_ipv4(json_t *object, const char *key, struct in_addr addr)
{
	struct in6_addr mapped = addr_from_v4(addr);

	event_put_addr(object, key, &mapped);
}

/* The seconds, once each; what is behind them is put in for each event. */
static void make_time(char text[EVENT_TIME_MAX], time_t second)
{
	struct tm tm;

	gmtime_r(&second, &tm);
	text[strftime(text, EVENT_TIME_MAX - 16, "%Y-%m-%dT%H:%M:%S", &tm)] = '\0';
	strcat(text, ".000000+0000");
}

static void put_time(struct writer *writer, const char *key, char text[EVENT_TIME_MAX],
		     long microseconds)
{
	for (char *digit = text + strlen(text) - 6; microseconds || *digit != '.'; digit--) {
		*digit = (char)('0' + microseconds % 10);
		microseconds /= 10;
	}
	writer_string(writer, key, text);
}

static void put_times(struct event_log *log, struct writer *writer)
{
	if (!log->has_now) {
		clock_gettime(CLOCK_REALTIME, &log->now);
		log->has_now = log->holds;
	}
	if (log->second != log->now.tv_sec || !log->time[0]) {
		log->second = log->now.tv_sec;
		make_time(log->time, log->second);
		make_time(log->guest_time, log->second + log->clock_offset);
	}
	put_time(writer, "timestamp", log->time, log->now.tv_nsec / 1000);
	if (log->has_clock)
		put_time(writer, "guest_time", log->guest_time, log->now.tv_nsec / 1000);
}

static bool has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
}

/* As Suricata calls them; others by their number */
static void put_protocol(struct writer *writer, uint8_t protocol)
{
	static const struct {
		uint8_t protocol;
		const char *name;
	} names[] = {
		{ IPPROTO_TCP, "TCP" }, { IPPROTO_UDP, "UDP" }, { IPPROTO_GRE, "GRE" },
		{ IPPROTO_SCTP, "SCTP" }, { IPPROTO_IPIP, "IPv4-in-IPv4" },
		{ IPPROTO_IPV6, "IPv6-in-IPv4" }, { IPPROTO_ESP, "ESP" }, { IPPROTO_AH, "AH" },
	};
	char text[4];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].protocol == protocol) {
			writer_string(writer, "proto", names[i].name);
			return;
		}
	}
	snprintf(text, sizeof(text), "%u", protocol);
	writer_string(writer, "proto", text);
}

static void put_conversation(struct writer *writer, const struct orig *orig)
{
	writer_addr(writer, "src_ip", &orig->guest_addr);
	if (has_ports(orig->protocol))
		writer_int(writer, "src_port", orig->guest_port);
	writer_addr(writer, "dest_ip", &orig->dest_addr);
	if (has_ports(orig->protocol))
		writer_int(writer, "dest_port", orig->dest_port);
	put_protocol(writer, orig->protocol);
}

/* All that stands before the event's own object, in a line that begins where the held ones end */
static struct writer *begin_line(struct event_log *log, const struct orig *orig, const char *type)
{
	struct writer *writer = &log->writer;
	const char *name = NULL;

	*writer = (struct writer){ .text = log->held + log->held_len, .size = EVENT_LINE_MAX };
	log->is_stats = strcmp(type, "stats") == 0;
	writer_open(writer, NULL, '{');
	put_times(log, writer);
	if (orig && orig->contained) {
		writer_int(writer, "flow_id", orig->flow_id);
		writer_string(writer, "in_iface", orig->guest_if);
	}
	writer_string(writer, "event_type", type);
	if (orig) {
		put_conversation(writer, orig);
		name = names_find(log->names, &orig->dest_addr);
	}
	if (name)
		writer_string(writer, "dest_name", name);
	writer_open(writer, "server", '{');
	writer_string(writer, "name", log->server_name);
	if (orig) {
		writer_addr(writer, "ip", &orig->server_addr);
		writer_int(writer, "port", orig->server_port);
	}
	writer_close(writer, '}');
	if (orig)
		writer_bool(writer, "contained", orig->contained);
	return writer;
}

struct writer *event_line(struct event_log *log, const struct orig *orig, const char *type)
{
	struct writer *writer = begin_line(log, orig, type);

	writer_open(writer, type, '{');
	return writer;
}

/* Takes over more. */
static bool end_line(struct event_log *log, const char *key, json_t *more)
{
	if (more)
		writer_json(&log->writer, key, more);
	json_decref(more);
	writer_close(&log->writer, '}');
	return event_log_take(log);
}

bool event_line_end(struct event_log *log)
{
	return event_line_end_with(log, NULL, NULL);
}

bool event_line_end_with(struct event_log *log, const char *key, json_t *more)
{
	struct writer *writer = &log->writer;

	if (writer->truncated)
		writer_bool(writer, "truncated", true);
	writer_close(writer, '}');
	return end_line(log, key, more);
}

bool event_end(struct event_log *log, const struct orig *orig, const char *type, json_t *object)
{
	return event_end_with(log, orig, type, object, NULL, NULL);
}

bool event_end_with(struct event_log *log, const struct orig *orig, const char *type,
		    json_t *object, const char *key, json_t *more)
{
	struct writer *writer = begin_line(log, orig, type);

	writer_json(writer, type, object);
	json_decref(object);
	return end_line(log, key, more);
}
