// SPDX-License-Identifier: GPL-2.0-only
/* TCP listeners: accepting, the cap, idle connections. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "stream_list.h"

#define BACKLOG			4096
#define ACCEPTS_PER_ROUND	64	/* accepted all before the first is served */
#define ROUNDS			4	/* then the connections that are open have their turn */
/* one that moved within this time is not closed in favour of a new one */
#define EVICT_IDLE_SECONDS	1.0
#define PAUSE_SECONDS		0.1
/* where the client speaks first, one that does not is accepted as late as this */
#define SILENT_SECONDS		1

static void link_newest(struct stream *stream)
{
	struct stream_listener *listener = stream->listener;

	stream->prev = listener->newest;
	stream->next = NULL;
	if (listener->newest)
		listener->newest->next = stream;
	else
		listener->oldest = stream;
	listener->newest = stream;
}

static void unlink_only(struct stream *stream)
{
	struct stream_listener *listener = stream->listener;

	if (stream->prev)
		stream->prev->next = stream->next;
	else
		listener->oldest = stream->next;
	if (stream->next)
		stream->next->prev = stream->prev;
	else
		listener->newest = stream->prev;
}

void stream_unlink(struct stream *stream)
{
	unlink_only(stream);
	stream->listener->counters.live--;
}

void stream_touch(struct stream *stream)
{
	stream->active = ev_now(stream->server->loop);
	if (!stream->next)
		return;
	unlink_only(stream);
	link_newest(stream);
}

bool stream_is_too_old(const struct stream *stream)
{
	double life = stream->listener->life_timeout;

	return life > 0 && ev_now(stream->server->loop) - stream->accepted > life;
}

/* The oldest has the first deadline: one timer serves all. */
static void arm_reaper(struct stream_listener *listener)
{
	struct ev_loop *loop = listener->server->loop;
	double wait;

	if (!listener->oldest || ev_is_active(&listener->reaper))
		return;
	wait = listener->oldest->active + listener->idle_timeout - ev_now(loop);
	ev_timer_set(&listener->reaper, wait > 0.01 ? wait : 0.01, 0.);
	ev_timer_start(loop, &listener->reaper);
}

static void on_reaper(struct ev_loop *loop, struct ev_timer *timer, int events)
{
	struct stream_listener *listener = timer->data;
	struct stream *stream;

	while ((stream = listener->oldest) &&
	       stream->active + listener->idle_timeout <= ev_now(loop)) {
		if (!stream->closing)
			stream->why = "timeout";
		listener->counters.timed_out++;
		stream_free(stream);
	}
	arm_reaper(listener);
}

/* With a reset, so that the guest knows at once and nothing stays in TIME_WAIT. */
static void refuse(int fd)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

static bool make_room(struct stream_listener *listener)
{
	struct stream *oldest = listener->oldest;

	if (listener->counters.live < listener->server->max_connections)
		return true;
	if (!oldest || ev_now(listener->server->loop) - oldest->active < EVICT_IDLE_SECONDS) {
		listener->counters.refused++;
		return false;
	}
	if (!oldest->closing)
		oldest->why = "evicted";
	listener->counters.evicted++;
	stream_free(oldest);
	return true;
}

static struct stream *take(struct stream_listener *listener, int fd, const struct orig *orig)
{
	struct stream *stream;

	listener->counters.accepted++;
	stream = stream_new(listener, fd, orig);
	if (!stream) {
		listener->counters.refused++;
		refuse(fd);
		return NULL;
	}
	link_newest(stream);
	listener->counters.live++;
	arm_reaper(listener);
	if (listener->ops->open)
		listener->ops->open(stream);
	return stream;
}

