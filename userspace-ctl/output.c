// SPDX-License-Identifier: GPL-2.0-only
#include "output.h"

#include "command.h"
#include "format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool json_output;

static size_t list_items;

static void out_of_memory(void)
{
	fputs("sinkctl: out of memory\n", stderr);
	exit(1);
}

/* In characters, not bytes: an interface name may be UTF-8. */
static size_t text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}

void table_begin(struct table *table, const char *align, const char *const *head)
{
	memset(table, 0, sizeof(*table));
	table->columns = strlen(align);
	memcpy(table->align, align, table->columns);
	for (int i = 0; i < table->columns; i++)
		table_cell(table, head[i]);
}

void table_cell(struct table *table, const char *text)
{
	size_t len = strlen(text) + 1, width = text_width(text);
	int column = table->count % table->columns;

	if (table->len + len > table->room) {
		size_t room = (table->room + len) * 2 + 1024;
		char *cells = realloc(table->cells, room);

		if (!cells)
			out_of_memory();
		table->cells = cells;
		table->room = room;
	}
	memcpy(table->cells + table->len, text, len);
	table->len += len;
	table->count++;
	if (width > table->width[column])
		table->width[column] = width;
}

void table_number(struct table *table, unsigned long long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", number);
	table_cell(table, text);
}

static void pad(size_t count)
{
	while (count--)
		putchar(' ');
}

void table_end(struct table *table, bool print)
{
	const char *cell = table->cells;

	for (size_t i = 0; print && i < table->count; i++, cell += strlen(cell) + 1) {
		int column = i % table->columns;
		bool last = column == table->columns - 1;
		size_t space = table->width[column] - text_width(cell);

		if (table->align[column] == 'r')
			pad(space);
		fputs(cell, stdout);
		if (table->align[column] != 'r' && !last)
			pad(space);
		fputs(last ? "\n" : "  ", stdout);
	}
	free(table->cells);
	memset(table, 0, sizeof(*table));
}

void list_begin(void)
{
	if (!json_output)
		return;
	list_items = 0;
	putchar('[');
}

void list_item(json_t *item)
{
	if (!item)
		out_of_memory();
	fputs(list_items++ ? ",\n" : "\n", stdout);
	json_dumpf(item, stdout, JSON_COMPACT);
	json_decref(item);
}

void list_end(void)
{
	if (!json_output)
		return;
	fputs(list_items ? "\n]\n" : "]\n", stdout);
}

void line_item(json_t *item)
{
	if (!item)
		out_of_memory();
	json_dumpf(item, stdout, JSON_COMPACT);
	json_decref(item);
	putchar('\n');
	fflush(stdout);
}

void bridge_count(const char *bridge, uint32_t count, const char *before)
{
	if (!json_output) {
		printf("%s%u\n", before, count);
		return;
	}
	list_begin();
	list_item(json_pack("{s:o, s:I}", "bridge", text_to_json(bridge), "count",
			    (json_int_t)count));
	list_end();
}
