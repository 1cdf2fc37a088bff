// SPDX-License-Identifier: GPL-2.0-only
/* What clients of protocols over TCP say first. */
#include <stdbool.h>
#include <string.h>

#include "recognise.h"

#define ANY	RECOGNISE_ANY

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* A ClientHello in a handshake record, of any version. */
RECOGNISE_BYTES(is_tls, 0x16, 0x03, ANY, ANY, ANY, 0x01)
RECOGNISE_BYTES(is_bittorrent, 0x13, 'B', 'i', 't', 'T', 'o', 'r', 'r', 'e', 'n', 't')
RECOGNISE_BYTES(is_smb1, 0x00, ANY, ANY, ANY, 0xff, 'S', 'M', 'B')
RECOGNISE_BYTES(is_smb2, 0x00, ANY, ANY, ANY, 0xfe, 'S', 'M', 'B')
RECOGNISE_BYTES(is_netbios, 0x81, 0x00, 0x00, 0x44)
/* TPKT, and in it the connection request of X.224 */
RECOGNISE_BYTES(is_rdp, 0x03, 0x00, 0x00, ANY, ANY, 0xe0)
RECOGNISE_BYTES(is_postgresql_tls, 0x00, 0x00, 0x00, 0x08, 0x04, 0xd2, 0x16, 0x2f)
RECOGNISE_BYTES(is_postgresql, 0x00, 0x00, ANY, ANY, 0x00, 0x03, 0x00, 0x00)
RECOGNISE_BYTES(is_mssql, 0x12, 0x01, 0x00, ANY, 0x00, 0x00)
RECOGNISE_BYTES(is_dcerpc, 0x05, 0x00, 0x0b, 0x03, 0x10, 0x00, 0x00, 0x00)
RECOGNISE_BYTES(is_x11, 'l', 0x00, 0x0b, 0x00)
RECOGNISE_BYTES(is_amqp, 'A', 'M', 'Q', 'P', 0x00)
RECOGNISE_BYTES(is_adb, 'C', 'N', 'X', 'N', ANY, ANY, ANY, 0x01)
RECOGNISE_BYTES(is_java_rmi, 'J', 'R', 'M', 'I', 0x00)
RECOGNISE_BYTES(is_mongodb, ANY, ANY, 0x00, 0x00, ANY, ANY, ANY, ANY, 0x00, 0x00, 0x00, 0x00, 0xd4, 0x07)

RECOGNISE_TEXTS(is_http, "GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "CONNECT ", "PATCH ", "TRACE ",
      "PROPFIND ", "OPTIONS /", "OPTIONS *", "OPTIONS http", "PRI * HTTP/2", "MKCOL ", "COPY /",
      "MOVE /", "REPORT /", "SEARCH /", "UNLOCK /", "LOCK /")
RECOGNISE_TEXTS(is_rtsp, "OPTIONS rtsp:", "DESCRIBE rtsp:", "SETUP rtsp:", "PLAY rtsp:")
RECOGNISE_TEXTS(is_sip, "OPTIONS sip", "REGISTER sip", "INVITE sip", "SUBSCRIBE sip", "MESSAGE sip")
RECOGNISE_TEXTS(is_ssh, "SSH-")
RECOGNISE_TEXTS(is_vnc, "RFB 0")
RECOGNISE_TEXTS(is_smtp, "EHLO", "HELO", "LHLO", "MAIL FROM:")
RECOGNISE_TEXTS(is_ftp, "USER anonymous", "AUTH TLS", "AUTH SSL", "FEAT\r", "SYST\r", "OPTS UTF8")
RECOGNISE_TEXTS(is_pop3, "CAPA\r", "APOP ", "AUTH\r")
RECOGNISE_TEXTS(is_login_of_port, "USER ", "PASS ", "QUIT\r", "NOOP\r")
RECOGNISE_TEXTS(is_nntp, "MODE READER", "ARTICLE ", "NEWGROUPS ", "CAPABILITIES\r")
RECOGNISE_TEXTS(is_redis, "*1\r\n$", "*2\r\n$", "*3\r\n$", "*4\r\n$", "*5\r\n$", "*6\r\n$", "CONFIG SET",
      "CONFIG GET", "SLAVEOF ", "FLUSHALL", "INFO\r\n")
RECOGNISE_TEXTS(is_memcached, "stats\r\n", "gets ", "set ")
RECOGNISE_TEXTS(is_jdwp, "JDWP-Handshake")
RECOGNISE_TEXTS(is_rsync, "@RSYNCD:")
RECOGNISE_TEXTS(is_xmpp, "<stream:stream", "<?xml version='1.0'?><stream")
RECOGNISE_TEXTS(is_zabbix, "ZBXD")
RECOGNISE_TEXTS(is_zookeeper, "ruok", "srvr", "conf\n")
RECOGNISE_TEXTS(is_proxied, "PROXY TCP")

