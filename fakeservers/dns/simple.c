// SPDX-License-Identifier: GPL-2.0-only
/*
 * By far the most questions are for the address of a name that has one and nothing else.
 * They are answered here, in place; all others, and what is odd, by way of libldns, which
 * says the same of these.
 */
#include <string.h>

#include "answer.h"

#define HEADER_LEN	12
#define CLASS_IN	1

/* Bytes of the name at the start, its last 0 too; 0: not whole, compressed, too long, or the root. */
static size_t name_len(const uint8_t *name, size_t len)
{
	size_t at = 0;

	while (at < len && name[at]) {
		if (name[at] > 63)
			return 0;
		at += 1U + name[at];
	}
	return at && at < len && at < ZONE_NAME_MAX ? at + 1 : 0;
}

static uint16_t read16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* One question, nothing else, of a type and a class that are simple. */
static bool read_question(const uint8_t *query, size_t len, struct dns_result *result)
{
	static const uint8_t counts[8] = { 0, 1 };
	const uint8_t *name = query + HEADER_LEN, *end;
	size_t n;

	if (len < HEADER_LEN || memcmp(query + 4, counts, sizeof(counts)) != 0 || query[2] & 0xf8)
		return false;
	n = name_len(name, len - HEADER_LEN);
	end = name + n;
	if (!n || query + len != end + 4 || read16(end + 2) != CLASS_IN ||
	    (read16(end) != LDNS_RR_TYPE_A && read16(end) != LDNS_RR_TYPE_AAAA))
		return false;
	result->type = read16(end);
	result->class = CLASS_IN;
	result->name_len = n;
	memcpy(result->name, name, n);
	return true;
}

static bool has_address(const struct dns_result *result)
{
	return result->type == LDNS_RR_TYPE_A ? result->reply.has4 : result->reply.has6;
}

static size_t put_address(uint8_t *out, const struct dns *dns, const struct dns_result *result)
{
	size_t len = result->type == LDNS_RR_TYPE_A ? 4 : 16;
	const uint8_t head[] = {
		0xc0, HEADER_LEN, (uint8_t)(result->type >> 8), (uint8_t)result->type, 0, CLASS_IN,
		(uint8_t)(dns->ttl >> 24), (uint8_t)(dns->ttl >> 16), (uint8_t)(dns->ttl >> 8),
		(uint8_t)dns->ttl, 0, (uint8_t)len,
	};

	memcpy(out, head, sizeof(head));
	if (len == 4)
		memcpy(out + sizeof(head), &result->reply.v4, len);
	else
		memcpy(out + sizeof(head), &result->reply.v6, len);
	return sizeof(head) + len;
}

size_t dns_answer_simple(const struct dns *dns, const uint8_t *query, size_t len, uint8_t *out,
			 struct dns_result *result)
{
	if (!read_question(query, len, result) || dns_is_reverse(result->name, result->name_len))
		return 0;
	zone_find(dns->zone, result->name, result->name_len, &result->reply);
	result->found = true;
	if (result->reply.rcode || result->reply.data || !has_address(result))
		return 0;
	result->id = read16(query);
	result->has_question = true;
	result->is_simple = true;
	memcpy(out, query, len);
	out[2] = 0x80 | (query[2] & 1);			/* QR, RD */
	out[3] = 0x80 | (query[3] & 0x10);		/* RA, CD */
	out[7] = 1;					/* answers */
	return len + put_address(out + len, dns, result);
}
