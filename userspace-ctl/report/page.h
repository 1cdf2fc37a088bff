/* SPDX-License-Identifier: GPL-2.0-only */
/* page: the report as one HTML page that needs nothing from outside. */
#ifndef SINKCTL_REPORT_PAGE_H
#define SINKCTL_REPORT_PAGE_H

#include <jansson.h>
#include <stdio.h>

#define PAGE_MAX	(5 << 20)	/* bytes of the whole page, about */

/* 0, or -1: no memory, or the file could not be written. */
int page_write(json_t *facts, FILE *file);

/*
 * What the page shows of the facts: each list and string cut to a length, and
 * "left_out" tells of how many.  rows: of most lists.  NULL: no memory.
 */
json_t *page_facts(json_t *facts, size_t rows);

#endif /* SINKCTL_REPORT_PAGE_H */
