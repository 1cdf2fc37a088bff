// SPDX-License-Identifier: GPL-2.0-only
#include "put.h"

#include <string.h>

#include "facts.h"
#include "safe.h"

#define ROWS_MAX	40	/* of one table; all are in the JSON */

void title(FILE *file, const char *text)
{
	fprintf(file, "\n%s\n", text);
	for (size_t i = 0; text[i]; i++)
		putc('-', file);
	putc('\n', file);
}

/* True: the row is one too many, and the rest was told of. */
bool enough(FILE *file, json_t *list, size_t row)
{
	if (row < ROWS_MAX)
		return false;
	fprintf(file, "  … and %zu more (sinkctl -j report)\n", json_array_size(list) - row);
	return true;
}

void put_number(FILE *file, int64_t number, int columns)
{
	char room[NUMBER_MAX];

	fprintf(file, "%*s", columns, safe_number(number, room));
}

void put_text(FILE *file, json_t *string, size_t columns)
{
	char room[SAFE_MAX];

	safe_pad(file, safe_json(string, columns, room), columns);
}

void put_plain(FILE *file, json_t *string, size_t columns)
{
	char room[SAFE_MAX];

	fputs(safe_json(string, columns, room), file);
}

static const char *count_word(int64_t count, const char *one, const char *more)
{
	return count == 1 ? one : more;
}

void put_count(FILE *file, int64_t count, const char *one, const char *more)
{
	char room[NUMBER_MAX];

	fprintf(file, "%s %s", safe_number(count, room), count_word(count, one, more));
}

/* " (cnc.example)", or how many names lead there. */
void put_names(FILE *file, json_t *entry)
{
	json_t *names = json_object_get(entry, "names");
	size_t count = json_array_size(names);

	if (!count)
		return;
	fputs(" (", file);
	put_plain(file, json_array_get(names, 0), 60);
	if (count > 1)
		fprintf(file, " and %zu other %s", count - 1, count_word(count - 1, "name", "names"));
	putc(')', file);
}

void put_place(FILE *file, json_t *entry)
{
	put_plain(file, json_object_get(entry, "dest_ip"), 39);
	fprintf(file, ":%lld", (long long)facts_number(entry, "dest_port"));
}

void put_rate(FILE *file, json_t *entry)
{
	double rate = facts_real(entry, json_object_get(entry, "rate") ? "rate" : "packets_per_second");
	char room[NUMBER_MAX];

	put_count(file, facts_number(entry, "packets"), "packet", "packets");
	fputs(", ", file);
	put_count(file, facts_number(entry, "bytes"), "byte", "bytes");
	fprintf(file, " in %.1f s", json_real_value(json_object_get(entry, "seconds")));
	if (rate >= 1)
		fprintf(file, ": %s packets/s", safe_number((int64_t)(rate + 0.5), room));
}

void put_ports(FILE *file, json_t *contact)
{
	json_t *ports = json_object_get(contact, "ports"), *port;
	size_t i;

	json_array_foreach(ports, i, port) {
		if (i == 4)
			break;
		fprintf(file, "%s%lld", i ? "," : ":", (long long)json_integer_value(port));
	}
	if (json_array_size(ports) > 4 || json_object_get(contact, "more_ports"))
		fputs(",…", file);
}

