// SPDX-License-Identifier: GPL-2.0-only
/*
 * STIX 2.1: the C&C as infrastructure, what to look for as indicators, attacks
 * and logins as observed data with the patterns of attack that they are.
 */
#include <stdlib.h>
#include <string.h>

#include "export.h"

/* Of cyber-observables, as the standard gives it. */
#define SPACE_OBSERVABLE "00abedb4-aa42-466c-9c01-fed23315a9b7"

struct bundle {
	json_t		*objects;
	json_t		*have;		/* ids */
	char		now[40];	/* of the run's end */
	char		identity[80], malware[80];
};

static json_t *member(json_t *object, const char *name)
{
	return json_object_get(object, name);
}

/* "2026-11-24T18:00:00.123Z" */
static const char *stamp(const char *timestamp, char room[40])
{
	double at = facts_time(timestamp);
	char text[40];

	facts_time_text(at > 0 ? at : 0, text);
	snprintf(room, 40, "%.19s.%.3sZ", text, text + 20);
	return room;
}

static const char *id_of(const char *type, const char *space, const char *name, char room[80])
{
	char uuid[UUID_TEXT];

	snprintf(room, 80, "%s--%s", type, uuid_of(space, name, uuid));
	return room;
}

/* Takes the reference; one with an id that is there already is dropped. */
static void put(struct bundle *bundle, json_t *object)
{
	const char *id = facts_string(object, "id");

	if (!json_object_get(bundle->have, id) && json_object_size(bundle->have) < 5 * EXPORT_MAX) {
		json_object_set_new(bundle->have, id, json_true());
		json_array_append(bundle->objects, object);
	}
	json_decref(object);
}

/* A domain object: what all of them have; name is what its id is made of. */
static json_t *domain_object(struct bundle *bundle, const char *type, const char *name)
{
	char id[80], key[512];

	snprintf(key, sizeof(key), "%s %s %s", type, bundle->now, name);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "type", type, "spec_version", "2.1",
			 "id", id_of(type, NULL, key, id), "created", bundle->now,
			 "modified", bundle->now, "created_by_ref", bundle->identity);
}

/* An observable of one property; its id is in room. */
static const char *observable(struct bundle *bundle, const char *type, const char *property,
			      const char *value, char room[80])
{
	json_t *name = json_pack("{s:s}", property, value);
	char *text = json_dumps(name, JSON_COMPACT | JSON_SORT_KEYS);

	id_of(type, SPACE_OBSERVABLE, text ? text : value, room);
	put(bundle, json_pack("{s:s, s:s, s:s, s:s}", "type", type, "spec_version", "2.1",
			      "id", room, property, value));
	free(text);
	json_decref(name);
	return room;
}

static const char *address(struct bundle *bundle, const char *value, char room[80])
{
	return observable(bundle, strchr(value, ':') ? "ipv6-addr" : "ipv4-addr", "value", value,
			  room);
}

static void relate(struct bundle *bundle, const char *from, const char *how, const char *to)
{
	json_t *object;
	char key[256];

	snprintf(key, sizeof(key), "%s %s %s", from, how, to);
	object = domain_object(bundle, "relationship", key);
	json_object_set_new(object, "relationship_type", json_string(how));
	json_object_set_new(object, "source_ref", json_string(from));
	json_object_set_new(object, "target_ref", json_string(to));
	put(bundle, object);
}

/* 'value' of a pattern. */
static json_t *pattern(const char *path, const char *value)
{
	char text[4400];
	size_t used = 0;

	for (; *value && used < sizeof(text) - 3; value++) {
		if (*value == '\'' || *value == '\\')
			text[used++] = '\\';
		text[used++] = *value;
	}
	text[used] = '\0';
	return json_sprintf("[%s = '%s']", path, text);
}

