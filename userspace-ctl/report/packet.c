// SPDX-License-Identifier: GPL-2.0-only
#include "packet.h"

#include <string.h>

#define EXTENSIONS_MAX 8

static uint16_t get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

/* Returns the header's length, 0: broken. */
static size_t parse_ipv4(const uint8_t *bytes, size_t len, struct packet *packet)
{
	size_t header = (bytes[0] & 15) * 4;

	if (len < 20 || header < 20 || header > len)
		return 0;
	packet->length = get16(bytes + 2);
	packet->identification = get16(bytes + 4);
	packet->dont_fragment = bytes[6] >> 6 & 1;
	packet->ttl = bytes[8];
	packet->protocol = bytes[9];
	packet->src.s6_addr16[5] = packet->dst.s6_addr16[5] = 0xffff;
	memcpy(packet->src.s6_addr + 12, bytes + 12, 4);
	memcpy(packet->dst.s6_addr + 12, bytes + 16, 4);
	/* a later fragment has no ports */
	return get16(bytes + 6) & 0x1fff ? 0 : header;
}

static size_t parse_ipv6(const uint8_t *bytes, size_t len, struct packet *packet)
{
	size_t at = 40;

	if (len < 40)
		return 0;
	packet->length = 40 + get16(bytes + 4);
	packet->protocol = bytes[6];
	packet->dont_fragment = true;
	packet->ttl = bytes[7];
	memcpy(&packet->src, bytes + 8, 16);
	memcpy(&packet->dst, bytes + 24, 16);
	for (int i = 0; i < EXTENSIONS_MAX; i++) {
		uint8_t kind = packet->protocol;

		if (kind != IPPROTO_HOPOPTS && kind != IPPROTO_ROUTING && kind != IPPROTO_DSTOPTS &&
		    kind != IPPROTO_FRAGMENT)
			return at;
		if (at + 8 > len || (kind == IPPROTO_FRAGMENT && get16(bytes + at + 2) >> 3))
			return 0;
		packet->protocol = bytes[at];
		at += kind == IPPROTO_FRAGMENT ? 8 : (bytes[at + 1] + 1) * 8;
		if (at > len)
			return 0;
	}
	return 0;
}

bool packet_parse(const uint8_t *bytes, size_t len, struct packet *packet)
{
	size_t at, header = 0;

	memset(packet, 0, sizeof(*packet));
	if (!len)
		return false;
	at = bytes[0] >> 4 == 4 ? parse_ipv4(bytes, len, packet) :
	     bytes[0] >> 4 == 6 ? parse_ipv6(bytes, len, packet) : 0;
	if (!at)
		return false;
	bytes += at;
	len -= at;
	if (packet->protocol == IPPROTO_TCP && len >= 20) {
		header = (bytes[12] >> 4) * 4;
		packet->sequence = get32(bytes + 4);
		packet->tcp_flags = bytes[13] & 63;
	} else if (packet->protocol == IPPROTO_UDP && len >= 8) {
		header = 8;
	} else if (packet->protocol == IPPROTO_TCP || packet->protocol == IPPROTO_UDP) {
		return false;
	}
	if (header) {
		packet->src_port = get16(bytes);
		packet->dst_port = get16(bytes + 2);
	}
	if (packet->length > at + header)
		packet->payload_length = packet->length - at - header;
	if (header <= len) {
		packet->payload = bytes + header;
		packet->payload_here = len - header < packet->payload_length ?
			len - header : packet->payload_length;
	}
	return true;
}
