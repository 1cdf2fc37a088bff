// SPDX-License-Identifier: GPL-2.0-only
/* Neighbour discovery: what is heard, what is refused, and that the answers would be taken. */
#include <linux/ipv6.h>
#include <net/addrconf.h>
#include <net/ip6_checksum.h>
#include <net/ndisc.h>

#include "frame.h"
#include "nd.h"

#define SB_ND_TEST_MAX	256

#define GUEST		"\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x64"
#define HOST		"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"
#define NODE		"\xff\x02\0\0\0\0\0\0\0\0\0\x01\xff\0\0\x01"
#define GROUP		"\xff\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\x02"
#define NOBODY		"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define MAPPED		"\0\0\0\0\0\0\0\0\0\0\xff\xff\x01\x02\x03\x04"
#define FLAGS		"\0\0\0\0"
#define MAC		"\x01\x01\x02\0\0\0\0\x01"

struct sb_nd_case {
	const char	*name;
	const char	*src, *dst;
	u8		type, code, hops;
	unsigned int	len;	/* of body: what is behind type, code and checksum */
	const char	*body;
	enum sb_nd	expect;
	bool		wrong_sum;
};

#define BODY(bytes) sizeof(bytes) - 1, bytes
#define NS 135
#define RS 133

static const struct sb_nd_case sb_nd_cases[] = {
	{ "solicitation", GUEST, NODE, NS, 0, 255, BODY(FLAGS HOST MAC), SB_ND_NEIGHBOUR },
	{ "without option", GUEST, NODE, NS, 0, 255, BODY(FLAGS HOST), SB_ND_NEIGHBOUR },
	{ "unicast", GUEST, HOST, NS, 0, 255, BODY(FLAGS HOST MAC), SB_ND_NEIGHBOUR },
	{ "unknown option", GUEST, NODE, NS, 0, 255, BODY(FLAGS HOST "\x0e\x01\1\2\3\4\5\6" MAC),
	  SB_ND_NEIGHBOUR },
	{ "own address", GUEST, NODE, NS, 0, 255, BODY(FLAGS GUEST), SB_ND_HEARD },
	{ "target ::", GUEST, NODE, NS, 0, 255, BODY(FLAGS NOBODY), SB_ND_HEARD },
	{ "probe", NOBODY, NODE, NS, 0, 255, BODY(FLAGS HOST), SB_ND_HEARD },
	{ "probe with MAC", NOBODY, NODE, NS, 0, 255, BODY(FLAGS HOST MAC), SB_ND_BAD },
	{ "probe to a host", NOBODY, HOST, NS, 0, 255, BODY(FLAGS HOST), SB_ND_BAD },
	{ "from afar", GUEST, NODE, NS, 0, 254, BODY(FLAGS HOST), SB_ND_BAD },
	{ "code", GUEST, NODE, NS, 1, 255, BODY(FLAGS HOST), SB_ND_BAD },
	{ "checksum", GUEST, NODE, NS, 0, 255, BODY(FLAGS HOST), SB_ND_BAD, true },
	{ "short", GUEST, NODE, NS, 0, 255, BODY(FLAGS "\x20\x01"), SB_ND_BAD },
	{ "empty", GUEST, NODE, NS, 0, 255, BODY(""), SB_ND_BAD },
	{ "target is a group", GUEST, NODE, NS, 0, 255, BODY(FLAGS GROUP), SB_ND_BAD },
	{ "target is IPv4", GUEST, NODE, NS, 0, 255, BODY(FLAGS MAPPED), SB_ND_BAD },
	{ "from a group", GROUP, NODE, NS, 0, 255, BODY(FLAGS HOST), SB_ND_BAD },
	{ "option of length 0", GUEST, NODE, NS, 0, 255, BODY(FLAGS HOST "\x01\0\1\2\3\4\5\6"),
	  SB_ND_BAD },
	{ "option too long", GUEST, NODE, NS, 0, 255, BODY(FLAGS HOST "\x01\x02\1\2\3\4\5\6"),
	  SB_ND_BAD },
	{ "half an option", GUEST, NODE, NS, 0, 255, BODY(FLAGS HOST "\x01"), SB_ND_BAD },
	{ "router wanted", GUEST, GROUP, RS, 0, 255, BODY(FLAGS MAC), SB_ND_ROUTER },
	{ "router wanted by nobody", NOBODY, GROUP, RS, 0, 255, BODY(FLAGS), SB_ND_ROUTER },
	{ "nobody has a MAC", NOBODY, GROUP, RS, 0, 255, BODY(FLAGS MAC), SB_ND_BAD },
	{ "advertisement", HOST, GUEST, 136, 0, 255, BODY(FLAGS HOST), SB_ND_HEARD },
	{ "router", GUEST, GROUP, 134, 0, 255, BODY(FLAGS FLAGS FLAGS), SB_ND_HEARD },
	{ "router, short", GUEST, GROUP, 134, 0, 255, BODY(FLAGS FLAGS), SB_ND_BAD },
	{ "redirect", GUEST, HOST, 137, 0, 255, BODY(FLAGS HOST HOST), SB_ND_HEARD },
	{ "redirect, short", GUEST, HOST, 137, 0, 255, BODY(FLAGS HOST), SB_ND_BAD },
	{ "listener", GUEST, GROUP, 131, 0, 1, BODY(FLAGS NODE), SB_ND_HEARD },
	{ "listeners", NOBODY, GROUP, 143, 0, 1, BODY(FLAGS), SB_ND_HEARD },
	{ "listener from afar", GUEST, GROUP, 131, 0, 2, BODY(FLAGS NODE), SB_ND_BAD },
	{ "listener, short", GUEST, GROUP, 131, 0, 1, BODY(FLAGS), SB_ND_BAD },
	{ "listener, no link's", HOST, GROUP, 131, 0, 1, BODY(FLAGS NODE), SB_ND_BAD },
};

