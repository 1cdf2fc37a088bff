/* SPDX-License-Identifier: GPL-2.0-only */
/* Translation of addresses and ports, with incremental checksums (RFC 1624). */
#ifndef SB_REWRITE_H
#define SB_REWRITE_H

#include "parse.h"

/* What the packet shall say instead; fields that stay equal cost nothing. */
struct sb_rewrite {
	struct in6_addr	src;		/* of the packet's family, as dst */
	struct in6_addr	dst;
	__be16		l4_src;		/* ICMP echo: the identifier */
	__be16		l4_dst;		/* ICMP echo: ignored */
	u8		ttl;		/* or hop limit; 0: kept */
};

/*
 * Rewrite the packet at skb->data, which sb_parse() has described in pkt.
 * Right for CHECKSUM_NONE, _UNNECESSARY, _COMPLETE and _PARTIAL, for GSO
 * frames, cloned and non-linear skbs, UDP checksum 0 (stays 0).
 * Returns 0 or -ENOMEM (the header could not be made writable; the packet is
 * then unchanged).
 */
int sb_rewrite(struct sk_buff *skb, const struct sb_packet *pkt, const struct sb_rewrite *to);

#endif /* SB_REWRITE_H */
