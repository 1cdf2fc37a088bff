/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * datagram: UDP sockets, received in batches, answered from the address that
 * was asked.
 */
#ifndef FAKESERVERS_DATAGRAM_H
#define FAKESERVERS_DATAGRAM_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server.h"

struct datagram_socket;
struct datagram_batch;

struct datagram {
	int fd;
	union addr_socket peer;		/* the client, as the server sees it */
	union addr_socket local;	/* where it came in */
	const uint8_t *bytes;
	size_t len;			/* of bytes: at most the socket's snap length */
	size_t wire_len;		/* of the datagram */
	struct datagram_batch *batch;	/* it is one of; NULL: none */
};

typedef void datagram_handler(struct datagram_socket *socket, const struct datagram *datagram);

struct datagram_socket {
	struct server *server;
	datagram_handler *handler;
	void *data;			/* of the caller */
	uint64_t received;		/* datagrams */
	uint64_t received_bytes;	/* payload, as on the wire */
	uint64_t dropped;		/* by the kernel: the buffer was full; see datagram_count_drops() */
	uint64_t unsent;		/* answers the kernel refused */

	/* the library's */
	struct ev_io io[SERVER_FAMILIES];	/* fd -1: none */
	union addr_socket local[SERVER_FAMILIES];
	uint32_t last_drops[SERVER_FAMILIES];
	uint16_t port;
	struct datagram_batch *batch;
	struct datagram_socket *next;
};

/*
 * Receives at the server's addresses.  At most snap bytes of a datagram are copied to
 * user space.  buffer: bytes of socket buffer to ask for, 0: the default.
 * NULL: refused, and said why on stderr.
 */
struct datagram_socket *datagram_open(struct server *server, uint16_t port, size_t snap,
				      int buffer, datagram_handler *handler, void *data);
void datagram_free(struct datagram_socket *socket);

/* Of a UDP socket: as much as the system allows of it. */
void datagram_set_buffer(int fd, int bytes);

/*
 * The answers to a batch leave together behind its last datagram.  False: refused already;
 * what is refused later is only counted.
 */
bool datagram_reply(struct datagram_socket *socket, const struct datagram *to,
		    const void *bytes, size_t len);

/* To which flow it belongs; asked once a turn of the loop for all that have the same addresses. */
void datagram_orig(const struct datagram *datagram, struct orig *orig);

/* Brings socket->dropped up to date. */
void datagram_count_drops(struct datagram_socket *socket);

/* Reads until the queue is empty (bounded): on exit, for exact totals. */
void datagram_drain(struct datagram_socket *socket);

#endif /* FAKESERVERS_DATAGRAM_H */
