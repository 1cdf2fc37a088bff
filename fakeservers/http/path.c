// SPDX-License-Identifier: GPL-2.0-only
/* Paths of requests. */
#include "path.h"

#include <string.h>

static const char index_name[] = "index.html";

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

const char *path_only(const char *url, size_t *len)
{
	const char *end = url + *len, *at, *stop;

	if (*len && *url != '/') {
		at = memmem(url, *len, "://", 3);
		at = at ? memchr(at + 3, '/', (size_t)(end - at) - 3) : NULL;
		url = at ? at : end;
	}
	for (stop = url; stop < end && *stop != '?' && *stop != '#'; stop++)
		;
	*len = (size_t)(stop - url);
	return url;
}

/* Length of the decoded text, or -1. */
static long decode(char *text, const char *from, size_t len)
{
	size_t i, n = 0;
	int high, low;
	char c;

	for (i = 0; i < len; i++) {
		c = from[i];
		if (c == '%') {
			high = i + 2 < len ? hex(from[i + 1]) : -1;
			low = i + 2 < len ? hex(from[i + 2]) : -1;
			if (high < 0 || low < 0)
				return -1;
			c = (char)(high << 4 | low);
			i += 2;
		}
		if (!c || n + 1 >= PATH_TEXT_MAX)
			return -1;
		if (c == '/' && !n)	/* the folder is the root */
			continue;
		text[n++] = c;
	}
	text[n] = '\0';
	return (long)n;
}

static bool has_parent(const char *text)
{
	const char *at = text;
	size_t len;

	while (*at) {
		len = strcspn(at, "/");
		if (len == 2 && at[0] == '.' && at[1] == '.')
			return true;
		at += len + (at[len] == '/');
	}
	return false;
}

bool path_from_url(char text[PATH_TEXT_MAX], const char *url, size_t len)
{
	long n;

	url = path_only(url, &len);
	n = decode(text, url, len);
	if (n < 0 || has_parent(text))
		return false;
	if (n == 0 || text[n - 1] == '/') {
		if ((size_t)n + sizeof(index_name) > PATH_TEXT_MAX)
			return false;
		memcpy(text + n, index_name, sizeof(index_name));
	}
	return true;
}
