/* SPDX-License-Identifier: GPL-2.0-only */
/* reply: datagrams that leave together, each from the address that was asked. */
#ifndef FAKESERVERS_REPLY_H
#define FAKESERVERS_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "addr.h"

struct reply_queue;

struct reply_queue *reply_queue_new(void);
void reply_queue_free(struct reply_queue *queue);

/* Keeps a copy.  False: no room; send what is there first. */
bool reply_add(struct reply_queue *queue, const union addr_socket *peer,
	       const union addr_socket *local, const void *bytes, size_t len);
bool reply_is_empty(const struct reply_queue *queue);
/* Empties the queue: how many of them the kernel refused. */
size_t reply_send(struct reply_queue *queue, int fd);

/* At once. */
bool reply_now(int fd, const union addr_socket *peer, const union addr_socket *local,
	       const void *bytes, size_t len);

#endif /* FAKESERVERS_REPLY_H */
