// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of a frame: who sent it decides the half, each half ends in exactly
 * one counter.  Whatever is not understood is dropped: a guest reaches a
 * server or nothing.
 */
#include <linux/icmp.h>
#include <linux/if_vlan.h>
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <net/netfilter/ipv4/nf_reject.h>

#include "net.h"
#include "parse.h"
#include "path.h"
#include "rewrite.h"

#define SB_COUNT(which)	SINKBRIDGE_COUNTER_##which

/* Protocols whose conversations have ports, or an identifier, to tell them apart. */
static bool sb_protocol_translates(u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_ICMP;
}

static bool sb_source_possible(const struct in6_addr *src)
{
	return !sb_addr_is_zero(src) && !sb_addr_is_loopback(src) && !sb_addr_is_group(src);
}

/* The guest's answers come from where it sent its packets; never from a group address. */
static void sb_path_macs(const struct sb_port *port, const struct sk_buff *skb, u8 *guest,
			 u8 *gateway)
{
	ether_addr_copy(guest, eth_hdr(skb)->h_source);
	if (is_unicast_ether_addr(eth_hdr(skb)->h_dest))
		ether_addr_copy(gateway, eth_hdr(skb)->h_dest);
	else
		ether_addr_copy(gateway, port->bridge->dev->dev_addr);
}

static enum sinkbridge_counter sb_guest_parse_counter(enum sb_parse parse)
{
	switch (parse) {
	case SB_PARSE_FRAGMENT:
		return SB_COUNT(drop_fragment);
	case SB_PARSE_L4_HEADER:
		return SB_COUNT(drop_l4_header);
	case SB_PARSE_ICMP_TYPE:
		return SB_COUNT(drop_icmp_type);
	default:
		return SB_COUNT(drop_ip_header);
	}
}

static struct sb_rule *sb_path_rule(const struct sb_port *port, const struct sb_packet *pkt)
{
	const struct sb_key key = {
		.dst		= pkt->dst,
		.dport		= pkt->protocol == IPPROTO_ICMP ? 0 : ntohs(pkt->l4_dst),
		.guest_id	= READ_ONCE(port->guest_id),
		.protocol	= pkt->protocol,
	};

	return sb_table_lookup(rcu_dereference(port->bridge->table), &key);
}

/* A reset for TCP, an ICMP error for the rest; errors and resets get none (RFC 1122, 3.2.2). */
static void sb_path_reject(struct sb_port *port, struct sk_buff *skb, const struct sb_packet *pkt)
{
	u8 guest[ETH_ALEN], gateway[ETH_ALEN];
	struct net *net = port->bridge->net;
	struct sk_buff *answer;
	unsigned int len;

	sb_path_macs(port, skb, guest, gateway);
	/* else the kernel would look for a checksum over all of the payload and be silent */
	if (!sb_protocol_translates(pkt->protocol) && skb->ip_summed == CHECKSUM_NONE)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	if (pkt->protocol == IPPROTO_TCP)
		answer = nf_reject_skb_v4_tcp_reset(net, skb, port->dev, NF_INET_PRE_ROUTING);
	else
		answer = nf_reject_skb_v4_unreach(net, skb, port->dev, NF_INET_PRE_ROUTING,
						  pkt->protocol == IPPROTO_UDP ?
						  ICMP_PORT_UNREACH : ICMP_PROT_UNREACH);
	kfree_skb(skb);
	if (!answer)
		return;
	answer->protocol = htons(ETH_P_IP);
	len = answer->len;
	if (!sb_deliver(answer, port->dev, guest, gateway, NULL))
		sb_port_count(port, true, len + ETH_HLEN);
}

static void sb_rule_count(struct sb_rule *rule, unsigned int len)
{
	atomic64_inc(&rule->packets);
	atomic64_add(len, &rule->bytes);
}

static void sb_guest_tuple(const struct sb_port *port, const struct sb_packet *pkt,
			   struct sb_tuple *tuple)
{
	*tuple = (struct sb_tuple){
		.src		= pkt->src,
		.dst		= pkt->dst,
		.l4_src		= pkt->l4_src,
		.l4_dst		= pkt->l4_dst,
		.port		= port->dev->ifindex,
		.protocol	= pkt->protocol,
	};
}

/* As the server will send its answers.  The server cannot talk to its own address. */
static void sb_reply_tuple(const struct sb_rule *rule, const struct sb_packet *pkt,
			   struct sb_tuple *reply)
{
	const struct sb_server *server = rule->server;
	const struct in6_addr *addr = sb_server_addr(server, !pkt->ipv6);

