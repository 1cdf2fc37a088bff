// SPDX-License-Identifier: GPL-2.0-only
/* Who takes what. */
#include "taker.h"

#include <string.h>

/* Families of C&C servers and what their bots speak. */
static const struct {
	const char *protocol, *family;
} families[] = {
	{ "mirai", "mirai" },
	{ "irc", "tsunami" },
	{ "dht", "mozi" },
};

static bool is_cnc_for(const struct labconf_server *server, const char *protocol)
{
	if (server->kind != LABCONF_CNC)
		return false;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (!strcmp(families[i].protocol, protocol))
			return !strcmp(families[i].family, server->cnc.family);
	return false;
}

/* One that passes on or swallows everything is no taker. */
static bool is_of_type(const struct labconf_server *server, const char *protocol)
{
	if (server->kind == LABCONF_EXEC || server->kind == LABCONF_SINK ||
	    server->kind == LABCONF_CNC)
		return false;
	if (!strcmp(protocol, "tls"))
		return server->kind == LABCONF_HTTP && server->http.tls;
	return !strcmp(server->type, protocol);
}

const char *taker_find(const struct labconf *conf, const char *protocol)
{
	for (size_t i = 0; i < conf->server_count; i++)
		if (is_cnc_for(&conf->servers[i], protocol))
			return conf->servers[i].name;
	for (size_t i = 0; i < conf->server_count; i++)
		if (is_of_type(&conf->servers[i], protocol))
			return conf->servers[i].name;
	return NULL;
}

static const struct {
	uint16_t port;
	const char *protocol;
} ports[] = {
	{ 21, "ftp" }, { 22, "ssh" }, { 23, "telnet" }, { 25, "smtp" }, { 110, "pop3" },
	{ 119, "nntp" }, { 143, "imap" }, { 222, "ssh" }, { 465, "smtp" }, { 587, "smtp" },
	{ 873, "rsync" }, { 2121, "ftp" }, { 2222, "ssh" }, { 2323, "telnet" }, { 2525, "smtp" },
	{ 3306, "mysql" }, { 5900, "vnc" }, { 5901, "vnc" }, { 9527, "telnet" },
	{ 23231, "telnet" }, { 22222, "ssh" },
};

const char *taker_protocol_of_port(uint16_t port)
{
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		if (ports[i].port == port)
			return ports[i].protocol;
	return NULL;
}

#define BANNER(protocol, text)	{ protocol, text, sizeof(text) - 1 }

static const struct {
	const char *protocol, *text;
	size_t len;
} banners[] = {
	BANNER("ftp", "220 (vsFTPd 3.0.3)\r\n"),
	BANNER("ssh", "SSH-2.0-OpenSSH_7.4\r\n"),
	BANNER("telnet", "\r\nlogin: "),
	BANNER("smtp", "220 mail ESMTP Postfix\r\n"),
	BANNER("pop3", "+OK Dovecot ready.\r\n"),
	BANNER("nntp", "200 news ready\r\n"),
	BANNER("imap", "* OK [CAPABILITY IMAP4rev1 LOGIN-REFERRALS ID ENABLE] Dovecot ready.\r\n"),
	BANNER("rsync", "@RSYNCD: 31.0\n"),
	BANNER("vnc", "RFB 003.008\n"),
	/* length and number, version of protocol and server, thread, salt, capabilities */
	BANNER("mysql", "\x4a\x00\x00\x00\x0a" "5.5.62\x00" "\x2a\x00\x00\x00" "%7!}qE0*\x00"
	       "\xff\xf7\x08\x02\x00\x0f\x80\x15" "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	       "s4l8mKz9Qw2x\x00" "mysql_native_password\x00"),
};

size_t taker_banner(const char *protocol, const uint8_t **bytes)
{
	for (size_t i = 0; i < sizeof(banners) / sizeof(banners[0]); i++) {
		if (strcmp(banners[i].protocol, protocol))
			continue;
		*bytes = (const uint8_t *)banners[i].text;
		return banners[i].len;
	}
	return 0;
}
