/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The monitor device of a bridge: each frame of its guests once, as the guest
 * sent or received it, for whatever packet sockets are bound to the device.
 *
 * A reader gets the skb itself, before it is rewritten: what is copied is what
 * the reader copies into its ring.  sockaddr_ll names the monitor device, or,
 * with PACKET_ORIGDEV, the guest port; sll_pkttype tells the direction:
 * PACKET_OUTGOING is to the guest.
 */
#ifndef SB_CAPTURE_H
#define SB_CAPTURE_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "bridge.h"

/* The name of the device: the bridge's, cut where that is too long, and this. */
#define SB_MONITOR_SUFFIX	"mon"

/* Make and remove the device; RTNL.  add: 0, -EEXIST (the name is taken), -ENOMEM. */
int sb_capture_add(struct sb_bridge *bridge, struct netlink_ext_ack *extack);
void sb_capture_del(struct sb_bridge *bridge);

int sb_capture_init(void);
void sb_capture_exit(void);	/* no bridge is controlled any more */

/* Does anybody want to see the frames of this port?  Those of guests, that is.  RCU. */
static inline bool sb_capture_wanted(const struct sb_port *port)
{
	const struct net_device *monitor = rcu_dereference(port->bridge->monitor);

	return monitor && unlikely(!list_empty(&monitor->ptype_all)) &&
	       !rcu_access_pointer(port->server);
}

/*
 * Show a frame to the readers.  Its MAC header and its network header are set;
 * skb->data is at either.  type is PACKET_HOST (from the guest) or
 * PACKET_OUTGOING.  The skb is as before afterwards.  RCU, BHs off.
 */
void sb_capture(const struct sb_bridge *bridge, struct sk_buff *skb, struct net_device *guest,
		u8 type);

#endif /* SB_CAPTURE_H */
