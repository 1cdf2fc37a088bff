// SPDX-License-Identifier: GPL-2.0-only
/* Refusals: a reset for TCP, an ICMP error for the rest. */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>

#include "path.h"

/* Protocols of which every packet has a checksum over all of it. */
static bool sb_protocol_has_sum(u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_ICMP ||
	       protocol == IPPROTO_ICMPV6;
}

static struct sk_buff *sb_reject4(const struct sb_arrival *arrival, struct net *net)
{
	u8 protocol = arrival->pkt.protocol;

	if (protocol == IPPROTO_TCP)
		return nf_reject_skb_v4_tcp_reset(net, arrival->skb, arrival->port->dev,
						  NF_INET_PRE_ROUTING);
	return nf_reject_skb_v4_unreach(net, arrival->skb, arrival->port->dev, NF_INET_PRE_ROUTING,
					protocol == IPPROTO_UDP ? ICMP_PORT_UNREACH :
								  ICMP_PROT_UNREACH);
}

static struct sk_buff *sb_reject6(const struct sb_arrival *arrival, struct net *net)
{
	if (arrival->pkt.protocol == IPPROTO_TCP)
		return nf_reject_skb_v6_tcp_reset(net, arrival->skb, arrival->port->dev,
						  NF_INET_PRE_ROUTING);
	return nf_reject_skb_v6_unreach(net, arrival->skb, arrival->port->dev, NF_INET_PRE_ROUTING,
					ICMPV6_PORT_UNREACH);
}

/* Errors, resets, and packets to a group get no answer (RFC 1122, 3.2.2). */
void sb_path_reject(struct sb_arrival *arrival)
{
	struct net *net = arrival->port->bridge->net;
	struct sk_buff *skb = arrival->skb, *answer;

	if (arrival->pkt.icmp_error || sb_addr_is_group(&arrival->pkt.dst))
		return;
	/* else the kernel would look for a checksum over all of the payload and be silent */
	if (!sb_protocol_has_sum(arrival->pkt.protocol) && skb->ip_summed == CHECKSUM_NONE)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	answer = arrival->pkt.ipv6 ? sb_reject6(arrival, net) : sb_reject4(arrival, net);
	if (answer)
		answer->protocol = skb->protocol;
	sb_path_answer(arrival, answer);
}
