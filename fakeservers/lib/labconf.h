/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * labconf: lab.conf, read once and checked as far as it can be checked without
 * touching the system.  sinkctl and every server read it by this parser.
 *
 * Everything is filled in: what the file does not say has its default.  Strings
 * are never NULL unless it says so, hold no NUL, and belong to the labconf.
 * Paths are absolute or relative to the working directory (the file says them
 * relative to itself).  Documentation/man/lab.conf.5 tells what each word means.
 */
#ifndef FAKESERVERS_LABCONF_H
#define FAKESERVERS_LABCONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/sinkbridge.h>

#include "addr.h"

#define LABCONF_MAX_SERVERS	SINKBRIDGE_MAX_SERVERS
#define LABCONF_MAX_RECORDS	8192	/* of one dns server */
#define LABCONF_MAX_DEVICE_FILES 64	/* of one telnet server */
#define LABCONF_MAX_PATH	128
#define LABCONF_MAX_COMMANDS	1024	/* of one cnc server */
#define LABCONF_MAX_BODY	(64U << 20)
#define LABCONF_MAX_ANSWERS	1024	/* of one http server */
#define LABCONF_MAX_PATTERNS	1024	/* nxdomain, first-bytes, data of a record */
#define LABCONF_MAX_KEEP	65536	/* keep-bytes of a sink */

enum labconf_type {
	LABCONF_DNS,
	LABCONF_HTTP,
	LABCONF_TELNET,
	LABCONF_CNC,
	LABCONF_REPORT,
	LABCONF_SINK,
	LABCONF_EXEC,
	LABCONF_SMTP,
	LABCONF_POP3,
	LABCONF_FTP,
	LABCONF_TFTP,
	LABCONF_IRC,
	LABCONF_NTP,
	LABCONF_SYSLOG,
	LABCONF_IDENT,
	LABCONF_FINGER,
	LABCONF_ECHO,
	LABCONF_DISCARD,
	LABCONF_DAYTIME,
	LABCONF_TIME,
	LABCONF_CHARGEN,
	LABCONF_DHCP,
	LABCONF_TYPES
};

/* A string that the file gave, and where: for errors found later. */
struct labconf_text {
	char		*text;
	unsigned int	line;
};

/* Something of it is given. */
struct labconf_record {
	char			*name;		/* without a final dot, may begin with "*."; each once */
	bool			has_address, has_address6;
	struct in_addr		address;
	struct in6_addr		address6;
	struct labconf_text	*data;		/* "MX 10 mail.test." */
	size_t			data_count;
	char			*rcode;		/* NULL: as it comes */
	unsigned int		line;
};

/* A record wins over the pool, the pool over the answer. */
struct labconf_dns {
	struct labconf_record	*records;
	size_t			record_count;
	bool			has_answer, has_answer6;
	struct in_addr		answer;
	struct in6_addr		answer6;
	bool			has_pool, has_pool6;
	bool			pool_public;	/* scattered over what looks public */
	struct in_addr		pool;		/* host bits are zero */
	unsigned int		pool_len;	/* 8 to 30 */
	struct in6_addr		pool6;
	unsigned int		pool6_len;	/* 16 to 112 */
	struct labconf_text	*nxdomain;	/* patterns of names that do not exist */
	size_t			nxdomain_count;
	uint32_t		nxdomain_first;	/* so many names at first, neither */
	bool			make_up;	/* MX, NS, SOA and PTR of every name; default true */
	uint32_t		ttl;		/* seconds; default 60 */
};

/* What a path is answered with. */
struct labconf_answer {
	char		*pattern;	/* of HOST/PATH, or of the last part of a path */
	uint8_t		*body;
	size_t		body_len;
	int		status;		/* 200 to 599; default 200, with a location 302 */
	char		*content_type;	/* NULL: by the path's extension, or the server's */
	char		*location;	/* NULL: none */
	unsigned int	line;
};

struct labconf_http {
	uint8_t		*body;		/* body, or the bytes of body-file; NULL only with files */
	size_t		body_len;
	char		*files;		/* a folder; NULL: none */
	int		status;		/* 200 to 599; default 200 */
	char		*content_type;	/* default "text/html" */
	struct labconf_answer	*answers;	/* the first that fits wins over all else */
	size_t		answer_count;
	bool		connectivity;	/* answers what systems ask to see if they are on line */
	bool		tls;		/* default true */
	uint16_t	tls_port;	/* default 443; 0: only where a client begins with TLS */
};

/* A login that succeeds.  NULL: any. */
struct labconf_login {
	char		*user;
	char		*password;
};

/* Which logins a server accepts: telnet none, others any, if the file says nothing. */
struct labconf_logins {
	struct labconf_login	*accept;
	size_t			accept_count;
	unsigned int		accept_attempt;	/* the n-th of a connection succeeds; 0: off */
	bool			any;
};

struct labconf_file {
	char		*path;		/* absolute, on the device */
	uint8_t		*content;
	size_t		len;
};

struct labconf_telnet {
	char			*banner;		/* sent first; default "" */
	char			*login_prompt;		/* default "login: " */
	char			*password_prompt;	/* default "Password: " */
	char			*shell_prompt;		/* default "# " */
	char			*hostname;		/* default "device" */
	char			*machine;		/* NULL: "mips" */
	struct labconf_file	*files;			/* of the device */
	size_t			file_count;
};

