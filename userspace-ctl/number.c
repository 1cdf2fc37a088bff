// SPDX-License-Identifier: GPL-2.0-only
#include "number.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include <linux/sinkbridge.h>

bool number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	uint64_t sum = 0;

	if (!*text || (text[0] == '0' && text[1]))
		return false;
	for (; *text; text++) {
		unsigned int digit = (unsigned char)*text - '0';

		if (digit > 9 || sum > (UINT64_MAX - digit) / 10)
			return false;
		sum = sum * 10 + digit;
	}
	if (sum < min || sum > max)
		return false;
	*value = sum;
	return true;
}

static const struct {
	const char	*word;
	uint8_t		protocol;
} protocols[] = {
	{ "tcp",	IPPROTO_TCP },
	{ "udp",	IPPROTO_UDP },
	{ "icmp",	IPPROTO_ICMP },
	{ "icmp6",	IPPROTO_ICMPV6 },
	{ "gre",	IPPROTO_GRE },
	{ "sctp",	IPPROTO_SCTP },
	{ "udplite",	IPPROTO_UDPLITE },
};

#define PROTOCOLS (sizeof(protocols) / sizeof(*protocols))

bool protocol_parse(const char *word, uint8_t *protocol)
{
	uint64_t number;

	for (size_t i = 0; i < PROTOCOLS; i++) {
		if (strcmp(word, protocols[i].word))
			continue;
		*protocol = protocols[i].protocol;
		return true;
	}
	if (!number_parse(word, 0, 255, &number))
		return false;
	*protocol = number;
	return true;
}

const char *protocol_word(uint8_t protocol)
{
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (protocol == protocols[i].protocol)
			return protocols[i].word;
	return NULL;
}

bool ifname_valid(const char *name)
{
	size_t len = strlen(name);

	if (!len || len >= SINKBRIDGE_NAME_LEN || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	/* the kernel would take a '#' in front, but in a rules file it begins a comment */
	if (*name == '#')
		return false;
	for (; *name; name++) {
		unsigned char c = *name;

		if (c <= ' ' || c == '/' || c == ':' || c == 0x7f || c == 0xa0)
			return false;
	}
	return true;
}

bool server_name_valid(const char *name)
{
	size_t len = strlen(name);

	return len && len < SINKBRIDGE_NAME_LEN && *name >= 'a' && *name <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == len;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool mac_parse(const char *text, uint8_t mac[6])
{
	uint8_t any = 0;

	if (strlen(text) != 17)
		return false;
	for (int i = 0; i < 6; i++, text += 3) {
		int high = hex_digit(text[0]);
		int low = hex_digit(text[1]);

		if (high < 0 || low < 0 || (i < 5 && text[2] != ':'))
			return false;
		mac[i] = high << 4 | low;
		any |= mac[i];
	}
	return any && !(mac[0] & 1);
}

const char *quote(const char *text, char room[QUOTE_MAX])
{
	size_t at = 0;

	room[at++] = '\'';
	for (; *text; text++) {
		unsigned char c = *text;
		bool plain = c >= ' ' && c < 0x7f;

		/* room for this character, "…'" (4 bytes) and the NUL */
		if (at + (plain ? 1 : 4) + 5 > QUOTE_MAX) {
			at += sprintf(room + at, "…");
			break;
		}
		if (plain)
			room[at++] = c;
		else
			at += sprintf(room + at, "\\x%02x", c);
	}
	room[at++] = '\'';
	room[at] = '\0';
	return room;
}
