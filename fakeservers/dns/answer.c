// SPDX-License-Identifier: GPL-2.0-only
/* DNS messages, through libldns. */
#include "answer.h"

#include <ldns/ldns.h>
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

static bool wants_address(const struct dns_result *result)
{
	return (result->type == LDNS_RR_TYPE_A || result->type == LDNS_RR_TYPE_ANY) &&
	       (result->class == LDNS_RR_CLASS_IN || result->class == LDNS_RR_CLASS_ANY);
}

/* Takes over nothing; false: out of memory. */
static bool push_address(ldns_pkt *answer, const ldns_rr *question,
			 const struct dns_result *result)
{
	ldns_rr *rr = ldns_rr_new();
	ldns_rdf *name, *address;

	if (!rr)
		return false;
	name = ldns_rdf_clone(ldns_rr_owner(question));
	address = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_A, sizeof(result->address), &result->address);
	ldns_rr_set_owner(rr, name);
	ldns_rr_set_type(rr, LDNS_RR_TYPE_A);
	ldns_rr_set_class(rr, LDNS_RR_CLASS_IN);
	ldns_rr_set_ttl(rr, result->ttl);
	if (!name || !address || !ldns_rr_push_rdf(rr, address)) {
		ldns_rdf_deep_free(address);
		ldns_rr_free(rr);
		return false;
	}
	if (!ldns_pkt_push_rr(answer, LDNS_SECTION_ANSWER, rr)) {
		ldns_rr_free(rr);
		return false;
	}
	return true;
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
	if (result->has_address && !push_address(answer, question, result)) {
		ldns_pkt_free(answer);
		return NULL;
	}
	return answer;
}

static size_t answer_question(struct zone *zone, ldns_pkt *query, const ldns_rr *question,
			      uint8_t *out, struct dns_result *result)
{
	ldns_pkt *answer;
	uint8_t *wire = NULL;
	size_t len = 0;

	if (wants_address(result) && !ldns_pkt_edns_version(query))
		result->has_address = zone_find(zone, result->name, result->name_len,
						&result->address);
	answer = make_answer(query, question, result);
	if (!answer)
		return 0;
	if (ldns_pkt2wire(&wire, answer, &len) != LDNS_STATUS_OK || len > DNS_ANSWER_MAX)
		len = 0;
	else
		memcpy(out, wire, len);
	free(wire);
	ldns_pkt_free(answer);
	return len;
}

size_t dns_answer(struct zone *zone, uint32_t ttl, const uint8_t *query, size_t len,
		  uint8_t out[DNS_ANSWER_MAX], struct dns_result *result)
{
	ldns_pkt *packet = NULL;
	ldns_rr *question;
	size_t n;

	*result = (struct dns_result){ .ttl = ttl };
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
		n = answer_question(zone, packet, question, out, result);
	else
		n = answer_header(query, len, LDNS_RCODE_FORMERR, out, result);
	ldns_pkt_free(packet);
	return n;
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
