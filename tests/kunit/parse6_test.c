// SPDX-License-Identifier: GPL-2.0-only
/* IPv6: extension headers in every order and length, and packets that are cut, or changed at random. */
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/ipv6.h>
#include <linux/prandom.h>
#include <linux/slab.h>

#include "frame.h"
#include "parse.h"

#define SB_SRC		0xc0a80164
#define SB_DST		0x01020304
#define SB_BUF		4096
#define SB_MUTATIONS	20000

/* One extension header: its kind, bytes in all, and the two bytes behind kind and length. */
struct sb_ext {
	u8	kind;
	u16	len;
	u8	third;
	u8	fourth;
};

struct sb_ext_case {
	const char	*name;
	struct sb_ext	ext[SB_EXT_HEADERS + 2];
	u8		protocol;
	u16		payload;
	u16		cut;	/* bytes missing at the end, and in the payload length */
	enum sb_parse	expect;
	u16		fragment_offset;	/* with SB_PARSE_FRAGMENT */
};

#define HOP(size)	{ NEXTHDR_HOP, size, 1, ((size) - 4) & 0xff }
#define DST(size)	{ NEXTHDR_DEST, size, 1, ((size) - 4) & 0xff }
#define ROUTE(type, left) { NEXTHDR_ROUTING, 8, type, left }
#define FRAG(units, more) { NEXTHDR_FRAGMENT, 8, (units) >> 5, ((units) & 31) << 3 | (more) }
#define EIGHT		DST(8), DST(8), DST(8), DST(8), DST(8), DST(8), DST(8), DST(8)

static const struct sb_ext_case sb_ext_cases[] = {
	{ "TCP", .protocol = IPPROTO_TCP },
	{ "UDP", .protocol = IPPROTO_UDP, .payload = 100 },
	{ "ICMPv6 echo", .protocol = IPPROTO_ICMPV6 },
	{ "UDP-Lite", .protocol = IPPROTO_UDPLITE },
	{ "GRE", .protocol = IPPROTO_GRE, .payload = 20 },
	{ "ICMP of IPv4", .protocol = IPPROTO_ICMP },
	{ "AH is a protocol", .protocol = IPPROTO_AH, .payload = 20 },
	{ "no next header", .protocol = IPPROTO_NONE },
	{ "no next header, bytes behind", .protocol = IPPROTO_NONE, .payload = 9 },
	{ "hop-by-hop", { HOP(8) }, IPPROTO_UDP },
	{ "hop-by-hop, long", { HOP(256) }, IPPROTO_UDP },
	{ "hop-by-hop second", { DST(8), HOP(8) }, IPPROTO_UDP, .expect = SB_PARSE_EXT_HEADER },
	{ "two hop-by-hop", { HOP(8), HOP(8) }, IPPROTO_UDP, .expect = SB_PARSE_EXT_HEADER },
	{ "destination", { DST(24) }, IPPROTO_TCP },
	{ "destination twice", { DST(24), DST(8) }, IPPROTO_TCP },
	{ "all there are", { HOP(8), DST(8), ROUTE(4, 0), FRAG(0, 0), DST(8) }, IPPROTO_UDP },
	{ "eight", { EIGHT }, IPPROTO_UDP },
	{ "nine", { EIGHT, DST(8) }, IPPROTO_UDP, .expect = SB_PARSE_EXT_HEADER },
	{ "1,280 bytes", { DST(1024), DST(216) }, IPPROTO_UDP },
	{ "1,288 bytes", { DST(1024), DST(224) }, IPPROTO_UDP, .expect = SB_PARSE_EXT_HEADER },
	{ "routing type 0, done", { ROUTE(0, 0) }, IPPROTO_UDP, .expect = SB_PARSE_EXT_HEADER },
	{ "routing type 0", { ROUTE(0, 1) }, IPPROTO_UDP, .expect = SB_PARSE_EXT_HEADER },
	{ "routing type 2, done", { ROUTE(2, 0) }, IPPROTO_UDP },
	{ "routing type 2", { ROUTE(2, 1) }, IPPROTO_UDP, .expect = SB_PARSE_EXT_HEADER },
	{ "routing type 4", { ROUTE(4, 255) }, IPPROTO_UDP, .expect = SB_PARSE_EXT_HEADER },
	{ "atomic fragment", { FRAG(0, 0) }, IPPROTO_UDP },
	{ "first fragment", { FRAG(0, 1) }, IPPROTO_UDP, .expect = SB_PARSE_FRAGMENT },
	{ "later fragment", { FRAG(185, 1) }, IPPROTO_UDP, .expect = SB_PARSE_FRAGMENT,
	  .fragment_offset = 1480 },
	{ "last fragment", { FRAG(8191, 0) }, IPPROTO_UDP, .expect = SB_PARSE_FRAGMENT,
	  .fragment_offset = 65528 },
	{ "fragment behind others", { HOP(8), DST(16), FRAG(1, 0) }, IPPROTO_UDP,
	  .expect = SB_PARSE_FRAGMENT, .fragment_offset = 8 },
	{ "fragment header cut", { FRAG(1, 0) }, IPPROTO_NONE, .cut = 1,
	  .expect = SB_PARSE_EXT_HEADER },
	{ "destination header cut", { DST(24) }, IPPROTO_NONE, .cut = 1,
	  .expect = SB_PARSE_EXT_HEADER },
	{ "no byte of the header announced", { DST(8) }, IPPROTO_NONE, .cut = 8,
	  .expect = SB_PARSE_EXT_HEADER },
	{ "UDP cut", { DST(8) }, IPPROTO_UDP, .cut = 1, .expect = SB_PARSE_L4_HEADER },
	{ "TCP cut", .protocol = IPPROTO_TCP, .cut = 1, .expect = SB_PARSE_L4_HEADER },
	{ "ICMPv6 cut", .protocol = IPPROTO_ICMPV6, .cut = 1, .expect = SB_PARSE_L4_HEADER },
};