static unsigned int sb_nd_test_write(u8 *buf, const struct sb_nd_case *c)
{
	struct ipv6hdr *ip = (struct ipv6hdr *)buf;
	struct icmp6hdr *icmp = (struct icmp6hdr *)(ip + 1);
	unsigned int len = 4 + c->len;

	memset(buf, 0, SB_ND_TEST_MAX);
	ip->version = 6;
	ip->payload_len = htons(len);
	ip->nexthdr = IPPROTO_ICMPV6;
	ip->hop_limit = c->hops;
	memcpy(&ip->saddr, c->src, sizeof(ip->saddr));
	memcpy(&ip->daddr, c->dst, sizeof(ip->daddr));
	icmp->icmp6_type = c->type;
	icmp->icmp6_code = c->code;
	memcpy(&icmp->icmp6_dataun, c->body, c->len);
	icmp->icmp6_cksum = csum_ipv6_magic(&ip->saddr, &ip->daddr, len, IPPROTO_ICMPV6,
					    csum_partial(icmp, len, c->wrong_sum));
	return sizeof(*ip) + len;
}

static void sb_nd_test_read(struct kunit *test)
{
	u8 *buf = kunit_kzalloc(test, SB_ND_TEST_MAX, GFP_KERNEL);
	unsigned int i, linear;

	for (i = 0; i < ARRAY_SIZE(sb_nd_cases); i++) {
		const struct sb_nd_case *c = &sb_nd_cases[i];
		unsigned int len = sb_nd_test_write(buf, c);

		for (linear = 0; linear <= len; linear += 44) {
			struct sk_buff *skb = sb_frame_skb(test, buf, len, linear);
			struct in6_addr target;
			struct sb_packet pkt;
			enum sb_parse parse = sb_parse(skb, &pkt);

			if (parse == SB_PARSE_L4_HEADER)	/* less than any ICMPv6 message */
				KUNIT_EXPECT_EQ_MSG(test, c->expect, SB_ND_BAD, "%s", c->name);
			else
				KUNIT_EXPECT_EQ_MSG(test, sb_nd_read(skb, &pkt, &target),
						    c->expect, "%s, %u linear", c->name, linear);
			if (parse != SB_PARSE_L4_HEADER)
				KUNIT_EXPECT_TRUE_MSG(test, sb_neighbour_is_nd(&pkt), "%s", c->name);
			if (c->expect == SB_ND_NEIGHBOUR)
				KUNIT_EXPECT_EQ(test, memcmp(&target, HOST, sizeof(target)), 0);
			sb_frame_drop(test, skb);
		}
	}
}

