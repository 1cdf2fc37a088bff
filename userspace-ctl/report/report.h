/* SPDX-License-Identifier: GPL-2.0-only */
/* report: what a run directory tells, as JSON, as text and as a page. */
#ifndef SINKCTL_REPORT_REPORT_H
#define SINKCTL_REPORT_REPORT_H

#include <jansson.h>
#include <stdio.h>

/*
 * The facts of a run, all lists of objects.  What is missing or broken is part
 * of them.  NULL: out of memory.
 */
json_t *report_facts(const char *folder);

/* Is it the folder of a run?  0, or EXIT_USAGE after saying what was expected. */
int report_check_folder(const char *what, const char *folder);

/*
 * All forms of the report into the run's folder: report.txt, report.json and
 * report.html; as text also to a file (may be NULL).  0, or the exit status
 * after saying why.
 */
int report_keep(const char *folder, FILE *text);

/* text.c */
void report_render(json_t *facts, FILE *file);

#endif /* SINKCTL_REPORT_REPORT_H */
