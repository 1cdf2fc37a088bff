// SPDX-License-Identifier: GPL-2.0-only
/* Good and bad packets, byte by byte: what the parser says of each. */
#include <linux/icmp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/slab.h>

#include "frame.h"
#include "parse.h"

#define SB_SRC	0xc0a80164	/* 192.168.1.100 */
#define SB_DST	0x01020304	/* 1.2.3.4 */

/* A byte to set, at an offset from the start of the packet. */
struct sb_patch {
	u16	at;
	u8	value;
};

struct sb_parse_case {
	const char	*name;
	u8		protocol;
	u8		options;
	u16		payload;
	struct sb_patch	patch[4];	/* at 0 and value 0: none */
	bool		bad_header_csum;	/* else it is made right after patching */
	u16		cut;		/* bytes missing at the end of the frame */
	u16		pad;		/* bytes behind the packet */
	u16		linear;		/* so many bytes in the linear part, the rest in pages; 0: all */
	u16		gso_size;
	enum sb_parse	expect;
	u8		icmp_type;
	u8		tcp_flags;	/* 0: as sb_frame_write() sets them */
};

#define TCP(case_name, size, ...)	{ .name = case_name, .protocol = IPPROTO_TCP, \
					  .payload = size, __VA_ARGS__ }
#define UDP(case_name, size, ...)	{ .name = case_name, .protocol = IPPROTO_UDP, \
					  .payload = size, __VA_ARGS__ }
#define ICMP(case_name, type, size, ...) { .name = case_name, .protocol = IPPROTO_ICMP, \
					  .icmp_type = type, .payload = size, __VA_ARGS__ }
#define OTHER(case_name, size, ...)	{ .name = case_name, .protocol = IPPROTO_GRE, \
					  .payload = size, __VA_ARGS__ }