static void indicate(struct bundle *bundle, const char *path, const char *value, const char *what)
{
	json_t *object = domain_object(bundle, "indicator", value), *text = pattern(path, value);

	/* a cut in a character of a guest's */
	if (!text) {
		json_decref(object);
		return;
	}
	json_object_set_new(object, "name", json_sprintf("%s %.200s", what, value));
	json_object_set_new(object, "pattern", text);
	json_object_set_new(object, "pattern_type", json_string("stix"));
	json_object_set_new(object, "valid_from", json_string(bundle->now));
	json_object_set_new(object, "indicator_types", json_pack("[s]", "malicious-activity"));
	put(bundle, json_incref(object));
	if (bundle->malware[0])
		relate(bundle, facts_string(object, "id"), "indicates", bundle->malware);
	json_decref(object);
}

static void put_malware(struct bundle *bundle, json_t *facts)
{
	const char *family = "";
	json_t *cnc, *object;
	size_t i;

	json_array_foreach(member(facts, "cnc"), i, cnc)
		if (!*family)
			family = facts_string(cnc, "family");
	object = domain_object(bundle, "malware", *family ? family : "unknown");
	json_object_set_new(object, "name", json_string(*family ? family : "unknown"));
	json_object_set_new(object, "is_family", json_boolean(*family));
	json_object_set_new(object, "malware_types", json_array_size(member(facts, "attacks")) ?
			    json_pack("[s, s]", "bot", "ddos") : json_pack("[s]", "bot"));
	snprintf(bundle->malware, sizeof(bundle->malware), "%s", facts_string(object, "id"));
	put(bundle, object);
}

static void put_cnc(struct bundle *bundle, json_t *facts)
{
	json_t *cnc, *object;
	char at[80], text[40];
	size_t i;

	json_array_foreach(member(facts, "cnc"), i, cnc) {
		const char *value = facts_string(cnc, "dest_ip");

		if (!*value)
			continue;
		object = domain_object(bundle, "infrastructure", value);
		json_object_set_new(object, "name", json_sprintf("C&C %s:%lld", value,
			(long long)facts_number(cnc, "dest_port")));
		json_object_set_new(object, "infrastructure_types", json_pack("[s]", "command-and-control"));
		json_object_set_new(object, "first_seen",
				    json_string(stamp(facts_string(cnc, "timestamp"), text)));
		put(bundle, json_incref(object));
		relate(bundle, facts_string(object, "id"), "consists-of", address(bundle, value, at));
		relate(bundle, bundle->malware, "beacons-to", facts_string(object, "id"));
		json_decref(object);
		indicate(bundle, strchr(value, ':') ? "ipv6-addr:value" : "ipv4-addr:value", value,
			 "C&C at");
	}
}

static const char *put_attack_pattern(struct bundle *bundle, const char *name, const char *mitre,
				      char room[80])
{
	json_t *object = domain_object(bundle, "attack-pattern", mitre);

	json_object_set_new(object, "name", json_string(name));
	json_object_set_new(object, "external_references", json_pack("[{s:s, s:s}]", "source_name",
			    "mitre-attack", "external_id", mitre));
	snprintf(room, 80, "%s", facts_string(object, "id"));
	put(bundle, object);
	relate(bundle, bundle->malware, "uses", room);
	return room;
}

static int64_t observed_count(int64_t count)
{
	return count < 1 ? 1 : count > 999999999 ? 999999999 : count;
}

static json_t *protocols(json_t *attack, const char *source)
{
	const char *proto = facts_string(attack, "proto");
	json_t *array = json_pack("[s]", strchr(source, ':') ? "ipv6" : "ipv4");
	char lower[16] = "";

	for (size_t i = 0; proto[i] && i < sizeof(lower) - 1; i++)
		lower[i] = proto[i] >= 'A' && proto[i] <= 'Z' ? proto[i] + 32 : proto[i];
	json_array_append_new(array, json_string(lower));
	return array;
}

