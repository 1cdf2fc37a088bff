/* SPDX-License-Identifier: GPL-2.0-only */
/* VLAN tags of a guest's frames: taken off before anything else looks, put back on the answers. */
#ifndef SB_VLAN_H
#define SB_VLAN_H

#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <linux/types.h>

/* Outer and inner tag; proto 0: there is none.  An inner one only with an outer one. */
struct sb_vlan {
	__be16	proto[2];
	u16	tci[2];
};

#define SB_VID_TAGGED	0x8000	/* beside the number: there is a tag, and which kind */
#define SB_VID_8021AD	0x4000

/*
 * Take the tags of a received frame, skb->data behind the Ethernet header,
 * whether the device has taken them off or they are in the frame.
 * skb->protocol is afterwards what they enclose.  False: more than two, or cut short.
 */
bool __sb_vlan_pull(struct sk_buff *skb, struct sb_vlan *vlan);
static inline bool sb_vlan_pull(struct sk_buff *skb, struct sb_vlan *vlan)
{
	if (unlikely(skb_vlan_tag_present(skb) || eth_type_vlan(skb->protocol)))
		return __sb_vlan_pull(skb, vlan);
	*vlan = (struct sb_vlan){};
	return true;
}

/* Put them on a frame that is to be sent, skb->data at the Ethernet header.  0 or -ENOMEM. */
int sb_vlan_push(struct sk_buff *skb, const struct sb_vlan *vlan);

/* The numbers by which conversations of different VLANs differ: of tuples and of fragments. */
static inline u16 sb_vlan_vid(const struct sb_vlan *vlan, unsigned int which)
{
	if (!vlan->proto[which])
		return 0;
	return SB_VID_TAGGED | (vlan->proto[which] == htons(ETH_P_8021AD) ? SB_VID_8021AD : 0) |
	       (vlan->tci[which] & VLAN_VID_MASK);
}

#endif /* SB_VLAN_H */
