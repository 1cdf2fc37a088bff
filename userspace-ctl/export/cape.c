// SPDX-License-Identifier: GPL-2.0-only
/* The part "network" of a CAPE report. */
#include <string.h>

#include "export.h"

static double begun;	/* of the run: CAPE's times are from there */
static json_t *network;

static json_t *list(const char *name)
{
	json_t *array = json_object_get(network, name);

	if (!array) {
		array = json_array();
		json_object_set_new(network, name, array);
	}
	return array;
}

static bool put_flow(struct export *export, json_t *event)
{
	json_t *flow = json_object_get(event, "flow");
	const char *proto = facts_string(event, "proto");
	const char *name = !strcmp(proto, "TCP") ? "tcp" : !strcmp(proto, "UDP") ? "udp" :
			   !strcmp(proto, "ICMP") ? "icmp" : NULL;
	double start = facts_time(facts_string(flow, "start"));

	(void)export;
	if (!name || json_array_size(list(name)) >= EXPORT_MAX)
		return true;
	if (!strcmp(name, "icmp"))
		json_array_append_new(list(name), json_pack("{s:O?, s:O?, s:i, s:s}",
			"src", json_object_get(event, "src_ip"),
			"dst", json_object_get(event, "dest_ip"), "type", 8, "data", ""));
	else
		json_array_append_new(list(name), json_pack("{s:O?, s:O?, s:O?, s:O?, s:i, s:f}",
			"src", json_object_get(event, "src_ip"),
			"sport", json_object_get(event, "src_port"),
			"dst", json_object_get(event, "dest_ip"),
			"dport", json_object_get(event, "dest_port"), "offset", 0,
			"time", start > begun && begun > 0 ? start - begun : 0));
	return true;
}

static void put_hosts(json_t *facts)
{
	json_t *contact, *names, *seen = json_object();
	size_t i;

	json_array_foreach(json_object_get(facts, "contacts"), i, contact) {
		const char *address = facts_string(contact, "dest_ip");

		if (json_object_get(seen, address))
			continue;
		json_object_set_new(seen, address, json_true());
		names = json_object_get(contact, "names");
		json_array_append_new(list("hosts"), json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o}",
			"ip", address, "country_name", "unknown", "asn", "", "asn_name", "",
			"hostname", json_array_size(names) ?
			json_string_value(json_array_get(names, 0)) : "", "inaddrarpa", "",
			"ports", json_is_array(json_object_get(contact, "ports")) ?
			json_incref(json_object_get(contact, "ports")) : json_array()));
	}
	json_decref(seen);
}

static void put_dns(json_t *facts)
{
	json_t *entry, *domains = json_object(), *answers;
	const char *name, *data;
	size_t i;
	json_t *ip;

	json_array_foreach(json_object_get(facts, "dns"), i, entry) {
		name = facts_string(entry, "rrname");
		data = facts_string(entry, "rdata");
		answers = *data ? json_pack("[{s:s, s:s}]", "type", facts_string(entry, "rrtype"),
					    "data", data) : json_array();
		json_array_append_new(list("dns"), json_pack("{s:s, s:s, s:o, s:f}", "request", name,
			"type", facts_string(entry, "rrtype"), "answers", answers, "first_seen",
			facts_time(facts_string(entry, "timestamp"))));
		if (!json_object_get(domains, name) || *data)
			json_object_set_new(domains, name, json_string(data));
	}
	json_object_foreach(domains, name, ip)
		json_array_append_new(list("domains"), json_pack("{s:s, s:O}", "domain", name, "ip", ip));
	json_decref(domains);
}

static void put_http(json_t *facts)
{
	json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(facts, "http"), i, entry) {
		const char *host = facts_string(entry, "hostname"), *path = facts_string(entry, "url");
		const char *method = facts_string(entry, "http_method");

		if (!*host)
			host = facts_string(entry, "dest_ip");
		json_array_append_new(list("http"), json_pack(
			"{s:I, s:s, s:I, s:o, s:o, s:s, s:s, s:s, s:s, s:s, s:s}",
			"count", (json_int_t)facts_number(entry, "count"), "host", host,
			"port", (json_int_t)facts_number(entry, "dest_port"),
			"data", json_sprintf("%s %s HTTP/1.1\r\nHost: %s\r\n\r\n", method, path, host),
			"uri", json_sprintf("%s://%s%s", json_object_get(entry, "tls") ? "https" : "http",
					    host, path),
			"body", "", "path", path, "user-agent", facts_string(entry, "http_user_agent"),
			"version", "1.1", "method", method, "dst", facts_string(entry, "dest_ip")));
	}
}

int export_cape(struct export *export)
{
	static const char *const lists[] = {
		"hosts", "domains", "tcp", "udp", "icmp", "http", "dns", "smtp", "irc", "dead_hosts",
	};
	int ret;

	begun = facts_time(facts_string(json_object_get(export->facts, "run"), "start"));
	network = json_object();
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		list(lists[i]);
	export_each(export, "flows.jsonl", put_flow);
	put_hosts(export->facts);
	put_dns(export->facts);
	put_http(export->facts);
	ret = export_object(export, json_pack("{s:O}", "network", network));
	json_decref(network);
	return ret;
}
