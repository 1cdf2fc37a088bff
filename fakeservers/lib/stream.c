// SPDX-License-Identifier: GPL-2.0-only
/* TCP connections: receiving, sending, ending. */
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "stream_list.h"

#define RECEIVE_MAX	65536
#define LINGER_SECONDS	2.0
/* a timer that is shorter is told from now on, not from when this round of the loop began */
#define EXACT_SECONDS	1.0

/* Only one callback runs at a time: all connections share it. */
static uint8_t receive_buffer[RECEIVE_MAX];

static void update_interest(struct stream *stream)
{
	struct ev_loop *loop = stream->server->loop;
	int want = 0;

	if (stream->out_len)
		want = EV_WRITE;
	else if (!stream->eof && (!stream->finishing || stream->linger))
		want = EV_READ;
	if (stream->io.events == want && ev_is_active(&stream->io))
		return;
	ev_io_stop(loop, &stream->io);
	ev_io_set(&stream->io, stream->fd, want);
	if (want)
		ev_io_start(loop, &stream->io);
}

/*
 * A connection may be aborted from anywhere, also from its own callbacks, so
 * it is only marked; the loop comes back to free it.
 */
void stream_abort(struct stream *stream, const char *why)
{
	if (stream->closing)
		return;
	stream->closing = true;
	stream->why = why;
	/* stopping clears what is pending, so this event is the one that counts */
	ev_io_stop(stream->server->loop, &stream->io);
	ev_feed_event(stream->server->loop, &stream->io, EV_CUSTOM);
}

void stream_let_go(struct stream *stream, const char *why)
{
	/*
	 * The loop relies on close() to end the kernel's watch; but the socket
	 * stays open elsewhere, and would be watched here for ever.
	 */
	if (stream->server->epoll_fd >= 0)
		epoll_ctl(stream->server->epoll_fd, EPOLL_CTL_DEL, stream->fd, NULL);
	stream_abort(stream, why);
}

static void half_close(struct stream *stream)
{
	if (stream->eof || stream->all_heard) {
		stream_abort(stream, stream->why);
		return;
	}
	/*
	 * Closing now, with bytes of the guest unread, would send a reset that
	 * can overtake what we sent: shut down, and hear it out for a moment.
	 */
	shutdown(stream->fd, SHUT_WR);
	stream->linger = true;
	ev_timer_stop(stream->server->loop, &stream->timer);
	ev_timer_set(&stream->timer, LINGER_SECONDS, 0.);
	ev_timer_start(stream->server->loop, &stream->timer);
}

void stream_finish(struct stream *stream, const char *why)
{
	if (stream->closing || stream->finishing)
		return;
	if (stream->layer)
		stream->layer->finish(stream);
	if (stream->closing)
		return;
	stream->finishing = true;
	stream->why = why;
	if (!stream->out_len)
		half_close(stream);
	if (!stream->closing)
		update_interest(stream);
}

void stream_close(struct stream *stream, const char *why)
{
	stream->all_heard = true;
	stream_finish(stream, why);
}

static bool is_broken(int error)
{
	return error != EAGAIN && error != EWOULDBLOCK && error != EINTR;
}

static size_t send_some(struct stream *stream, const uint8_t *bytes, size_t len)
{
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = send(stream->fd, bytes + done, len - done, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0) {
			if (errno == EINTR)
				continue;
			if (is_broken(errno))
				stream_abort(stream, "reset");
			break;
		}
		done += (size_t)n;
	}
	stream->bytes_out += done;
	return done;
}

static bool keep(struct stream *stream, const uint8_t *bytes, size_t len)
{
	size_t need = stream->out_len + len, size = stream->out_size ? stream->out_size : 1024;
	uint8_t *bigger;

	if (need > STREAM_OUT_MAX) {
		stream->listener->counters.overflowed++;
		stream_abort(stream, "overflow");
		return false;
	}
	if (stream->out_pos) {
		memmove(stream->out, stream->out + stream->out_pos, stream->out_len);
		stream->out_pos = 0;
	}
	while (size < need)
		size *= 2;
	if (size > stream->out_size) {
		bigger = realloc(stream->out, size);
		if (!bigger) {
			stream_abort(stream, "memory");
			return false;
		}
		stream->out = bigger;
		stream->out_size = size;
	}
	memcpy(stream->out + stream->out_len, bytes, len);
	stream->out_len = need;
	return true;
}

bool stream_send(struct stream *stream, const void *bytes, size_t len)
{
	if (stream->closing || stream->finishing)
		return false;
	return stream->layer ? stream->layer->send(stream, bytes, len) :
			       stream_send_wire(stream, bytes, len);
}

bool stream_send_wire(struct stream *stream, const void *bytes, size_t len)
{
	const uint8_t *rest = bytes;
	size_t done;

	if (stream->closing || stream->finishing)
		return false;
	if (!len)
		return true;
	if (!stream->out_len) {
		done = send_some(stream, rest, len);
		if (stream->closing)
			return false;
		if (done)
			stream_touch(stream);
		rest += done;
		len -= done;
	}
	if (len && !keep(stream, rest, len))
		return false;
	update_interest(stream);
	return true;
}

