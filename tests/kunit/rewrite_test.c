// SPDX-License-Identifier: GPL-2.0-only
/*
 * After a rewrite the packet is, byte for byte, the one that would have been
 * written with the new addresses and ports from the start; so are its checksums,
 * in whatever way the skb keeps them.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#ifndef SKB_GSO_CB
#include <net/gso.h>	/* before 6.5 its contents are in skbuff.h and netdevice.h */
#endif

#include "frame.h"
#include "rewrite.h"

#define SB_ROUNDS	2000
#define SB_SMALL	256	/* bytes enough for a packet of the random tests */

struct sb_rewrite_case {
	const char	*name;
	u8		protocol;
	u8		ip_summed;
	bool		no_csum;	/* UDP checksum 0 */
	bool		nonlinear;
	bool		ipv6;
};

static const struct sb_rewrite_case sb_rewrite_cases[] = {
	{ "TCP, no checksum known", IPPROTO_TCP, CHECKSUM_NONE },
	{ "TCP, checksum verified", IPPROTO_TCP, CHECKSUM_UNNECESSARY },
	{ "TCP, sum of all bytes", IPPROTO_TCP, CHECKSUM_COMPLETE },
	{ "TCP, checksum left to the device", IPPROTO_TCP, CHECKSUM_PARTIAL },
	{ "TCP in page fragments", IPPROTO_TCP, CHECKSUM_NONE, .nonlinear = true },
	{ "TCP in page fragments, sum of all bytes", IPPROTO_TCP, CHECKSUM_COMPLETE,
	  .nonlinear = true },
	{ "UDP, no checksum known", IPPROTO_UDP, CHECKSUM_NONE },
	{ "UDP, checksum verified", IPPROTO_UDP, CHECKSUM_UNNECESSARY },
	{ "UDP, sum of all bytes", IPPROTO_UDP, CHECKSUM_COMPLETE },
	{ "UDP, checksum left to the device", IPPROTO_UDP, CHECKSUM_PARTIAL },
	{ "UDP in page fragments", IPPROTO_UDP, CHECKSUM_NONE, .nonlinear = true },
	{ "UDP, checksum 0", IPPROTO_UDP, CHECKSUM_NONE, .no_csum = true },
	{ "UDP, checksum 0, sum of all bytes", IPPROTO_UDP, CHECKSUM_COMPLETE, .no_csum = true },
	{ "ICMP echo, no checksum known", IPPROTO_ICMP, CHECKSUM_NONE },
	{ "ICMP echo, sum of all bytes", IPPROTO_ICMP, CHECKSUM_COMPLETE },
	{ "ICMP echo, checksum left to the device", IPPROTO_ICMP, CHECKSUM_PARTIAL },
	{ "ICMP echo in page fragments", IPPROTO_ICMP, CHECKSUM_NONE, .nonlinear = true },
	{ "another protocol", IPPROTO_GRE, CHECKSUM_NONE },
	{ "another protocol, sum of all bytes", IPPROTO_GRE, CHECKSUM_COMPLETE },
	{ "UDP-Lite", IPPROTO_UDPLITE, CHECKSUM_NONE },
	{ "UDP-Lite, sum of all bytes", IPPROTO_UDPLITE, CHECKSUM_COMPLETE },
	{ "IPv6 TCP, no checksum known", IPPROTO_TCP, CHECKSUM_NONE, .ipv6 = true },
	{ "IPv6 TCP, sum of all bytes", IPPROTO_TCP, CHECKSUM_COMPLETE, .ipv6 = true },
	{ "IPv6 TCP, checksum left to the device", IPPROTO_TCP, CHECKSUM_PARTIAL, .ipv6 = true },
	{ "IPv6 TCP in page fragments", IPPROTO_TCP, CHECKSUM_NONE, .nonlinear = true,
	  .ipv6 = true },
	{ "IPv6 UDP, no checksum known", IPPROTO_UDP, CHECKSUM_NONE, .ipv6 = true },
	{ "IPv6 UDP, sum of all bytes", IPPROTO_UDP, CHECKSUM_COMPLETE, .ipv6 = true },
	{ "IPv6 UDP, checksum left to the device", IPPROTO_UDP, CHECKSUM_PARTIAL, .ipv6 = true },
	{ "IPv6 UDP in page fragments", IPPROTO_UDP, CHECKSUM_NONE, .nonlinear = true,
	  .ipv6 = true },
	{ "ICMPv6 echo, no checksum known", IPPROTO_ICMPV6, CHECKSUM_NONE, .ipv6 = true },
	{ "ICMPv6 echo, sum of all bytes", IPPROTO_ICMPV6, CHECKSUM_COMPLETE, .ipv6 = true },
	{ "ICMPv6 echo, checksum left to the device", IPPROTO_ICMPV6, CHECKSUM_PARTIAL,
	  .ipv6 = true },
	{ "IPv6 UDP-Lite, sum of all bytes", IPPROTO_UDPLITE, CHECKSUM_COMPLETE, .ipv6 = true },
	{ "IPv6 another protocol", IPPROTO_GRE, CHECKSUM_NONE, .ipv6 = true },
	{ "IPv6 another protocol, sum of all bytes", IPPROTO_GRE, CHECKSUM_COMPLETE,
	  .ipv6 = true },
};

