// SPDX-License-Identifier: GPL-2.0-only
/* Conversations of which there is nothing to see any more: their datagrams are only counted. */
#include "busy.h"

#include <stddef.h>

#include "sink.h"
#include "steer.h"

static struct conversation *busy[STEER_MAX];
static unsigned int count;

static bool tell_kernel(void)
{
	union addr_socket peers[STEER_MAX];

	for (unsigned int i = 0; i < count; i++)
		addr_to_socket(&busy[i]->addr, busy[i]->port, &peers[i]);
	return datagram_bulk(sink.udp, peers, count);
}

static bool has_port(uint16_t port)
{
	for (unsigned int i = 0; i < count; i++)
		if (busy[i]->port == port)
			return true;
	return false;
}

void busy_look(struct conversation *conversation)
{
	if (conversation->packets % BUSY_PACKETS || conversation->busy || count == STEER_MAX ||
	    !addr_is_v4(&conversation->addr) || has_port(conversation->port))
		return;
	busy[count++] = conversation;
	conversation->busy = tell_kernel();
	if (!conversation->busy)
		count--;
}

static void forget(unsigned int i)
{
	busy[i]->busy = false;
	busy[i] = busy[--count];
}

void busy_end(struct conversation *conversation)
{
	if (!conversation->busy)
		return;
	for (unsigned int i = 0; i < count; i++)
		if (busy[i] == conversation)
			forget(i--);
	tell_kernel();
}

void busy_expire(double before)
{
	unsigned int was = count;

	for (unsigned int i = 0; i < count; i++)
		if (busy[i]->last <= before)
			forget(i--);
	if (count < was)
		tell_kernel();
}
