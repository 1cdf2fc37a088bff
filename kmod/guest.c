// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of a guest's frame: along its flow, or to what the first rule that
 * matches says.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>

#include "dhcp.h"
#include "hops.h"
#include "lateral.h"
#include "path.h"

/* The first rule that matches, or NULL. */
static struct sb_rule *sb_guest_rule(const struct sb_arrival *arrival, const struct sb_tuple *orig)
{
	const struct sb_table *table = rcu_dereference(arrival->port->bridge->table);
	const struct sb_packet *pkt = &arrival->pkt;
	const struct sb_key key = {
		.dst		= pkt->dst,
		.dport		= sb_packet_is_echo(pkt) ? 0 : ntohs(pkt->l4_dst),
		.guest_id	= READ_ONCE(arrival->port->guest_id),
		.protocol	= pkt->protocol,
	};

	/* ARP and neighbour discovery tell of guests, too: for all else it must pay */
	if (table->forwards)
		sb_lateral_learn(arrival->port, &pkt->src, orig->vid, arrival->src_mac);
	return sb_table_lookup(table, &key);
}

static enum sinkbridge_counter sb_guest_delivered(const struct sb_flow *flow, int err)
{
	bool forward = flow->rule->action == SINKBRIDGE_ACTION_FORWARD;

	switch (err) {
	case 0:
		return forward ? SB_COUNT(forwarded) : SB_COUNT(delivered);
	case -ENOMEM:
		return SB_COUNT(drop_memory);
	case -ENETDOWN:
		return forward ? SB_COUNT(drop_guest_gone) : SB_COUNT(drop_server_gone);
	default:
		return SB_COUNT(drop_deliver);
	}
}

static enum sinkbridge_counter sb_guest_deliver(struct sb_arrival *arrival, struct sb_flow *flow)
{
	struct sb_bridge *bridge = arrival->port->bridge;
	const struct sb_server *server = sb_flow_server(flow);
	unsigned int len = arrival->skb->len;
	struct sb_port *port;

	sb_path_account(arrival, flow, SB_DIR_ORIG);
	sb_path_show_flow(arrival, flow);
	sb_rule_count(flow->rule, len);
	port = rcu_dereference(server->port);
	if (!port)
		return sb_path_drop(arrival, SB_COUNT(drop_server_gone));
	return sb_guest_delivered(flow, sb_path_translate(arrival, flow, SB_DIR_ORIG, port,
							  server->mac, bridge->dev->dev_addr, 0));
}

/* Along a flow between two guests, in either direction: to where the other one was last seen. */
static enum sinkbridge_counter sb_guest_forward(struct sb_arrival *arrival, struct sb_flow *flow,
						enum sb_dir dir)
{
	const struct sb_tuple *other = &flow->nodes[!dir].tuple;
	struct sb_bridge *bridge = arrival->port->bridge;
	struct sb_port *port = sb_path_port(bridge, other->port);
	unsigned int len = arrival->skb->len;
	u8 mac[ETH_ALEN];

	sb_path_account(arrival, flow, dir);
	sb_path_show_flow(arrival, flow);
	if (dir == SB_DIR_ORIG)
		sb_rule_count(flow->rule, len);
	if (!port || rcu_access_pointer(port->server))
		return sb_path_drop(arrival, SB_COUNT(drop_guest_gone));
	if (dir == SB_DIR_REPLY)
		ether_addr_copy(mac, flow->guest_mac);
	else if (!sb_lateral_mac(port, &other->src, other->vid, mac))
		return sb_path_drop(arrival, SB_COUNT(drop_unknown_guest));
	return sb_guest_delivered(flow, sb_path_translate(arrival, flow, dir, port, mac,
							  bridge->dev->dev_addr, 0));
}

static enum sinkbridge_counter sb_guest_along(struct sb_arrival *arrival, struct sb_flow *flow)
{
	if (unlikely(flow->rule->action == SINKBRIDGE_ACTION_FORWARD))
		return sb_guest_forward(arrival, flow, SB_DIR_ORIG);
	return sb_guest_deliver(arrival, flow);
}

/*
 * The client as the server will see it: the guest, unless the server's stack
 * could not answer that address: its own, or one of a link or a group.
 */
static struct in6_addr sb_guest_client(const struct in6_addr *guest, const struct in6_addr *server)
{
	bool v4 = sb_addr_is_v4(guest);

	if (sb_addr_equal(guest, server) ||
	    (!v4 && ipv6_addr_type(guest) & IPV6_ADDR_LINKLOCAL))
		return sb_flow_alias(v4, v4 ? 1 : ntohl(guest->s6_addr32[3]));
	return *guest;
}

