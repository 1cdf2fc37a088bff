// SPDX-License-Identifier: GPL-2.0-only
/* UDP sockets. */
#include "datagram.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reply.h"

#define BATCH			128
#define BATCHES_PER_ROUND	16	/* then signals and timers have their turn */
#define DRAIN_SECONDS		1.0
#define KNOWN_MAX		64	/* flows of a turn that are asked for once, a power of two */

/* What the module has said of a datagram of this turn of the loop. */
struct known {
	uint64_t turn;
	union addr_socket peer, local;
	struct orig orig;
};

struct datagram_batch {
	uint64_t turn;			/* how many there were */
	struct known known[KNOWN_MAX];
	struct reply_queue *replies;
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	union addr_socket peers[BATCH];
	uint8_t bytes[];
};

static struct datagram_batch *new_batch(size_t snap)
{
	struct datagram_batch *batch = calloc(1, sizeof(*batch) + BATCH * snap);
	unsigned int i;

	if (batch)
		batch->replies = reply_queue_new();
	if (!batch || !batch->replies) {
		free(batch);
		return NULL;
	}
	for (i = 0; i < BATCH; i++) {
		batch->vectors[i].iov_base = batch->bytes + i * snap;
		batch->vectors[i].iov_len = snap;
		batch->messages[i].msg_hdr = (struct msghdr){
			.msg_name = &batch->peers[i],
			.msg_iov = &batch->vectors[i],
			.msg_iovlen = 1,
		};
	}
	return batch;
}

static int receive_batch(struct datagram_batch *batch, int fd)
{
	unsigned int i;
	int n;

	/* the kernel overwrites these lengths with what came */
	for (i = 0; i < BATCH; i++)
		batch->messages[i].msg_hdr.msg_namelen = sizeof(batch->peers[i]);
	do {
		/* MSG_TRUNC: lengths as on the wire, whatever was copied */
		n = recvmmsg(fd, batch->messages, BATCH, MSG_DONTWAIT | MSG_TRUNC, NULL);
	} while (n < 0 && errno == EINTR);
	return n;
}

static void handle(struct datagram_socket *socket, struct mmsghdr *message,
		   enum server_family family)
{
	const struct iovec *vector = message->msg_hdr.msg_iov;
	struct datagram datagram = {
		.fd = socket->io[family].fd,
		.peer = *(union addr_socket *)message->msg_hdr.msg_name,
		.local = socket->local[family],
		.bytes = vector->iov_base,
		.wire_len = message->msg_len,
		.batch = socket->batch,
	};

	datagram.len = datagram.wire_len < vector->iov_len ? datagram.wire_len : vector->iov_len;
	socket->received++;
	socket->received_bytes += datagram.wire_len;
	socket->handler(socket, &datagram);
}

static void send_replies(struct datagram_socket *socket, enum server_family family)
{
	struct reply_queue *replies = socket->batch->replies;

	if (reply_is_empty(replies))
		return;
	socket->unsent += reply_send(replies, socket->io[family].fd);
}

/* True: more may be waiting. */
static bool receive_round(struct datagram_socket *socket, enum server_family family)
{
	int round, i, n;

	if (socket->io[family].fd < 0)
		return false;
	socket->batch->turn++;
	for (round = 0; round < BATCHES_PER_ROUND; round++) {
		n = receive_batch(socket->batch, socket->io[family].fd);
		event_log_batch(socket->server->events);
		for (i = 0; i < n; i++)
			handle(socket, &socket->batch->messages[i], family);
		send_replies(socket, family);
		if (n < BATCH && (n <= 0 || !socket->server->busy))
			return false;
		if (n < BATCH)	/* who waits for the answers may have more to ask */
			sched_yield();
	}
	/* busy: look often enough that the kernel's 32 bits cannot wrap unseen */
	datagram_count_drops(socket);
	return true;
}

static void count_drops(struct datagram_socket *socket, enum server_family family)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t len = sizeof(info);

	if (getsockopt(socket->io[family].fd, SOL_SOCKET, SO_MEMINFO, info, &len) < 0 ||
	    len <= SK_MEMINFO_DROPS * sizeof(info[0]))
		return;
	socket->dropped += info[SK_MEMINFO_DROPS] - socket->last_drops[family];
	socket->last_drops[family] = info[SK_MEMINFO_DROPS];
}

