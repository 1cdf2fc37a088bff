// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hand over, don't bridge: the packet knows its port, so it goes there without
 * the FDB, FORWARD and POSTROUTING.  Where the port is one end of a pair that
 * leads into another namespace (veth), it enters the far end directly, as
 * bpf_redirect_peer() does: without a queue, and without another softirq.
 */
#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/sched/task_stack.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "capture.h"
#include "compat.h"
#include "deliver.h"
#include "net.h"
#include "parse.h"

/* Where a packet goes. */
struct sb_way {
	const struct sb_port	*port;
	struct net_device	*dev;		/* of the port */
	bool			show;
	const u8		*dst_mac;
	const u8		*src_mac;
	const struct sb_vlan	*vlan;
	bool			queue;		/* by the device's queue, wherever it leads */
};

/* Before the packet: the Ethernet header, and tags that no device adds. */
static unsigned int sb_deliver_room(const struct net_device *dev)
{
	return LL_RESERVED_SPACE(dev) + 2 * VLAN_HLEN;
}

/* What the packet carries from its way so far and must not take along. */
static __always_inline void sb_deliver_scrub(struct sk_buff *skb)
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

/*
 * The far end's protocols, and what they answer, would run on this stack.
 * Where softirqs have none of their own it may hold the sender's already; KASAN
 * makes all frames larger.
 */
static __always_inline bool sb_deliver_stack_low(void)
{
	unsigned long used_from = (unsigned long)__builtin_frame_address(0);
	unsigned long stack = (unsigned long)task_stack_page(current);

	/* on another stack than the task's the difference is large */
	return IS_ENABLED(CONFIG_KASAN) || used_from - stack < THREAD_SIZE / 2;
}

/* The far end of the pair that dev is one end of, if it is up; else NULL.  RCU. */
static __always_inline struct net_device *sb_deliver_peer(struct net_device *dev)
{
	struct net_device *peer;

	if (!dev->netdev_ops->ndo_get_peer_dev || sb_deliver_stack_low())
		return NULL;
	peer = dev->netdev_ops->ndo_get_peer_dev(dev);
	/* within one namespace the frame could come back to us: one queue between keeps the stack flat */
	return peer && netif_running(peer) && !net_eq(dev_net(dev), dev_net(peer)) ? peer : NULL;
}

/* What the device's own way would do with it: counters, owner, place in the receiving namespace. */
static __always_inline int sb_deliver_enter(struct sk_buff *skb, struct net_device *dev, struct net_device *peer)
{
	dev_sw_netstats_tx_add(dev, 1, skb->len);
	skb_orphan(skb);
	skb->pkt_type = PACKET_HOST;
	skb->protocol = eth_type_trans(skb, peer);
	netif_receive_skb(skb);
	return 0;
}

static __always_inline int sb_deliver_frame(struct sk_buff *skb, const struct sb_way *way)
{
	struct net_device *peer;
	struct ethhdr *eth;
	unsigned int len;
	int err;

	/* the Ethernet header may still be shared with a packet socket's copy */
	if (unlikely(skb_cow_head(skb, sb_deliver_room(way->dev)))) {
		kfree_skb(skb);
		return -ENOMEM;
	}
	sb_deliver_scrub(skb);
	skb_reset_network_header(skb);
	eth = skb_push(skb, ETH_HLEN);
	skb_reset_mac_header(skb);
	skb_reset_mac_len(skb);
	ether_addr_copy(eth->h_dest, way->dst_mac);
	ether_addr_copy(eth->h_source, way->src_mac);
	eth->h_proto = skb->protocol;
	if (way->vlan && unlikely(sb_vlan_push(skb, way->vlan))) {
		kfree_skb(skb);
		return -ENOMEM;
	}
	skb->dev = way->dev;
	if (unlikely(!is_skb_forwardable(way->dev, skb))) {
		kfree_skb(skb);
		return -ENOBUFS;
	}
	if (unlikely(way->show))
		sb_capture(way->port->bridge, skb, way->dev, PACKET_OUTGOING);
	len = skb->len;
	peer = way->queue ? NULL : sb_deliver_peer(way->dev);
	err = peer ? sb_deliver_enter(skb, way->dev, peer) : dev_queue_xmit(skb);
	if (net_xmit_eval(err))		/* a macro that evaluates its argument twice */
		return -ENOBUFS;
	sb_port_count(way->port, true, len);
	return 0;
}

