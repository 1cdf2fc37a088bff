// SPDX-License-Identifier: GPL-2.0-only
/* BitTorrent's encoding. */
#include "bencode.h"

#include <string.h>

/* "LEN:" in front of a string.  Its bytes, 0: it is none, or longer than what is there. */
static size_t string_head(const uint8_t *bytes, size_t len, size_t *string)
{
	size_t i;

	*string = 0;
	for (i = 0; i < len && i < 8 && bytes[i] >= '0' && bytes[i] <= '9'; i++)
		*string = *string * 10 + (bytes[i] - '0');
	if (!i || i == len || bytes[i] != ':' || *string > len - i - 1)
		return 0;
	return i + 1;
}

/* "i-42e" */
static size_t int_len(const uint8_t *bytes, size_t len)
{
	size_t i = 1, digits = 0;

	if (i < len && bytes[i] == '-')
		i++;
	for (; i < len && bytes[i] >= '0' && bytes[i] <= '9' && digits < 18; i++)
		digits++;
	return digits && i < len && bytes[i] == 'e' ? i + 1 : 0;
}

/* A string or a number. */
static size_t plain_len(const uint8_t *bytes, size_t len)
{
	size_t head, string;

	if (bytes[0] == 'i')
		return int_len(bytes, len);
	head = string_head(bytes, len, &string);
	return head ? head + string : 0;
}

/* Without recursion: only what is open counts. */
size_t bencode_len(const uint8_t *bytes, size_t len)
{
	unsigned int depth = 0;
	size_t at = 0, n;

	while (at < len) {
		if (bytes[at] == 'd' || bytes[at] == 'l') {
			if (++depth > BENCODE_DEPTH_MAX)
				return 0;
			at++;
			continue;
		}
		if (bytes[at] == 'e') {
			if (!depth)
				return 0;
			depth--;
			at++;
		} else {
			n = plain_len(bytes + at, len - at);
			if (!n)
				return 0;
			at += n;
		}
		if (!depth)
			return at;
	}
	return 0;
}

bool bencode_get(const struct bencode *dict, const char *key, struct bencode *value)
{
	size_t at = 1, head, string, n;

	if (!dict->len || dict->bytes[0] != 'd')
		return false;
	while (at < dict->len && dict->bytes[at] != 'e') {
		head = string_head(dict->bytes + at, dict->len - at, &string);
		if (!head)
			return false;
		at += head + string;
		n = bencode_len(dict->bytes + at, dict->len - at);
		if (!n)
			return false;
		if (string == strlen(key) &&
		    memcmp(dict->bytes + at - string, key, string) == 0) {
			*value = (struct bencode){ dict->bytes + at, n };
			return true;
		}
		at += n;
	}
	return false;
}

bool bencode_string(const struct bencode *value, struct bencode *string)
{
	size_t len, head = value->len ? string_head(value->bytes, value->len, &len) : 0;

	if (!head)
		return false;
	*string = (struct bencode){ value->bytes + head, len };
	return true;
}

bool bencode_int(const struct bencode *value, int64_t *number)
{
	bool negative;
	size_t i;

	if (!value->len || value->bytes[0] != 'i' || !int_len(value->bytes, value->len))
		return false;
	negative = value->bytes[1] == '-';
	*number = 0;
	for (i = 1 + negative; value->bytes[i] != 'e'; i++)
		*number = *number * 10 + (value->bytes[i] - '0');
	if (negative)
		*number = -*number;
	return true;
}

void bencode_put(struct bytes *to, const void *bytes, size_t len)
{
	bytes_printf(to, "%zu:", len);
	bytes_put(to, bytes, len);
}
