// SPDX-License-Identifier: GPL-2.0-only
/* Lines out of a stream of bytes. */
#include "lines.h"

#include <string.h>

bool lines_take(struct lines *lines, const uint8_t *bytes, size_t len, size_t *used)
{
	const uint8_t *end = len ? memchr(bytes, '\n', len) : NULL;
	size_t n = end ? (size_t)(end - bytes) : len;
	struct bytes *line = &lines->line;

	if (lines->complete)
		bytes_reset(line);
	lines->complete = end;
	bytes_put(line, bytes, n);
	*used = n + (end ? 1 : 0);
	if (!end)
		return false;
	lines->bare = line->cut || !line->len || line->data[line->len - 1] != '\r';
	if (!lines->bare)
		line->len--;
	return true;
}

void lines_free(struct lines *lines)
{
	bytes_free(&lines->line);
}