	*reply = (struct sb_tuple){
		.src		= *addr,
		.dst		= sb_addr_equal(&pkt->src, addr) ? sb_flow_alias(!pkt->ipv6, 1) :
								   pkt->src,
		.l4_src		= rule->server_port ? htons(rule->server_port) : pkt->l4_dst,
		.l4_dst		= pkt->l4_src,
		.port		= server->port_ifindex,
		.protocol	= pkt->protocol,
	};
	if (pkt->protocol == IPPROTO_ICMP)
		reply->l4_src = 0;
}

static struct sb_flow *sb_path_open(struct sb_port *port, const struct sk_buff *skb,
				    const struct sb_packet *pkt, struct sb_rule *rule,
				    const struct sb_tuple *orig)
{
	struct sb_bridge *bridge = port->bridge;
	bool evicted, changed;
	struct sb_tuple reply;
	struct sb_flow *flow;

	flow = sb_flow_new(bridge->flows, rule, orig, &evicted);
	if (evicted)
		sb_stats_inc(bridge->stats, SB_COUNT(flows_evicted));
	if (IS_ERR(flow)) {
		sb_stats_inc(bridge->stats, PTR_ERR(flow) == -ENOSPC ? SB_COUNT(drop_table_full) :
								       SB_COUNT(drop_memory));
		return NULL;
	}
	sb_path_macs(port, skb, flow->guest_mac, flow->gateway_mac);
	strscpy(flow->guest_if, port->dev->name, sizeof(flow->guest_if));
	sb_reply_tuple(rule, pkt, &reply);
	flow = sb_flow_insert(bridge->flows, flow, &reply, &changed);
	if (IS_ERR(flow)) {
		sb_stats_inc(bridge->stats, SB_COUNT(drop_no_tuple));
		return NULL;
	}
	if (changed)
		sb_stats_inc(bridge->stats, SB_COUNT(tuples_changed));
	return flow;
}

static enum sinkbridge_counter sb_guest_deliver(struct sb_bridge *bridge, struct sk_buff *skb,
						const struct sb_packet *pkt, struct sb_flow *flow)
{
	const struct sb_tuple *reply = &flow->nodes[SB_DIR_REPLY].tuple;
	const struct sb_server *server = sb_flow_server(flow);
	const struct sb_rewrite to = {
		.src	= reply->dst,
		.dst	= reply->src,
		.l4_src	= reply->l4_dst,
		.l4_dst	= reply->l4_src,
	};
	struct net_device *dev = rcu_dereference(server->dev);
	unsigned int len = skb->len;
	struct sb_port *port;

	sb_flow_account(bridge->flows, flow, SB_DIR_ORIG, len, pkt->tcp_flags);
	sb_rule_count(flow->rule, len);
	if (!dev) {
		kfree_skb(skb);
		return SB_COUNT(drop_server_gone);
	}
	if (sb_rewrite(skb, pkt, &to)) {
		kfree_skb(skb);
		return SB_COUNT(drop_memory);
	}
	switch (sb_deliver(skb, dev, server->mac, bridge->dev->dev_addr, NULL)) {
	case 0:
		break;
	case -ENOMEM:
		return SB_COUNT(drop_memory);
	case -ENETDOWN:
		return SB_COUNT(drop_server_gone);
	default:
		return SB_COUNT(drop_deliver);
	}
	port = sb_port_find(sb_net(bridge->net), dev);
	if (port)
		sb_port_count(port, true, len + ETH_HLEN);
	return SB_COUNT(delivered);
}

/* A packet without a flow: the first rule that matches decides.  NULL flow: it has ended, counted. */
static struct sb_flow *sb_guest_decide(struct sb_port *port, struct sk_buff *skb,
				       const struct sb_packet *pkt, const struct sb_tuple *orig)
{
	struct sb_stats __percpu *stats = port->bridge->stats;
	struct sb_rule *rule = sb_path_rule(port, pkt);
	enum sinkbridge_counter ended;
	struct sb_flow *flow;

	if (rule && rule->action == SINKBRIDGE_ACTION_TO) {
		if (sb_protocol_translates(pkt->protocol)) {
			flow = sb_path_open(port, skb, pkt, rule, orig);
			if (!flow)
				kfree_skb(skb);
			return flow;
		}
		ended = SB_COUNT(drop_protocol);
	} else if (!rule) {
		ended = SB_COUNT(drop_no_rule);
	} else {
		sb_rule_count(rule, skb->len);
		ended = rule->action == SINKBRIDGE_ACTION_ABSORB ? SB_COUNT(absorbed) :
			rule->action == SINKBRIDGE_ACTION_REJECT ? SB_COUNT(rejected) :
								   SB_COUNT(drop_rule);
	}
	sb_stats_inc(stats, ended);
	if (ended == SB_COUNT(rejected))
		sb_path_reject(port, skb, pkt);
	else
		kfree_skb(skb);
	return NULL;
}

