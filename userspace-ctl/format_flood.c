// SPDX-License-Identifier: GPL-2.0-only
#include "format_flood.h"

#include <netinet/in.h>
#include <string.h>

static const char *const kind_words[] = {
	[SINKBRIDGE_FLOOD_DESTINATION]	= "destination",
	[SINKBRIDGE_FLOOD_SCAN]		= "scan",
};

static const char *const end_words[] = {
	[SINKBRIDGE_FLOOD_END_IDLE]	= "idle",
	[SINKBRIDGE_FLOOD_END_FLUSHED]	= "flushed",
	[SINKBRIDGE_FLOOD_END_EVICTED]	= "evicted",
	[SINKBRIDGE_FLOOD_END_GONE]	= "gone",
};

static const char *const flag_words[] = { "fin", "syn", "rst", "psh", "ack", "urg" };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define WORD(words, number) ((number) < COUNT(words) ? (words)[number] : "unknown")

const char *flood_kind_text(uint8_t kind)
{
	return WORD(kind_words, kind);
}

const char *flood_end_text(uint8_t reason)
{
	return WORD(end_words, reason);
}

static uint64_t since(uint64_t then, uint64_t now)
{
	return now > then ? now - then : 0;
}

static size_t flags_row(const struct ipc_flood *flood, char *row)
{
	size_t at = 0;

	*row = '\0';
	if (flood->protocol != IPPROTO_TCP)
		return 0;
	for (size_t i = 0; i < COUNT(flag_words); i++)
		at += sprintf(row + at, " %s %llu", flag_words[i],
			      (unsigned long long)flood->tcp_flags_count[i]);
	return at;
}

#define SECONDS(ms) (unsigned long long)((ms) / 1000), (unsigned int)((ms) % 1000)

size_t flood_row(const struct ipc_flood *flood, uint64_t now, char row[FLOOD_ROW_MAX])
{
	char proto[PROTO_TEXT_MAX], src[ADDR_PORT_MAX], dest[ADDR_PORT_MAX], flags[200];
	char vlan[VLAN_TEXT_MAX];
	uint64_t age = since(flood->start, now), idle = since(flood->last, now);

	flags_row(flood, flags);
	return snprintf(row, FLOOD_ROW_MAX,
			"%s %s > %s in %s kind %s packets %llu bytes %llu rate %u peak %u"
			" sources %u destinations %u source-ports %u dest-ports %u lengths %u"
			" length %u %u ttl %u %u%s age %llu.%03u idle %llu.%03u delivered %s"
			" rule %u id %llu%s",
			proto_text(flood->protocol, proto),
			addr_port_text(&flood->src_addr, flood->src_port, src),
			addr_port_text(&flood->dest_addr, flood->dest_port, dest),
			flood->guest_port, flood_kind_text(flood->kind),
			(unsigned long long)flood->packets, (unsigned long long)flood->bytes,
			flood->rate, flood->peak, flood->src_addrs, flood->dest_addrs,
			flood->src_ports, flood->dest_ports, flood->lengths,
			flood->length_min, flood->length_max, flood->ttl_min, flood->ttl_max,
			flags, SECONDS(age), SECONDS(idle), flood->delivered ? "yes" : "no",
			flood->rule_id, (unsigned long long)flood->id,
			vlan_text(flood->vlan, vlan));
}

static json_t *sample_to_json(const uint8_t *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * SINKBRIDGE_FLOOD_SAMPLE_LEN];

	if (len > SINKBRIDGE_FLOOD_SAMPLE_LEN)
		len = SINKBRIDGE_FLOOD_SAMPLE_LEN;
	for (size_t i = 0; i < len; i++) {
		text[2 * i] = digits[data[i] >> 4];
		text[2 * i + 1] = digits[data[i] & 15];
	}
	return json_stringn(text, 2 * len);
}

static void set_flags(json_t *object, const struct ipc_flood *flood)
{
	json_t *flags = json_object();

	for (size_t i = 0; i < COUNT(flag_words); i++)
		json_object_set_new(flags, flag_words[i],
				    json_integer(flood->tcp_flags_count[i]));
	json_object_set_new(object, "tcp_flags", flags);
}

static json_t *flood_object(const struct ipc_flood *flood, const char *state, bool samples)
{
	char start[TIME_TEXT_MAX], last[TIME_TEXT_MAX];
	json_t *object, *array;

	object = json_pack("{s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:s, s:f, s:I, s:I, s:I, s:I,"
			   " s:I, s:I, s:I, s:i, s:i, s:b, s:I}",
			   "id", (json_int_t)flood->id, "kind", flood_kind_text(flood->kind),
			   "state", state,
			   "packets", (json_int_t)flood->packets,
			   "bytes", (json_int_t)flood->bytes,
			   "rate", (json_int_t)flood->rate, "peak", (json_int_t)flood->peak,
			   "start", time_text(flood->start, start),
			   "end", time_text(flood->last, last),
			   "duration", since(flood->start, flood->last) / 1000.0,
			   "sources", (json_int_t)flood->src_addrs,
			   "destinations", (json_int_t)flood->dest_addrs,
			   "src_ports", (json_int_t)flood->src_ports,
			   "dest_ports", (json_int_t)flood->dest_ports,
			   "lengths", (json_int_t)flood->lengths,
			   "length_min", (json_int_t)flood->length_min,
			   "length_max", (json_int_t)flood->length_max,
			   "ttl_min", flood->ttl_min, "ttl_max", flood->ttl_max,
			   "delivered", flood->delivered,
			   "rule", (json_int_t)flood->rule_id);
	if (!object)
		return NULL;
	if (flood->protocol == IPPROTO_TCP)
		set_flags(object, flood);
	if (flood->ended)
		json_object_set_new(object, "reason",
				    json_string(flood_end_text(flood->end_reason)));
	if (!samples)
		return object;
	array = json_array();
	for (size_t i = 0; i < flood->sample_count; i++)
		json_array_append_new(array, sample_to_json(flood->samples[i].data,
							    flood->samples[i].len));
	json_object_set_new(object, "samples", array);
	return object;
}

static bool has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP ||
	       protocol == IPPROTO_UDPLITE;
}

json_t *flood_to_json(const struct ipc_flood *flood, const char *state, bool samples)
{
	char time[TIME_TEXT_MAX], proto[PROTO_TEXT_MAX];
	char src[ADDR_TEXT_MAX], dest[ADDR_TEXT_MAX];
	json_t *object;

	object = json_pack("{s:s, s:o, s:s, s:s, s:s, s:s, s:o}",
			   "timestamp", time_text(strcmp(state, "start") ? flood->last : flood->start, time),
			   "in_iface", text_to_json(flood->guest_port),
			   "event_type", "flood",
			   "src_ip", addr_text(&flood->src_addr, src),
			   "dest_ip", addr_text(&flood->dest_addr, dest),
			   "proto", eve_proto(flood->protocol, proto),
			   "flood", flood_object(flood, state, samples));
	if (!object)
		return NULL;
	if (has_ports(flood->protocol)) {
		json_object_set_new(object, "src_port", json_integer(flood->src_port));
		json_object_set_new(object, "dest_port", json_integer(flood->dest_port));
	}
	if (flood->protocol == IPPROTO_ICMP || flood->protocol == IPPROTO_ICMPV6) {
		json_object_set_new(object, "icmp_type", json_integer(flood->icmp_type));
		json_object_set_new(object, "icmp_code", json_integer(flood->icmp_code));
	}
	put_vlan(object, flood->vlan);
	if (*flood->server)
		json_object_set_new(object, "server", json_pack("{s:s}", "name", flood->server));
	return object;
}
