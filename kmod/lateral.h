/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lateral movement: where the guests of a bridge are, for rules that forward
 * from one to another.  Each port knows at most SB_LEARNED_MAX addresses.
 */
#ifndef SB_LATERAL_H
#define SB_LATERAL_H

#include <linux/types.h>

struct in6_addr;
struct sb_arrival;
struct sb_port;

/* All of this: RCU, BHs off. */

/* The guest at this port has sent from that address; vid as in struct sb_tuple. */
void sb_lateral_learn(struct sb_port *port, const struct in6_addr *addr, const u16 *vid,
		      const u8 *mac);
/* The sender that an ARP frame names. */
void sb_lateral_learn_arp(const struct sb_arrival *arrival);
/* The MAC address of a guest at this port.  False: it is not known. */
bool sb_lateral_mac(struct sb_port *port, const struct in6_addr *addr, const u16 *vid, u8 *mac);
/* The guest at another port of the bridge that was the last to use the address. */
bool sb_lateral_find(const struct sb_port *from, const struct in6_addr *addr, u32 *ifindex,
		     u16 *vid);

#endif /* SB_LATERAL_H */
