// SPDX-License-Identifier: GPL-2.0-only
/* DHCP messages: which are read, whom an exchange belongs to, and whose answer it is. */
#include <linux/udp.h>

#include "dhcp.h"
#include "frame.h"

#define SB_BOOTP	240	/* bytes before the options */
#define SB_OPTIONS	16
#define SB_UDP_AT	20
#define SB_BOOTP_AT	(SB_UDP_AT + 8)
#define SB_SERVER	0xc0a80101

struct sb_dhcp_case {
	const char	*name;
	unsigned int	len;
	const char	*options;
	bool		read;
	u32		server;
	unsigned int	cut;	/* bytes missing at the end of the message */
	unsigned int	at;	/* of a byte of the message that is another, and its value */
	u8		value;
};

#define ID		"\x36\x04\xc0\xa8\x01\x01"
#define OPTIONS(bytes)	sizeof(bytes) - 1, bytes

static const struct sb_dhcp_case sb_dhcp_cases[] = {
	{ "offer", OPTIONS("\x35\x01\x02" ID "\xff"), true, SB_SERVER },
	{ "padded", OPTIONS("\0\0\0" ID "\xff"), true, SB_SERVER },
	{ "no end", OPTIONS("\x35\x01\x02" ID), true, SB_SERVER },
	{ "end first", OPTIONS("\xff" ID), true },
	{ "option too long", OPTIONS("\x35\xff\x02" ID), true },
	{ "server cut", OPTIONS("\x0c\x08xxxxxxxx" ID), true, 0, 1 },
	{ "server of 3 bytes", OPTIONS("\x36\x03\xc0\xa8\x01\xff"), true },
	{ "server is a group", OPTIONS("\x36\x04\xe0\0\0\x01\xff"), true },
	{ "server of the fixed part", OPTIONS("\xff"), true, 0x0a000001, 0, 20, 10 },
	{ "no options", OPTIONS(""), true, 0, SB_OPTIONS },
	{ "cookie cut", OPTIONS(""), false, 0, SB_OPTIONS + 1 },
	{ "empty", OPTIONS(""), false, 0, SB_OPTIONS + SB_BOOTP },
	{ "a request", OPTIONS(ID), false, 0, 0, 0, 1 },
	{ "another link", OPTIONS(ID), false, 0, 0, 1, 6 },
	{ "another length of addresses", OPTIONS(ID), false, 0, 0, 2, 8 },
	{ "another cookie", OPTIONS(ID), false, 0, 0, 239, 0x64 },
};

static void sb_dhcp_write(u8 *buf, struct sb_packet *pkt, u32 xid, u8 mac)
{
	struct sb_frame frame = {
		.protocol = IPPROTO_UDP, .payload = SB_BOOTP + SB_OPTIONS,
		.src = 0xc6120043, .dst = 0xffffffff, .l4_src = 67, .l4_dst = 68,
	};
	u8 *bootp = buf + SB_BOOTP_AT;

	sb_frame_write(buf, &frame);
	memset(bootp, 0, SB_BOOTP + SB_OPTIONS);
	bootp[0] = SB_DHCP_ANSWER;
	bootp[1] = 1;
	bootp[2] = ETH_ALEN;
	sb_put32(xid, bootp + 4);
	bootp[20] = 127;	/* no host, unless the byte becomes another */
	bootp[23] = 1;
	bootp[28] = 2;
	bootp[33] = mac;
	sb_put32(0x63825363, bootp + 236);
	*pkt = (struct sb_packet){
		.src = sb_addr_v4(htonl(frame.src)), .dst = sb_addr_v4(htonl(frame.dst)),
		.l4_src = htons(67), .l4_dst = htons(68), .protocol = IPPROTO_UDP,
		.l4_offset = SB_UDP_AT, .total_len = sb_frame_len(&frame),
	};
}

