// SPDX-License-Identifier: GPL-2.0-only
/* Names and numbers of the Mirai family. */
#include "names.h"

#include <arpa/inet.h>
#include <string.h>

/* 8, a proxy, was reserved and never built. */
static const char *const vectors[] = {
	[0] = "udp",
	[1] = "vse",
	[2] = "dns",
	[3] = "syn",
	[4] = "ack",
	[5] = "stomp",
	[6] = "greip",
	[7] = "greeth",
	[9] = "udpplain",
	[10] = "http",
};

/* 10 was never given out; 23 only in variants. */
static const struct {
	const char *name;
	enum mirai_value value;
} options[] = {
	[0] = { "len", MIRAI_VALUE_NUMBER },
	[1] = { "rand", MIRAI_VALUE_NUMBER },
	[2] = { "tos", MIRAI_VALUE_NUMBER },
	[3] = { "ident", MIRAI_VALUE_NUMBER },
	[4] = { "ttl", MIRAI_VALUE_NUMBER },
	[5] = { "df", MIRAI_VALUE_NUMBER },
	[6] = { "sport", MIRAI_VALUE_NUMBER },
	[7] = { "dport", MIRAI_VALUE_NUMBER },
	[8] = { "domain", MIRAI_VALUE_TEXT },
	[9] = { "dhid", MIRAI_VALUE_NUMBER },
	[11] = { "urg", MIRAI_VALUE_NUMBER },
	[12] = { "ack", MIRAI_VALUE_NUMBER },
	[13] = { "psh", MIRAI_VALUE_NUMBER },
	[14] = { "rst", MIRAI_VALUE_NUMBER },
	[15] = { "syn", MIRAI_VALUE_NUMBER },
	[16] = { "fin", MIRAI_VALUE_NUMBER },
	[17] = { "seqnum", MIRAI_VALUE_NUMBER },
	[18] = { "acknum", MIRAI_VALUE_NUMBER },
	[19] = { "gcip", MIRAI_VALUE_NUMBER },
	[20] = { "method", MIRAI_VALUE_TEXT },
	[21] = { "postdata", MIRAI_VALUE_TEXT },
	[22] = { "path", MIRAI_VALUE_TEXT },
	[23] = { "ssl", MIRAI_VALUE_NUMBER },
	[24] = { "conns", MIRAI_VALUE_NUMBER },
	[25] = { "source", MIRAI_VALUE_ADDRESS },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The bot's source calls the payload's length "size", the console of the C&C "len". */
#define LEN_ALIAS "size"

const char *mirai_vector_name(uint8_t vector)
{
	return vector < COUNT(vectors) ? vectors[vector] : NULL;
}

const char *mirai_option_name(uint8_t key)
{
	return key < COUNT(options) ? options[key].name : NULL;
}

static bool parse_u8(const char *text, size_t len, uint8_t *number)
{
	unsigned int value = 0;
	size_t i;

	if (!len || len > 3)
		return false;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (text[i] - '0');
	}
	if (value > 255)
		return false;
	*number = value;
	return true;
}

static bool is_name(const char *name, const char *text, size_t len)
{
	return name && strlen(name) == len && memcmp(name, text, len) == 0;
}

bool mirai_vector_parse(const char *text, uint8_t *vector)
{
	size_t i, len = strlen(text);

	for (i = 0; i < COUNT(vectors); i++) {
		if (is_name(vectors[i], text, len)) {
			*vector = i;
			return true;
		}
	}
	return parse_u8(text, len, vector);
}

bool mirai_option_parse(const char *text, size_t len, uint8_t *key)
{
	size_t i;

	for (i = 0; i < COUNT(options); i++) {
		if (is_name(options[i].name, text, len)) {
			*key = i;
			return true;
		}
	}
	if (is_name(LEN_ALIAS, text, len)) {
		*key = 0;
		return true;
	}
	return parse_u8(text, len, key);
}

static const char *check_number(const char *value)
{
	/* ten digits: a sequence number is the widest that a bot reads */
	size_t digits = strspn(value, "0123456789");

	return digits && digits <= 10 && !value[digits] ? NULL : "a decimal number";
}

static const char *check_address(const char *value)
{
	struct in_addr addr;

	return inet_pton(AF_INET, value, &addr) == 1 ? NULL : "an IPv4 address";
}

const char *mirai_value_check(uint8_t key, const char *value)
{
	size_t len = strlen(value);

	if (!len || len > 255)
		return "1 to 255 bytes";
	if (!mirai_option_name(key))
		return NULL;
	switch (options[key].value) {
	case MIRAI_VALUE_NUMBER:
		return check_number(value);
	case MIRAI_VALUE_ADDRESS:
		return check_address(value);
	case MIRAI_VALUE_TEXT:
		return NULL;
	}
	return NULL;
}
