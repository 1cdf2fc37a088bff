// SPDX-License-Identifier: GPL-2.0-only
/*
 * ICMP errors: after a rewrite, the error and what it quotes are those that would
 * have been written with the new addresses from the start, wherever the
 * quotation ends.  Errors of our own; hops.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/prandom.h>
#include <linux/slab.h>

#include "frame.h"
#include "hops.h"
#include "icmp.h"
#include "rewrite.h"

#define SB_BUF		2048
#define SB_ROUNDS	3000

/* An ICMP error about a packet, of which it quotes so many bytes. */
struct sb_error {
	struct sb_frame	outer;	/* protocol and payload are set when it is written */
	struct sb_frame	inner;
	unsigned int	quoted;
};

struct sb_error_case {
	const char	*name;
	u8		protocol;
	bool		ipv6;
	bool		no_csum;
	u8		ip_summed;
};

static const struct sb_error_case sb_error_cases[] = {
	{ "about TCP", IPPROTO_TCP },
	{ "about UDP", IPPROTO_UDP },
	{ "about UDP without checksum", IPPROTO_UDP, .no_csum = true },
	{ "about UDP-Lite", IPPROTO_UDPLITE },
	{ "about an echo", IPPROTO_ICMP },
	{ "about GRE", IPPROTO_GRE },
	{ "about UDP, sum of all bytes", IPPROTO_UDP, .ip_summed = CHECKSUM_COMPLETE },
	{ "about UDP, checksum left to the device", IPPROTO_UDP, .ip_summed = CHECKSUM_PARTIAL },
	{ "IPv6, about TCP", IPPROTO_TCP, true },
	{ "IPv6, about UDP", IPPROTO_UDP, true },
	{ "IPv6, about UDP-Lite", IPPROTO_UDPLITE, true },
	{ "IPv6, about an echo", IPPROTO_ICMPV6, true },
	{ "IPv6, about GRE", IPPROTO_GRE, true },
	{ "IPv6, about TCP, sum of all bytes", IPPROTO_TCP, true,
	  .ip_summed = CHECKSUM_COMPLETE },
	{ "IPv6, about TCP, checksum left to the device", IPPROTO_TCP, true,
	  .ip_summed = CHECKSUM_PARTIAL },
};

