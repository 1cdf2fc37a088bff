// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hand over, don't bridge: the packet knows its port, so it goes there without
 * the FDB, FORWARD and POSTROUTING.  Where the port is one end of a pair that
 * leads into another namespace (veth), it enters the far end directly, as
 * bpf_redirect_peer() does: without a queue, and without another softirq.
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

/* The far end of the pair that dev is one end of, if it is up; else NULL.  RCU. */
static struct net_device *sb_deliver_peer(struct net_device *dev)
{
	struct net_device *peer;

	if (!dev->netdev_ops->ndo_get_peer_dev)
		return NULL;
	peer = dev->netdev_ops->ndo_get_peer_dev(dev);
	/* within one namespace the frame could come back to us: one queue between keeps the stack flat */
	return peer && netif_running(peer) && !net_eq(dev_net(dev), dev_net(peer)) ? peer : NULL;
}

/* What the device's own way would do with it: counters, owner, place in the receiving namespace. */
static int sb_deliver_enter(struct sk_buff *skb, struct net_device *dev, struct net_device *peer)
{
	dev_sw_netstats_tx_add(dev, 1, skb->len);
	skb_orphan(skb);
	skb->pkt_type = PACKET_HOST;
	skb->protocol = eth_type_trans(skb, peer);
	netif_receive_skb(skb);
	return 0;
}

int sb_deliver(struct sk_buff *skb, struct net_device *dev, const u8 *dst_mac, const u8 *src_mac)
{
	struct net_device *peer;
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
	peer = sb_deliver_peer(dev);
	if (peer)
		return sb_deliver_enter(skb, dev, peer);
	err = dev_queue_xmit(skb);
	return net_xmit_eval(err) ? -ENOBUFS : 0;	/* a macro that evaluates its argument twice */
}
