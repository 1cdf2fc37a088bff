/* SPDX-License-Identifier: GPL-2.0-only */
/* What a frame says of itself: every length is checked before it is read. */
#ifndef SB_PARSE_H
#define SB_PARSE_H

#include <linux/skbuff.h>
#include <linux/types.h>

/* Verdict on an IPv4 packet's headers. */
enum sb_parse {
	SB_PARSE_OK,
	SB_PARSE_IP_HEADER,	/* version, length, header checksum */
	SB_PARSE_FRAGMENT,	/* a fragment: reassemble first */
	SB_PARSE_L4_HEADER,	/* transport header truncated or inconsistent */
	SB_PARSE_ICMP_TYPE,	/* an ICMP message that is neither echo request nor reply */
};

/*
 * The headers of one IPv4 packet.  l4_src and l4_dst are the ports of TCP and
 * UDP; for ICMP echo l4_src is the identifier and l4_dst is 0; for all other
 * protocols both are 0.  Offsets count from skb->data, which is at the IPv4
 * header.
 */
struct sb_packet {
	__be32	src;
	__be32	dst;
	__be16	l4_src;
	__be16	l4_dst;
	u8	protocol;
	u8	tcp_flags;	/* FIN, SYN, RST, PSH, ACK, URG as on the wire; 0 unless TCP */
	u8	icmp_type;	/* 0 unless ICMP */
	bool	udp_no_csum;	/* UDP with checksum 0 */
	u16	l4_offset;
	u32	total_len;	/* of the IP packet as its header says; 32 bits: GSO may exceed 65,535 */
};

/*
 * Read the IPv4 packet at skb->data.  May pull header bytes into the linear
 * part, so pointers into the packet are stale afterwards.  Trims link-layer
 * padding behind the packet.  Never writes headers.
 */
enum sb_parse sb_parse_ipv4(struct sk_buff *skb, struct sb_packet *pkt);

#endif /* SB_PARSE_H */