/* As the server will send its answers.  0, or the counter of what is in the way. */
static enum sinkbridge_counter sb_reply_from_server(const struct sb_arrival *arrival,
						    const struct sb_rule *rule,
						    struct sb_tuple *reply)
{
	const struct sb_packet *pkt = &arrival->pkt;
	const struct sb_server *server = rule->server;
	const struct in6_addr *addr = sb_server_addr(server, !pkt->ipv6);
	bool ports = pkt->l4_dst && !sb_packet_is_echo(pkt);

	if (ipv6_addr_any(addr))
		return SB_COUNT(drop_no_address);
	*reply = (struct sb_tuple){
		.src		= *addr,
		.dst		= sb_guest_client(&pkt->src, addr),
		.l4_src		= rule->server_port && ports ? htons(rule->server_port) :
							       pkt->l4_dst,
		.l4_dst		= pkt->l4_src,
		.port		= server->port_ifindex,
		.protocol	= pkt->protocol,
		.dir		= SB_DIR_REPLY,
	};
	return 0;
}

static enum sinkbridge_counter sb_reply_from_guest(const struct sb_arrival *arrival,
						   struct sb_tuple *reply)
{
	const struct sb_packet *pkt = &arrival->pkt;

	*reply = (struct sb_tuple){
		.src		= pkt->dst,
		.dst		= pkt->src,
		.l4_src		= pkt->l4_dst,
		.l4_dst		= pkt->l4_src,
		.protocol	= pkt->protocol,
		.dir		= SB_DIR_REPLY,
	};
	return sb_lateral_find(arrival->port, &pkt->dst, &reply->port, reply->vid) ?
	       0 : SB_COUNT(drop_unknown_guest);
}

/* A new flow between these tuples.  NULL: *ended is the counter. */
static struct sb_flow *sb_guest_insert(struct sb_arrival *arrival, struct sb_rule *rule,
				       const struct sb_tuple *orig, struct sb_tuple *reply,
				       enum sinkbridge_counter *ended)
{
	struct sb_bridge *bridge = arrival->port->bridge;
	const struct sb_packet *pkt = &arrival->pkt;
	bool evicted, changed;
	struct sb_flow *flow;

	flow = sb_flow_new(bridge->flows, rule, orig, &evicted);
	if (evicted)
		sb_stats_inc(bridge->stats, SB_COUNT(flows_evicted));
	if (IS_ERR(flow)) {
		*ended = PTR_ERR(flow) == -ENOSPC ? SB_COUNT(drop_table_full) :
						    SB_COUNT(drop_memory);
		return NULL;
	}
	ether_addr_copy(flow->guest_mac, arrival->src_mac);
	ether_addr_copy(flow->gateway_mac, is_unicast_ether_addr(arrival->dst_mac) ?
					   arrival->dst_mac : bridge->dev->dev_addr);
	strscpy(flow->guest_if, arrival->port->dev->name, sizeof(flow->guest_if));
	flow->distance = sb_hops_distance(&bridge->hops_key, bridge->distance, &pkt->src, &pkt->dst);
	flow = sb_flow_insert(bridge->flows, flow, reply, &changed);
	if (IS_ERR(flow)) {
		*ended = SB_COUNT(drop_no_tuple);
		return NULL;
	}
	if (changed)
		sb_stats_inc(bridge->stats, SB_COUNT(tuples_changed));
	return flow;
}

static struct sb_flow *sb_guest_open(struct sb_arrival *arrival, struct sb_rule *rule,
				     const struct sb_tuple *orig, enum sinkbridge_counter *ended)
{
	struct sb_tuple reply;

	*ended = rule->action == SINKBRIDGE_ACTION_FORWARD ?
		 sb_reply_from_guest(arrival, &reply) : sb_reply_from_server(arrival, rule, &reply);
	return *ended ? NULL : sb_guest_insert(arrival, rule, orig, &reply, ended);
}

/* A packet without a flow: the rule's action. */
static enum sinkbridge_counter sb_guest_decide(struct sb_arrival *arrival, struct sb_rule *rule,
					       const struct sb_tuple *orig)
{
	enum sinkbridge_counter ended;
	struct sb_flow *flow;

	switch (rule->action) {
	case SINKBRIDGE_ACTION_TO:
	case SINKBRIDGE_ACTION_FORWARD:
		flow = sb_guest_open(arrival, rule, orig, &ended);
		return flow ? sb_guest_along(arrival, flow) : sb_path_drop(arrival, ended);
	case SINKBRIDGE_ACTION_ABSORB:
		ended = SB_COUNT(absorbed);
		break;
	case SINKBRIDGE_ACTION_REJECT:
		sb_path_reject(arrival);
		ended = SB_COUNT(rejected);
		break;
	default:
		ended = SB_COUNT(drop_rule);
	}
	sb_rule_count(rule, arrival->skb->len);
	return sb_path_drop(arrival, ended);
}