static void sb_ext_case_name(const struct sb_ext_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(sb_ext, sb_ext_cases, sb_ext_case_name);

/* The case's packet: its extension headers put in behind the IPv6 header.  Returns its length. */
static unsigned int sb_ext_write(u8 *buf, const struct sb_ext_case *c)
{
	const struct sb_frame frame = {
		.ipv6 = true, .protocol = c->protocol, .payload = c->payload, .src = SB_SRC,
		.dst = SB_DST, .l4_src = 65084, .l4_dst = 477, .icmp_type = ICMPV6_ECHO_REQUEST,
	};
	unsigned int len = sb_frame_len(&frame), at = 40, i;
	u8 *next = buf + 6;

	sb_frame_write(buf, &frame);
	for (i = 0; c->ext[i].len; i++) {
		const struct sb_ext *ext = &c->ext[i];

		memmove(buf + at + ext->len, buf + at, len - at);
		memset(buf + at, 0, ext->len);
		buf[at] = *next;
		*next = ext->kind;
		next = buf + at;
		buf[at + 1] = ext->kind == NEXTHDR_FRAGMENT ? 0 : ext->len / 8 - 1;
		buf[at + 2] = ext->third;
		buf[at + 3] = ext->fourth;
		if (ext->kind == NEXTHDR_FRAGMENT)
			sb_put32(0x12345678, buf + at + 4);
		at += ext->len;
		len += ext->len;
	}
	len -= c->cut;
	sb_put16(len - 40, buf + 4);
	return len;
}

static void sb_ext_expect_ok(struct kunit *test, const struct sb_ext_case *c,
			     const struct sb_packet *pkt, unsigned int len)
{
	unsigned int at = len - c->payload - sb_frame_l4_len(c->protocol);
	bool ports = c->protocol == IPPROTO_TCP || c->protocol == IPPROTO_UDP ||
		     c->protocol == IPPROTO_UDPLITE;

	if (c->protocol == IPPROTO_ICMP)
		at = len - 8;	/* with an ICMP header it would have in IPv4 */
	KUNIT_EXPECT_EQ(test, pkt->l4_offset, at);
	KUNIT_EXPECT_EQ(test, ntohs(pkt->l4_src),
			ports || c->protocol == IPPROTO_ICMPV6 ? 65084 : 0);
	KUNIT_EXPECT_EQ(test, ntohs(pkt->l4_dst), ports ? 477 : 0);
}

static void sb_ext_verdict(struct kunit *test)
{
	const struct sb_frame frame = { .ipv6 = true };
	const struct in6_addr src = sb_frame_addr(&frame, SB_SRC);
	const struct in6_addr dst = sb_frame_addr(&frame, SB_DST);
	const struct sb_ext_case *c = test->param_value;
	u8 *buf = kunit_kzalloc(test, SB_BUF, GFP_KERNEL);
	unsigned int len, linear;
	struct sb_packet pkt;
	struct sk_buff *skb;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	len = sb_ext_write(buf, c);
	for (linear = 0; linear <= len; linear += 1 + linear / 2) {
		memset(buf + len, 0xee, 20);	/* padding of the link */
		skb = sb_frame_skb(test, buf, len + linear % 20, linear);
		KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), c->expect);
		KUNIT_EXPECT_TRUE(test, sb_frame_equal(skb, buf, len));
		KUNIT_EXPECT_TRUE(test, pkt.ipv6);
		KUNIT_EXPECT_EQ(test, pkt.total_len, len);
		KUNIT_EXPECT_EQ(test, pkt.ttl, SB_FRAME_TTL);
		KUNIT_EXPECT_TRUE(test, ipv6_addr_equal(&pkt.src, &src));
		KUNIT_EXPECT_TRUE(test, ipv6_addr_equal(&pkt.dst, &dst));
		if (c->expect == SB_PARSE_OK || c->expect == SB_PARSE_FRAGMENT)
			KUNIT_EXPECT_EQ(test, pkt.protocol, c->protocol);
		if (c->expect == SB_PARSE_OK)
			sb_ext_expect_ok(test, c, &pkt, len);
		if (c->expect == SB_PARSE_FRAGMENT) {
			KUNIT_EXPECT_EQ(test, pkt.fragment.id, 0x12345678);
			KUNIT_EXPECT_EQ(test, pkt.fragment.offset, c->fragment_offset);
			KUNIT_EXPECT_EQ(test, buf[pkt.fragment.next_at], NEXTHDR_FRAGMENT);
			KUNIT_EXPECT_EQ(test, buf[pkt.fragment.header - 8], c->protocol);
		}
		sb_frame_drop(test, skb);
	}
}