static const struct sb_parse_case sb_parse_cases[] = {
	TCP("TCP", 100),
	TCP("TCP without payload", 0),
	TCP("TCP with 40 bytes of IP options", 100, .options = 40),
	TCP("TCP flags: reserved bits and ECN are masked", 100,
	    .patch = { { 33, 0xc2 }, { 32, 0x5f } }, .tcp_flags = 0x02),
	TCP("TCP header with options to the end of the packet", 40, .patch = { { 32, 0xf0 } }),
	TCP("TCP header longer than the packet", 39, .patch = { { 32, 0xf0 } },
	    .expect = SB_PARSE_L4_HEADER),
	TCP("TCP data offset 4", 100, .patch = { { 32, 0x40 } }, .expect = SB_PARSE_L4_HEADER),
	TCP("TCP data offset 0", 100, .patch = { { 32, 0x00 }, { 32, 0x0f } },
	    .expect = SB_PARSE_L4_HEADER),
	TCP("TCP header cut, total length says so", 0, .cut = 1, .patch = { { 3, 39 } },
	    .expect = SB_PARSE_L4_HEADER),
	TCP("TCP header only in the padding", 0, .patch = { { 3, 39 } },
	    .expect = SB_PARSE_L4_HEADER),
	TCP("no byte of TCP", 0, .cut = 20, .patch = { { 3, 20 } }, .expect = SB_PARSE_L4_HEADER),

	UDP("UDP", 100),
	UDP("UDP without payload", 0),
	UDP("UDP with 4 bytes of IP options", 100, .options = 4),
	UDP("UDP length 7", 100, .patch = { { 24, 0 }, { 25, 7 } }, .expect = SB_PARSE_L4_HEADER),
	UDP("UDP length 0", 100, .patch = { { 25, 0 } }, .expect = SB_PARSE_L4_HEADER),
	UDP("UDP length one more than there is", 100, .patch = { { 25, 109 } },
	    .expect = SB_PARSE_L4_HEADER),
	UDP("UDP length 65535", 100, .patch = { { 24, 0xff }, { 25, 0xff } },
	    .expect = SB_PARSE_L4_HEADER),
	UDP("UDP length less than there is", 100, .patch = { { 25, 60 } }),
	UDP("UDP length 8 before trailing bytes", 100, .patch = { { 25, 8 } }),
	UDP("UDP header cut", 0, .cut = 1, .patch = { { 3, 27 } }, .expect = SB_PARSE_L4_HEADER),
	UDP("UDP length reaches into the padding", 0, .pad = 18, .patch = { { 25, 9 } },
	    .expect = SB_PARSE_L4_HEADER),

	ICMP("ICMP echo request", ICMP_ECHO, 56),
	ICMP("ICMP echo reply", ICMP_ECHOREPLY, 56),
	ICMP("ICMP echo request of 8 bytes", ICMP_ECHO, 0),
	ICMP("ICMP echo request of 7 bytes", ICMP_ECHO, 0, .cut = 1, .patch = { { 3, 27 } },
	     .expect = SB_PARSE_L4_HEADER),
	ICMP("ICMP error about no packet", ICMP_DEST_UNREACH, 56, .expect = SB_PARSE_L4_HEADER),
	ICMP("ICMP error without a byte", ICMP_DEST_UNREACH, 0, .expect = SB_PARSE_L4_HEADER),
	ICMP("ICMP timestamp", ICMP_TIMESTAMP, 56, .expect = SB_PARSE_ICMP_TYPE),
	ICMP("ICMP redirect", ICMP_REDIRECT, 56, .expect = SB_PARSE_ICMP_TYPE),
	ICMP("ICMP type 255", 255, 56, .expect = SB_PARSE_ICMP_TYPE),

	OTHER("another protocol", 40),
	OTHER("another protocol without a byte of payload", 0),
	OTHER("protocol 0", 40, .patch = { { 9, 0 } }),
	OTHER("protocol 255", 40, .patch = { { 9, 255 } }),

	UDP("runt: no byte", 100, .cut = 128, .bad_header_csum = true,
	    .expect = SB_PARSE_IP_HEADER),
	UDP("runt: one byte", 100, .cut = 127, .expect = SB_PARSE_IP_HEADER),
	UDP("runt: 19 bytes", 100, .cut = 109, .expect = SB_PARSE_IP_HEADER),
	OTHER("runt: options cut", 0, .options = 8, .cut = 1, .expect = SB_PARSE_IP_HEADER),
	UDP("IP version 5", 100, .patch = { { 0, 0x55 } }, .expect = SB_PARSE_IP_HEADER),
	UDP("IP version 6", 100, .patch = { { 0, 0x65 } }, .expect = SB_PARSE_IP_HEADER),
	UDP("IP header length 4", 100, .patch = { { 0, 0x44 } }, .expect = SB_PARSE_IP_HEADER),
	UDP("IP header length 0", 100, .patch = { { 0, 0x40 } }, .bad_header_csum = true,
	    .expect = SB_PARSE_IP_HEADER),
	OTHER("IP header longer than the frame", 39, .patch = { { 0, 0x4f } },
	      .bad_header_csum = true, .expect = SB_PARSE_IP_HEADER),
	OTHER("IP header longer than the total length", 40, .patch = { { 0, 0x4f }, { 3, 59 } },
	      .expect = SB_PARSE_IP_HEADER),
	UDP("header checksum wrong", 100, .patch = { { 8, 63 } }, .bad_header_csum = true,
	    .expect = SB_PARSE_IP_HEADER),
	UDP("header checksum wrong in an option", 100, .options = 4, .patch = { { 23, 2 } },
	    .bad_header_csum = true, .expect = SB_PARSE_IP_HEADER),
	UDP("total length one more than there is", 100, .cut = 1, .expect = SB_PARSE_IP_HEADER),
	UDP("total length 65535", 100, .patch = { { 2, 0xff }, { 3, 0xff } },
	    .expect = SB_PARSE_IP_HEADER),
	UDP("total length 19", 100, .patch = { { 3, 19 } }, .expect = SB_PARSE_IP_HEADER),
	UDP("total length 0", 100, .patch = { { 3, 0 } }, .expect = SB_PARSE_IP_HEADER),

	UDP("padding", 0, .pad = 18),
	UDP("one byte of padding", 100, .pad = 1),
	TCP("padding in page fragments", 0, .pad = 6, .linear = 20),
	OTHER("padding behind 20 bytes", 0, .pad = 26),

	UDP("first fragment", 100, .patch = { { 6, 0x20 } }, .expect = SB_PARSE_FRAGMENT),
	UDP("middle fragment", 100, .patch = { { 6, 0x20 }, { 7, 10 } },
	    .expect = SB_PARSE_FRAGMENT),
	UDP("last fragment", 100, .patch = { { 6, 0x00 }, { 7, 10 } },
	    .expect = SB_PARSE_FRAGMENT),
	UDP("fragment of 1 byte", 0, .cut = 7, .patch = { { 3, 21 }, { 6, 0x1f }, { 7, 0xff } },
	    .expect = SB_PARSE_FRAGMENT),
	UDP("fragment with a bad header checksum", 100, .patch = { { 6, 0x20 } },
	    .bad_header_csum = true, .expect = SB_PARSE_IP_HEADER),
	UDP("reserved flag is no fragment", 100, .patch = { { 6, 0x80 } }),

	TCP("TCP all in page fragments", 100, .linear = 1),
	TCP("TCP header across the linear part's end", 100, .linear = 30),
	UDP("UDP header across the linear part's end", 100, .options = 40, .linear = 61),
	UDP("IP options in page fragments", 100, .options = 40, .linear = 20),
	ICMP("ICMP in page fragments", ICMP_ECHO, 56, .linear = 20),
	OTHER("another protocol in page fragments", 40, .linear = 10),

	TCP("GSO frame", 30000, .linear = 40, .gso_size = 1460),
	TCP("GSO frame, total length less than there is", 3000, .pad = 1, .gso_size = 1460,
	    .expect = SB_PARSE_IP_HEADER),
	TCP("GSO frame, total length more than there is", 3000, .cut = 1, .gso_size = 1460,
	    .expect = SB_PARSE_IP_HEADER),
	TCP("GSO frame, total length 0 without need", 200, .gso_size = 100,
	    .patch = { { 3, 0 } }, .expect = SB_PARSE_IP_HEADER),
};

