// SPDX-License-Identifier: GPL-2.0-only
/* Fragments in every order, none twice, none too many: the whole packet is the one that was cut. */
#include <linux/delay.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <net/ip.h>

#include "frag.h"
#include "frame.h"

#define SB_PORT		7
#define SB_BUF		(SB_FRAME_MAX + 100)
#define SB_PIECE_MAX	64	/* pieces of a test's datagram */

static const u16 sb_no_vid[2];

struct sb_frag_world {
	struct sb_frags	*frags;
	unsigned int	lost;
	u8		*whole;		/* the packet before it was cut */
	u8		*buf;
	unsigned int	len;
	unsigned int	header;		/* of whole: what every piece repeats */
	struct sb_frame	frame;
};

static void sb_frag_lost(void *owner, unsigned int datagrams)
{
	struct sb_frag_world *world = owner;

	world->lost += datagrams;
}

static struct sb_frag_world *sb_frag_world(struct kunit *test, unsigned long memory,
					   unsigned int timeout)
{
	struct sb_frag_world *world = kunit_kzalloc(test, sizeof(*world), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, world);
	world->whole = kunit_kzalloc(test, SB_BUF, GFP_KERNEL);
	world->buf = kunit_kzalloc(test, SB_BUF, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, world->whole);
	KUNIT_ASSERT_NOT_NULL(test, world->buf);
	world->frags = sb_frags_alloc(memory, timeout, sb_frag_lost, world);
	KUNIT_ASSERT_NOT_NULL(test, world->frags);
	return world;
}

static void sb_frag_packet(struct sb_frag_world *world, bool ipv6, u8 options, u16 payload)
{
	world->frame = (struct sb_frame){
		.ipv6 = ipv6, .protocol = IPPROTO_UDP, .options = options, .payload = payload,
		.src = 0xc0a80164, .dst = 0x01020304, .l4_src = 1000, .l4_dst = 53,
	};
	sb_frame_write(world->whole, &world->frame);
	world->len = sb_frame_len(&world->frame);
	world->header = sb_frame_l4_offset(&world->frame);
	/* IPv4: a packet that was put together forbids nothing */
	if (!ipv6)
		sb_put16(0, world->whole + 6);
	sb_frame_fix_header(world->whole);
}

/* The piece of the packet's data from offset on.  Returns its length. */
static unsigned int sb_frag_write(struct sb_frag_world *world, unsigned int id, unsigned int offset,
				  unsigned int len, bool more)
{
	unsigned int header = world->header;
	u8 *buf = world->buf;

	memcpy(buf, world->whole, header);
	if (world->frame.ipv6) {
		u8 *next = buf + (world->frame.options ? 40 : 6);

		buf[header] = *next;
		*next = NEXTHDR_FRAGMENT;
		buf[header + 1] = 0;
		sb_put16(offset | more, buf + header + 2);
		sb_put32(id, buf + header + 4);
		header += 8;
		sb_put16(header + len - 40, buf + 4);
	} else {
		sb_put16(header + len, buf + 2);
		sb_put16(id, buf + 4);
		sb_put16(offset / 8 | (more ? IP_MF : 0), buf + 6);
		sb_frame_fix_header(buf);
	}
	memcpy(buf + header, world->whole + world->header + offset, len);
	return header + len;
}

static enum sb_frag sb_frag_send(struct kunit *test, struct sb_frag_world *world, unsigned int id,
				 unsigned int offset, unsigned int len, bool more,
				 struct sk_buff **whole)
{
	unsigned int size = sb_frag_write(world, id, offset, len, more);
	struct sk_buff *skb = alloc_skb(NET_SKB_PAD + ETH_HLEN + size, GFP_KERNEL);
	enum sb_frag result;
	struct sb_packet pkt;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, NET_SKB_PAD);
	memset(skb_put(skb, ETH_HLEN), 0x42, ETH_HLEN);
	skb_reset_mac_header(skb);
	skb_pull(skb, ETH_HLEN);
	skb_put_data(skb, world->buf, size);
	skb->protocol = world->frame.ipv6 ? htons(ETH_P_IPV6) : htons(ETH_P_IP);
	KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_FRAGMENT);
	local_bh_disable();
	result = sb_frag_collect(world->frags, &skb, &pkt, SB_PORT, sb_no_vid);
	local_bh_enable();
	KUNIT_ASSERT_EQ(test, !skb, result != SB_FRAG_COMPLETE);
	if (whole)
		*whole = skb;
	else
		kfree_skb(skb);
	return result;
}

