// SPDX-License-Identifier: GPL-2.0-only
/* Names and their addresses. */
#include "zone.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS	16384

struct entry {
	struct entry *next;
	struct in_addr addr;
	bool is_record;
	uint8_t len;
	uint8_t name[];		/* lower case */
};

struct zone {
	uint64_t seed;
	bool has_answer;
	struct in_addr answer;
	uint32_t pool_first;	/* host byte order */
	size_t pool_size;	/* addresses; 0: no pool */
	size_t pool_names;
	uint64_t pool_full;
	struct entry *bucket[BUCKETS];
};

struct zone *zone_new(uint64_t seed)
{
	struct zone *zone = calloc(1, sizeof(*zone));

	if (zone)
		zone->seed = seed;
	return zone;
}

void zone_free(struct zone *zone)
{
	struct entry *entry;
	size_t i;

	for (i = 0; zone && i < BUCKETS; i++) {
		while ((entry = zone->bucket[i])) {
			zone->bucket[i] = entry->next;
			free(entry);
		}
	}
	free(zone);
}

/* A length byte is below 'A': the labels need no telling apart. */
static void lower(uint8_t *out, const uint8_t *name, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		out[i] = name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 0x20 : name[i];
}

static uint64_t hash_name(const struct zone *zone, const uint8_t *name, size_t len)
{
	uint64_t hash = zone->seed;
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ name[i] ^ hash >> 29) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 32;
}

static struct entry *find(struct zone *zone, uint64_t hash, const uint8_t *name, size_t len)
{
	struct entry *entry = zone->bucket[hash % BUCKETS];

	while (entry && (entry->len != len || memcmp(entry->name, name, len) != 0))
		entry = entry->next;
	return entry;
}

static struct entry *add(struct zone *zone, uint64_t hash, const uint8_t *name, size_t len,
			 struct in_addr addr)
{
	struct entry *entry = malloc(sizeof(*entry) + len);

	if (!entry)
		return NULL;
	entry->addr = addr;
	entry->is_record = false;
	entry->len = (uint8_t)len;
	memcpy(entry->name, name, len);
	entry->next = zone->bucket[hash % BUCKETS];
	zone->bucket[hash % BUCKETS] = entry;
	return entry;
}

int zone_add_record(struct zone *zone, const uint8_t *name, size_t len, struct in_addr addr)
{
	uint8_t key[ZONE_NAME_MAX];
	struct entry *entry;
	uint64_t hash;

	lower(key, name, len);
	hash = hash_name(zone, key, len);
	if (find(zone, hash, key, len))
		return -EEXIST;
	entry = add(zone, hash, key, len, addr);
	if (!entry)
		return -ENOMEM;
	entry->is_record = true;
	return 0;
}

void zone_set_answer(struct zone *zone, struct in_addr addr)
{
	zone->answer = addr;
	zone->has_answer = true;
}

void zone_set_pool(struct zone *zone, struct in_addr network, unsigned int prefix_len)
{
	uint64_t size = 1ULL << (32 - prefix_len);

	zone->pool_first = ntohl(network.s_addr);
	if (prefix_len < 31) {	/* the first and the last are no host's */
		zone->pool_first++;
		size -= 2;
	}
	zone->pool_size = size < ZONE_POOL_MAX ? (size_t)size : ZONE_POOL_MAX;
}

static struct in_addr pool_address(const struct zone *zone, size_t index)
{
	return (struct in_addr){ .s_addr = htonl(zone->pool_first + (uint32_t)index) };
}

bool zone_find(struct zone *zone, const uint8_t *name, size_t len, struct in_addr *addr)
{
	uint8_t key[ZONE_NAME_MAX];
	struct entry *entry;
	uint64_t hash;

	if (len > sizeof(key))
		return false;
	lower(key, name, len);
	hash = hash_name(zone, key, len);
	entry = find(zone, hash, key, len);
	if (!entry && zone->pool_names < zone->pool_size) {
		entry = add(zone, hash, key, len, pool_address(zone, zone->pool_names));
		zone->pool_names += !!entry;
	}
	if (entry) {
		*addr = entry->addr;
		return true;
	}
	zone->pool_full += zone->pool_size != 0;
	if (zone->has_answer)
		*addr = zone->answer;
	else if (zone->pool_size)	/* shared with another name, but still the same each time */
		*addr = pool_address(zone, hash / BUCKETS % zone->pool_size);
	return zone->has_answer || zone->pool_size;
}

size_t zone_pool_names(const struct zone *zone)
{
	return zone->pool_names;
}

uint64_t zone_pool_full(const struct zone *zone)
{
	return zone->pool_full;
}
