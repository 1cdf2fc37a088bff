// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/ipv6.h>
#include <linux/netfilter_ipv6.h>
#include <net/addrconf.h>
#include <net/ip6_checksum.h>
#include <net/ndisc.h>

#include "nd.h"

#define SB_ND_HOP_LIMIT		255	/* it has crossed no router */
#define SB_ND_LIFETIME		0xffffffff	/* for ever */
#define SB_ND_ROUTER_LIFETIME	0xffff	/* seconds; there is no more (RFC 8319) */
#define SB_ND_GUEST_HOPS	64
#define SB_ND_HEADROOM		64	/* Ethernet header and tags */
#define SB_ND_RESOLVER		0x53	/* the resolver's address, behind the prefix */

/* An option of that length; len is in units of 8 bytes. */
struct sb_nd_mac {
	u8	type, len;
	u8	mac[ETH_ALEN];
} __packed;

struct sb_nd_resolver {
	u8		type, len;
	__be16		reserved;
	__be32		lifetime;
	struct in6_addr	address;
} __packed;

struct sb_nd_neighbour {
	struct icmp6hdr		head;
	struct in6_addr		target;
	struct sb_nd_mac	mac;
} __packed;

struct sb_nd_router {
	struct ra_msg		head;
	struct sb_nd_mac	mac;
	struct prefix_info	prefix;
	struct sb_nd_resolver	resolver;
} __packed;

bool sb_neighbour_is_nd(const struct sb_packet *pkt)
{
	return pkt->ipv6 && pkt->protocol == IPPROTO_ICMPV6 &&
	       ((pkt->icmp_type >= ICMPV6_MGM_QUERY && pkt->icmp_type <= NDISC_REDIRECT) ||
		pkt->icmp_type == ICMPV6_MLD2_REPORT);
}

/* The bytes before the options; 0: no such message. */
static unsigned int sb_nd_fixed(u8 type)
{
	switch (type) {
	case NDISC_ROUTER_SOLICITATION:
		return sizeof(struct rs_msg);
	case NDISC_ROUTER_ADVERTISEMENT:
		return sizeof(struct ra_msg);
	case NDISC_NEIGHBOUR_SOLICITATION:
	case NDISC_NEIGHBOUR_ADVERTISEMENT:
		return sizeof(struct nd_msg);
	case NDISC_REDIRECT:
		return sizeof(struct rd_msg);
	default:
		return 0;
	}
}

/* Each option has a length, and ends within the message; does one of them tell the sender's MAC? */
static bool sb_nd_options(const u8 *at, unsigned int len, bool *tells_mac)
{
	*tells_mac = false;
	while (len) {
		unsigned int part;

		if (len < 2)
			return false;
		part = at[1] * 8;
		if (!part || part > len)
			return false;
		*tells_mac |= at[0] == ND_OPT_SOURCE_LL_ADDR;
		at += part;
		len -= part;
	}
	return true;
}

static enum sb_nd sb_nd_solicitation(const struct sb_packet *pkt, const struct nd_msg *message,
				     bool tells_mac, struct in6_addr *target)
{
	*target = message->target;
	if (ipv6_addr_is_multicast(target) || ipv6_addr_v4mapped(target))
		return SB_ND_BAD;
	if (ipv6_addr_any(&pkt->src))
		/* who has no address yet wants to hear that nobody else has this one */
		return !tells_mac && ipv6_addr_is_solict_mult(&pkt->dst) ? SB_ND_HEARD : SB_ND_BAD;
	if (ipv6_addr_any(target) || ipv6_addr_loopback(target) ||
	    ipv6_addr_equal(target, &pkt->src))
		return SB_ND_HEARD;
	return SB_ND_NEIGHBOUR;
}

/* Multicast listeners speak link-locally, or before they have an address. */
static enum sb_nd sb_nd_listener(const struct sb_packet *pkt, unsigned int len)
{
	bool link_local = ipv6_addr_type(&pkt->src) & IPV6_ADDR_LINKLOCAL;
	unsigned int least = pkt->icmp_type == ICMPV6_MLD2_REPORT ? 8 : 24;

	if (pkt->ttl != 1 || len < least || (!link_local && !ipv6_addr_any(&pkt->src)))
		return SB_ND_BAD;
	return SB_ND_HEARD;
}

enum sb_nd sb_nd_read(struct sk_buff *skb, const struct sb_packet *pkt, struct in6_addr *target)
{
	unsigned int len = pkt->total_len - pkt->l4_offset;
	unsigned int fixed = sb_nd_fixed(pkt->icmp_type);
	const u8 *message;
	bool tells_mac;