/* Every prefix of a packet with extension headers is refused, whatever part of it is linear. */
static void sb_parse6_truncated(struct kunit *test)
{
	static const struct sb_ext_case c = {
		.ext = { HOP(16), DST(24), FRAG(0, 0), DST(8) }, .protocol = IPPROTO_TCP,
	};
	u8 *buf = kunit_kzalloc(test, SB_BUF, GFP_KERNEL);
	unsigned int whole, len, linear;
	struct sb_packet pkt;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	whole = sb_ext_write(buf, &c);
	for (len = 1; len < whole; len++) {
		for (linear = 1; linear <= len; linear += 7) {
			struct sk_buff *skb = sb_frame_skb(test, buf, len, linear);

			KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_IP_HEADER);
			sb_frame_drop(test, skb);
			if (len < 40)
				continue;
			/* the same, but the header tells the truth */
			sb_put16(len - 40, buf + 4);
			skb = sb_frame_skb(test, buf, len, linear);
			KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt),
					len < whole - 20 ? SB_PARSE_EXT_HEADER :
							   SB_PARSE_L4_HEADER);
			sb_frame_drop(test, skb);
			sb_put16(whole - 40, buf + 4);
		}
	}
}

/* Whatever a packet says, what is said of it lies inside of it. */
static void sb_mutation_expect(struct kunit *test, enum sb_parse parse, const struct sk_buff *skb,
			       const struct sb_packet *pkt)
{
	if (parse == SB_PARSE_IP_HEADER)
		return;
	KUNIT_ASSERT_EQ(test, pkt->total_len, skb->len);
	if (parse == SB_PARSE_FRAGMENT)
		KUNIT_ASSERT_LE(test, pkt->fragment.header, skb->len);
	if (parse != SB_PARSE_OK)
		return;
	KUNIT_ASSERT_LE(test, pkt->l4_offset + sb_frame_l4_len(pkt->protocol) *
			!(pkt->ipv6 ? pkt->protocol == IPPROTO_ICMP :
				      pkt->protocol == IPPROTO_ICMPV6), skb->len);
	if (pkt->icmp_error) {
		KUNIT_ASSERT_GE(test, pkt->inner.l4_avail, 8);
		KUNIT_ASSERT_LE(test, pkt->inner.l4_offset + pkt->inner.l4_avail, skb->len);
	}
}

