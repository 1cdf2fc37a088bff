// SPDX-License-Identifier: GPL-2.0-only
#include "format.h"

#include <netinet/in.h>
#include <string.h>
#include <time.h>

#include "number.h"

#define VLAN_ID		0xfff

static const char *const state_words[] = {
	[SINKBRIDGE_FLOW_OPENING]	= "opening",
	[SINKBRIDGE_FLOW_ESTABLISHED]	= "established",
	[SINKBRIDGE_FLOW_CLOSING]	= "closing",
	[SINKBRIDGE_FLOW_CLOSED]	= "closed",
};

static const char *const end_words[] = {
	[SINKBRIDGE_END_TIMEOUT]	= "timeout",
	[SINKBRIDGE_END_CLOSED]		= "closed",
	[SINKBRIDGE_END_REUSED]		= "reused",
	[SINKBRIDGE_END_FLUSHED]	= "flushed",
	[SINKBRIDGE_END_EVICTED]	= "evicted",
	[SINKBRIDGE_END_GONE]		= "gone",
};

static const char *const action_words[] = {
	[SINKBRIDGE_ACTION_TO]		= "to",
	[SINKBRIDGE_ACTION_ABSORB]	= "absorb",
	[SINKBRIDGE_ACTION_REJECT]	= "reject",
	[SINKBRIDGE_ACTION_DROP]	= "drop",
	[SINKBRIDGE_ACTION_FORWARD]	= "forward",
};

static const char *const kind_words[] = {
	[SINKBRIDGE_PORT_GUEST]		= "guest",
	[SINKBRIDGE_PORT_SERVER]	= "server",
};

static const char *const timeout_words[] = {
	[IPC_TCP_OPENING]	= "tcp-opening",
	[IPC_TCP_ESTABLISHED]	= "tcp-established",
	[IPC_TCP_CLOSING]	= "tcp-closing",
	[IPC_TCP_CLOSED]	= "tcp-closed",
	[IPC_UDP_OPENING]	= "udp-opening",
	[IPC_UDP]		= "udp",
	[IPC_ICMP]		= "icmp",
	[IPC_OTHER]		= "other",
};

/* A newer module may send numbers that have no word here. */
#define WORD(words, number) \
	((number) < sizeof(words) / sizeof(*(words)) ? (words)[number] : "unknown")

const char *state_text(uint8_t state)
{
	return WORD(state_words, state);
}

const char *end_text(uint8_t reason)
{
	return WORD(end_words, reason);
}

const char *action_text(uint8_t action)
{
	return WORD(action_words, action);
}

const char *port_kind_text(uint8_t kind)
{
	return WORD(kind_words, kind);
}

const char *timeout_text(enum ipc_timeout timeout)
{
	return WORD(timeout_words, timeout);
}

const char *proto_text(uint8_t protocol, char room[PROTO_TEXT_MAX])
{
	const char *word = protocol_word(protocol);

	if (word)
		return word;
	snprintf(room, PROTO_TEXT_MAX, "%u", protocol);
	return room;
}

const char *addr_port_text(const struct in6_addr *addr, uint16_t port, char room[ADDR_PORT_MAX])
{
	char text[ADDR_TEXT_MAX];

	snprintf(room, ADDR_PORT_MAX, addr_is_v4(addr) ? "%s:%u" : "[%s]:%u",
		 addr_text(addr, text), port);
	return room;
}

