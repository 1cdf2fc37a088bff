// SPDX-License-Identifier: GPL-2.0-only
/* JSON, written in place. */
#include "writer.h"

#include <string.h>

#include "event.h"

static const char digits[] = "0123456789abcdef";

size_t writer_sequence(const uint8_t *bytes, size_t len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t code;
	size_t want, i;

	if (bytes[0] < 0x80)
		return 1;
	if ((bytes[0] & 0xe0) == 0xc0)
		want = 2;
	else if ((bytes[0] & 0xf0) == 0xe0)
		want = 3;
	else if ((bytes[0] & 0xf8) == 0xf0)
		want = 4;
	else
		return 0;
	if (len < want)
		return 0;
	code = bytes[0] & (0x7f >> want);
	for (i = 1; i < want; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (bytes[i] & 0x3f);
	}
	if (code < least[want] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return want;
}

size_t writer_cut(const uint8_t *bytes, size_t len)
{
	size_t back;

	for (back = 0; back < 4 && (bytes[len - back] & 0xc0) == 0x80; back++)
		;
	return writer_sequence(bytes + len - back, 4) > back ? len - back : len;
}

static void put(struct writer *writer, const char *text, size_t len)
{
	if (len > writer->size - writer->len) {
		writer->cut = true;
		return;
	}
	memcpy(writer->text + writer->len, text, len);
	writer->len += len;
}

static void put_char(struct writer *writer, char c)
{
	if (writer->len < writer->size)
		writer->text[writer->len++] = c;
	else
		writer->cut = true;
}

static void put_key(struct writer *writer, const char *key)
{
	if (writer->follows)
		put_char(writer, ',');
	writer->follows = true;
	if (!key)
		return;
	put_char(writer, '"');
	put(writer, key, strlen(key));
	put(writer, "\":", 2);
}

void writer_open(struct writer *writer, const char *key, char bracket)
{
	put_key(writer, key);
	put_char(writer, bracket);
	writer->follows = false;
}

void writer_close(struct writer *writer, char bracket)
{
	put_char(writer, bracket);
	writer->follows = true;
}

static void put_unit(struct writer *writer, uint32_t unit)
{
	const char text[] = { '\\', 'u', digits[unit >> 12 & 15], digits[unit >> 8 & 15],
			      digits[unit >> 4 & 15], digits[unit & 15] };

	put(writer, text, sizeof(text));
}

static void put_code(struct writer *writer, uint32_t code)
{
	if (code >= 0x10000) {
		code -= 0x10000;
		put_unit(writer, 0xd800 | code >> 10);
		put_unit(writer, 0xdc00 | (code & 0x3ff));
	} else if (code == '"' || code == '\\') {
		put_char(writer, '\\');
		put_char(writer, (char)code);
	} else {
		put_unit(writer, code);
	}
}

static uint32_t code_of(const uint8_t *bytes, size_t sequence)
{
	uint32_t code = sequence == 1 ? bytes[0] : bytes[0] & (0x7f >> sequence);

	for (size_t i = 1; i < sequence; i++)
		code = code << 6 | (bytes[i] & 0x3f);
	return code;
}

/* All of it in ASCII: a terminal that shows it cannot be steered by a guest. */
static void put_text(struct writer *writer, const uint8_t *bytes, size_t len)
{
	size_t i, plain = 0, sequence;

	put_char(writer, '"');
	for (i = 0; i < len; i += sequence) {
		sequence = 1;
		if (bytes[i] >= ' ' && bytes[i] < 0x7f && bytes[i] != '"' && bytes[i] != '\\')
			continue;
		put(writer, (const char *)bytes + plain, i - plain);
		sequence = writer_sequence(bytes + i, len - i);
		if (sequence) {
			put_code(writer, code_of(bytes + i, sequence));
		} else {
			put_code(writer, bytes[i]);
			sequence = 1;
		}
		plain = i + sequence;
	}
	put(writer, (const char *)bytes + plain, len - plain);
	put_char(writer, '"');
}

void writer_bytes(struct writer *writer, const char *key, const void *bytes, size_t len)
{
	if (len > EVENT_BYTES_MAX + 4) {
		len = writer_cut(bytes, EVENT_BYTES_MAX);
		writer->truncated = true;
	}
	put_key(writer, key);
	put_text(writer, bytes, len);
}

void writer_hex(struct writer *writer, const char *key, const void *bytes, size_t len)
{
	const uint8_t *in = bytes;

	if (len > EVENT_BYTES_MAX) {
		len = EVENT_BYTES_MAX;
		writer->truncated = true;
	}
	put_key(writer, key);
	put_char(writer, '"');
	for (size_t i = 0; i < len; i++) {
		put_char(writer, digits[in[i] >> 4]);
		put_char(writer, digits[in[i] & 15]);
	}
	put_char(writer, '"');
}

void writer_string(struct writer *writer, const char *key, const char *text)
{
	put_key(writer, key);
	put_text(writer, (const uint8_t *)text, strlen(text));
}

static void put_number(struct writer *writer, uint64_t value)
{
	char text[20];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	put(writer, text + at, sizeof(text) - at);
}

void writer_int(struct writer *writer, const char *key, uint64_t value)
{
	put_key(writer, key);
	put_number(writer, value);
}

void writer_bool(struct writer *writer, const char *key, bool value)
{
	put_key(writer, key);
	put(writer, value ? "true" : "false", value ? 4 : 5);
}

void writer_addr(struct writer *writer, const char *key, const struct in6_addr *addr)
{
	char text[ADDR_TEXT_MAX];

	if (!addr_is_v4(addr)) {
		writer_string(writer, key, addr_text(addr, text));
		return;
	}
	put_key(writer, key);
	put_char(writer, '"');
	for (int i = 12; i < 16; i++) {
		put_number(writer, addr->s6_addr[i]);
		put_char(writer, i < 15 ? '.' : '"');
	}
}

void writer_json(struct writer *writer, const char *key, const json_t *value)
{
	size_t room, len;

	put_key(writer, key);
	room = writer->size - writer->len;
	len = value ? json_dumpb(value, writer->text + writer->len, room,
				 JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY) : 0;
	if (len && len <= room)
		writer->len += len;
	else
		writer->cut = true;
}
