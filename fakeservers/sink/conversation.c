// SPDX-License-Identifier: GPL-2.0-only
/* Conversations: a chained hash over a fixed array, in order of use. */
#include "conversation.h"

#include <stdlib.h>
#include <string.h>

struct conversation_table {
	size_t max, live, keep_bytes, buckets;
	uint64_t seed, evicted;
	conversation_end *end;
	void *data;
	struct conversation *oldest, *newest, *unused;
	struct conversation **bucket;
	struct conversation *all;
	uint8_t *first_bytes;
};

struct conversation_table *conversation_table_new(size_t max, size_t keep_bytes, uint64_t seed,
						  conversation_end *end, void *data)
{
	struct conversation_table *table = calloc(1, sizeof(*table));
	size_t i;

	if (!table)
		return NULL;
	table->max = max;
	table->keep_bytes = keep_bytes;
	table->seed = seed;
	table->end = end;
	table->data = data;
	for (table->buckets = 1; table->buckets < 2 * max; table->buckets *= 2)
		;
	table->bucket = calloc(table->buckets, sizeof(*table->bucket));
	table->all = calloc(max, sizeof(*table->all));
	table->first_bytes = malloc(max * keep_bytes + 1);
	if (!table->bucket || !table->all || !table->first_bytes) {
		conversation_table_free(table);
		return NULL;
	}
	for (i = 0; i < max; i++) {
		table->all[i].first = table->first_bytes + i * keep_bytes;
		table->all[i].chain = table->unused;
		table->unused = &table->all[i];
	}
	return table;
}

void conversation_table_free(struct conversation_table *table)
{
	if (!table)
		return;
	free(table->bucket);
	free(table->all);
	free(table->first_bytes);
	free(table);
}

/* Seeded: a guest chooses its ports and addresses. */
static struct conversation **bucket_of(struct conversation_table *table,
				       const struct in6_addr *addr, uint16_t port)
{
	uint64_t hash = table->seed ^ port, part;

	for (size_t i = 0; i < sizeof(*addr); i += sizeof(part)) {
		memcpy(&part, addr->s6_addr + i, sizeof(part));
		hash ^= part;
		hash = (hash ^ hash >> 31) * 0x9e3779b97f4a7c15ULL;
		hash = (hash ^ hash >> 29 ^ table->seed >> 17) * 0xbf58476d1ce4e5b9ULL;
	}
	return &table->bucket[(hash ^ hash >> 32) & (table->buckets - 1)];
}

static void order_newest(struct conversation_table *table, struct conversation *conversation)
{
	conversation->newer = NULL;
	conversation->older = table->newest;
	if (table->newest)
		table->newest->newer = conversation;
	else
		table->oldest = conversation;
	table->newest = conversation;
}

static void order_remove(struct conversation_table *table, struct conversation *conversation)
{
	if (conversation->older)
		conversation->older->newer = conversation->newer;
	else
		table->oldest = conversation->newer;
	if (conversation->newer)
		conversation->newer->older = conversation->older;
	else
		table->newest = conversation->older;
}

struct conversation *conversation_find(struct conversation_table *table,
				       const union addr_socket *peer)
{
	const struct in6_addr addr = addr_from_socket(peer);
	const uint16_t port = addr_socket_port(peer);
	struct conversation *at = *bucket_of(table, &addr, port);

	while (at && (!addr_equal(&at->addr, &addr) || at->port != port))
		at = at->chain;
	return at;
}

void conversation_remove(struct conversation_table *table, struct conversation *conversation)
{
	struct conversation **link;

	if (table->end)
		table->end(conversation, table->data);
	link = bucket_of(table, &conversation->addr, conversation->port);
	while (*link != conversation)
		link = &(*link)->chain;
	*link = conversation->chain;
	order_remove(table, conversation);
	conversation->chain = table->unused;
	table->unused = conversation;
	table->live--;
}

struct conversation *conversation_add(struct conversation_table *table,
				      const union addr_socket *peer, const void *first,
				      size_t first_len)
{
	const struct in6_addr addr = addr_from_socket(peer);
	const uint16_t port = addr_socket_port(peer);
	struct conversation **bucket = bucket_of(table, &addr, port), *conversation;

	if (!table->unused) {
		table->evicted++;
		conversation_remove(table, table->oldest);
	}
	conversation = table->unused;
	table->unused = conversation->chain;
	conversation->addr = addr;
	conversation->port = port;
	conversation->packets = conversation->bytes = 0;
	conversation->last = 0;
	conversation->protocol = conversation->to = NULL;
	conversation->busy = false;
	conversation->first_len = first_len < table->keep_bytes ? first_len : table->keep_bytes;
	memcpy(conversation->first, first, conversation->first_len);
	conversation->chain = *bucket;
	*bucket = conversation;
	order_newest(table, conversation);
	table->live++;
	return conversation;
}

void conversation_count(struct conversation_table *table, struct conversation *conversation,
			uint64_t packets, uint64_t bytes, double now)
{
	conversation->packets += packets;
	conversation->bytes += bytes;
	conversation->last = now;
	if (table->newest == conversation)
		return;
	order_remove(table, conversation);
	order_newest(table, conversation);
}

void conversation_expire(struct conversation_table *table, double before)
{
	while (table->oldest && table->oldest->last <= before)
		conversation_remove(table, table->oldest);
}

void conversation_table_flush(struct conversation_table *table)
{
	while (table->oldest)
		conversation_remove(table, table->oldest);
}

size_t conversation_live(const struct conversation_table *table)
{
	return table->live;
}

uint64_t conversation_evicted(const struct conversation_table *table)
{
	return table->evicted;
}
