// SPDX-License-Identifier: GPL-2.0-only
/* Telnet: logins, dialogues, and spreading from host to host as one case. */
#include <stdlib.h>
#include <string.h>

#include "facts.h"

#define LOGINS_EACH	50	/* of one session */
#define COMMANDS_EACH	100
#define URLS_EACH	20
#define VICTIMS_MAX	1000	/* of one case */

static json_t *member(json_t *object, const char *name)
{
	return json_object_get(object, name);
}

static json_t *array_of(json_t *entry, const char *name)
{
	json_t *array = member(entry, name);

	if (!array) {
		array = json_array();
		json_object_set_new(entry, name, array);
	}
	return array;
}

static void count_login(struct facts *facts, json_t *event, json_t *telnet)
{
	json_t *entry = facts_entry_of(facts, "logins", (json_t *[]){ member(telnet, "username"),
		member(telnet, "password"), member(telnet, "success") }, 3);

	if (!entry)
		return;
	facts_copy_all(entry, telnet, (const char *const[]){ "username", "password", "success",
		       NULL });
	facts_copy_all(entry, event, (const char *const[]){ "timestamp", "dest_ip", "dest_port",
		       NULL });
	if (facts_is_new(entry) && json_is_true(member(telnet, "success")))
		facts_moment(facts, event, "login", "logged in as", member(telnet, "username"));
}

static void count_typed(struct facts *facts, json_t *event, json_t *telnet)
{
	json_t *entry = facts_entry_of(facts, "typed", (json_t *[]){ member(telnet, "command") }, 1);

	if (!entry)
		return;
	facts_copy(entry, telnet, "command");
	facts_copy_all(entry, event, (const char *const[]){ "timestamp", "dest_ip", "dest_port",
		       NULL });
}

/* The word that begins at text, without what a shell takes apart. */
static void add_url(json_t *session, const char *text)
{
	size_t len = strcspn(text, " \t\r\n;|&<>\"'`()");
	json_t *urls = array_of(session, "urls"), *url, *have;
	size_t i;

	url = len < 2048 ? json_stringn(text, len) : NULL;
	json_array_foreach(urls, i, have)
		if (json_equal(have, url)) {
			json_decref(url);
			return;
		}
	if (url && json_array_size(urls) < URLS_EACH)
		json_array_append(urls, url);
	json_decref(url);
}

/* tftp -g -r FILE HOST, in any order of its options, as BusyBox takes them. */
static void add_tftp(json_t *session, const char *text)
{
	char words[8][256], url[600];
	const char *file = NULL, *host = NULL;
	int count = 0;

	while (count < 8 && *(text += strspn(text, " \t")) && !strchr(";|&\r\n", *text)) {
		size_t len = strcspn(text, " \t;|&\r\n");

		if (len >= sizeof(words[0]))
			return;
		memcpy(words[count], text, len);
		words[count++][len] = '\0';
		text += len;
	}
	for (int i = 0; i < count; i++) {
		if (!strcmp(words[i], "-r") && i + 1 < count)
			file = words[++i];
		else if (!strcmp(words[i], "-l") && i + 1 < count)
			i++;
		else if (*words[i] != '-')
			host = words[i];
	}
	if (!file || !host)
		return;
	snprintf(url, sizeof(url), "tftp://%s/%s", host, file);
	add_url(session, url);
}

static void find_urls(json_t *session, const char *command)
{
	static const char *const schemes[] = { "http://", "https://", "ftp://", "tftp://" };
	const char *at;

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
		for (at = command; (at = strstr(at, schemes[i])); at++)
			if (at == command || !(at[-1] >= 'a' && at[-1] <= 'z'))
				add_url(session, at);
	for (at = command; (at = strstr(at, "tftp ")); at += 5)
		if (strncmp(at + 5, "//", 2))
			add_tftp(session, at + 5);
}

static void add_login(struct facts *facts, json_t *session, json_t *telnet)
{
	json_t *logins = array_of(session, "logins");

	if (json_is_true(member(telnet, "success")))
		facts_add(session, "let_in", 1);
	if (json_array_size(logins) >= LOGINS_EACH ||
	    !facts_may_append(facts, "logins of sessions", logins, LOGINS_EACH)) {
		facts_add(session, "more_logins", 1);
		return;
	}
	json_array_append_new(logins, json_pack("{s:O?, s:O?, s:O?}", "username",
		member(telnet, "username"), "password", member(telnet, "password"), "success",
		member(telnet, "success")));
}

static void add_command(struct facts *facts, json_t *session, json_t *event, json_t *telnet)
{
	json_t *commands = array_of(session, "commands");

	find_urls(session, facts_string(telnet, "command"));
	if (json_array_size(commands) >= COMMANDS_EACH ||
	    !facts_may_append(facts, "commands of sessions", commands, COMMANDS_EACH)) {
		facts_add(session, "more_commands", 1);
		return;
	}
	json_array_append_new(commands, json_pack("{s:O?, s:O?, s:O?}", "timestamp",
		member(event, "timestamp"), "command", member(telnet, "command"),
		"output", member(telnet, "output")));
}

