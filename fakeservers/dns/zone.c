// SPDX-License-Identifier: GPL-2.0-only
/* Names and their addresses. */
#include "zone.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wildcard.h"
#include "public.h"

#define BUCKETS		16384
#define RCODE_NXDOMAIN	3

enum kind { RECORD, POOL, MISSING };

struct entry {
	struct entry *next;
	struct entry *next4, *next6;	/* of the same bucket of addresses */
	enum kind kind;
	struct zone_record record;
	uint8_t len;
	uint8_t name[];			/* lower case */
};

struct zone {
	uint64_t seed;
	void (*free_data)(void *data);
	bool has_answer, has_answer6, has_pool6, is_public;
	struct in_addr answer;
	struct in6_addr answer6, pool6;
	uint32_t pool_first;	/* host byte order */
	size_t pool_size;	/* addresses; 0: no pool */
	size_t pool_names;
	uint64_t pool_full;
	size_t missing_left;	/* so many new names will not exist */
	size_t missing_names;
	const char **nxdomain;
	size_t nxdomain_count;
	struct entry *bucket[BUCKETS];
	struct entry *bucket4[BUCKETS], *bucket6[BUCKETS];	/* by address */
};

struct zone *zone_new(uint64_t seed, void (*free_data)(void *data))
{
	struct zone *zone = calloc(1, sizeof(*zone));

	if (!zone)
		return NULL;
	zone->seed = seed;
	zone->free_data = free_data;
	return zone;
}

void zone_free(struct zone *zone)
{
	struct entry *entry;
	size_t i;

	for (i = 0; zone && i < BUCKETS; i++) {
		while ((entry = zone->bucket[i])) {
			zone->bucket[i] = entry->next;
			if (entry->kind == RECORD && entry->record.data && zone->free_data)
				zone->free_data(entry->record.data);
			free(entry);
		}
	}
	if (zone)
		free(zone->nxdomain);
	free(zone);
}

/* A length byte is below 'A': the labels need no telling apart. */
static void lower(uint8_t *out, const uint8_t *name, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		out[i] = name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 0x20 : name[i];
}

static uint64_t hash_bytes(const struct zone *zone, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	uint64_t hash = zone->seed;
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ at[i] ^ hash >> 29) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 32;
}

static struct entry *find(const struct zone *zone, const uint8_t *name, size_t len)
{
	struct entry *entry = zone->bucket[hash_bytes(zone, name, len) % BUCKETS];

	while (entry && (entry->len != len || memcmp(entry->name, name, len) != 0))
		entry = entry->next;
	return entry;
}

static struct entry *find4(const struct zone *zone, struct in_addr addr)
{
	struct entry *entry = zone->bucket4[hash_bytes(zone, &addr, sizeof(addr)) % BUCKETS];

	while (entry && entry->record.v4.s_addr != addr.s_addr)
		entry = entry->next4;
	return entry;
}

static struct entry *find6(const struct zone *zone, const struct in6_addr *addr)
{
	struct entry *entry = zone->bucket6[hash_bytes(zone, addr, sizeof(*addr)) % BUCKETS];

	while (entry && !addr_equal(&entry->record.v6, addr))
		entry = entry->next6;
	return entry;
}

/* An address keeps its first name. */
static void link_addresses(struct zone *zone, struct entry *entry)
{
	struct zone_record *record = &entry->record;
	struct entry **bucket;

	if (record->has4 && !find4(zone, record->v4)) {
		bucket = &zone->bucket4[hash_bytes(zone, &record->v4, sizeof(record->v4)) % BUCKETS];
		entry->next4 = *bucket;
		*bucket = entry;
	}
	if (record->has6 && !find6(zone, &record->v6)) {
		bucket = &zone->bucket6[hash_bytes(zone, &record->v6, sizeof(record->v6)) % BUCKETS];
		entry->next6 = *bucket;
		*bucket = entry;
	}
}

static struct entry *add(struct zone *zone, enum kind kind, const uint8_t *name, size_t len,
			 const struct zone_record *record)
{
	struct entry **bucket = &zone->bucket[hash_bytes(zone, name, len) % BUCKETS];
	struct entry *entry = malloc(sizeof(*entry) + len);

	if (!entry)
		return NULL;
	entry->kind = kind;
	entry->record = *record;
	entry->next4 = entry->next6 = NULL;
	entry->len = (uint8_t)len;
	memcpy(entry->name, name, len);
	entry->next = *bucket;
	*bucket = entry;
	link_addresses(zone, entry);
	return entry;
}

