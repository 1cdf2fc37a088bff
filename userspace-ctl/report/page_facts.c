// SPDX-License-Identifier: GPL-2.0-only
/* The facts cut to what a page can hold. */
#include <string.h>

#include "page.h"

#define TEXT_MAX	1024	/* bytes of one string */
#define ARRAY_MAX	128	/* elements within a row */
#define DEPTH_MAX	8

/* Not in the middle of a character. */
static json_t *cut_text(const char *text, size_t len)
{
	size_t keep = TEXT_MAX;

	if (len <= keep)
		return json_stringn(text, len);
	while (keep && ((unsigned char)text[keep] & 0xc0) == 0x80)
		keep--;
	return json_sprintf("%.*s… (%zu bytes)", (int)keep, text, len);
}

static json_t *cut(json_t *value, size_t elements, int depth)
{
	json_t *copy, *element;
	const char *key;
	size_t i;

	if (json_is_string(value)) {
		/* NULs would end a text early: such a one is kept whole */
		size_t len = json_string_length(value);

		if (len > TEXT_MAX && strlen(json_string_value(value)) < TEXT_MAX)
			return json_stringn(json_string_value(value), strlen(json_string_value(value)));
		return cut_text(json_string_value(value), len);
	}
	if (depth == DEPTH_MAX)
		return json_null();
	if (json_is_array(value)) {
		copy = json_array();
		json_array_foreach(value, i, element) {
			if (i == elements)
				break;
			json_array_append_new(copy, cut(element, ARRAY_MAX, depth + 1));
		}
		return copy;
	}
	if (json_is_object(value)) {
		copy = json_object();
		i = 0;
		json_object_foreach(value, key, element)
			if (i++ < ARRAY_MAX)
				json_object_set_new(copy, key, cut(element, ARRAY_MAX, depth + 1));
		return copy;
	}
	return json_incref(value);
}

/* A curve is drawn whole; the lists of indicators are there to be copied. */
static json_t *cut_member(const char *name, json_t *value, size_t rows)
{
	json_t *copy, *element;
	const char *key;

	if (!strcmp(name, "series") || !strcmp(name, "packets"))
		return json_incref(value);
	if (strcmp(name, "indicators"))
		return cut(value, rows, 0);
	copy = json_object();
	json_object_foreach(value, key, element)
		json_object_set_new(copy, key, cut(element, 2 * rows, 0));
	return copy;
}

/* Curves of attacks are longer than other arrays. */
static void put_curves(json_t *copy, json_t *facts)
{
	json_t *attack, *curve;
	size_t i;

	json_array_foreach(json_object_get(copy, "attacks"), i, attack) {
		curve = json_object_get(json_array_get(json_object_get(facts, "attacks"), i), "curve");
		if (curve && i < 60)
			json_object_set(attack, "curve", curve);
		else
			json_object_del(attack, "curve");
	}
}

json_t *page_facts(json_t *facts, size_t rows)
{
	json_t *copy = json_object(), *left_out = json_object(), *value;
	const char *name;

	json_object_foreach(facts, name, value) {
		json_object_set_new(copy, name, cut_member(name, value, rows));
		if (json_is_array(value) && json_array_size(value) > rows)
			json_object_set_new(left_out, name,
					    json_integer(json_array_size(value) - rows));
	}
	put_curves(copy, facts);
	json_object_set_new(copy, "left_out", left_out);
	return copy;
}
