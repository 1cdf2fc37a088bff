// SPDX-License-Identifier: GPL-2.0-only
/* All that was gathered as one object, and what is known to be missing. */
#include <stdlib.h>
#include <string.h>

#include <linux/sinkbridge.h>

#include "facts.h"
#include "indicators.h"
#include "report.h"

#define LIST_MAX 10000	/* as in facts.c */

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

static void miss_number(struct facts *facts, const char *before, int64_t number,
			const char *behind)
{
	if (number)
		json_array_append_new(facts->missing, json_sprintf("%s%lld %s", before,
								   (long long)number, behind));
}

/* What the run itself knows to be incomplete. */
static void list_gaps(struct facts *facts, json_t *run, json_t *stats)
{
	json_t *flows = json_object_get(run, "flows"), *capture, *name;
	size_t i;

	miss_number(facts, "flows.jsonl: ",
		    facts_number(flows, "not_kept"), "flows are not in it, it was full");
	if (facts_number(flows, "lost_events"))
		facts_miss(facts, "flows.jsonl",
			   "flows ended faster than they could be read, some are not in it");
	miss_number(facts, "flows.jsonl: the kernel did not report ",
		    facts_number(stats, "events_lost"), "starts and ends of flows");
	miss_number(facts, "",
		    facts_number(stats, "flows_evicted"), "flows ended early to make room for others");
	capture = json_object_get(run, "capture");
	if (json_is_null(capture))
		facts_miss(facts, "capture.pcapng", "no capture was made");
	miss_number(facts, "capture.pcapng: ",
		    facts_number(capture, "dropped"), "packets are not in it");
	json_array_foreach(json_object_get(run, "servers_ended_early"), i, name)
		json_array_append_new(facts->missing, json_sprintf(
			"server \"%s\" ended before the run did", json_string_value(name)));
	miss_number(facts, "",
		    facts->not_contained, "events are not of a flow of the bridge and left out");
	miss_number(facts, "events.jsonl: the servers only counted ",
		    facts->suppressed, "further events");
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
			"%s: more than this report keeps (%d different ones), %lld further left out",
			name, LIST_MAX, (long long)json_integer_value(count)));
}

static const char *sorted_by;	/* the member; the greatest first */

static int compare(const void *a, const void *b)
{
	int64_t x = facts_number(*(json_t *const *)a, sorted_by);
	int64_t y = facts_number(*(json_t *const *)b, sorted_by);

	return x < y ? 1 : x > y ? -1 : 0;
}

static int compare_times(const void *a, const void *b)
{
	return strcmp(facts_string(*(json_t *const *)a, "timestamp"),
		      facts_string(*(json_t *const *)b, "timestamp"));
}

static json_t *sorted(json_t *array, int (*compare_by)(const void *, const void *))
{
	size_t count = json_array_size(array);
	json_t **items = calloc(count + 1, sizeof(*items)), *result;

	if (!items)
		return array;
	for (size_t i = 0; i < count; i++)
		items[i] = json_array_get(array, i);
	qsort(items, count, sizeof(*items), compare_by);
	result = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append(result, items[i]);
	free(items);
	json_decref(array);
	return result;
}

static json_t *array_of(struct facts *facts, const char *list)
{
	json_t *array = json_array(), *entry;
	const char *key;

	json_object_foreach(json_object_get(facts->lists, list), key, entry) {
		json_object_del(entry, "second");
		json_object_del(entry, "in_second");
		json_array_append(array, entry);
	}
	return array;
}

/* What attacks and floods did not get told of as a moment yet. */
static void add_attack_moments(struct facts *facts)
{
	json_t *attack;
	size_t i;

	json_array_foreach(facts->attacks, i, attack) {
		json_object_set(attack, "timestamp", json_object_get(attack, "start"));
		facts_moment(facts, attack, "attack", facts_string(attack, "title"), NULL);
		json_object_del(attack, "timestamp");
	}
}

/* Each list as an array, empty ones too. */
json_t *facts_root(struct facts *facts, json_t *run)
{
	static const struct {
		const char *list, *by;
	} lists[] = {
		{ "dns", NULL }, { "cnc", NULL }, { "logins", NULL }, { "typed", NULL },
		{ "credentials", NULL }, { "http", NULL }, { "tls", NULL }, { "files", NULL },
		{ "fetches", NULL },
		{ "sink", NULL }, { "other", NULL }, { "sessions", NULL }, { "cases", NULL },
		{ "drops", NULL }, { "services", "packets" }, { "contacts", "packets" },
		{ "fast", "packets" },
	};
	json_t *root = json_object(), *packets = json_object_get(facts->lists, "packets");

	json_object_set(root, "run", run);
	json_object_set_new(root, "events", json_integer(facts->events));
	json_object_set_new(root, "flows", json_integer(facts->flows));
	json_object_set_new(root, "floods", json_integer(facts->floods));
	json_object_set(root, "commands", facts->commands);
	json_object_set(root, "attacks", facts->attacks);
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		json_t *array = array_of(facts, lists[i].list);

		sorted_by = lists[i].by;
		json_object_set_new(root, lists[i].list, sorted_by ? sorted(array, compare) : array);
	}
	add_attack_moments(facts);
	json_object_set_new(root, "moments", sorted(json_incref(facts->moments), compare_times));
	json_object_set_new(root, "series", series_json(facts->series, true));
	if (packets)
		json_object_set(root, "packets", packets);
	json_object_set_new(root, "indicators", indicators(root));
	json_object_set(root, "missing", facts->missing);
	return root;
}

json_t *report_facts(const char *folder)
{
	struct facts facts;
	json_t *run, *stats, *root;

	if (facts_init(&facts)) {
		facts_free(&facts);
		return NULL;
	}
	run = facts_read_object(&facts, folder, "run.json");
	stats = facts_read_object(&facts, folder, "stats.json");
	facts.series->start = facts_time(facts_string(run, "start"));
	facts_read_lines(&facts, folder, "events.jsonl", facts_take_event);
	facts_read_lines(&facts, folder, "flows.jsonl", facts_take_flow);
	/* a run without a flood policy has none */
	facts_read_floods(&facts, folder);
	facts_finish_flows(&facts);
	facts_finish_floods(&facts, folder);
	facts_finish_sessions(&facts);
	list_drops(&facts, stats);
	list_gaps(&facts, run, stats);
	list_counts(&facts);
	root = facts_root(&facts, run);
	json_decref(run);
	json_decref(stats);
	facts_free(&facts);
	return root;
}
