// SPDX-License-Identifier: GPL-2.0-only
#include "line.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define DEPTH_MAX	16
#define TEXT_MAX	16384	/* of a string with escapes */

struct cursor {
	const char	*at, *end;
	char		text[TEXT_MAX];
};

static json_t *parse_value(struct cursor *cursor, int depth);

static void skip_space(struct cursor *cursor)
{
	while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t' ||
					    *cursor->at == '\r' || *cursor->at == '\n'))
		cursor->at++;
}

static bool take(struct cursor *cursor, char c)
{
	skip_space(cursor);
	if (cursor->at == cursor->end || *cursor->at != c)
		return false;
	cursor->at++;
	return true;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	       c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* \uXXXX as UTF-8; surrogates are left to jansson. */
static bool take_code(struct cursor *cursor, size_t *len)
{
	char *to = cursor->text + *len;
	uint32_t c = 0;

	if (cursor->end - cursor->at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(*cursor->at++);

		if (digit < 0)
			return false;
		c = c << 4 | digit;
	}
	if (c >> 11 == 0x1b)
		return false;
	if (c < 0x80) {
		*to++ = c;
	} else if (c < 0x800) {
		*to++ = 0xc0 | c >> 6;
		*to++ = 0x80 | (c & 63);
	} else {
		*to++ = 0xe0 | c >> 12;
		*to++ = 0x80 | (c >> 6 & 63);
		*to++ = 0x80 | (c & 63);
	}
	*len = to - cursor->text;
	return true;
}

static bool take_escape(struct cursor *cursor, size_t *len)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;
	char c;

	if (cursor->at == cursor->end)
		return false;
	c = *cursor->at++;
	if (c == 'u')
		return take_code(cursor, len);
	found = c ? strchr(from, c) : NULL;
	if (!found)
		return false;
	cursor->text[(*len)++] = to[found - from];
	return true;
}

/* Behind the first quote.  *text is within the line, or in the cursor if there are escapes. */
static bool take_string(struct cursor *cursor, const char **text, size_t *len)
{
	const char *begin = cursor->at;

	for (*len = 0; cursor->at < cursor->end; cursor->at++) {
		unsigned char c = *cursor->at;

		if (c == '"') {
			*text = begin;
			*len = cursor->at++ - begin;
			return true;
		}
		if (c == '\\')
			break;
		if (c < 0x20 || c >= 0x7f)
			return false;
	}
	*len = cursor->at - begin;
	if (*len > TEXT_MAX - 4)
		return false;
	memcpy(cursor->text, begin, *len);
	while (cursor->at < cursor->end && *len < TEXT_MAX - 4) {
		unsigned char c = *cursor->at++;

		if (c == '"') {
			*text = cursor->text;
			return true;
		}
		if (c < 0x20 || c >= 0x7f)
			return false;
		if (c != '\\')
			cursor->text[(*len)++] = c;
		else if (!take_escape(cursor, len))
			return false;
	}
	return false;
}

static json_t *parse_object(struct cursor *cursor, int depth)
{
	json_t *object = json_object(), *value;
	char key[64];
	const char *text;
	size_t len;

	if (take(cursor, '}'))
		return object;
	do {
		if (!take(cursor, '"') || !take_string(cursor, &text, &len) || len >= sizeof(key) ||
		    memchr(text, '\0', len))
			goto odd;
		memcpy(key, text, len);
		key[len] = '\0';
		if (!take(cursor, ':'))
			goto odd;
		value = parse_value(cursor, depth + 1);
		if (!value || json_object_set_new_nocheck(object, key, value))
			goto odd;
	} while (take(cursor, ','));
	if (take(cursor, '}'))
		return object;
odd:
	json_decref(object);
	return NULL;
}

static json_t *parse_array(struct cursor *cursor, int depth)
{
	json_t *array = json_array(), *value;

	if (take(cursor, ']'))
		return array;
	do {
		value = parse_value(cursor, depth + 1);
		if (!value || json_array_append_new(array, value))
			goto odd;
	} while (take(cursor, ','));
	if (take(cursor, ']'))
		return array;
odd:
	json_decref(array);
	return NULL;
}

static json_t *parse_number(struct cursor *cursor)
{
	bool minus = *cursor->at == '-';
	int64_t number = 0;
	int digits = 0;

	cursor->at += minus;
	for (; cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9'; digits++) {
		if (digits == 18)
			return NULL;
		number = number * 10 + *cursor->at++ - '0';
	}
	if (!digits || (digits > 1 && cursor->at[-digits] == '0') || (minus && !number))
		return NULL;
	if (cursor->at < cursor->end && memchr(".eE", *cursor->at, 3))
		return NULL;
	return json_integer(minus ? -number : number);
}

static bool take_word(struct cursor *cursor, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(cursor->end - cursor->at) < len || memcmp(cursor->at, word, len))
		return false;
	cursor->at += len;
	/* "truex" is jansson's to refuse */
	return cursor->at == cursor->end || memchr(",]} \t\r\n", *cursor->at, 7);
}

static json_t *parse_value(struct cursor *cursor, int depth)
{
	const char *text;
	size_t len;

	skip_space(cursor);
	if (cursor->at == cursor->end || depth > DEPTH_MAX)
		return NULL;
	switch (*cursor->at) {
	case '"':
		cursor->at++;
		return take_string(cursor, &text, &len) ? json_stringn_nocheck(text, len) : NULL;
	case '{':
		cursor->at++;
		return parse_object(cursor, depth);
	case '[':
		cursor->at++;
		return parse_array(cursor, depth);
	case 't':
		return take_word(cursor, "true") ? json_true() : NULL;
	case 'f':
		return take_word(cursor, "false") ? json_false() : NULL;
	case 'n':
		return take_word(cursor, "null") ? json_null() : NULL;
	case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7':
	case '8': case '9':
		return parse_number(cursor);
	}
	return NULL;
}

json_t *line_parse(const char *line, size_t len)
{
	struct cursor cursor;
	json_t *value = NULL;

	cursor.at = line;
	cursor.end = line + len;
	skip_space(&cursor);
	if (cursor.at < cursor.end && (*cursor.at == '{' || *cursor.at == '['))
		value = parse_value(&cursor, 0);
	skip_space(&cursor);
	if (value && cursor.at == cursor.end)
		return value;
	json_decref(value);
	return json_loadb(line, len, JSON_ALLOW_NUL, NULL);
}
