// SPDX-License-Identifier: GPL-2.0-only
/* From lab.conf to a zone. */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static void free_data(void *data)
{
	ldns_rr_list_deep_free(data);
}

static uint8_t rcode_of(const char *word)
{
	static const char *const words[] = { "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
					     "NOTIMP", "REFUSED" };

	for (uint8_t i = 0; word && i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i], word))
			return i;
	return ZONE_RCODE_NONE;
}

/* "MX 10 mail.test." becomes a record; its owner is filled in with each answer. */
static bool add_data(struct server *server, const struct dns *dns, ldns_rr_list *list,
		     const struct labconf_text *data)
{
	ldns_status status = LDNS_STATUS_MEM_ERR;
	ldns_rr *rr = NULL;
	char *line = NULL;

	if (asprintf(&line, "name. %u IN %s", dns->ttl, data->text) > 0)
		status = ldns_rr_new_frm_str(&rr, line, 0, NULL, NULL);
	free(line);
	if (status == LDNS_STATUS_OK && ldns_rr_list_push_rr(list, rr))
		return true;
	server_warn(server, "%s:%u: data = \"%s\": %s, expected a type and its data, as MX 10 mail.test.",
		    server->conf->path, data->line, data->text, ldns_get_errorstr_by_id(status));
	return false;
}

static bool add_record(struct server *server, const struct dns *dns,
		       const struct labconf_record *conf)
{
	struct zone_record record = {
		.has4 = conf->has_address, .v4 = conf->address,
		.has6 = conf->has_address6, .v6 = conf->address6, .rcode = rcode_of(conf->rcode),
	};
	ldns_rdf *name = ldns_dname_new_frm_str(conf->name);
	ldns_rr_list *list = NULL;
	bool right = name;
	int error;

	if (!name)
		server_warn(server, "record \"%s\": not a name, expected labels of 1 to 63 bytes",
			    conf->name);
	if (right && conf->data_count)
		list = ldns_rr_list_new();
	for (size_t i = 0; right && i < conf->data_count; i++)
		right = list && add_data(server, dns, list, &conf->data[i]);
	record.data = list;
	error = right ? zone_add_record(dns->zone, ldns_rdf_data(name), ldns_rdf_size(name),
					&record) : -EINVAL;
	if (right && error)
		server_warn(server, "record \"%s\": %s", conf->name,
			    error == -EEXIST ? "there already, expected each name once" :
			    strerror(-error));
	if (error)
		ldns_rr_list_deep_free(list);
	ldns_rdf_deep_free(name);
	return !error;
}

/* Windows asks for it to see whether it is on line; a record of the file wins. */
static void add_well_known(const struct dns *dns)
{
	struct zone_record record = {
		.has4 = true, .v4 = { .s_addr = htonl(0x836bffff) }, .has6 = true,
		.v6 = { .s6_addr = { 0xfd, 0x3e, 0x4f, 0x5a, 0x5b, 0x81, [15] = 1 } },
		.rcode = ZONE_RCODE_NONE,
	};
	static const uint8_t name[] = "\3dns\10msftncsi\3com";

	zone_add_record(dns->zone, name, sizeof(name), &record);
}

static void set_pools(struct zone *zone, const struct labconf_dns *conf)
{
	if (conf->has_answer)
		zone_set_answer(zone, conf->answer);
	if (conf->has_answer6)
		zone_set_answer6(zone, &conf->answer6);
	if (conf->pool_public)
		zone_set_public_pool(zone);
	else if (conf->has_pool)
		zone_set_pool(zone, conf->pool, conf->pool_len);
	if (conf->has_pool6)
		zone_set_pool6(zone, &conf->pool6);
	zone_set_nxdomain_first(zone, conf->nxdomain_first);
}

bool load_zone(struct server *server, struct dns *dns)
{
	const struct labconf_dns *conf = &server->section->dns;
	uint64_t seed = 0;

	(void)!getrandom(&seed, sizeof(seed), 0);
	*dns = (struct dns){ .ttl = conf->ttl, .make_up = conf->make_up };
	dns->zone = zone_new(seed, free_data);
	if (!dns->zone) {
		server_warn(server, "out of memory");
		return false;
	}
	for (size_t i = 0; i < conf->record_count; i++)
		if (!add_record(server, dns, &conf->records[i]))
			return false;
	for (size_t i = 0; i < conf->nxdomain_count; i++) {
		if (zone_add_nxdomain(dns->zone, conf->nxdomain[i].text)) {
			server_warn(server, "out of memory");
			return false;
		}
	}
	add_well_known(dns);
	set_pools(dns->zone, conf);
	return true;
}
