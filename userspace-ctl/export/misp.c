// SPDX-License-Identifier: GPL-2.0-only
/* An event of MISP; objects are of MISP's own templates, by their uuid and version. */
#include <string.h>

#include "export.h"

struct event {
	char	uuid[UUID_TEXT];
	json_t	*attributes, *objects;
	size_t	number;		/* of the last id */
};

struct value {
	const char *relation, *type, *category;
	json_t *value;		/* a string or a number; NULL: there is none */
};

static json_t *member(json_t *object, const char *name)
{
	return json_object_get(object, name);
}

/* Each thing of an event has an id, the same when the run is exported again. */
static const char *next_uuid(struct event *event, char uuid[UUID_TEXT])
{
	char name[32];

	snprintf(name, sizeof(name), "%zu", ++event->number);
	return uuid_of(event->uuid, name, uuid);
}

/* MISP's values are text. */
static json_t *text_of(json_t *value)
{
	return json_is_integer(value) ? json_sprintf("%lld", (long long)json_integer_value(value)) :
	       json_is_real(value) ? json_sprintf("%.0f", json_real_value(value)) :
	       json_is_string(value) && json_string_length(value) ? json_incref(value) : NULL;
}

static void put_attribute(struct event *event, json_t *to, const struct value *value, bool to_ids)
{
	json_t *text = text_of(value->value), *attribute;
	char uuid[UUID_TEXT];

	if (!text)
		return;
	attribute = json_pack("{s:s, s:s, s:s, s:o, s:b, s:s, s:b}", "uuid", next_uuid(event, uuid),
			      "type", value->type, "category", value->category, "value", text,
			      "to_ids", to_ids, "distribution", "5", "disable_correlation", !to_ids);
	if (value->relation)
		json_object_set_new(attribute, "object_relation", json_string(value->relation));
	json_array_append_new(to, attribute);
}

static void put_object(struct event *event, const char *name, const char *category,
		       const char *template, const char *version, const struct value *values,
		       size_t count)
{
	json_t *attributes = json_array();
	char uuid[UUID_TEXT];

	if (json_array_size(event->objects) >= EXPORT_MAX) {
		json_decref(attributes);
		return;
	}
	for (size_t i = 0; i < count; i++)
		put_attribute(event, attributes, &values[i], false);
	json_array_append_new(event->objects, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}",
		"uuid", next_uuid(event, uuid), "name", name, "meta-category", category,
		"description", name, "template_uuid", template, "template_version", version,
		"distribution", "5", "Attribute", attributes));
}

static void put_ddos(struct event *event, json_t *attack)
{
	double seconds = facts_real(attack, "seconds");
	json_t *bits = json_real(seconds > 0 ? facts_number(attack, "bytes") * 8 / seconds : 0);
	json_t *text = json_sprintf("%s: %s", facts_string(attack, "title"),
				    facts_string(attack, "why"));
	const struct value values[] = {
		{ "ip-dst", "ip-dst", "Network activity", member(attack, "dest_ip") },
		{ "ip-src", "ip-src", "Network activity", json_is_true(member(attack, "forged")) ?
			NULL : member(attack, "src_ip") },
		{ "domain-dst", "domain", "Network activity", member(attack, "domain") },
		{ "dst-port", "port", "Network activity", facts_number(attack, "dest_ports") == 1 ?
			member(attack, "dest_port") : NULL },
		{ "src-port", "port", "Network activity", facts_number(attack, "src_ports") == 1 ?
			member(attack, "src_port") : NULL },
		{ "protocol", "text", "Other", member(attack, "proto") },
		{ "total-pps", "counter", "Other", member(attack, "rate") },
		{ "total-bps", "counter", "Other", bits },
		{ "first-seen", "datetime", "Other", member(attack, "start") },
		{ "last-seen", "datetime", "Other", member(attack, "end") },
		{ "text", "text", "Other", text },
	};

	put_object(event, "ddos", "network", "e2f124d6-f57c-4f93-99e6-8450545fa05d", "5", values,
		   sizeof(values) / sizeof(*values));
	json_decref(bits);
	json_decref(text);
}

