// SPDX-License-Identifier: GPL-2.0-only
/* What a first datagram of protocols over UDP looks like. */
#include <stdbool.h>
#include <string.h>

#include "recognise.h"

#define ANY	RECOGNISE_ANY

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

RECOGNISE_BYTES(is_source_query, 0xff, 0xff, 0xff, 0xff, 'T', 'S', 'o', 'u', 'r', 'c', 'e')
RECOGNISE_BYTES(is_dtls, 0x16, 0xfe, ANY, 0x00, 0x00)
RECOGNISE_BYTES(is_stun, 0x00, ANY, ANY, ANY, 0x21, 0x12, 0xa4, 0x42)
RECOGNISE_BYTES(is_ipmi, 0x06, 0x00, 0xff, 0x07)
RECOGNISE_BYTES(is_memcached, ANY, ANY, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 's', 't', 'a', 't')
RECOGNISE_BYTES(is_openvpn, 0x38, ANY, ANY, ANY, ANY, ANY, ANY, ANY, ANY, 0x00, 0x00, 0x00, 0x00, 0x00)

RECOGNISE_TEXTS(is_ssdp, "M-SEARCH ", "NOTIFY *")
RECOGNISE_TEXTS(is_sip, "OPTIONS sip", "REGISTER sip", "INVITE sip", "SUBSCRIBE sip", "MESSAGE sip")
RECOGNISE_TEXTS(is_ws_discovery, "<?xml", "<soap", "<s:Envelope")
RECOGNISE_BYTES(is_tracker, 0x00, 0x00, 0x04, 0x17, 0x27, 0x10, 0x19, 0x80, 0x00, 0x00, 0x00, 0x00)

/* A dictionary in bencoding with what every message of KRPC has */
static enum recognise_status is_dht(const uint8_t *bytes, size_t len)
{
	if (len < 12 || bytes[0] != 'd' || bytes[1] < '0' || bytes[1] > '9')
		return RECOGNISE_NO;
	if (memmem(bytes, len, "1:y1:q", 6) || memmem(bytes, len, "1:y1:r", 6) ||
	    memmem(bytes, len, "d2:id20:", 8))
		return RECOGNISE_YES;
	return RECOGNISE_NO;
}

static bool has_zeros(const uint8_t *bytes, size_t from, size_t to)
{
	while (from < to)
		if (bytes[from++])
			return false;
	return true;
}

/* One question, no answers; a name of labels up to its end, then type and class */
static enum recognise_status is_dns(const uint8_t *bytes, size_t len)
{
	size_t at = 12;

	if (len < 17 || bytes[2] & 0xf8 || bytes[4] || bytes[5] != 1 || !has_zeros(bytes, 6, 10))
		return RECOGNISE_NO;
	while (at < len && bytes[at] && bytes[at] < 64)
		at += 1 + bytes[at];
	return at + 5 <= len && !bytes[at] ? RECOGNISE_YES : RECOGNISE_NO;
}

/* Client mode of version 1 to 4 */
static enum recognise_status is_ntp(const uint8_t *bytes, size_t len)
{
	unsigned int version = bytes[0] >> 3 & 7, mode = bytes[0] & 7;

	if (len == 48 && version && version <= 4 && mode == 3)
		return RECOGNISE_YES;
	/* monlist and its like */
	return len >= 8 && version == 2 && mode == 7 && bytes[3] == 0x2a ? RECOGNISE_YES :
	       RECOGNISE_NO;
}

/* A sequence, a version 0, 1 or 3, then a community or a header */
static enum recognise_status is_snmp(const uint8_t *bytes, size_t len)
{
	size_t at = 2;

	if (len < 8 || bytes[0] != 0x30)
		return RECOGNISE_NO;
	if (bytes[1] & 0x80)
		at += bytes[1] & 0x7f;
	if (at > 4 || len < at + 4 || bytes[at] != 2 || bytes[at + 1] != 1)
		return RECOGNISE_NO;
	return bytes[at + 2] <= 3 && (bytes[at + 3] == 4 || bytes[at + 3] == 0x30) ?
	       RECOGNISE_YES : RECOGNISE_NO;
}