/* The flow that the guest's packet belongs to, or NULL. */
static struct sb_flow *sb_guest_flow(const struct sb_arrival *arrival, const struct sb_tuple *orig)
{
	struct sb_flow_table *flows = arrival->port->bridge->flows;
	struct sb_flow *flow = sb_flow_find(flows, orig);

	if (flow && unlikely(sb_flow_reopens(flow, arrival->pkt.tcp_flags))) {
		sb_flow_end(flows, flow, SINKBRIDGE_END_REUSED);
		return NULL;
	}
	return flow;
}

/* The flow from another guest that the packet answers, or NULL. */
static struct sb_flow *sb_guest_answered(const struct sb_arrival *arrival)
{
	struct sb_bridge *bridge = arrival->port->bridge;
	struct sb_tuple reply __uninitialized;

	if (likely(!atomic_read(&bridge->forwards)))
		return NULL;
	if (arrival->pkt.icmp_error)
		sb_path_inner_tuple(arrival, SB_DIR_REPLY, &reply);
	else
		sb_path_tuple(arrival, SB_DIR_REPLY, &reply);
	return sb_flow_find(bridge->flows, &reply);
}

/* An ICMP error: along the flow of the packet that it tells of, back to who sent that. */
static enum sinkbridge_counter sb_guest_error(struct sb_arrival *arrival)
{
	struct sb_tuple orig;
	struct sb_flow *flow;

	sb_path_inner_tuple(arrival, SB_DIR_ORIG, &orig);
	flow = sb_flow_find(arrival->port->bridge->flows, &orig);
	if (flow)
		return sb_guest_along(arrival, flow);
	flow = sb_guest_answered(arrival);
	if (flow)
		return sb_guest_forward(arrival, flow, SB_DIR_REPLY);
	return sb_path_drop(arrival, SB_COUNT(drop_icmp_type));
}

/* Whether the hops to the destination use up the packet's TTL. */
static bool sb_guest_expires(const struct sb_arrival *arrival)
{
	const struct sb_bridge *bridge = arrival->port->bridge;
	const struct sb_packet *pkt = &arrival->pkt;

	return unlikely(pkt->ttl <= bridge->distance) &&
	       pkt->ttl <= sb_hops_distance(&bridge->hops_key, bridge->distance, &pkt->src,
					    &pkt->dst);
}

