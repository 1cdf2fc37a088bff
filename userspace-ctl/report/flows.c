// SPDX-License-Identifier: GPL-2.0-only
/* From the flows: who was contacted, and how much; and what came of commands. */
#include <string.h>

#include "facts.h"
#include "orders.h"
#include "prefix.h"

#define PORTS_MAX	16	/* of one contact that are listed */
#define GRACE		10.0	/* seconds after a command's time in which its flood may begin */

static void add_port(json_t *contact, json_t *port)
{
	json_t *ports = json_object_get(contact, "ports"), *have;
	size_t i;

	if (!ports) {
		ports = json_array();
		json_object_set_new(contact, "ports", ports);
	}
	json_array_foreach(ports, i, have)
		if (json_equal(have, port))
			return;
	if (json_array_size(ports) < PORTS_MAX)
		json_array_append(ports, port);
	else
		json_object_set_new(contact, "more_ports", json_true());
}

/* From the earliest start to the latest packet, in seconds since the epoch. */
static void add_span(json_t *entry, double first, double last)
{
	json_t *have = json_object_get(entry, "first");

	if (!have || json_real_value(have) > first)
		json_object_set_new(entry, "first", json_real(first));
	have = json_object_get(entry, "last");
	if (!have || json_real_value(have) < last)
		json_object_set_new(entry, "last", json_real(last));
}

static void add_flow(json_t *entry, json_t *object)
{
	facts_add(entry, "flows", 1);
	facts_add(entry, "packets", facts_number(object, "pkts_toserver"));
	facts_add(entry, "bytes", facts_number(object, "bytes_toserver"));
	facts_add(entry, "packets_back", facts_number(object, "pkts_toclient"));
	facts_add(entry, "bytes_back", facts_number(object, "bytes_toclient"));
	add_span(entry, facts_time(facts_string(object, "start")),
		 facts_time(facts_string(object, "end")));
}

static bool obeys(json_t *command, json_t *flow, double start)
{
	double given = facts_time(facts_string(command, "timestamp"));
	const char *proto = command_proto(facts_string(command, "vector_name"));
	json_t *target;
	size_t i;

	if (strcmp(facts_string(command, "src_ip"), facts_string(flow, "src_ip")) ||
	    (*proto && strcmp(proto, facts_string(flow, "proto"))) || start < given - 0.1 ||
	    start > given + facts_number(command, "duration") + GRACE)
		return false;
	json_array_foreach(json_object_get(command, "targets"), i, target)
		if (json_is_string(target) &&
		    prefix_holds(json_string_value(target), facts_string(flow, "dest_ip")))
			return true;
	return false;
}

/* The last command that it can be the answer to. */
static void add_to_command(struct facts *facts, json_t *flow, json_t *object)
{
	double start = facts_time(facts_string(object, "start"));

	for (size_t i = json_array_size(facts->commands); i--;) {
		json_t *command = json_array_get(facts->commands, i), *seen;

		if (!obeys(command, flow, start))
			continue;
		seen = json_object_get(command, "seen");
		if (!seen) {
			seen = json_object();
			json_object_set_new(command, "seen", seen);
		}
		add_flow(seen, object);
		break;
	}
}

static void add_service(struct facts *facts, json_t *flow, json_t *object, bool new_contact)
{
	json_t *server = json_object_get(json_object_get(flow, "server"), "name");
	json_t *values[] = {
		json_object_get(flow, "proto"), json_object_get(flow, "dest_port"), server,
	};
	const char *key = facts_key(facts, values, 3);
	json_t *service = facts_entry(facts, "services", key);

	if (!service)
		return;
	facts_copy(service, flow, "proto");
	facts_copy(service, flow, "dest_port");
	if (server && !json_object_get(service, "server"))
		json_object_set(service, "server", server);
	facts_add(service, "contacts", new_contact);
	add_flow(service, object);
}

/* All that went to one address by one protocol, whoever sent it: sources may be forged. */
static void add_target(struct facts *facts, json_t *flow, json_t *object)
{
	json_t *entry = facts_entry_of(facts, "targets", (json_t *[]){
		json_object_get(flow, "proto"), json_object_get(flow, "dest_ip") }, 2);
	int64_t port = facts_number(flow, "src_port");

	if (!entry)
		return;
	facts_copy_all(entry, flow, (const char *const[]){ "src_ip", "src_port", "proto",
		       "dest_ip", "dest_port", "in_iface", NULL });
	add_flow(entry, object);
	facts_add(entry, "other_ports", port != facts_number(entry, "src_port"));
	facts_add(entry, "other_dest_ports", facts_number(flow, "dest_port") !=
		  facts_number(entry, "dest_port"));
	facts_add(entry, "other_sources", strcmp(facts_string(flow, "src_ip"),
						 facts_string(entry, "src_ip")) != 0);
	facts_add(entry, "no_kernel_ports", port < 32768 || port >= 61000);
}

void facts_take_flow(struct facts *facts, json_t *flow)
{
	json_t *object = json_object_get(flow, "flow");
	json_t *server = json_object_get(json_object_get(flow, "server"), "name");
	json_t *values[] = {
		json_object_get(flow, "src_ip"), json_object_get(flow, "proto"),
		json_object_get(flow, "dest_ip"), server,
	};
	json_t *contact;

	if (!json_is_object(object)) {
		facts_add(facts->broken, "flows.jsonl", 1);
		return;
	}
	facts->flows++;
	series_add(facts->series, series_line(facts->series, "flow"),
		   facts_time(facts_string(object, "start")), 1);
	add_to_command(facts, flow, object);
	add_target(facts, flow, object);
	contact = facts_entry_of(facts, "contacts", values, 4);
	add_service(facts, flow, object, contact && facts_is_new(contact));
	if (!contact)
		return;
	facts_copy_all(contact, flow, (const char *const[]){ "src_ip", "proto", "dest_ip", NULL });
	if (server && !json_object_get(contact, "server"))
		json_object_set(contact, "server", server);
	add_port(contact, json_object_get(flow, "dest_port"));
	add_flow(contact, object);
}

static void set_rate(json_t *entry)
{
	double seconds = json_real_value(json_object_get(entry, "last")) -
			 json_real_value(json_object_get(entry, "first"));

	json_object_set_new(entry, "seconds", json_real(seconds));
	if (seconds > 0)
		json_object_set_new(entry, "packets_per_second",
				    json_real(facts_number(entry, "packets") / seconds));
}

/* A name may have been asked for after the address was used. */
static void set_names(struct facts *facts, const char *list)
{
	json_t *entry, *names;
	const char *key;

	json_object_foreach(json_object_get(facts->lists, list), key, entry) {
		names = json_object_get(facts->names, facts_string(entry, "dest_ip"));
		if (names)
			json_object_set(entry, "names", names);
	}
}

void facts_finish_flows(struct facts *facts)
{
	static const char *const named[] = { "cnc", "sink", "contacts", "sessions", "tls", "other" };
	json_t *entry, *seen;
	const char *key;
	size_t i;

	for (i = 0; i < sizeof(named) / sizeof(*named); i++)
		set_names(facts, named[i]);
	json_object_foreach(json_object_get(facts->lists, "contacts"), key, entry)
		set_rate(entry);
	json_object_foreach(json_object_get(facts->lists, "targets"), key, entry)
		set_rate(entry);
	json_array_foreach(facts->commands, i, entry) {
		seen = json_object_get(entry, "seen");
		if (seen)
			set_rate(seen);
	}
}