static void sb_nd_test_others(struct kunit *test)
{
	struct sb_packet pkt = { .ipv6 = true, .protocol = IPPROTO_ICMPV6, .icmp_type = 128 };

	KUNIT_EXPECT_FALSE(test, sb_neighbour_is_nd(&pkt));
	pkt.icmp_type = NDISC_NEIGHBOUR_SOLICITATION;
	KUNIT_EXPECT_TRUE(test, sb_neighbour_is_nd(&pkt));
	pkt.protocol = IPPROTO_UDP;
	KUNIT_EXPECT_FALSE(test, sb_neighbour_is_nd(&pkt));
}

static const u8 sb_nd_test_mac[ETH_ALEN] = { 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 };

/* An answer is itself a good message. */
static void sb_nd_test_sound(struct kunit *test, struct sk_buff *skb, u8 type)
{
	struct in6_addr target;
	struct sb_packet pkt;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	sb_frame_keep(test, skb);
	KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_ICMP_TYPE);
	KUNIT_EXPECT_EQ(test, pkt.icmp_type, type);
	KUNIT_EXPECT_EQ(test, pkt.total_len, skb->len);
	KUNIT_EXPECT_EQ(test, sb_nd_read(skb, &pkt, &target), SB_ND_HEARD);
	KUNIT_EXPECT_GE(test, skb_headroom(skb), ETH_HLEN + 8);
}

static void sb_nd_test_answers(struct kunit *test)
{
	struct in6_addr prefix = { .s6_addr = { 0xfd, 0x53, 0x42, 0x01 } };
	struct in6_addr guest, host;
	const struct prefix_info *info;
	const struct icmp6hdr *icmp;
	struct sk_buff *skb;

	memcpy(&guest, GUEST, sizeof(guest));
	memcpy(&host, HOST, sizeof(host));
	skb = sb_nd_neighbour(&host, &guest, sb_nd_test_mac);
	sb_nd_test_sound(test, skb, NDISC_NEIGHBOUR_ADVERTISEMENT);
	icmp = (struct icmp6hdr *)(skb->data + sizeof(struct ipv6hdr));
	KUNIT_EXPECT_TRUE(test, icmp->icmp6_solicited && icmp->icmp6_override &&
				icmp->icmp6_router);
	KUNIT_EXPECT_EQ(test, memcmp(icmp + 1, HOST, 16), 0);
	KUNIT_EXPECT_EQ(test, memcmp((u8 *)(icmp + 1) + 18, sb_nd_test_mac, ETH_ALEN), 0);

	skb = sb_nd_router(&prefix, &guest, sb_nd_test_mac);
	sb_nd_test_sound(test, skb, NDISC_ROUTER_ADVERTISEMENT);
	KUNIT_EXPECT_EQ(test, memcmp(&ipv6_hdr(skb)->saddr,
				     "\xfe\x80\0\0\0\0\0\0\0\x11\x22\xff\xfe\x33\x44\x55", 16), 0);
	info = (struct prefix_info *)(skb->data + sizeof(struct ipv6hdr) +
				      sizeof(struct ra_msg) + 8);
	KUNIT_EXPECT_EQ(test, info->type, 3);
	KUNIT_EXPECT_EQ(test, info->prefix_len, 64);
	KUNIT_EXPECT_TRUE(test, info->onlink && info->autoconf);
	KUNIT_EXPECT_EQ(test, memcmp(&info->prefix, &prefix, sizeof(prefix)), 0);
}

static struct kunit_case sb_nd_tests[] = {
	KUNIT_CASE(sb_nd_test_read),
	KUNIT_CASE(sb_nd_test_others),
	KUNIT_CASE(sb_nd_test_answers),
	{}
};

static struct kunit_suite sb_nd_suite = {
	.name		= "sinkbridge-nd",
	.test_cases	= sb_nd_tests,
};

kunit_test_suites(&sb_nd_suite);