static void sb_parse_case_name(const struct sb_parse_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(sb_parse, sb_parse_cases, sb_parse_case_name);

/* Writes the case's packet and returns its length as it should be, without cut and pad. */
static unsigned int sb_parse_write(u8 *buf, const struct sb_parse_case *c)
{
	const struct sb_frame frame = {
		.protocol = c->protocol, .options = c->options, .payload = c->payload,
		.icmp_type = c->icmp_type, .src = SB_SRC, .dst = SB_DST,
		.l4_src = 65084, .l4_dst = 477,
	};
	unsigned int i;

	sb_frame_write(buf, &frame);
	for (i = 0; i < ARRAY_SIZE(c->patch); i++)
		if (c->patch[i].at || c->patch[i].value)
			buf[c->patch[i].at] = c->patch[i].value;
	if (!c->bad_header_csum)
		sb_frame_fix_header(buf);
	return sb_frame_len(&frame);
}

static struct sk_buff *sb_parse_skb(struct kunit *test, const struct sb_parse_case *c, u8 *buf)
{
	unsigned int len = sb_parse_write(buf, c);
	struct sk_buff *skb;

	memset(buf + len, 0xee, c->pad);
	len += c->pad;
	len -= c->cut;
	skb = sb_frame_skb(test, buf, len, c->linear ?: len);
	if (c->gso_size) {
		skb_shinfo(skb)->gso_size = c->gso_size;
		skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(c->payload, c->gso_size);
		skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	}
	return skb;
}

static void sb_parse_expect_fields(struct kunit *test, const struct sb_parse_case *c,
				   const struct sb_packet *pkt)
{
	bool ports = c->protocol == IPPROTO_TCP || c->protocol == IPPROTO_UDP;

	if (c->expect == SB_PARSE_OK) {
		KUNIT_EXPECT_EQ(test, ntohs(pkt->l4_src),
				ports || c->protocol == IPPROTO_ICMP ? 65084 : 0);
		KUNIT_EXPECT_EQ(test, ntohs(pkt->l4_dst), ports ? 477 : 0);
		KUNIT_EXPECT_EQ(test, pkt->tcp_flags,
				c->protocol == IPPROTO_TCP ? c->tcp_flags ?: SB_FRAME_FLAGS : 0);
	}
	if (c->expect == SB_PARSE_OK || c->expect == SB_PARSE_ICMP_TYPE)
		KUNIT_EXPECT_EQ(test, pkt->icmp_type, c->icmp_type);
	KUNIT_EXPECT_EQ(test, ntohl(pkt->src.s6_addr32[3]), SB_SRC);
	KUNIT_EXPECT_EQ(test, ntohl(pkt->dst.s6_addr32[3]), SB_DST);
	KUNIT_EXPECT_EQ(test, pkt->ttl, SB_FRAME_TTL);
	KUNIT_EXPECT_FALSE(test, pkt->ipv6);
	KUNIT_EXPECT_EQ(test, pkt->l4_offset, 20 + c->options);
	KUNIT_EXPECT_FALSE(test, pkt->udp_no_csum);
}

static void sb_parse_verdict(struct kunit *test)
{
	const struct sb_parse_case *c = test->param_value;
	u8 *buf = kunit_kzalloc(test, SB_FRAME_MAX, GFP_KERNEL);
	struct sb_packet pkt;
	struct sk_buff *skb;
	unsigned int len;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	skb = sb_parse_skb(test, c, buf);
	KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), c->expect);
	if (c->expect == SB_PARSE_IP_HEADER)
		return;

	len = buf[2] << 8 | buf[3];
	KUNIT_EXPECT_EQ(test, pkt.total_len, len);
	KUNIT_EXPECT_EQ(test, pkt.protocol, buf[9]);
	KUNIT_EXPECT_TRUE(test, sb_frame_equal(skb, buf, len));
	KUNIT_EXPECT_PTR_EQ(test, skb_network_header(skb), skb->data);
	KUNIT_EXPECT_EQ(test, skb_transport_offset(skb), 20 + c->options);
	sb_parse_expect_fields(test, c, &pkt);
}

