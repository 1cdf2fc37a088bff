// SPDX-License-Identifier: GPL-2.0-only
/*
 * ARP (RFC 826), answered for every address: a guest may believe in any
 * gateway, or in none.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/inetdevice.h>
#include <net/arp.h>

#include "capture.h"
#include "net.h"

/* The fixed part of ARP for IPv4 over Ethernet. */
struct sb_arp {
	struct arphdr	head;
	u8		sender_mac[ETH_ALEN];
	__be32		sender;
	u8		target_mac[ETH_ALEN];
	__be32		target;
} __packed;

static bool sb_arp_valid(const struct sb_arp *arp)
{
	return arp->head.ar_hrd == htons(ARPHRD_ETHER) && arp->head.ar_pro == htons(ETH_P_IP) &&
	       arp->head.ar_hln == ETH_ALEN && arp->head.ar_pln == sizeof(__be32);
}

/*
 * Probes and announcements get no answer: who asks for his own address, or
 * asks without having one, wants to hear that nobody else has it (RFC 5227).
 */
static bool sb_arp_wants_answer(const struct sb_arp *arp)
{
	return arp->head.ar_op == htons(ARPOP_REQUEST) && !ipv4_is_zeronet(arp->sender) &&
	       arp->sender != arp->target && !ipv4_is_zeronet(arp->target) &&
	       !ipv4_is_multicast(arp->target) && !ipv4_is_lbcast(arp->target) &&
	       is_valid_ether_addr(arp->sender_mac);
}

bool sb_neighbour_arp(const struct sb_port *port, struct sk_buff *skb, const struct sb_vlan *vlan)
{
	const u8 *mac = port->bridge->dev->dev_addr;
	struct sk_buff *answer = NULL;
	const struct sb_arp *arp;
	u8 to[ETH_ALEN];
	struct sb_arp buffer;
	bool valid;

	arp = skb_header_pointer(skb, 0, sizeof(buffer), &buffer);
	valid = arp && sb_arp_valid(arp);
	if (valid && sb_arp_wants_answer(arp)) {
		ether_addr_copy(to, arp->sender_mac);
		answer = arp_create(ARPOP_REPLY, ETH_P_ARP, arp->sender, port->dev, arp->target,
				    to, mac, to);
	}
	kfree_skb(skb);
	if (answer) {
		skb_pull(answer, ETH_HLEN);
		sb_deliver(answer, port, to, mac, vlan, sb_capture_wanted(port));
	}
	return valid;
}