static void put_connection(struct event *event, json_t *contact)
{
	json_t *layer3 = json_string("IP"), *ports = member(contact, "ports");
	const char *proto = facts_string(contact, "proto");
	bool known = !strcmp(proto, "TCP") || !strcmp(proto, "UDP");
	char text[40];
	json_t *first = json_string(facts_time_text(facts_real(contact, "first"), text));
	const struct value values[] = {
		{ "ip-src", "ip-src", "Network activity", member(contact, "src_ip") },
		{ "ip-dst", "ip-dst", "Network activity", member(contact, "dest_ip") },
		{ "dst-port", "port", "Network activity", known ? json_array_get(ports, 0) : NULL },
		{ "hostname-dst", "hostname", "Network activity",
			json_array_get(member(contact, "names"), 0) },
		{ "layer3-protocol", "text", "Other", layer3 },
		{ "layer4-protocol", "text", "Other", known ? member(contact, "proto") : NULL },
		{ "first-packet-seen", "datetime", "Other", first },
	};

	put_object(event, "network-connection", "network", "af16764b-f8e5-4603-9de1-de34d272f80b", "2",
		   values, sizeof(values) / sizeof(*values));
	json_decref(layer3);
	json_decref(first);
}

static void put_credential(struct event *event, json_t *login, const char *said)
{
	json_t *origin = json_string("malware-analysis"), *format = json_string("clear-text");
	json_t *type = json_string("password"), *text = json_string(said);
	const struct value values[] = {
		{ "username", "text", "Other", member(login, "username") },
		{ "password", "text", "Other", member(login, "password") },
		{ "type", "text", "Other", type },
		{ "origin", "text", "Other", origin },
		{ "format", "text", "Other", format },
		{ "text", "text", "Other", text },
	};

	/* one of the two there must be */
	if (*facts_string(login, "username") || *facts_string(login, "password"))
		put_object(event, "credential", "misc", "a27e98c9-9b0e-414c-8076-d201e039ca09", "4",
			   values, sizeof(values) / sizeof(*values));
	json_decref(origin);
	json_decref(format);
	json_decref(type);
	json_decref(text);
}

static void put_indicators(struct event *event, json_t *facts)
{
	static const struct {
		const char *list, *type, *category;
	} kinds[] = {
		{ "domains", "domain", "Network activity" }, { "urls", "url", "Network activity" },
		{ "sha256", "sha256", "Payload delivery" },
		{ "ja3", "ja3-fingerprint-md5", "Network activity" },
	};
	json_t *value;
	size_t j;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		json_array_foreach(member(member(facts, "indicators"), kinds[i].list), j, value)
			put_attribute(event, event->attributes, &(struct value){ NULL, kinds[i].type,
				      kinds[i].category, value }, true);
	json_array_foreach(member(facts, "cnc"), j, value)
		put_attribute(event, event->attributes, &(struct value){ NULL, "ip-dst",
			      "Network activity", member(value, "dest_ip") }, true);
}

static void put_all(struct event *event, json_t *facts)
{
	json_t *entry;
	size_t i;

	json_array_foreach(member(facts, "attacks"), i, entry)
		put_ddos(event, entry);
	json_array_foreach(member(facts, "credentials"), i, entry)
		put_credential(event, entry, "reported by the guest");
	json_array_foreach(member(facts, "logins"), i, entry)
		put_credential(event, entry, "tried by the guest");
	json_array_foreach(member(facts, "contacts"), i, entry)
		put_connection(event, entry);
	put_indicators(event, facts);
}

int export_misp(struct export *export)
{
	struct event event = { .attributes = json_array(), .objects = json_array() };
	json_t *run = member(export->facts, "run");
	const char *start = facts_string(run, "start");
	char date[11] = "1970-01-01";
	json_t *info;

	uuid_of(NULL, *start ? start : export->folder, event.uuid);
	if (strlen(start) > 10)
		memcpy(date, start, 10);
	put_all(&event, export->facts);
	info = json_sprintf("sinkbridge: what a guest did, %s", *start ? start : date);
	return export_object(export, json_pack("{s:{s:s, s:o, s:s, s:s, s:s, s:s, s:b, s:o, s:o}}",
		"Event", "uuid", event.uuid, "info", info, "date", date, "threat_level_id", "2",
		"analysis", "2", "distribution", "0", "published", 0,
		"Attribute", event.attributes, "Object", event.objects));
}
