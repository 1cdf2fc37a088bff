// SPDX-License-Identifier: GPL-2.0-only
/* The way of a server's frame: back to the guest of its flow, or nowhere. */
#include "hops.h"
#include "path.h"

static enum sinkbridge_counter sb_server_return(struct sb_arrival *arrival, struct sb_flow *flow)
{
	const struct sb_tuple *orig = &flow->nodes[SB_DIR_ORIG].tuple;
	struct sb_bridge *bridge = arrival->port->bridge;
	const struct sb_packet *pkt = &arrival->pkt;
	struct sb_port *port;

	sb_path_account(arrival, flow, SB_DIR_REPLY);
	if (sb_addr_is_group(&orig->dst))
		return sb_path_drop(arrival, SB_COUNT(drop_server_multicast));
	port = sb_path_port(bridge, orig->port);
	if (!port || rcu_access_pointer(port->server))
		return sb_path_drop(arrival, SB_COUNT(drop_server_guest_gone));
	switch (sb_path_translate(arrival, flow, SB_DIR_REPLY, port, flow->guest_mac,
				  flow->gateway_mac, sb_hops_left(pkt->ttl, flow->distance))) {
	case 0:
		return SB_COUNT(returned);
	case -ENOMEM:
		return SB_COUNT(drop_server_memory);
	case -ENETDOWN:
		return SB_COUNT(drop_server_guest_gone);
	default:
		return SB_COUNT(drop_server_deliver);
	}
}

static enum sinkbridge_counter sb_server_packet(struct sb_arrival *arrival)
{
	const struct sb_packet *pkt = &arrival->pkt;
	struct sb_tuple tuple;
	struct sb_flow *flow;

	if (pkt->icmp_error)
		sb_path_inner_tuple(arrival, SB_DIR_REPLY, &tuple);
	else if (sb_packet_is_echo(pkt) && sb_packet_is_echo_request(pkt))
		return sb_path_drop(arrival, SB_COUNT(drop_server_icmp));
	else
		sb_path_tuple(arrival, SB_DIR_REPLY, &tuple);
	flow = sb_flow_find(arrival->port->bridge->flows, &tuple);
	if (flow)
		return sb_server_return(arrival, flow);
	return sb_path_drop(arrival, pkt->icmp_error ? SB_COUNT(drop_server_icmp) :
						       SB_COUNT(drop_server_no_flow));
}

static enum sinkbridge_counter sb_server_fragment(struct sb_arrival *arrival)
{
	static const u16 untagged[2];

	switch (sb_frag_collect(arrival->port->bridge->server_frags, &arrival->skb, &arrival->pkt,
				arrival->port->dev->ifindex, untagged)) {
	case SB_FRAG_COMPLETE:
		break;
	case SB_FRAG_KEPT:
		return SB_COUNT(server_fragment);
	default:
		return SB_COUNT(drop_server_fragment);
	}
	sb_path_count(arrival, SB_COUNT(server_fragment));
	sb_path_count(arrival, SB_COUNT(server_reassembled));
	if (sb_parse(arrival->skb, &arrival->pkt) == SB_PARSE_OK)
		return sb_server_packet(arrival);
	return sb_path_drop(arrival, SB_COUNT(drop_server_header));
}

static enum sinkbridge_counter sb_server_ip(struct sb_arrival *arrival)
{
	switch (sb_parse(arrival->skb, &arrival->pkt)) {
	case SB_PARSE_OK:
		return sb_server_packet(arrival);
	case SB_PARSE_FRAGMENT:
		return sb_server_fragment(arrival);
	case SB_PARSE_ICMP_TYPE:
		if (!sb_neighbour_is_nd(&arrival->pkt))
			return sb_path_drop(arrival, SB_COUNT(drop_server_icmp));
		return sb_neighbour_nd(arrival->port, arrival->skb, &arrival->pkt, &arrival->vlan) ?
		       SB_COUNT(server_nd) : SB_COUNT(drop_server_nd);
	default:
		return sb_path_drop(arrival, SB_COUNT(drop_server_header));
	}
}

enum sinkbridge_counter sb_server_frame(struct sb_arrival *arrival)
{
	struct sk_buff *skb = arrival->skb;

	if (skb_vlan_tag_present(skb))
		return sb_path_drop(arrival, SB_COUNT(drop_server_ethertype));
	arrival->vlan = (struct sb_vlan){};
	switch (skb->protocol) {
	case htons(ETH_P_IP):
	case htons(ETH_P_IPV6):
		return sb_server_ip(arrival);
	case htons(ETH_P_ARP):
		return sb_neighbour_arp(arrival->port, skb, &arrival->vlan) ?
		       SB_COUNT(server_arp) : SB_COUNT(drop_server_header);
	default:
		return sb_path_drop(arrival, SB_COUNT(drop_server_ethertype));
	}
}