static void sb_frag_expect_whole(struct kunit *test, struct sb_frag_world *world,
				 struct sk_buff *skb)
{
	struct sb_packet pkt;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	if (!world->frame.ipv6) {
		/* each piece had this one's number */
		skb_copy_bits(skb, 4, world->whole + 4, 2);
		sb_frame_fix_header(world->whole);
	}
	KUNIT_EXPECT_TRUE(test, sb_frame_equal(skb, world->whole, world->len));
	KUNIT_EXPECT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_OK);
	KUNIT_EXPECT_EQ(test, ntohs(pkt.l4_dst), 53);
	KUNIT_EXPECT_EQ(test, eth_hdr(skb)->h_source[0], 0x42);
	KUNIT_EXPECT_TRUE(test, skb->ignore_df);
	kfree_skb(skb);
}

struct sb_frag_piece {
	u16	offset;
	u16	len;
};

/* Cut at random, in random order.  Returns how many pieces. */
static unsigned int sb_frag_cut(struct rnd_state *random, unsigned int data,
				struct sb_frag_piece *pieces)
{
	unsigned int n, i, other, at = 0;

	for (n = 0; at < data; n++) {
		u32 step = (8 + prandom_u32_state(random) % (data / 32 + 8)) & ~7;

		pieces[n].offset = at;
		pieces[n].len = n == SB_PIECE_MAX - 1 ? data - at : min(step, data - at);
		at += pieces[n].len;
	}
	for (i = n - 1; i; i--) {
		other = prandom_u32_state(random) % (i + 1);
		swap(pieces[i], pieces[other]);
	}
	return n;
}

/* Some pieces come twice. */
static void sb_frag_round(struct kunit *test, struct sb_frag_world *world,
			  struct rnd_state *random, unsigned int id)
{
	unsigned int data = world->len - world->header, n, i;
	struct sb_frag_piece pieces[SB_PIECE_MAX];
	struct sk_buff *skb = NULL;

	n = sb_frag_cut(random, data, pieces);
	if (n == 1)
		return;
	for (i = 0; i < n; i++) {
		bool more = pieces[i].offset + pieces[i].len < data;

		if (i < n - 1 && !(prandom_u32_state(random) % 4))
			KUNIT_ASSERT_EQ(test, sb_frag_send(test, world, id, pieces[i].offset,
							   pieces[i].len, more, NULL),
					SB_FRAG_KEPT);
		KUNIT_ASSERT_EQ(test, sb_frag_send(test, world, id, pieces[i].offset,
						   pieces[i].len, more, &skb),
				i < n - 1 ? SB_FRAG_KEPT : SB_FRAG_COMPLETE);
	}
	sb_frag_expect_whole(test, world, skb);
}

static void sb_frag_random(struct kunit *test)
{
	struct sb_frag_world *world = sb_frag_world(test, SB_FRAG_MEMORY, 60000);
	struct rnd_state random;
	unsigned int round;

	prandom_seed_state(&random, 77);
	for (round = 0; round < 2000; round++) {
		sb_frag_packet(world, round & 1, round % 5 * 8,
			       1 + prandom_u32_state(&random) % (round % 50 ? 3000 : 60000));
		sb_frag_round(test, world, &random, round);
		KUNIT_ASSERT_EQ(test, sb_frags_count(world->frags), 0);
		KUNIT_ASSERT_EQ(test, sb_frags_memory(world->frags), 0);
	}
	KUNIT_EXPECT_EQ(test, world->lost, 0);
	sb_frags_free(world->frags);
}

struct sb_frag_step {
	u16		offset;
	u16		len;
	bool		more;
	enum sb_frag	expect;
};

struct sb_frag_case {
	const char		*name;
	struct sb_frag_step	steps[6];
	unsigned int		lost;
	unsigned int		left;	/* datagrams that still wait */
};