void facts_take_telnet(struct facts *facts, json_t *event, json_t *telnet)
{
	const char *kind = facts_string(telnet, "kind");
	json_t *session;

	if (!strcmp(kind, "login"))
		count_login(facts, event, telnet);
	else if (!strcmp(kind, "command"))
		count_typed(facts, event, telnet);
	session = facts_entry_of(facts, "sessions", (json_t *[]){
		member(member(event, "server"), "name"), member(telnet, "session"),
		member(event, "flow_id"), member(event, "dest_ip") }, 4);
	if (!session)
		return;
	facts_copy_all(session, event, (const char *const[]){ "timestamp", "src_ip", "src_port",
		       "dest_ip", "dest_port", "flow_id", NULL });
	json_object_set(session, "last", member(event, "timestamp"));
	if (!strcmp(kind, "login"))
		add_login(facts, session, telnet);
	else if (!strcmp(kind, "command"))
		add_command(facts, session, event, telnet);
	if (*facts_string(telnet, "url"))
		add_url(session, facts_string(telnet, "url"));
}

/* One case a guest address: whom it scanned for logins, and what came of each. */
static json_t *case_of(json_t *cases, const char *guest)
{
	json_t *one = member(cases, guest);

	if (!one) {
		one = json_pack("{s:s, s:[], s:i}", "src_ip", guest, "victims", "scanned", 0);
		json_object_set_new(cases, guest, one);
	}
	return one;
}

static json_t *victim_of(struct facts *facts, json_t *one, json_t *index, const char *address)
{
	json_t *victim = member(index, address);

	if (!victim) {
		if (json_array_size(member(one, "victims")) >= VICTIMS_MAX) {
			facts_add(one, "more_victims", 1);
			return NULL;
		}
		victim = json_pack("{s:s}", "address", address);
		json_object_set_new(index, address, victim);
		json_array_append(member(one, "victims"), victim);
		if (member(facts->names, address))
			json_object_set(victim, "names", member(facts->names, address));
	}
	return victim;
}

/* The hosts of one guest, found by a key in one object. */
static json_t *index_of(json_t *indexes, const char *guest)
{
	json_t *index = member(indexes, guest);

	if (!index) {
		index = json_object();
		json_object_set_new(indexes, guest, index);
	}
	return index;
}

static void add_session(json_t *victim, json_t *session)
{
	json_t *urls = member(session, "urls"), *url, *login;
	size_t i;

	facts_copy(victim, session, "timestamp");
	facts_copy(victim, session, "dest_port");
	facts_add(victim, "sessions", 1);
	facts_add(victim, "logins", json_array_size(member(session, "logins")) +
		  facts_number(session, "more_logins"));
	facts_add(victim, "commands", json_array_size(member(session, "commands")) +
		  facts_number(session, "more_commands"));
	json_array_foreach(member(session, "logins"), i, login)
		if (json_is_true(member(login, "success")))
			facts_copy_all(victim, login, (const char *const[]){ "username",
				       "password", NULL });
	json_array_foreach(urls, i, url)
		if (json_array_size(member(victim, "downloads")) < URLS_EACH)
			json_array_append(array_of(victim, "downloads"), url);
}

static bool is_login_port(int64_t port)
{
	return port == 23 || port == 2323 || port == 22 || port == 2222;
}

/* Addresses that were tried on a login port; contacts are one a destination. */
static void count_scanned(struct facts *facts, json_t *cases)
{
	json_t *contact, *one;
	const char *key;

	json_object_foreach(member(facts->lists, "contacts"), key, contact) {
		int64_t port = json_integer_value(json_array_get(member(contact, "ports"), 0));

		if (strcmp(facts_string(contact, "proto"), "TCP") || !is_login_port(port))
			continue;
		one = member(cases, facts_string(contact, "src_ip"));
		if (one)
			facts_add(one, "scanned", 1);
	}
}

void facts_finish_sessions(struct facts *facts)
{
	json_t *cases = json_object(), *indexes = json_object(), *session, *credential;
	const char *key;

	json_object_foreach(member(facts->lists, "sessions"), key, session) {
		const char *guest = facts_string(session, "src_ip");
		json_t *victim = victim_of(facts, case_of(cases, guest), index_of(indexes, guest),
					   facts_string(session, "dest_ip"));

		if (victim)
			add_session(victim, session);
	}
	json_object_foreach(member(facts->lists, "credentials"), key, credential) {
		const char *guest = facts_string(credential, "src_ip");
		json_t *victim = member(member(indexes, guest), facts_string(credential, "address"));

		if (!victim && *guest)
			victim = victim_of(facts, case_of(cases, guest), index_of(indexes, guest),
					   facts_string(credential, "address"));
		if (!victim)
			continue;
		json_object_set_new(victim, "reported", json_pack("{s:O?, s:O?, s:O?, s:O?, s:O?}",
			"dest_ip", member(credential, "dest_ip"),
			"dest_port", member(credential, "dest_port"),
			"username", member(credential, "username"),
			"password", member(credential, "password"),
			"timestamp", member(credential, "timestamp")));
	}
	count_scanned(facts, cases);
	json_object_set_new(facts->lists, "cases", cases);
	json_decref(indexes);
}
