/* SPDX-License-Identifier: GPL-2.0-only */
/* How results get onto standard output: aligned tables, and JSON arrays. */
#ifndef SINKCTL_OUTPUT_H
#define SINKCTL_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#include <jansson.h>

#define TABLE_COLUMNS 8

/* All zero to begin with.  Columns are as wide as their widest cell. */
struct table {
	char	*cells;		/* each ended by a NUL */
	size_t	len;
	size_t	room;
	size_t	count;		/* of cells */
	size_t	width[TABLE_COLUMNS];
	int	columns;
	char	align[TABLE_COLUMNS];	/* 'l' or 'r' */
};

/* head: the first row's cells; align: a letter a column, as "llr". */
void table_begin(struct table *table, const char *align, const char *const *head);
void table_cell(struct table *table, const char *text);
void table_number(struct table *table, unsigned long long number);
void table_end(struct table *table, bool print);	/* prints it or not, frees it */

/* A JSON array, printed as it grows, an object a line; item may be NULL (no memory). */
void list_begin(void);
void list_item(json_t *item);	/* takes the reference */
void list_end(void);

/* How many a bridge has, or had: in text behind some words. */
void bridge_count(const char *bridge, uint32_t count, const char *before);

/* One JSON object as a line of its own, flushed. */
void line_item(json_t *item);	/* takes the reference */

#endif /* SINKCTL_OUTPUT_H */