/* The packet's pieces, one after the other, from either family's cutter. */
struct sb_cutter {
	bool			ipv6;
	struct ip_frag_state	v4;
	struct ip6_frag_state	v6;
};

static bool sb_cutter_init4(struct sb_cutter *cutter, struct sk_buff *skb,
			    const struct net_device *dev)
{
	unsigned int header = ip_hdr(skb)->ihl * 4;

	if (dev->mtu < header + 8)
		return false;
	cutter->ipv6 = false;
	ip_frag_init(skb, header, sb_deliver_room(dev), dev->mtu - header, false, &cutter->v4);
	return true;
}

static bool sb_cutter_init6(struct sb_cutter *cutter, struct sk_buff *skb,
			    const struct net_device *dev)
{
	u8 *next;
	int header = ip6_find_1stfragopt(skb, &next);

	if (header < 0 || dev->mtu < header + sizeof(struct frag_hdr) + 8 ||
	    header > skb_headlen(skb))
		return false;
	cutter->ipv6 = true;
	ip6_frag_init(skb, header, dev->mtu - header - sizeof(struct frag_hdr),
		      dev->needed_tailroom, sb_deliver_room(dev), next, *next,
		      (__force __be32)get_random_u32(), &cutter->v6);
	return true;
}

static unsigned int sb_cutter_left(const struct sb_cutter *cutter)
{
	return cutter->ipv6 ? cutter->v6.left : cutter->v4.left;
}

static struct sk_buff *sb_cutter_next(struct sb_cutter *cutter, struct sk_buff *skb)
{
	return cutter->ipv6 ? ip6_frag_next(skb, &cutter->v6) : ip_frag_next(skb, &cutter->v4);
}

static int sb_deliver_pieces(struct sk_buff *skb, const struct sb_way *way)
{
	struct sb_cutter cutter;
	struct sk_buff *piece;
	int err = -ENOBUFS;

	skb_reset_network_header(skb);
	skb_orphan(skb);
	if (!sb_checksum_finish(skb))
		goto out;
	if (!(skb->protocol == htons(ETH_P_IPV6) ? sb_cutter_init6(&cutter, skb, way->dev) :
						   sb_cutter_init4(&cutter, skb, way->dev)))
		goto out;
	do {
		piece = sb_cutter_next(&cutter, skb);
		if (IS_ERR(piece)) {
			err = -ENOMEM;
			goto out;
		}
		err = sb_deliver_frame(piece, way);
	} while (!err && sb_cutter_left(&cutter));
out:
	kfree_skb(skb);
	return err;
}

/* Whether it may be cut: what was whole already when it came only where IPv4 allows it. */
static bool sb_deliver_may_cut(const struct sk_buff *skb)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;

	if (skb_is_gso(skb))
		return false;
	return skb->ignore_df ||
	       (skb->protocol == htons(ETH_P_IP) && !(iph->frag_off & htons(IP_DF)));
}

bool __sb_deliver_fits(const struct sk_buff *skb, const struct net_device *dev)
{
	bool fits = skb_is_gso(skb) ? skb_gso_validate_network_len(skb, dev->mtu) :
				      skb->len <= dev->mtu;

	return fits || sb_deliver_may_cut(skb);
}

int sb_deliver(struct sk_buff *skb, const struct sb_port *port, const u8 *dst_mac,
	       const u8 *src_mac, const struct sb_vlan *vlan, bool show)
{
	struct net_device *dev = port->dev;
	const struct sb_way way = {
		.port = port, .dev = dev, .show = show,
		.dst_mac = dst_mac, .src_mac = src_mac, .vlan = vlan,
		/* putting together, cutting again and what answers it are too much for one stack */
		.queue = skb->ignore_df,
	};

	if (unlikely(!netif_running(dev) || !netif_carrier_ok(dev))) {
		kfree_skb(skb);
		return -ENETDOWN;
	}
	if (unlikely(!skb_is_gso(skb) && skb->len > dev->mtu && sb_deliver_may_cut(skb)))
		return sb_deliver_pieces(skb, &way);
	return sb_deliver_frame(skb, &way);
}
