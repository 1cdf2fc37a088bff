// SPDX-License-Identifier: GPL-2.0-only
#include "prefix.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

bool address_parse(const char *text, struct in6_addr *address)
{
	struct in_addr v4;

	if (inet_pton(AF_INET6, text, address) == 1)
		return true;
	if (inet_pton(AF_INET, text, &v4) != 1)
		return false;
	memset(address, 0, sizeof(*address));
	address->s6_addr[10] = address->s6_addr[11] = 0xff;
	memcpy(address->s6_addr + 12, &v4, 4);
	return true;
}

bool prefix_holds(const char *prefix, const char *address)
{
	char text[INET6_ADDRSTRLEN] = "";
	size_t len = strcspn(prefix, "/");
	struct in6_addr a, p;
	long bits;
	char *end;

	if (len >= sizeof(text))
		return false;
	memcpy(text, prefix, len);
	if (!address_parse(address, &a) || !address_parse(text, &p))
		return false;
	bits = strchr(text, ':') ? 128 : 32;
	if (prefix[len]) {
		long given = strtol(prefix + len + 1, &end, 10);

		if (*end || end == prefix + len + 1 || given < 0 || given > bits)
			return false;
		bits = given;
	}
	if (!strchr(text, ':'))
		bits += 96;
	for (long i = 0; i < bits; i++)
		if ((a.s6_addr[i / 8] ^ p.s6_addr[i / 8]) >> (7 - i % 8) & 1)
			return false;
	return true;
}
