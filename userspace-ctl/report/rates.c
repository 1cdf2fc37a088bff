// SPDX-License-Identifier: GPL-2.0-only
/* Curves of floods: how many packets the kernel had counted at what time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"

#define FLOODS_MAX	64
#define POINTS_MAX	4000	/* of one flood */
#define STEP		0.5	/* seconds: as often as the run looks */

void facts_take_rate(struct facts *facts, json_t *line)
{
	json_t *values[] = { json_object_get(line, "in_iface"), json_object_get(line, "id") };
	json_t *list = json_object_get(facts->lists, "rates"), *entry, *points;
	const char *key = facts_key(facts, values, 2);

	entry = key ? json_object_get(list, key) : NULL;
	if (!entry && json_object_size(list) >= FLOODS_MAX) {
		facts_add(facts->not_kept, "rates", 1);
		return;
	}
	entry = facts_entry(facts, "rates", key);
	if (!entry)
		return;
	points = json_object_get(entry, "points");
	if (!points) {
		points = json_array();
		json_object_set_new(entry, "points", points);
	}
	if (facts_may_append(facts, "rates", points, POINTS_MAX))
		json_array_append_new(points, json_pack("[f, I]",
			facts_time(facts_string(line, "at")),
			(json_int_t)facts_number(line, "packets")));
}

/* What came since the point before, spread over the time in between. */
static void add_points(struct series *series, double from, double to, uint64_t packets)
{
	size_t parts = to > from ? ceil((to - from) / STEP) : 1;

	if (parts > 1000)
		parts = 1000;
	for (size_t i = 0; i < parts; i++)
		series_add(series, 0, to - (to - from) * (i + 0.5) / parts,
			   packets / parts + (i < packets % parts));
}

json_t *facts_flood_curve(struct facts *facts, json_t *event)
{
	json_t *flood = json_object_get(event, "flood"), *point, *curve, *lines;
	json_t *values[] = { json_object_get(event, "in_iface"), json_object_get(flood, "id") };
	const char *key = facts_key(facts, values, 2);
	json_t *entry = key ? json_object_get(json_object_get(facts->lists, "rates"), key) : NULL;
	double before = facts_time(facts_string(flood, "start"));
	struct series *series = entry && before > 0 ? malloc(sizeof(*series)) : NULL;
	int64_t counted = 0, now;
	size_t i;

	if (!series)
		return NULL;
	series_init(series, before, STEP);
	series_line(series, "packets");
	json_array_foreach(json_object_get(entry, "points"), i, point) {
		double at = json_number_value(json_array_get(point, 0));

		now = json_integer_value(json_array_get(point, 1));
		if (at > before && now > counted) {
			add_points(series, before, at, now - counted);
			counted = now;
			before = at;
		}
	}
	/* it ended between two looks */
	now = facts_number(flood, "packets");
	if (now > counted)
		add_points(series, before, facts_time(facts_string(flood, "end")), now - counted);
	curve = series_json(series, true);
	lines = json_object_get(curve, "lines");
	json_object_set(curve, "rates", json_object_get(lines, "packets"));
	json_object_del(curve, "lines");
	free(series);
	return curve;
}