bool stream_adopt(struct stream_listener *listener, int fd)
{
	struct orig orig;
	int on = 1;

	if (!make_room(listener)) {
		refuse(fd);
		return false;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	orig_from_tcp(fd, &orig);
	return take(listener, fd, &orig);
}

static void accept_more(struct stream_listener *listener)
{
	for (int family = 0; family < SERVER_FAMILIES; family++)
		if (listener->io[family].fd >= 0)
			ev_io_start(listener->server->loop, &listener->io[family]);
}

static void accept_no_more(struct stream_listener *listener)
{
	for (int family = 0; family < SERVER_FAMILIES; family++)
		ev_io_stop(listener->server->loop, &listener->io[family]);
}

static void on_pause_over(struct ev_loop *loop, struct ev_timer *timer, int events)
{
	accept_more(timer->data);
}

static void pause_accepting(struct stream_listener *listener)
{
	struct ev_loop *loop = listener->server->loop;

	accept_no_more(listener);
	ev_timer_set(&listener->pause, PAUSE_SECONDS, 0.);
	ev_timer_start(loop, &listener->pause);
}

/*
 * Out of descriptors, a listener stays readable for ever: the spare one is
 * given up to take the connection and refuse it.
 */
static void accept_without_files(struct stream_listener *listener, int listening)
{
	int fd;

	listener->counters.no_files++;
	if (listener->spare_fd < 0) {
		pause_accepting(listener);
		return;
	}
	close(listener->spare_fd);
	fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		refuse(fd);
	listener->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

struct accepted {
	int fd;
	union addr_socket peer;
};

/* How many; fewer than there is room for: no more are there, or none can be taken now. */
static int accept_some(struct stream_listener *listener, struct ev_io *io,
		       struct accepted some[ACCEPTS_PER_ROUND])
{
	int n = 0;

	for (int i = 0; i < ACCEPTS_PER_ROUND && ev_is_active(io); i++) {
		socklen_t len = sizeof(some[n].peer);

		some[n].fd = accept4(io->fd, &some[n].peer.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (some[n].fd >= 0)
			n++;
		else if (errno == EAGAIN || errno == EWOULDBLOCK)
			break;
		else if (errno == EMFILE || errno == ENFILE)
			accept_without_files(listener, io->fd);
		else if (errno == ENOBUFS || errno == ENOMEM)
			pause_accepting(listener);
		/* anything else is about the one connection that failed: next */
	}
	return n;
}

static void serve(struct stream_listener *listener, const struct accepted *accepted,
		  const union addr_socket *local)
{
	struct stream *stream;
	struct orig orig;

	if (!make_room(listener)) {
		refuse(accepted->fd);
		return;
	}
	orig_from_accept(accepted->fd, &accepted->peer, local, &orig);
	stream = take(listener, accepted->fd, &orig);
	if (stream && listener->ops->client_first)
		stream_begin(stream);
}

static void on_accept(struct ev_loop *loop, struct ev_io *io, int events)
{
	struct stream_listener *listener = io->data;
	struct accepted some[ACCEPTS_PER_ROUND];
	struct server *server = listener->server;
	union addr_socket local;
	int n;

	/* bound to one address: it is that of all */
	addr_to_socket(&server->address[io - listener->io], listener->port, &local);
	for (int round = 0; round < ROUNDS; round++) {
		n = accept_some(listener, io, some);
		event_log_batch(server->events);
		for (int i = 0; i < n; i++)
			serve(listener, &some[i], &local);
		if (!n || !server->busy || !listener->ops->client_first || !ev_is_active(io))
			return;
		sched_yield();	/* who has been served may have the next ready */
	}
}

static bool open_sockets(struct stream_listener *listener)
{
	int fd, on = 1, silence = SILENT_SECONDS;

	for (int family = 0; family < SERVER_FAMILIES; family++) {
		fd = server_socket(listener->server, family, SOCK_STREAM, listener->port);
		if (fd == -2)
			return false;
		ev_io_set(&listener->io[family], fd, EV_READ);
		if (fd < 0)
			continue;
		/* its connections begin with what it has */
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		if (listener->ops->client_first)
			setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &silence, sizeof(silence));
		if (listen(fd, BACKLOG) < 0)
			return false;
	}
	return true;
}

struct stream_listener *stream_listen(struct server *server, uint16_t port,
				      const struct stream_ops *ops, void *data)
{
	struct stream_listener *listener = calloc(1, sizeof(*listener));

	if (!listener) {
		server_warn(server, "TCP port %u: out of memory", port);
		return NULL;
	}
	listener->server = server;
	listener->ops = ops;
	listener->data = data;
	listener->port = port;
	listener->idle_timeout = server->idle_timeout > 0 ? server->idle_timeout : ops->idle_timeout;
	listener->life_timeout = ops->life_timeout;
	listener->spare_fd = -1;
	for (int family = 0; family < SERVER_FAMILIES; family++) {
		ev_io_init(&listener->io[family], on_accept, -1, EV_READ);
		listener->io[family].data = listener;
	}
	ev_timer_init(&listener->reaper, on_reaper, 0., 0.);
	ev_timer_init(&listener->pause, on_pause_over, 0., 0.);
	listener->reaper.data = listener->pause.data = listener;
	if (!open_sockets(listener)) {
		server_warn(server, "TCP port %u: %s", port, strerror(errno));
		stream_listener_free(listener);
		return NULL;
	}
	listener->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	accept_more(listener);
	listener->next = server->streams;
	server->streams = listener;
	return listener;
}

void stream_listener_close(struct stream_listener *listener)
{
	struct ev_loop *loop = listener->server->loop;
	struct stream *stream;

	accept_no_more(listener);
	ev_timer_stop(loop, &listener->pause);
	while ((stream = listener->oldest)) {
		if (!stream->closing)
			stream->why = "exit";
		stream_free(stream);
	}
	ev_timer_stop(loop, &listener->reaper);
}

void stream_listener_free(struct stream_listener *listener)
{
	stream_listener_close(listener);
	for (int family = 0; family < SERVER_FAMILIES; family++)
		if (listener->io[family].fd >= 0)
			close(listener->io[family].fd);
	if (listener->spare_fd >= 0)
		close(listener->spare_fd);
	free(listener);
}
