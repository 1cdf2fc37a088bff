// SPDX-License-Identifier: GPL-2.0-only
/* ClientHello. */
#include "hello.h"

#include <string.h>

#define RANDOM_LEN	32

enum {
	EXTENSION_SNI		= 0,
	EXTENSION_GROUPS	= 10,
	EXTENSION_FORMATS	= 11,
	EXTENSION_SIGNATURES	= 13,
	EXTENSION_ALPN		= 16,
	EXTENSION_VERSIONS	= 43,
};

/* What is left to read; once it was too short it stays bad and empty. */
struct reader {
	const uint8_t *at;
	size_t left;
	bool bad;
};

static const uint8_t *take(struct reader *reader, size_t len)
{
	const uint8_t *at = reader->at;

	if (reader->bad || len > reader->left) {
		reader->bad = true;
		reader->left = 0;
		return NULL;
	}
	reader->at += len;
	reader->left -= len;
	return at;
}

static size_t take_number(struct reader *reader, size_t bytes)
{
	const uint8_t *at = take(reader, bytes);
	size_t number = 0;

	while (at && bytes--)
		number = number << 8 | *at++;
	return number;
}

/* What a length of so many bytes announces. */
static struct reader take_part(struct reader *reader, size_t length_bytes)
{
	size_t len = take_number(reader, length_bytes);
	const uint8_t *at = take(reader, len);

	return (struct reader){ .at = at, .left = at ? len : 0, .bad = !at };
}

static void take_list(struct hello_list *list, struct reader part, size_t value_bytes)
{
	list->count = 0;
	while (part.left >= value_bytes && list->count < HELLO_LIST_MAX)
		list->values[list->count++] = (uint16_t)take_number(&part, value_bytes);
}

static size_t keep_name(char *name, const struct reader *part)
{
	size_t len = part->left < HELLO_NAME_MAX ? part->left : HELLO_NAME_MAX;

	if (len)
		memcpy(name, part->at, len);
	return len;
}

static void take_sni(struct hello *hello, struct reader *body)
{
	struct reader names = take_part(body, 2), name;

	while (names.left) {
		bool is_host = take_number(&names, 1) == 0;

		name = take_part(&names, 2);
		if (!is_host || name.bad || hello->has_sni)
			continue;
		hello->has_sni = true;
		hello->sni_len = keep_name(hello->sni, &name);
	}
}

static void take_alpn(struct hello *hello, struct reader *body)
{
	struct reader protocols = take_part(body, 2), first = take_part(&protocols, 1);

	if (first.bad)
		return;
	hello->has_alpn = true;
	hello->alpn_len = keep_name(hello->alpn, &first);
}

static void take_versions(struct hello *hello, struct reader *body)
{
	struct reader versions = take_part(body, 1);
	uint16_t newest = 0, version;

	while (versions.left >= 2) {
		version = (uint16_t)take_number(&versions, 2);
		if (!hello_is_grease(version) && version > newest)
			newest = version;
	}
	if (newest)
		hello->version = newest;
}

static void take_extension(struct hello *hello, uint16_t type, struct reader body)
{
	if (hello->extensions.count < HELLO_LIST_MAX)
		hello->extensions.values[hello->extensions.count++] = type;
	switch (type) {
	case EXTENSION_SNI:
		take_sni(hello, &body);
		break;
	case EXTENSION_GROUPS:
		take_list(&hello->groups, take_part(&body, 2), 2);
		break;
	case EXTENSION_FORMATS:
		take_list(&hello->point_formats, take_part(&body, 1), 1);
		break;
	case EXTENSION_SIGNATURES:
		take_list(&hello->signatures, take_part(&body, 2), 2);
		break;
	case EXTENSION_ALPN:
		take_alpn(hello, &body);
		break;
	case EXTENSION_VERSIONS:
		take_versions(hello, &body);
		break;
	}
}

bool hello_parse(struct hello *hello, const uint8_t *bytes, size_t len)
{
	struct reader reader = { .at = bytes, .left = len }, extensions, body;
	uint16_t type;

	memset(hello, 0, sizeof(*hello));
	if (take_number(&reader, 1) != 1)
		return false;
	reader = take_part(&reader, 3);
	hello->legacy_version = hello->version = (uint16_t)take_number(&reader, 2);
	take(&reader, RANDOM_LEN);
	take_part(&reader, 1);		/* session */
	take_list(&hello->ciphers, take_part(&reader, 2), 2);
	take_part(&reader, 1);		/* compression */
	if (reader.bad)
		return false;
	if (!reader.left)		/* as before there were any */
		return true;
	extensions = take_part(&reader, 2);
	while (extensions.left) {
		type = (uint16_t)take_number(&extensions, 2);
		body = take_part(&extensions, 2);
		if (body.bad)
			return false;
		take_extension(hello, type, body);
	}
	return !extensions.bad;
}
