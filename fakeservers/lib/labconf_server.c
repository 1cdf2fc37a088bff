// SPDX-License-Identifier: GPL-2.0-only
/* A server's section: the words that all types know, and which type knows which word. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labconf_read.h"
#include "labconf_type.h"

#define DNS	(1U << LABCONF_DNS)
#define HTTP	(1U << LABCONF_HTTP)
#define TELNET	(1U << LABCONF_TELNET)
#define CNC	(1U << LABCONF_CNC)
#define REPORT	(1U << LABCONF_REPORT)
#define SINK	(1U << LABCONF_SINK)
#define EXEC	(1U << LABCONF_EXEC)
#define SMTP	(1U << LABCONF_SMTP)
#define POP3	(1U << LABCONF_POP3)
#define FTP	(1U << LABCONF_FTP)
#define TFTP	(1U << LABCONF_TFTP)
#define IRC	(1U << LABCONF_IRC)
#define DHCP	(1U << LABCONF_DHCP)
#define ALL	((1U << LABCONF_TYPES) - 1)

static const struct {
	const char	*word;
	uint16_t	port;		/* default; 0: the type listens by itself */
	const char	*program;	/* fake…; NULL: of the type's name */
} types[LABCONF_TYPES] = {
	[LABCONF_DNS]		= { "dns", 53, NULL },
	[LABCONF_HTTP]		= { "http", 80, NULL },
	[LABCONF_TELNET]	= { "telnet", 23, "service" },
	[LABCONF_CNC]		= { "cnc", 23, "service" },
	[LABCONF_REPORT]	= { "report", 48101, "service" },
	[LABCONF_SINK]		= { "sink", 9, NULL },
	[LABCONF_EXEC]		= { "exec", 0, NULL },
	[LABCONF_SMTP]		= { "smtp", 25, "service" },
	[LABCONF_POP3]		= { "pop3", 110, "service" },
	[LABCONF_FTP]		= { "ftp", 21, "service" },
	[LABCONF_TFTP]		= { "tftp", 69, "service" },
	[LABCONF_IRC]		= { "irc", 6667, "service" },
	[LABCONF_NTP]		= { "ntp", 123, "service" },
	[LABCONF_SYSLOG]	= { "syslog", 514, "service" },
	[LABCONF_IDENT]		= { "ident", 113, "service" },
	[LABCONF_FINGER]	= { "finger", 79, "service" },
	[LABCONF_ECHO]		= { "echo", 7, "service" },
	[LABCONF_DISCARD]	= { "discard", 9, "service" },
	[LABCONF_DAYTIME]	= { "daytime", 13, "service" },
	[LABCONF_TIME]		= { "time", 37, "service" },
	[LABCONF_CHARGEN]	= { "chargen", 19, "service" },
	[LABCONF_DHCP]		= { "dhcp", 67, NULL },
};

static bool set_type(struct labconf_reader *reader, void *object,
		     const struct labconf_entry *entry)
{
	return true;	/* set_kind() took it, before all others */
}

/* An address that a host can have, and that is not the gateway in every namespace. */
static bool set_address(struct labconf_reader *reader, void *object,
			const struct labconf_entry *entry)
{
	struct labconf_server *server = object;
	uint32_t address;

	if (!labconf_address(reader, entry, &server->address))
		return false;
	server->address_line = entry->line;
	address = ntohl(server->address.s_addr);
	if (address >> 24 == 0 || address >> 24 == 127 || address >> 28 >= 0xe ||
	    address >> 16 == 0xa9fe)
		return labconf_expected(reader, entry,
					"a host's address, not of 0/8, 127/8, 169.254/16 or 224/3");
	return true;
}

static bool set_address6(struct labconf_reader *reader, void *object,
			 const struct labconf_entry *entry)
{
	struct labconf_server *server = object;
	const struct in6_addr *address = &server->address6;

	if (!labconf_address6(reader, entry, &server->address6))
		return false;
	server->address6_line = entry->line;
	if (IN6_IS_ADDR_UNSPECIFIED(address) || IN6_IS_ADDR_LOOPBACK(address) ||
	    IN6_IS_ADDR_V4COMPAT(address) || IN6_IS_ADDR_MULTICAST(address) ||
	    IN6_IS_ADDR_LINKLOCAL(address))
		return labconf_expected(reader, entry,
					"a host's address, not of ::/96, fe80::/10 or ff00::/8");
	return true;
}