static void sb_rewrite_case_name(const struct sb_rewrite_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(sb_rewrite, sb_rewrite_cases, sb_rewrite_case_name);

/* Extreme values more often than chance would have it: there sums wrap. */
static u32 sb_random_word(struct rnd_state *random)
{
	u32 word = prandom_u32_state(random);

	switch (word >> 29) {
	case 0:
		return 0;
	case 1:
		return U32_MAX;
	default:
		return prandom_u32_state(random);
	}
}

static u8 sb_random_echo(struct rnd_state *random, bool ipv6)
{
	bool request = prandom_u32_state(random) & 1;

	if (ipv6)
		return request ? ICMPV6_ECHO_REQUEST : ICMPV6_ECHO_REPLY;
	return request ? ICMP_ECHO : ICMP_ECHOREPLY;
}

static void sb_random_frame(struct rnd_state *random, const struct sb_rewrite_case *c,
			    struct sb_frame *frame)
{
	*frame = (struct sb_frame){
		.protocol	= c->protocol,
		.ipv6		= c->ipv6,
		.options	= c->ipv6 ? prandom_u32_state(random) % 6 * 8 :
					    prandom_u32_state(random) % 11 * 4,
		.no_csum	= c->no_csum,
		.icmp_type	= sb_random_echo(random, c->ipv6),
		.payload	= prandom_u32_state(random) % 100,
		.src		= sb_random_word(random),
		.dst		= sb_random_word(random),
		.l4_src		= sb_random_word(random),
		.l4_dst		= sb_random_word(random),
	};
}

/* The frame with some of its addresses and ports changed, or all, or none. */
static void sb_random_change(struct rnd_state *random, struct sb_frame *frame)
{
	u32 which = prandom_u32_state(random);

	if (which & 1)
		frame->src = sb_random_word(random);
	if (which & 2)
		frame->dst = sb_random_word(random);
	if (which & 4)
		frame->l4_src = sb_random_word(random);
	if (which & 8)
		frame->l4_dst = sb_random_word(random);
}

static struct sb_rewrite sb_rewrite_to(const struct sb_frame *frame)
{
	return (struct sb_rewrite){
		.src	= sb_frame_addr(frame, frame->src),
		.dst	= sb_frame_addr(frame, frame->dst),
		.l4_src	= htons(frame->l4_src),
		.l4_dst	= htons(frame->l4_dst),
	};
}

/* Leave the checksum to a device: only the pseudo header is summed so far. */
static void sb_make_partial(u8 *buf, const struct sb_frame *frame)
{
	sb_put16(sb_frame_pseudo(frame), buf + sb_frame_check_offset(frame));
}

/* What a device does with it. */
static void sb_finish_partial(u8 *buf, const struct sb_frame *frame)
{
	unsigned int l4 = sb_frame_l4_offset(frame);
	u16 check = ~sb_frame_sum(buf + l4, sb_frame_len(frame) - l4, 0);

	if ((frame->protocol == IPPROTO_UDP || frame->protocol == IPPROTO_UDPLITE) && !check)
		check = 0xffff;
	sb_put16(check, buf + sb_frame_check_offset(frame));
}

static struct sk_buff *sb_rewrite_skb(struct kunit *test, const struct sb_rewrite_case *c,
				      const struct sb_frame *frame, u8 *buf)
{
	unsigned int len = sb_frame_len(frame);
	struct sk_buff *skb;

	sb_frame_write(buf, frame);
	if (c->ip_summed == CHECKSUM_PARTIAL)
		sb_make_partial(buf, frame);
	skb = sb_frame_skb(test, buf, len, c->nonlinear ? 13 : len);
	skb->ip_summed = c->ip_summed;
	if (c->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = skb_checksum(skb, 0, len, 0);
	if (c->ip_summed == CHECKSUM_PARTIAL) {
		skb->csum_start = skb_headroom(skb) + sb_frame_l4_offset(frame);
		skb->csum_offset = sb_frame_check_offset(frame) - sb_frame_l4_offset(frame);
	}
	return skb;
}

static void sb_rewrite_expect(struct kunit *test, const struct sb_rewrite_case *c,
			      const struct sb_frame *frame, struct sk_buff *skb, u8 *buf, u8 *want)
{
	unsigned int len = sb_frame_len(frame);

	sb_frame_write(want, frame);
	KUNIT_ASSERT_EQ(test, skb->len, len);
	KUNIT_ASSERT_EQ(test, skb_copy_bits(skb, 0, buf, len), 0);
	if (c->ip_summed == CHECKSUM_PARTIAL)
		sb_finish_partial(buf, frame);
	KUNIT_ASSERT_EQ(test, memcmp(buf, want, len), 0);
	KUNIT_ASSERT_EQ(test, (u8)skb->ip_summed, c->ip_summed);
	if (c->ip_summed == CHECKSUM_COMPLETE)
		KUNIT_ASSERT_EQ(test, (__force u16)csum_fold(skb->csum),
				(__force u16)csum_fold(skb_checksum(skb, 0, len, 0)));
}

static void sb_rewrite_random(struct kunit *test)
{
	const struct sb_rewrite_case *c = test->param_value;
	u8 *buf = kunit_kzalloc(test, SB_SMALL, GFP_KERNEL);
	u8 *want = kunit_kzalloc(test, SB_SMALL, GFP_KERNEL);
	struct rnd_state random;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_ASSERT_NOT_NULL(test, want);
	prandom_seed_state(&random, c->protocol * 4 + c->ip_summed);
	for (i = 0; i < SB_ROUNDS; i++) {
		struct sb_rewrite to;
		struct sb_frame frame;
		struct sb_packet pkt;
		struct sk_buff *skb;

		sb_random_frame(&random, c, &frame);
		skb = sb_rewrite_skb(test, c, &frame, buf);
		KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_OK);
		sb_random_change(&random, &frame);
		to = sb_rewrite_to(&frame);
		KUNIT_ASSERT_EQ(test, sb_rewrite(skb, &pkt, &to), 0);
		sb_rewrite_expect(test, c, &frame, skb, buf, want);
		sb_frame_drop(test, skb);
	}
}

/* A destination port with which the UDP checksum comes out as 0, written as 0xffff. */
static void sb_find_zero_sum(struct kunit *test, struct sb_frame *frame, u8 *buf)
{
	const u8 *check = buf + sb_frame_check_offset(frame);
	u32 port;

	for (port = 1; port <= U16_MAX; port++) {
		frame->l4_dst = port;
		sb_frame_write(buf, frame);
		if (check[0] == 0xff && check[1] == 0xff)
			return;
	}
	KUNIT_FAIL(test, "no port makes the sum 0");
}

static void sb_rewrite_zero_sum(struct kunit *test)
{
	static const struct sb_rewrite_case c = { .protocol = IPPROTO_UDP };
	struct sb_frame before = {
		.protocol = IPPROTO_UDP, .payload = 20, .src = 0xc0a80164, .dst = 0x01020304,
		.l4_src = 65084, .l4_dst = 477,
	};
	struct sb_frame after = before;
	u8 buf[SB_SMALL], want[SB_SMALL];
	struct sb_rewrite to;
	struct sb_packet pkt;
	struct sk_buff *skb;

	after.dst = 0xc6120009;
	sb_find_zero_sum(test, &after, buf);

	skb = sb_rewrite_skb(test, &c, &before, buf);
	KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_OK);
	to = sb_rewrite_to(&after);
	KUNIT_ASSERT_EQ(test, sb_rewrite(skb, &pkt, &to), 0);
	KUNIT_EXPECT_EQ(test, (__force u16)*(__sum16 *)(skb->data + 26), 0xffff);
	sb_rewrite_expect(test, &c, &after, skb, buf, want);

	/* and back */
	KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_OK);
	KUNIT_EXPECT_FALSE(test, pkt.udp_no_csum);
	to = sb_rewrite_to(&before);
	KUNIT_ASSERT_EQ(test, sb_rewrite(skb, &pkt, &to), 0);
	sb_rewrite_expect(test, &c, &before, skb, buf, want);
}

