// SPDX-License-Identifier: GPL-2.0-only
/* The records of an answer: of the zone, and made up. */
#include <string.h>

#include "answer.h"

#define ALIASES_MAX	8	/* of a chain */
#define SERIAL		"2024010101 7200 3600 1209600 300"

struct maker {
	const struct dns *dns;
	uint16_t type;
	ldns_rr_list *answers, *authority;
};

static bool wants(const struct maker *maker, uint16_t type)
{
	return maker->type == type || maker->type == LDNS_RR_TYPE_ANY;
}

static ldns_rdf *name_rdf(const uint8_t *name, size_t len)
{
	return ldns_dname_new_frm_data((uint16_t)len, name);
}

/* Takes over rr. */
static void push(ldns_rr_list *list, ldns_rr *rr)
{
	if (rr && !ldns_rr_list_push_rr(list, rr))
		ldns_rr_free(rr);
}

static void push_address(const struct maker *maker, const uint8_t *name, size_t len,
			 ldns_rr_type type, const void *address, size_t address_len)
{
	ldns_rdf *data = ldns_rdf_new_frm_data(type == LDNS_RR_TYPE_A ? LDNS_RDF_TYPE_A :
					       LDNS_RDF_TYPE_AAAA, address_len, address);
	ldns_rdf *owner = name_rdf(name, len);
	ldns_rr *rr = ldns_rr_new();

	if (!rr || !data || !owner || !ldns_rr_push_rdf(rr, data)) {
		ldns_rdf_deep_free(data);
		ldns_rdf_deep_free(owner);
		ldns_rr_free(rr);
		return;
	}
	ldns_rr_set_owner(rr, owner);
	ldns_rr_set_type(rr, type);
	ldns_rr_set_class(rr, LDNS_RR_CLASS_IN);
	ldns_rr_set_ttl(rr, maker->dns->ttl);
	push(maker->answers, rr);
}

static void push_addresses(const struct maker *maker, const uint8_t *name, size_t len,
			   const struct zone_reply *reply)
{
	if (reply->has4 && wants(maker, LDNS_RR_TYPE_A))
		push_address(maker, name, len, LDNS_RR_TYPE_A, &reply->v4, sizeof(reply->v4));
	if (reply->has6 && wants(maker, LDNS_RR_TYPE_AAAA))
		push_address(maker, name, len, LDNS_RR_TYPE_AAAA, &reply->v6, sizeof(reply->v6));
}

/* Of the record's own data what is asked for; the alias, if it has one: *target then. */
static bool push_data(const struct maker *maker, const uint8_t *name, size_t len,
		      const struct zone_reply *reply, const ldns_rdf **target)
{
	const ldns_rr_list *data = reply->data;
	bool pushed = false;

	for (size_t i = 0; data && i < ldns_rr_list_rr_count(data); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(data, i);
		bool is_alias = ldns_rr_get_type(rr) == LDNS_RR_TYPE_CNAME;
		ldns_rr *copy;

		if (!wants(maker, ldns_rr_get_type(rr)) && !is_alias)
			continue;
		copy = ldns_rr_clone(rr);
		if (!copy)
			continue;
		ldns_rdf_deep_free(ldns_rr_owner(copy));
		ldns_rr_set_owner(copy, name_rdf(name, len));
		push(maker->answers, copy);
		pushed = true;
		if (is_alias && !wants(maker, LDNS_RR_TYPE_CNAME))
			*target = ldns_rr_rdf(rr, 0);
	}
	return pushed;
}

/* Takes over the three parts' memory; a part that did not come about leaves the record out. */
static void push_made_up(ldns_rr_list *list, const struct maker *maker, const uint8_t *name,
			 size_t len, const char *format, const char *text)
{
	ldns_rdf *owner = name_rdf(name, len);
	char *owner_text = owner ? ldns_rdf2str(owner) : NULL, *line = NULL;
	ldns_rr *rr = NULL;

	/* "NAME TTL IN ", then the format with the name put in up to twice, and the text */
	if (owner_text && asprintf(&line, "%s %u IN ", owner_text, maker->dns->ttl) > 0) {
		char *whole = NULL;

		if (asprintf(&whole, format, line, text ? text : owner_text, owner_text) > 0 &&
		    ldns_rr_new_frm_str(&rr, whole, 0, NULL, NULL) != LDNS_STATUS_OK)
			rr = NULL;	/* as a name that is too long with "mail." before it */
		free(whole);
	}
	free(line);
	free(owner_text);
	ldns_rdf_deep_free(owner);
	push(list, rr);
}

static void make_up(const struct maker *maker, const uint8_t *name, size_t len)
{
	if (len < 2)	/* the root */
		return;
	if (wants(maker, LDNS_RR_TYPE_MX))
		push_made_up(maker->answers, maker, name, len, "%sMX 10 mail.%s", NULL);
	if (wants(maker, LDNS_RR_TYPE_NS)) {
		push_made_up(maker->answers, maker, name, len, "%sNS ns1.%s", NULL);
		push_made_up(maker->answers, maker, name, len, "%sNS ns2.%s", NULL);
	}
	if (wants(maker, LDNS_RR_TYPE_SOA))
		push_made_up(maker->answers, maker, name, len,
			     "%sSOA ns1.%s hostmaster.%s " SERIAL, NULL);
}

