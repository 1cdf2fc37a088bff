/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What may arrive at a place that is watched: nothing, or, with words, only IP packets
 *	to=ADDR		for this address (one of each family)
 *	from=ADDR	from this address (several: any of them)
 *	PROTO[:PORT]	of this protocol number and destination port (several: any of them)
 * for its own MAC address and without a tag, and answers to its own ARP and ND.
 */
#ifndef ADVERSARY_PROMISE_H
#define ADVERSARY_PROMISE_H

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adversary_frames.h"

#define WORDS		16

struct promise {
	bool		limited;	/* some packets may arrive; else none */
	uint8_t		mac[6];
	struct in_addr	to4;
	struct in6_addr	to6;
	struct in6_addr	from[WORDS];	/* IPv4 as v4-mapped */
	int		froms;
	struct { int proto, port; } rule[WORDS];
	int		rules;
};

/* False: the word is none, or there are too many. */
static bool promise_add(struct promise *promise, const char *word)
{
	struct in_addr v4;
	char text[64];

	promise->limited = true;
	if (!strncmp(word, "to=", 3))
		return inet_pton(AF_INET, word + 3, &promise->to4) == 1 ||
		       inet_pton(AF_INET6, word + 3, &promise->to6) == 1;
	if (!strncmp(word, "from=", 5)) {
		if (promise->froms == WORDS)
			return false;
		snprintf(text, sizeof(text), "%s%s", inet_pton(AF_INET, word + 5, &v4) == 1 ?
			 "::ffff:" : "", word + 5);
		return inet_pton(AF_INET6, text, &promise->from[promise->froms++]) == 1;
	}
	if (promise->rules < WORDS) {
		const char *port = strchr(word, ':');

		promise->rule[promise->rules].proto = atoi(word);
		promise->rule[promise->rules++].port = port ? atoi(port + 1) : -1;
		return true;
	}
	return false;
}

static bool allowed_rule(const struct promise *promise, unsigned int proto, int port)
{
	for (int i = 0; i < promise->rules; i++)
		if (promise->rule[i].proto == (int)proto &&
		    (promise->rule[i].port < 0 || port < 0 || promise->rule[i].port == port))
			return true;
	return !promise->rules;
}

static bool allowed_source(const struct promise *promise, const struct in6_addr *src)
{
	const uint8_t *b = src->s6_addr;

	if (IN6_IS_ADDR_MULTICAST(src) || IN6_IS_ADDR_UNSPECIFIED(src) || IN6_IS_ADDR_LOOPBACK(src))
		return false;
	if (IN6_IS_ADDR_V4MAPPED(src) && (b[12] == 127 || b[12] >> 4 == 14 ||
					  !memcmp(b + 12, "\0\0\0", 4) ||
					  !memcmp(b + 12, "\xff\xff\xff\xff", 4)))
		return false;
	for (int i = 0; i < promise->froms; i++)
		if (!memcmp(src, &promise->from[i], sizeof(*src)))
			return true;
	return !promise->froms;
}

/* The destination port, or -1 where there is none to see. */
static int port_of(unsigned int proto, const uint8_t *l4, const uint8_t *end)
{
	bool has = proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE;

	return has && end - l4 >= 4 ? l4[2] << 8 | l4[3] : -1;
}

static const char *judge_ipv4(const struct promise *promise, const uint8_t *ip, const uint8_t *end)
{
	struct in6_addr src = { 0 };
	size_t header;

	if (end - ip < 20)
		return "a short IPv4 packet";
	header = (ip[0] & 15) * 4;
	if (ip[0] >> 4 != 4 || header < 20 || ip + header > end || fold(sum16(ip, header, 0)))
		return "a malformed IPv4 header";
	if (promise->froms && !promise->to4.s_addr)
		;	/* the one whose answers they are may have several addresses */
	else if (memcmp(ip + 16, &promise->to4, 4))
		return "a packet for an address that is not its own";
	src.s6_addr[10] = 0xff;
	src.s6_addr[11] = 0xff;
	memcpy(src.s6_addr + 12, ip + 12, 4);
	if (!allowed_source(promise, &src))
		return "a packet from an impossible or unknown source";
	if ((ip[6] << 8 | ip[7]) & 0x1fff)
		return NULL;	/* the first fragment has been judged */
	if (!allowed_rule(promise, ip[9], port_of(ip[9], ip + header, end)))
		return "a packet that no rule sends here";
	return NULL;
}

static bool is_extension(unsigned int proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING || proto == IPPROTO_FRAGMENT ||
	       proto == IPPROTO_DSTOPTS || proto == IPPROTO_MH || proto == IPPROTO_AH;
}

static const char *judge_ipv6(const struct promise *promise, const uint8_t *ip, const uint8_t *end)
{
	const uint8_t *l4 = ip + 40;
	struct in6_addr src;
	unsigned int proto;

	if (end - ip < 40 || ip[0] >> 4 != 6)
		return "a malformed IPv6 header";
	proto = ip[6];
	if (proto == IPPROTO_ICMPV6 && ip[7] == 255 && end > l4 && (*l4 == 134 || *l4 == 136))
		return NULL;	/* router and neighbour advertisements, answers of the bridge */
	if (promise->froms && IN6_IS_ADDR_UNSPECIFIED(&promise->to6))
		;
	else if (memcmp(ip + 24, &promise->to6, 16))
		return "a packet for an address that is not its own";
	memcpy(&src, ip + 8, sizeof(src));
	if (!allowed_source(promise, &src))
		return "a packet from an impossible or unknown source";
	while (end - l4 >= 8 && is_extension(proto)) {
		const uint8_t *header = l4;

		if (proto == IPPROTO_FRAGMENT && ((l4[2] << 8 | l4[3]) & 0xfff8))
			return NULL;	/* the first fragment has been judged */
		l4 += proto == IPPROTO_FRAGMENT ? 8 :
		      proto == IPPROTO_AH ? (l4[1] + 2) * 4 : (l4[1] + 1) * 8;
		proto = header[0];
	}
	if (l4 > end || !allowed_rule(promise, proto, port_of(proto, l4, end)))
		return "a packet that no rule sends here";
	return NULL;
}

/* What the frame is that must not arrive; NULL: it may. */
static const char *promise_broken(const struct promise *promise, const uint8_t *frame, size_t len,
				  bool tagged)
{
	const uint8_t *end = frame + len, *l3 = frame + 14;
	unsigned int type;

	if (!promise->limited)
		return "anything at all";
	if (len < 14)
		return "a short frame";
	if (memcmp(frame, promise->mac, 6))
		return "a frame for another MAC address";
	if (frame[6] & 1)
		return "a frame from a group address";
	if (tagged)
		return "a tagged frame";
	type = (unsigned int)frame[12] << 8 | frame[13];
	if (type == ETH_P_IP)
		return judge_ipv4(promise, l3, end);
	if (type == ETH_P_IPV6)
		return judge_ipv6(promise, l3, end);
	if (type == ETH_P_ARP && len >= 22 && l3[7] == 2)
		return NULL;	/* an answer */
	return "a frame that is neither IP nor an answer";
}

#endif /* ADVERSARY_PROMISE_H */
