/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames for the unit tests, and checksums reckoned the slow way (RFC 1071). */
#ifndef SB_TEST_FRAME_H
#define SB_TEST_FRAME_H

#include <kunit/test.h>
#include <linux/in6.h>
#include <linux/skbuff.h>

#define SB_FRAME_MAX	65535
#define SB_FRAME_TTL	64
#define SB_FRAME_FLAGS	0x18	/* TCP: PSH and ACK */

static inline void sb_put16(u16 value, u8 *to)
{
	to[0] = value >> 8;
	to[1] = value & 0xff;
}

static inline void sb_put32(u32 value, u8 *to)
{
	sb_put16(value >> 16, to);
	sb_put16(value & 0xffff, to + 2);
}

/* A packet that is right in every field. */
struct sb_frame {
	u8	protocol;
	bool	ipv6;
	u8	options;	/*
				 * bytes of IPv4 options: no-operations, a multiple of 4, 40 at most;
				 * of an IPv6 destination options header: padding, a multiple of 8
				 */
	bool	no_csum;	/* UDP: checksum 0 */
	u8	icmp_type;
	u16	payload;	/* bytes behind the transport header, a pattern */
	u32	src;		/* all in host order; IPv6: see sb_frame_addr() */
	u32	dst;
	u16	l4_src;		/* ICMP echo: the identifier */
	u16	l4_dst;
};

/* The address as the module has it: IPv4 mapped; IPv6 a pattern made of these 32 bits. */
struct in6_addr sb_frame_addr(const struct sb_frame *frame, u32 addr);

unsigned int sb_frame_l4_offset(const struct sb_frame *frame);
unsigned int sb_frame_l4_len(u8 protocol);
unsigned int sb_frame_len(const struct sb_frame *frame);

/* Writes sb_frame_len() bytes with full checksums. */
void sb_frame_write(u8 *buf, const struct sb_frame *frame);

/* Where the transport checksum is; 0: the protocol has none here. */
unsigned int sb_frame_check_offset(const struct sb_frame *frame);

/* Sum of 16-bit words, folded, not inverted. */
u16 sb_frame_sum(const u8 *data, unsigned int len, u32 sum);
u16 sb_frame_pseudo(const struct sb_frame *frame);

/* Make the checksum of the IPv4 header right again; of an IPv6 header there is none. */
void sb_frame_fix_header(u8 *buf);

/*
 * An skb of that packet, skb->data at its start, room for an Ethernet header
 * before it; bytes from linear on are in page fragments.  Freed with the test.
 */
struct sk_buff *sb_frame_skb(struct kunit *test, const u8 *data, unsigned int len,
			     unsigned int linear);
/* Let the test free an skb when it ends. */
void sb_frame_keep(struct kunit *test, struct sk_buff *skb);
/* Free it now. */
void sb_frame_drop(struct kunit *test, struct sk_buff *skb);

/* Whether the skb is exactly these bytes. */
bool sb_frame_equal(const struct sk_buff *skb, const u8 *data, unsigned int len);

#endif /* SB_TEST_FRAME_H */