/* Bytes that are lengths and kinds more often get values that matter. */
static void sb_mutate(struct rnd_state *random, u8 *buf, unsigned int len)
{
	static const u8 values[] = { 0, 1, 6, 17, 43, 44, 58, 59, 60, 255, 0x45, 0x60 };
	unsigned int n = 1 + prandom_u32_state(random) % 4;

	while (n--) {
		u8 *at = buf + prandom_u32_state(random) % len;

		if (prandom_u32_state(random) & 1)
			*at = values[prandom_u32_state(random) % ARRAY_SIZE(values)];
		else
			*at ^= 1 << prandom_u32_state(random) % 8;
	}
}

static void sb_parse_mutated(struct kunit *test)
{
	u8 *good = kunit_kzalloc(test, SB_BUF, GFP_KERNEL);
	u8 *buf = kunit_kzalloc(test, SB_BUF, GFP_KERNEL);
	unsigned int i, len, verdicts[SB_PARSE_EXT_HEADER + 1] = {};
	struct rnd_state random;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_ASSERT_NOT_NULL(test, good);
	prandom_seed_state(&random, 20261124);
	for (i = 0; i < SB_MUTATIONS; i++) {
		const struct sb_ext_case *c = &sb_ext_cases[i % ARRAY_SIZE(sb_ext_cases)];
		struct sb_frame frame = {
			.protocol = c->protocol, .options = i % 11 * 4, .payload = 90,
			.icmp_type = i % 13,
		};
		struct sb_packet pkt;
		struct sk_buff *skb;
		enum sb_parse parse;

		if (i & 1) {
			len = sb_ext_write(buf, c);
		} else {
			sb_frame_write(buf, &frame);
			len = sb_frame_len(&frame);
		}
		sb_mutate(&random, buf, len);
		sb_frame_fix_header(buf);
		skb = sb_frame_skb(test, buf, len, prandom_u32_state(&random) % (len + 1));
		parse = sb_parse(skb, &pkt);
		verdicts[parse]++;
		sb_mutation_expect(test, parse, skb, &pkt);
		sb_frame_drop(test, skb);
	}
	/* the mutations reach every verdict but the one for what never changes */
	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		KUNIT_EXPECT_GT(test, verdicts[i], 10);
}

static void sb_parse6_refused(struct kunit *test)
{
	const struct sb_frame frame = {
		.ipv6 = true, .protocol = IPPROTO_UDP, .payload = 20, .src = SB_SRC,
	};
	struct sb_packet pkt;
	struct sk_buff *skb;
	u8 buf[80];

	/* a packet that says IPv4 in a frame that says IPv6 */
	sb_frame_write(buf, &frame);
	buf[0] = 0x45;
	skb = sb_frame_skb(test, buf, 68, 68);
	skb->protocol = htons(ETH_P_IPV6);
	KUNIT_EXPECT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_IP_HEADER);

	/* no checksum */
	sb_frame_write(buf, &frame);
	sb_put16(0, buf + 46);
	skb = sb_frame_skb(test, buf, 68, 68);
	KUNIT_EXPECT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_L4_HEADER);

	/* ::ffff:1.2.3.4 */
	sb_frame_write(buf, &frame);
	memset(buf + 8, 0, 10);
	memset(buf + 18, 0xff, 2);
	skb = sb_frame_skb(test, buf, 68, 68);
	KUNIT_EXPECT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_IP_HEADER);

	/* GSO: a fragment, and another protocol than the GSO type says */
	sb_frame_write(buf, &frame);
	skb = sb_frame_skb(test, buf, 68, 68);
	skb_shinfo(skb)->gso_size = 10;
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV6;
	KUNIT_EXPECT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_L4_HEADER);
	skb_shinfo(skb)->gso_type = SKB_GSO_UDP_L4;
	KUNIT_EXPECT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_OK);
}

