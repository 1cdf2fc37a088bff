// SPDX-License-Identifier: GPL-2.0-only
/* From the servers' events: what was said, not how often to the packet. */
#include <stdlib.h>
#include <string.h>

#include "facts.h"

#define NAMES_MAX	65536	/* addresses with a name */
#define NAMES_EACH	8	/* names of one address that are listed */
#define COMMANDS_MAX	1000

static json_t *member(json_t *object, const char *name)
{
	return json_object_get(object, name);
}

static json_t *entry_of(struct facts *facts, const char *list, json_t *const *values, size_t count)
{
	char *key = facts_key(values, count);
	json_t *entry = facts_entry(facts, list, key);

	free(key);
	return entry;
}

static void copy_all(json_t *entry, json_t *from, const char *const *names)
{
	for (; *names; names++)
		facts_copy(entry, from, *names);
}

static void name_address(struct facts *facts, json_t *address, json_t *name)
{
	const char *text = json_string_value(address);
	json_t *names, *have;
	size_t i;

	if (!text || !json_is_string(name))
		return;
	names = member(facts->names, text);
	if (!names) {
		if (json_object_size(facts->names) >= NAMES_MAX)
			return;
		names = json_array();
		json_object_set_new(facts->names, text, names);
	}
	json_array_foreach(names, i, have)
		if (json_equal(have, name))
			return;
	if (json_array_size(names) < NAMES_EACH)
		json_array_append(names, name);
}

static void take_dns(struct facts *facts, json_t *event, json_t *dns)
{
	json_t *answer = json_array_get(member(dns, "answers"), 0);
	json_t *rdata = member(answer, "rdata");
	json_t *values[] = { member(dns, "rrname"), member(dns, "rrtype"), rdata };
	json_t *entry;

	name_address(facts, rdata, member(dns, "rrname"));
	entry = entry_of(facts, "dns", values, 3);
	if (!entry)
		return;
	copy_all(entry, dns, (const char *const[]){ "rrname", "rrtype", "rcode", NULL });
	if (rdata)
		facts_copy(entry, answer, "rdata");
	facts_copy(entry, event, "dest_ip");
	facts_copy(entry, event, "timestamp");
}

static void take_http(struct facts *facts, json_t *event, json_t *http)
{
	json_t *values[] = {
		member(event, "dest_ip"), member(event, "dest_port"), member(http, "http_method"),
		member(http, "hostname"), member(http, "url"), member(http, "http_user_agent"),
	};
	json_t *entry = entry_of(facts, "http", values, 6);

	if (!entry)
		return;
	copy_all(entry, event, (const char *const[]){ "timestamp", "dest_ip", "dest_port", NULL });
	copy_all(entry, http, (const char *const[]){ "http_method", "hostname", "url",
		 "http_user_agent", "status", "length", "incomplete", NULL });
	facts_add(entry, "request_body_bytes", facts_number(http, "request_body_bytes"));
}

static void take_telnet(struct facts *facts, json_t *event, json_t *telnet)
{
	const char *kind = facts_string(telnet, "kind");
	json_t *login[] = {
		member(telnet, "username"), member(telnet, "password"), member(telnet, "success"),
	};
	json_t *typed[] = { member(telnet, "command") };
	json_t *entry;

	if (!strcmp(kind, "login")) {
		entry = entry_of(facts, "logins", login, 3);
		if (entry)
			copy_all(entry, telnet, (const char *const[]){ "username", "password",
				 "success", NULL });
	} else if (!strcmp(kind, "command")) {
		entry = entry_of(facts, "typed", typed, 1);
		if (entry)
			facts_copy(entry, telnet, "command");
	} else {
		return;
	}
	if (entry)
		copy_all(entry, event, (const char *const[]){ "timestamp", "dest_ip", "dest_port",
			 NULL });
}

static void take_command(struct facts *facts, json_t *event, json_t *cnc)
{
	json_t *command;

	if (json_array_size(facts->commands) >= COMMANDS_MAX) {
		facts_add(facts->not_kept, "commands", 1);
		return;
	}
	command = json_deep_copy(member(cnc, "command"));
	if (!json_is_object(command)) {
		json_decref(command);
		return;
	}
	copy_all(command, event, (const char *const[]){ "timestamp", "src_ip", "dest_ip",
		 "dest_port", NULL });
	facts_copy(command, cnc, "raw");
	json_array_append_new(facts->commands, command);
}