	if (len > SB_ND_LEN_MAX || len < sizeof(struct icmp6hdr) ||
	    ipv6_addr_is_multicast(&pkt->src) || ipv6_addr_loopback(&pkt->src) ||
	    !pskb_may_pull(skb, pkt->total_len) ||
	    nf_ip6_checksum(skb, NF_INET_PRE_ROUTING, pkt->l4_offset, IPPROTO_ICMPV6))
		return SB_ND_BAD;
	if (!fixed)
		return sb_nd_listener(pkt, len);
	if (pkt->ttl != SB_ND_HOP_LIMIT || pkt->icmp_code || len < fixed)
		return SB_ND_BAD;
	message = skb->data + pkt->l4_offset;
	if (!sb_nd_options(message + fixed, len - fixed, &tells_mac))
		return SB_ND_BAD;
	switch (pkt->icmp_type) {
	case NDISC_NEIGHBOUR_SOLICITATION:
		return sb_nd_solicitation(pkt, (const struct nd_msg *)message, tells_mac, target);
	case NDISC_ROUTER_SOLICITATION:
		return tells_mac && ipv6_addr_any(&pkt->src) ? SB_ND_BAD : SB_ND_ROUTER;
	default:
		return SB_ND_HEARD;
	}
}

/* An ICMPv6 message with everything around it. */
static struct sk_buff *sb_nd_packet(const struct in6_addr *from, const struct in6_addr *to,
				    const void *message, unsigned int len)
{
	struct sk_buff *skb = alloc_skb(SB_ND_HEADROOM + sizeof(struct ipv6hdr) + len, GFP_ATOMIC);
	struct icmp6hdr *icmp;
	struct ipv6hdr *ip;

	if (!skb)
		return NULL;
	skb_reserve(skb, SB_ND_HEADROOM);
	skb_reset_network_header(skb);
	ip = skb_put_zero(skb, sizeof(*ip));
	ip->version = 6;
	ip->payload_len = htons(len);
	ip->nexthdr = IPPROTO_ICMPV6;
	ip->hop_limit = SB_ND_HOP_LIMIT;
	ip->saddr = *from;
	ip->daddr = *to;
	skb_set_transport_header(skb, sizeof(*ip));
	icmp = skb_put_data(skb, message, len);
	icmp->icmp6_cksum = csum_ipv6_magic(from, to, len, IPPROTO_ICMPV6,
					    csum_partial(icmp, len, 0));
	skb->protocol = htons(ETH_P_IPV6);
	return skb;
}

struct sk_buff *sb_nd_neighbour(const struct in6_addr *target, const struct in6_addr *to,
				const u8 *mac)
{
	struct sb_nd_neighbour message = {
		.head.icmp6_type = NDISC_NEIGHBOUR_ADVERTISEMENT,
		.target = *target,
		.mac = { .type = ND_OPT_TARGET_LL_ADDR, .len = 1 },
	};

	/* whatever address a guest believes its router has, it has to stay one */
	message.head.icmp6_router = 1;
	message.head.icmp6_solicited = 1;
	message.head.icmp6_override = 1;
	ether_addr_copy(message.mac.mac, mac);
	return sb_nd_packet(target, to, &message, sizeof(message));
}

struct sk_buff *sb_nd_router(const struct in6_addr *prefix, const struct in6_addr *to,
			     const u8 *mac)
{
	struct sb_nd_router message = {
		.head.icmph = {
			.icmp6_type		= NDISC_ROUTER_ADVERTISEMENT,
			.icmp6_hop_limit	= SB_ND_GUEST_HOPS,
			.icmp6_rt_lifetime	= htons(SB_ND_ROUTER_LIFETIME),
		},
		.mac = { .type = ND_OPT_SOURCE_LL_ADDR, .len = 1 },
		.prefix = {
			.type		= ND_OPT_PREFIX_INFO,
			.length		= sizeof(struct prefix_info) / 8,
			.prefix_len	= 64,
			.valid		= htonl(SB_ND_LIFETIME),
			.prefered	= htonl(SB_ND_LIFETIME),
			.prefix		= *prefix,
		},
		.resolver = {
			.type		= ND_OPT_RDNSS,
			.len		= sizeof(struct sb_nd_resolver) / 8,
			.lifetime	= htonl(SB_ND_LIFETIME),
			.address	= *prefix,
		},
	};
	struct in6_addr from = { .s6_addr = { 0xfe, 0x80 } };

	message.prefix.onlink = 1;
	message.prefix.autoconf = 1;
	message.resolver.address.s6_addr[15] = SB_ND_RESOLVER;
	ether_addr_copy(message.mac.mac, mac);
	addrconf_addr_eui48(&from.s6_addr[8], (const char *)mac);
	return sb_nd_packet(&from, to, &message, sizeof(message));
}