static void sb_path_drop(const struct sb_port *port, struct sk_buff *skb,
			 enum sinkbridge_counter reason)
{
	sb_stats_inc(port->bridge->stats, reason);
	kfree_skb(skb);
}

static void sb_guest_ipv4(struct sb_port *port, struct sk_buff *skb)
{
	struct sb_bridge *bridge = port->bridge;
	struct sb_packet pkt;
	struct sb_tuple orig;
	struct sb_flow *flow;
	enum sb_parse parse;

	parse = sb_parse(skb, &pkt);
	if (parse != SB_PARSE_OK)
		return sb_path_drop(port, skb, sb_guest_parse_counter(parse));
	if (!sb_source_possible(&pkt.src))
		return sb_path_drop(port, skb, SB_COUNT(drop_source));
	if (sb_addr_is_zero(&pkt.dst))
		return sb_path_drop(port, skb, SB_COUNT(drop_destination));
	if (pkt.protocol == IPPROTO_ICMP && pkt.icmp_type != ICMP_ECHO)
		return sb_path_drop(port, skb, SB_COUNT(drop_icmp_type));

	sb_guest_tuple(port, &pkt, &orig);
	flow = sb_flow_find(bridge->flows, &orig);
	if (flow && unlikely(sb_flow_reopens(flow, pkt.tcp_flags))) {
		sb_flow_end(bridge->flows, flow, SINKBRIDGE_END_REUSED);
		flow = NULL;
	}
	if (!flow)
		flow = sb_guest_decide(port, skb, &pkt, &orig);
	if (flow)
		sb_stats_inc(bridge->stats, sb_guest_deliver(bridge, skb, &pkt, flow));
}

static void sb_guest_ipv6(struct sb_port *port, struct sk_buff *skb)
{
	struct sb_packet pkt;

	if (sb_parse(skb, &pkt) != SB_PARSE_ICMP_TYPE || !sb_neighbour_is_nd(&pkt))
		return sb_path_drop(port, skb, SB_COUNT(drop_ipv6));
	sb_stats_inc(port->bridge->stats, sb_neighbour_nd(port, skb, &pkt, NULL) ?
		     SB_COUNT(guest_nd) : SB_COUNT(drop_nd));
}

static void sb_guest_frame(struct sb_port *port, struct sk_buff *skb)
{
	struct sb_stats __percpu *stats = port->bridge->stats;

	sb_stats_inc(stats, SB_COUNT(guest_rx));
	if (is_link_local_ether_addr(eth_hdr(skb)->h_dest))
		return sb_path_drop(port, skb, SB_COUNT(drop_link_local));
	if (skb_vlan_tag_present(skb) || eth_type_vlan(skb->protocol))
		return sb_path_drop(port, skb, SB_COUNT(drop_vlan));
	switch (skb->protocol) {
	case htons(ETH_P_IP):
		return sb_guest_ipv4(port, skb);
	case htons(ETH_P_ARP):
		sb_stats_inc(stats, sb_neighbour_arp(port, skb, NULL) ? SB_COUNT(guest_arp) :
								  SB_COUNT(drop_arp));
		return;
	case htons(ETH_P_IPV6):
		return sb_guest_ipv6(port, skb);
	default:
		return sb_path_drop(port, skb, SB_COUNT(drop_ethertype));
	}
}

/* The server's side of an ICMP echo: the identifier stands where the client's port would. */
static void sb_server_tuple(const struct sb_port *port, const struct sb_packet *pkt,
			    struct sb_tuple *tuple)
{
	sb_guest_tuple(port, pkt, tuple);
	tuple->dir = SB_DIR_REPLY;
	if (pkt->protocol == IPPROTO_ICMP) {
		tuple->l4_src = 0;
		tuple->l4_dst = pkt->l4_src;
	}
}

