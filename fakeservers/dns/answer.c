// SPDX-License-Identifier: GPL-2.0-only
/* DNS messages, through libldns. */
#include "answer.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_LEN	12
#define OUR_UDP_SIZE	1232

/* Only the header could be read: it is all that goes back. */
static size_t answer_header(const uint8_t *query, size_t len, uint8_t rcode, uint8_t *out,
			    struct dns_result *result)
{
	memset(out, 0, HEADER_LEN);
	memcpy(out, query, 2);
	out[2] = 0x80;					/* QR */
	if (len > 2)
		out[2] |= query[2] & 0x79;		/* opcode, RD */
	out[3] = 0x80 | rcode;				/* RA */
	result->rcode = rcode;
	result->malformed = rcode == LDNS_RCODE_FORMERR;
	return HEADER_LEN;
}

/* NULL: not exactly one question, or one of a name that we cannot keep. */
static ldns_rr *only_question(ldns_pkt *query, struct dns_result *result)
{
	ldns_rr_list *questions = ldns_pkt_question(query);
	ldns_rdf *name;
	ldns_rr *rr;

	if (ldns_rr_list_rr_count(questions) != 1)
		return NULL;
	rr = ldns_rr_list_rr(questions, 0);
	name = ldns_rr_owner(rr);
	if (ldns_rdf_size(name) > sizeof(result->name))
		return NULL;
	result->has_question = true;
	result->type = ldns_rr_get_type(rr);
	result->class = ldns_rr_get_class(rr);
	result->name_len = ldns_rdf_size(name);
	memcpy(result->name, ldns_rdf_data(name), result->name_len);
	return rr;
}

static ldns_pkt *make_answer(ldns_pkt *query, const ldns_rr *question,
			     const struct dns_result *result)
{
	ldns_pkt *answer = ldns_pkt_new();
	ldns_rr *copy = ldns_rr_clone(question);

	if (!answer || !copy) {
		ldns_rr_free(copy);
		ldns_pkt_free(answer);
		return NULL;
	}
	ldns_pkt_set_id(answer, result->id);
	ldns_pkt_set_qr(answer, true);
	ldns_pkt_set_rd(answer, ldns_pkt_rd(query));
	ldns_pkt_set_cd(answer, ldns_pkt_cd(query));
	ldns_pkt_set_ra(answer, true);
	ldns_pkt_set_rcode(answer, result->rcode);
	if (ldns_pkt_edns(query)) {
		ldns_pkt_set_edns_udp_size(answer, OUR_UDP_SIZE);
		if (ldns_pkt_edns_version(query))	/* BADVERS: 16 */
			ldns_pkt_set_edns_extended_rcode(answer, 1);
	}
	if (!ldns_pkt_push_rr(answer, LDNS_SECTION_QUESTION, copy)) {
		ldns_rr_free(copy);
		ldns_pkt_free(answer);
		return NULL;
	}
	return answer;
}

/* Its copies of the records go with the message. */
static void push_all(ldns_pkt *answer, ldns_pkt_section section, const ldns_rr_list *list)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
		ldns_rr *copy = ldns_rr_clone(ldns_rr_list_rr(list, i));

		if (copy && !ldns_pkt_push_rr(answer, section, copy))
			ldns_rr_free(copy);
	}
}

static size_t to_wire(const ldns_pkt *answer, uint8_t *out, size_t most)
{
	uint8_t *wire = NULL;
	size_t len = 0;

	if (ldns_pkt2wire(&wire, answer, &len) != LDNS_STATUS_OK || len > most)
		len = 0;
	else
		memcpy(out, wire, len);
	free(wire);
	return len;
}

static size_t room_of(const ldns_pkt *query, bool is_udp)
{
	size_t size = DNS_ANSWER_MAX;

	if (!is_udp)
		return size;
	size = ldns_pkt_edns(query) ? ldns_pkt_edns_udp_size(query) : DNS_UDP_MAX;
	if (size < DNS_UDP_MAX)
		size = DNS_UDP_MAX;
	return size < OUR_UDP_SIZE ? size : OUR_UDP_SIZE;
}

static size_t answer_question(const struct dns *dns, bool is_udp, ldns_pkt *query,
			      const ldns_rr *question, uint8_t *out, struct dns_result *result)
{
	ldns_rr_list *authority = ldns_rr_list_new();
	ldns_pkt *answer = NULL;
	size_t len = 0;

	result->answers = ldns_rr_list_new();
	if (result->answers && authority) {
		if (!ldns_pkt_edns_version(query))
			result->rcode = dns_resources(dns, result, result->answers, authority);
		answer = make_answer(query, question, result);
	}
	if (answer) {
		push_all(answer, LDNS_SECTION_ANSWER, result->answers);
		push_all(answer, LDNS_SECTION_AUTHORITY, authority);
		len = to_wire(answer, out, room_of(query, is_udp));
		ldns_pkt_free(answer);
	}
	if (answer && !len) {	/* only the question then, and that there is more */
		result->truncated = true;
		answer = make_answer(query, question, result);
		if (answer) {
			ldns_pkt_set_tc(answer, true);
			len = to_wire(answer, out, DNS_ANSWER_MAX);
			ldns_pkt_free(answer);
		}
	}
	ldns_rr_list_deep_free(authority);
	return len;
}

void dns_result_free(struct dns_result *result)
{
	ldns_rr_list_deep_free(result->answers);
	result->answers = NULL;
}

static size_t answer_whole(const struct dns *dns, bool is_udp, const uint8_t *query, size_t len,
			   uint8_t out[DNS_ANSWER_MAX], struct dns_result *result)
{
	ldns_pkt *packet = NULL;
	ldns_rr *question;
	size_t n;

	if (len < 2 || (len > 2 && query[2] & 0x80)) {
		result->ignored = true;
		return 0;
	}
	result->id = (uint16_t)(query[0] << 8 | query[1]);
	if (len < HEADER_LEN || len > DNS_QUERY_MAX)
		return answer_header(query, len, LDNS_RCODE_FORMERR, out, result);
	if ((query[2] & 0x78) != 0)
		return answer_header(query, len, LDNS_RCODE_NOTIMPL, out, result);
	if (ldns_wire2pkt(&packet, query, len) != LDNS_STATUS_OK)
		return answer_header(query, len, LDNS_RCODE_FORMERR, out, result);
	question = only_question(packet, result);
	if (question)
		n = answer_question(dns, is_udp, packet, question, out, result);
	else
		n = answer_header(query, len, LDNS_RCODE_FORMERR, out, result);
	ldns_pkt_free(packet);
	return n;
}

size_t dns_answer_whole(const struct dns *dns, bool is_udp, const uint8_t *query, size_t len,
			uint8_t out[DNS_ANSWER_MAX], struct dns_result *result)
{
	*result = (struct dns_result){};
	return answer_whole(dns, is_udp, query, len, out, result);
}

size_t dns_answer(const struct dns *dns, bool is_udp, const uint8_t *query, size_t len,
		  uint8_t out[DNS_ANSWER_MAX], struct dns_result *result)
{
	size_t n;

	*result = (struct dns_result){};
	n = dns_answer_simple(dns, query, len, out, result);
	return n ? n : answer_whole(dns, is_udp, query, len, out, result);
}
