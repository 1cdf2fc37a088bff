// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl port: what each port of a bridge is, and its frames. */
#include "command.h"
#include "format.h"
#include "output.h"

static const char help[] =
"usage: sinkctl port show [BRIDGE]\n"
"\n"
"The ports of a bridge, guest or server, with the frames that came from them (RX) and that were\n"
"handed to them (TX).\n";

static int print_port(const struct ipc_port *port, void *data)
{
	struct table *table = data;

	if (json_output) {
		list_item(json_pack("{s:o, s:o, s:I, s:s, s:I, s:I, s:I, s:I}",
				    "bridge", text_to_json(port->bridge),
				    "port", text_to_json(port->name),
				    "ifindex", (json_int_t)port->ifindex,
				    "kind", port_kind_text(port->kind),
				    "rx_packets", (json_int_t)port->rx_packets,
				    "rx_bytes", (json_int_t)port->rx_bytes,
				    "tx_packets", (json_int_t)port->tx_packets,
				    "tx_bytes", (json_int_t)port->tx_bytes));
		return 0;
	}
	table_cell(table, port->bridge);
	table_cell(table, port->name);
	table_cell(table, port_kind_text(port->kind));
	table_number(table, port->rx_packets);
	table_number(table, port->rx_bytes);
	table_number(table, port->tx_packets);
	table_number(table, port->tx_bytes);
	return 0;
}

static int port_show(struct words *words)
{
	static const char *const head[] = {
		"BRIDGE", "PORT", "KIND", "RX-PACKETS", "RX-BYTES", "TX-PACKETS", "TX-BYTES"
	};
	const char *bridge;
	struct table table;
	struct ipc *ipc;
	int err = command_begin(words, false, &bridge, &ipc);

	if (err)
		return err;
	table_begin(&table, "lllrrrr", head);
	list_begin();
	err = ipc_port_dump(ipc, bridge, print_port, &table);
	list_end();
	table_end(&table, !json_output && !err);
	return command_end(words, ipc, bridge, err);
}

static const struct command commands[] = {
	{ "show", port_show },
	{ 0 }
};

int cmd_port(int argc, char **argv)
{
	return command_run(argc, argv, commands, help);
}