static const struct sb_frag_case sb_frag_cases[] = {
	{ "two in order", { { 0, 800, true, SB_FRAG_KEPT }, { 800, 208, false, SB_FRAG_COMPLETE } } },
	{ "two reversed", { { 800, 208, false, SB_FRAG_KEPT }, { 0, 800, true, SB_FRAG_COMPLETE } } },
	{ "a hole", { { 0, 400, true, SB_FRAG_KEPT }, { 800, 208, false, SB_FRAG_KEPT } }, .left = 1 },
	{ "the same again", { { 0, 800, true, SB_FRAG_KEPT }, { 0, 800, true, SB_FRAG_KEPT },
			      { 800, 208, false, SB_FRAG_COMPLETE } } },
	{ "overlap of 8 bytes", { { 0, 800, true, SB_FRAG_KEPT }, { 792, 216, false, SB_FRAG_BAD } },
	  .lost = 1 },
	{ "overlap from before", { { 800, 208, false, SB_FRAG_KEPT }, { 0, 808, true, SB_FRAG_BAD } },
	  .lost = 1 },
	{ "one within another", { { 0, 800, true, SB_FRAG_KEPT }, { 80, 8, true, SB_FRAG_BAD } },
	  .lost = 1 },
	{ "one around another", { { 80, 8, true, SB_FRAG_KEPT }, { 0, 800, true, SB_FRAG_BAD } },
	  .lost = 1 },
	{ "the same start, shorter", { { 0, 800, true, SB_FRAG_KEPT }, { 0, 8, true, SB_FRAG_BAD } },
	  .lost = 1 },
	{ "behind an overlap it starts anew", { { 0, 800, true, SB_FRAG_KEPT },
	  { 792, 216, false, SB_FRAG_BAD }, { 0, 800, true, SB_FRAG_KEPT },
	  { 800, 208, false, SB_FRAG_COMPLETE } }, .lost = 1 },
	{ "two ends", { { 800, 208, false, SB_FRAG_KEPT }, { 400, 200, false, SB_FRAG_BAD } },
	  .lost = 1 },
	{ "beyond the end", { { 400, 200, false, SB_FRAG_KEPT }, { 800, 208, true, SB_FRAG_BAD } },
	  .lost = 1 },
	{ "an end before what is there", { { 800, 208, true, SB_FRAG_KEPT },
	  { 400, 200, false, SB_FRAG_BAD } }, .lost = 1 },
	{ "not a multiple of 8", { { 0, 799, true, SB_FRAG_BAD } } },
	{ "no data", { { 8, 0, false, SB_FRAG_BAD } } },
	{ "beyond 65,535", { { 65528, 16, false, SB_FRAG_BAD } } },
	{ "the last possible", { { 65504, 8, false, SB_FRAG_KEPT } }, .left = 1 },
};

