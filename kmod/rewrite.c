// SPDX-License-Identifier: GPL-2.0-only
/*
 * Translation of a packet's addresses and ports.
 *
 * A change in the IPv4 header and the change of that header's checksum cancel
 * out in skb->csum; a port and the transport checksum do, too; so do an IPv6
 * address and the transport checksum.  What is left is the pseudo header of
 * IPv4, whose addresses change the transport checksum only, and what no
 * checksum covers.
 */
#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>

#include "addr.h"
#include "rewrite.h"

/* The transport header, as far as something in it may change. */
static __always_inline unsigned int sb_l4_header_len(const struct sb_packet *pkt)
{
	switch (pkt->protocol) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return sizeof(struct udphdr);
	case IPPROTO_ICMP:
		return pkt->ipv6 ? 0 : sizeof(struct icmphdr);
	case IPPROTO_ICMPV6:
		return pkt->ipv6 ? sizeof(struct icmphdr) : 0;
	case IPPROTO_DCCP:
		/* its checksum is where UDP's is; the parser has not looked at it */
		return pkt->l4_offset + sizeof(struct udphdr) <= pkt->total_len ?
			sizeof(struct udphdr) : 0;
	default:
		return 0;
	}
}

static __always_inline void sb_csum_complete(struct sk_buff *skb, __wsum from, __wsum to)
{
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		csum_replace(&skb->csum, from, to);
}

static __always_inline void sb_rewrite_port(struct sk_buff *skb, __be16 *port, __be16 to,
					    __sum16 *check)
{
	if (*port == to)
		return;
	if (check)
		inet_proto_csum_replace2(check, skb, *port, to, false);
	else
		sb_csum_complete(skb, (__force __wsum)*port, (__force __wsum)to);
	*port = to;
}

static void sb_pseudo_address(struct sk_buff *skb, bool ipv6, const struct in6_addr *from,
			      const struct in6_addr *to, __sum16 *check)
{
	if (sb_addr_equal(from, to))
		return;
	if (ipv6)
		inet_proto_csum_replace16(check, skb, from->s6_addr32, to->s6_addr32, true);
	else
		inet_proto_csum_replace4(check, skb, sb_addr_get_v4(from), sb_addr_get_v4(to),
					 true);
}

static void sb_rewrite_pseudo(struct sk_buff *skb, const struct sb_packet *pkt,
			      const struct sb_rewrite *to, __sum16 *check)
{
	sb_pseudo_address(skb, pkt->ipv6, &pkt->src, &to->src, check);
	sb_pseudo_address(skb, pkt->ipv6, &pkt->dst, &to->dst, check);
}

static void sb_rewrite_tcp(struct sk_buff *skb, const struct sb_packet *pkt,
			   const struct sb_rewrite *to)
{
	struct tcphdr *tcp = (struct tcphdr *)(skb->data + pkt->l4_offset);

	sb_rewrite_pseudo(skb, pkt, to, &tcp->check);
	sb_rewrite_port(skb, &tcp->source, to->l4_src, &tcp->check);
	sb_rewrite_port(skb, &tcp->dest, to->l4_dst, &tcp->check);
}

static __always_inline void sb_rewrite_udp(struct sk_buff *skb, const struct sb_packet *pkt,
					   const struct sb_rewrite *to)
{
	struct udphdr *udp = (struct udphdr *)(skb->data + pkt->l4_offset);
	__sum16 *check = pkt->udp_no_csum ? NULL : &udp->check;

	if (check)
		sb_rewrite_pseudo(skb, pkt, to, check);
	sb_rewrite_port(skb, &udp->source, to->l4_src, check);
	sb_rewrite_port(skb, &udp->dest, to->l4_dst, check);
	/* in UDP 0 means that there is no checksum: a sum of 0 is written as its other form */
	if (check && !*check)
		*check = CSUM_MANGLED_0;
}

