// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames for the unit tests.  Bytes are set one by one and sums are reckoned by
 * the book, so that the tests share no mistake with the code that they test.
 */
#include <kunit/resource.h>
#include <linux/if_ether.h>
#include <linux/in.h>

#include "frame.h"

#define SB_IP_HEADER	20
#define SB_IPV6_HEADER	40
#define SB_IPV6_OPTIONS	60	/* the destination options header */

struct in6_addr sb_frame_addr(const struct sb_frame *frame, u32 addr)
{
	struct in6_addr in6 = {};

	if (frame->ipv6) {
		in6.s6_addr32[0] = htonl(0x20010db8);
		in6.s6_addr32[1] = htonl(addr);
		in6.s6_addr32[2] = htonl(~addr);
		in6.s6_addr32[3] = htonl(addr * 3);
	} else {
		in6.s6_addr32[2] = htonl(0xffff);
		in6.s6_addr32[3] = htonl(addr);
	}
	return in6;
}

unsigned int sb_frame_l4_offset(const struct sb_frame *frame)
{
	return (frame->ipv6 ? SB_IPV6_HEADER : SB_IP_HEADER) + frame->options;
}

unsigned int sb_frame_l4_len(u8 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return 20;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return 8;
	default:
		return 0;
	}
}

unsigned int sb_frame_len(const struct sb_frame *frame)
{
	return sb_frame_l4_offset(frame) + sb_frame_l4_len(frame->protocol) + frame->payload;
}

