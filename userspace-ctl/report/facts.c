// SPDX-License-Identifier: GPL-2.0-only
#include "facts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/sinkbridge.h>

#include "report.h"

#define LIST_MAX	10000
#define LINE_MAX_BYTES	(256 * 1024)

json_t *facts_entry(struct facts *facts, const char *name, const char *key)
{
	json_t *list = json_object_get(facts->lists, name), *entry;

	if (!list) {
		list = json_object();
		json_object_set_new(facts->lists, name, list);
	}
	entry = key ? json_object_get(list, key) : NULL;
	if (!entry) {
		if (!key || json_object_size(list) >= LIST_MAX) {
			facts_add(facts->not_kept, name, 1);
			return NULL;
		}
		entry = json_object();
		if (json_object_set_new(list, key, entry))
			return NULL;
	}
	facts_add(entry, "count", 1);
	return entry;
}

char *facts_key(json_t *const *values, size_t count)
{
	json_t *array = json_array();
	char *text;

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, values[i] ? json_incref(values[i]) : json_null());
	text = json_dumps(array, JSON_COMPACT);
	json_decref(array);
	return text;
}

void facts_add(json_t *object, const char *name, int64_t number)
{
	json_t *value = json_object_get(object, name);

	if (json_is_integer(value))
		json_integer_set(value, json_integer_value(value) + number);
	else
		json_object_set_new(object, name, json_integer(number));
}