/* 0, or the counter of what is impossible about the addresses and the protocol. */
static enum sinkbridge_counter sb_guest_check(const struct sb_packet *pkt)
{
	if (sb_addr_is_zero(&pkt->src) || sb_addr_is_loopback(&pkt->src) ||
	    sb_addr_is_group(&pkt->src))
		return SB_COUNT(drop_source);
	if (sb_addr_is_zero(&pkt->dst))
		return SB_COUNT(drop_destination);
	if (pkt->protocol == (pkt->ipv6 ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return SB_COUNT(drop_protocol);
	return 0;
}

/*
 * Measure a packet that nobody has answered yet against the rule's flood
 * policy.  0: it goes on; or the counter where it ends.
 */
static enum sinkbridge_counter sb_guest_flood(struct sb_arrival *arrival,
					      struct sb_rule *rule, const struct sb_tuple *orig)
{
	enum sb_flood_verdict verdict;
	bool surplus;

	verdict = sb_flood_packet(arrival->port->bridge->floods, rule, orig, &arrival->pkt,
				  arrival->skb, arrival->port->dev->name, &surplus);
	if (surplus || verdict == SB_FLOOD_FULL)
		sb_path_hide(arrival);
	switch (verdict) {
	case SB_FLOOD_ABSORB:
		return SB_COUNT(flooded);
	case SB_FLOOD_FULL:
		return SB_COUNT(drop_flood_full);
	default:
		return 0;
	}
}

/* The flow of a DHCP exchange with the rule's server.  NULL: *ended is the counter. */
static struct sb_flow *sb_guest_exchange(struct sb_arrival *arrival, struct sb_rule *rule,
					 struct sb_tuple *orig, enum sinkbridge_counter *ended)
{
	struct sb_flow_table *flows = arrival->port->bridge->flows;
	const struct in6_addr *addr = &rule->server->ipv4;
	struct sb_flow *flow, *other;
	struct sb_tuple reply;
	struct sb_dhcp dhcp;

	*ended = SB_COUNT(drop_l4_header);
	if (!sb_dhcp_read(arrival->skb, &arrival->pkt, SB_DHCP_REQUEST, &dhcp))
		return NULL;
	*ended = SB_COUNT(drop_no_address);
	if (ipv6_addr_any(addr))
		return NULL;
	sb_dhcp_orig(orig, &dhcp);
	sb_dhcp_reply(&reply, addr, rule->server->port_ifindex, &dhcp);
	flow = sb_flow_find(flows, orig);
	other = sb_flow_find(flows, &reply);
	if (flow && flow == other)
		return flow;
	/* both were of exchanges that are over, or of a client that has moved to this port */
	if (flow)
		sb_flow_end(flows, flow, SINKBRIDGE_END_REUSED);
	if (other)
		sb_flow_end(flows, other, SINKBRIDGE_END_REUSED);
	return sb_guest_insert(arrival, rule, orig, &reply, ended);
}

/*
 * A guest that has no address yet, or lost its server, asks everybody: the
 * packet goes to the rule's server as it is.
 */
static enum sinkbridge_counter sb_guest_dhcp(struct sb_arrival *arrival)
{
	struct sb_bridge *bridge = arrival->port->bridge;
	enum sinkbridge_counter ended;
	struct sb_tuple orig;
	struct sb_flow *flow;
	struct sb_rule *rule;
	struct sb_port *port;

	sb_path_tuple(arrival, SB_DIR_ORIG, &orig);
	rule = sb_guest_rule(arrival, &orig);
	if (!rule)
		return sb_path_drop(arrival, SB_COUNT(drop_no_rule));
	ended = rule->flood_rate ? sb_guest_flood(arrival, rule, &orig) : 0;
	if (ended)
		return sb_path_drop(arrival, ended);
	if (rule->action != SINKBRIDGE_ACTION_TO)
		return sb_guest_decide(arrival, rule, &orig);
	flow = sb_guest_exchange(arrival, rule, &orig, &ended);
	if (!flow)
		return sb_path_drop(arrival, ended);
	sb_path_account(arrival, flow, SB_DIR_ORIG);
	sb_rule_count(rule, arrival->skb->len);
	sb_path_show_flow(arrival, flow);
	port = sb_path_port(bridge, rule->server->port_ifindex);
	if (!port)
		return sb_path_drop(arrival, SB_COUNT(drop_server_gone));
	eth_broadcast_addr(arrival->dst_mac);
	return sb_guest_delivered(flow, sb_path_deliver(port, arrival->skb, arrival->dst_mac,
							bridge->dev->dev_addr, NULL));
}

static enum sinkbridge_counter sb_guest_packet(struct sb_arrival *arrival)
{
	const struct sb_packet *pkt = &arrival->pkt;
	enum sinkbridge_counter bad = sb_guest_check(pkt);
	struct sb_tuple orig __uninitialized;
	struct sb_flow *flow, *answered;
	struct sb_rule *rule;

	if (unlikely(sb_dhcp_is_request(pkt)) && (!bad || !sb_addr_get_v4(&pkt->src)))
		return sb_guest_dhcp(arrival);
	if (bad)
		return sb_path_drop(arrival, bad);
	if (pkt->icmp_error)
		return sb_guest_error(arrival);
	if (sb_guest_expires(arrival)) {
		sb_path_answer(arrival, sb_hops_exceeded(arrival->skb, pkt));
		return sb_path_drop(arrival, SB_COUNT(ttl_exceeded));
	}
	sb_path_tuple(arrival, SB_DIR_ORIG, &orig);
	flow = sb_guest_flow(arrival, &orig);
	if (likely(flow && !(flow->rule->flood_rate && sb_flow_unanswered(flow))))
		return sb_guest_along(arrival, flow);
	answered = flow ? NULL : sb_guest_answered(arrival);
	if (answered)
		return sb_guest_forward(arrival, answered, SB_DIR_REPLY);
	if (sb_packet_is_echo(pkt) && !sb_packet_is_echo_request(pkt))
		return sb_path_drop(arrival, SB_COUNT(drop_icmp_type));
	rule = flow ? flow->rule : sb_guest_rule(arrival, &orig);
	if (!rule)
		return sb_path_drop(arrival, SB_COUNT(drop_no_rule));
	bad = rule->flood_rate ? sb_guest_flood(arrival, rule, &orig) : 0;
	if (bad)
		return sb_path_drop(arrival, bad);
	return flow ? sb_guest_along(arrival, flow) : sb_guest_decide(arrival, rule, &orig);
}

static enum sinkbridge_counter sb_guest_malformed(enum sb_parse parse, bool ipv6)
{
	switch (parse) {
	case SB_PARSE_FRAGMENT:
		return SB_COUNT(drop_fragment);
	case SB_PARSE_L4_HEADER:
		return SB_COUNT(drop_l4_header);
	case SB_PARSE_ICMP_TYPE:
		return SB_COUNT(drop_icmp_type);
	case SB_PARSE_EXT_HEADER:
		return SB_COUNT(drop_ext_header);
	default:
		return ipv6 ? SB_COUNT(drop_ipv6) : SB_COUNT(drop_ip_header);
	}
}

/* 0: now the packet is whole, and to be parsed; or the counter where the fragment ends. */
static enum sinkbridge_counter sb_guest_fragment(struct sb_arrival *arrival)
{
	const u16 vid[2] = { sb_vlan_vid(&arrival->vlan, 0), sb_vlan_vid(&arrival->vlan, 1) };

	sb_path_show(arrival);
	switch (sb_frag_collect(arrival->port->bridge->guest_frags, &arrival->skb, &arrival->pkt,
				arrival->port->dev->ifindex, vid)) {
	case SB_FRAG_COMPLETE:
		sb_path_count(arrival, SB_COUNT(guest_fragment));
		sb_path_count(arrival, SB_COUNT(reassembled));
		return 0;
	case SB_FRAG_KEPT:
		return SB_COUNT(guest_fragment);
	case SB_FRAG_FULL:
		return SB_COUNT(drop_fragment_full);
	default:
		return SB_COUNT(drop_fragment);
	}
}

static enum sinkbridge_counter sb_guest_nd(struct sb_arrival *arrival)
{
	const struct sb_packet *pkt = &arrival->pkt;
	const u16 vid[2] = { sb_vlan_vid(&arrival->vlan, 0), sb_vlan_vid(&arrival->vlan, 1) };

	sb_path_show(arrival);
	sb_lateral_learn(arrival->port, &pkt->src, vid, arrival->src_mac);
	return sb_neighbour_nd(arrival->port, arrival->skb, pkt, &arrival->vlan) ?
	       SB_COUNT(guest_nd) : SB_COUNT(drop_nd);
}

static enum sinkbridge_counter sb_guest_ip(struct sb_arrival *arrival)
{
	bool ipv6 = arrival->skb->protocol == htons(ETH_P_IPV6);
	enum sb_parse parse = sb_parse(arrival->skb, &arrival->pkt);
	enum sinkbridge_counter ended;
	bool whole = true;

	if (unlikely(parse == SB_PARSE_FRAGMENT)) {
		ended = sb_guest_fragment(arrival);
		if (ended)
			return ended;
		whole = false;
		parse = sb_parse(arrival->skb, &arrival->pkt);
	}
	if (likely(parse == SB_PARSE_OK))
		return sb_guest_packet(arrival);
	/* neighbour messages in fragments are none (RFC 6980) */
	if (parse == SB_PARSE_ICMP_TYPE && whole && sb_neighbour_is_nd(&arrival->pkt))
		return sb_guest_nd(arrival);
	return sb_path_drop(arrival, sb_guest_malformed(parse, ipv6));
}

/*
 * Readers of the monitor device see the frame as it came in; where a rule limits
 * what they see, once it is known whether it is one of those.
 */
static void sb_guest_show(struct sb_arrival *arrival)
{
	const struct sk_buff *skb = arrival->skb;

	if (!rcu_dereference(arrival->port->bridge->table)->samples ||
	    skb_vlan_tag_present(skb) ||
	    (skb->protocol != htons(ETH_P_IP) && skb->protocol != htons(ETH_P_IPV6)))
		sb_path_show(arrival);
}

enum sinkbridge_counter sb_guest_frame(struct sb_arrival *arrival)
{
	if (unlikely(!arrival->shown))
		sb_guest_show(arrival);
	if (is_link_local_ether_addr(arrival->dst_mac))
		return sb_path_drop(arrival, SB_COUNT(drop_link_local));
	if (unlikely(!sb_vlan_pull(arrival->skb, &arrival->vlan)))
		return sb_path_drop(arrival, SB_COUNT(drop_vlan));
	switch (arrival->skb->protocol) {
	case htons(ETH_P_IP):
	case htons(ETH_P_IPV6):
		return sb_guest_ip(arrival);
	case htons(ETH_P_ARP):
		sb_lateral_learn_arp(arrival);
		return sb_neighbour_arp(arrival->port, arrival->skb, &arrival->vlan) ?
		       SB_COUNT(guest_arp) : SB_COUNT(drop_arp);
	default:
		return sb_path_drop(arrival, SB_COUNT(drop_ethertype));
	}
}
