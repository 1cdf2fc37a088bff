/* SPDX-License-Identifier: GPL-2.0-only */
/* report: what a run directory tells, as JSON and as text. */
#ifndef SINKCTL_REPORT_REPORT_H
#define SINKCTL_REPORT_REPORT_H

#include <jansson.h>
#include <stdio.h>

/*
 * The facts of a run, all lists of objects.  What is missing or broken is part
 * of them.  NULL: out of memory.
 */
json_t *report_facts(const char *folder);

/* The report.  0, or the exit status after saying why. */
int report_text(const char *folder, FILE *file);

/* text.c */
void report_render(json_t *facts, FILE *file);

#endif /* SINKCTL_REPORT_REPORT_H */