static void sb_rewrite_echo(struct sk_buff *skb, const struct sb_packet *pkt,
			    const struct sb_rewrite *to)
{
	struct icmphdr *icmp = (struct icmphdr *)(skb->data + pkt->l4_offset);

	if (pkt->ipv6)
		sb_rewrite_pseudo(skb, pkt, to, &icmp->checksum);
	sb_rewrite_port(skb, &icmp->un.echo.id, to->l4_src, &icmp->checksum);
}

static void sb_rewrite_other(struct sk_buff *skb, const struct sb_packet *pkt,
			     const struct sb_rewrite *to)
{
	struct udphdr *udp = (struct udphdr *)(skb->data + pkt->l4_offset);

	if (sb_l4_header_len(pkt))
		return sb_rewrite_pseudo(skb, pkt, to, &udp->check);
	if (!pkt->ipv6)
		return;
	/* no transport checksum balances the addresses */
	sb_csum_complete(skb, csum_partial(&pkt->src, sizeof(pkt->src), 0),
			 csum_partial(&to->src, sizeof(to->src), 0));
	sb_csum_complete(skb, csum_partial(&pkt->dst, sizeof(pkt->dst), 0),
			 csum_partial(&to->dst, sizeof(to->dst), 0));
}

static __always_inline void sb_rewrite_l4(struct sk_buff *skb, const struct sb_packet *pkt,
					  const struct sb_rewrite *to)
{
	switch (pkt->protocol) {
	case IPPROTO_TCP:
		return sb_rewrite_tcp(skb, pkt, to);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return sb_rewrite_udp(skb, pkt, to);
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		if (pkt->ipv6 == (pkt->protocol == IPPROTO_ICMPV6))
			return sb_rewrite_echo(skb, pkt, to);
	}
	sb_rewrite_other(skb, pkt, to);
}

static __always_inline void sb_rewrite_v4(struct iphdr *iph, __be32 *address, __be32 to)
{
	if (*address == to)
		return;
	csum_replace4(&iph->check, *address, to);
	*address = to;
}

static __always_inline void sb_rewrite_ipv4_header(struct sk_buff *skb, const struct sb_rewrite *to)
{
	struct iphdr *iph = (struct iphdr *)skb->data;

	sb_rewrite_v4(iph, &iph->saddr, sb_addr_get_v4(&to->src));
	sb_rewrite_v4(iph, &iph->daddr, sb_addr_get_v4(&to->dst));
	if (to->ttl && to->ttl != iph->ttl) {
		csum_replace2(&iph->check, htons(iph->ttl << 8), htons(to->ttl << 8));
		iph->ttl = to->ttl;
	}
}

static void sb_rewrite_ipv6_header(struct sk_buff *skb, const struct sb_rewrite *to)
{
	struct ipv6hdr *hdr = (struct ipv6hdr *)skb->data;

	hdr->saddr = to->src;
	hdr->daddr = to->dst;
	if (to->ttl && to->ttl != hdr->hop_limit) {
		sb_csum_complete(skb, (__force __wsum)htons(hdr->hop_limit),
				 (__force __wsum)htons(to->ttl));
		hdr->hop_limit = to->ttl;
	}
}

static __always_inline void sb_rewrite_header(struct sk_buff *skb, const struct sb_packet *pkt,
					      const struct sb_rewrite *to)
{
	if (pkt->ipv6)
		sb_rewrite_ipv6_header(skb, to);
	else
		sb_rewrite_ipv4_header(skb, to);
}

int sb_rewrite(struct sk_buff *skb, const struct sb_packet *pkt, const struct sb_rewrite *to)
{
	if (skb_ensure_writable(skb, pkt->l4_offset + sb_l4_header_len(pkt)))
		return -ENOMEM;
	sb_rewrite_l4(skb, pkt, to);
	sb_rewrite_header(skb, pkt, to);
	return 0;
}

/* What changes in the quoted packet, changes the sum of the message that quotes it. */
static void sb_quote_put(__wsum *sum, void *at, const void *to, unsigned int len)
{
	*sum = csum_add(csum_sub(*sum, csum_partial(at, len, 0)), csum_partial(to, len, 0));
	memcpy(at, to, len);
}

static void sb_quote_check(__wsum *sum, __sum16 *check, __wsum change)
{
	__sum16 to = *check;

	csum_replace_by_diff(&to, change);
	sb_quote_put(sum, check, &to, sizeof(to));
}

