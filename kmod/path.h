/* SPDX-License-Identifier: GPL-2.0-only */
/* The way of a frame, from the port it came from to where it ends. */
#ifndef SB_PATH_H
#define SB_PATH_H

#include <linux/skbuff.h>

struct sb_port;

/* A frame in the bridge's PRE_ROUTING, from a controlled port.  Consumes it.  RCU. */
void sb_path_frame(struct sb_port *port, struct sk_buff *skb);

/* Count a frame that the guard at the port's ingress drops.  RCU. */
void sb_path_guarded(const struct sb_port *port, const struct sk_buff *skb);

#endif /* SB_PATH_H */
