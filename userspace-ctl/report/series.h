/* SPDX-License-Identifier: GPL-2.0-only */
/* series: how many at what time, in steps that grow with the span. */
#ifndef SINKCTL_REPORT_SERIES_H
#define SINKCTL_REPORT_SERIES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERIES_STEPS	512
#define SERIES_LINES	16

struct series {
	double		start;		/* 0: nothing yet */
	double		step;		/* seconds */
	size_t		used;		/* steps */
	size_t		lines;
	char		names[SERIES_LINES][32];
	uint64_t	counts[SERIES_LINES][SERIES_STEPS];
};

/* step: the finest. start 0: that of the first. */
void series_init(struct series *series, double start, double step);

/* A line more than SERIES_LINES is counted with the last. */
size_t series_line(struct series *series, const char *name);
void series_add(struct series *series, size_t line, double at, uint64_t count);

/* {"start", "step", "lines": {NAME: [COUNT, …]}}; per_second: rates instead of counts */
json_t *series_json(const struct series *series, bool per_second);

#endif /* SINKCTL_REPORT_SERIES_H */