int zone_add_record(struct zone *zone, const uint8_t *name, size_t len,
		    const struct zone_record *record)
{
	uint8_t key[ZONE_NAME_MAX];

	lower(key, name, len);
	if (find(zone, key, len))
		return -EEXIST;
	return add(zone, RECORD, key, len, record) ? 0 : -ENOMEM;
}

int zone_add_nxdomain(struct zone *zone, const char *pattern)
{
	const char **list = reallocarray(zone->nxdomain, zone->nxdomain_count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	zone->nxdomain = list;
	list[zone->nxdomain_count++] = pattern;
	return 0;
}

void zone_set_nxdomain_first(struct zone *zone, size_t names)
{
	zone->missing_left = names;
}

void zone_set_answer(struct zone *zone, struct in_addr addr)
{
	zone->answer = addr;
	zone->has_answer = true;
}

void zone_set_answer6(struct zone *zone, const struct in6_addr *addr)
{
	zone->answer6 = *addr;
	zone->has_answer6 = true;
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

void zone_set_public_pool(struct zone *zone)
{
	zone->is_public = true;
	zone->pool_size = ZONE_POOL_MAX;
}

void zone_set_pool6(struct zone *zone, const struct in6_addr *network)
{
	zone->pool6 = *network;
	zone->has_pool6 = true;
	if (!zone->pool_size)
		zone->pool_size = ZONE_POOL_MAX;
}

/*
 * Of all addresses that look public, one that no other name has: by the name
 * alone, so that it is the same in each run.
 */
static bool scatter(const struct zone *zone, const uint8_t *name, size_t len, struct in_addr *addr)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ name[i]) * 0x100000001b3ULL;
	for (int attempt = 0; attempt < 64; attempt++) {
		hash = (hash ^ hash >> 31 ^ (uint64_t)attempt) * 0xbf58476d1ce4e5b9ULL;
		*addr = (struct in_addr){ .s_addr = htonl((uint32_t)(hash >> 24)) };
		if (public_address(*addr) && !find4(zone, *addr))
			return true;
	}
	return false;
}

/* The index-th of the pool; scattered ones go by the name. */
static void give_addresses(const struct zone *zone, const uint8_t *name, size_t len, size_t index,
			   struct zone_record *record)
{
	uint16_t number = htons((uint16_t)(index + 1));

	*record = (struct zone_record){ .rcode = ZONE_RCODE_NONE };
	if (zone->is_public) {
		record->has4 = scatter(zone, name, len, &record->v4);
	} else if (zone->pool_first) {
		record->v4.s_addr = htonl(zone->pool_first + (uint32_t)index);
		record->has4 = true;
	}
	if (zone->has_pool6) {
		record->v6 = zone->pool6;
		memcpy(&record->v6.s6_addr[14], &number, sizeof(number));
		record->has6 = true;
	}
}

static void reply_with(struct zone_reply *reply, const struct zone_record *record, bool own)
{
	*reply = (struct zone_reply){
		.rcode = record->rcode == ZONE_RCODE_NONE ? 0 : record->rcode,
		.has4 = record->has4, .has6 = record->has6, .v4 = record->v4, .v6 = record->v6,
		.own = own && (record->has4 || record->has6), .data = record->data,
	};
}

static void reply_missing(struct zone_reply *reply)
{
	*reply = (struct zone_reply){ .rcode = RCODE_NXDOMAIN };
}

/* "*.b.test", then "*.test", then "*" */
static const struct entry *find_wildcard(const struct zone *zone, const uint8_t *name, size_t len)
{
	uint8_t key[ZONE_NAME_MAX + 2] = { 1, '*' };
	const struct entry *entry;
	size_t at = 0;

	while (at < len && name[at]) {
		at += 1U + name[at];
		if (at >= len)
			break;
		memcpy(key + 2, name + at, len - at);
		entry = find(zone, key, 2 + len - at);
		if (entry && entry->kind == RECORD)
			return entry;
	}
	return NULL;
}