/* Options only; a client of this kind speaks before it hears. */
static enum recognise_status is_telnet(const uint8_t *bytes, size_t len)
{
	if (bytes[0] != 0xff)
		return RECOGNISE_NO;
	if (len < 3)
		return len < 2 || bytes[1] >= 0xfa ? RECOGNISE_MORE : RECOGNISE_NO;
	return bytes[1] >= 0xfa && bytes[1] != 0xff ? RECOGNISE_YES : RECOGNISE_NO;
}

/*
 * The registration of Mirai: version 1 in four bytes, then a length and so many
 * bytes of an id, which may come late.
 */
static enum recognise_status is_mirai(const uint8_t *bytes, size_t len)
{
	static const uint16_t version[] = { 0x00, 0x00, 0x00, 0x01 };
	enum recognise_status status = recognise_bytes(bytes, len, version, COUNT(version));

	if (status != RECOGNISE_YES || len == 4)
		return status;
	if (bytes[4] > 32)
		return RECOGNISE_NO;
	for (size_t i = 5; i < len && i < 5U + bytes[4]; i++)
		if (bytes[i] < 0x20 || bytes[i] >= 0x7f)
			return RECOGNISE_NO;
	return RECOGNISE_YES;
}

/* A Gafgyt bot says for which machine it was built. */
RECOGNISE_TEXTS(is_gafgyt, "BUILD ")

/* NICK, CAP, or a USER with four parameters: with fewer it is FTP's or POP3's. */
static enum recognise_status is_irc(const uint8_t *bytes, size_t len)
{
	static const char *const first[] = { "NICK ", "CAP LS", "CAP REQ", "JOIN #", NULL };
	enum recognise_status status = recognise_one_of(bytes, len, first);
	unsigned int spaces = 0;
	const uint8_t *nick;

	if (status != RECOGNISE_NO)
		return status;
	if (recognise_text(bytes, len, "PASS ") == RECOGNISE_YES) {
		nick = memmem(bytes, len, "\nNICK ", 6);
		return nick ? RECOGNISE_YES : RECOGNISE_MORE;
	}
	status = recognise_text(bytes, len, "USER ");
	if (status != RECOGNISE_YES)
		return status;
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n')
			return RECOGNISE_NO;
		spaces += bytes[i] == ' ';
		if (spaces >= 4)
			return RECOGNISE_YES;
	}
	return RECOGNISE_MORE;
}

static enum recognise_status is_socks5(const uint8_t *bytes, size_t len)
{
	if (bytes[0] != 5)
		return RECOGNISE_NO;
	if (len < 2)
		return RECOGNISE_MORE;
	if (!bytes[1] || bytes[1] > 9 || len > 2U + bytes[1])
		return RECOGNISE_NO;
	return len == 2U + bytes[1] ? RECOGNISE_YES : RECOGNISE_MORE;
}

/* Version, CONNECT or BIND, port, address, a name that ends with 0 */
static enum recognise_status is_socks4(const uint8_t *bytes, size_t len)
{
	if (bytes[0] != 4 || (len > 1 && bytes[1] != 1 && bytes[1] != 2))
		return RECOGNISE_NO;
	if (len < 9)
		return RECOGNISE_MORE;
	return memchr(bytes + 8, 0, len - 8) ? RECOGNISE_YES : RECOGNISE_MORE;
}

/* CONNECT: type, length, and the protocol's name behind its own length */
static enum recognise_status is_mqtt(const uint8_t *bytes, size_t len)
{
	static const uint16_t new_name[] = { 0x00, 0x04, 'M', 'Q', 'T', 'T' };
	static const uint16_t old_name[] = { 0x00, 0x06, 'M', 'Q', 'I', 's', 'd', 'p' };
	enum recognise_status a, b;
	size_t at = 1;

	if (bytes[0] != 0x10)
		return RECOGNISE_NO;
	while (at < len && at < 4 && bytes[at] & 0x80)
		at++;
	if (++at >= len)
		return RECOGNISE_MORE;
	a = recognise_bytes(bytes + at, len - at, new_name, COUNT(new_name));
	b = recognise_bytes(bytes + at, len - at, old_name, COUNT(old_name));
	return a > b ? a : b;
}

/* A bind request in BER: a sequence, a message id, [APPLICATION 0] */
static enum recognise_status is_ldap(const uint8_t *bytes, size_t len)
{
	size_t at = 2;