int64_t facts_number(json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

const char *facts_string(json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

void facts_copy(json_t *object, json_t *from, const char *name)
{
	json_t *value = json_object_get(from, name);

	if (value && !json_object_get(object, name))
		json_object_set(object, name, value);
}

double facts_time(const char *timestamp)
{
	struct tm tm = {};
	const char *rest = strptime(timestamp, "%Y-%m-%dT%H:%M:%S", &tm);
	double part = 0;

	if (!rest)
		return 0;
	if (*rest == '.')
		part = strtod(rest, NULL);	/* it ends at the '+' of the zone, which is UTC */
	return timegm(&tm) + part;
}

static void miss(struct facts *facts, const char *what, const char *why)
{
	json_array_append_new(facts->missing, json_sprintf("%s: %s", what, why));
}

static json_t *load_object(struct facts *facts, const char *folder, const char *name)
{
	char path[4096];
	json_error_t error;
	json_t *object;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	object = json_load_file(path, JSON_ALLOW_NUL, &error);
	if (!json_is_object(object)) {
		miss(facts, name, object ? "not an object" :
		     json_error_code(&error) == json_error_cannot_open_file ?
		     "not there" : "broken");
		json_decref(object);
		return json_object();
	}
	return object;
}

/* The next line, or its beginning if it is too long (*whole false).  False: the end. */
static bool next_line(FILE *file, char *line, size_t *len, bool *whole)
{
	int c;

	*len = 0;
	*whole = true;
	while ((c = getc_unlocked(file)) != EOF && c != '\n') {
		if (*len < LINE_MAX_BYTES)
			line[(*len)++] = c;
		else
			*whole = false;
	}
	return c != EOF || *len;
}

static void read_lines(struct facts *facts, const char *folder, const char *name,
		       void (*take)(struct facts *, json_t *))
{
	char path[4096], *line = malloc(LINE_MAX_BYTES);
	FILE *file;
	size_t len;
	bool whole;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = line ? fopen(path, "re") : NULL;
	if (!file) {
		miss(facts, name, errno == ENOENT ? "not there" : strerror(errno));
		free(line);
		return;
	}
	while (next_line(file, line, &len, &whole)) {
		json_t *object = whole ? json_loadb(line, len, JSON_ALLOW_NUL, NULL) : NULL;

		if (json_is_object(object))
			take(facts, object);
		else if (len)
			facts_add(facts->broken, name, 1);
		json_decref(object);
	}
	if (ferror(file))
		miss(facts, name, "cannot be read to its end");
	fclose(file);
	free(line);
}

static void list_drops(struct facts *facts, json_t *stats)
{
	static const struct {
		const char *name, *text;
	} counters[] = {
#define SINKBRIDGE_COUNTER_TEXT(name, text) { #name, text },
		SINKBRIDGE_COUNTERS(SINKBRIDGE_COUNTER_TEXT)
	};
	json_t *drop;

	for (size_t i = 0; i < sizeof(counters) / sizeof(*counters); i++) {
		int64_t packets = facts_number(stats, counters[i].name);

		if (!packets || strncmp(counters[i].name, "drop_", 5))
			continue;
		drop = facts_entry(facts, "drops", counters[i].name);
		if (!drop)
			continue;
		json_object_set_new(drop, "reason", json_string(counters[i].name));
		json_object_set_new(drop, "text", json_string(counters[i].text));
		json_object_set_new(drop, "packets", json_integer(packets));
		json_object_del(drop, "count");
	}
}

/* What the run itself knows to be incomplete. */
static void list_gaps(struct facts *facts, json_t *run, json_t *stats)
{
	json_t *flows = json_object_get(run, "flows"), *capture, *name;
	size_t i;

	if (facts_number(flows, "not_kept"))
		json_array_append_new(facts->missing, json_sprintf(
			"flows.jsonl: %lld flows are not in it, it was full",
			(long long)facts_number(flows, "not_kept")));
	if (facts_number(flows, "lost_events"))
		miss(facts, "flows.jsonl", "flows ended faster than they could be read, some are not in it");
	if (facts_number(stats, "events_lost"))
		json_array_append_new(facts->missing, json_sprintf(
			"flows.jsonl: the kernel did not report %lld starts and ends of flows",
			(long long)facts_number(stats, "events_lost")));
	if (facts_number(stats, "flows_evicted"))
		json_array_append_new(facts->missing, json_sprintf(
			"%lld flows ended early to make room for others",
			(long long)facts_number(stats, "flows_evicted")));
	capture = json_object_get(run, "capture");
	if (json_is_null(capture))
		miss(facts, "capture.pcap", "no capture was made");
	else if (facts_number(capture, "dropped"))
		json_array_append_new(facts->missing, json_sprintf(
			"capture.pcap: %lld packets are not in it",
			(long long)facts_number(capture, "dropped")));
	json_array_foreach(json_object_get(run, "servers_ended_early"), i, name)
		json_array_append_new(facts->missing, json_sprintf(
			"server \"%s\" ended before the run did", json_string_value(name)));
	if (facts->not_contained)
		json_array_append_new(facts->missing, json_sprintf(
			"%llu events are not of a flow of the bridge and left out",
			(unsigned long long)facts->not_contained));
	if (facts->suppressed)
		json_array_append_new(facts->missing, json_sprintf(
			"events.jsonl: the servers only counted %llu further events",
			(unsigned long long)facts->suppressed));
}

static void list_counts(struct facts *facts)
{
	const char *name;
	json_t *count;

	json_object_foreach(facts->broken, name, count)
		json_array_append_new(facts->missing, json_sprintf(
			"%s: %lld lines are broken and left out", name,
			(long long)json_integer_value(count)));
	json_object_foreach(facts->not_kept, name, count)
		json_array_append_new(facts->missing, json_sprintf(
			"%s: more than %d different ones, %lld further left out", name, LIST_MAX,
			(long long)json_integer_value(count)));
}

static int more_packets(const void *a, const void *b)
{
	int64_t x = facts_number(*(json_t *const *)a, "packets");
	int64_t y = facts_number(*(json_t *const *)b, "packets");

	return x < y ? 1 : x > y ? -1 : 0;
}

static json_t *sorted(json_t *array)
{
	size_t count = json_array_size(array);
	json_t **items = calloc(count + 1, sizeof(*items)), *result;

	if (!items)
		return array;
	for (size_t i = 0; i < count; i++)
		items[i] = json_array_get(array, i);
	qsort(items, count, sizeof(*items), more_packets);
	result = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append(result, items[i]);
	free(items);
	json_decref(array);
	return result;
}

/* Each list as an array, empty ones too; what was measured: the most packets first. */
static json_t *make_root(struct facts *facts, json_t *run)
{
	static const char *const lists[] = {
		"dns", "cnc", "floods", "logins", "typed", "credentials", "http", "sink",
		"services", "contacts", "drops"
	};
	json_t *root = json_object();

	json_object_set(root, "run", run);
	json_object_set_new(root, "events", json_integer(facts->events));
	json_object_set_new(root, "flows", json_integer(facts->flows));
	json_object_set(root, "commands", facts->commands);
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		json_t *array = json_array(), *entry;
		const char *key;

		json_object_foreach(json_object_get(facts->lists, lists[i]), key, entry)
			json_array_append(array, entry);
		if (strcmp(lists[i], "services") && strcmp(lists[i], "contacts") &&
		    strcmp(lists[i], "floods"))
			json_object_set_new(root, lists[i], array);
		else
			json_object_set_new(root, lists[i], sorted(array));
	}
	json_object_set(root, "missing", facts->missing);
	return root;
}

json_t *report_facts(const char *folder)
{
	struct facts facts = {
		.lists = json_object(), .names = json_object(), .not_kept = json_object(),
		.commands = json_array(), .missing = json_array(), .broken = json_object(),
	};
	json_t *run = load_object(&facts, folder, "run.json");
	json_t *stats = load_object(&facts, folder, "stats.json");
	json_t *root;

	read_lines(&facts, folder, "events.jsonl", facts_take_event);
	read_lines(&facts, folder, "flows.jsonl", facts_take_flow);
	facts_finish_flows(&facts);
	list_drops(&facts, stats);
	list_gaps(&facts, run, stats);
	list_counts(&facts);
	root = make_root(&facts, run);
	json_decref(run);
	json_decref(stats);
	json_decref(facts.lists);
	json_decref(facts.names);
	json_decref(facts.not_kept);
	json_decref(facts.commands);
	json_decref(facts.missing);
	json_decref(facts.broken);
	return root;
}
