// SPDX-License-Identifier: GPL-2.0-only
#include "public.h"

#include <stddef.h>
#include <stdint.h>

/* The special-purpose blocks, and those that malware knows for no victims'. */
static const struct {
	uint32_t network;
	unsigned int len;
} special[] = {
	{ 0x00000000, 8 }, { 0x0a000000, 8 }, { 0x64400000, 10 }, { 0x7f000000, 8 },
	{ 0xa9fe0000, 16 }, { 0xac100000, 12 }, { 0xc0000000, 24 }, { 0xc0000200, 24 },
	{ 0xc0586300, 24 }, { 0xc0a80000, 16 }, { 0xc6120000, 15 }, { 0xc6336400, 24 },
	{ 0xcb007100, 24 }, { 0xe0000000, 3 },
	/* large blocks of owners whom scanners leave out */
	{ 0x03000000, 8 }, { 0x06000000, 8 }, { 0x07000000, 8 }, { 0x0b000000, 8 },
	{ 0x0f000000, 8 }, { 0x15000000, 8 }, { 0x16000000, 8 }, { 0x1a000000, 8 },
	{ 0x1c000000, 8 }, { 0x1d000000, 8 }, { 0x1e000000, 8 }, { 0x21000000, 8 },
	{ 0x37000000, 8 }, { 0x38000000, 8 }, { 0xd6000000, 8 }, { 0xd7000000, 8 },
	/* resolvers that everybody knows */
	{ 0x01010000, 16 }, { 0x08080000, 16 }, { 0x09090909, 32 },
};

bool public_address(struct in_addr addr)
{
	uint32_t value = ntohl(addr.s_addr);

	if ((value & 0xff) == 0 || (value & 0xff) == 0xff)
		return false;
	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (!((value ^ special[i].network) >> (32 - special[i].len)))
			return false;
	return true;
}
