// SPDX-License-Identifier: GPL-2.0-only
/* The way of a server's frame: back to the guest of its flow, or nowhere. */
#include "dhcp.h"
#include "hops.h"
#include "path.h"
#include "rewrite.h"

static enum sinkbridge_counter sb_server_returned(int err)
{
	switch (err) {
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

/* The port of the flow's guest, or NULL. */
static struct sb_port *sb_server_guest(const struct sb_arrival *arrival, const struct sb_flow *flow)
{
	struct sb_port *port = sb_path_port(arrival->port->bridge,
					    flow->nodes[SB_DIR_ORIG].tuple.port);

	return port && !rcu_access_pointer(port->server) ? port : NULL;
}

static enum sinkbridge_counter sb_server_return(struct sb_arrival *arrival, struct sb_flow *flow)
{
	const struct sb_tuple *orig = &flow->nodes[SB_DIR_ORIG].tuple;
	const struct sb_packet *pkt = &arrival->pkt;
	struct sb_port *port;

	sb_path_account(arrival, flow, SB_DIR_REPLY);
	if (sb_addr_is_group(&orig->dst))
		return sb_path_drop(arrival, SB_COUNT(drop_server_multicast));
	port = sb_server_guest(arrival, flow);
	if (!port)
		return sb_path_drop(arrival, SB_COUNT(drop_server_guest_gone));
	return sb_server_returned(sb_path_translate(arrival, flow, SB_DIR_REPLY, port,
						    flow->guest_mac, flow->gateway_mac,
						    sb_hops_left(pkt->ttl, flow->distance)));
}

/*
 * The answer in a DHCP exchange, to an address that the guest does not have
 * yet, or to everybody: to that guest alone, as from whom the message says.
 */
static enum sinkbridge_counter sb_server_dhcp(struct sb_arrival *arrival)
{
	struct sb_bridge *bridge = arrival->port->bridge;
	const struct sb_packet *pkt = &arrival->pkt;
	struct sb_rewrite change = {
		.src = pkt->src, .dst = pkt->dst, .l4_src = pkt->l4_src, .l4_dst = pkt->l4_dst,
	};
	struct sb_tuple reply;
	struct sb_flow *flow;
	struct sb_dhcp dhcp;
	struct sb_port *port;
	struct sb_vlan vlan;

	if (!sb_dhcp_read(arrival->skb, pkt, SB_DHCP_ANSWER, &dhcp))
		return sb_path_drop(arrival, SB_COUNT(drop_server_no_flow));
	sb_dhcp_reply(&reply, &pkt->src, arrival->port->dev->ifindex, &dhcp);
	flow = sb_flow_find(bridge->flows, &reply);
	if (!flow)
		return sb_path_drop(arrival, SB_COUNT(drop_server_no_flow));
	sb_path_account(arrival, flow, SB_DIR_REPLY);
	port = sb_server_guest(arrival, flow);
	if (!port)
		return sb_path_drop(arrival, SB_COUNT(drop_server_guest_gone));
	if (!ipv6_addr_any(&dhcp.server))
		change.src = dhcp.server;
	if (sb_rewrite(arrival->skb, pkt, &change))
		return sb_path_drop(arrival, SB_COUNT(drop_server_memory));
	sb_path_vlan(&flow->nodes[SB_DIR_ORIG].tuple, &vlan);
	if (sb_addr_is_group(&pkt->dst))
		eth_broadcast_addr(arrival->dst_mac);
	else
		ether_addr_copy(arrival->dst_mac, flow->guest_mac);
	return sb_server_returned(sb_path_deliver(port, arrival->skb, arrival->dst_mac,
						  flow->gateway_mac, &vlan));
}

static enum sinkbridge_counter sb_server_packet(struct sb_arrival *arrival)
{
	const struct sb_packet *pkt = &arrival->pkt;
	struct sb_tuple tuple __uninitialized;
	struct sb_flow *flow;

	if (sb_packet_is_echo(pkt) && sb_packet_is_echo_request(pkt))
		return sb_path_drop(arrival, SB_COUNT(drop_server_icmp));
	if (pkt->icmp_error)
		sb_path_inner_tuple(arrival, SB_DIR_REPLY, &tuple);
	else
		sb_path_tuple(arrival, SB_DIR_REPLY, &tuple);
	flow = sb_flow_find(arrival->port->bridge->flows, &tuple);
	if (flow)
		return sb_server_return(arrival, flow);
	if (sb_dhcp_is_answer(pkt))
		return sb_server_dhcp(arrival);
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