/* fd53:4200:: with the IPv4 address at its end */
static void default_address6(struct labconf_server *server)
{
	server->address6 = (struct in6_addr){ .s6_addr = { 0xfd, 0x53, 0x42 } };
	memcpy(&server->address6.s6_addr[12], &server->address, sizeof(server->address));
	server->address6_line = server->address_line;
}

static bool set_port(struct labconf_reader *reader, void *object,
		     const struct labconf_entry *entry)
{
	struct labconf_server *server = object;
	uint64_t port;

	if (!labconf_number(reader, entry, 1, 65535, &port))
		return false;
	server->port = port;
	server->port_given = true;
	return true;
}

const struct labconf_word labconf_server_words[] = {
	{ "type",		ALL,		false,	set_type },
	{ "address",		ALL,		false,	set_address },
	{ "address6",		ALL,		false,	set_address6 },
	{ "port",		ALL & ~(EXEC | DHCP), false, set_port },
	{ "answer",		DNS,		false,	labconf_dns_answer },
	{ "pool",		DNS,		false,	labconf_dns_pool },
	{ "answer6",		DNS,		false,	labconf_dns_answer6 },
	{ "pool6",		DNS,		false,	labconf_dns_pool6 },
	{ "nxdomain",		DNS,		true,	labconf_dns_nxdomain },
	{ "nxdomain-first",	DNS,		false,	labconf_dns_nxdomain_first },
	{ "make-up",		DNS,		false,	labconf_dns_make_up },
	{ "ttl",		DNS,		false,	labconf_dns_ttl },
	{ "body",		HTTP,		false,	labconf_http_body },
	{ "body-file",		HTTP,		false,	labconf_http_body_file },
	{ "files",		HTTP | POP3 | FTP | TFTP, false, labconf_files },
	{ "status",		HTTP,		false,	labconf_http_status },
	{ "content-type",	HTTP,		false,	labconf_http_content_type },
	{ "connectivity",	HTTP,		false,	labconf_http_connectivity },
	{ "tls",		HTTP,		false,	labconf_http_tls },
	{ "tls-port",		HTTP | SMTP | POP3 | IRC, false,	labconf_tls_port },
	{ "banner",		TELNET | SMTP | POP3 | FTP | IRC, false, labconf_banner },
	{ "login-prompt",	TELNET,		false,	labconf_telnet_login_prompt },
	{ "password-prompt",	TELNET,		false,	labconf_telnet_password_prompt },
	{ "shell-prompt",	TELNET,		false,	labconf_telnet_shell_prompt },
	{ "hostname",		TELNET | CNC | SMTP | POP3 | FTP | IRC, false, labconf_hostname },
	{ "accept",		TELNET | SMTP | POP3 | FTP, true, labconf_accept },
	{ "accept-attempt",	TELNET | SMTP | POP3 | FTP, false, labconf_accept_attempt },
	{ "passive-ports",	FTP,		false,	labconf_passive_ports },
	{ "machine",		TELNET,		false,	labconf_telnet_machine },
	{ "family",		CNC,		false,	labconf_cnc_family },
	{ "channel",		CNC,		false,	labconf_cnc_channel },
	{ "channel-key",	CNC,		false,	labconf_cnc_channel_key },
	{ "keep-bytes",		SINK,		false,	labconf_sink_keep_bytes },
	{ "recognise",		SINK,		false,	labconf_sink_recognise },
	{ "banner-after",	SINK,		false,	labconf_sink_banner_after },
	{ "first-bytes",	SINK,		true,	labconf_sink_first_bytes },
	{ "network",		DHCP,		false,	labconf_dhcp_network },
	{ "range",		DHCP,		false,	labconf_dhcp_range },
	{ "gateway",		DHCP,		false,	labconf_dhcp_gateway },
	{ "resolver",		DHCP,		false,	labconf_dhcp_resolver },
	{ "lease",		DHCP,		false,	labconf_dhcp_lease },
	{ "program",		EXEC,		true,	labconf_exec_program },
	{ "user",		EXEC,		false,	labconf_exec_user },
	{ "ready-port",		EXEC,		false,	labconf_exec_ready_port },
	{ }
};

