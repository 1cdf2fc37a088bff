// SPDX-License-Identifier: GPL-2.0-only
/*
 * IPv6 and its extension headers (RFC 8200).
 *
 * Hop-by-hop options (first only), destination options, routing headers that
 * have done their work, and fragment headers are walked.  All else is a
 * protocol of its own, AH and ESP as well.  A packet that is still being routed
 * is refused: its transport checksum covers another destination than the header's, and
 * the server that it reached would not be its last stop.
 */
#include <linux/ipv6.h>
#include <net/ipv6.h>

#include "parse.h"

#define SB_IPV6_LEN	((unsigned int)sizeof(struct ipv6hdr))

/* Where the walk along the headers is. */
struct sb_walk {
	u8		next;		/* the header at offset */
	unsigned int	offset;
	unsigned int	next_at;	/* where the byte is that says next */
	unsigned int	seen;
};

static bool sb_walk_extends(u8 next)
{
	return next == NEXTHDR_HOP || next == NEXTHDR_DEST || next == NEXTHDR_ROUTING ||
	       next == NEXTHDR_FRAGMENT;
}

/* Whether a header of this kind may stand here. */
static bool sb_walk_allowed(const struct sb_walk *walk)
{
	return walk->seen < SB_EXT_HEADERS && (walk->next != NEXTHDR_HOP || !walk->seen);
}

static void sb_walk_step(struct sb_walk *walk, u8 next, unsigned int len)
{
	walk->next_at = walk->offset;	/* each of them begins with the kind of the one behind it */
	walk->next = next;
	walk->offset += len;
	walk->seen++;
}

/* The length that the header claims; 0: more or less than there is. */
static unsigned int sb_ipv6_length(const struct sk_buff *skb, const struct ipv6hdr *hdr)
{
	unsigned int len = SB_IPV6_LEN + ntohs(hdr->payload_len);

	/* No link pads a GSO frame; beyond 65,535 bytes of payload it cannot say its length. */
	if (skb_is_gso(skb)) {
		if (len == SB_IPV6_LEN && skb_is_gso_tcp(skb) && skb->len > U16_MAX + SB_IPV6_LEN)
			return skb->len;
		return len == skb->len ? len : 0;
	}
	return len <= skb->len ? len : 0;
}

/* Mapped addresses stand for IPv4 here; on a wire they stand for nothing. */
static bool sb_ipv6_claims_v4(const struct ipv6hdr *hdr)
{
	return ipv6_addr_v4mapped(&hdr->saddr) || ipv6_addr_v4mapped(&hdr->daddr);
}

static bool sb_ipv6_fixed(struct sk_buff *skb, struct sb_packet *pkt)
{
	const struct ipv6hdr *hdr;

	if (!pskb_may_pull(skb, SB_IPV6_LEN))
		return false;
	hdr = (const struct ipv6hdr *)skb->data;
	if (hdr->version != 6 || sb_ipv6_claims_v4(hdr))
		return false;
	pkt->total_len = sb_ipv6_length(skb, hdr);
	if (!pkt->total_len)
		return false;
	if (pkt->total_len < skb->len && pskb_trim_rcsum(skb, pkt->total_len))
		return false;
	hdr = (const struct ipv6hdr *)skb->data;

	skb_reset_network_header(skb);
	pkt->ipv6 = true;
	pkt->src = hdr->saddr;
	pkt->dst = hdr->daddr;
	pkt->ttl = hdr->hop_limit;
	return true;
}

static enum sb_parse sb_ipv6_fragment(const struct sk_buff *skb, struct sb_packet *pkt,
				      const struct sb_walk *walk)
{
	const struct frag_hdr *frag = (const struct frag_hdr *)(skb->data + walk->offset);

	/* GSO cuts packets into segments; a fragment is cut already */
	if (skb_is_gso(skb))
		return SB_PARSE_IP_HEADER;
	pkt->protocol = frag->nexthdr;
	pkt->fragment = (struct sb_fragment){
		.id		= ntohl(frag->identification),
		.offset		= ntohs(frag->frag_off) & IP6_OFFSET,
		.more		= frag->frag_off & htons(IP6_MF),
		.header		= walk->offset + sizeof(*frag),
		.next_at	= walk->next_at,
	};
	return SB_PARSE_FRAGMENT;
}