/* A checksum left to the device in a strange place is written there, if there is such a place. */
static void sb_parse_settle(struct kunit *test)
{
	const struct sb_frame frame = { .protocol = IPPROTO_UDP, .payload = 20, .src = SB_SRC };
	struct sb_packet pkt;
	struct sk_buff *skb;
	int start, at;
	u8 buf[80];

	sb_frame_write(buf, &frame);
	for (start = -20; start < 60; start++) {
		for (at = 0; at < 60; at++) {
			skb = sb_frame_skb(test, buf, 48, 48);
			skb->ip_summed = CHECKSUM_PARTIAL;
			skb->csum_start = skb_headroom(skb) + start;
			skb->csum_offset = at;
			if (sb_parse(skb, &pkt) == SB_PARSE_OK) {
				KUNIT_ASSERT_EQ(test, (u8)skb->ip_summed, start == 20 && at == 6 ?
						CHECKSUM_PARTIAL : CHECKSUM_NONE);
				/* the header is as it was when its checksum was found right */
				KUNIT_ASSERT_EQ(test, (u16)ip_fast_csum(skb->data, 5), 0);
			}
			KUNIT_ASSERT_EQ(test, skb->len, 48);
			sb_frame_drop(test, skb);
		}
	}
}

static void sb_parse_source_route(struct kunit *test)
{
	static const struct {
		u8		options[8];
		enum sb_parse	expect;
	} cases[] = {
		{ { 1, 1, 1, 0 }, SB_PARSE_OK },
		{ { 7, 7, 4, 0, 0, 0, 0, 0 }, SB_PARSE_OK },		/* record route */
		{ { 0x94, 4, 0, 0 }, SB_PARSE_OK },			/* router alert */
		{ { 0x83, 7, 4, 1, 2, 3, 4, 0 }, SB_PARSE_EXT_HEADER },	/* loose source route */
		{ { 0x89, 7, 4, 1, 2, 3, 4, 0 }, SB_PARSE_EXT_HEADER },	/* strict */
		{ { 1, 0x83, 7, 8, 1, 2, 3, 4 }, SB_PARSE_EXT_HEADER },
		{ { 0, 0x83, 7, 4 }, SB_PARSE_OK },			/* behind the end */
		{ { 7, 0, 0, 0 }, SB_PARSE_IP_HEADER },
		{ { 7, 1, 0, 0 }, SB_PARSE_IP_HEADER },
		{ { 7, 9, 0, 0 }, SB_PARSE_IP_HEADER },
		{ { 1, 1, 1, 1, 1, 1, 1, 7 }, SB_PARSE_IP_HEADER },	/* no length */
	};
	const struct sb_frame frame = { .protocol = IPPROTO_UDP, .options = 8 };
	struct sb_packet pkt;
	struct sk_buff *skb;
	unsigned int i;
	u8 buf[80];

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		sb_frame_write(buf, &frame);
		memcpy(buf + 20, cases[i].options, 8);
		sb_frame_fix_header(buf);
		skb = sb_frame_skb(test, buf, sb_frame_len(&frame), 100);
		KUNIT_EXPECT_EQ_MSG(test, sb_parse(skb, &pkt), cases[i].expect, "case %u", i);
	}
}

static struct kunit_case sb_parse6_test_cases[] = {
	KUNIT_CASE_PARAM(sb_ext_verdict, sb_ext_gen_params),
	KUNIT_CASE(sb_parse6_truncated),
	KUNIT_CASE(sb_parse6_refused),
	KUNIT_CASE(sb_parse_mutated),
	KUNIT_CASE(sb_parse_settle),
	KUNIT_CASE(sb_parse_source_route),
	{}
};

static struct kunit_suite sb_parse6_suite = {
	.name		= "sinkbridge-parse6",
	.test_cases	= sb_parse6_test_cases,
};
kunit_test_suite(sb_parse6_suite);