size_t stream_pending(const struct stream *stream)
{
	return stream->out_len;
}

static void writable(struct stream *stream)
{
	size_t done = send_some(stream, stream->out + stream->out_pos, stream->out_len);

	if (stream->closing)
		return;
	if (done)
		stream_touch(stream);
	stream->out_pos += done;
	stream->out_len -= done;
	if (stream->out_len)
		return;
	free(stream->out);
	stream->out = NULL;
	stream->out_size = stream->out_pos = 0;
	if (stream->finishing)
		half_close(stream);
	else if (stream->ops->drained)
		stream->ops->drained(stream);
	if (!stream->closing)
		update_interest(stream);
}

static ssize_t receive(struct stream *stream)
{
	size_t most = stream->ops->receive_max;
	ssize_t n;

	if (stream->linger)	/* TCP: discarded without a copy */
		return recv(stream->fd, NULL, 1 << 20, MSG_DONTWAIT | MSG_TRUNC);
	if (stream->ops->readable)
		return stream->ops->readable(stream);
	if (!most || most > RECEIVE_MAX)
		most = RECEIVE_MAX;
	n = recv(stream->fd, receive_buffer, most, MSG_DONTWAIT);
	if (n > 0) {
		stream->bytes_in += (size_t)n;
		if (stream->layer)
			stream->layer->data(stream, receive_buffer, (size_t)n);
		else
			stream->ops->data(stream, receive_buffer, (size_t)n);
	}
	return n;
}

static void readable(struct stream *stream)
{
	ssize_t n = receive(stream);

	if (stream->closing)
		return;
	if (n < 0) {
		if (is_broken(errno))
			stream_abort(stream, "reset");
		return;
	}
	if (n == 0) {
		stream->eof = true;
		if (stream->linger)
			stream_abort(stream, stream->why);
		else if (stream->ops->end && !stream->finishing)
			stream->ops->end(stream);
		else
			stream_finish(stream, "closed");
		if (!stream->closing)
			update_interest(stream);
		return;
	}
	if (!stream->linger)
		stream_touch(stream);
}

static void end_if_closing(struct stream *stream)
{
	if (!stream->closing && stream_is_too_old(stream))
		stream_abort(stream, "lifetime");
	if (stream->closing)
		stream_free(stream);
}

void stream_begin(struct stream *stream)
{
	if (!stream->closing && !stream->out_len)
		readable(stream);
	end_if_closing(stream);
}

static void on_io(struct ev_loop *loop, struct ev_io *io, int events)
{
	struct stream *stream = io->data;

	if (!stream->closing && stream->out_len && (events & EV_WRITE))
		writable(stream);
	else if (!stream->closing && !stream->out_len && (events & EV_READ))
		readable(stream);
	end_if_closing(stream);
}

static void on_timer(struct ev_loop *loop, struct ev_timer *timer, int events)
{
	struct stream *stream = timer->data;

	if (stream->closing)
		return;
	if (stream->linger)
		stream_abort(stream, stream->why);
	else if (stream->ops->timer)
		stream->ops->timer(stream);
}

void stream_timer(struct stream *stream, double seconds)
{
	struct ev_loop *loop = stream->server->loop;

	if (stream->closing || stream->linger)
		return;
	ev_timer_stop(loop, &stream->timer);
	if (seconds <= 0)
		return;
	if (seconds < EXACT_SECONDS)
		seconds += ev_time() - ev_now(loop);
	ev_timer_set(&stream->timer, seconds, 0.);
	ev_timer_start(loop, &stream->timer);
}

struct stream *stream_new(struct stream_listener *listener, int fd, const struct orig *orig)
{
	struct stream *stream = calloc(1, sizeof(*stream) + listener->ops->state_size);

	if (!stream)
		return NULL;
	stream->listener = listener;
	stream->server = listener->server;
	stream->ops = listener->ops;
	stream->state = stream + 1;
	stream->fd = fd;
	stream->id = listener->counters.accepted;
	stream->why = "closed";
	stream->accepted = stream->active = ev_now(listener->server->loop);
	stream->orig = *orig;
	ev_io_init(&stream->io, on_io, fd, EV_READ);
	ev_timer_init(&stream->timer, on_timer, 0., 0.);
	stream->io.data = stream->timer.data = stream;
	ev_io_start(listener->server->loop, &stream->io);
	return stream;
}

void stream_free(struct stream *stream)
{
	struct ev_loop *loop = stream->server->loop;

	stream->closing = true;
	if (stream->ops->close)
		stream->ops->close(stream, stream->why);
	if (stream->layer)
		stream->layer->free(stream);
	stream_unlink(stream);
	ev_io_stop(loop, &stream->io);
	ev_timer_stop(loop, &stream->timer);
	close(stream->fd);
	free(stream->out);
	free(stream);
}