static void list_words(enum labconf_type kind, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (const struct labconf_word *word = labconf_server_words; word->name; word++)
		if (word->types & 1U << kind && used < size)
			used += snprintf(text + used, size - used, "%s%s", used ? ", " : "",
					 word->name);
	if (used < size && kind == LABCONF_DNS)
		snprintf(text + used, size - used, ", record");
	if (used < size && kind == LABCONF_HTTP)
		snprintf(text + used, size - used, ", answer-path");
	if (used < size && kind == LABCONF_TELNET)
		snprintf(text + used, size - used, ", file");
	if (used < size && kind == LABCONF_CNC)
		snprintf(text + used, size - used, ", command");
}

/* "dns", "http", … or "exec": cut where there is no more room */
static const char *list_types(char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (int kind = 0; kind < LABCONF_TYPES && used < size; kind++)
		used += snprintf(text + used, size - used, "%s\"%s\"",
				 !kind ? "" : kind + 1 < LABCONF_TYPES ? ", " : " or ",
				 types[kind].word);
	return text;
}

static bool set_kind(struct labconf_reader *reader, const struct labconf_section *section,
		     struct labconf_server *server)
{
	const struct labconf_entry *type = NULL;
	char words[512];

	for (size_t i = 0; i < section->count && !type; i++)
		if (!strcmp(section->entries[i].word, "type"))
			type = &section->entries[i];
	if (!type)
		return labconf_fail(reader, server->line,
				    "server \"%s\" has no type, expected type = %s",
				    server->name, list_types(words, sizeof(words)));
	for (int kind = 0; kind < LABCONF_TYPES; kind++) {
		if (strcmp(types[kind].word, type->value))
			continue;
		server->kind = kind;
		server->type = types[kind].word;
		server->port = types[kind].port;
		if (kind != LABCONF_EXEC && kind != LABCONF_DHCP)
			server->program = types[kind].program ? types[kind].program :
					  types[kind].word;
		return true;
	}
	return labconf_expected(reader, type, "%s", list_types(words, sizeof(words)));
}

static bool check_words(struct labconf_reader *reader, const struct labconf_section *section,
			const struct labconf_server *server)
{
	char words[512];

	for (size_t i = 0; i < section->count; i++) {
		const struct labconf_word *word = labconf_server_words;

		while (strcmp(word->name, section->entries[i].word))
			word++;
		if (word->types & 1U << server->kind)
			continue;
		list_words(server->kind, words, sizeof(words));
		return labconf_fail(reader, section->entries[i].line,
				    "\"%s\" in a server of type %s, expected one of %s",
				    word->name, server->type, words);
	}
	return true;
}

static bool check_name(struct labconf_reader *reader, const struct labconf_server *server)
{
	const char *name = server->name;
	size_t len = strlen(name);
	char quoted[LABCONF_QUOTE];

	if (len && len < SINKBRIDGE_NAME_LEN && *name >= 'a' && *name <= 'z' &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == len)
		return true;
	return labconf_fail(reader, server->line,
			    "server %s, expected a name of 1 to 15 of a-z, 0-9, _ and -, first a letter",
			    labconf_quote(name, quoted));
}

bool labconf_server_set(struct labconf_reader *reader, cfg_t *cfg, struct labconf_server *server)
{
	const struct labconf_section *section = labconf_section(reader, cfg);

	server->line = cfg->line;
	server->name = strdup(cfg_title(cfg));
	if (!server->name)
		return labconf_no_memory(reader);
	if (!check_name(reader, server) || !set_kind(reader, section, server) ||
	    !check_words(reader, section, server) || !labconf_type_defaults(reader, server) ||
	    !labconf_section_set(reader, cfg, labconf_server_words, server))
		return false;
	if (!server->address_line)
		return labconf_fail(reader, server->line,
				    "server \"%s\" has no address, expected address = \"A.B.C.D\"",
				    server->name);
	if (!server->address6_line)
		default_address6(server);
	if (server->kind == LABCONF_DHCP)
		labconf_dhcp_complete(server);
	return labconf_type_sections(reader, cfg, server) && labconf_type_check(reader, server);
}
