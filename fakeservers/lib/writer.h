/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * writer: JSON in ASCII, written in place as it is said, for events of which there
 * are many.  What has no room is left out, and the whole is cut.  Pure.
 *
 *	writer_open(&writer, NULL, '{');
 *	writer_bytes(&writer, "url", url, len);		// hostile bytes are fine
 *	writer_close(&writer, '}');
 */
#ifndef FAKESERVERS_WRITER_H
#define FAKESERVERS_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "addr.h"

struct writer {
	char *text;
	size_t len, size;
	bool cut;		/* something had no room */
	bool truncated;		/* bytes of the guest were more than an event keeps */
	bool follows;		/* another member stands before the next */
};

/* An object '{' or a list '['; the key of each member is NULL in a list. */
void writer_open(struct writer *writer, const char *key, char bracket);
void writer_close(struct writer *writer, char bracket);

/* Keys are literals.  Bytes as event_put_bytes(), hex as event_put_hex() keep them. */
void writer_bytes(struct writer *writer, const char *key, const void *bytes, size_t len);
void writer_hex(struct writer *writer, const char *key, const void *bytes, size_t len);
void writer_string(struct writer *writer, const char *key, const char *text);	/* our own text */
void writer_int(struct writer *writer, const char *key, uint64_t value);
void writer_bool(struct writer *writer, const char *key, bool value);
void writer_addr(struct writer *writer, const char *key, const struct in6_addr *addr);
void writer_json(struct writer *writer, const char *key, const json_t *value);

/* Length of the valid UTF-8 sequence at the start of bytes, 0 if there is none. */
size_t writer_sequence(const uint8_t *bytes, size_t len);
/* Where to cut bytes at most at len: not in the middle of a character; 4 bytes more are there. */
size_t writer_cut(const uint8_t *bytes, size_t len);

#endif /* FAKESERVERS_WRITER_H */
