// SPDX-License-Identifier: GPL-2.0-only
/* How far away the Internet seems. */
#include "hops.h"
#include "icmp.h"

#define SB_ROUTER_TTL	255	/* what routers send with */

static bool sb_hops_on_link(const struct in6_addr *guest, const struct in6_addr *addr)
{
	if (sb_addr_is_group(addr))
		return true;
	if (sb_addr_is_v4(addr))
		return sb_addr_has_prefix(guest, addr, SB_ADDR_V4_BITS + 24) ||
		       ipv4_is_linklocal_169(sb_addr_get_v4(addr));
	return sb_addr_has_prefix(guest, addr, 64) ||
	       ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL;
}

u8 sb_hops_distance(const siphash_key_t *key, u8 max, const struct in6_addr *guest,
		    const struct in6_addr *addr)
{
	u8 least = (max + 1) / 2;
	struct in6_addr net;

	if (!max || sb_hops_on_link(guest, addr))
		return 0;
	ipv6_addr_prefix(&net, addr, sb_addr_is_v4(addr) ? SB_ADDR_V4_BITS + 24 : 48);
	return least + siphash(&net, sizeof(net), key) % (max - least + 1);
}

struct in6_addr sb_hops_router(bool ipv6, u8 ttl)
{
	struct in6_addr router = {};

	if (!ipv6)
		return sb_addr_v4(htonl(SB_ROUTER_NET | max_t(u8, ttl, 1)));
	router.s6_addr32[0] = htonl(0xfd534200);
	router.s6_addr32[1] = htonl(0xffff0000);
	router.s6_addr[15] = max_t(u8, ttl, 1);
	return router;
}

struct sk_buff *sb_hops_exceeded(const struct sk_buff *skb, const struct sb_packet *pkt)
{
	const struct in6_addr router = sb_hops_router(pkt->ipv6, pkt->ttl);

	/* a router's answer passes the routers before it */
	return sb_icmp_error(skb, pkt, &router, sb_hops_left(SB_ROUTER_TTL, max_t(u8, pkt->ttl, 1) - 1),
			     SB_ICMP_TTL, 0);
}
