// SPDX-License-Identifier: GPL-2.0-only
/*
 * Neighbour discovery (RFC 4861), answered for every address, as ARP is, and
 * routers' part of it: a guest that asks for a router configures itself.
 * Nothing of it goes from port to port.
 */
#include <linux/etherdevice.h>

#include "capture.h"
#include "net.h"

static const struct in6_addr sb_all_nodes = {
	.s6_addr = { 0xff, 0x02, [15] = 0x01 },
};

bool sb_neighbour_nd(const struct sb_port *port, struct sk_buff *skb, const struct sb_packet *pkt,
		     const struct sb_vlan *vlan)
{
	const u8 *mac = port->bridge->dev->dev_addr;
	bool nameless = ipv6_addr_any(&pkt->src);
	struct sk_buff *answer = NULL;
	u8 to[ETH_ALEN];
	struct in6_addr target;
	enum sb_nd wants;

	wants = sb_nd_read(skb, pkt, &target);
	ether_addr_copy(to, eth_hdr(skb)->h_source);
	if (wants == SB_ND_NEIGHBOUR) {
		answer = sb_nd_neighbour(&target, &pkt->src, mac);
	} else if (wants == SB_ND_ROUTER && !rcu_access_pointer(port->server)) {
		answer = sb_nd_router(&port->bridge->guest_prefix,
				      nameless ? &sb_all_nodes : &pkt->src, mac);
		if (nameless)
			ipv6_eth_mc_map(&sb_all_nodes, (char *)to);
	}
	kfree_skb(skb);
	if (answer)
		sb_deliver(answer, port, to, mac, vlan, sb_capture_wanted(port));
	return wants != SB_ND_BAD;
}
