// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl server: the named fake servers behind ports of a bridge. */
#include <errno.h>
#include <string.h>

#include "command.h"
#include "format.h"
#include "number.h"
#include "output.h"

static const char help[] =
"usage: sinkctl server add BRIDGE NAME dev PORT mac MAC [ip ADDR] [ip6 ADDR]\n"
"       sinkctl server del BRIDGE NAME\n"
"       sinkctl server show [BRIDGE]\n"
"\n"
"Names the server behind a port of the bridge: the port becomes a server port, MAC and ADDR are\n"
"those of the far end; at least one of ip and ip6 is needed. NAME: 1 to 15 of a-z 0-9 _ -, a letter first. A server that a rule names\n"
"cannot be deleted.\n";

static int parse_name(struct words *words, const char **name)
{
	char q[QUOTE_MAX];

	*name = words_next(words);
	if (!*name)
		return bad_usage("%s: no name, expected the name of a server", words->what);
	if (!server_name_valid(*name))
		return bad_usage("%s: name %s, expected 1 to 15 of a-z 0-9 _ -, a letter first",
				 words->what, quote(*name, q));
	return 0;
}

struct seen {
	bool dev, mac, ip, ip6;
};

static int parse_setting(struct words *words, struct ipc_server *server, struct seen *seen)
{
	const char *key = words_next(words), *value;
	char q[QUOTE_MAX];
	bool *had;

	if (!strcmp(key, "dev"))
		had = &seen->dev;
	else if (!strcmp(key, "mac"))
		had = &seen->mac;
	else if (!strcmp(key, "ip"))
		had = &seen->ip;
	else if (!strcmp(key, "ip6"))
		had = &seen->ip6;
	else
		return bad_usage("%s: unknown word %s, expected dev PORT, mac MAC, ip ADDR or ip6 ADDR",
				 words->what, quote(key, q));
	if (*had)
		return bad_usage("%s: '%s' twice, expected it once", words->what, key);
	*had = true;
	value = words_next(words);
	if (!value)
		return bad_usage("%s: nothing after '%s', expected its value", words->what, key);
	if (had == &seen->dev) {
		if (!ifname_valid(value))
			return bad_usage("%s: dev %s, expected an interface name of 1 to 15 characters",
					 words->what, quote(value, q));
		strcpy(server->port, value);
	} else if (had == &seen->mac && !mac_parse(value, server->mac)) {
		return bad_usage("%s: mac %s, expected a unicast address as 02:00:00:00:00:01",
				 words->what, quote(value, q));
	} else if (had == &seen->ip && inet_pton(AF_INET, value, &server->ipv4) != 1) {
		return bad_usage("%s: ip %s, expected an IPv4 address", words->what, quote(value, q));
	} else if (had == &seen->ip6 &&
		   (!addr_parse(value, &server->ipv6) || addr_is_v4(&server->ipv6))) {
		return bad_usage("%s: ip6 %s, expected an IPv6 address", words->what,
				 quote(value, q));
	}
	return 0;
}

static int server_add(struct words *words)
{
	struct ipc_server server = { 0 };
	struct seen seen = { 0 };
	const char *bridge, *name;
	struct ipc *ipc;
	int err = words_bridge(words, &bridge);

	if (!err)
		err = parse_name(words, &name);
	while (!err && words->left)
		err = parse_setting(words, &server, &seen);
	if (!err && !(seen.dev && seen.mac && (seen.ip || seen.ip6)))
		err = bad_usage("%s: no '%s', expected dev PORT, mac MAC, and ip ADDR or ip6 ADDR",
				words->what, !seen.dev ? "dev" : !seen.mac ? "mac" : "ip");
	if (!err)
		err = command_connect(words, &ipc);
	if (err)
		return err;
	strcpy(server.name, name);
	return command_end(words, ipc, bridge, ipc_server_add(ipc, bridge, &server));
}

static int server_del(struct words *words)
{
	const char *bridge, *name;
	struct ipc *ipc;
	int err = words_bridge(words, &bridge);

	if (!err)
		err = parse_name(words, &name);
	if (!err)
		err = words_end(words);
	if (!err)
		err = command_connect(words, &ipc);
	if (err)
		return err;
	return command_end(words, ipc, bridge, ipc_server_del(ipc, bridge, name));
}

static int print_server(const struct ipc_server *server, void *data)
{
	char mac[MAC_TEXT_MAX], addr[ADDR_TEXT_MAX] = "-", addr6[ADDR_TEXT_MAX] = "-";
	bool has_ipv6 = !IN6_IS_ADDR_UNSPECIFIED(&server->ipv6);
	struct table *table = data;

	mac_text(server->mac, mac);
	if (server->ipv4.s_addr)
		inet_ntop(AF_INET, &server->ipv4, addr, sizeof(addr));
	if (has_ipv6)
		addr_text(&server->ipv6, addr6);
	if (json_output) {
		list_item(json_pack("{s:o, s:s, s:o, s:s, s:s*, s:s*, s:I}",
				    "bridge", text_to_json(server->bridge),
				    "server", server->name, "dev", text_to_json(server->port),
				    "mac", mac, "ip", server->ipv4.s_addr ? addr : NULL,
				    "ip6", has_ipv6 ? addr6 : NULL,
				    "flows", (json_int_t)server->flows));
		return 0;
	}
	table_cell(table, server->bridge);
	table_cell(table, server->name);
	table_cell(table, server->port);
	table_cell(table, mac);
	table_cell(table, addr);
	table_cell(table, addr6);
	table_number(table, server->flows);
	return 0;
}

static int server_show(struct words *words)
{
	static const char *const head[] = { "BRIDGE", "SERVER", "DEV", "MAC", "IP", "IP6", "FLOWS" };
	const char *bridge;
	struct table table;
	struct ipc *ipc;
	int err = command_begin(words, false, &bridge, &ipc);

	if (err)
		return err;
	table_begin(&table, "llllllr", head);
	list_begin();
	err = ipc_server_dump(ipc, bridge, print_server, &table);
	list_end();
	table_end(&table, !json_output && !err);
	return command_end(words, ipc, bridge, err);
}

static const struct command commands[] = {
	{ "add", server_add },
	{ "del", server_del },
	{ "show", server_show },
	{ 0 }
};

int cmd_server(int argc, char **argv)
{
	return command_run(argc, argv, commands, help);
}
