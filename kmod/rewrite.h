/* SPDX-License-Identifier: GPL-2.0-only */
/* Translation of addresses and ports, with incremental checksums (RFC 1624). */
#ifndef SB_REWRITE_H
#define SB_REWRITE_H

#include "parse.h"

/* What the packet shall say instead; fields that stay equal cost nothing. */
struct sb_rewrite {
	struct in6_addr	src;
	struct in6_addr	dst;
	__be16	l4_src;		/* ICMP echo: the identifier */
	__be16	l4_dst;		/* ICMP echo: ignored */
	u8	ttl;		/* or hop limit; 0: as it is */
};

/*
 * Rewrite the packet at skb->data, which sb_parse() has described in pkt; the
 * addresses are of the packet's family.  Right for CHECKSUM_NONE, _UNNECESSARY,
 * _COMPLETE and _PARTIAL, for GSO frames, cloned and non-linear skbs, UDP
 * checksum 0 (stays 0).  Protocols without ports keep all but the
 * addresses (and DCCP's checksum).
 * Returns 0 or -ENOMEM (the header could not be made writable; the packet is
 * then unchanged).
 */
int sb_rewrite(struct sk_buff *skb, const struct sb_packet *pkt, const struct sb_rewrite *to);

/*
 * The same for an ICMP error (pkt->icmp_error), and for the packet that it
 * quotes: outer says what its own header shall say, inner what the quoted one
 * shall; ports and identifiers of outer, and ttl of inner, are ignored.
 */
int sb_rewrite_icmp_error(struct sk_buff *skb, const struct sb_packet *pkt,
			  const struct sb_rewrite *outer, const struct sb_rewrite *inner);

#endif /* SB_REWRITE_H */