static void sb_rewrite_clone(struct kunit *test)
{
	const struct sb_rewrite_case *c = test->param_value;
	u8 buf[SB_SMALL], want[SB_SMALL], original[SB_SMALL];
	struct sk_buff *skb, *clone;
	struct sb_rewrite to;
	struct rnd_state random;
	struct sb_frame frame;
	struct sb_packet pkt;
	unsigned int len;

	prandom_seed_state(&random, 99);
	sb_random_frame(&random, c, &frame);
	len = sb_frame_len(&frame);
	skb = sb_rewrite_skb(test, c, &frame, original);
	clone = skb_clone(skb, GFP_KERNEL);
	sb_frame_keep(test, clone);
	KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_OK);
	frame.src ^= 0x01020304;
	frame.dst ^= 0x10203040;
	frame.l4_src ^= 0x1111;
	frame.l4_dst ^= 0x2222;
	to = sb_rewrite_to(&frame);
	KUNIT_ASSERT_EQ(test, sb_rewrite(skb, &pkt, &to), 0);
	sb_rewrite_expect(test, c, &frame, skb, buf, want);
	KUNIT_EXPECT_TRUE(test, sb_frame_equal(clone, original, len));
}

/* Headers that cannot be made writable: an error, and nothing has changed. */
static void sb_rewrite_short(struct kunit *test)
{
	static const u8 protocols[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP };
	struct sb_rewrite to = { .l4_src = htons(3) };
	unsigned int i, len;
	u8 buf[SB_SMALL];

	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		struct sb_frame frame = { .protocol = protocols[i], .icmp_type = ICMP_ECHO };
		struct sb_packet pkt;
		struct sk_buff *skb;

		sb_frame_write(buf, &frame);
		len = sb_frame_len(&frame);
		skb = sb_frame_skb(test, buf, len, len);
		KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_OK);
		skb_trim(skb, len - 1);
		KUNIT_EXPECT_EQ(test, sb_rewrite(skb, &pkt, &to), -ENOMEM);
		KUNIT_EXPECT_TRUE(test, sb_frame_equal(skb, buf, len - 1));
	}
}

