/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * busy: UDP conversations that go on and on.  What a peer sends then is not copied
 * to user space any more, until it pauses: its port may be another flow's then.
 */
#ifndef FAKESERVERS_SINK_BUSY_H
#define FAKESERVERS_SINK_BUSY_H

#include "conversation.h"

#define BUSY_PACKETS	1024	/* a multiple of them: it is one, if there is room */

/* A packet of it was counted. */
void busy_look(struct conversation *conversation);
/* It is no more. */
void busy_end(struct conversation *conversation);
/* Those whose last packet is not newer than before are seen again. */
void busy_expire(double before);

#endif /* FAKESERVERS_SINK_BUSY_H */
