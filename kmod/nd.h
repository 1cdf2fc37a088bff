/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages of neighbour and router discovery (RFC 4861), read and written; who is asked is neighbour6.c's. */
#ifndef SB_ND_H
#define SB_ND_H

#include <linux/icmpv6.h>
#include <linux/if_ether.h>

#include "parse.h"

#define SB_ND_LEN_MAX	2048	/* no message is longer: what it says fits into one frame */

/* What a message wants of its hearers. */
enum sb_nd {
	SB_ND_BAD,		/* a hop limit, checksum, length, address or option that may not be */
	SB_ND_HEARD,		/* nothing */
	SB_ND_NEIGHBOUR,	/* the MAC address of its target */
	SB_ND_ROUTER,		/* a router */
};

/* A message of neighbour or router discovery, or of multicast listeners (RFC 3810). */
bool sb_neighbour_is_nd(const struct sb_packet *pkt);

/*
 * Read the message that pkt describes, at skb->data + pkt->l4_offset; *target
 * is of SB_ND_NEIGHBOUR.  May pull.
 */
enum sb_nd sb_nd_read(struct sk_buff *skb, const struct sb_packet *pkt, struct in6_addr *target);

/*
 * The answers: skb->data at the IPv6 header, protocol set, room for headers in
 * front.  NULL: no memory.
 */
struct sk_buff *sb_nd_neighbour(const struct in6_addr *target, const struct in6_addr *to,
				const u8 *mac);
/* A router of that MAC address; guests make themselves addresses of the /64. */
struct sk_buff *sb_nd_router(const struct in6_addr *prefix, const struct in6_addr *to,
			     const u8 *mac);

#endif /* SB_ND_H */