/* A GSO frame as a tap hands it over: 30 kB in pages, checksum left to the device. */
static struct sk_buff *sb_gso_skb(struct kunit *test, const struct sb_frame *frame, u8 *buf)
{
	static const struct sb_rewrite_case c = {
		.protocol = IPPROTO_TCP, .ip_summed = CHECKSUM_PARTIAL, .nonlinear = true,
	};
	struct sk_buff *skb = sb_rewrite_skb(test, &c, frame, buf);

	skb_shinfo(skb)->gso_size = 1000;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(frame->payload, 1000);
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	return skb;
}

/* Every segment has the new addresses and ports, and right checksums. */
static void sb_gso_expect_segment(struct kunit *test, struct sk_buff *segment,
				  const struct sb_frame *want, u8 *buf)
{
	struct sb_frame frame = *want;
	struct sb_packet pkt;
	unsigned int len;

	skb_pull(segment, ETH_HLEN);
	KUNIT_ASSERT_EQ(test, sb_parse(segment, &pkt), SB_PARSE_OK);
	len = segment->len;
	KUNIT_EXPECT_EQ(test, ntohl(pkt.src.s6_addr32[3]), want->src);
	KUNIT_EXPECT_EQ(test, ntohl(pkt.dst.s6_addr32[3]), want->dst);
	KUNIT_EXPECT_EQ(test, ntohs(pkt.l4_src), want->l4_src);
	KUNIT_EXPECT_EQ(test, ntohs(pkt.l4_dst), want->l4_dst);
	KUNIT_ASSERT_EQ(test, skb_copy_bits(segment, 0, buf, len), 0);
	frame.payload = len - 40;
	KUNIT_EXPECT_EQ(test, sb_frame_sum(buf + 20, len - 20, sb_frame_pseudo(&frame)), 0xffff);
}