static void put_attack(struct bundle *bundle, json_t *attack)
{
	const char *source = facts_string(attack, "src_ip"), *target = facts_string(attack, "dest_ip");
	char from[80], to[80], id[80], start[40], end[40], key[256];
	bool ports = !strcmp(facts_string(attack, "proto"), "TCP") ||
		     !strcmp(facts_string(attack, "proto"), "UDP");
	json_t *traffic, *observed;

	if (!*source || !*target)
		return;
	stamp(facts_string(attack, "start"), start);
	stamp(facts_string(attack, "end"), end);
	snprintf(key, sizeof(key), "%s %s %s %s", start, source, target,
		 facts_string(attack, "attack"));
	traffic = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:I, s:I}",
		"type", "network-traffic", "spec_version", "2.1",
		"id", id_of("network-traffic", NULL, key, id), "start", start, "end", end,
		"src_ref", address(bundle, source, from), "dst_ref", address(bundle, target, to),
		"protocols", protocols(attack, source),
		"src_packets", (json_int_t)facts_number(attack, "packets"),
		"src_byte_count", (json_int_t)facts_number(attack, "bytes"));
	if (ports) {
		json_object_set_new(traffic, "dst_port", json_integer(facts_number(attack, "dest_port")));
		json_object_set_new(traffic, "src_port", json_integer(facts_number(attack, "src_port")));
	}
	put(bundle, traffic);
	observed = domain_object(bundle, "observed-data", key);
	json_object_set_new(observed, "first_observed", json_string(start));
	json_object_set_new(observed, "last_observed", json_string(end));
	json_object_set_new(observed, "number_observed",
			    json_integer(observed_count(facts_number(attack, "packets"))));
	json_object_set_new(observed, "object_refs", json_pack("[s, s, s]", id, from, to));
	json_object_set_new(observed, "labels", json_pack("[s]", facts_string(attack, "attack")));
	put(bundle, observed);
}

static void put_indicators(struct bundle *bundle, json_t *facts)
{
	static const struct {
		const char *list, *type, *property, *path, *what;
	} kinds[] = {
		{ "domains", "domain-name", "value", "domain-name:value", "asked for" },
		{ "urls", "url", "value", "url:value", "fetched from" },
		{ "sha256", NULL, NULL, "file:hashes.'SHA-256'", "file" },
	};
	json_t *value;
	char id[80];
	size_t j;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		json_array_foreach(member(member(facts, "indicators"), kinds[i].list), j, value) {
			if (kinds[i].type)
				observable(bundle, kinds[i].type, kinds[i].property,
					   json_string_value(value), id);
			indicate(bundle, kinds[i].path, json_string_value(value), kinds[i].what);
		}
}

int export_stix(struct export *export)
{
	struct bundle bundle = { .objects = json_array(), .have = json_object() };
	json_t *facts = export->facts, *run = member(facts, "run"), *object, *attack;
	char id[80], key[128];
	size_t i;
	int ret;

	stamp(facts_string(run, "end"), bundle.now);
	id_of("identity", NULL, "sinkbridge", bundle.identity);
	object = domain_object(&bundle, "identity", "sinkbridge");
	json_object_set_new(object, "id", json_string(bundle.identity));
	json_object_del(object, "created_by_ref");
	json_object_set_new(object, "name", json_string("sinkbridge"));
	json_object_set_new(object, "identity_class", json_string("system"));
	put(&bundle, object);
	put_malware(&bundle, facts);
	put_cnc(&bundle, facts);
	if (json_array_size(member(facts, "logins")))
		put_attack_pattern(&bundle, "Password Guessing", "T1110.001", id);
	if (json_array_size(member(facts, "attacks")))
		put_attack_pattern(&bundle, "Direct Network Flood", "T1498.001", id);
	json_array_foreach(member(facts, "attacks"), i, attack)
		put_attack(&bundle, attack);
	put_indicators(&bundle, facts);
	snprintf(key, sizeof(key), "bundle %s", bundle.now);
	ret = export_object(export, json_pack("{s:s, s:s, s:O}", "type", "bundle",
		"id", id_of("bundle", NULL, key, id), "objects", bundle.objects));
	json_decref(bundle.objects);
	json_decref(bundle.have);
	return ret;
}