static void sb_error_case_name(const struct sb_error_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(sb_error, sb_error_cases, sb_error_case_name);

/* Writes the error with right checksums; returns its length. */
static unsigned int sb_error_write(u8 *buf, struct sb_error *error, bool partial)
{
	struct sb_frame *outer = &error->outer;
	unsigned int at = sb_frame_l4_offset(outer), len;
	u8 *whole = buf + SB_BUF / 2;	/* room for what is not quoted */

	outer->protocol = outer->ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	outer->icmp_type = outer->ipv6 ? ICMPV6_DEST_UNREACH : ICMP_DEST_UNREACH;
	outer->payload = error->quoted;
	sb_frame_write(buf, outer);
	sb_frame_write(whole, &error->inner);
	memcpy(buf + at + 8, whole, error->quoted);
	buf[at + 1] = 3;
	sb_put32(0, buf + at + 4);
	len = sb_frame_len(outer);
	sb_put16(0, buf + at + 2);
	if (partial)
		sb_put16(sb_frame_pseudo(outer), buf + at + 2);
	else
		sb_put16(~sb_frame_sum(buf + at, len - at, sb_frame_pseudo(outer)), buf + at + 2);
	return len;
}

static void sb_error_random(struct rnd_state *random, const struct sb_error_case *c,
			    struct sb_error *error)
{
	unsigned int least;

	*error = (struct sb_error){
		.outer = { .ipv6 = c->ipv6, .src = prandom_u32_state(random),
			   .dst = prandom_u32_state(random) },
		.inner = { .ipv6 = c->ipv6, .protocol = c->protocol, .no_csum = c->no_csum,
			   .options = prandom_u32_state(random) % 3 * 8,
			   .icmp_type = c->ipv6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO,
			   .payload = 8 + prandom_u32_state(random) % 100,
			   .src = prandom_u32_state(random), .dst = prandom_u32_state(random),
			   .l4_src = prandom_u32_state(random),
			   .l4_dst = prandom_u32_state(random) },
	};
	least = sb_frame_l4_offset(&error->inner) + 8;
	error->quoted = least +
		prandom_u32_state(random) % (sb_frame_len(&error->inner) - least + 1);
	/* half a checksum stays what it was, and is none */
	if (c->protocol == IPPROTO_TCP && error->quoted == least + 9)
		error->quoted++;
}

static struct sk_buff *sb_error_skb(struct kunit *test, const struct sb_error_case *c,
				    struct sb_error *error, u8 *buf, unsigned int linear)
{
	unsigned int len = sb_error_write(buf, error, c->ip_summed == CHECKSUM_PARTIAL);
	struct sk_buff *skb = sb_frame_skb(test, buf, len, linear);

	skb->ip_summed = c->ip_summed;
	if (c->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = skb_checksum(skb, 0, len, 0);
	if (c->ip_summed == CHECKSUM_PARTIAL) {
		pskb_may_pull(skb, sb_frame_l4_offset(&error->outer) + 8);
		skb->csum_start = skb_headroom(skb) + sb_frame_l4_offset(&error->outer);
		skb->csum_offset = 2;
	}
	return skb;
}

static struct sb_rewrite sb_error_to(const struct sb_frame *frame)
{
	return (struct sb_rewrite){
		.src	= sb_frame_addr(frame, frame->src),
		.dst	= sb_frame_addr(frame, frame->dst),
		.l4_src	= htons(frame->l4_src),
		.l4_dst	= htons(frame->l4_dst),
	};
}

static void sb_error_expect_inner(struct kunit *test, const struct sb_packet *pkt,
				  const struct sb_error *error)
{
	const struct sb_frame *inner = &error->inner;
	struct in6_addr src = sb_frame_addr(inner, inner->src);
	struct in6_addr dst = sb_frame_addr(inner, inner->dst);
	bool ports = inner->protocol == IPPROTO_TCP || inner->protocol == IPPROTO_UDP ||
		     inner->protocol == IPPROTO_UDPLITE;

	KUNIT_ASSERT_TRUE(test, pkt->icmp_error);
	KUNIT_ASSERT_TRUE(test, sb_addr_equal(&pkt->inner.src, &src));
	KUNIT_ASSERT_TRUE(test, sb_addr_equal(&pkt->inner.dst, &dst));
	KUNIT_ASSERT_EQ(test, pkt->inner.protocol, inner->protocol);
	KUNIT_ASSERT_EQ(test, ntohs(pkt->inner.l4_src),
			inner->protocol == IPPROTO_GRE ? 0 : inner->l4_src);
	KUNIT_ASSERT_EQ(test, ntohs(pkt->inner.l4_dst), ports ? inner->l4_dst : 0);
}

static void sb_error_rewrite(struct kunit *test)
{
	const struct sb_error_case *c = test->param_value;
	u8 *buf = kunit_kzalloc(test, SB_BUF, GFP_KERNEL);
	u8 *want = kunit_kzalloc(test, SB_BUF, GFP_KERNEL);
	struct rnd_state random;
	unsigned int i, len;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_ASSERT_NOT_NULL(test, want);
	prandom_seed_state(&random, c->protocol);
	for (i = 0; i < SB_ROUNDS; i++) {
		struct sb_rewrite outer, inner;
		struct sb_error error;
		struct sb_packet pkt;
		struct sk_buff *skb;

		sb_error_random(&random, c, &error);
		skb = sb_error_skb(test, c, &error, buf, prandom_u32_state(&random) % 200);
		KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_OK);
		sb_error_expect_inner(test, &pkt, &error);
		error.outer.src ^= prandom_u32_state(&random);
		error.outer.dst = prandom_u32_state(&random);
		error.inner.src = prandom_u32_state(&random);
		error.inner.dst ^= i % 3 ? prandom_u32_state(&random) : 0;
		error.inner.l4_src ^= i % 5 ? prandom_u32_state(&random) : 0;
		error.inner.l4_dst = prandom_u32_state(&random);
		outer = sb_error_to(&error.outer);
		inner = sb_error_to(&error.inner);
		KUNIT_ASSERT_EQ(test, sb_rewrite_icmp_error(skb, &pkt, &outer, &inner), 0);
		len = sb_error_write(want, &error, false);
		KUNIT_ASSERT_TRUE(test, sb_frame_equal(skb, want, len));
		KUNIT_ASSERT_EQ(test, (u8)skb->ip_summed, CHECKSUM_NONE);
		sb_frame_drop(test, skb);
	}
}

/* A quotation that ends before the 8th byte of the transport header is about no packet. */
static void sb_error_truncated(struct kunit *test)
{
	static const struct sb_error_case cases[] = {
		{ "", IPPROTO_UDP }, { "", IPPROTO_TCP, true },
	};
	u8 *buf = kunit_kzalloc(test, SB_BUF, GFP_KERNEL);
	unsigned int i, quoted, least;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sb_error error = {
			.outer = { .ipv6 = cases[i].ipv6, .src = 1, .dst = 2 },
			.inner = { .ipv6 = cases[i].ipv6, .protocol = cases[i].protocol,
				   .options = 16, .payload = 10 },
		};

		least = sb_frame_l4_offset(&error.inner) + 8;
		for (quoted = 0; quoted < sb_frame_len(&error.inner); quoted++) {
			struct sb_packet pkt;
			struct sk_buff *skb;

			error.quoted = quoted;
			skb = sb_error_skb(test, &cases[i], &error, buf, quoted);
			KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt),
					quoted < least ? SB_PARSE_L4_HEADER : SB_PARSE_OK);
			sb_frame_drop(test, skb);
		}
	}
}

