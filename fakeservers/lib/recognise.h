/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * recognise: which protocol a client speaks, by its first bytes.  Pure.
 *
 * Names are lower case words: "tls", "http", "ssh", "smb", "rdp", "irc",
 * "mirai", "dht", "socks", "ftp", "smtp", "mqtt", "telnet", …  Where two
 * protocols begin alike ("USER name" of FTP and POP3) the port decides.
 */
#ifndef FAKESERVERS_RECOGNISE_H
#define FAKESERVERS_RECOGNISE_H

#include <stddef.h>
#include <stdint.h>

#define RECOGNISE_MAX	512	/* bytes that are looked at; with so many there is no "more" */

enum recognise_status {
	RECOGNISE_NO,		/* none that is known */
	RECOGNISE_MORE,		/* these bytes may begin one */
	RECOGNISE_YES,
};

/*
 * *protocol: what it is; for RECOGNISE_MORE what it is if nothing more comes;
 * or NULL.  port: the one the client wanted.
 */
enum recognise_status recognise_tcp(const uint8_t *bytes, size_t len, uint16_t port,
				    const char **protocol);
/* A datagram is complete: never RECOGNISE_MORE. */
enum recognise_status recognise_udp(const uint8_t *bytes, size_t len, uint16_t port,
				    const char **protocol);

/* recognise_tcp.c, recognise_udp.c: what is looked for, in this order. */
struct recognise_rule {
	const char *protocol;
	enum recognise_status (*look)(const uint8_t *bytes, size_t len);
	uint16_t ports[4];	/* only there; none: anywhere */
};

extern const struct recognise_rule recognise_tcp_rules[];
extern const struct recognise_rule recognise_udp_rules[];

#define RECOGNISE_ANY	0x100

/*
 * Helpers for them.  In a pattern RECOGNISE_ANY is any byte.  Bytes that end
 * within the pattern: RECOGNISE_MORE.
 */
enum recognise_status recognise_bytes(const uint8_t *bytes, size_t len, const uint16_t *pattern,
				      size_t pattern_len);
/* Text without regard to case. */
enum recognise_status recognise_text(const uint8_t *bytes, size_t len, const char *text);
/* One of several, with a NULL at the end. */
enum recognise_status recognise_one_of(const uint8_t *bytes, size_t len, const char *const *texts);

/* A rule that is one pattern of bytes. */
#define RECOGNISE_BYTES(name, ...)							\
static enum recognise_status name(const uint8_t *bytes, size_t len)			\
{											\
	static const uint16_t pattern[] = { __VA_ARGS__ };				\
											\
	return recognise_bytes(bytes, len, pattern, sizeof(pattern) / sizeof(pattern[0]));	\
}

/* A rule that is one of several beginnings of text. */
#define RECOGNISE_TEXTS(name, ...)							\
static enum recognise_status name(const uint8_t *bytes, size_t len)			\
{											\
	static const char *const texts[] = { __VA_ARGS__, NULL };			\
											\
	return recognise_one_of(bytes, len, texts);					\
}

#endif /* FAKESERVERS_RECOGNISE_H */