static void sb_dhcp_test_read(struct kunit *test)
{
	u8 *buf = kunit_kzalloc(test, 512, GFP_KERNEL);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sb_dhcp_cases); i++) {
		const struct sb_dhcp_case *c = &sb_dhcp_cases[i];
		struct sb_packet pkt;
		struct sb_dhcp dhcp;
		struct sk_buff *skb;

		sb_dhcp_write(buf, &pkt, 0x01020304, 1);
		if (c->value)
			buf[SB_BOOTP_AT + c->at] = c->value;
		memcpy(buf + SB_BOOTP_AT + SB_BOOTP, c->options, c->len);
		pkt.total_len -= c->cut;
		skb = sb_frame_skb(test, buf, pkt.total_len, 60);
		KUNIT_EXPECT_EQ_MSG(test, sb_dhcp_read(skb, &pkt, SB_DHCP_ANSWER, &dhcp), c->read,
				    "%s", c->name);
		if (c->server)
			KUNIT_EXPECT_EQ_MSG(test, sb_addr_get_v4(&dhcp.server), htonl(c->server),
					    "%s", c->name);
		else
			KUNIT_EXPECT_TRUE_MSG(test, ipv6_addr_any(&dhcp.server), "%s", c->name);
		sb_frame_drop(test, skb);
	}
}

/* A client and a transaction each make another exchange; answers are found by it. */
static void sb_dhcp_test_exchange(struct kunit *test)
{
	static const struct { u32 xid; u8 mac; } others[] = { { 1, 1 }, { 2, 1 }, { 1, 2 } };
	u8 *buf = kunit_kzalloc(test, 512, GFP_KERNEL);
	struct sb_tuple orig = {}, first = {}, reply;
	struct sb_packet pkt;
	struct sb_dhcp dhcp;
	struct sk_buff *skb;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(others); i++) {
		sb_dhcp_write(buf, &pkt, others[i].xid, others[i].mac);
		KUNIT_EXPECT_TRUE(test, sb_dhcp_is_answer(&pkt));
		KUNIT_EXPECT_FALSE(test, sb_dhcp_is_request(&pkt));
		skb = sb_frame_skb(test, buf, pkt.total_len, 512);
		KUNIT_ASSERT_TRUE(test, sb_dhcp_read(skb, &pkt, SB_DHCP_ANSWER, &dhcp));
		sb_dhcp_orig(&orig, &dhcp);
		sb_dhcp_reply(&reply, &pkt.src, 7, &dhcp);
		KUNIT_EXPECT_NE(test, orig.exchange, 0);
		KUNIT_EXPECT_EQ(test, reply.port, 7U);
		KUNIT_EXPECT_EQ(test, reply.l4_dst, htons(68));
		KUNIT_EXPECT_NE(test, memcmp(&first, &reply, sizeof(reply)), 0);
		first = i ? first : reply;
		sb_frame_drop(test, skb);
	}
}

static void sb_dhcp_test_ports(struct kunit *test)
{
	struct sb_packet pkt = {
		.dst = sb_addr_v4(htonl(0xffffffff)), .protocol = IPPROTO_UDP,
		.l4_src = htons(68), .l4_dst = htons(67),
	};

	KUNIT_EXPECT_TRUE(test, sb_dhcp_is_request(&pkt));
	KUNIT_EXPECT_FALSE(test, sb_dhcp_is_answer(&pkt));
	pkt.dst = sb_addr_v4(htonl(0xc0a80101));
	KUNIT_EXPECT_FALSE(test, sb_dhcp_is_request(&pkt));
	pkt.dst = sb_addr_v4(htonl(0xffffffff));
	pkt.l4_src = htons(1068);
	KUNIT_EXPECT_FALSE(test, sb_dhcp_is_request(&pkt));
	pkt.l4_src = htons(68);
	pkt.protocol = IPPROTO_TCP;
	KUNIT_EXPECT_FALSE(test, sb_dhcp_is_request(&pkt));
}

static struct kunit_case sb_dhcp_tests[] = {
	KUNIT_CASE(sb_dhcp_test_read),
	KUNIT_CASE(sb_dhcp_test_exchange),
	KUNIT_CASE(sb_dhcp_test_ports),
	{}
};

static struct kunit_suite sb_dhcp_suite = {
	.name		= "sinkbridge-dhcp",
	.test_cases	= sb_dhcp_tests,
};

kunit_test_suites(&sb_dhcp_suite);
