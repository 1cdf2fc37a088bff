/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conversation: who sent how much, for a bounded number of UDP peers.
 *
 * Knows no sockets and no clock: the caller names peer and time.  When the
 * table is full the one that was silent the longest ends early.
 */
#ifndef FAKESERVERS_SINK_CONVERSATION_H
#define FAKESERVERS_SINK_CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "orig.h"

#define CONVERSATIONS_MAX	4096
#define FIRST_BYTES_MAX		1024

struct conversation {
	struct in6_addr addr;		/* the peer, as the server sees it */
	uint16_t port;
	struct orig orig;
	uint64_t packets;
	uint64_t bytes;
	double last;			/* when the newest packet came */
	const char *protocol;		/* the caller's; NULL at first */
	const char *to;
	bool busy;			/* the caller's; false at first */
	size_t first_len;
	uint8_t *first;			/* of the table's memory */

	struct conversation *chain;
	struct conversation *older, *newer;
};

struct conversation_table;

/* Called with each conversation that ends, before its place is used again. */
typedef void conversation_end(struct conversation *conversation, void *data);

struct conversation_table *conversation_table_new(size_t max, size_t keep_bytes, uint64_t seed,
						  conversation_end *end, void *data);
/* Ends every conversation. */
void conversation_table_flush(struct conversation_table *table);
void conversation_table_free(struct conversation_table *table);

struct conversation *conversation_find(struct conversation_table *table,
				       const union addr_socket *peer);
/* A new one, of a peer that has none; may evict.  Never NULL. */
struct conversation *conversation_add(struct conversation_table *table,
				      const union addr_socket *peer, const void *first,
				      size_t first_len);
/* More packets, of so many bytes.  Time never goes back. */
void conversation_count(struct conversation_table *table, struct conversation *conversation,
			uint64_t packets, uint64_t bytes, double now);
void conversation_remove(struct conversation_table *table, struct conversation *conversation);
/* Ends those whose last packet is not newer than before. */
void conversation_expire(struct conversation_table *table, double before);

size_t conversation_live(const struct conversation_table *table);
uint64_t conversation_evicted(const struct conversation_table *table);

#endif /* FAKESERVERS_SINK_CONVERSATION_H */
