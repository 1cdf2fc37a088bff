// SPDX-License-Identifier: GPL-2.0-only
/* What a frame says of itself, read in the order of its bytes: lengths before contents. */
#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip.h>

#include "parse.h"

#define SB_TCP_FLAGS_BYTE	13
#define SB_TCP_FLAGS		0x3f	/* FIN, SYN, RST, PSH, ACK, URG */

/* The length that the header claims; 0: more or less than there is. */
static unsigned int sb_ipv4_length(const struct sk_buff *skb, const struct iphdr *iph)
{
	unsigned int len = ntohs(iph->tot_len);

	/*
	 * No link pads a GSO frame.  One of more than 65,535 bytes cannot say
	 * its length: then the field is 0 (6.3 and later, TCP only).
	 */
	if (skb_is_gso(skb)) {
		if (!len && skb_is_gso_tcp(skb) && skb->len > U16_MAX)
			return skb->len;
		return len == skb->len ? len : 0;
	}
	return len <= skb->len ? len : 0;
}

/* A verified header: version, lengths, checksum; padding is gone afterwards. */
static bool sb_parse_header(struct sk_buff *skb, struct sb_packet *pkt)
{
	const struct iphdr *iph;
	unsigned int header_len;

	if (!pskb_may_pull(skb, sizeof(*iph)))
		return false;
	iph = (const struct iphdr *)skb->data;
	header_len = iph->ihl * 4;
	if (iph->version != 4 || header_len < sizeof(*iph) || !pskb_may_pull(skb, header_len))
		return false;
	iph = (const struct iphdr *)skb->data;
	if (ip_fast_csum(iph, iph->ihl))
		return false;

	pkt->total_len = sb_ipv4_length(skb, iph);
	if (pkt->total_len < header_len)
		return false;
	if (pkt->total_len < skb->len && pskb_trim_rcsum(skb, pkt->total_len))
		return false;
	iph = (const struct iphdr *)skb->data;

	skb_reset_network_header(skb);
	skb_set_transport_header(skb, header_len);
	pkt->src = sb_addr_v4(iph->saddr);
	pkt->dst = sb_addr_v4(iph->daddr);
	pkt->ttl = iph->ttl;
	pkt->protocol = iph->protocol;
	pkt->l4_offset = header_len;
	return true;
}

/* The transport header, if there are that many bytes of it: the frame now ends with the packet. */
static const void *sb_pull_l4(struct sk_buff *skb, const struct sb_packet *pkt, unsigned int len)
{
	if (!pskb_may_pull(skb, pkt->l4_offset + len))
		return NULL;
	return skb->data + pkt->l4_offset;
}

static enum sb_parse sb_parse_tcp(struct sk_buff *skb, struct sb_packet *pkt)
{
	const struct tcphdr *tcp = sb_pull_l4(skb, pkt, sizeof(*tcp));

	if (!tcp)
		return SB_PARSE_L4_HEADER;
	if (tcp->doff * 4 < sizeof(*tcp) || pkt->l4_offset + tcp->doff * 4 > pkt->total_len)
		return SB_PARSE_L4_HEADER;
	pkt->l4_src = tcp->source;
	pkt->l4_dst = tcp->dest;
	pkt->tcp_flags = ((const u8 *)tcp)[SB_TCP_FLAGS_BYTE] & SB_TCP_FLAGS;
	return SB_PARSE_OK;
}

static enum sb_parse sb_parse_udp(struct sk_buff *skb, struct sb_packet *pkt)
{
	const struct udphdr *udp = sb_pull_l4(skb, pkt, sizeof(*udp));

	if (!udp)
		return SB_PARSE_L4_HEADER;
	if (ntohs(udp->len) < sizeof(*udp) || pkt->l4_offset + ntohs(udp->len) > pkt->total_len)
		return SB_PARSE_L4_HEADER;
	pkt->l4_src = udp->source;
	pkt->l4_dst = udp->dest;
	/* half-done checksums are no less checksums */
	pkt->udp_no_csum = !udp->check && skb->ip_summed != CHECKSUM_PARTIAL;
	return SB_PARSE_OK;
}

static enum sb_parse sb_parse_icmp(struct sk_buff *skb, struct sb_packet *pkt)
{
	const struct icmphdr *icmp = sb_pull_l4(skb, pkt, sizeof(*icmp));

	if (!icmp)
		return SB_PARSE_L4_HEADER;
	pkt->icmp_type = icmp->type;
	pkt->icmp_code = icmp->code;
	if (icmp->type != ICMP_ECHO && icmp->type != ICMP_ECHOREPLY)
		return SB_PARSE_ICMP_TYPE;
	pkt->l4_src = icmp->un.echo.id;
	return SB_PARSE_OK;
}

enum sb_parse sb_parse_ipv4(struct sk_buff *skb, struct sb_packet *pkt)
{
	memset(pkt, 0, sizeof(*pkt));
	if (unlikely(!sb_parse_header(skb, pkt)))
		return SB_PARSE_IP_HEADER;
	if (unlikely(ip_is_fragment(ip_hdr(skb))))
		return SB_PARSE_FRAGMENT;

	switch (pkt->protocol) {
	case IPPROTO_TCP:
		return sb_parse_tcp(skb, pkt);
	case IPPROTO_UDP:
		return sb_parse_udp(skb, pkt);
	case IPPROTO_ICMP:
		return sb_parse_icmp(skb, pkt);
	default:
		return SB_PARSE_OK;
	}
}

enum sb_parse sb_parse(struct sk_buff *skb, struct sb_packet *pkt)
{
	return skb->protocol == htons(ETH_P_IP) ? sb_parse_ipv4(skb, pkt) : SB_PARSE_IP_HEADER;
}
