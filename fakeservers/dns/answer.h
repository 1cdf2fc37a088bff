/* SPDX-License-Identifier: GPL-2.0-only */
/* answer: one DNS message in, at most one out.  Knows no sockets. */
#ifndef FAKESERVERS_DNS_ANSWER_H
#define FAKESERVERS_DNS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ldns/ldns.h>

#include "zone.h"

#define DNS_QUERY_MAX	4096	/* a longer one is malformed for us */
#define DNS_ANSWER_MAX	4096	/* what is longer is sent truncated */
#define DNS_UDP_MAX	512	/* without EDNS */

struct dns {
	struct zone *zone;
	uint32_t ttl;
	bool make_up;		/* MX, NS, SOA and PTR of names that exist */
};

/* What became of a query, for the event. */
struct dns_result {
	bool ignored;			/* no query: it is itself an answer, or has no id */
	bool malformed;
	bool truncated;			/* it did not fit: the client is to ask over TCP */
	uint16_t id;
	uint8_t rcode;			/* of the answer */
	bool has_question;
	uint16_t type;
	uint16_t class;
	uint8_t name[ZONE_NAME_MAX];	/* wire format, case as asked */
	size_t name_len;
	bool found;			/* the zone was asked, and this is what it has: */
	struct zone_reply reply;
	bool is_simple;			/* the answer is an address of reply; it is in no list */
	ldns_rr_list *answers;		/* NULL: none */
};

/* Bytes of the answer in out; 0: be silent.  The result is to be freed. */
size_t dns_answer(const struct dns *dns, bool is_udp, const uint8_t *query, size_t len,
		  uint8_t out[DNS_ANSWER_MAX], struct dns_result *result);
void dns_result_free(struct dns_result *result);
/* The same with nothing simple: the long way. */
size_t dns_answer_whole(const struct dns *dns, bool is_udp, const uint8_t *query, size_t len,
			uint8_t out[DNS_ANSWER_MAX], struct dns_result *result);

/* simple.c: 0: it is not simple, though the zone may have been asked. */
size_t dns_answer_simple(const struct dns *dns, const uint8_t *query, size_t len, uint8_t *out,
			 struct dns_result *result);

/* Below in-addr.arpa or ip6.arpa */
bool dns_is_reverse(const uint8_t *name, size_t len);
/* resource.c: puts into the lists what a question is answered with; the rcode of it. */
uint8_t dns_resources(const struct dns *dns, struct dns_result *result, ldns_rr_list *answers,
		      ldns_rr_list *authority);

#endif /* FAKESERVERS_DNS_ANSWER_H */
