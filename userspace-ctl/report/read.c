// SPDX-License-Identifier: GPL-2.0-only
/* The files of a run, object by object. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "facts.h"
#include "line.h"

#define LINE_MAX_BYTES	(256 * 1024)
#define ROOM		(4 << 20)	/* what is read at once */

void facts_miss(struct facts *facts, const char *what, const char *why)
{
	json_array_append_new(facts->missing, json_sprintf("%s: %s", what, why));
}

json_t *facts_read_object(struct facts *facts, const char *folder, const char *name)
{
	char path[4096];
	json_error_t error;
	json_t *object;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	object = json_load_file(path, JSON_ALLOW_NUL, &error);
	if (!json_is_object(object)) {
		facts_miss(facts, name, object ? "not an object" :
			   json_error_code(&error) == json_error_cannot_open_file ?
			   "not there" : "broken");
		json_decref(object);
		return json_object();
	}
	return object;
}

static void take_line(struct facts *facts, const char *name, const char *line, size_t len,
		      void (*take)(struct facts *, json_t *))
{
	json_t *object = len <= LINE_MAX_BYTES ? line_parse(line, len) : NULL;

	if (json_is_object(object))
		take(facts, object);
	else if (len)
		facts_add(facts->broken, name, 1);
	json_decref(object);
}

/*
 * Takes the whole lines of room; returns how many bytes of an unfinished one are
 * kept at its beginning.  A line that fills the room is as good as broken.
 */
static size_t take_lines(struct facts *facts, const char *name, char *room, size_t len,
			 void (*take)(struct facts *, json_t *))
{
	char *at = room, *end = room + len, *newline;

	while ((newline = memchr(at, '\n', end - at))) {
		take_line(facts, name, at, newline - at, take);
		at = newline + 1;
	}
	if (at == room && len == ROOM)
		return len / 2;
	memmove(room, at, end - at);
	return end - at;
}

bool facts_read_lines(struct facts *facts, const char *folder, const char *name,
		      void (*take)(struct facts *, json_t *))
{
	char path[4096], *room = malloc(ROOM);
	size_t kept = 0, n;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = room ? fopen(path, "re") : NULL;
	if (!file) {
		facts_miss(facts, name, errno == ENOENT ? "not there" : strerror(errno));
		free(room);
		return false;
	}
	while ((n = fread(room + kept, 1, ROOM - kept, file)))
		kept = take_lines(facts, name, room, kept + n, take);
	take_line(facts, name, room, kept, take);
	if (ferror(file))
		facts_miss(facts, name, "cannot be read to its end");
	fclose(file);
	free(room);
	return true;
}

void facts_read_floods(struct facts *facts, const char *folder)
{
	static const struct {
		const char *name;
		void (*take)(struct facts *facts, json_t *object);
	} files[] = {
		{ "floods.jsonl", facts_take_flood }, { "flood_rates.jsonl", facts_take_rate },
	};
	char path[4096];

	/* a run without a flood has neither */
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i].name);
		if (!access(path, F_OK))
			facts_read_lines(facts, folder, files[i].name, files[i].take);
	}
}
