/* SPDX-License-Identifier: GPL-2.0-only */
/* content: what an answer's body is read from: bytes in memory or an open file. */
#ifndef FAKESERVERS_HTTP_CONTENT_H
#define FAKESERVERS_HTTP_CONTENT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct content {
	const uint8_t *bytes;	/* not owned */
	int fd;			/* -1: bytes */
	uint64_t size, at;
};

/*
 * The regular file that the target names below the folder, however it is
 * written and whatever links are in it.  0, or -errno.
 */
int content_open(struct content *content, int folder_fd, const char *url, size_t len);
struct content content_of_bytes(const void *bytes, size_t len);
void content_close(struct content *content);

/* Up to len bytes into buffer, moving on.  0 at the end, -1: shorter than it was. */
ssize_t content_read(struct content *content, uint8_t *buffer, size_t len);

#endif /* FAKESERVERS_HTTP_CONTENT_H */
