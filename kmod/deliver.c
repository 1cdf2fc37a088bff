// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hand over, don't bridge: the packet knows its port, so it goes there without
 * the FDB, FORWARD and POSTROUTING.
 */
#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/netdevice.h>
#include <net/dst.h>

#include "net.h"

/* What the packet carries from its way so far and must not take along. */
static void sb_deliver_scrub(struct sk_buff *skb)
{
	skb_dst_drop(skb);
	skb_ext_reset(skb);
	nf_reset_ct(skb);
	nf_reset_trace(skb);
	skb_clear_tstamp(skb);
	skb_forward_csum(skb);	/* a sum over the bytes received is none over the bytes to send */
	skb->mark = 0;
	skb->priority = 0;
	skb->ignore_df = 0;
	skb_set_queue_mapping(skb, 0);
}

int sb_deliver(struct sk_buff *skb, struct net_device *dev, const u8 *dst_mac, const u8 *src_mac)
{
	struct ethhdr *eth;
	int err;

	if (unlikely(!netif_running(dev) || !netif_carrier_ok(dev))) {
		kfree_skb(skb);
		return -ENETDOWN;
	}
	/* the Ethernet header may still be shared with a packet socket's copy */
	if (unlikely(skb_cow_head(skb, LL_RESERVED_SPACE(dev)))) {
		kfree_skb(skb);
		return -ENOMEM;
	}
	sb_deliver_scrub(skb);
	skb_reset_network_header(skb);
	eth = skb_push(skb, ETH_HLEN);
	skb_reset_mac_header(skb);
	ether_addr_copy(eth->h_dest, dst_mac);
	ether_addr_copy(eth->h_source, src_mac);
	eth->h_proto = htons(ETH_P_IP);
	skb->dev = dev;
	if (unlikely(!is_skb_forwardable(dev, skb))) {
		kfree_skb(skb);
		return -ENOBUFS;
	}
	err = dev_queue_xmit(skb);
	return net_xmit_eval(err) ? -ENOBUFS : 0;	/* a macro that evaluates its argument twice */
}