/* Every prefix of a packet is refused, whatever part of it is linear. */
static void sb_parse_truncated(struct kunit *test)
{
	static const u8 protocols[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_GRE };
	u8 *buf = kunit_kzalloc(test, SB_FRAME_MAX, GFP_KERNEL);
	unsigned int i, len, linear;
	struct sb_packet pkt;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		const struct sb_frame frame = {
			.protocol = protocols[i], .options = 8, .payload = 4,
			.icmp_type = ICMP_ECHO,
		};

		sb_frame_write(buf, &frame);
		for (len = 0; len < sb_frame_len(&frame); len++) {
			for (linear = 0; linear <= len; linear += 7) {
				struct sk_buff *skb = sb_frame_skb(test, buf, len, linear);

				KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt),
						SB_PARSE_IP_HEADER);
				sb_frame_drop(test, skb);
			}
		}
	}
}

static void sb_parse_udp_checksum(struct kunit *test)
{
	struct sb_frame frame = { .protocol = IPPROTO_UDP, .no_csum = true, .payload = 5 };
	struct sb_packet pkt;
	struct sk_buff *skb;
	u8 buf[64];

	sb_frame_write(buf, &frame);
	skb = sb_frame_skb(test, buf, sb_frame_len(&frame), 64);
	KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_OK);
	KUNIT_EXPECT_TRUE(test, pkt.udp_no_csum);

	skb = sb_frame_skb(test, buf, sb_frame_len(&frame), 64);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + 20;
	skb->csum_offset = 6;
	KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_OK);
	KUNIT_EXPECT_FALSE(test, pkt.udp_no_csum);
}

/* Padding goes, and the device's sum over all of it stays right. */
static void sb_parse_padding_complete(struct kunit *test)
{
	struct sb_frame frame = { .protocol = IPPROTO_UDP, .payload = 3, .src = SB_SRC };
	struct sb_packet pkt;
	struct sk_buff *skb;
	u8 buf[64];

	memset(buf, 0xa5, sizeof(buf));
	sb_frame_write(buf, &frame);
	skb = sb_frame_skb(test, buf, sizeof(buf), sizeof(buf));
	skb->ip_summed = CHECKSUM_COMPLETE;
	skb->csum = skb_checksum(skb, 0, skb->len, 0);
	KUNIT_ASSERT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_OK);
	KUNIT_EXPECT_EQ(test, skb->len, 31);
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		KUNIT_EXPECT_EQ(test, (__force u16)csum_fold(skb->csum),
				(__force u16)csum_fold(skb_checksum(skb, 0, skb->len, 0)));
}

/* TCP over IPv4 in a GSO frame beyond 65,535 bytes: the total length is 0. */
static void sb_parse_big_tcp(struct kunit *test)
{
	struct sb_frame frame = { .protocol = IPPROTO_TCP, .payload = 60000 };
	u8 *buf = kunit_kzalloc(test, 70000, GFP_KERNEL);
	struct sb_packet pkt;
	struct sk_buff *skb;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	sb_frame_write(buf, &frame);
	sb_put16(0, buf + 2);
	sb_frame_fix_header(buf);

	skb = sb_frame_skb(test, buf, 66000, 1000);
	KUNIT_EXPECT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_IP_HEADER);
	skb_shinfo(skb)->gso_size = 1460;
	skb_shinfo(skb)->gso_type = SKB_GSO_UDP_L4;
	KUNIT_EXPECT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_IP_HEADER);
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	KUNIT_EXPECT_EQ(test, sb_parse(skb, &pkt), SB_PARSE_OK);
	KUNIT_EXPECT_EQ(test, pkt.total_len, 66000);
}

static struct kunit_case sb_parse_test_cases[] = {
	KUNIT_CASE_PARAM(sb_parse_verdict, sb_parse_gen_params),
	KUNIT_CASE(sb_parse_truncated),
	KUNIT_CASE(sb_parse_udp_checksum),
	KUNIT_CASE(sb_parse_padding_complete),
	KUNIT_CASE(sb_parse_big_tcp),
	{}
};

static struct kunit_suite sb_parse_suite = {
	.name		= "sinkbridge-parse",
	.test_cases	= sb_parse_test_cases,
};
kunit_test_suite(sb_parse_suite);
