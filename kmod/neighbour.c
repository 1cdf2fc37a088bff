// SPDX-License-Identifier: GPL-2.0-only
/*
 * ARP (RFC 826), answered for every address: a guest may believe in any
 * gateway, or in none.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/inetdevice.h>
#include <net/arp.h>

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

bool sb_neighbour_arp(const struct sb_port *port, struct sk_buff *skb)
{
	struct sk_buff *answer = NULL;
	const struct sb_arp *arp;
	struct sb_arp buffer;
	bool valid;

	arp = skb_header_pointer(skb, 0, sizeof(buffer), &buffer);
	valid = arp && sb_arp_valid(arp);
	if (valid && sb_arp_wants_answer(arp)) {
		const u8 *mac = port->bridge->dev->dev_addr;

		answer = arp_create(ARPOP_REPLY, ETH_P_ARP, arp->sender, port->dev, arp->target,
				    arp->sender_mac, mac, arp->sender_mac);
	}
	kfree_skb(skb);
	if (answer) {
		unsigned int len = answer->len;
		int err = dev_queue_xmit(answer);

		if (!net_xmit_eval(err))
			sb_port_count(port, true, len);
	}
	return valid;
}