static void take_cnc(struct facts *facts, json_t *event, json_t *cnc)
{
	const char *kind = facts_string(cnc, "kind");
	json_t *values[] = {
		member(event, "src_ip"), member(event, "dest_ip"), member(event, "dest_port"),
	};
	json_t *entry = entry_of(facts, "cnc", values, 3);

	if (!strcmp(kind, "command"))
		take_command(facts, event, cnc);
	if (!entry)
		return;
	copy_all(entry, event, (const char *const[]){ "timestamp", "src_ip", "dest_ip",
		 "dest_port", NULL });
	if (!strcmp(kind, "register")) {
		copy_all(entry, cnc, (const char *const[]){ "family", "id", "raw", NULL });
		facts_add(entry, "registrations", 1);
	} else if (!strcmp(kind, "command")) {
		facts_add(entry, "commands", 1);
	} else if (!strcmp(kind, "closed")) {
		facts_add(entry, "keepalives", facts_number(cnc, "keepalives"));
	} else if (!strcmp(kind, "unknown")) {
		facts_add(entry, "unknown", 1);
		if (!member(entry, "unknown_raw") && member(cnc, "raw"))
			json_object_set(entry, "unknown_raw", member(cnc, "raw"));
	} else if (!strcmp(kind, "refused")) {
		facts_add(entry, "refused", 1);
	}
}

static void take_report(struct facts *facts, json_t *event, json_t *report)
{
	json_t *values[] = {
		member(report, "address"), member(report, "port"), member(report, "username"),
		member(report, "password"),
	};
	json_t *entry;

	if (!values[0])	/* closed, or malformed */
		return;
	entry = entry_of(facts, "credentials", values, 4);
	if (!entry)
		return;
	copy_all(entry, report, (const char *const[]){ "address", "port", "username", "password",
		 NULL });
	copy_all(entry, event, (const char *const[]){ "timestamp", "dest_ip", "dest_port", NULL });
}

static void take_sink(struct facts *facts, json_t *event, json_t *sink)
{
	const char *kind = facts_string(sink, "kind");
	json_t *values[] = {
		member(event, "proto"), member(event, "dest_ip"), member(event, "dest_port"),
	};
	json_t *entry;

	if (!strcmp(kind, "totals")) {
		facts->suppressed += facts_number(sink, "first_suppressed") +
				     facts_number(sink, "summary_suppressed");
		return;
	}
	entry = entry_of(facts, "sink", values, 3);
	if (!entry)
		return;
	copy_all(entry, event, (const char *const[]){ "timestamp", "proto", "dest_ip",
		 "dest_port", NULL });
	if (*facts_string(sink, "first_bytes"))
		copy_all(entry, sink, (const char *const[]){ "first_bytes", "first_text", NULL });
	if (!strcmp(kind, "summary")) {
		facts_add(entry, "packets", facts_number(sink, "packets"));
		facts_add(entry, "bytes", facts_number(sink, "bytes"));
		facts_add(entry, "conversations", 1);
	}
}

void facts_take_event(struct facts *facts, json_t *event)
{
	static const struct {
		const char *type;
		void (*take)(struct facts *facts, json_t *event, json_t *object);
	} types[] = {
		{ "dns", take_dns }, { "http", take_http }, { "telnet", take_telnet },
		{ "cnc", take_cnc }, { "report", take_report }, { "sink", take_sink },
	};
	const char *type = facts_string(event, "event_type");
	json_t *object = member(event, type);

	facts->events++;
	if (!strcmp(type, "stats")) {
		facts->suppressed += facts_number(object, "suppressed") +
				     facts_number(object, "events_dropped");
		return;
	}
	if (member(event, "src_ip") && json_is_false(member(event, "contained"))) {
		facts->not_contained++;
		return;
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (!strcmp(type, types[i].type) && json_is_object(object))
			types[i].take(facts, event, object);
}
