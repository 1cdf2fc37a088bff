/* SPDX-License-Identifier: GPL-2.0-only */
/* What a frame says of itself: every length is checked before it is read. */
#ifndef SB_PARSE_H
#define SB_PARSE_H

#include <linux/skbuff.h>
#include <linux/types.h>

#include "addr.h"

/* Verdict on an IP packet's headers. */
enum sb_parse {
	SB_PARSE_OK,
	SB_PARSE_IP_HEADER,	/* version, lengths, IPv4 header checksum, malformed options */
	SB_PARSE_FRAGMENT,	/* a fragment, described in pkt->fragment: reassemble first */
	SB_PARSE_L4_HEADER,	/* transport header truncated or inconsistent; no checksum where one must be */
	SB_PARSE_ICMP_TYPE,	/* an ICMP message that is neither echo nor an error; ICMPv6: ND, MLD */
	SB_PARSE_EXT_HEADER,	/*
				 * IPv6 extension headers: truncated, out of place, too many, or
				 * still routing; IPv4: a source route
				 */
};

#define SB_EXT_HEADERS	8	/* IPv6 extension headers in a packet */
#define SB_EXT_BYTES	1280	/* of them and the IPv6 header, together */

/*
 * The packet inside an ICMP error: what its sender had received.  It may be cut
 * anywhere behind the 8th byte of its transport header.
 */
struct sb_inner {
	struct in6_addr	src;
	struct in6_addr	dst;
	__be16	l4_src;		/* as in struct sb_packet */
	__be16	l4_dst;
	u8	protocol;
	u8	icmp_type;
	u16	offset;		/* of its IP header */
	u16	l4_offset;	/* both from skb->data */
	u16	l4_avail;	/* bytes there are from l4_offset on */
};

struct sb_fragment {
	u32	id;
	u16	offset;		/* bytes */
	bool	more;
	u16	header;		/* where the data that is fragmented begins, from skb->data */
	u16	next_at;	/* IPv6: where the byte is that announces the fragment header */
};

/*
 * The headers of one packet.  l4_src and l4_dst are the ports of TCP, UDP and
 * UDP-Lite; for ICMP and ICMPv6 echo l4_src is the identifier and l4_dst is 0;
 * for all other protocols both are 0.  Offsets count from skb->data, which is
 * at the IP header.
 */
struct sb_packet {
	struct in6_addr	src;
	struct in6_addr	dst;
	__be16	l4_src;
	__be16	l4_dst;
	u8	protocol;	/* behind IPv6 extension headers; ICMPv6 is 58 */
	bool	ipv6;
	u8	ttl;		/* or hop limit */
	u8	tcp_flags;	/* FIN, SYN, RST, PSH, ACK, URG as on the wire; 0 unless TCP */
	u8	icmp_type;	/* 0 unless ICMP or ICMPv6 */
	u8	icmp_code;
	bool	icmp_error;	/* inner is valid */
	bool	udp_no_csum;	/* UDP with checksum 0 */
	u16	l4_offset;
	u32	total_len;	/* of the IP packet as its header says; 32 bits: GSO may exceed 65,535 */
	union {
		struct sb_inner	   inner;	/* if icmp_error */
		struct sb_fragment fragment;	/* with SB_PARSE_FRAGMENT */
	};
};

/*
 * Read the packet at skb->data, of the family that skb->protocol says.  May
 * pull header bytes into the linear part, so pointers into the packet are stale
 * afterwards.  Trims link-layer padding behind the packet.  Never writes, but
 * for a checksum that was left to a device in a place where none belongs.
 */
enum sb_parse sb_parse(struct sk_buff *skb, struct sb_packet *pkt);

/* Write the checksum that was left to a device.  False: there is none where it says, or no memory. */
bool sb_checksum_finish(struct sk_buff *skb);

/* parse6.c: the IPv6 header and what extends it, as far as pkt->protocol at pkt->l4_offset. */
enum sb_parse sb_parse_ipv6_header(struct sk_buff *skb, struct sb_packet *pkt);

/* What an ICMP error quotes of IPv6 headers, to the transport header, in at most len bytes. */
bool sb_parse_ipv6_inner(const struct sk_buff *skb, unsigned int len, struct sb_inner *inner);

#endif /* SB_PARSE_H */
