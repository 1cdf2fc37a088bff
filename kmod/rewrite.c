// SPDX-License-Identifier: GPL-2.0-only
/*
 * Translation of a packet's addresses and ports.
 *
 * A change in the IPv4 header and the change of that header's checksum cancel
 * out in skb->csum; a port and the transport checksum do, too.  What is left is
 * the pseudo header, whose addresses change the transport checksum only, and
 * ports that no checksum covers.
 */
#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>

#include "rewrite.h"

static unsigned int sb_l4_header_len(u8 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
		return sizeof(struct udphdr);
	case IPPROTO_ICMP:
		return sizeof(struct icmphdr);
	default:
		return 0;
	}
}

static void sb_rewrite_port(struct sk_buff *skb, __be16 *port, __be16 to, __sum16 *check)
{
	if (*port == to)
		return;
	if (check)
		inet_proto_csum_replace2(check, skb, *port, to, false);
	else if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = csum_add(csum_sub(skb->csum, (__force __wsum)*port),
				     (__force __wsum)to);
	*port = to;
}

static void sb_rewrite_pseudo(struct sk_buff *skb, const struct sb_packet *pkt,
			      const struct sb_rewrite *to, __sum16 *check)
{
	__be32 from_src = sb_addr_get_v4(&pkt->src), to_src = sb_addr_get_v4(&to->src);
	__be32 from_dst = sb_addr_get_v4(&pkt->dst), to_dst = sb_addr_get_v4(&to->dst);

	if (from_src != to_src)
		inet_proto_csum_replace4(check, skb, from_src, to_src, true);
	if (from_dst != to_dst)
		inet_proto_csum_replace4(check, skb, from_dst, to_dst, true);
}

static void sb_rewrite_tcp(struct sk_buff *skb, const struct sb_packet *pkt,
			   const struct sb_rewrite *to)
{
	struct tcphdr *tcp = (struct tcphdr *)(skb->data + pkt->l4_offset);

	sb_rewrite_pseudo(skb, pkt, to, &tcp->check);
	sb_rewrite_port(skb, &tcp->source, to->l4_src, &tcp->check);
	sb_rewrite_port(skb, &tcp->dest, to->l4_dst, &tcp->check);
}

static void sb_rewrite_udp(struct sk_buff *skb, const struct sb_packet *pkt,
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

static void sb_rewrite_icmp(struct sk_buff *skb, const struct sb_packet *pkt,
			    const struct sb_rewrite *to)
{
	struct icmphdr *icmp = (struct icmphdr *)(skb->data + pkt->l4_offset);

	sb_rewrite_port(skb, &icmp->un.echo.id, to->l4_src, &icmp->checksum);
}

static void sb_rewrite_address(struct iphdr *iph, __be32 *address, __be32 to)
{
	if (*address == to)
		return;
	csum_replace4(&iph->check, *address, to);
	*address = to;
}

int sb_rewrite(struct sk_buff *skb, const struct sb_packet *pkt, const struct sb_rewrite *to)
{
	struct iphdr *iph;

	if (skb_ensure_writable(skb, pkt->l4_offset + sb_l4_header_len(pkt->protocol)))
		return -ENOMEM;

	switch (pkt->protocol) {
	case IPPROTO_TCP:
		sb_rewrite_tcp(skb, pkt, to);
		break;
	case IPPROTO_UDP:
		sb_rewrite_udp(skb, pkt, to);
		break;
	case IPPROTO_ICMP:
		sb_rewrite_icmp(skb, pkt, to);
		break;
	}
	iph = (struct iphdr *)skb->data;
	sb_rewrite_address(iph, &iph->saddr, sb_addr_get_v4(&to->src));
	sb_rewrite_address(iph, &iph->daddr, sb_addr_get_v4(&to->dst));
	return 0;
}