	if (bytes[0] != 0x30)
		return RECOGNISE_NO;
	if (len > 1 && bytes[1] & 0x80)
		at += bytes[1] & 0x7f;
	if (at > 6)
		return RECOGNISE_NO;
	if (len < at + 4)
		return RECOGNISE_MORE;
	if (bytes[at] != 2 || bytes[at + 1] != 1)
		return RECOGNISE_NO;
	return bytes[at + 3] == 0x60 || bytes[at + 3] == 0x63 ? RECOGNISE_YES : RECOGNISE_NO;
}

/* Miners: JSON that asks for work or logs in */
static enum recognise_status is_stratum(const uint8_t *bytes, size_t len)
{
	if (bytes[0] != '{')
		return RECOGNISE_NO;
	if (memmem(bytes, len, "\"mining.", 8) || memmem(bytes, len, "\"eth_submitLogin\"", 17) ||
	    (memmem(bytes, len, "\"method\"", 8) && memmem(bytes, len, "\"login\"", 7)))
		return RECOGNISE_YES;
	return memchr(bytes, '\n', len) ? RECOGNISE_NO : RECOGNISE_MORE;
}

static bool is_alphanumeric(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* A tag, then a command that is allowed before the login */
static enum recognise_status is_imap(const uint8_t *bytes, size_t len)
{
	static const char *const commands[] = { "CAPABILITY\r", "LOGIN ", "AUTHENTICATE ",
						"STARTTLS\r", "ID (", NULL };
	size_t tag = 0;

	while (tag < len && tag < 12 && is_alphanumeric(bytes[tag]))
		tag++;
	if (!tag || tag == 12)
		return RECOGNISE_NO;
	if (tag == len)
		return RECOGNISE_MORE;
	if (bytes[tag] != ' ')
		return RECOGNISE_NO;
	return tag + 1 == len ? RECOGNISE_MORE :
	       recognise_one_of(bytes + tag + 1, len - tag - 1, commands);
}

/* Length, id, a query of one question */
static enum recognise_status is_dns(const uint8_t *bytes, size_t len)
{
	static const uint16_t pattern[] = { ANY, ANY, ANY, ANY, ANY, ANY, 0x00, 0x01, 0x00, 0x00,
					    0x00, 0x00, 0x00, ANY };
	enum recognise_status status = recognise_bytes(bytes, len, pattern, COUNT(pattern));

	if (len > 4 && (bytes[4] & 0xf8 || bytes[0] > 0x02))
		return RECOGNISE_NO;
	return status;
}

const struct recognise_rule recognise_tcp_rules[] = {
	{ "tls",	is_tls,			{} },
	{ "http",	is_http,		{} },
	{ "rtsp",	is_rtsp,		{} },
	{ "sip",	is_sip,			{} },
	{ "ssh",	is_ssh,			{} },
	{ "mirai",	is_mirai,		{} },
	{ "gafgyt",	is_gafgyt,		{} },
	{ "irc",	is_irc,			{} },
	{ "telnet",	is_telnet,		{} },
	{ "smb",	is_smb1,		{} },
	{ "smb",	is_smb2,		{} },
	{ "netbios",	is_netbios,		{} },
	{ "rdp",	is_rdp,			{} },
	{ "bittorrent",	is_bittorrent,		{} },
	{ "smtp",	is_smtp,		{} },
	{ "pop3",	is_pop3,		{} },
	{ "ftp",	is_ftp,			{} },
	{ "pop3",	is_login_of_port,	{ 110, 995 } },
	{ "smtp",	is_login_of_port,	{ 25, 587, 465 } },
	{ "ftp",	is_login_of_port,	{} },
	{ "imap",	is_imap,		{} },
	{ "nntp",	is_nntp,		{} },
	{ "mqtt",	is_mqtt,		{} },
	{ "socks",	is_socks5,		{} },
	{ "socks",	is_socks4,		{} },
	{ "vnc",	is_vnc,			{} },
	{ "redis",	is_redis,		{} },
	{ "stratum",	is_stratum,		{} },
	{ "memcached",	is_memcached,		{} },
	{ "postgresql",	is_postgresql_tls,	{} },
	{ "postgresql",	is_postgresql,		{} },
	{ "mssql",	is_mssql,		{} },
	{ "mongodb",	is_mongodb,		{} },
	{ "ldap",	is_ldap,		{} },
	{ "dcerpc",	is_dcerpc,		{} },
	{ "adb",	is_adb,			{} },
	{ "amqp",	is_amqp,		{} },
	{ "java-rmi",	is_java_rmi,		{} },
	{ "jdwp",	is_jdwp,		{} },
	{ "rsync",	is_rsync,		{} },
	{ "xmpp",	is_xmpp,		{} },
	{ "zabbix",	is_zabbix,		{} },
	{ "zookeeper",	is_zookeeper,		{} },
	{ "x11",	is_x11,			{} },
	{ "proxy",	is_proxied,	{} },
	{ "dns",	is_dns,			{} },
	{ }
};
