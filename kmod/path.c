// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of a frame: who sent it decides the half, each half ends in exactly
 * one counter.  Whatever is not understood is dropped: a guest reaches a
 * server, another guest where a rule says so, or nothing.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>

#include "compat.h"
#include "capture.h"
#include "hops.h"
#include "icmp.h"
#include "path.h"
#include "rewrite.h"

bool sb_packet_is_echo_request(const struct sb_packet *pkt)
{
	return pkt->icmp_type == (pkt->ipv6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO);
}

void sb_path_inner_tuple(const struct sb_arrival *arrival, enum sb_dir dir,
			 struct sb_tuple *tuple)
{
	const struct sb_inner *inner = &arrival->pkt.inner;

	*tuple = (struct sb_tuple){
		.src		= inner->dst,
		.dst		= inner->src,
		.l4_src		= inner->l4_dst,
		.l4_dst		= inner->l4_src,
		.port		= arrival->port->dev->ifindex,
		.vid		= { sb_vlan_vid(&arrival->vlan, 0), sb_vlan_vid(&arrival->vlan, 1) },
		.protocol	= inner->protocol,
		.dir		= dir,
	};
	if (inner->protocol == (arrival->pkt.ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
		sb_tuple_of_echo(tuple, inner->l4_src);
}

void __sb_path_show(struct sb_arrival *arrival)
{
	arrival->shown = true;
	sb_capture(arrival->port->bridge, arrival->skb, arrival->port->dev, PACKET_HOST);
}

void sb_path_hide(struct sb_arrival *arrival)
{
	if (!arrival->shown)
		sb_path_count(arrival, SB_COUNT(capture_limited));
	arrival->shown = true;
}

/* Whether the packet that was counted last is one that the flow's rule lets readers see. */
static bool sb_flow_shows(const struct sb_flow *flow)
{
	u32 max = flow->rule->capture_max;

	return max == U32_MAX || atomic64_read(&flow->packets[SB_DIR_ORIG]) +
				 atomic64_read(&flow->packets[SB_DIR_REPLY]) <= max;
}

void __sb_path_show_flow(struct sb_arrival *arrival, const struct sb_flow *flow)
{
	if (sb_flow_shows(flow))
		sb_path_show(arrival);
	else
		sb_path_hide(arrival);
}

/* Whether readers see the flow's packet on its way to that port. */
static bool sb_path_shows(const struct sb_port *to, const struct sb_flow *flow)
{
	if (likely(!sb_capture_wanted(to)))
		return false;
	if (sb_flow_shows(flow))
		return true;
	sb_stats_inc(to->bridge->stats, SB_COUNT(capture_limited));
	return false;
}

struct sb_port *sb_path_port(const struct sb_bridge *bridge, u32 ifindex)
{
	struct sb_port *port = sb_port_find_index(sb_net(bridge->net), ifindex);

	return port && port->bridge == bridge ? port : NULL;
}

int sb_path_deliver(struct sb_port *to, struct sk_buff *skb, const u8 *dst_mac,
		    const u8 *src_mac, const struct sb_vlan *vlan)
{
	return sb_deliver(skb, to, dst_mac, src_mac, vlan, sb_capture_wanted(to));
}

void sb_path_answer(struct sb_arrival *arrival, struct sk_buff *answer)
{
	struct sb_port *port = arrival->port;
	const u8 *own = is_unicast_ether_addr(arrival->dst_mac) ? arrival->dst_mac :
								  port->bridge->dev->dev_addr;

	/* the question comes first */
	sb_path_show(arrival);
	if (answer)
		sb_path_deliver(port, answer, arrival->src_mac, own, &arrival->vlan);
}

/* What the other side knows the flow's packets of this direction by. */
static void sb_translation(const struct sb_flow *flow, enum sb_dir dir, bool echo,
			   struct sb_rewrite *to)
{
	const struct sb_tuple *other = &flow->nodes[!dir].tuple;

	to->src = other->dst;
	to->dst = other->src;
	to->l4_src = other->l4_dst;
	to->l4_dst = other->l4_src;
	to->ttl = 0;
	if (echo && dir == SB_DIR_REPLY) {
		to->l4_src = other->l4_src;
		to->l4_dst = 0;
	}
}

/*
 * The error tells of a packet of the other direction.  Its own source is who
 * was to receive that, or a router in between.
 */
static int sb_translate_error(struct sb_arrival *arrival, const struct sb_flow *flow,
			      enum sb_dir dir, u8 ttl)
{
	const struct sb_packet *pkt = &arrival->pkt;
	bool echo = pkt->inner.protocol == (pkt->ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
	struct sb_rewrite outer, inner;

	sb_translation(flow, dir, false, &outer);
	outer.ttl = ttl;
	inner = (struct sb_rewrite){
		.src	= outer.dst,
		.dst	= outer.src,
		.l4_src	= outer.l4_dst,
		.l4_dst	= outer.l4_src,
	};
	if (echo) {
		inner.l4_src = flow->nodes[!dir].tuple.dir == SB_DIR_ORIG ?
			       flow->nodes[!dir].tuple.l4_src : flow->nodes[!dir].tuple.l4_dst;
		inner.l4_dst = 0;
	}
	if (!sb_addr_equal(&pkt->src, &pkt->inner.dst))
		outer.src = sb_hops_router(pkt->ipv6, 1);
	return sb_rewrite_icmp_error(arrival->skb, pkt, &outer, &inner);
}

void sb_path_vlan(const struct sb_tuple *tuple, struct sb_vlan *vlan)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		vlan->tci[i] = tuple->vid[i] & VLAN_VID_MASK;
		vlan->proto[i] = !(tuple->vid[i] & SB_VID_TAGGED) ? 0 :
				 tuple->vid[i] & SB_VID_8021AD ? htons(ETH_P_8021AD) :
								 htons(ETH_P_8021Q);
	}
}

int sb_path_translate(struct sb_arrival *arrival, const struct sb_flow *flow, enum sb_dir dir,
		      struct sb_port *to, const u8 *dst_mac, const u8 *src_mac, u8 ttl)
{
	const struct sb_packet *pkt = &arrival->pkt;
	bool show = sb_path_shows(to, flow);
	struct sb_vlan vlan __uninitialized;
	int err;