/* What the everyday services know; each only some of it. */
struct labconf_service {
	char		*banner;	/* of the greeting; NULL: the service's own */
	char		*hostname;	/* default "server" */
	char		*files;		/* a folder to serve; NULL: none */
	uint16_t	passive_first;	/* ports of ftp's data connections; default 30000 */
	uint16_t	passive_last;	/* default 30015 */
	uint16_t	tls_port;	/* of smtp, pop3, irc; 0: no TLS */
};

struct labconf_target {
	struct in_addr	address;
	uint8_t		prefix;		/* 0 to 32 */
};

struct labconf_option {
	char		*key;		/* "sport", or a number as text */
	char		*value;		/* 0 to 255 bytes */
	unsigned int	line;
};

struct labconf_command {
	double			after;		/* seconds after what it waits for */
	unsigned int		keepalive;	/* not before the n-th; 0: at once */
	char			*bot;		/* a pattern of its id; NULL: any */
	char			*message;	/* of IRC families; NULL: none */
	char			*to;		/* channel or nick; NULL: the channel */
	struct labconf_text	vector;		/* "udp", or a number as text */
	uint32_t		duration;	/* seconds */
	struct labconf_target	*targets;	/* 1 to 255 */
	size_t			target_count;
	struct labconf_option	*options;	/* 0 to 255 */
	size_t			option_count;
	unsigned int		line;
};

struct labconf_cnc {
	char			*family;	/* "mirai", "tsunami", "mozi" */
	char			*channel;	/* where bots are to meet; NULL: any */
	char			*channel_key;	/* NULL: none */
	struct labconf_command	*commands;	/* in order, to each bot that registers */
	size_t			command_count;
};

struct labconf_sink {
	size_t		keep_bytes;	/* of each conversation; default 256 */
	bool		recognise;	/* the protocol, and hand it over; default true */
	double		banner_after;	/* seconds that a client waits silently; 0: never */
	struct labconf_text	*first_bytes;	/* labconf_first.h knows what they mean */
	size_t		first_bytes_count;
};

struct labconf_exec {
	char		**argv;		/* argv[0] is an absolute path */
	size_t		argc;
	char		*user;		/* NULL: as it is started, as root */
	uint16_t	ready_port;	/* ready when this TCP port accepts; 0: at once */
};

/* All of it is filled in. */
struct labconf_dhcp {
	struct in_addr	network;	/* host bits are zero */
	unsigned int	network_len;
	struct in_addr	first, last;	/* of the addresses for guests */
	struct in_addr	gateway;
	struct in_addr	resolver;
	uint32_t	lease;		/* seconds */
	unsigned int	line;		/* of the last word that the others have to go with */
};

struct labconf_server {
	char			*name;
	enum labconf_type	kind;
	const char		*type;		/* the same as a word: "dns" */
	struct in_addr		address;	/* each once */
	struct in6_addr		address6;	/* each once */
	uint16_t		port;		/* host byte order; 0 only for exec */
	bool			port_given;
	unsigned int		line;		/* where its section ends */
	unsigned int		address_line;
	unsigned int		address6_line;	/* address_line if it has its default */
	const char		*program;	/* fakePROGRAM serves it; NULL for exec and dhcp */
	struct labconf_logins	logins;		/* of telnet, smtp, pop3, ftp */
	struct labconf_service	service;	/* of all from smtp on */
	/* which one is valid says kind; report has nothing of its own */
	struct labconf_dns	dns;
	struct labconf_http	http;
	struct labconf_telnet	telnet;
	struct labconf_cnc	cnc;
	struct labconf_sink	sink;
	struct labconf_exec	exec;
	struct labconf_dhcp	dhcp;
};

struct labconf {
	char			*path;		/* as given to labconf_load() */
	char			bridge[SINKBRIDGE_NAME_LEN];
	unsigned int		bridge_line;
	uint32_t		max_flows;	/* 0: the module's default */
	uint32_t		max_floods;	/* 0: the module's default */
	bool			has_distance;
	uint8_t			distance;	/* hops to the Internet; 0: none are seen */
	bool			has_guest_prefix;
	struct in6_addr		guest_prefix;	/* a /64, announced to guests */
	char			*run_directory;	/* default "/var/lib/sinkbridge" */
	bool			capture;	/* default true */
	char			*ca_folder;	/* default: "ca" in the run directory */
	bool			has_clock;
	int64_t			clock;		/* seconds since 1970 that guests are told at the start */
	/* rules are text here, sinkctl parses them: from the list, or from a file */
	struct labconf_text	*rules;
	size_t			rule_count;
	char			*rules_file;	/* NULL: none; never both */
	struct labconf_server	*servers;
	size_t			server_count;
};

/* NULL: "PATH:LINE: what, expected …" was printed on stderr, one line. */
struct labconf *labconf_load(const char *path);
void labconf_free(struct labconf *conf);	/* NULL is fine */

/* NULL: there is no server of that name. */
const struct labconf_server *labconf_server(const struct labconf *conf, const char *name);

#endif /* FAKESERVERS_LABCONF_H */