/* Where the quoted packet has the checksum of its transport; NULL: none, or cut off. */
static __sum16 *sb_quote_l4_check(const struct sb_inner *inner, u8 *l4)
{
	__sum16 *check;

	switch (inner->protocol) {
	case IPPROTO_TCP:
		if (inner->l4_avail < offsetof(struct tcphdr, check) + sizeof(*check))
			return NULL;
		return &((struct tcphdr *)l4)->check;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_DCCP:
		check = &((struct udphdr *)l4)->check;
		return *check ? check : NULL;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return &((struct icmphdr *)l4)->checksum;
	default:
		return NULL;
	}
}

static void sb_quote_l4(__wsum *sum, const struct sb_packet *pkt, u8 *l4, __wsum addresses,
			const struct sb_rewrite *to)
{
	const struct sb_inner *inner = &pkt->inner;
	__sum16 *check = sb_quote_l4_check(inner, l4);
	__wsum change = inner->protocol == IPPROTO_ICMP ? 0 : addresses;

	switch (inner->protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		sb_quote_put(&change, l4, &to->l4_src, sizeof(to->l4_src));
		sb_quote_put(&change, l4 + 2, &to->l4_dst, sizeof(to->l4_dst));
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		if (inner->l4_src != to->l4_src)
			sb_quote_put(&change, &((struct icmphdr *)l4)->un.echo.id, &to->l4_src,
				     sizeof(to->l4_src));
		break;
	}
	*sum = csum_add(*sum, csum_sub(change, inner->protocol == IPPROTO_ICMP ? 0 : addresses));
	if (check)
		sb_quote_check(sum, check, change);
	if (check && !*check &&
	    (inner->protocol == IPPROTO_UDP || inner->protocol == IPPROTO_UDPLITE))
		*check = CSUM_MANGLED_0;	/* for sums the same */
}

/* Returns by how much the sum of the ICMP message changes. */
static __wsum sb_rewrite_quote(struct sk_buff *skb, const struct sb_packet *pkt,
			       const struct sb_rewrite *to)
{
	const struct sb_inner *inner = &pkt->inner;
	u8 *header = skb->data + inner->offset;
	__wsum addresses = 0, sum;

	if (pkt->ipv6) {
		struct ipv6hdr *hdr = (struct ipv6hdr *)header;

		sb_quote_put(&addresses, &hdr->saddr, &to->src, sizeof(to->src));
		sb_quote_put(&addresses, &hdr->daddr, &to->dst, sizeof(to->dst));
		sum = addresses;
	} else {
		struct iphdr *iph = (struct iphdr *)header;

		sb_quote_put(&addresses, &iph->saddr, &to->src.s6_addr32[3], sizeof(__be32));
		sb_quote_put(&addresses, &iph->daddr, &to->dst.s6_addr32[3], sizeof(__be32));
		sum = addresses;
		sb_quote_check(&sum, &iph->check, addresses);
	}
	sb_quote_l4(&sum, pkt, skb->data + inner->l4_offset, addresses, to);
	return sum;
}

int sb_rewrite_icmp_error(struct sk_buff *skb, const struct sb_packet *pkt,
			  const struct sb_rewrite *outer, const struct sb_rewrite *inner)
{
	unsigned int len = min_t(unsigned int, pkt->inner.l4_avail, sizeof(struct tcphdr));
	struct icmphdr *icmp;
	__wsum change;

	/* rare enough to have its sums reckoned by software */
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return -ENOMEM;
	if (skb_ensure_writable(skb, pkt->inner.l4_offset + len))
		return -ENOMEM;
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	change = sb_rewrite_quote(skb, pkt, inner);
	icmp = (struct icmphdr *)(skb->data + pkt->l4_offset);
	if (pkt->ipv6)
		sb_rewrite_pseudo(skb, pkt, outer, &icmp->checksum);
	csum_replace_by_diff(&icmp->checksum, change);
	sb_rewrite_header(skb, pkt, outer);
	return 0;
}
