// SPDX-License-Identifier: GPL-2.0-only
/* What a dns server can be told. */
#include <stdlib.h>
#include <string.h>

#include "labconf_type.h"

LABCONF_SETTER(labconf_dns_answer)
{
	struct labconf_server *server = object;

	server->dns.has_answer = true;
	return labconf_address(reader, entry, &server->dns.answer);
}

LABCONF_SETTER(labconf_dns_answer6)
{
	struct labconf_server *server = object;

	server->dns.has_answer6 = true;
	return labconf_address6(reader, entry, &server->dns.answer6);
}

LABCONF_SETTER(labconf_dns_pool)
{
	struct labconf_server *server = object;

	server->dns.has_pool = true;
	server->dns.pool_public = !strcmp(entry->value, "public");
	return server->dns.pool_public ||
	       labconf_prefix(reader, entry, 8, 30, false, &server->dns.pool,
			      &server->dns.pool_len);
}

LABCONF_SETTER(labconf_dns_pool6)
{
	struct labconf_server *server = object;
	struct labconf_dns *dns = &server->dns;
	const char *slash = strchr(entry->value, '/');
	char text[INET6_ADDRSTRLEN] = "", *end = NULL;
	size_t len = slash ? (size_t)(slash - entry->value) : 0;

	if (slash && len < sizeof(text))
		memcpy(text, entry->value, len);
	dns->pool6_len = slash ? strtoul(slash + 1, &end, 10) : 0;
	dns->has_pool6 = inet_pton(AF_INET6, text, &dns->pool6) == 1 && *end == '\0' &&
			 slash[1] >= '1' && slash[1] <= '9' && dns->pool6_len >= 16 &&
			 dns->pool6_len <= 112 && !addr_mask(&dns->pool6, dns->pool6_len);
	return dns->has_pool6 ||
	       labconf_expected(reader, entry, "an IPv6 prefix, as 2001:db8::/64, N from 16 to 112");
}

LABCONF_SETTER(labconf_dns_nxdomain)
{
	struct labconf_server *server = object;

	return labconf_add_text(reader, entry, &server->dns.nxdomain, &server->dns.nxdomain_count,
				LABCONF_MAX_PATTERNS);
}

LABCONF_SETTER(labconf_dns_nxdomain_first)
{
	struct labconf_server *server = object;
	uint64_t names;

	if (!labconf_number(reader, entry, 0, 65536, &names))
		return false;
	server->dns.nxdomain_first = names;
	return true;
}

LABCONF_SETTER(labconf_dns_make_up)
{
	struct labconf_server *server = object;

	return labconf_bool(reader, entry, &server->dns.make_up);
}

LABCONF_SETTER(labconf_dns_ttl)
{
	struct labconf_server *server = object;
	uint64_t ttl;

	if (!labconf_number(reader, entry, 0, INT32_MAX, &ttl))
		return false;
	server->dns.ttl = ttl;
	return true;
}

static bool set_record_address(struct labconf_reader *reader, void *object,
			       const struct labconf_entry *entry)
{
	struct labconf_record *record = object;

	record->has_address = true;
	return labconf_address(reader, entry, &record->address);
}

static bool set_record_address6(struct labconf_reader *reader, void *object,
				const struct labconf_entry *entry)
{
	struct labconf_record *record = object;

	record->has_address6 = true;
	return labconf_address6(reader, entry, &record->address6);
}

static bool add_record_data(struct labconf_reader *reader, void *object,
			    const struct labconf_entry *entry)
{
	struct labconf_record *record = object;

	return labconf_add_text(reader, entry, &record->data, &record->data_count,
				LABCONF_MAX_PATTERNS);
}

static bool set_record_rcode(struct labconf_reader *reader, void *object,
			     const struct labconf_entry *entry)
{
	static const char *const words[] = { "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
					     "NOTIMP", "REFUSED" };
	struct labconf_record *record = object;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(entry->value, words[i]))
			return labconf_string(reader, entry, 1, 15, &record->rcode);
	return labconf_expected(reader, entry,
				"NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP or REFUSED");
}

const struct labconf_word labconf_record_words[] = {
	{ "address",	0, false,	set_record_address },
	{ "address6",	0, false,	set_record_address6 },
	{ "data",	0, true,	add_record_data },
	{ "rcode",	0, false,	set_record_rcode },
	{ }
};

static bool set_record(struct labconf_reader *reader, cfg_t *cfg, struct labconf_record *record)
{
	const char *title = cfg_title(cfg);
	size_t len = strlen(title);

	if (len && title[len - 1] == '.')
		len--;
	record->line = cfg->line;
	if (!len || len > 253)
		return labconf_fail(reader, cfg->line,
				    "a record's name has %zu bytes, expected 1 to 253", len);
	record->name = strndup(title, len);
	if (!record->name)
		return labconf_no_memory(reader);
	if (!labconf_section(reader, cfg)->count)
		return labconf_fail(reader, cfg->line,
				    "a record without an address, expected address = \"A.B.C.D\"");
	return labconf_section_set(reader, cfg, labconf_record_words, record);
}

bool labconf_records_set(struct labconf_reader *reader, cfg_t *cfg, struct labconf_server *server)
{
	unsigned int count = cfg_size(cfg, "record");
	struct labconf_dns *dns = &server->dns;

	if (!count)
		return true;
	if (server->kind != LABCONF_DNS)
		return labconf_fail(reader, cfg_getnsec(cfg, "record", 0)->line,
				    "a record in a server of type %s, expected one of type dns",
				    server->type);
	if (count > LABCONF_MAX_RECORDS)
		return labconf_fail(reader, server->line, "%u records, expected at most %u",
				    count, LABCONF_MAX_RECORDS);
	dns->records = calloc(count, sizeof(*dns->records));
	if (!dns->records)
		return labconf_no_memory(reader);
	while (dns->record_count < count) {
		unsigned int i = dns->record_count++;

		if (!set_record(reader, cfg_getnsec(cfg, "record", i), &dns->records[i]))
			return false;
	}
	return true;
}

void labconf_names_free(struct labconf_dns *dns)
{
	for (size_t i = 0; i < dns->record_count; i++) {
		struct labconf_record *record = &dns->records[i];

		for (size_t j = 0; j < record->data_count; j++)
			free(record->data[j].text);
		free(record->data);
		free(record->rcode);
		free(record->name);
	}
	free(dns->records);
	for (size_t i = 0; i < dns->nxdomain_count; i++)
		free(dns->nxdomain[i].text);
	free(dns->nxdomain);
}