/* A fragment header that says that nothing was cut (RFC 6946): one like any other. */
static bool sb_frag_atomic(const struct frag_hdr *frag)
{
	return !(frag->frag_off & htons(IP6_OFFSET | IP6_MF));
}

/* One header on.  OK: walk stands at the next one. */
static enum sb_parse sb_ipv6_walk(struct sk_buff *skb, struct sb_packet *pkt, struct sb_walk *walk)
{
	const struct ipv6_rt_hdr *routing;
	unsigned int len;

	/* all of them have 8 bytes at least */
	if (!sb_walk_allowed(walk) || !pskb_may_pull(skb, walk->offset + sizeof(struct frag_hdr)))
		return SB_PARSE_EXT_HEADER;
	if (walk->next == NEXTHDR_FRAGMENT) {
		const struct frag_hdr *frag = (const struct frag_hdr *)(skb->data + walk->offset);

		if (!sb_frag_atomic(frag))
			return sb_ipv6_fragment(skb, pkt, walk);
		sb_walk_step(walk, frag->nexthdr, sizeof(*frag));
		return SB_PARSE_OK;
	}
	routing = (const struct ipv6_rt_hdr *)(skb->data + walk->offset);
	if (walk->next == NEXTHDR_ROUTING && (!routing->type || routing->segments_left))
		return SB_PARSE_EXT_HEADER;
	len = (routing->hdrlen + 1) * 8;
	if (walk->offset + len > SB_EXT_BYTES || !pskb_may_pull(skb, walk->offset + len))
		return SB_PARSE_EXT_HEADER;
	routing = (const struct ipv6_rt_hdr *)(skb->data + walk->offset);
	sb_walk_step(walk, routing->nexthdr, len);
	return SB_PARSE_OK;
}

enum sb_parse sb_parse_ipv6_header(struct sk_buff *skb, struct sb_packet *pkt)
{
	struct sb_walk walk = {
		.offset	 = SB_IPV6_LEN,
		.next_at = offsetof(struct ipv6hdr, nexthdr),
	};
	enum sb_parse parse;

	if (unlikely(!sb_ipv6_fixed(skb, pkt)))
		return SB_PARSE_IP_HEADER;
	walk.next = ((const struct ipv6hdr *)skb->data)->nexthdr;
	while (unlikely(sb_walk_extends(walk.next))) {
		parse = sb_ipv6_walk(skb, pkt, &walk);
		if (parse != SB_PARSE_OK)
			return parse;
	}
	pkt->protocol = walk.next;
	pkt->l4_offset = walk.offset;
	skb_set_transport_header(skb, walk.offset);
	return SB_PARSE_OK;
}

/*
 * Here nothing is routed or put together any more: a first fragment, and a
 * routing header of whatever state, lead to the transport header all the same.
 */
bool sb_parse_ipv6_inner(const struct sk_buff *skb, unsigned int len, struct sb_inner *inner)
{
	struct sb_walk walk = { .offset = SB_IPV6_LEN };
	struct ipv6hdr hdr;
	struct frag_hdr ext;

	if (len < SB_IPV6_LEN || skb_copy_bits(skb, inner->offset, &hdr, sizeof(hdr)) ||
	    hdr.version != 6 || sb_ipv6_claims_v4(&hdr))
		return false;
	inner->src = hdr.saddr;
	inner->dst = hdr.daddr;
	walk.next = hdr.nexthdr;
	while (sb_walk_extends(walk.next)) {
		if (!sb_walk_allowed(&walk) || walk.offset + sizeof(ext) > len ||
		    skb_copy_bits(skb, inner->offset + walk.offset, &ext, sizeof(ext)))
			return false;
		if (walk.next == NEXTHDR_FRAGMENT && ext.frag_off & htons(IP6_OFFSET))
			return false;
		/* what is the length elsewhere is nothing in a fragment header */
		if (walk.next == NEXTHDR_FRAGMENT)
			ext.reserved = 0;
		sb_walk_step(&walk, ext.nexthdr, (ext.reserved + 1) * 8);
	}
	if (walk.offset > len)
		return false;
	inner->protocol = walk.next;
	inner->l4_offset = inner->offset + walk.offset;
	return true;
}