/* An error of our own is one that we would understand, about the packet it was made for. */
static void sb_error_own(struct kunit *test)
{
	unsigned int ipv6, len, kind;
	u8 *buf = kunit_kzalloc(test, SB_BUF, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (ipv6 = 0; ipv6 < 2; ipv6++) {
		for (len = 0; len < 1500; len += 37) {
			struct sb_frame frame = {
				.ipv6 = ipv6, .protocol = IPPROTO_UDP, .payload = len,
				.src = 0xc0a80164, .dst = 0x01020304, .l4_src = 7, .l4_dst = 8,
			};
			struct in6_addr from = sb_frame_addr(&frame, 0x05060708);
			struct sk_buff *skb, *answer;
			struct sb_packet pkt, told;

			kind = len & 1 ? SB_ICMP_TTL : SB_ICMP_TOO_BIG;
			sb_frame_write(buf, &frame);
			skb = sb_frame_skb(test, buf, sb_frame_len(&frame), 60);
			KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_OK);
			answer = sb_icmp_error(skb, &pkt, &from, 61, kind, 1400);
			sb_frame_keep(test, answer);
			KUNIT_ASSERT_EQ(test, sb_parse(answer, &told), SB_PARSE_OK);
			KUNIT_EXPECT_TRUE(test, told.icmp_error);
			KUNIT_EXPECT_EQ(test, told.ttl, 61);
			KUNIT_EXPECT_TRUE(test, sb_addr_equal(&told.src, &from));
			KUNIT_EXPECT_TRUE(test, sb_addr_equal(&told.dst, &pkt.src));
			KUNIT_EXPECT_TRUE(test, sb_addr_equal(&told.inner.dst, &pkt.dst));
			KUNIT_EXPECT_EQ(test, ntohs(told.inner.l4_dst), 8);
			KUNIT_EXPECT_LE(test, answer->len, ipv6 ? 1280 : 576);
			KUNIT_EXPECT_EQ(test, answer->len, min_t(u32, skb->len + (ipv6 ? 48 : 28),
								 ipv6 ? 1280 : 576));
			KUNIT_ASSERT_EQ(test, skb_copy_bits(answer, 0, buf, answer->len), 0);
			frame.src = 0x05060708;
			frame.dst = 0xc0a80164;
			frame.protocol = ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
			frame.payload = answer->len - sb_frame_l4_offset(&frame) - 8;
			KUNIT_EXPECT_EQ(test, sb_frame_sum(buf + told.l4_offset,
							   answer->len - told.l4_offset,
							   sb_frame_pseudo(&frame)), 0xffff);
			/* and no error about an error */
			KUNIT_EXPECT_NULL(test, sb_icmp_error(answer, &told, &from, 61, kind, 0));
		}
	}
}