	/* before anything is changed: the sender must recognise what it sent */
	if (unlikely(!sb_deliver_fits(arrival->skb, to->dev))) {
		const struct in6_addr router = sb_hops_router(pkt->ipv6, 1);

		sb_path_answer(arrival, sb_icmp_error(arrival->skb, pkt, &router, U8_MAX,
						      SB_ICMP_TOO_BIG, to->dev->mtu));
		err = -ENOBUFS;
	} else if (unlikely(pkt->icmp_error)) {
		err = sb_translate_error(arrival, flow, dir, ttl);
	} else {
		struct sb_rewrite change __uninitialized;

		sb_translation(flow, dir, sb_packet_is_echo(pkt), &change);
		change.ttl = ttl;
		err = sb_rewrite(arrival->skb, pkt, &change);
	}
	if (unlikely(err)) {
		kfree_skb(arrival->skb);
		return err;
	}
	sb_path_vlan(&flow->nodes[!dir].tuple, &vlan);
	return sb_deliver(arrival->skb, to, dst_mac, src_mac, &vlan, show);
}

static __always_inline void sb_path_one(struct sb_port *port, struct sk_buff *skb)
{
	struct sb_stats __percpu *stats = port->bridge->stats;
	struct sb_arrival arrival __uninitialized;	/* large, and filled as it is understood */

	arrival.port = port;
	arrival.skb = skb;
	arrival.shown = !sb_capture_wanted(port);
	ether_addr_copy(arrival.src_mac, eth_hdr(skb)->h_source);
	ether_addr_copy(arrival.dst_mac, eth_hdr(skb)->h_dest);
	sb_port_count(port, false, skb->len + ETH_HLEN);
	if (rcu_access_pointer(port->server)) {
		sb_stats_inc(stats, SB_COUNT(server_rx));
		sb_stats_inc(stats, sb_server_frame(&arrival));
	} else {
		sb_stats_inc(stats, SB_COUNT(guest_rx));
		sb_stats_inc(stats, sb_guest_frame(&arrival));
	}
}

/*
 * A device may hand over a list of whole frames (GRO by fragment lists).  Each
 * has headers of its own, so each goes its own way.  Any other GSO frame is one
 * frame here, and is counted as one.
 */
static void sb_path_list(struct sb_port *port, struct sk_buff *skb)
{
	struct sb_stats __percpu *stats = port->bridge->stats;
	bool server = rcu_access_pointer(port->server);
	unsigned int header = skb->data - skb_mac_header(skb);
	struct sk_buff *frames, *frame, *next;

	__skb_push(skb, header);
	frames = skb_gso_segment(skb, NETIF_F_SG);
	if (IS_ERR_OR_NULL(frames)) {
		sb_port_count(port, false, skb->len);
		sb_stats_inc(stats, server ? SB_COUNT(server_rx) : SB_COUNT(guest_rx));
		sb_stats_inc(stats, server ? SB_COUNT(drop_server_memory) : SB_COUNT(drop_memory));
		return kfree_skb(skb);
	}
	consume_skb(skb);
	skb_list_walk_safe(frames, frame, next) {
		skb_mark_not_on_list(frame);
		__skb_pull(frame, header);
		sb_path_one(port, frame);
	}
}

void sb_path_frame(struct sb_port *port, struct sk_buff *skb)
{
	/* the counters are this CPU's: whoever receives has softirqs off, a tap's writer, too */
	lockdep_assert_in_softirq();
	if (unlikely(skb_is_gso(skb) && skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST))
		sb_path_list(port, skb);
	else
		sb_path_one(port, skb);
}

void sb_path_guarded(const struct sb_port *port, const struct sk_buff *skb)
{
	struct sb_stats __percpu *stats = port->bridge->stats;
	bool server = rcu_access_pointer(port->server);

	lockdep_assert_in_softirq();
	sb_port_count(port, false, skb->len + ETH_HLEN);
	sb_stats_inc(stats, server ? SB_COUNT(server_rx) : SB_COUNT(guest_rx));
	sb_stats_inc(stats, server ? SB_COUNT(drop_server_ethertype) : SB_COUNT(drop_link_local));
}
