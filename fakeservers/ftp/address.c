// SPDX-License-Identifier: GPL-2.0-only
/* The arguments of PORT and EPRT. */
#include <stdlib.h>
#include <string.h>

#include "ftp.h"

#define TEXT_MAX	128

static bool copy(const uint8_t *from, size_t len, char text[TEXT_MAX])
{
	if (len >= TEXT_MAX || memchr(from, 0, len))
		return false;
	memcpy(text, from, len);
	text[len] = '\0';
	return true;
}

bool ftp_parse_port(const uint8_t *text, size_t len, struct in6_addr *addr, uint16_t *port)
{
	unsigned int number, digits, i;
	uint8_t bytes[6];
	struct in_addr v4;

	for (i = 0; i < 6; i++) {
		for (number = 0, digits = 0; len && *text >= '0' && *text <= '9' && digits < 3;
		     text++, len--, digits++)
			number = number * 10 + (*text - '0');
		if (!digits || number > 255 || (i < 5 && (!len || *text != ',')))
			return false;
		bytes[i] = number;
		text += i < 5;
		len -= i < 5;
	}
	memcpy(&v4, bytes, sizeof(v4));
	*addr = addr_from_v4(v4);
	*port = bytes[4] << 8 | bytes[5];
	return !len;
}

bool ftp_parse_eprt(const uint8_t *bytes, size_t len, struct in6_addr *addr, uint16_t *port)
{
	char text[TEXT_MAX], *at = text, *fields[3], mark[2], *end;
	unsigned long number;
	unsigned int i;

	if (!copy(bytes, len, text) || !text[0])
		return false;
	mark[0] = *at++;
	mark[1] = '\0';
	for (i = 0; i < 3; i++) {
		fields[i] = strsep(&at, mark);
		if (!at)
			return false;
	}
	if (*at || (strcmp(fields[0], "1") != 0 && strcmp(fields[0], "2") != 0) ||
	    !addr_parse(fields[1], addr) || addr_is_v4(addr) != (fields[0][0] == '1'))
		return false;
	number = strtoul(fields[2], &end, 10);
	if (fields[2][0] < '0' || fields[2][0] > '9' || *end || number > 65535)
		return false;
	*port = number;
	return true;
}