static int nibble(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const uint8_t in_addr_arpa[] = "\7in-addr\4arpa", ip6_arpa[] = "\3ip6\4arpa";

static bool ends_with(const uint8_t *name, size_t len, const uint8_t *end, size_t end_len)
{
	uint8_t lower;

	if (len < end_len)
		return false;
	for (size_t i = 0; i < end_len; i++) {
		lower = name[len - end_len + i];
		lower = lower >= 'A' && lower <= 'Z' ? lower | 0x20 : lower;
		if (lower != end[i])
			return false;
	}
	return true;
}

/* "4.3.2.1.in-addr.arpa" */
static bool read_reverse4(const uint8_t *name, size_t len, struct in6_addr *addr)
{
	uint8_t bytes[4];
	struct in_addr v4;
	size_t at = 0;

	for (int i = 3; i >= 0; i--) {
		unsigned int value = 0, digits = name[at];

		if (!digits || digits > 3 || at + 1 + digits >= len)
			return false;
		for (at++; digits--; at++) {
			if (name[at] < '0' || name[at] > '9')
				return false;
			value = value * 10 + name[at] - '0';
		}
		if (value > 255)
			return false;
		bytes[i] = (uint8_t)value;
	}
	if (at + sizeof(in_addr_arpa) != len)
		return false;
	memcpy(&v4, bytes, sizeof(v4));
	*addr = addr_from_v4(v4);
	return true;
}

static bool read_reverse6(const uint8_t *name, size_t len, struct in6_addr *addr)
{
	if (len != 64 + sizeof(ip6_arpa))
		return false;
	for (int i = 0; i < 32; i++) {
		int value = name[2 * i] == 1 ? nibble(name[2 * i + 1]) : -1;

		if (value < 0)
			return false;
		if (i % 2)
			addr->s6_addr[15 - i / 2] |= (uint8_t)(value << 4);
		else
			addr->s6_addr[15 - i / 2] = (uint8_t)value;
	}
	return true;
}

bool dns_is_reverse(const uint8_t *name, size_t len)
{
	return ends_with(name, len, in_addr_arpa, sizeof(in_addr_arpa)) ||
	       ends_with(name, len, ip6_arpa, sizeof(ip6_arpa));
}

/* Names that stand for addresses; they have names of their own or a provider's. */
static bool reverse(const struct maker *maker, const uint8_t *name, size_t len)
{
	bool four = ends_with(name, len, in_addr_arpa, sizeof(in_addr_arpa));
	bool six = ends_with(name, len, ip6_arpa, sizeof(ip6_arpa));
	char text[ADDR_TEXT_MAX], *made = NULL, *own = NULL;
	struct in6_addr addr = {};
	const uint8_t *found;
	ldns_rdf *rdf;

	if (!four && !six)
		return false;
	if (!wants(maker, LDNS_RR_TYPE_PTR) ||
	    !(four ? read_reverse4(name, len, &addr) : read_reverse6(name, len, &addr)))
		return true;
	if (zone_reverse(maker->dns->zone, &addr, &found, &len)) {
		rdf = name_rdf(found, len);
		own = rdf ? ldns_rdf2str(rdf) : NULL;
		ldns_rdf_deep_free(rdf);
	}
	if (!own && maker->dns->make_up) {
		addr_text(&addr, text);
		for (char *c = text; *c; c++)
			if (*c == '.' || *c == ':')
				*c = '-';
		if (asprintf(&made, "host-%s.static.example.net.", text) < 0)
			made = NULL;
	}
	if (own || made) {
		size_t owner_len = 0;

		while (name[owner_len])
			owner_len += 1U + name[owner_len];
		push_made_up(maker->answers, maker, name, owner_len + 1, "%sPTR %s",
			     own ? own : made);
	}
	free(own);
	free(made);
	return true;
}

uint8_t dns_resources(const struct dns *dns, struct dns_result *result, ldns_rr_list *answers,
		      ldns_rr_list *authority)
{
	struct maker maker = {
		.dns = dns, .type = result->type, .answers = answers, .authority = authority,
	};
	const uint8_t *name = result->name;
	size_t len = result->name_len;
	const ldns_rdf *target;
	struct zone_reply reply;

	if (result->class != LDNS_RR_CLASS_IN && result->class != LDNS_RR_CLASS_ANY)
		return LDNS_RCODE_NOERROR;
	if (reverse(&maker, name, len))
		return ldns_rr_list_rr_count(answers) || result->type != LDNS_RR_TYPE_PTR ?
		       LDNS_RCODE_NOERROR : LDNS_RCODE_NXDOMAIN;
	if (!result->found)
		zone_find(dns->zone, name, len, &result->reply);
	reply = result->reply;
	for (int i = 0; i < ALIASES_MAX && !reply.rcode; i++) {
		bool pushed;

		target = NULL;
		pushed = push_data(&maker, name, len, &reply, &target);
		if (!target) {
			push_addresses(&maker, name, len, &reply);
			if (!pushed && dns->make_up)
				make_up(&maker, name, len);
			break;
		}
		name = ldns_rdf_data(target);
		len = ldns_rdf_size(target);
		zone_find(dns->zone, name, len, &reply);
	}
	/* nothing, and for how long that may be believed */
	if (dns->make_up && !ldns_rr_list_rr_count(answers) && len > 1)
		push_made_up(authority, &maker, name, len, "%sSOA ns1.%s hostmaster.%s " SERIAL, NULL);
	return reply.rcode;
}
