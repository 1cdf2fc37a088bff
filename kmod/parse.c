// SPDX-License-Identifier: GPL-2.0-only
/* What a frame says of itself, read in the order of its bytes: lengths before contents. */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip.h>

#include "addr.h"
#include "parse.h"

#define SB_TCP_FLAGS_BYTE	13
#define SB_TCP_FLAGS		0x3f	/* FIN, SYN, RST, PSH, ACK, URG */
#define SB_INNER_L4		8U	/* an ICMP error quotes that much behind the IP header */
#define SB_INNER_MAX		2048U	/* not looked at beyond */

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

/* IPv4 options pass as they are, except those that would route the packet on. */
static enum sb_parse sb_ipv4_options(const u8 *option, unsigned int len)
{
	while (len && *option != IPOPT_END) {
		unsigned int step = 1;

		if (*option == IPOPT_LSRR || *option == IPOPT_SSRR)
			return SB_PARSE_EXT_HEADER;
		if (*option != IPOPT_NOOP) {
			if (len < 2 || option[1] < 2 || option[1] > len)
				return SB_PARSE_IP_HEADER;
			step = option[1];
		}
		option += step;
		len -= step;
	}
	return SB_PARSE_OK;
}

static enum sb_parse sb_ipv4_fragment(const struct sk_buff *skb, struct sb_packet *pkt)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;

	/* GSO cuts packets into segments; a fragment is cut already */
	if (skb_is_gso(skb))
		return SB_PARSE_IP_HEADER;
	pkt->fragment = (struct sb_fragment){
		.id	= ntohs(iph->id),
		.offset	= (ntohs(iph->frag_off) & IP_OFFSET) * 8,
		.more	= iph->frag_off & htons(IP_MF),
		.header	= pkt->l4_offset,
	};
	return SB_PARSE_FRAGMENT;
}

/* A verified header: version, lengths, checksum; padding is gone afterwards. */
static bool sb_ipv4_fixed(struct sk_buff *skb, struct sb_packet *pkt)
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

static enum sb_parse sb_parse_ipv4_header(struct sk_buff *skb, struct sb_packet *pkt)
{
	enum sb_parse parse;

	if (unlikely(!sb_ipv4_fixed(skb, pkt)))
		return SB_PARSE_IP_HEADER;
	if (unlikely(pkt->l4_offset > sizeof(struct iphdr))) {
		parse = sb_ipv4_options(skb->data + sizeof(struct iphdr),
					pkt->l4_offset - sizeof(struct iphdr));
		if (parse != SB_PARSE_OK)
			return parse;
	}
	if (unlikely(ip_is_fragment(ip_hdr(skb))))
		return sb_ipv4_fragment(skb, pkt);
	return SB_PARSE_OK;
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

/* UDP and UDP-Lite (RFC 3828): there, the length is what the checksum covers; 0: all. */
static enum sb_parse sb_parse_udp(struct sk_buff *skb, struct sb_packet *pkt)
{
	const struct udphdr *udp = sb_pull_l4(skb, pkt, sizeof(*udp));
	bool lite = pkt->protocol == IPPROTO_UDPLITE;

	if (!udp)
		return SB_PARSE_L4_HEADER;
	if ((ntohs(udp->len) < sizeof(*udp) && !(lite && !udp->len)) ||
	    pkt->l4_offset + ntohs(udp->len) > pkt->total_len)
		return SB_PARSE_L4_HEADER;
	pkt->l4_src = udp->source;
	pkt->l4_dst = udp->dest;
	/* half-done checksums are no less checksums */
	pkt->udp_no_csum = !udp->check && skb->ip_summed != CHECKSUM_PARTIAL;
	/* no receiver takes it (RFC 8200, 8.1: the IPv6 header has no checksum; RFC 3828, 3.1) */
	return (pkt->ipv6 || lite) && pkt->udp_no_csum ? SB_PARSE_L4_HEADER : SB_PARSE_OK;
}

/* What the error quotes, up to the ports, or an echo's identifier, of the packet it is about. */
static bool sb_parse_inner_l4(const struct sk_buff *skb, const struct sb_packet *pkt,
			      struct sb_inner *inner, unsigned int end)
{
	union {
		__be16		ports[4];
		struct icmphdr	icmp;
	} l4;
	u8 echo = pkt->ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;

