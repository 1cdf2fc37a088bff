/* SPDX-License-Identifier: GPL-2.0-only */
/* What a frame says of itself: every length is checked before it is read. */
#ifndef SB_PARSE_H
#define SB_PARSE_H

#include <linux/skbuff.h>
#include <linux/types.h>

#include "addr.h"

/* Verdict on a packet's headers. */
enum sb_parse {
	SB_PARSE_OK,
	SB_PARSE_IP_HEADER,	/* version, length, header checksum */
	SB_PARSE_FRAGMENT,	/* a fragment: reassemble first */
	SB_PARSE_L4_HEADER,	/* transport header truncated or inconsistent */
	SB_PARSE_ICMP_TYPE,	/* an ICMP message that is neither echo request nor reply */
	SB_PARSE_EXT_HEADER,	/* IPv6: malformed, too many, or a routing header of type 0 */
};

/* The packet that an ICMP error tells of, as far as the error shows it. */
struct sb_inner {
	struct in6_addr	src;
	struct in6_addr	dst;
	__be16		l4_src;		/* as in struct sb_packet */
	__be16		l4_dst;
	u8		protocol;
	u16		offset;		/* of its IP header */
	u16		l4_offset;
	u16		l4_avail;	/* bytes from l4_offset to the end of the error */
};

/*
 * The headers of one packet.  l4_src and l4_dst are the ports of TCP and
 * UDP; for ICMP echo l4_src is the identifier and l4_dst is 0; for all other
 * protocols both are 0.  Offsets count from skb->data, which is at the IP
 * header.
 */
struct sb_packet {
	struct in6_addr	src;
	struct in6_addr	dst;
	__be16		l4_src;
	__be16		l4_dst;
	u8		protocol;	/* behind IPv6 extension headers */
	bool		ipv6;
	u8		ttl;		/* or hop limit */
	u8		tcp_flags;	/* FIN, SYN, RST, PSH, ACK, URG as on the wire; 0 unless TCP */
	u8		icmp_type;	/* 0 unless ICMP or ICMPv6 */
	u8		icmp_code;
	bool		icmp_error;	/* it tells of the packet in inner */
	bool		udp_no_csum;	/* UDP with checksum 0 */
	u16		l4_offset;
	u32		total_len;	/* as its header says; 32 bits: GSO may exceed 65,535 */
	struct sb_inner	inner;		/* valid if icmp_error */
};

/*
 * Read the packet at skb->data, IPv4 or IPv6 as skb->protocol says.  May pull header bytes into the linear
 * part, so pointers into the packet are stale afterwards.  Trims link-layer
 * padding behind the packet.  Never writes headers.
 */
enum sb_parse sb_parse(struct sk_buff *skb, struct sb_packet *pkt);
enum sb_parse sb_parse_ipv4(struct sk_buff *skb, struct sb_packet *pkt);

#endif /* SB_PARSE_H */
