/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way of a frame, from the port it came from to where it ends: path.c
 * receives it, guest.c and return.c are the ways of a guest's and of a server's
 * frames, lateral.c knows other guests, reject.c refuses.
 *
 * Each of their functions that returns a counter has consumed the frame, and
 * the frame has ended there: so every frame is counted once.
 */
#ifndef SB_PATH_H
#define SB_PATH_H

#include <linux/etherdevice.h>

#include "frag.h"
#include "net.h"
#include "parse.h"
#include "vlan.h"

#define SB_COUNT(which)	SINKBRIDGE_COUNTER_##which

/* A frame that has come in. */
struct sb_arrival {
	struct sb_port		*port;
	struct sk_buff		*skb;		/* skb->data behind the Ethernet header and the tags */
	struct sb_vlan		vlan;		/* the tags it came with */
	u8			src_mac[ETH_ALEN];
	u8			dst_mac[ETH_ALEN];
	struct sb_packet	pkt;		/* once it is parsed */
	bool			shown;		/* to readers of the monitor device, or not to be shown */
};

/* A frame from a controlled port, skb->data behind its Ethernet header.  Consumes it.  RCU, BHs off. */
void sb_path_frame(struct sb_port *port, struct sk_buff *skb);

/* Count a frame that the guard at the port's ingress drops.  RCU, BHs off. */
void sb_path_guarded(const struct sb_port *port, const struct sk_buff *skb);

/* All of the rest: RCU, BHs off. */

/* Show the guest's frame to the readers of the monitor device, unless it is done. */
void __sb_path_show(struct sb_arrival *arrival);
static inline void sb_path_show(struct sb_arrival *arrival)
{
	if (unlikely(!arrival->shown))
		__sb_path_show(arrival);
}

/* The same, if it, counted in the flow, is not beyond what the flow's rule lets them see. */
void __sb_path_show_flow(struct sb_arrival *arrival, const struct sb_flow *flow);
static inline void sb_path_show_flow(struct sb_arrival *arrival, const struct sb_flow *flow)
{
	if (unlikely(!arrival->shown))
		__sb_path_show_flow(arrival, flow);
}

/* Do not. */
void sb_path_hide(struct sb_arrival *arrival);

static inline enum sinkbridge_counter sb_path_drop(struct sb_arrival *arrival,
						   enum sinkbridge_counter reason)
{
	sb_path_show(arrival);
	kfree_skb(arrival->skb);
	return reason;
}

static inline void sb_path_count(const struct sb_arrival *arrival, enum sinkbridge_counter which)
{
	sb_stats_inc(arrival->port->bridge->stats, which);
}

/* What has ports, or an ICMP identifier, stands at the client's side of an echo's tuple. */
static inline bool sb_packet_is_echo(const struct sb_packet *pkt)
{
	return pkt->protocol == (pkt->ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
}
bool sb_packet_is_echo_request(const struct sb_packet *pkt);

/* Count the packet in its flow; an error changes nothing else there. */
static inline void sb_path_account(const struct sb_arrival *arrival, struct sb_flow *flow,
				   enum sb_dir dir)
{
	const struct sb_packet *pkt = &arrival->pkt;

	if (unlikely(pkt->icmp_error))
		sb_flow_count(flow, dir, arrival->skb->len);
	else
		sb_flow_account(arrival->port->bridge->flows, flow, dir, arrival->skb->len,
				pkt->tcp_flags);
}

/* The identifier of an echo stands where the client's port would. */
static inline void sb_tuple_of_echo(struct sb_tuple *tuple, __be16 identifier)
{
	tuple->l4_src = tuple->dir == SB_DIR_ORIG ? identifier : 0;
	tuple->l4_dst = tuple->dir == SB_DIR_ORIG ? 0 : identifier;
}

/*
 * The tuple of the packet as it came in, if it goes in this direction of a flow.
 * Servers know no tags: their frames and tuples have none.
 */
static inline void sb_path_tuple(const struct sb_arrival *arrival, enum sb_dir dir,
				 struct sb_tuple *tuple)
{
	const struct sb_packet *pkt = &arrival->pkt;

	tuple->src = pkt->src;
	tuple->dst = pkt->dst;
	sb_tuple_end(tuple, pkt->l4_src, pkt->l4_dst, arrival->port->dev->ifindex,
		     sb_vlan_vid(&arrival->vlan, 0), sb_vlan_vid(&arrival->vlan, 1),
		     pkt->protocol, dir);
	if (unlikely(sb_packet_is_echo(pkt)))
		sb_tuple_of_echo(tuple, pkt->l4_src);
}

/*
 * The tuple of the packets of this direction, from this port, that are of one
 * conversation with the packet in an ICMP error, which went the other way.
 */
void sb_path_inner_tuple(const struct sb_arrival *arrival, enum sb_dir dir,
			 struct sb_tuple *tuple);

/*
 * Hand the packet to a port as one of the flow's in this direction: its
 * addresses, in an ICMP error also those quoted, become what the other side
 * knows.  0, or an error as of sb_deliver(); consumes the frame.
 */
int sb_path_translate(struct sb_arrival *arrival, const struct sb_flow *flow, enum sb_dir dir,
		      struct sb_port *to, const u8 *dst_mac, const u8 *src_mac, u8 ttl);

/* The tags that the frames of this tuple's guest have. */
void sb_path_vlan(const struct sb_tuple *tuple, struct sb_vlan *vlan);

/* Hand the packet to a port, and count it there.  As sb_deliver(). */
int sb_path_deliver(struct sb_port *to, struct sk_buff *skb, const u8 *dst_mac,
		    const u8 *src_mac, const struct sb_vlan *vlan);

/* The port of this bridge that has the number, or NULL. */
struct sb_port *sb_path_port(const struct sb_bridge *bridge, u32 ifindex);

/* An answer to the sender: skb->data at its IP header, protocol set.  NULL is fine. */
void sb_path_answer(struct sb_arrival *arrival, struct sk_buff *answer);

/* guest.c */
enum sinkbridge_counter sb_guest_frame(struct sb_arrival *arrival);

/* return.c */
enum sinkbridge_counter sb_server_frame(struct sb_arrival *arrival);

/* reject.c: the answer that refuses; the frame stays. */
void sb_path_reject(struct sb_arrival *arrival);

#endif /* SB_PATH_H */
