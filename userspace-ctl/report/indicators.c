// SPDX-License-Identifier: GPL-2.0-only
#include "indicators.h"

#include <string.h>

#include "facts.h"
#include "prefix.h"

#define EACH_MAX	5000
#define URL_MAX		2000

/* Sets of strings, in the order of their coming. */
struct sets {
	json_t	*domains, *urls, *sha256, *ja3, *ja4;
	json_t	*addresses;	/* address -> roles */
	int64_t	more;
};

static void put(struct sets *sets, json_t *set, const char *text)
{
	if (!text || !*text || strlen(text) > URL_MAX || json_object_get(set, text))
		return;
	if (json_object_size(set) >= EACH_MAX)
		sets->more++;
	else
		json_object_set_new(set, text, json_true());
}

static void put_member(struct sets *sets, json_t *set, json_t *entry, const char *name)
{
	json_t *value = json_object_get(entry, name);

	/* one with a NUL in it is none to look for */
	if (json_is_string(value) &&
	    strlen(json_string_value(value)) == json_string_length(value))
		put(sets, set, json_string_value(value));
}

static void put_domain(struct sets *sets, const char *name)
{
	struct in6_addr address;

	if (strchr(name, '.') && !address_parse(name, &address) && !strpbrk(name, "/:\\ \t\r\n<>\"'"))
		put(sets, sets->domains, name);
}

static void put_address(struct sets *sets, const char *address, const char *role)
{
	json_t *roles;
	struct in6_addr parsed;
	json_t *have;
	size_t i;

	if (!address_parse(address, &parsed))
		return;
	roles = json_object_get(sets->addresses, address);
	if (!roles) {
		if (json_object_size(sets->addresses) >= EACH_MAX) {
			sets->more++;
			return;
		}
		roles = json_array();
		json_object_set_new(sets->addresses, address, roles);
	}
	json_array_foreach(roles, i, have)
		if (!strcmp(json_string_value(have), role))
			return;
	json_array_append_new(roles, json_string(role));
}

static void each_place(struct sets *sets, json_t *root, const char *list, const char *member,
		       const char *role)
{
	json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(root, list), i, entry)
		put_address(sets, facts_string(entry, member), role);
}

static void from_http(struct sets *sets, json_t *root)
{
	json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(root, "http"), i, entry) {
		const char *host = facts_string(entry, "hostname"), *path = facts_string(entry, "url");
		char url[URL_MAX + 1];
		int len;

		put_domain(sets, host);
		if (!*host)
			host = facts_string(entry, "dest_ip");
		len = snprintf(url, sizeof(url), "%s://%s%s%s", json_object_get(entry, "tls") ?
			       "https" : "http", host, *path == '/' ? "" : "/", path);
		if (len < (int)sizeof(url) && strncmp(path, "http", 4))
			put(sets, sets->urls, url);
		put_member(sets, sets->sha256, entry, "sha256");
		put_member(sets, sets->sha256, entry, "request_sha256");
	}
}

static void from_sessions(struct sets *sets, json_t *root)
{
	json_t *session, *url;
	size_t i, j;

	json_array_foreach(json_object_get(root, "sessions"), i, session)
		json_array_foreach(json_object_get(session, "urls"), j, url)
			put(sets, sets->urls, json_string_value(url));
}

static json_t *keys(json_t *object)
{
	json_t *array = json_array(), *value;
	const char *key;

	json_object_foreach(object, key, value)
		json_array_append_new(array, json_string(key));
	json_decref(object);
	return array;
}

static json_t *addresses(json_t *object)
{
	json_t *array = json_array(), *roles;
	const char *address;

	json_object_foreach(object, address, roles)
		json_array_append_new(array, json_pack("{s:s, s:O}", "address", address, "roles", roles));
	json_decref(object);
	return array;
}

json_t *indicators(json_t *root)
{
	struct sets sets = {
		.domains = json_object(), .urls = json_object(), .sha256 = json_object(),
		.ja3 = json_object(), .ja4 = json_object(), .addresses = json_object(),
	};
	json_t *entry;
	size_t i;

	/* most telling first: the lists may be full after them */
	each_place(&sets, root, "cnc", "dest_ip", "C&C");
	each_place(&sets, root, "credentials", "dest_ip", "receives reports");
	each_place(&sets, root, "files", "dest_ip", "was sent files");
	each_place(&sets, root, "http", "dest_ip", "HTTP");
	each_place(&sets, root, "tls", "dest_ip", "TLS");
	each_place(&sets, root, "sink", "dest_ip", "unknown service");
	each_place(&sets, root, "dns", "dest_ip", "asked for names");
	each_place(&sets, root, "attacks", "dest_ip", "attacked");
	each_place(&sets, root, "sessions", "dest_ip", "logged in to");
	json_array_foreach(json_object_get(root, "dns"), i, entry)
		put_domain(&sets, facts_string(entry, "rrname"));
	json_array_foreach(json_object_get(root, "tls"), i, entry) {
		put_domain(&sets, facts_string(entry, "sni"));
		put_member(&sets, sets.ja3, entry, "ja3");
		put_member(&sets, sets.ja4, entry, "ja4");
	}
	json_array_foreach(json_object_get(root, "files"), i, entry)
		put_member(&sets, sets.sha256, entry, "sha256");
	json_array_foreach(json_object_get(root, "fetches"), i, entry)
		put_member(&sets, sets.urls, entry, "url");
	from_http(&sets, root);
	from_sessions(&sets, root);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "addresses", addresses(sets.addresses),
			 "domains", keys(sets.domains), "urls", keys(sets.urls),
			 "sha256", keys(sets.sha256), "ja3", keys(sets.ja3), "ja4", keys(sets.ja4),
			 "more", (json_int_t)sets.more);
}
