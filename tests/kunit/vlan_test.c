// SPDX-License-Identifier: GPL-2.0-only
/* Tags in the frame and tags that a device took off: what is taken off can be put back. */
#include <linux/if_vlan.h>

#include "frame.h"
#include "vlan.h"

#define SB_INSIDE	24	/* bytes behind the tags */

struct sb_vlan_case {
	const char	*name;
	struct sb_vlan	vlan;
	bool		taken;	/* the outer one by a device */
	bool		third;	/* one more than is allowed */
	u16		cut;	/* bytes missing of the last tag */
	bool		expect;
	u16		vid[2];
};

#define Q	htons(ETH_P_8021Q)
#define AD	htons(ETH_P_8021AD)

static const struct sb_vlan_case sb_vlan_cases[] = {
	{ "untagged", .expect = true },
	{ "tagged", { { Q }, { 5 } }, .expect = true, .vid = { 0x8005 } },
	{ "tag taken off", { { Q }, { 5 } }, .taken = true, .expect = true, .vid = { 0x8005 } },
	{ "priority and VLAN 0", { { Q }, { 0xe000 } }, .expect = true, .vid = { 0x8000 } },
	{ "VLAN 4095", { { Q }, { 0xffff } }, .expect = true, .vid = { 0x8fff } },
	{ "802.1ad", { { AD }, { 5 } }, .expect = true, .vid = { 0xc005 } },
	{ "stacked", { { AD, Q }, { 7, 5 } }, .expect = true, .vid = { 0xc007, 0x8005 } },
	{ "stacked, outer taken off", { { AD, Q }, { 7, 5 } }, .taken = true, .expect = true,
	  .vid = { 0xc007, 0x8005 } },
	{ "stacked of one kind", { { Q, Q }, { 7, 5 } }, .expect = true,
	  .vid = { 0x8007, 0x8005 } },
	{ "three", { { Q, Q }, { 7, 5 } }, .third = true },
	{ "three, outer taken off", { { Q, Q }, { 7, 5 } }, .taken = true, .third = true },
	{ "half a tag", { { Q }, { 5 } }, .cut = 1 },
	{ "no byte of a tag", { { Q }, { 5 } }, .cut = 4 },
	{ "half of the second tag", { { Q, Q }, { 7, 5 } }, .cut = 2 },
};

static void sb_vlan_case_name(const struct sb_vlan_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(sb_vlan, sb_vlan_cases, sb_vlan_case_name);

static void sb_vlan_write_tag(u8 *buf, unsigned int *at, __be16 proto, u16 tci)
{
	sb_put16(ntohs(proto), buf + *at - 2);
	sb_put16(tci, buf + *at);
	*at += VLAN_HLEN;
	sb_put16(ETH_P_IP, buf + *at - 2);
}

/* The frame as it was sent, from its Ethernet header on; first: the first tag that is in it. */
static unsigned int sb_vlan_write(u8 *buf, const struct sb_vlan_case *c, unsigned int first)
{
	unsigned int at = ETH_HLEN, i;

	memset(buf, 0x42, 2 * ETH_ALEN);
	sb_put16(ETH_P_IP, buf + 12);
	for (i = first; i < 2; i++)
		if (c->vlan.proto[i])
			sb_vlan_write_tag(buf, &at, c->vlan.proto[i], c->vlan.tci[i]);
	if (c->third)
		sb_vlan_write_tag(buf, &at, Q, 3);
	if (c->cut)
		return at - c->cut;
	for (i = 0; i < SB_INSIDE; i++)
		buf[at + i] = i;
	return at + SB_INSIDE;
}

static struct sk_buff *sb_vlan_skb(struct kunit *test, const struct sb_vlan_case *c, u8 *buf)
{
	unsigned int len = sb_vlan_write(buf, c, c->taken);
	struct sk_buff *skb = sb_frame_skb(test, buf, len, min(len, 15U));

	skb_reset_mac_header(skb);
	skb_pull(skb, ETH_HLEN);
	skb_reset_network_header(skb);
	skb->protocol = eth_hdr(skb)->h_proto;
	if (c->taken)
		__vlan_hwaccel_put_tag(skb, c->vlan.proto[0], c->vlan.tci[0]);
	return skb;
}

static void sb_vlan_both_ways(struct kunit *test)
{
	const struct sb_vlan_case *c = test->param_value;
	struct sb_vlan vlan;
	struct sk_buff *skb;
	u8 buf[80];

	skb = sb_vlan_skb(test, c, buf);
	KUNIT_ASSERT_EQ(test, sb_vlan_pull(skb, &vlan), c->expect);
	if (!c->expect)
		return;
	KUNIT_EXPECT_EQ(test, memcmp(&vlan, &c->vlan, sizeof(vlan)), 0);
	KUNIT_EXPECT_EQ(test, sb_vlan_vid(&vlan, 0), c->vid[0]);
	KUNIT_EXPECT_EQ(test, sb_vlan_vid(&vlan, 1), c->vid[1]);
	KUNIT_EXPECT_EQ(test, skb->protocol, htons(ETH_P_IP));
	KUNIT_EXPECT_FALSE(test, skb_vlan_tag_present(skb));
	KUNIT_ASSERT_EQ(test, skb->len, SB_INSIDE);
	KUNIT_EXPECT_PTR_EQ(test, skb_network_header(skb), skb->data);

	/* back: as a device would send it that puts the outer tag in */
	KUNIT_ASSERT_EQ(test, skb_cow_head(skb, 64), 0);
	memset(skb_push(skb, ETH_HLEN), 0x42, ETH_HLEN);
	skb_reset_mac_header(skb);
	eth_hdr(skb)->h_proto = htons(ETH_P_IP);
	KUNIT_ASSERT_EQ(test, sb_vlan_push(skb, &vlan), 0);
	KUNIT_EXPECT_TRUE(test, !skb_vlan_tag_present(skb) == !vlan.proto[0]);
	if (skb_vlan_tag_present(skb)) {
		KUNIT_EXPECT_EQ(test, skb->vlan_proto, vlan.proto[0]);
		KUNIT_EXPECT_EQ(test, skb_vlan_tag_get(skb), vlan.tci[0]);
	}
	KUNIT_EXPECT_TRUE(test, sb_frame_equal(skb, buf, sb_vlan_write(buf, c, 1)));
}

static struct kunit_case sb_vlan_test_cases[] = {
	KUNIT_CASE_PARAM(sb_vlan_both_ways, sb_vlan_gen_params),
	{}
};

static struct kunit_suite sb_vlan_suite = {
	.name		= "sinkbridge-vlan",
	.test_cases	= sb_vlan_test_cases,
};
kunit_test_suite(sb_vlan_suite);
