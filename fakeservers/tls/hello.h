/* SPDX-License-Identifier: GPL-2.0-only */
/* hello: what a TLS client says of itself in its ClientHello.  Pure. */
#ifndef FAKESERVERS_TLS_HELLO_H
#define FAKESERVERS_TLS_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HELLO_LIST_MAX	256	/* values of a list that are kept; a client has some dozens */
#define HELLO_NAME_MAX	255

struct hello_list {
	size_t count;
	uint16_t values[HELLO_LIST_MAX];
};

struct hello {
	uint16_t legacy_version;	/* 0x0303 is TLS 1.2 */
	uint16_t version;		/* the newest that it offers */
	struct hello_list ciphers;
	struct hello_list extensions;	/* types, in their order */
	struct hello_list groups;
	struct hello_list point_formats;
	struct hello_list signatures;	/* algorithms */
	bool has_sni, has_alpn;
	size_t sni_len, alpn_len;
	char sni[HELLO_NAME_MAX];	/* any bytes */
	char alpn[HELLO_NAME_MAX];	/* the first protocol, any bytes */
};

/* bytes: the handshake message, its four bytes of header included.  False: it is none. */
bool hello_parse(struct hello *hello, const uint8_t *bytes, size_t len);

/* Made-up values that a client sends to keep servers tolerant (RFC 8701) */
static inline bool hello_is_grease(uint16_t value)
{
	return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

#endif /* FAKESERVERS_TLS_HELLO_H */
