/* SPDX-License-Identifier: GPL-2.0-only */
/* bencode: BitTorrent's encoding, read in place.  Any bytes are safe. */
#ifndef FAKESERVERS_CNC_BENCODE_H
#define FAKESERVERS_CNC_BENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

#define BENCODE_DEPTH_MAX	16

struct bencode {
	const uint8_t *bytes;
	size_t len;
};

/* Bytes of the one value at the beginning; 0: there is none, or too deep. */
size_t bencode_len(const uint8_t *bytes, size_t len);

/* Each false if the value is not that. */
bool bencode_get(const struct bencode *dict, const char *key, struct bencode *value);
bool bencode_string(const struct bencode *value, struct bencode *string);
bool bencode_int(const struct bencode *value, int64_t *number);

/* "LEN:bytes" */
void bencode_put(struct bytes *to, const void *bytes, size_t len);

#endif /* FAKESERVERS_CNC_BENCODE_H */
