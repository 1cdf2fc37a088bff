// SPDX-License-Identifier: GPL-2.0-only
#include "safe.h"

#include <stdbool.h>
#include <string.h>

/* The character at the beginning of bytes; *size is its length, 0: no UTF-8. */
static uint32_t decode(const unsigned char *bytes, size_t len, size_t *size)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c = bytes[0];

	*size = c < 0x80 ? 1 : c >> 5 == 6 ? 2 : c >> 4 == 14 ? 3 : c >> 3 == 30 ? 4 : 0;
	if (!*size || *size > len) {
		*size = 0;
		return c;
	}
	if (*size > 1)
		c &= 0xff >> (*size + 1);
	for (size_t i = 1; i < *size; i++) {
		if (bytes[i] >> 6 != 2) {
			*size = 0;
			return bytes[0];
		}
		c = c << 6 | (bytes[i] & 0x3f);
	}
	if (c < least[*size] || c > 0x10ffff || c >> 11 == 0x1b)
		*size = 0;
	return *size ? c : bytes[0];
}

/* What a terminal shows where it stands, one column wide: letters as far as Cyrillic, no more. */
static bool printable(uint32_t c)
{
	if (c < 0x7f)
		return c >= 0x20 && c != '\\';
	return (c >= 0xa1 && c <= 0x2ff && c != 0xad) || (c >= 0x370 && c <= 0x52f &&
							  !(c >= 0x483 && c <= 0x489));
}

const char *safe_text(const char *bytes, size_t len, size_t columns, char room[SAFE_MAX])
{
	size_t used = 0, column = 0, size;

	for (size_t i = 0; i < len; i += size) {
		uint32_t c = decode((const unsigned char *)bytes + i, len - i, &size);
		char one[16];
		size_t n, wide;

		if (size && printable(c)) {
			memcpy(one, bytes + i, size);
			n = size;
			wide = 1;
		} else {
			n = sprintf(one, c == '\\' ? "\\\\" : !size || c < 0x100 ? "\\x%02x" :
				    "\\u{%x}", c);
			wide = n;
		}
		if (!size)
			size = 1;
		if (column + wide > columns - (i + size < len) || used + n + 4 > SAFE_MAX) {
			used += sprintf(room + used, "…");
			break;
		}
		memcpy(room + used, one, n);
		used += n;
		column += wide;
	}
	room[used] = '\0';
	return room;
}

const char *safe_json(json_t *string, size_t columns, char room[SAFE_MAX])
{
	return safe_text(json_is_string(string) ? json_string_value(string) : "",
			 json_string_length(string), columns, room);
}

void safe_pad(FILE *file, const char *text, size_t columns)
{
	size_t wide = 0;

	for (const char *at = text; *at; at++)
		wide += (*at & 0xc0) != 0x80;
	fputs(text, file);
	for (; wide < columns; wide++)
		putc(' ', file);
}

/* jansson takes DEL for printable */
static int put_piece(const char *text, size_t len, void *data)
{
	FILE *file = data;
	const char *end = text + len, *del;

	while ((del = memchr(text, 0x7f, end - text))) {
		fwrite(text, 1, del - text, file);
		fputs("\\u007f", file);
		text = del + 1;
	}
	fwrite(text, 1, end - text, file);
	return ferror(file) ? -1 : 0;
}

int safe_dump(json_t *json, FILE *file)
{
	return json_dump_callback(json, put_piece, file, JSON_COMPACT | JSON_ENSURE_ASCII);
}

const char *safe_number(int64_t number, char room[NUMBER_MAX])
{
	char plain[24];
	int len = snprintf(plain, sizeof(plain), "%lld", (long long)number);
	char *to = room;

	for (int i = 0; i < len; i++) {
		*to++ = plain[i];
		if ((len - 1 - i) % 3 == 0 && i < len - 1 && plain[i] != '-')
			*to++ = ',';
	}
	*to = '\0';
	return room;
}
