// SPDX-License-Identifier: GPL-2.0-only
#include "wildcard.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* A star takes one byte more each time that the rest does not fit: only the last star matters. */
bool wildcard_matches(const char *pattern, const char *text, size_t len)
{
	const char *star = NULL;
	size_t at = 0, star_at = 0;

	while (at < len) {
		if (*pattern == '*') {
			star = pattern++;
			star_at = at;
		} else if (*pattern == '?' || (*pattern && lower(*pattern) == lower(text[at]))) {
			pattern++;
			at++;
		} else if (star) {
			pattern = star + 1;
			at = ++star_at;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}
