// SPDX-License-Identifier: GPL-2.0-only
/* Reports of the Mirai family's scanner. */
#include "record.h"

#include <arpa/inet.h>
#include <string.h>

struct cursor {
	const uint8_t *bytes;
	size_t len, at;
};

static bool take(struct cursor *c, void *to, size_t len)
{
	if (c->len - c->at < len)
		return false;
	memcpy(to, c->bytes + c->at, len);
	c->at += len;
	return true;
}

static bool take_string(struct cursor *c, uint8_t *len, const uint8_t **string)
{
	if (!take(c, len, 1) || c->len - c->at < *len)
		return false;
	*string = c->bytes + c->at;
	c->at += *len;
	return true;
}

static bool take_login(struct cursor *c, struct record *record)
{
	return take_string(c, &record->username_len, &record->username) &&
	       take_string(c, &record->password_len, &record->password);
}

static bool is_device(const struct record *record)
{
	return ntohl(record->addr.s_addr) >> 24 != 0;
}

enum record_result record_decode(const uint8_t *bytes, size_t len, struct record *record)
{
	struct cursor c = { .bytes = bytes, .len = len };

	memset(record, 0, sizeof(*record));
	if (len && bytes[0] == 0)
		c.at = 1;
	if (!take(&c, &record->addr.s_addr, 4))
		return RECORD_MORE;
	if (!is_device(record))
		return RECORD_MALFORMED;
	if (!take(&c, &record->port, 2))
		return RECORD_MORE;
	record->port = ntohs(record->port);
	if (!record->port)
		return RECORD_MALFORMED;
	if (!take_login(&c, record))
		return RECORD_MORE;
	record->len = c.at;
	return RECORD_COMPLETE;
}

bool record_decode_old(const uint8_t *bytes, size_t len, struct record *record)
{
	struct cursor c = { .bytes = bytes, .len = len };

	memset(record, 0, sizeof(*record));
	record->port = RECORD_OLD_PORT;
	record->port_implied = true;
	if (!take(&c, &record->addr.s_addr, 4) || !is_device(record) || !take_login(&c, record))
		return false;
	record->len = c.at;
	return c.at == len;
}

enum record_result record_read(struct record_reader *reader, const uint8_t *bytes, size_t len,
			       size_t *used, struct record *record)
{
	size_t room = sizeof(reader->bytes) - reader->len;
	size_t had = reader->len, n = len < room ? len : room;
	enum record_result result;

	/* take all that fits, then give back what is behind the record */
	memcpy(reader->bytes + had, bytes, n);
	result = record_decode(reader->bytes, had + n, record);
	if (result == RECORD_COMPLETE)
		n = record->len - had;
	*used = n;
	reader->len = result == RECORD_COMPLETE ? 0 : had + n;
	return result;
}