static void sb_rewrite_gso(struct kunit *test)
{
	u8 *buf = kunit_kzalloc(test, SB_FRAME_MAX, GFP_KERNEL);
	struct sk_buff *skb, *segments, *segment, *next;
	struct sb_frame frame = {
		.protocol = IPPROTO_TCP, .payload = 30500, .src = 0xc0a80164, .dst = 0x01020304,
		.l4_src = 40000, .l4_dst = 80,
	};
	unsigned int count = 0;
	struct sb_rewrite to;
	struct sb_packet pkt;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	skb = sb_gso_skb(test, &frame, buf);
	KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_OK);
	frame.src = 0xc6130001;
	frame.dst = 0xc6120050;
	frame.l4_src = 1025;
	frame.l4_dst = 8080;
	to = sb_rewrite_to(&frame);
	KUNIT_ASSERT_EQ(test, sb_rewrite(skb, &pkt, &to), 0);
	KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_size, 1000);
	KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_segs, 31);
	KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_type, SKB_GSO_TCPV4);

	memset(skb_push(skb, ETH_HLEN), 0, ETH_HLEN);
	skb_reset_mac_header(skb);
	skb->mac_len = ETH_HLEN;
	segments = skb_gso_segment(skb, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_OR_NULL(segments));
	skb_list_walk_safe(segments, segment, next) {
		sb_gso_expect_segment(test, segment, &frame, buf);
		count++;
	}
	kfree_skb_list(segments);
	KUNIT_EXPECT_EQ(test, count, 31);
}

static struct kunit_case sb_rewrite_test_cases[] = {
	KUNIT_CASE_PARAM(sb_rewrite_random, sb_rewrite_gen_params),
	KUNIT_CASE_PARAM(sb_rewrite_clone, sb_rewrite_gen_params),
	KUNIT_CASE(sb_rewrite_zero_sum),
	KUNIT_CASE(sb_rewrite_short),
	KUNIT_CASE(sb_rewrite_gso),
	{}
};

static struct kunit_suite sb_rewrite_suite = {
	.name		= "sinkbridge-rewrite",
	.test_cases	= sb_rewrite_test_cases,
};
kunit_test_suite(sb_rewrite_suite);
