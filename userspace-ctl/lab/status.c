// SPDX-License-Identifier: GPL-2.0-only
/* lab status: what the journal says, and what of it is alive. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../command.h"
#include "../output.h"
#include "lab.h"

struct status_server {
	const char	*name, *type, *address, *address6, *port;
	pid_t		pid;
	bool		alive;
	uint32_t	flows;
	bool		known;		/* to the module */
};

static void find_process(struct status_server *server, const struct journal_line *lines,
			 size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(lines[i].field[0], "process") ||
		    strcmp(lines[i].field[1], server->name))
			continue;
		server->pid = atoi(lines[i].field[2]);
		server->alive = process_alive(server->pid,
					      strtoull(lines[i].field[3], NULL, 10));
	}
}

static void print_row(struct table *table, const struct status_server *server)
{
	table_cell(table, server->name);
	table_cell(table, server->type);
	table_cell(table, server->address);
	table_cell(table, server->address6);
	table_cell(table, server->port);
	table_number(table, server->pid);
	table_cell(table, server->alive ? "alive" : "dead");
	if (server->known)
		table_number(table, server->flows);
	else
		table_cell(table, "-");
}

static json_t *row_to_json(const struct status_server *server)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:b, s:I}", "name", server->name,
			 "type", server->type, "address", server->address,
			 "address6", server->address6,
			 "port", atoi(server->port), "pid", (int)server->pid,
			 "alive", server->alive, "flows", (json_int_t)server->flows);
}

/* True: all of them are alive. */
static bool show_servers(const char *bridge, const struct journal_line *lines, size_t count,
			 struct ipc *ipc, json_t *array)
{
	static const char *const head[] = {
		"SERVER", "TYPE", "ADDRESS", "ADDRESS6", "PORT", "PID", "STATE", "FLOWS", NULL
	};
	struct table table = {};
	bool all = true;

	table_begin(&table, "llllrrlr", head);
	for (size_t i = 0; i < count; i++) {
		struct status_server server = {
			.name = lines[i].field[1], .type = lines[i].field[2],
			.address = lines[i].field[3], .port = lines[i].field[4],
			.address6 = lines[i].field[5],
		};
		struct ipc_server known;

		if (strcmp(lines[i].field[0], "server"))
			continue;
		find_process(&server, lines, count);
		server.known = ipc && !ipc_server_get(ipc, bridge, server.name, &known);
		server.flows = server.known ? known.flows : 0;
		all &= server.alive && server.known;
		print_row(&table, &server);
		json_array_append_new(array, row_to_json(&server));
	}
	table_end(&table, !json_output);
	return all;
}

int lab_status(const char *bridge)
{
	struct journal_line *lines;
	ssize_t count = journal_read(bridge, &lines);
	json_t *servers = json_array();
	struct ipc_bridge known;
	struct ipc *ipc = NULL;
	const char *state;
	bool up, all;

	if (count <= 0) {
		json_decref(servers);
		return refused("no lab of bridge %s is up", bridge);
	}
	up = journal_has(lines, count, "up");
	if (ipc_open(&ipc))
		ipc = NULL;
	all = show_servers(bridge, lines, count, ipc, servers);
	all &= ipc && !ipc_bridge_get(ipc, bridge, &known);
	state = !up ? "half made" : all ? "up" : "broken";
	if (json_output)
		line_item(json_pack("{s:s, s:s, s:o}", "bridge", bridge, "state", state,
				    "servers", json_incref(servers)));
	else
		printf("lab of bridge %s: %s\n", bridge, state);
	json_decref(servers);
	ipc_close(ipc);
	free(lines);
	return up && all ? 0 : EXIT_REFUSED;
}
