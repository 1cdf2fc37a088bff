// SPDX-License-Identifier: GPL-2.0-only
/* From the flows: who was contacted, and how much; and what came of commands. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"

#define PORTS_MAX	16	/* of one contact that are listed */
#define FLOOD_PACKETS	1000	/* to one address: a flood, if also as fast as this */
#define FLOOD_RATE	100.0
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

/* What carries the packets of a vector; "": any protocol. */
static const char *vector_proto(const char *vector)
{
	static const struct {
		const char *vector, *proto;
	} known[] = {
		{ "udp", "UDP" }, { "vse", "UDP" }, { "dns", "UDP" }, { "udpplain", "UDP" },
		{ "syn", "TCP" }, { "ack", "TCP" }, { "stomp", "TCP" }, { "http", "TCP" },
		{ "greip", "47" }, { "greeth", "47" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(vector, known[i].vector))
			return known[i].proto;
	return "";
}

static bool within(const char *address, const char *prefix)
{
	char text[INET_ADDRSTRLEN] = "";
	size_t len = strcspn(prefix, "/");
	struct in_addr a, p;
	int bits = prefix[len] ? atoi(prefix + len + 1) : 32;

	if (len >= sizeof(text) || bits < 0 || bits > 32)
		return false;
	memcpy(text, prefix, len);
	if (inet_pton(AF_INET, address, &a) != 1 || inet_pton(AF_INET, text, &p) != 1)
		return false;
	return !bits || !((ntohl(a.s_addr) ^ ntohl(p.s_addr)) >> (32 - bits));
}

static bool obeys(json_t *command, json_t *flow, double start)
{
	double given = facts_time(facts_string(command, "timestamp"));
	const char *proto = vector_proto(facts_string(command, "vector_name"));
	json_t *target;
	size_t i;

	if (strcmp(facts_string(command, "src_ip"), facts_string(flow, "src_ip")) ||
	    (*proto && strcmp(proto, facts_string(flow, "proto"))) || start < given - 0.1 ||
	    start > given + facts_number(command, "duration") + GRACE)
		return false;
	json_array_foreach(json_object_get(command, "targets"), i, target)
		if (json_is_string(target) &&
		    within(facts_string(flow, "dest_ip"), json_string_value(target)))
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
	char *key = facts_key(values, 3);
	json_t *service = facts_entry(facts, "services", key);

	free(key);
	if (!service)
		return;
	facts_copy(service, flow, "proto");
	facts_copy(service, flow, "dest_port");
	if (server && !json_object_get(service, "server"))
		json_object_set(service, "server", server);
	facts_add(service, "contacts", new_contact);
	add_flow(service, object);
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
	char *key;

	if (!json_is_object(object)) {
		facts_add(facts->broken, "flows.jsonl", 1);
		return;
	}
	facts->flows++;
	add_to_command(facts, flow, object);
	key = facts_key(values, 4);
	contact = facts_entry(facts, "contacts", key);
	free(key);
	add_service(facts, flow, object, contact && facts_number(contact, "count") == 1);
	if (!contact)
		return;
	facts_copy(contact, flow, "src_ip");
	facts_copy(contact, flow, "proto");
	facts_copy(contact, flow, "dest_ip");
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
	json_t *contact, *command, *seen;
	const char *key;
	size_t i;

	set_names(facts, "cnc");
	set_names(facts, "sink");
	set_names(facts, "contacts");
	json_object_foreach(json_object_get(facts->lists, "contacts"), key, contact) {
		set_rate(contact);
		if (facts_number(contact, "packets") >= FLOOD_PACKETS &&
		    json_real_value(json_object_get(contact, "packets_per_second")) >= FLOOD_RATE) {
			json_t *flood = facts_entry(facts, "floods", key);

			if (flood)
				json_object_update(flood, contact);
		}
	}
	json_array_foreach(facts->commands, i, command) {
		seen = json_object_get(command, "seen");
		if (seen)
			set_rate(seen);
	}
}
