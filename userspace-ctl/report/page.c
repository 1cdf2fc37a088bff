// SPDX-License-Identifier: GPL-2.0-only
#include "page.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "page_parts.h"

#define ROWS_MAX	2000	/* of a list at first; half of it as long as the page is too large */
#define ROWS_MIN	10

/* "Random" for whoever wrote what the page shows: no script of theirs can name it. */
static bool make_nonce(char nonce[33])
{
	unsigned char bytes[16];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++)
		sprintf(nonce + 2 * i, "%02x", bytes[i]);
	return true;
}

/*
 * ASCII only, and of it nothing that could end the island: within JSON these
 * characters are in strings alone, where the escape means the same.
 */
static void put_island(const char *json, FILE *file)
{
	for (; *json; json++)
		if (*json == '<' || *json == '>' || *json == '&')
			fprintf(file, "\\u%04x", *json);
		else
			putc_unlocked(*json, file);
}

static char *island(json_t *facts, size_t room)
{
	for (size_t rows = ROWS_MAX;; rows /= 2) {
		json_t *shown = page_facts(facts, rows);
		char *text = shown ? json_dumps(shown, JSON_COMPACT | JSON_ENSURE_ASCII |
						JSON_REAL_PRECISION(15)) : NULL;

		json_decref(shown);
		if (!text || strlen(text) <= room || rows <= ROWS_MIN)
			return text;
		free(text);
	}
}

static void put_part(const char *name, size_t len, const char *nonce, const char *json, FILE *file)
{
	static const struct {
		const char *name, *begin, *end;
	} parts[] = {
		{ "UPLOT_CSS", page_uplot_css, page_uplot_css_end },
		{ "UPLOT_JS", page_uplot_js, page_uplot_js_end },
		{ "CSS", page_css, page_css_end },
		{ "JS", page_js, page_js_end },
	};

	if (len == 5 && !memcmp(name, "NONCE", 5))
		fputs(nonce, file);
	else if (len == 5 && !memcmp(name, "FACTS", 5))
		put_island(json, file);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (len == strlen(parts[i].name) && !memcmp(name, parts[i].name, len))
			fwrite(parts[i].begin, 1, parts[i].end - parts[i].begin, file);
}

int page_write(json_t *facts, FILE *file)
{
	const char *at = page_html, *mark, *end;
	char nonce[33], *json;

	/* what is not data is about 100 kB; escapes make an island longer by a little */
	json = island(facts, PAGE_MAX - (512 << 10));
	if (!json || !make_nonce(nonce)) {
		free(json);
		return -1;
	}
	while ((mark = memchr(at, '@', page_html_end - at))) {
		end = memchr(mark + 1, '@', page_html_end - mark - 1);
		if (!end)
			break;
		fwrite(at, 1, mark - at, file);
		put_part(mark + 1, end - mark - 1, nonce, json, file);
		at = end + 1;
	}
	fwrite(at, 1, page_html_end - at, file);
	free(json);
	return ferror(file) ? -1 : 0;
}