u16 sb_frame_sum(const u8 *data, unsigned int len, u32 sum)
{
	unsigned int i;

	for (i = 0; i < len; i++) {
		sum += i & 1 ? data[i] : data[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return (sum & 0xffff) + (sum >> 16);
}

u16 sb_frame_pseudo(const struct sb_frame *frame)
{
	unsigned int len = sb_frame_len(frame) - sb_frame_l4_offset(frame);
	struct in6_addr addr[2];
	u8 pseudo[12] = {};

	if (frame->protocol == IPPROTO_ICMP)
		return 0;
	if (frame->ipv6) {
		addr[0] = sb_frame_addr(frame, frame->src);
		addr[1] = sb_frame_addr(frame, frame->dst);
		return sb_frame_sum((const u8 *)addr, sizeof(addr), len + frame->protocol);
	}
	sb_put32(frame->src, pseudo);
	sb_put32(frame->dst, pseudo + 4);
	pseudo[9] = frame->protocol;
	sb_put16(len, pseudo + 10);
	return sb_frame_sum(pseudo, sizeof(pseudo), 0);
}

unsigned int sb_frame_check_offset(const struct sb_frame *frame)
{
	switch (frame->protocol) {
	case IPPROTO_TCP:
		return sb_frame_l4_offset(frame) + 16;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return sb_frame_l4_offset(frame) + 6;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return sb_frame_l4_offset(frame) + 2;
	default:
		return 0;
	}
}

void sb_frame_fix_header(u8 *buf)
{
	if (buf[0] >> 4 != 4)
		return;
	sb_put16(0, buf + 10);
	sb_put16(~sb_frame_sum(buf, (buf[0] & 0xf) * 4, 0), buf + 10);
}

static void sb_frame_write_l4(u8 *l4, const struct sb_frame *frame)
{
	sb_put16(frame->l4_src, l4);
	sb_put16(frame->l4_dst, l4 + 2);
	switch (frame->protocol) {
	case IPPROTO_TCP:
		sb_put32(0x12345678, l4 + 4);
		sb_put32(0x9abcdef0, l4 + 8);
		l4[12] = 5 << 4;
		l4[13] = SB_FRAME_FLAGS;
		sb_put16(0x4000, l4 + 14);
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		sb_put16(8 + frame->payload, l4 + 4);
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		l4[0] = frame->icmp_type;
		l4[1] = 0;
		sb_put16(0, l4 + 2);
		sb_put16(frame->l4_src, l4 + 4);
		sb_put16(7, l4 + 6);
		break;
	}
}

static void sb_frame_write_check(u8 *buf, const struct sb_frame *frame)
{
	unsigned int l4 = sb_frame_l4_offset(frame);
	u16 check;

	check = ~sb_frame_sum(buf + l4, sb_frame_len(frame) - l4, sb_frame_pseudo(frame));
	if ((frame->protocol == IPPROTO_UDP || frame->protocol == IPPROTO_UDPLITE) && !check)
		check = 0xffff;
	if (frame->protocol == IPPROTO_UDP && frame->no_csum)
		check = 0;
	sb_put16(check, buf + sb_frame_check_offset(frame));
}

static void sb_frame_write_ipv4(u8 *buf, const struct sb_frame *frame)
{
	buf[0] = 4 << 4 | sb_frame_l4_offset(frame) / 4;
	sb_put16(sb_frame_len(frame), buf + 2);
	sb_put16(0x4321, buf + 4);
	sb_put16(0x4000, buf + 6);	/* don't fragment */
	buf[8] = SB_FRAME_TTL;
	buf[9] = frame->protocol;
	sb_put32(frame->src, buf + 12);
	sb_put32(frame->dst, buf + 16);
	memset(buf + SB_IP_HEADER, 1, frame->options);
	sb_frame_fix_header(buf);
}

static void sb_frame_write_ipv6(u8 *buf, const struct sb_frame *frame)
{
	struct in6_addr src = sb_frame_addr(frame, frame->src);
	struct in6_addr dst = sb_frame_addr(frame, frame->dst);

	buf[0] = 6 << 4;
	sb_put16(sb_frame_len(frame) - SB_IPV6_HEADER, buf + 4);
	buf[6] = frame->options ? SB_IPV6_OPTIONS : frame->protocol;
	buf[7] = SB_FRAME_TTL;
	memcpy(buf + 8, &src, 16);
	memcpy(buf + 24, &dst, 16);
	if (!frame->options)
		return;
	buf[40] = frame->protocol;
	buf[41] = frame->options / 8 - 1;
	buf[42] = 1;	/* padding of so many bytes */
	buf[43] = frame->options - 4;
}

void sb_frame_write(u8 *buf, const struct sb_frame *frame)
{
	unsigned int l4 = sb_frame_l4_offset(frame);
	unsigned int l4_len = sb_frame_l4_len(frame->protocol);
	unsigned int i;

	memset(buf, 0, l4 + l4_len);
	if (frame->ipv6)
		sb_frame_write_ipv6(buf, frame);
	else
		sb_frame_write_ipv4(buf, frame);

	for (i = 0; i < frame->payload; i++)
		buf[l4 + l4_len + i] = i * 7 + (i >> 8);
	if (!l4_len)
		return;
	sb_frame_write_l4(buf + l4, frame);
	sb_frame_write_check(buf, frame);
}

static int sb_frame_resource_init(struct kunit_resource *resource, void *skb)
{
	resource->data = skb;
	return 0;
}

static void sb_frame_resource_free(struct kunit_resource *resource)
{
	kfree_skb(resource->data);
}

void sb_frame_keep(struct kunit *test, struct sk_buff *skb)
{
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_NOT_NULL(test, kunit_alloc_resource(test, sb_frame_resource_init,
							 sb_frame_resource_free, GFP_KERNEL, skb));
}

static bool sb_frame_resource_match(struct kunit *test, struct kunit_resource *resource, void *skb)
{
	return resource->free == sb_frame_resource_free && resource->data == skb;
}

void sb_frame_drop(struct kunit *test, struct sk_buff *skb)
{
	KUNIT_ASSERT_EQ(test, kunit_destroy_resource(test, sb_frame_resource_match, skb), 0);
}

static void sb_frame_add_fragments(struct kunit *test, struct sk_buff *skb, const u8 *data,
				   unsigned int len)
{
	while (len) {
		unsigned int part = min_t(unsigned int, len, PAGE_SIZE);
		struct page *page = alloc_page(GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, page);
		memcpy(page_address(page), data, part);
		skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, 0, part, PAGE_SIZE);
		data += part;
		len -= part;
	}
}

struct sk_buff *sb_frame_skb(struct kunit *test, const u8 *data, unsigned int len,
			     unsigned int linear)
{
	struct sk_buff *skb;

	linear = min(linear, len);
	skb = alloc_skb(NET_SKB_PAD + ETH_HLEN + linear, GFP_KERNEL);
	sb_frame_keep(test, skb);
	skb_reserve(skb, NET_SKB_PAD + ETH_HLEN);
	skb_put_data(skb, data, linear);
	sb_frame_add_fragments(test, skb, data + linear, len - linear);
	skb->protocol = len && data[0] >> 4 == 6 ? htons(ETH_P_IPV6) : htons(ETH_P_IP);
	memset(skb->data - ETH_HLEN, 0, ETH_HLEN);
	skb_set_mac_header(skb, -ETH_HLEN);
	return skb;
}

bool sb_frame_equal(const struct sk_buff *skb, const u8 *data, unsigned int len)
{
	u8 part[64];
	unsigned int i, n;

	if (skb->len != len)
		return false;
	for (i = 0; i < len; i += n) {
		n = min_t(unsigned int, len - i, sizeof(part));
		if (skb_copy_bits(skb, i, part, n) || memcmp(part, data + i, n))
			return false;
	}
	return true;
}
