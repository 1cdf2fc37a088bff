// SPDX-License-Identifier: GPL-2.0-only
/* DNS over TCP: the framing. */
#include "frame.h"

#include <string.h>

static void take(struct frame *frame, size_t until, const uint8_t **bytes, size_t *left)
{
	size_t n = until - frame->len;

	if (n > *left)
		n = *left;
	memcpy(frame->bytes + frame->len, *bytes, n);
	frame->len += n;
	*bytes += n;
	*left -= n;
}

enum frame_status frame_take(struct frame *frame, const uint8_t **bytes, size_t *left,
			     const uint8_t **message, size_t *len)
{
	size_t want;

	if (frame->len < 2)
		take(frame, 2, bytes, left);
	if (frame->len < 2)
		return FRAME_MORE;
	want = (size_t)frame->bytes[0] << 8 | frame->bytes[1];
	if (want > DNS_QUERY_MAX)
		return FRAME_TOO_LONG;
	take(frame, 2 + want, bytes, left);
	if (frame->len < 2 + want)
		return FRAME_MORE;
	*message = frame->bytes + 2;
	*len = want;
	frame->len = 0;
	return FRAME_COMPLETE;
}
