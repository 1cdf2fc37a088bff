/* SPDX-License-Identifier: GPL-2.0-only */
/* What stream.c and listener.c share: the list of connections, longest idle first. */
#ifndef FAKESERVERS_STREAM_LIST_H
#define FAKESERVERS_STREAM_LIST_H

#include "stream.h"

struct stream *stream_new(struct stream_listener *listener, int fd, const struct orig *orig);
void stream_free(struct stream *stream);

/* Reads what is there already; the stream may be gone then. */
void stream_begin(struct stream *stream);

void stream_unlink(struct stream *stream);
/* Something moved: now the least idle. */
void stream_touch(struct stream *stream);
bool stream_is_too_old(const struct stream *stream);

#endif /* FAKESERVERS_STREAM_LIST_H */