	if (end < inner->l4_offset + SB_INNER_L4 ||
	    skb_copy_bits(skb, inner->l4_offset, &l4, sizeof(l4)))
		return false;
	inner->l4_avail = end - inner->l4_offset;
	if (inner->protocol == IPPROTO_TCP || inner->protocol == IPPROTO_UDP ||
	    inner->protocol == IPPROTO_UDPLITE) {
		inner->l4_src = l4.ports[0];
		inner->l4_dst = l4.ports[1];
	} else if (inner->protocol == echo) {
		inner->icmp_type = l4.icmp.type;
		inner->l4_src = l4.icmp.un.echo.id;
	}
	return true;
}

static bool sb_parse_inner(const struct sk_buff *skb, struct sb_packet *pkt)
{
	struct sb_inner *inner = &pkt->inner;
	unsigned int end = min_t(unsigned int, skb->len, pkt->l4_offset + SB_INNER_MAX);
	struct iphdr iph;

	memset(inner, 0, sizeof(*inner));
	inner->offset = pkt->l4_offset + sizeof(struct icmphdr);
	if (end < inner->offset)
		return false;
	if (pkt->ipv6) {
		if (!sb_parse_ipv6_inner(skb, end - inner->offset, inner))
			return false;
		return sb_parse_inner_l4(skb, pkt, inner, end);
	}
	if (end < inner->offset + sizeof(iph) ||
	    skb_copy_bits(skb, inner->offset, &iph, sizeof(iph)))
		return false;
	if (iph.version != 4 || iph.ihl * 4 < sizeof(iph) || iph.frag_off & htons(IP_OFFSET))
		return false;
	inner->src = sb_addr_v4(iph.saddr);
	inner->dst = sb_addr_v4(iph.daddr);
	inner->protocol = iph.protocol;
	inner->l4_offset = inner->offset + iph.ihl * 4;
	return sb_parse_inner_l4(skb, pkt, inner, end);
}

enum sb_icmp_kind { SB_ICMP_ECHO, SB_ICMP_ERROR, SB_ICMP_OTHER };

static enum sb_icmp_kind sb_icmp_kind(const struct sb_packet *pkt)
{
	if (pkt->ipv6) {
		switch (pkt->icmp_type) {
		case ICMPV6_ECHO_REQUEST:
		case ICMPV6_ECHO_REPLY:
			return SB_ICMP_ECHO;
		case ICMPV6_DEST_UNREACH:
		case ICMPV6_PKT_TOOBIG:
		case ICMPV6_TIME_EXCEED:
		case ICMPV6_PARAMPROB:
			return SB_ICMP_ERROR;
		}
		return SB_ICMP_OTHER;
	}
	switch (pkt->icmp_type) {
	case ICMP_ECHO:
	case ICMP_ECHOREPLY:
		return SB_ICMP_ECHO;
	case ICMP_DEST_UNREACH:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		return SB_ICMP_ERROR;
	}
	return SB_ICMP_OTHER;
}

/* ICMP and ICMPv6: the same layout in all that matters here. */
static enum sb_parse sb_parse_icmp(struct sk_buff *skb, struct sb_packet *pkt)
{
	const struct icmphdr *icmp = sb_pull_l4(skb, pkt, sizeof(*icmp));