static void sb_frag_case_name(const struct sb_frag_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(sb_frag, sb_frag_cases, sb_frag_case_name);

static void sb_frag_steps(struct kunit *test)
{
	const struct sb_frag_case *c = test->param_value;
	struct sb_frag_world *world;
	unsigned int ipv6, i;

	for (ipv6 = 0; ipv6 < 2; ipv6++) {
		world = sb_frag_world(test, SB_FRAG_MEMORY, 60000);
		sb_frag_packet(world, ipv6, 0, 1000);
		for (i = 0; i < ARRAY_SIZE(c->steps) && c->steps[i].offset + c->steps[i].len; i++) {
			const struct sb_frag_step *step = &c->steps[i];
			struct sk_buff *skb;

			KUNIT_EXPECT_EQ(test, sb_frag_send(test, world, 5, step->offset, step->len,
							   step->more, &skb), step->expect);
			if (skb)
				sb_frag_expect_whole(test, world, skb);
		}
		KUNIT_EXPECT_EQ(test, world->lost, c->lost);
		KUNIT_EXPECT_EQ(test, sb_frags_count(world->frags), c->left);
		sb_frags_free(world->frags);
	}
}

/* However many datagrams never become whole: no more memory than allowed, and new ones still do. */
static void sb_frag_bounded(struct kunit *test)
{
	const unsigned long memory = 256 << 10;
	struct sb_frag_world *world = sb_frag_world(test, memory, 60000);
	unsigned int id, most = 0;
	struct sk_buff *skb;

	sb_frag_packet(world, true, 0, 1000);
	for (id = 0; id < 20000; id++) {
		KUNIT_ASSERT_EQ(test, sb_frag_send(test, world, id, 0, 800, true, NULL),
				SB_FRAG_KEPT);
		KUNIT_ASSERT_LE(test, sb_frags_memory(world->frags), memory);
		most = max(most, sb_frags_count(world->frags));
		KUNIT_ASSERT_EQ(test, world->lost + sb_frags_count(world->frags), id + 1);
	}
	KUNIT_EXPECT_GT(test, most, 50);
	KUNIT_EXPECT_EQ(test, sb_frag_send(test, world, id - 1, 800, 208, false, &skb),
			SB_FRAG_COMPLETE);
	sb_frag_expect_whole(test, world, skb);
	KUNIT_EXPECT_EQ(test, world->lost + sb_frags_count(world->frags), id - 1);
	sb_frags_free(world->frags);
}

/* One datagram of the smallest pieces: a number of them is too many, or its memory is. */
static void sb_frag_pieces(struct kunit *test)
{
	struct sb_frag_world *world = sb_frag_world(test, 64 << 20, 60000);
	unsigned int i;

	sb_frag_packet(world, false, 0, 60000);
	for (i = 0; i < SB_FRAG_PIECES; i++)
		KUNIT_ASSERT_EQ(test, sb_frag_send(test, world, 1, 8 * i, 8, true, NULL),
				SB_FRAG_KEPT);
	KUNIT_EXPECT_EQ(test, sb_frag_send(test, world, 1, 8 * i, 8, true, NULL), SB_FRAG_BAD);
	KUNIT_EXPECT_EQ(test, world->lost, 1);
	KUNIT_EXPECT_EQ(test, sb_frags_memory(world->frags), 0);
	sb_frags_free(world->frags);

	world = sb_frag_world(test, 16 << 10, 60000);
	sb_frag_packet(world, false, 0, 60000);
	for (i = 0; i < 100; i++)
		if (sb_frag_send(test, world, 1, 8 * i, 8, true, NULL) == SB_FRAG_FULL)
			break;
	KUNIT_EXPECT_GT(test, i, 2);
	KUNIT_EXPECT_LT(test, i, 100);
	KUNIT_EXPECT_LE(test, sb_frags_memory(world->frags), 16 << 10);
	sb_frags_free(world->frags);
}

static void sb_frag_timeout(struct kunit *test)
{
	struct sb_frag_world *world = sb_frag_world(test, SB_FRAG_MEMORY, 50);
	unsigned int tries, id;

	sb_frag_packet(world, false, 0, 1000);
	for (id = 0; id < 10; id++)
		sb_frag_send(test, world, id, 0, 800, true, NULL);
	for (tries = 0; tries < 1000 && sb_frags_count(world->frags); tries++)
		msleep(20);
	KUNIT_EXPECT_EQ(test, sb_frags_count(world->frags), 0);
	KUNIT_EXPECT_EQ(test, sb_frags_memory(world->frags), 0);
	KUNIT_EXPECT_EQ(test, world->lost, 10);
	/* and the clock starts again */
	sb_frag_send(test, world, id, 0, 800, true, NULL);
	for (tries = 0; tries < 1000 && sb_frags_count(world->frags); tries++)
		msleep(20);
	KUNIT_EXPECT_EQ(test, world->lost, 11);
	sb_frags_free(world->frags);
}

/* Equal but for one thing that tells datagrams apart: no piece of one completes another. */
static void sb_frag_apart(struct kunit *test)
{
	struct sb_frag_world *world = sb_frag_world(test, SB_FRAG_MEMORY, 60000);

	sb_frag_packet(world, false, 0, 1000);
	sb_frag_send(test, world, 1, 0, 800, true, NULL);
	KUNIT_EXPECT_EQ(test, sb_frag_send(test, world, 2, 800, 208, false, NULL), SB_FRAG_KEPT);
	world->frame.protocol = world->whole[9] = IPPROTO_GRE;
	KUNIT_EXPECT_EQ(test, sb_frag_send(test, world, 1, 800, 208, false, NULL), SB_FRAG_KEPT);
	world->whole[9] = IPPROTO_UDP;
	world->whole[15] ^= 1;
	KUNIT_EXPECT_EQ(test, sb_frag_send(test, world, 1, 800, 208, false, NULL), SB_FRAG_KEPT);
	world->whole[15] ^= 1;
	world->whole[19] ^= 1;
	KUNIT_EXPECT_EQ(test, sb_frag_send(test, world, 1, 800, 208, false, NULL), SB_FRAG_KEPT);
	world->whole[19] ^= 1;
	KUNIT_EXPECT_EQ(test, sb_frags_count(world->frags), 5);
	KUNIT_EXPECT_EQ(test, sb_frag_send(test, world, 1, 800, 208, false, NULL),
			SB_FRAG_COMPLETE);
	sb_frags_free(world->frags);
}

/* Options of the first piece that make the whole too long. */
static void sb_frag_oversize(struct kunit *test)
{
	struct sb_frag_world *world = sb_frag_world(test, SB_FRAG_MEMORY, 60000);

	sb_frag_packet(world, false, 0, 65507);
	KUNIT_EXPECT_EQ(test, sb_frag_send(test, world, 1, 32768, 32747, false, NULL), SB_FRAG_KEPT);
	world->frame.options = 40;
	memmove(world->whole + 60, world->whole + 20, 32768);
	memset(world->whole + 20, 1, 40);
	world->whole[0] = 0x4f;
	world->header = 60;
	KUNIT_EXPECT_NE(test, sb_frag_send(test, world, 1, 0, 32768, true, NULL), SB_FRAG_COMPLETE);
	KUNIT_EXPECT_EQ(test, world->lost, 1);
	KUNIT_EXPECT_EQ(test, sb_frags_memory(world->frags), 0);
	sb_frags_free(world->frags);
}

static struct kunit_case sb_frag_test_cases[] = {
	KUNIT_CASE_PARAM(sb_frag_steps, sb_frag_gen_params),
	KUNIT_CASE(sb_frag_random),
	KUNIT_CASE(sb_frag_bounded),
	KUNIT_CASE(sb_frag_pieces),
	KUNIT_CASE(sb_frag_timeout),
	KUNIT_CASE(sb_frag_apart),
	KUNIT_CASE(sb_frag_oversize),
	{}
};

static struct kunit_suite sb_frag_suite = {
	.name		= "sinkbridge-frag",
	.test_cases	= sb_frag_test_cases,
};
kunit_test_suite(sb_frag_suite);
