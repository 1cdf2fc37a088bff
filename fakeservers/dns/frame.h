/* SPDX-License-Identifier: GPL-2.0-only */
/* frame: messages of DNS over TCP, each after its length in two bytes. */
#ifndef FAKESERVERS_DNS_FRAME_H
#define FAKESERVERS_DNS_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"

struct frame {
	size_t len;				/* bytes held, the length included */
	uint8_t bytes[2 + DNS_QUERY_MAX];
};

enum frame_status {
	FRAME_MORE,		/* all bytes were taken, the message is not complete */
	FRAME_COMPLETE,		/* *message and *len; valid until the next call */
	FRAME_TOO_LONG,		/* longer than DNS_QUERY_MAX: give up */
};

/* Takes bytes from *bytes, and moves it (and *left) past what it took. */
enum frame_status frame_take(struct frame *frame, const uint8_t **bytes, size_t *left,
			     const uint8_t **message, size_t *len);

/* A message has begun and is not complete. */
static inline bool frame_is_open(const struct frame *frame)
{
	return frame->len > 0;
}

#endif /* FAKESERVERS_DNS_FRAME_H */