static bool is_missing(struct zone *zone, const uint8_t *name, size_t len)
{
	static const struct zone_record nothing = { .rcode = RCODE_NXDOMAIN };
	char text[DNS_TEXT_MAX];
	size_t text_len;

	if (zone->nxdomain_count) {
		text_len = dns_name_text(text, name, len);
		for (size_t i = 0; i < zone->nxdomain_count; i++)
			if (wildcard_matches(zone->nxdomain[i], text, text_len))
				return true;
	}
	if (!zone->missing_left || zone->missing_names >= ZONE_POOL_MAX)
		return false;
	if (!add(zone, MISSING, name, len, &nothing))
		return false;
	zone->missing_left--;
	zone->missing_names++;
	return true;
}

/* The pool is exhausted: shared with another name, but still the same each time. */
static void share(const struct zone *zone, uint64_t hash, struct zone_record *record)
{
	*record = (struct zone_record){ .rcode = ZONE_RCODE_NONE };
	if (zone->has_answer || zone->has_answer6) {
		record->has4 = zone->has_answer;
		record->v4 = zone->answer;
		record->has6 = zone->has_answer6;
		record->v6 = zone->answer6;
	} else if (zone->pool_size && !zone->is_public) {
		give_addresses(zone, NULL, 0, hash / BUCKETS % zone->pool_size, record);
	}
}

/* Its own addresses, for a name or a record that has none so far; data: of its record. */
static bool take_from_pool(struct zone *zone, struct entry *entry, const uint8_t *name, size_t len,
			   void *data, struct zone_reply *reply)
{
	struct zone_record given;

	if (zone->pool_names >= zone->pool_size)
		return false;
	give_addresses(zone, name, len, zone->pool_names, &given);
	given.data = data;
	if (!given.has4 && !given.has6)
		return false;
	if (entry) {
		entry->record = given;
		link_addresses(zone, entry);
	} else if (!add(zone, POOL, name, len, &given)) {
		return false;
	}
	zone->pool_names++;
	reply_with(reply, &given, true);
	return true;
}

void zone_find(struct zone *zone, const uint8_t *name, size_t len, struct zone_reply *reply)
{
	const struct entry *record = NULL;
	uint8_t key[ZONE_NAME_MAX];
	struct zone_record given;
	struct entry *entry;
	void *data;

	if (!len || len > sizeof(key)) {
		reply_missing(reply);
		return;
	}
	lower(key, name, len);
	entry = find(zone, key, len);
	record = entry && entry->kind == RECORD ? entry : NULL;
	if (!entry)
		record = find_wildcard(zone, key, len);
	if (record && (record->record.has4 || record->record.has6 ||
		       record->record.rcode != ZONE_RCODE_NONE)) {
		reply_with(reply, &record->record, record == entry);
		return;
	}
	if (entry && entry->kind != RECORD) {
		reply_with(reply, &entry->record, true);
		return;
	}
	if (!record && is_missing(zone, key, len)) {
		reply_missing(reply);
		return;
	}
	data = record ? record->record.data : NULL;
	if (take_from_pool(zone, entry, key, len, data, reply))
		return;
	zone->pool_full += zone->pool_size != 0;
	share(zone, hash_bytes(zone, key, len), &given);
	given.data = data;
	reply_with(reply, &given, false);
}

bool zone_reverse(const struct zone *zone, const struct in6_addr *addr, const uint8_t **name,
		  size_t *len)
{
	const struct entry *entry = addr_is_v4(addr) ? find4(zone, addr_get_v4(addr)) :
				    find6(zone, addr);

	if (!entry)
		return false;
	*name = entry->name;
	*len = entry->len;
	return true;
}

size_t zone_pool_names(const struct zone *zone)
{
	return zone->pool_names;
}

uint64_t zone_pool_full(const struct zone *zone)
{
	return zone->pool_full;
}

size_t dns_name_text(char text[DNS_TEXT_MAX], const uint8_t *name, size_t len)
{
	size_t at = 0, n = 0, end;

	while (at < len && name[at]) {
		end = at + 1 + name[at];
		if (n)
			text[n++] = '.';
		for (at++; at < end && at < len; at++) {
			if (name[at] == '.' || name[at] == '\\')
				text[n++] = '\\';
			text[n++] = (char)name[at];
		}
	}
	return n;
}
