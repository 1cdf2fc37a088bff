/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zone: what a name has.  A record first, or one for "*." and a part of the
 * name; then whether it exists at all; then the pool, where each name gets
 * addresses of its own, the same for as long as the server lives; then the one
 * answer for all.
 *
 * Names are in wire format (length-prefixed labels), compared without case.
 */
#ifndef FAKESERVERS_DNS_ZONE_H
#define FAKESERVERS_DNS_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

#define ZONE_NAME_MAX	255
#define ZONE_POOL_MAX	65536	/* names that are remembered */
#define ZONE_RCODE_NONE	255	/* a record that says nothing of it */

struct zone;

struct zone_record {
	bool has4, has6;
	struct in_addr v4;
	struct in6_addr v6;
	uint8_t rcode;		/* or ZONE_RCODE_NONE */
	void *data;		/* the caller's; NULL: none */
};

struct zone_reply {
	uint8_t rcode;
	bool has4, has6;
	struct in_addr v4;
	struct in6_addr v6;
	bool own;		/* the addresses belong to this name alone */
	const void *data;	/* of its record */
};

/* free_data: of records; may be NULL */
struct zone *zone_new(uint64_t seed, void (*free_data)(void *data));
void zone_free(struct zone *zone);

/*
 * A name that begins with the label "*" stands for all below it that have no
 * record.  0, -EEXIST: the name has a record already, or -ENOMEM; the data is the
 * zone's only if it is 0.
 */
int zone_add_record(struct zone *zone, const uint8_t *name, size_t len,
		    const struct zone_record *record);
/* Names as text that do not exist; the pattern must outlive the zone.  0 or -ENOMEM. */
int zone_add_nxdomain(struct zone *zone, const char *pattern);
/* The first so many different names do not exist, and stay so. */
void zone_set_nxdomain_first(struct zone *zone, size_t names);
void zone_set_answer(struct zone *zone, struct in_addr addr);
void zone_set_answer6(struct zone *zone, const struct in6_addr *addr);
void zone_set_pool(struct zone *zone, struct in_addr network, unsigned int prefix_len);
/* Scattered over what looks public. */
void zone_set_public_pool(struct zone *zone);
void zone_set_pool6(struct zone *zone, const struct in6_addr *network);

void zone_find(struct zone *zone, const uint8_t *name, size_t len, struct zone_reply *reply);

/* The name that has this address for its own.  False: none. */
bool zone_reverse(const struct zone *zone, const struct in6_addr *addr, const uint8_t **name,
		  size_t *len);

/* names of the pool so far; names that found it exhausted (each time) */
size_t zone_pool_names(const struct zone *zone);
uint64_t zone_pool_full(const struct zone *zone);

/* A name as text into text: without the last dot; '.' and '\' in a label escaped.  Its length. */
#define DNS_TEXT_MAX	(2 * ZONE_NAME_MAX)
size_t dns_name_text(char text[DNS_TEXT_MAX], const uint8_t *name, size_t len);

#endif /* FAKESERVERS_DNS_ZONE_H */
