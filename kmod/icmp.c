// SPDX-License-Identifier: GPL-2.0-only
/* ICMP and ICMPv6 errors, built by hand: there is no route and no socket to send them with. */
#include <linux/if_vlan.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>

#include "icmp.h"

#define SB_ICMP_MAX4	576U	/* RFC 1812, 4.3.2.3 */
#define SB_ICMP_MAX6	1280U	/* RFC 4443, 2.4 (c) */
#define SB_ICMP_ROOM	(NET_SKB_PAD + NET_IP_ALIGN + ETH_HLEN + 2 * VLAN_HLEN)

static bool sb_icmp_due(const struct sb_packet *pkt)
{
	return !pkt->icmp_error && !sb_addr_is_group(&pkt->src) && !sb_addr_is_group(&pkt->dst) &&
	       !sb_addr_is_zero(&pkt->src) && !sb_addr_is_loopback(&pkt->src);
}

static void sb_icmp_write4(struct sk_buff *answer, const struct sb_packet *pkt,
			   const struct in6_addr *from, u8 ttl, enum sb_icmp_error error, u32 info)
{
	struct iphdr *iph = (struct iphdr *)answer->data;
	struct icmphdr *icmp = (struct icmphdr *)(iph + 1);

	*iph = (struct iphdr){
		.version  = 4,
		.ihl	  = sizeof(*iph) / 4,
		.tos	  = 0xc0,	/* internetwork control, as routers do */
		.tot_len  = htons(answer->len),
		.ttl	  = ttl,
		.protocol = IPPROTO_ICMP,
		.saddr	  = sb_addr_get_v4(from),
		.daddr	  = sb_addr_get_v4(&pkt->src),
	};
	iph->check = ip_fast_csum(iph, iph->ihl);
	*icmp = (struct icmphdr){
		.type = error == SB_ICMP_TTL ? ICMP_TIME_EXCEEDED : ICMP_DEST_UNREACH,
		.code = error == SB_ICMP_TTL ? ICMP_EXC_TTL : ICMP_FRAG_NEEDED,
	};
	if (error == SB_ICMP_TOO_BIG)
		icmp->un.frag.mtu = htons(min_t(u32, info, U16_MAX));
	icmp->checksum = csum_fold(csum_partial(icmp, answer->len - sizeof(*iph), 0));
}

static void sb_icmp_write6(struct sk_buff *answer, const struct sb_packet *pkt,
			   const struct in6_addr *from, u8 ttl, enum sb_icmp_error error, u32 info)
{
	struct ipv6hdr *hdr = (struct ipv6hdr *)answer->data;
	struct icmp6hdr *icmp = (struct icmp6hdr *)(hdr + 1);
	unsigned int len = answer->len - sizeof(*hdr);

	*hdr = (struct ipv6hdr){
		.version     = 6,
		.payload_len = htons(len),
		.nexthdr     = IPPROTO_ICMPV6,
		.hop_limit   = ttl,
		.saddr	     = *from,
		.daddr	     = pkt->src,
	};
	*icmp = (struct icmp6hdr){
		.icmp6_type = error == SB_ICMP_TTL ? ICMPV6_TIME_EXCEED : ICMPV6_PKT_TOOBIG,
	};
	if (error == SB_ICMP_TOO_BIG)
		icmp->icmp6_mtu = htonl(info);
	icmp->icmp6_cksum = csum_ipv6_magic(from, &pkt->src, len, IPPROTO_ICMPV6,
					    csum_partial(icmp, len, 0));
}

struct sk_buff *sb_icmp_error(const struct sk_buff *skb, const struct sb_packet *pkt,
			      const struct in6_addr *from, u8 ttl, enum sb_icmp_error error,
			      u32 info)
{
	unsigned int max = pkt->ipv6 ? SB_ICMP_MAX6 : SB_ICMP_MAX4;
	unsigned int header = sizeof(struct icmphdr) +
			      (pkt->ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr));
	unsigned int quoted = min_t(unsigned int, skb->len, max - header);
	struct sk_buff *answer;

	if (!sb_icmp_due(pkt))
		return NULL;
	answer = alloc_skb(SB_ICMP_ROOM + header + quoted, GFP_ATOMIC);
	if (!answer)
		return NULL;
	skb_reserve(answer, SB_ICMP_ROOM);
	skb_put(answer, header + quoted);
	if (skb_copy_bits(skb, 0, answer->data + header, quoted)) {
		kfree_skb(answer);
		return NULL;
	}
	answer->protocol = skb->protocol;
	if (pkt->ipv6)
		sb_icmp_write6(answer, pkt, from, ttl, error, info);
	else
		sb_icmp_write4(answer, pkt, from, ttl, error, info);
	skb_reset_network_header(answer);
	skb_set_transport_header(answer, header - sizeof(struct icmphdr));
	return answer;
}
