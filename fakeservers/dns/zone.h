/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zone: which address a name has.  A record first; then the pool, where each
 * name gets an address of its own, the same for as long as the server lives;
 * then the one answer for all.
 *
 * Names are in wire format (length-prefixed labels), compared without case.
 */
#ifndef FAKESERVERS_DNS_ZONE_H
#define FAKESERVERS_DNS_ZONE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZONE_NAME_MAX	255
#define ZONE_POOL_MAX	65536	/* names that are remembered */

struct zone;

struct zone *zone_new(uint64_t seed);
void zone_free(struct zone *zone);

/* 0, -EEXIST: the name has a record already, or -ENOMEM */
int zone_add_record(struct zone *zone, const uint8_t *name, size_t len, struct in_addr addr);
void zone_set_answer(struct zone *zone, struct in_addr addr);
void zone_set_pool(struct zone *zone, struct in_addr network, unsigned int prefix_len);

/* False: no address at all was configured for it. */
bool zone_find(struct zone *zone, const uint8_t *name, size_t len, struct in_addr *addr);

/* names of the pool so far; names that found it exhausted (each time) */
size_t zone_pool_names(const struct zone *zone);
uint64_t zone_pool_full(const struct zone *zone);

#endif /* FAKESERVERS_DNS_ZONE_H */
