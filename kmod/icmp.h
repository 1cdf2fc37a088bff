/* SPDX-License-Identifier: GPL-2.0-only */
/* ICMP and ICMPv6 errors that a router or a host on the way would send. */
#ifndef SB_ICMP_H
#define SB_ICMP_H

#include "parse.h"

enum sb_icmp_error {
	SB_ICMP_TTL,		/* time exceeded in transit */
	SB_ICMP_TOO_BIG,	/* fragmentation needed, packet too big: info is the MTU */
};

/*
 * The error about the packet at skb->data, described in pkt, that from would
 * send to who sent it; skb->data of the answer is at its IP header, protocol is
 * set.  NULL: none is due (to an error, a group, from a group), or no memory.
 */
struct sk_buff *sb_icmp_error(const struct sk_buff *skb, const struct sb_packet *pkt,
			      const struct in6_addr *from, u8 ttl, enum sb_icmp_error error,
			      u32 info);

#endif /* SB_ICMP_H */
