/* SPDX-License-Identifier: GPL-2.0-only */
/* How far away the Internet seems: hops on the way to an address, and the routers there. */
#ifndef SB_HOPS_H
#define SB_HOPS_H

#include <linux/siphash.h>

#include "parse.h"

/* Routers that guests see: 198.18.255.HOP, fd53:4200:ffff::HOP. */
#define SB_ROUTER_NET	0xc612ff00U

/*
 * Routers between a guest and an address: none if they share a /24 or /64, or
 * if the address is link-local or a group; else the same number for all of the
 * address's /24 or /48, from half of max (rounded up) to max.  max 0: none ever.
 */
u8 sb_hops_distance(const siphash_key_t *key, u8 max, const struct in6_addr *guest,
		    const struct in6_addr *addr);

/* The router at which that TTL, that or less than the distance, is used up. */
struct in6_addr sb_hops_router(bool ipv6, u8 ttl);

/* What is left of a TTL behind so many hops; never 0. */
static inline u8 sb_hops_left(u8 ttl, u8 distance)
{
	return ttl > distance ? ttl - distance : 1;
}

/* The error of that router about the packet, as it arrives at the guest; NULL as sb_icmp_error(). */
struct sk_buff *sb_hops_exceeded(const struct sk_buff *skb, const struct sb_packet *pkt);

#endif /* SB_HOPS_H */