/* Read or write, a file name, and how */
static enum recognise_status is_tftp(const uint8_t *bytes, size_t len)
{
	const uint8_t *end;

	if (len < 6 || bytes[0] || (bytes[1] != 1 && bytes[1] != 2) || !bytes[2])
		return RECOGNISE_NO;
	end = memchr(bytes + 2, 0, len - 2);
	if (!end)
		return RECOGNISE_NO;
	end++;
	len -= (size_t)(end - bytes);
	return recognise_text(end, len, "octet") == RECOGNISE_YES ||
	       recognise_text(end, len, "netascii") == RECOGNISE_YES ? RECOGNISE_YES : RECOGNISE_NO;
}

/* A long header of a known version */
static enum recognise_status is_quic(const uint8_t *bytes, size_t len)
{
	static const uint16_t one[] = { ANY, 0x00, 0x00, 0x00, 0x01 };
	static const uint16_t two[] = { ANY, 0x6b, 0x33, 0x43, 0xcf };
	static const uint16_t draft[] = { ANY, 0xff, 0x00, 0x00 };

	if (len < 64 || (bytes[0] & 0xc0) != 0xc0)
		return RECOGNISE_NO;
	if (recognise_bytes(bytes, len, one, COUNT(one)) == RECOGNISE_YES ||
	    recognise_bytes(bytes, len, two, COUNT(two)) == RECOGNISE_YES)
		return RECOGNISE_YES;
	return recognise_bytes(bytes, len, draft, COUNT(draft));
}

static enum recognise_status is_wireguard(const uint8_t *bytes, size_t len)
{
	return len == 148 && bytes[0] == 1 && has_zeros(bytes, 1, 4) ? RECOGNISE_YES :
	       RECOGNISE_NO;
}

/* IKE: the initiator's first message has no cookie of the responder yet */
static enum recognise_status is_isakmp(const uint8_t *bytes, size_t len)
{
	if (len < 28 || !has_zeros(bytes, 8, 16) || (bytes[17] != 0x10 && bytes[17] != 0x20))
		return RECOGNISE_NO;
	return RECOGNISE_YES;
}

/* <PRI>text */
static enum recognise_status is_syslog(const uint8_t *bytes, size_t len)
{
	size_t at = 1;

	while (at < len && at < 4 && bytes[at] >= '0' && bytes[at] <= '9')
		at++;
	return bytes[0] == '<' && at > 1 && at < len && bytes[at] == '>' ? RECOGNISE_YES :
	       RECOGNISE_NO;
}

/* Version 1, a request, a token as long as it says */
static enum recognise_status is_coap(const uint8_t *bytes, size_t len)
{
	if (len < 4 || (bytes[0] & 0xc0) != 0x40 || (bytes[0] & 0x0f) > 8)
		return RECOGNISE_NO;
	return bytes[1] >= 1 && bytes[1] <= 4 ? RECOGNISE_YES : RECOGNISE_NO;
}

const struct recognise_rule recognise_udp_rules[] = {
	{ "dht",		is_dht,			{} },
	{ "dns",		is_dns,			{} },
	{ "ntp",		is_ntp,			{} },
	{ "source-query",	is_source_query,	{} },
	{ "ssdp",		is_ssdp,		{} },
	{ "sip",		is_sip,			{} },
	{ "snmp",		is_snmp,		{} },
	{ "stun",		is_stun,		{} },
	{ "dtls",		is_dtls,		{} },
	{ "quic",		is_quic,		{} },
	{ "tftp",		is_tftp,		{} },
	{ "syslog",		is_syslog,		{} },
	{ "ws-discovery",	is_ws_discovery,	{} },
	{ "memcached",		is_memcached,		{} },
	{ "tracker",		is_tracker,		{} },
	{ "wireguard",		is_wireguard,		{} },
	{ "isakmp",		is_isakmp,		{ 500, 4500 } },
	{ "ipmi",		is_ipmi,		{} },
	{ "openvpn",		is_openvpn,		{ 1194 } },
	{ "coap",		is_coap,		{ 5683 } },
	{ }
};
