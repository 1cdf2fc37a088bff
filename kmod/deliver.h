/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets on their last step: to a port's device. */
#ifndef SB_DELIVER_H
#define SB_DELIVER_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "bridge.h"
#include "vlan.h"

/*
 * Whether the device takes the packet at skb->data, as it is, segmented, or in
 * fragments.  Else its sender has to hear of the MTU.
 */
bool __sb_deliver_fits(const struct sk_buff *skb, const struct net_device *dev);
static inline bool sb_deliver_fits(const struct sk_buff *skb, const struct net_device *dev)
{
	return likely(skb->len <= dev->mtu && !skb_is_gso(skb)) || __sb_deliver_fits(skb, dev);
}

/*
 * Hand the packet at skb->data, of the family that skb->protocol says, to a
 * port, with this Ethernet header and these tags (or NULL) in front.  What was
 * put together from fragments is cut again if it is too long.  With show the
 * readers of the monitor device see it, too.  Counted at the port.  Consumes the skb.
 * 0, -ENETDOWN, -ENOMEM, or -ENOBUFS (the device did not take it).  RCU, BHs off.
 */
int sb_deliver(struct sk_buff *skb, const struct sb_port *port, const u8 *dst_mac,
	       const u8 *src_mac, const struct sb_vlan *vlan, bool show);

#endif /* SB_DELIVER_H */