	if (!icmp)
		return SB_PARSE_L4_HEADER;
	pkt->icmp_type = icmp->type;
	pkt->icmp_code = icmp->code;
	switch (sb_icmp_kind(pkt)) {
	case SB_ICMP_ECHO:
		pkt->l4_src = icmp->un.echo.id;
		return SB_PARSE_OK;
	case SB_ICMP_ERROR:
		pkt->icmp_error = sb_parse_inner(skb, pkt);
		return pkt->icmp_error ? SB_PARSE_OK : SB_PARSE_L4_HEADER;
	default:
		return SB_PARSE_ICMP_TYPE;
	}
}

static enum sb_parse sb_parse_l4(struct sk_buff *skb, struct sb_packet *pkt)
{
	switch (pkt->protocol) {
	case IPPROTO_TCP:
		return sb_parse_tcp(skb, pkt);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return sb_parse_udp(skb, pkt);
	case IPPROTO_ICMP:
		return pkt->ipv6 ? SB_PARSE_OK : sb_parse_icmp(skb, pkt);
	case IPPROTO_ICMPV6:
		return pkt->ipv6 ? sb_parse_icmp(skb, pkt) : SB_PARSE_OK;
	default:
		return SB_PARSE_OK;
	}
}

/* Where a device would put the checksum that was left to it; 0: this protocol has none. */
static unsigned int sb_check_offset(const struct sb_packet *pkt)
{
	switch (pkt->protocol) {
	case IPPROTO_TCP:
		return offsetof(struct tcphdr, check);
	case IPPROTO_UDP:
		return offsetof(struct udphdr, check);
	case IPPROTO_UDPLITE:
		return offsetof(struct udphdr, check);
	case IPPROTO_ICMP:
		return pkt->ipv6 ? 0 : offsetof(struct icmphdr, checksum);
	case IPPROTO_ICMPV6:
		return pkt->ipv6 ? offsetof(struct icmp6hdr, icmp6_cksum) : 0;
	case IPPROTO_SCTP:
		return offsetof(struct sctphdr, checksum);
	default:
		return 0;
	}
}

bool sb_checksum_finish(struct sk_buff *skb)
{
	int start = skb_checksum_start_offset(skb);

	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return true;
	/* what the kernel would warn of */
	if (skb_is_gso(skb) || skb_csum_is_sctp(skb) || start < 0 ||
	    start + skb->csum_offset + sizeof(__sum16) > skb_headlen(skb))
		return false;
	return !skb_checksum_help(skb);
}

/*
 * A tap's writer may leave any two bytes to the device.  Those that are not the
 * transport checksum are written now, while the frame is as he wrote it.
 */
static bool sb_settle_checksum(struct sk_buff *skb, const struct sb_packet *pkt)
{
	unsigned int check = sb_check_offset(pkt);
	int start = skb_checksum_start_offset(skb);

	if (likely(check && start == pkt->l4_offset && skb->csum_offset == check))
		return true;
	/* the IP header has been read already, and stays as it was read */
	if (start + skb->csum_offset < pkt->l4_offset)
		return false;
	/* tunnels: the inner packet's checksum, which no rewrite touches */
	if (skb->encapsulation)
		return true;
	return sb_checksum_finish(skb);
}

/* A tap's writer says of what kind his GSO frame is: it has to be of that kind. */
static bool sb_gso_plausible(const struct sk_buff *skb, const struct sb_packet *pkt)
{
	unsigned int type = skb_shinfo(skb)->gso_type;

	switch (pkt->protocol) {
	case IPPROTO_TCP:
		return type & (pkt->ipv6 ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4);
	case IPPROTO_UDP:
		return type & (SKB_GSO_UDP_L4 | SKB_GSO_UDP | SKB_GSO_UDP_TUNNEL |
			       SKB_GSO_UDP_TUNNEL_CSUM);
	case IPPROTO_SCTP:
		return type & SKB_GSO_SCTP;
	default:
		return skb->encapsulation;
	}
}

/* All that need not be in every packet; inner and fragment are written before they are read. */
static void sb_packet_clear(struct sb_packet *pkt)
{
	pkt->l4_src = 0;
	pkt->l4_dst = 0;
	pkt->protocol = 0;
	pkt->ipv6 = false;
	pkt->ttl = 0;
	pkt->tcp_flags = 0;
	pkt->icmp_type = 0;
	pkt->icmp_code = 0;
	pkt->icmp_error = false;
	pkt->udp_no_csum = false;
	pkt->l4_offset = 0;
	pkt->total_len = 0;
}

enum sb_parse sb_parse(struct sk_buff *skb, struct sb_packet *pkt)
{
	enum sb_parse parse;

	sb_packet_clear(pkt);
	if (skb->protocol == htons(ETH_P_IPV6))
		parse = sb_parse_ipv6_header(skb, pkt);
	else
		parse = sb_parse_ipv4_header(skb, pkt);
	if (unlikely(parse != SB_PARSE_OK))
		return parse;
	if (skb_is_gso(skb) && unlikely(!sb_gso_plausible(skb, pkt)))
		return SB_PARSE_L4_HEADER;
	if (skb->ip_summed == CHECKSUM_PARTIAL && unlikely(!sb_settle_checksum(skb, pkt)))
		return SB_PARSE_L4_HEADER;
	return sb_parse_l4(skb, pkt);
}