void datagram_count_drops(struct datagram_socket *socket)
{
	for (int family = 0; family < SERVER_FAMILIES; family++)
		count_drops(socket, family);
}

void datagram_drain(struct datagram_socket *socket)
{
	double end = ev_time() + DRAIN_SECONDS;

	for (int family = 0; family < SERVER_FAMILIES; family++)
		while (receive_round(socket, family) && ev_time() < end)
			;
	datagram_count_drops(socket);
}

static bool same_socket(const union addr_socket *a, const union addr_socket *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	if (a->any.sa_family == AF_INET)
		return a->v4.sin_port == b->v4.sin_port &&
		       a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
	return a->v6.sin6_port == b->v6.sin6_port && addr_equal(&a->v6.sin6_addr, &b->v6.sin6_addr);
}

void datagram_orig(const struct datagram *datagram, struct orig *orig)
{
	struct datagram_batch *batch = datagram->batch;
	struct known *known;

	if (!batch) {
		orig_from_udp(datagram->fd, &datagram->peer, &datagram->local, orig);
		return;
	}
	known = &batch->known[addr_socket_port(&datagram->peer) % KNOWN_MAX];
	if (known->turn != batch->turn || !same_socket(&known->peer, &datagram->peer) ||
	    !same_socket(&known->local, &datagram->local)) {
		known->turn = batch->turn;
		known->peer = datagram->peer;
		known->local = datagram->local;
		orig_from_udp(datagram->fd, &datagram->peer, &datagram->local, &known->orig);
	}
	*orig = known->orig;
}

static void on_io(struct ev_loop *loop, struct ev_io *io, int events)
{
	struct datagram_socket *socket = io->data;

	receive_round(socket, io - socket->io);
}

void datagram_set_buffer(int fd, int bytes)
{
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

static bool open_sockets(struct datagram_socket *socket, int buffer)
{
	int fd;

	for (int family = 0; family < SERVER_FAMILIES; family++) {
		fd = server_socket(socket->server, family, SOCK_DGRAM, socket->port);
		if (fd == -2)
			return false;
		/* bound to one address: all that comes has come to it */
		addr_to_socket(&socket->server->address[family], socket->port,
			       &socket->local[family]);
		ev_io_init(&socket->io[family], on_io, fd, EV_READ);
		socket->io[family].data = socket;
		if (fd < 0)
			continue;
		if (buffer)
			datagram_set_buffer(fd, buffer);
		ev_io_start(socket->server->loop, &socket->io[family]);
	}
	return true;
}

struct datagram_socket *datagram_open(struct server *server, uint16_t port, size_t snap,
				      int buffer, datagram_handler *handler, void *data)
{
	struct datagram_socket *socket = calloc(1, sizeof(*socket));

	if (socket)
		socket->batch = new_batch(snap);
	if (!socket || !socket->batch) {
		server_warn(server, "UDP port %u: out of memory", port);
		free(socket);
		return NULL;
	}
	socket->server = server;
	socket->handler = handler;
	socket->data = data;
	socket->port = port;
	for (int family = 0; family < SERVER_FAMILIES; family++)
		ev_io_init(&socket->io[family], on_io, -1, EV_READ);
	if (!open_sockets(socket, buffer)) {
		server_warn(server, "UDP port %u: %s", port, strerror(errno));
		datagram_free(socket);
		return NULL;
	}
	socket->next = server->datagrams;
	server->datagrams = socket;
	return socket;
}

void datagram_free(struct datagram_socket *socket)
{
	for (int family = 0; family < SERVER_FAMILIES; family++) {
		ev_io_stop(socket->server->loop, &socket->io[family]);
		if (socket->io[family].fd >= 0)
			close(socket->io[family].fd);
	}
	if (socket->batch)
		reply_queue_free(socket->batch->replies);
	free(socket->batch);
	free(socket);
}

bool datagram_reply(struct datagram_socket *socket, const struct datagram *to,
		    const void *bytes, size_t len)
{
	enum server_family family = to->peer.any.sa_family == AF_INET6 ? SERVER_IPV6 : SERVER_IPV4;

	if (to->batch && reply_add(to->batch->replies, &to->peer, &to->local, bytes, len))
		return true;
	if (to->batch)
		send_replies(socket, family);
	if (reply_now(to->fd, &to->peer, &to->local, bytes, len))
		return true;
	socket->unsent++;
	return false;
}
