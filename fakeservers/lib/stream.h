/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stream: TCP listeners and their connections.
 *
 * A connection costs little until it matters: what is received is handed to
 * the protocol from one shared buffer, what is sent goes to the socket at once,
 * and only what the socket refuses is kept, up to a cap.  While something is
 * kept nothing more is read, so a peer that does not read cannot make us grow.
 *
 * The protocol's callbacks may call stream_send(), stream_finish() and
 * stream_abort() freely: a connection is freed only after they return.
 */
#ifndef FAKESERVERS_STREAM_H
#define FAKESERVERS_STREAM_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "orig.h"
#include "server.h"

#define STREAM_OUT_MAX	(256 * 1024)	/* kept for a peer that reads slowly */

struct stream;

struct stream_ops {
	size_t state_size;	/* of stream->state, zeroed at accept; 0: none */
	size_t receive_max;	/* bytes of one data() call at most; 0: 65536 */
	double idle_timeout;	/* seconds without a byte either way; required */
	double life_timeout;	/* seconds in all; 0: no limit */
	bool client_first;	/* what the client says is mostly there when it is accepted */

	/* after accept(); orig is known.  May be NULL. */
	void (*open)(struct stream *stream);
	/* bytes of the guest, all to be consumed (keep what is incomplete in the state) */
	void (*data)(struct stream *stream, const uint8_t *bytes, size_t len);
	/* the layer is ready, as after the handshake of TLS; before any data.  May be NULL. */
	void (*secured)(struct stream *stream);
	/* the guest closed its direction.  NULL: finish. */
	void (*end)(struct stream *stream);
	/* all that was sent is in the socket; only after stream_send() had to keep some */
	void (*drained)(struct stream *stream);
	/* the time of stream_timer() has come */
	void (*timer)(struct stream *stream);
	/* last call: write the closing event, release what state points to; why: a word */
	void (*close)(struct stream *stream, const char *why);
	/*
	 * Instead of data: the socket is readable, read it yourself (stream->fd).
	 * As read(2): bytes, 0 at the end, -1 and errno.
	 */
	ssize_t (*readable)(struct stream *stream);
};

/* Between the socket and the protocol, as TLS is. */
struct stream_layer {
	/* bytes of the wire; what they carry goes to stream->ops->data */
	void (*data)(struct stream *stream, const uint8_t *bytes, size_t len);
	/* as stream_send(); what it makes of the bytes goes to stream_send_wire() */
	bool (*send)(struct stream *stream, const void *bytes, size_t len);
	/* the last words, before the connection closes in peace */
	void (*finish)(struct stream *stream);
	/* after ops->close */
	void (*free)(struct stream *stream);
};

struct stream {
	struct stream_listener *listener;
	struct server *server;
	const struct stream_ops *ops;
	void *state;			/* of the protocol */
	const struct stream_layer *layer;	/* NULL: none */
	void *layer_state;
	struct orig orig;
	uint64_t id;			/* 1, 2, … of the server: a session number */
	uint64_t bytes_in;
	uint64_t bytes_out;		/* accepted by the socket */
	int fd;

	/* the library's */
	bool finishing;			/* no more is read; close when all is sent */
	bool closing;			/* close at the next chance */
	bool eof;			/* the guest closed its direction */
	bool all_heard;			/* nothing to wait for once all is sent */
	bool linger;			/* our direction is shut, waiting for the guest's */
	const char *why;
	uint8_t *out;
	size_t out_len, out_pos, out_size;
	struct ev_io io;
	struct ev_timer timer;
	double accepted, active;	/* ev_now() */
	struct stream *prev, *next;	/* listener's list, longest idle first */
};

struct stream_counters {
	uint64_t accepted;
	uint64_t refused;		/* over the cap, and no connection was idle */
	uint64_t evicted;		/* idle the longest, closed for a new one */
	uint64_t timed_out;
	uint64_t overflowed;		/* more to send than is kept */
	uint64_t no_files;		/* EMFILE, ENFILE: closed at once */
	unsigned int live;
};

struct stream_listener {
	struct server *server;
	const struct stream_ops *ops;
	void *data;			/* of the caller */
	struct stream_counters counters;

	/* the library's */
	int spare_fd;
	uint16_t port;
	double idle_timeout, life_timeout;
	struct ev_io io[SERVER_FAMILIES];	/* fd -1: none */
	struct ev_timer reaper, pause;
	struct stream *oldest, *newest;
	struct stream_listener *next;
};

/* Listens at the server's addresses.  NULL: refused, and said why on stderr. */
struct stream_listener *stream_listen(struct server *server, uint16_t port,
				      const struct stream_ops *ops, void *data);
/*
 * A connection that somebody else has accepted, non-blocking; it is the
 * listener's from now on, even if it is refused (false).
 */
bool stream_adopt(struct stream_listener *listener, int fd);
/* Accepts no more and closes every connection ("exit"). */
void stream_listener_close(struct stream_listener *listener);
void stream_listener_free(struct stream_listener *listener);

/*
 * Sends, or keeps what the socket does not take.  False: the connection is (or
 * is now) doomed; further sends are ignored, close() follows.
 */
bool stream_send(struct stream *stream, const void *bytes, size_t len);
/* The same past the layer: for the layer itself. */
bool stream_send_wire(struct stream *stream, const void *bytes, size_t len);
/* bytes kept, not yet in the socket */
size_t stream_pending(const struct stream *stream);

/* No more from us: close once everything is sent, and the guest has closed or a moment passed. */
void stream_finish(struct stream *stream, const char *why);
/*
 * The same, and nothing more of the guest is expected: close as soon as everything is
 * sent.  What it sends after all is answered with a reset.
 */
void stream_close(struct stream *stream, const char *why);
/* Close at once; unsent bytes are lost. */
void stream_abort(struct stream *stream, const char *why);

/*
 * Its connection is somebody else's now: closes the descriptor here and nothing
 * more; why is told to close().
 */
void stream_let_go(struct stream *stream, const char *why);

/* Calls ops->timer in so many seconds, once; 0 cancels.  One timer a connection. */
void stream_timer(struct stream *stream, double seconds);

#endif /* FAKESERVERS_STREAM_H */
