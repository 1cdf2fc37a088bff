/* SPDX-License-Identifier: GPL-2.0-only */
/* answer: one DNS message in, at most one out.  Knows no sockets. */
#ifndef FAKESERVERS_DNS_ANSWER_H
#define FAKESERVERS_DNS_ANSWER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zone.h"

#define DNS_QUERY_MAX	4096	/* a longer one is malformed for us */
#define DNS_ANSWER_MAX	512	/* one question, one address, one OPT fit */

/* What became of a query, for the event. */
struct dns_result {
	bool ignored;			/* no query: it is itself an answer, or has no id */
	bool malformed;
	uint16_t id;
	uint8_t rcode;			/* of the answer */
	bool has_question;
	uint16_t type;
	uint16_t class;
	uint8_t name[ZONE_NAME_MAX];	/* wire format, case as asked */
	size_t name_len;
	bool has_address;
	struct in_addr address;
	uint32_t ttl;
};

/* Bytes of the answer in out; 0: be silent. */
size_t dns_answer(struct zone *zone, uint32_t ttl, const uint8_t *query, size_t len,
		  uint8_t out[DNS_ANSWER_MAX], struct dns_result *result);

/* A name as text into text: without the last dot; '.' and '\' in a label escaped.  Its length. */
#define DNS_TEXT_MAX	(2 * ZONE_NAME_MAX)
size_t dns_name_text(char text[DNS_TEXT_MAX], const uint8_t *name, size_t len);

#endif /* FAKESERVERS_DNS_ANSWER_H */
