// SPDX-License-Identifier: GPL-2.0-only
/* VLAN tags, single and stacked. */
#include <linux/etherdevice.h>

#include "vlan.h"

bool __sb_vlan_pull(struct sk_buff *skb, struct sb_vlan *vlan)
{
	unsigned int count = 0;

	*vlan = (struct sb_vlan){};
	if (skb_vlan_tag_present(skb)) {
		vlan->proto[count] = skb->vlan_proto;
		vlan->tci[count++] = skb_vlan_tag_get(skb);
		__vlan_hwaccel_clear_tag(skb);
	}
	while (eth_type_vlan(skb->protocol)) {
		const struct vlan_hdr *tag;

		if (count == ARRAY_SIZE(vlan->proto) || !pskb_may_pull(skb, VLAN_HLEN))
			return false;
		tag = (const struct vlan_hdr *)skb->data;
		vlan->proto[count] = skb->protocol;
		vlan->tci[count++] = ntohs(tag->h_vlan_TCI);
		skb->protocol = tag->h_vlan_encapsulated_proto;
		skb_pull_rcsum(skb, VLAN_HLEN);
		skb_reset_network_header(skb);
	}
	return true;
}

int sb_vlan_push(struct sk_buff *skb, const struct sb_vlan *vlan)
{
	int err = 0;

	if (vlan->proto[1])
		err = skb_vlan_push(skb, vlan->proto[1], vlan->tci[1]);
	if (!err && vlan->proto[0])
		err = skb_vlan_push(skb, vlan->proto[0], vlan->tci[0]);
	return err;
}
