/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fragments, IPv4 and IPv6, put together again in queues of our own: the
 * host's reassembly never sees a guest's fragment.
 *
 * Bounded: memory (and with it datagrams), fragments of a datagram, and time.
 * When the memory is used up, the oldest datagram makes room.  Knows nothing of
 * hooks, netlink or sysfs.
 */
#ifndef SB_FRAG_H
#define SB_FRAG_H

#include "parse.h"

struct sb_frags;

#define SB_FRAG_MEMORY		(4UL << 20)	/* bytes, as the kernel reckons an skb */
#define SB_FRAG_TIMEOUT_MS	10000		/* from a datagram's first fragment on */
#define SB_FRAG_PIECES		2048		/* fragments of a datagram */

enum sb_frag {
	SB_FRAG_COMPLETE,	/* *skb is now the whole packet */
	SB_FRAG_KEPT,		/* waits for others, or was there already */
	SB_FRAG_BAD,		/* overlap, oversize, malformed: all of the datagram is dropped */
	SB_FRAG_FULL,		/* no room, or no memory */
};

/* Told of datagrams that were given up, whatever the reason.  BHs off, must not sleep. */
typedef void (*sb_frags_lost_fn)(void *owner, unsigned int datagrams);

/* May sleep.  NULL: no memory. */
struct sb_frags *sb_frags_alloc(unsigned long memory, unsigned int timeout_ms,
				sb_frags_lost_fn lost, void *owner);
/* No caller of sb_frag_collect() may be left.  May sleep; NULL is fine. */
void sb_frags_free(struct sb_frags *frags);

/*
 * A fragment, as sb_parse() has described it in pkt.  Always consumed; if it
 * was the last one missing *skb is the whole packet, to be parsed from the
 * start: skb->data at the IP header, Ethernet header before it (of the first
 * fragment), skb->ignore_df set.  BHs off.
 */
enum sb_frag sb_frag_collect(struct sb_frags *frags, struct sk_buff **skb,
			     const struct sb_packet *pkt, u32 port, const u16 *vid);

/* How much is kept now. */
unsigned long sb_frags_memory(const struct sb_frags *frags);
unsigned int sb_frags_count(const struct sb_frags *frags);

#endif /* SB_FRAG_H */