const char *mac_text(const uint8_t mac[6], char room[MAC_TEXT_MAX])
{
	snprintf(room, MAC_TEXT_MAX, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	return room;
}

uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

const char *time_text(uint64_t epoch_ms, char room[TIME_TEXT_MAX])
{
	time_t seconds = epoch_ms / 1000;
	struct tm tm;
	char zone[8];
	size_t len;

	localtime_r(&seconds, &tm);
	len = strftime(room, TIME_TEXT_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	snprintf(room + len, TIME_TEXT_MAX - len, ".%03u000%s", (unsigned int)(epoch_ms % 1000),
		 zone);
	return room;
}

/* Clocks may be set back; an age is never negative. */
static uint64_t since(uint64_t then, uint64_t now)
{
	return now > then ? now - then : 0;
}

const char *vlan_text(uint32_t vlan, char room[VLAN_TEXT_MAX])
{
	unsigned int outer = vlan & VLAN_ID, inner = vlan >> 16 & VLAN_ID;

	*room = '\0';
	if (inner)
		snprintf(room, VLAN_TEXT_MAX, " vlan %u.%u", outer, inner);
	else if (outer)
		snprintf(room, VLAN_TEXT_MAX, " vlan %u", outer);
	return room;
}

#define SECONDS(ms) (unsigned long long)((ms) / 1000), (unsigned int)((ms) % 1000)

size_t flow_row(const struct ipc_flow *flow, uint64_t now, char row[FLOW_ROW_MAX])
{
	char proto[PROTO_TEXT_MAX], guest[ADDR_PORT_MAX], dest[ADDR_PORT_MAX];
	char server[ADDR_PORT_MAX], client[ADDR_PORT_MAX], vlan[VLAN_TEXT_MAX];
	uint64_t age = since(flow->start, now), idle = since(flow->last, now);

	return snprintf(row, FLOW_ROW_MAX,
			"%s %s > %s in %s server %s %s client %s state %s"
			" packets %llu %llu bytes %llu %llu age %llu.%03u idle %llu.%03u"
			" expires %llu.%03u rule %u id %llu%s",
			proto_text(flow->protocol, proto),
			addr_port_text(&flow->guest_addr, flow->guest_l4, guest),
			addr_port_text(&flow->dest_addr, flow->dest_l4, dest),
			flow->guest_port, flow->server,
			addr_port_text(&flow->server_addr, flow->server_l4, server),
			addr_port_text(&flow->client_addr, flow->client_l4, client),
			state_text(flow->state),
			(unsigned long long)flow->orig_packets,
			(unsigned long long)flow->reply_packets,
			(unsigned long long)flow->orig_bytes,
			(unsigned long long)flow->reply_bytes,
			SECONDS(age), SECONDS(idle), SECONDS((uint64_t)flow->expires),
			flow->rule_id, (unsigned long long)flow->id,
			vlan_text(flow->vlan, vlan));
}

/* Bytes that are not UTF-8 cannot stand in JSON; then each odd byte becomes one character. */
json_t *text_to_json(const char *bytes)
{
	char text[RULE_TEXT_MAX * 2];
	json_t *string = json_string(bytes);
	size_t at = 0;

	if (string)
		return string;
	for (; *bytes && at < sizeof(text) - 2; bytes++) {
		unsigned char c = *bytes;

		if (c < 0x80) {
			text[at++] = c;
		} else {
			text[at++] = 0xc0 | c >> 6;
			text[at++] = 0x80 | (c & 0x3f);
		}
	}
	text[at] = '\0';
	return json_string(text);
}

void put_vlan(json_t *object, uint32_t vlan)
{
	json_t *ids;

	if (!vlan || !object)
		return;
	ids = json_array();
	json_array_append_new(ids, json_integer(vlan & VLAN_ID));
	if (vlan >> 16)
		json_array_append_new(ids, json_integer(vlan >> 16 & VLAN_ID));
	json_object_set_new(object, "vlan", ids);
}

static json_t *flow_object(const struct ipc_flow *flow)
{
	char start[TIME_TEXT_MAX], last[TIME_TEXT_MAX];
	json_t *object;

	object = json_pack("{s:I, s:I, s:I, s:I, s:s, s:s, s:I, s:s}",
			   "pkts_toserver", (json_int_t)flow->orig_packets,
			   "pkts_toclient", (json_int_t)flow->reply_packets,
			   "bytes_toserver", (json_int_t)flow->orig_bytes,
			   "bytes_toclient", (json_int_t)flow->reply_bytes,
			   "start", time_text(flow->start, start),
			   "end", time_text(flow->last, last),
			   "age", (json_int_t)(since(flow->start, flow->last) / 1000),
			   "state", state_text(flow->state));
	if (!object)
		return NULL;
	if (flow->ended)
		json_object_set_new(object, "reason", json_string(end_text(flow->end_reason)));
	else
		json_object_set_new(object, "expires_ms", json_integer(flow->expires));
	return object;
}

/* Suricata writes protocols in capitals, and numbers for those without a name. */
const char *eve_proto(uint8_t protocol, char room[PROTO_TEXT_MAX])
{
	switch (protocol) {
	case IPPROTO_TCP:
		return "TCP";
	case IPPROTO_UDP:
		return "UDP";
	case IPPROTO_ICMP:
		return "ICMP";
	case IPPROTO_ICMPV6:
		return "IPv6-ICMP";
	case IPPROTO_GRE:
		return "GRE";
	case IPPROTO_SCTP:
		return "SCTP";
	case IPPROTO_UDPLITE:
		return "UDPLite";
	}
	return proto_text(protocol, room);
}

json_t *flow_to_json(const struct ipc_flow *flow)
{
	char time[TIME_TEXT_MAX], proto[PROTO_TEXT_MAX], mac[MAC_TEXT_MAX];
	char guest[ADDR_TEXT_MAX], dest[ADDR_TEXT_MAX];
	char server[ADDR_TEXT_MAX], client[ADDR_TEXT_MAX];
	json_t *object;

	object = json_pack("{s:s, s:I, s:o, s:s, s:s, s:i, s:s, s:i, s:s, s:{s:s},"
			   " s:{s:o, s:s, s:i, s:s, s:i}, s:b, s:I, s:o}",
			   "timestamp", time_text(flow->last, time),
			   "flow_id", (json_int_t)flow->id,
			   "in_iface", text_to_json(flow->guest_port),
			   "event_type", "flow",
			   "src_ip", addr_text(&flow->guest_addr, guest), "src_port", flow->guest_l4,
			   "dest_ip", addr_text(&flow->dest_addr, dest), "dest_port", flow->dest_l4,
			   "proto", eve_proto(flow->protocol, proto),
			   "ether", "src_mac", mac_text(flow->guest_mac, mac),
			   "server", "name", text_to_json(flow->server),
			   "ip", addr_text(&flow->server_addr, server), "port", flow->server_l4,
			   "client_ip", addr_text(&flow->client_addr, client),
			   "client_port", flow->client_l4,
			   "contained", 1,
			   "rule_id", (json_int_t)flow->rule_id,
			   "flow", flow_object(flow));
	put_vlan(object, flow->vlan);
	return object;
}

json_t *rule_to_json(const struct rule *rule)
{
	char text[RULE_TEXT_MAX], proto[PROTO_TEXT_MAX], addr[ADDR_TEXT_MAX];
	json_t *object = json_object();

	if (!object)
		return NULL;
	json_object_set_new(object, "id", json_integer(rule->id));
	if (*rule->guest_port)
		json_object_set_new(object, "in", text_to_json(rule->guest_port));
	if (!rule->any_protocol)
		json_object_set_new(object, "protocol",
				    json_string(proto_text(rule->protocol, proto)));
	if (rule->has_dst)
		json_object_set_new(object, "dst", json_sprintf("%s/%u", addr_text(&rule->dst, addr),
								rule->dst_len));
	if (rule->dport_first) {
		json_object_set_new(object, "dport_first", json_integer(rule->dport_first));
		json_object_set_new(object, "dport_last", json_integer(rule->dport_last));
	}
	json_object_set_new(object, "action", json_string(action_text(rule->action)));
	if (rule->action == SINKBRIDGE_ACTION_TO) {
		json_object_set_new(object, "server", json_string(rule->server));
		if (rule->server_port)
			json_object_set_new(object, "server_port", json_integer(rule->server_port));
	}
	if (rule->flood_rate)
		json_object_set_new(object, "flood",
				    json_pack("{s:I, s:i, s:b}",
					      "rate", (json_int_t)rule->flood_rate,
					      "sample", rule->flood_sample,
					      "deliver", rule->flood_deliver));
	json_object_set_new(object, "packets", json_integer(rule->packets));
	json_object_set_new(object, "bytes", json_integer(rule->bytes));
	json_object_set_new(object, "flows", json_integer(rule->flows));
	rule_format(rule, text);
	json_object_set_new(object, "rule", text_to_json(text));
	return object;
}
