// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl flow: the conversations of a bridge. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "format.h"
#include "number.h"
#include "output.h"

static const char help[] =
"usage: sinkctl flow show BRIDGE [FILTER]\n"
"       sinkctl flow count BRIDGE [FILTER]\n"
"       sinkctl flow flush BRIDGE [FILTER]\n"
"\n"
"FILTER := [proto PROTO] [in IFNAME] [src ADDR] [dst ADDR] [dport N] [server NAME]\n"
"PROTO  := tcp | udp | icmp | icmp6 | gre | sctp | udplite | 0..255\n"
"\n"
"src is the guest's address, dst and dport are where the guest wanted to go. 'flush' ends the\n"
"flows; the next packet makes a new one.\n";

/* Takes one value into the filter; NULL, or what was expected instead. */
static const char *set_proto(struct ipc_flow_filter *filter, const char *value)
{
	filter->has_protocol = protocol_parse(value, &filter->protocol);
	return filter->has_protocol ? NULL : PROTOCOL_WORDS " or a number from 0 to 255";
}

static const char *set_in(struct ipc_flow_filter *filter, const char *value)
{
	if (!ifname_valid(value))
		return "an interface name of 1 to 15 characters";
	strcpy(filter->guest_port, value);
	return NULL;
}

static const char *set_src(struct ipc_flow_filter *filter, const char *value)
{
	filter->has_guest_addr = addr_parse(value, &filter->guest_addr);
	return filter->has_guest_addr ? NULL : "an IPv4 or IPv6 address";
}

static const char *set_dst(struct ipc_flow_filter *filter, const char *value)
{
	filter->has_dest_addr = addr_parse(value, &filter->dest_addr);
	return filter->has_dest_addr ? NULL : "an IPv4 or IPv6 address";
}

static const char *set_dport(struct ipc_flow_filter *filter, const char *value)
{
	uint64_t port;

	if (!number_parse(value, 1, 65535, &port))
		return "a port from 1 to 65535";
	filter->dest_port = port;
	return NULL;
}

static const char *set_server(struct ipc_flow_filter *filter, const char *value)
{
	if (!server_name_valid(value))
		return "a server name: 1 to 15 of a-z 0-9 _ -, a letter first";
	strcpy(filter->server, value);
	return NULL;
}

static const struct {
	const char *key;
	const char *(*set)(struct ipc_flow_filter *filter, const char *value);
} filter_keys[] = {
	{ "proto", set_proto },
	{ "in", set_in },
	{ "src", set_src },
	{ "dst", set_dst },
	{ "dport", set_dport },
	{ "server", set_server },
};

#define FILTER_KEYS (sizeof(filter_keys) / sizeof(*filter_keys))

/* BRIDGE [FILTER]; *filtered: is there a filter at all? */
static int parse_filter(struct words *words, const char **bridge, struct ipc_flow_filter *filter,
			bool *filtered)
{
	bool had[FILTER_KEYS] = { false };
	int err = words_bridge(words, bridge);
	char q[QUOTE_MAX];

	if (err)
		return err;
	memset(filter, 0, sizeof(*filter));
	*filtered = words->left;
	while (words->left) {
		const char *key = words_next(words), *value, *expected;
		size_t i = 0;

		while (i < FILTER_KEYS && strcmp(key, filter_keys[i].key))
			i++;
		if (i == FILTER_KEYS)
			return bad_usage("%s: unknown word %s, expected proto, in, src, dst, dport"
					 " or server", words->what, quote(key, q));
		if (had[i])
			return bad_usage("%s: '%s' twice, expected it once", words->what, key);
		had[i] = true;
		value = words_next(words);
		if (!value)
			return bad_usage("%s: nothing after '%s', expected its value", words->what,
					 key);
		expected = filter_keys[i].set(filter, value);
		if (expected)
			return bad_usage("%s: %s %s, expected %s", words->what, key,
					 quote(value, q), expected);
	}
	return 0;
}

static int show_flow(const struct ipc_flow *flow, void *data)
{
	char row[FLOW_ROW_MAX];

	(void)data;
	if (json_output) {
		list_item(flow_to_json(flow));
	} else {
		flow_row(flow, now_ms(), row);
		puts(row);
	}
	return 0;
}

static int flow_show(struct words *words)
{
	struct ipc_flow_filter filter;
	const char *bridge;
	struct ipc *ipc;
	bool filtered;
	int err = parse_filter(words, &bridge, &filter, &filtered);

	if (!err)
		err = command_connect(words, &ipc);
	if (err)
		return err;
	list_begin();
	err = ipc_flow_dump(ipc, bridge, filtered ? &filter : NULL, show_flow, NULL);
	list_end();
	return command_end(words, ipc, bridge, err);
}

static int count_flow(const struct ipc_flow *flow, void *data)
{
	uint32_t *count = data;

	(void)flow;
	++*count;
	return 0;
}

static int flow_count(struct words *words)
{
	struct ipc_flow_filter filter;
	struct ipc_bridge answer;
	const char *bridge;
	uint32_t count = 0;
	struct ipc *ipc;
	bool filtered;
	int err = parse_filter(words, &bridge, &filter, &filtered);

	if (!err)
		err = command_connect(words, &ipc);
	if (err)
		return err;
	if (filtered) {
		err = ipc_flow_dump(ipc, bridge, &filter, count_flow, &count);
	} else {
		err = ipc_bridge_get(ipc, bridge, &answer);
		count = answer.flows;
	}
	if (!err)
		bridge_count(bridge, count, "");
	return command_end(words, ipc, bridge, err);
}

static int flow_flush(struct words *words)
{
	struct ipc_flow_filter filter;
	const char *bridge;
	struct ipc *ipc;
	uint32_t count;
	bool filtered;
	int err = parse_filter(words, &bridge, &filter, &filtered);

	if (!err)
		err = command_connect(words, &ipc);
	if (err)
		return err;
	err = ipc_flow_flush(ipc, bridge, filtered ? &filter : NULL, &count);
	if (!err)
		bridge_count(bridge, count, "flushed ");
	return command_end(words, ipc, bridge, err);
}

static const struct command commands[] = {
	{ "show", flow_show },
	{ "count", flow_count },
	{ "flush", flow_flush },
	{ 0 }
};

int cmd_flow(int argc, char **argv)
{
	return command_run(argc, argv, commands, help);
}