static enum sinkbridge_counter sb_server_return(struct sb_bridge *bridge, struct sk_buff *skb,
						const struct sb_packet *pkt, struct sb_flow *flow)
{
	const struct sb_tuple *orig = &flow->nodes[SB_DIR_ORIG].tuple;
	bool icmp = pkt->protocol == IPPROTO_ICMP;
	const struct sb_rewrite to = {
		.src	= orig->dst,
		.dst	= orig->src,
		.l4_src	= icmp ? orig->l4_src : orig->l4_dst,
		.l4_dst	= icmp ? 0 : orig->l4_src,
	};
	struct net_device *dev = dev_get_by_index_rcu(bridge->net, orig->port);
	struct sb_port *port = dev ? sb_port_find(sb_net(bridge->net), dev) : NULL;
	enum sinkbridge_counter counter = SB_COUNT(returned);
	unsigned int len = skb->len;

	sb_flow_account(bridge->flows, flow, SB_DIR_REPLY, len, pkt->tcp_flags);
	if (sb_addr_is_group(&orig->dst))
		counter = SB_COUNT(drop_server_multicast);
	else if (!port || port->bridge != bridge || rcu_access_pointer(port->server))
		counter = SB_COUNT(drop_server_guest_gone);
	else if (sb_rewrite(skb, pkt, &to))
		counter = SB_COUNT(drop_server_memory);
	if (counter != SB_COUNT(returned)) {
		kfree_skb(skb);
		return counter;
	}
	switch (sb_deliver(skb, dev, flow->guest_mac, flow->gateway_mac, NULL)) {
	case 0:
		sb_port_count(port, true, len + ETH_HLEN);
		return SB_COUNT(returned);
	case -ENOMEM:
		return SB_COUNT(drop_server_memory);
	case -ENETDOWN:
		return SB_COUNT(drop_server_guest_gone);
	default:
		return SB_COUNT(drop_server_deliver);
	}
}

static void sb_server_ipv4(struct sb_port *port, struct sk_buff *skb)
{
	struct sb_bridge *bridge = port->bridge;
	struct sb_packet pkt;
	struct sb_tuple tuple;
	struct sb_flow *flow;

	switch (sb_parse(skb, &pkt)) {
	case SB_PARSE_OK:
		break;
	case SB_PARSE_ICMP_TYPE:
		return sb_path_drop(port, skb, SB_COUNT(drop_server_icmp));
	default:
		return sb_path_drop(port, skb, SB_COUNT(drop_server_header));
	}
	if (pkt.protocol == IPPROTO_ICMP && pkt.icmp_type != ICMP_ECHOREPLY)
		return sb_path_drop(port, skb, SB_COUNT(drop_server_icmp));
	sb_server_tuple(port, &pkt, &tuple);
	flow = sb_flow_find(bridge->flows, &tuple);
	if (!flow)
		return sb_path_drop(port, skb, SB_COUNT(drop_server_no_flow));
	sb_stats_inc(bridge->stats, sb_server_return(bridge, skb, &pkt, flow));
}

static void sb_server_frame(struct sb_port *port, struct sk_buff *skb)
{
	struct sb_stats __percpu *stats = port->bridge->stats;

	sb_stats_inc(stats, SB_COUNT(server_rx));
	if (skb_vlan_tag_present(skb))
		return sb_path_drop(port, skb, SB_COUNT(drop_server_ethertype));
	switch (skb->protocol) {
	case htons(ETH_P_IP):
		return sb_server_ipv4(port, skb);
	case htons(ETH_P_ARP):
		sb_stats_inc(stats, sb_neighbour_arp(port, skb, NULL) ? SB_COUNT(server_arp) :
								  SB_COUNT(drop_server_header));
		return;
	default:
		return sb_path_drop(port, skb, SB_COUNT(drop_server_ethertype));
	}
}

void sb_path_frame(struct sb_port *port, struct sk_buff *skb)
{
	/* a frame may come from process context (a tap's writer); the counters are this CPU's */
	local_bh_disable();
	sb_port_count(port, false, skb->len + ETH_HLEN);
	if (rcu_access_pointer(port->server))
		sb_server_frame(port, skb);
	else
		sb_guest_frame(port, skb);
	local_bh_enable();
}

void sb_path_guarded(const struct sb_port *port, const struct sk_buff *skb)
{
	struct sb_stats __percpu *stats = port->bridge->stats;
	bool server = rcu_access_pointer(port->server);

	local_bh_disable();
	sb_port_count(port, false, skb->len + ETH_HLEN);
	sb_stats_inc(stats, server ? SB_COUNT(server_rx) : SB_COUNT(guest_rx));
	sb_stats_inc(stats, server ? SB_COUNT(drop_server_ethertype) : SB_COUNT(drop_link_local));
	local_bh_enable();
}
