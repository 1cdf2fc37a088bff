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

static void copy_place(json_t *entry, json_t *event)
{
	facts_copy_all(entry, event, (const char *const[]){ "timestamp", "src_ip", "proto",
		       "dest_ip", "dest_port", NULL });
	json_object_set(entry, "last", member(event, "timestamp"));
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

/* How many within one second, at most. */
static void add_peak(json_t *entry, json_t *event)
{
	int64_t second = facts_time(facts_string(event, "timestamp"));

	if (facts_number(entry, "second") != second) {
		json_object_set_new(entry, "second", json_integer(second));
		json_object_set_new(entry, "in_second", json_integer(0));
	}
	facts_add(entry, "in_second", 1);
	if (facts_number(entry, "in_second") > facts_number(entry, "peak"))
		json_object_set_new(entry, "peak", json_integer(facts_number(entry, "in_second")));
}

/* Many names of one domain, each asked for once, are an attack on it: floods.c. */
static void count_domain(struct facts *facts, json_t *event, json_t *dns, bool is_new)
{
	const char *dot = strchr(facts_string(dns, "rrname"), '.');
	json_t *domain, *entry;

	if (!dot || !strchr(dot + 1, '.'))
		return;
	domain = json_string(dot + 1);
	entry = facts_entry_of(facts, "domains", (json_t *[]){ member(event, "src_ip"),
			       member(event, "dest_ip"), domain }, 3);
	if (entry) {
		if (facts_is_new(entry))
			json_object_set(entry, "domain", domain);
		facts_add(entry, "different", is_new);
		copy_place(entry, event);
		add_peak(entry, event);
	}
	json_decref(domain);
}

static void take_dns(struct facts *facts, json_t *event, json_t *dns)
{
	json_t *answer = json_array_get(member(dns, "answers"), 0);
	json_t *rdata = member(answer, "rdata");
	json_t *values[] = { member(dns, "rrname"), member(dns, "rrtype"), rdata };
	json_t *entry;

	name_address(facts, rdata, member(dns, "rrname"));
	entry = facts_entry_of(facts, "dns", values, 3);
	count_domain(facts, event, dns, !entry || facts_is_new(entry));
	if (!entry)
		return;
	facts_copy_all(entry, dns, (const char *const[]){ "rrname", "rrtype", "rcode", NULL });
	if (rdata)
		facts_copy(entry, answer, "rdata");
	copy_place(entry, event);
	if (facts_is_new(entry))
		facts_moment(facts, event, "dns", "asked for", member(dns, "rrname"));
}

static void count_request(struct facts *facts, json_t *event, json_t *http)
{
	json_t *entry = facts_entry_of(facts, "requests", (json_t *[]){
		member(event, "dest_ip"), member(event, "dest_port"), member(http, "http_method"),
		member(http, "hostname"), member(http, "url") }, 5);

	if (!entry)
		return;
	facts_copy_all(entry, http, (const char *const[]){ "http_method", "hostname", "url", NULL });
	copy_place(entry, event);
	add_peak(entry, event);
}

static void take_http(struct facts *facts, json_t *event, json_t *http)
{
	json_t *values[] = {
		member(event, "dest_ip"), member(event, "dest_port"), member(http, "http_method"),
		member(http, "hostname"), member(http, "url"), member(http, "http_user_agent"),
	};
	json_t *entry = facts_entry_of(facts, "http", values, 6);

	count_request(facts, event, http);
	if (!entry)
		return;
	copy_place(entry, event);
	facts_copy_all(entry, http, (const char *const[]){ "http_method", "hostname", "url",
		       "http_user_agent", "status", "length", "incomplete", "http_content_type",
		       "sha256", "request_sha256", NULL });
	if (member(event, "tls") && facts_is_new(entry))
		json_object_set_new(entry, "tls", json_true());
	facts_add(entry, "request_body_bytes", facts_number(http, "request_body_bytes"));
	if (facts_is_new(entry))
		facts_moment(facts, event, "http", facts_string(http, "http_method"),
			     member(http, "url"));
}

static void take_tls(struct facts *facts, json_t *event, json_t *tls)
{
	json_t *ja3 = member(tls, "ja3"), *hash = json_is_object(ja3) ? member(ja3, "hash") : ja3;
	json_t *ja4 = member(tls, "ja4");
	json_t *entry = facts_entry_of(facts, "tls", (json_t *[]){ member(event, "dest_ip"),
		member(event, "dest_port"), member(tls, "sni"), hash, ja4,
		member(tls, "version") }, 6);

	if (!entry)
		return;
	copy_place(entry, event);
	facts_copy_all(entry, tls, (const char *const[]){ "sni", "version", "cipher", "subject",
		       "issuerdn", "fingerprint", "ja4", "alpn", "client_alpns", "error", "alert",
		       NULL });
	if (json_is_string(hash) && !member(entry, "ja3"))
		json_object_set(entry, "ja3", hash);
	if (facts_is_new(entry))
		facts_moment(facts, event, "tls", "TLS", member(tls, "sni"));
}

static void take_fileinfo(struct facts *facts, json_t *event, json_t *file)
{
	json_t *entry = facts_entry_of(facts, "files", (json_t *[]){ member(file, "sha256"),
		member(file, "filename"), member(file, "app_proto") }, 3);

	if (!entry)
		return;
	copy_place(entry, event);
	facts_copy_all(entry, file, (const char *const[]){ "filename", "sha256", "size", "stored",
		       "not_stored", "magic", "app_proto", NULL });
	if (facts_is_new(entry))
		facts_moment(facts, event, "file", "file given away", member(file, "filename"));
}

/* What the guest's program was told to fetch in a shell; nothing is. */
static void take_loader(struct facts *facts, json_t *event, json_t *loader)
{
	json_t *entry = facts_entry_of(facts, "fetches", (json_t *[]){ member(loader, "url"),
		member(loader, "tool") }, 2);

	if (!entry)
		return;
	copy_place(entry, event);
	facts_copy_all(entry, loader, (const char *const[]){ "url", "tool", "dest", NULL });
	if (facts_is_new(entry))
		facts_moment(facts, event, "fetch", "would fetch", member(loader, "url"));
}

static void take_command(struct facts *facts, json_t *event, json_t *cnc)
{
	json_t *command;

	if (json_array_size(facts->commands) >= COMMANDS_MAX) {
		facts_add(facts->not_kept, "commands", 1);
		return;
	}
	command = json_deep_copy(member(cnc, "command"));
	if (json_is_string(member(cnc, "command"))) {	/* IRC: a line of text */
		json_decref(command);
		command = json_object();
		json_object_set(command, "text", member(cnc, "command"));
	}
	if (!json_is_object(command)) {
		json_decref(command);
		return;
	}
	/* words of which the server makes no order */
	if (!member(command, "vector_name") && json_is_string(member(command, "message")))
		json_object_set(command, "text", member(command, "message"));
	facts_copy_all(command, event, (const char *const[]){ "timestamp", "src_ip", "dest_ip",
		       "dest_port", NULL });
	facts_copy_all(command, cnc, (const char *const[]){ "raw", "family", NULL });
	json_array_append_new(facts->commands, command);
	facts_moment(facts, event, "command", "ordered:", member(command, "vector_name") ?
		     member(command, "vector_name") : member(command, "text"));
}

static void count_cnc(json_t *entry, json_t *cnc, const char *kind)
{
	static const struct {
		const char *kind, *count;
	} counts[] = {
		{ "register", "registrations" }, { "command", "commands" },
		{ "unknown", "unknown" }, { "refused", "refused" }, { "join", "joins" },
		{ "query", "queries" },
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		if (!strcmp(kind, counts[i].kind))
			facts_add(entry, counts[i].count, 1);
	facts_add(entry, "keepalives", !strcmp(kind, "closed") ? facts_number(cnc, "keepalives") : 0);
	if (!strcmp(kind, "unknown") && member(cnc, "raw") && !member(entry, "unknown_raw"))
		json_object_set(entry, "unknown_raw", member(cnc, "raw"));
}

static void take_cnc(struct facts *facts, json_t *event, json_t *cnc)
{
	const char *kind = facts_string(cnc, "kind");
	json_t *entry = facts_entry_of(facts, "cnc", (json_t *[]){ member(event, "src_ip"),
		member(event, "dest_ip"), member(event, "dest_port") }, 3);
	bool registered = entry && facts_number(entry, "registrations");

	if (!strcmp(kind, "command"))
		take_command(facts, event, cnc);
	if (!entry)
		return;
	copy_place(entry, event);
	facts_copy_all(entry, cnc, (const char *const[]){ "family", "nick", "channel", "node_id",
		       "version", NULL });
	if (!strcmp(kind, "register")) {
		facts_copy_all(entry, cnc, (const char *const[]){ "id", "raw", NULL });
		if (!registered)
			facts_moment(facts, event, "cnc", "registered with the C&C, family",
				     member(cnc, "family"));
	}
	count_cnc(entry, cnc, kind);
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
	entry = facts_entry_of(facts, "credentials", values, 4);
	if (!entry)
		return;
	facts_copy_all(entry, report, (const char *const[]){ "address", "port", "username",
		       "password", NULL });
	copy_place(entry, event);
	if (facts_is_new(entry))
		facts_moment(facts, event, "report", "reported a login for", values[0]);
}

static void take_sink(struct facts *facts, json_t *event, json_t *sink)
{
	const char *kind = facts_string(sink, "kind");
	json_t *entry;

	if (!strcmp(kind, "totals")) {
		facts->suppressed += facts_number(sink, "first_suppressed") +
				     facts_number(sink, "summary_suppressed");
		return;
	}
	entry = facts_entry_of(facts, "sink", (json_t *[]){ member(event, "proto"),
			       member(event, "dest_ip"), member(event, "dest_port") }, 3);
	if (!entry)
		return;
	copy_place(entry, event);
	facts_copy_all(entry, sink, (const char *const[]){ "protocol", "to", "reason", NULL });
	if (*facts_string(sink, "first_bytes"))
		facts_copy_all(entry, sink, (const char *const[]){ "first_bytes", "first_text",
			       NULL });
	if (!strcmp(kind, "summary")) {
		facts_add(entry, "packets", facts_number(sink, "packets"));
		facts_add(entry, "bytes", facts_number(sink, "bytes"));
		facts_add(entry, "conversations", 1);
	}
	if (facts_is_new(entry))
		facts_moment(facts, event, "sink", "spoke to a port without a server",
			     member(sink, "first_text"));
}

/* A service that this report knows no more of: what it said of itself, the first time. */
static void take_other(struct facts *facts, json_t *event, const char *type, json_t *object)
{
	json_t *entry = facts_entry_of(facts, "other", (json_t *[]){ member(event, "event_type"),
		member(object, "kind"), member(event, "dest_ip"), member(event, "dest_port") }, 4);

	if (!entry)
		return;
	copy_place(entry, event);
	facts_copy(entry, event, "event_type");
	facts_copy(entry, object, "kind");
	if (!member(entry, "detail") && json_is_object(object))
		json_object_set(entry, "detail", object);
	if (facts_is_new(entry))
		facts_moment(facts, event, "other", type, member(object, "kind"));
}

/* Addresses that a server spoke with as such: not those of forged packets. */
static void note_guest(struct facts *facts, json_t *event)
{
	json_t *entry;

	if (strcmp(facts_string(event, "proto"), "TCP"))
		return;
	entry = facts_entry(facts, "guests", facts_string(event, "src_ip"));
	if (entry)
		facts_copy_all(entry, event, (const char *const[]){ "src_ip", "in_iface", NULL });
}

void facts_take_event(struct facts *facts, json_t *event)
{
	static const struct {
		const char *type;
		void (*take)(struct facts *facts, json_t *event, json_t *object);
	} types[] = {
		{ "dns", take_dns }, { "http", take_http }, { "telnet", facts_take_telnet },
		{ "cnc", take_cnc }, { "report", take_report }, { "sink", take_sink },
		{ "tls", take_tls }, { "fileinfo", take_fileinfo },
		{ "loader", take_loader },
	};
	const char *type = facts_string(event, "event_type");
	json_t *object = member(event, type);

	facts->events++;
	if (!strcmp(type, "stats")) {
		facts->suppressed += facts_number(object, "suppressed") +
				     facts_number(object, "events_dropped");
		return;
	}
	if (!strcmp(type, "flood")) {
		facts_take_flood(facts, event);
		return;
	}
	if (member(event, "src_ip") && json_is_false(member(event, "contained"))) {
		facts->not_contained++;
		return;
	}
	if (!*type || !json_is_object(object) || strlen(type) > 30)
		return;
	series_add(facts->series, series_line(facts->series, type),
		   facts_time(facts_string(event, "timestamp")), 1);
	note_guest(facts, event);
	/* what was said within TLS has that beside it */
	if (json_is_object(member(event, "tls")) && strcmp(type, "tls"))
		take_tls(facts, event, member(event, "tls"));
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (!strcmp(type, types[i].type)) {
			types[i].take(facts, event, object);
			return;
		}
	take_other(facts, event, type, object);
}