static void sb_error_own_undue(struct kunit *test)
{
	static const struct { u32 src, dst; } cases[] = {
		{ 0xe0000001, 0x01020304 }, { 0xffffffff, 0x01020304 }, { 0, 0x01020304 },
		{ 0x7f000001, 0x01020304 }, { 0xc0a80164, 0xe0000001 }, { 0xc0a80164, 0xffffffff },
	};
	struct sb_packet pkt;
	struct sk_buff *skb;
	unsigned int i;
	u8 buf[64];

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sb_frame frame = {
			.protocol = IPPROTO_UDP, .src = cases[i].src, .dst = cases[i].dst,
		};

		sb_frame_write(buf, &frame);
		skb = sb_frame_skb(test, buf, 28, 28);
		KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_OK);
		KUNIT_EXPECT_NULL(test, sb_icmp_error(skb, &pkt, &pkt.dst, 64, SB_ICMP_TTL, 0));
	}
}

static void sb_hops_distances(struct kunit *test)
{
	static const siphash_key_t key = { { 1, 2 } };
	struct in6_addr guest = sb_addr_v4(htonl(0xc0a80164)), addr;
	unsigned int seen[10] = {}, i, distance;

	for (i = 0; i < 1000; i++) {
		addr = sb_addr_v4(htonl(0x01000000 + (i << 8)));
		distance = sb_hops_distance(&key, 9, &guest, &addr);
		KUNIT_ASSERT_GE(test, distance, 5);
		KUNIT_ASSERT_LE(test, distance, 9);
		seen[distance]++;
		/* the neighbour is as far */
		addr = sb_addr_v4(htonl(0x01000000 + (i << 8) + 77));
		KUNIT_ASSERT_EQ(test, sb_hops_distance(&key, 9, &guest, &addr), distance);
		KUNIT_ASSERT_EQ(test, sb_hops_distance(&key, 0, &guest, &addr), 0);
		KUNIT_ASSERT_EQ(test, sb_hops_distance(&key, 1, &guest, &addr), 1);
	}
	for (i = 5; i <= 9; i++)
		KUNIT_EXPECT_GT(test, seen[i], 100);
	addr = sb_addr_v4(htonl(0xc0a80101));	/* the same /24 */
	KUNIT_EXPECT_EQ(test, sb_hops_distance(&key, 9, &guest, &addr), 0);
	addr = sb_addr_v4(htonl(0xe00000fb));
	KUNIT_EXPECT_EQ(test, sb_hops_distance(&key, 9, &guest, &addr), 0);
	addr = sb_addr_v4(htonl(0xa9fe0001));
	KUNIT_EXPECT_EQ(test, sb_hops_distance(&key, 9, &guest, &addr), 0);
	addr = (struct in6_addr){ .s6_addr = { 0xfe, 0x80, [15] = 1 } };
	KUNIT_EXPECT_EQ(test, sb_hops_distance(&key, 9, &addr, &addr), 0);
	KUNIT_EXPECT_EQ(test, sb_hops_left(64, 9), 55);
	KUNIT_EXPECT_EQ(test, sb_hops_left(9, 9), 1);
	KUNIT_EXPECT_EQ(test, sb_hops_left(1, 9), 1);
	addr = sb_hops_router(false, 3);
	KUNIT_EXPECT_EQ(test, ntohl(sb_addr_get_v4(&addr)), 0xc612ff03);
	addr = sb_hops_router(true, 0);
	KUNIT_EXPECT_EQ(test, addr.s6_addr[15], 1);
}

static struct kunit_case sb_icmp_test_cases[] = {
	KUNIT_CASE_PARAM(sb_error_rewrite, sb_error_gen_params),
	KUNIT_CASE(sb_error_truncated),
	KUNIT_CASE(sb_error_own),
	KUNIT_CASE(sb_error_own_undue),
	KUNIT_CASE(sb_hops_distances),
	{}
};

static struct kunit_suite sb_icmp_suite = {
	.name		= "sinkbridge-icmp",
	.test_cases	= sb_icmp_test_cases,
};
kunit_test_suite(sb_icmp_suite);
