// SPDX-License-Identifier: GPL-2.0-only
#include "orders.h"

#include <string.h>
#include <strings.h>

#include "prefix.h"

const char *command_proto(const char *vector)
{
	static const struct {
		const char *vector, *proto;
	} known[] = {
		{ "udp", "UDP" }, { "vse", "UDP" }, { "dns", "UDP" }, { "udpplain", "UDP" },
		{ "syn", "TCP" }, { "ack", "TCP" }, { "stomp", "TCP" }, { "http", "TCP" },
		{ "greip", "GRE" }, { "greeth", "GRE" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(vector, known[i].vector))
			return known[i].proto;
	return "";
}

static bool in_time(json_t *command, double start)
{
	double given = facts_time(facts_string(command, "timestamp"));

	/* the kernel's clock ticks in milliseconds */
	return start >= given - 1 && start <= given + facts_real(command, "duration") + ORDER_GRACE;
}

static bool is_target(json_t *command, json_t *attack)
{
	json_t *target, *domain = json_object_get(json_object_get(command, "options"), "domain");
	size_t i;

	/* queries go to a resolver, not to the target */
	if (json_is_string(domain) && *facts_string(attack, "domain") &&
	    !strcasecmp(json_string_value(domain), facts_string(attack, "domain")))
		return true;
	json_array_foreach(json_object_get(command, "targets"), i, target)
		if (json_is_string(target) &&
		    prefix_holds(json_string_value(target), facts_string(attack, "dest_ip")))
			return true;
	return false;
}

/* 0: cannot be it; more is better. */
static int likeness(json_t *command, json_t *attack, double start)
{
	const char *vector = facts_string(command, "vector_name");
	const char *name = facts_string(attack, "attack"), *proto = command_proto(vector);
	bool same = !strcmp(vector, name);

	if (!in_time(command, start))
		return 0;
	if (is_target(command, attack))
		return same ? 4 : !*proto || !strcmp(proto, facts_string(attack, "proto")) ? 2 : 1;
	return same && !strcmp(name, "dns") ? 3 : 0;
}

void orders_match(struct facts *facts)
{
	json_t *attack, *command;
	size_t i, j;

	json_array_foreach(facts->attacks, i, attack) {
		double start = facts_time(facts_string(attack, "start"));
		int best = 1;
		size_t found = 0;

		json_array_foreach(facts->commands, j, command) {
			int like = likeness(command, attack, start);

			/* of two that are alike the later one */
			if (like >= best && like > 1) {
				best = like;
				found = j + 1;
			}
		}
		if (!found)
			continue;
		command = json_array_get(facts->commands, found - 1);
		json_object_set_new(attack, "command", json_integer(found - 1));
		if (best == 2)
			json_object_set(attack, "differs", json_object_get(command, "vector_name"));
		if (!json_object_get(command, "attacks"))
			json_object_set_new(command, "attacks", json_array());
		json_array_append_new(json_object_get(command, "attacks"), json_integer(i));
	}
}
