// SPDX-License-Identifier: GPL-2.0-only
#include "series.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void series_init(struct series *series, double start, double step)
{
	memset(series, 0, sizeof(*series));
	series->start = start;
	series->step = step;
}

size_t series_line(struct series *series, const char *name)
{
	size_t i;

	for (i = 0; i < series->lines; i++)
		if (!strcmp(series->names[i], name))
			return i;
	if (i == SERIES_LINES)
		return SERIES_LINES - 1;
	snprintf(series->names[i], sizeof(series->names[i]), "%s",
		 i == SERIES_LINES - 1 ? "other" : name);
	return series->lines++;
}

/* Two steps become one. */
static void coarsen(struct series *series)
{
	for (size_t line = 0; line < series->lines; line++) {
		uint64_t *counts = series->counts[line];

		for (size_t i = 0; i < SERIES_STEPS / 2; i++)
			counts[i] = counts[2 * i] + counts[2 * i + 1];
		memset(counts + SERIES_STEPS / 2, 0, SERIES_STEPS / 2 * sizeof(*counts));
	}
	series->used = (series->used + 1) / 2;
	series->step *= 2;
}

void series_add(struct series *series, size_t line, double at, uint64_t count)
{
	double place;

	if (at <= 0 || !isfinite(at))
		return;
	if (!series->start)
		series->start = floor(at);
	/* a wrong clock must not make steps of a century: what is out of a year's reach is left */
	if (at - series->start > 366 * 86400.0)
		return;
	place = at > series->start ? (at - series->start) / series->step : 0;
	while (place >= SERIES_STEPS) {
		coarsen(series);
		place /= 2;
	}
	series->counts[line][(size_t)place] += count;
	if ((size_t)place >= series->used)
		series->used = (size_t)place + 1;
}

json_t *series_json(const struct series *series, bool per_second)
{
	json_t *lines = json_object();

	for (size_t i = 0; i < series->lines; i++) {
		json_t *line = json_array();

		for (size_t j = 0; j < series->used; j++)
			json_array_append_new(line, per_second ?
				json_real(round(series->counts[i][j] / series->step * 10) / 10) :
				json_integer(series->counts[i][j]));
		json_object_set_new(lines, series->names[i], line);
	}
	return json_pack("{s:f, s:f, s:o}", "start", series->start, "step", series->step,
			 "lines", lines);
}
