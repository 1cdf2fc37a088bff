/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * busy: UDP conversations (IPv4) that go on and on.
 *
 * Each of the busiest gets a socket of its own, connected to the peer.  The kernel
 * finds it without asking for a route, and nothing of its datagrams is copied:
 * not the bytes, not the peer's address.  When the peer pauses the conversation
 * goes back to the common socket: its port may be another flow's then.
 */
#ifndef FAKESERVERS_SINK_BUSY_H
#define FAKESERVERS_SINK_BUSY_H

#include <stdbool.h>
#include <stdint.h>

#include "conversation.h"

#define BUSY_PACKETS	1024	/* a multiple of them: it is one, if there is a socket left */

/* While the server may bind its port.  buffer: bytes of each.  Where it fails all goes the usual way. */
void busy_open(int buffer);
/* Counts what waits.  No conversation is busy any more. */
void busy_close(void);

/* A packet of it was counted. */
void busy_look(struct conversation *conversation);
/* What waits of it is counted, if it was a busy one; then it is none. */
void busy_end(struct conversation *conversation);
/* The same of those whose last packet is not newer than before. */
void busy_expire(double before);

#endif /* FAKESERVERS_SINK_BUSY_H */
