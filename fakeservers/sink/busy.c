// SPDX-License-Identifier: GPL-2.0-only
/* Sockets of busy conversations. */
#include "busy.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sink.h"

#define SOCKETS			4
#define BATCH			256
#define BATCHES_PER_ROUND	16
#define BATCHES_MAX		65536	/* more than any buffer holds */

static struct busy {
	struct ev_io io;		/* fd -1: none */
	struct conversation *conversation;	/* NULL: connected to itself, nothing comes */
	uint32_t drops;
} sockets[SOCKETS];

static const union addr_socket *own_address(void)
{
	return &sink.udp->local[SERVER_IPV4];
}

static bool connect_to(const struct busy *busy, const union addr_socket *peer)
{
	return !connect(busy->io.fd, &peer->any, sizeof(peer->v4));
}

static void count_drops(struct busy *busy)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t len = sizeof(info);

	if (getsockopt(busy->io.fd, SOL_SOCKET, SO_MEMINFO, info, &len) < 0 ||
	    len <= SK_MEMINFO_DROPS * sizeof(info[0]))
		return;
	sink.udp->dropped += info[SK_MEMINFO_DROPS] - busy->drops;
	busy->drops = info[SK_MEMINFO_DROPS];
}

/* All of the conversation, or of nobody.  False: there is no more. */
static bool receive_batch(struct busy *busy)
{
	static struct mmsghdr messages[BATCH];
	uint64_t bytes = 0;
	/* MSG_TRUNC: lengths as on the wire, though there is no room for a byte */
	int n = recvmmsg(busy->io.fd, messages, BATCH, MSG_DONTWAIT | MSG_TRUNC, NULL);

	if (n < 0)	/* an ICMP error, which the guest may send, is told once */
		return errno != EAGAIN;
	for (int i = 0; i < n; i++)
		bytes += messages[i].msg_len;
	sink.udp->received += n;
	sink.udp->received_bytes += bytes;
	if (busy->conversation)
		conversation_count(sink.udp_table, busy->conversation, n, bytes,
				   ev_now(sink.server->loop));
	return n == BATCH;
}

static void on_datagrams(struct ev_loop *loop, struct ev_io *io, int events)
{
	struct busy *busy = io->data;

	for (int i = 0; i < BATCHES_PER_ROUND && receive_batch(busy); i++)
		;
	count_drops(busy);
}

/* Nothing comes any more, what has come is counted. */
static void release(struct busy *busy)
{
	bool parked = connect_to(busy, own_address());

	for (int i = 0; i < BATCHES_MAX && receive_batch(busy); i++)
		;
	count_drops(busy);
	busy->conversation->busy = false;
	busy->conversation = NULL;
	if (parked)
		return;
	ev_io_stop(sink.server->loop, &busy->io);
	close(busy->io.fd);
	busy->io.fd = -1;
}

static struct busy *unused(void)
{
	/* the kernel looks first at the one that was bound last */
	for (int i = SOCKETS - 1; i >= 0; i--)
		if (sockets[i].io.fd >= 0 && !sockets[i].conversation)
			return &sockets[i];
	return NULL;
}

void busy_look(struct conversation *conversation)
{
	union addr_socket peer;
	struct busy *busy;

	if (conversation->packets % BUSY_PACKETS || conversation->busy ||
	    !addr_is_v4(&conversation->addr))
		return;
	busy = unused();
	addr_to_socket(&conversation->addr, conversation->port, &peer);
	if (!busy || !connect_to(busy, &peer))
		return;
	busy->conversation = conversation;
	conversation->busy = true;
}

void busy_end(struct conversation *conversation)
{
	for (int i = 0; conversation->busy && i < SOCKETS; i++)
		if (sockets[i].conversation == conversation)
			release(&sockets[i]);
}

void busy_expire(double before)
{
	for (int i = 0; i < SOCKETS; i++)
		if (sockets[i].conversation && sockets[i].conversation->last <= before)
			release(&sockets[i]);
}

/* Connected before anything can come to it. */
static int open_socket(int buffer)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
	const union addr_socket *own = own_address();

	if (fd < 0)
		return -1;
	datagram_set_buffer(fd, buffer);
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    bind(fd, &own->any, sizeof(own->v4)) == 0 &&
	    connect(fd, &own->any, sizeof(own->v4)) == 0)
		return fd;
	close(fd);
	return -1;
}

void busy_open(int buffer)
{
	int first = sink.udp->io[SERVER_IPV4].fd, on = 1;
	bool shared = setsockopt(first, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0;

	for (int i = 0; i < SOCKETS; i++) {
		struct busy *busy = &sockets[i];

		ev_io_init(&busy->io, on_datagrams, shared ? open_socket(buffer) : -1, EV_READ);
		busy->io.data = busy;
		if (busy->io.fd >= 0)
			ev_io_start(sink.server->loop, &busy->io);
	}
}

void busy_close(void)
{
	for (int i = 0; i < SOCKETS; i++) {
		if (sockets[i].conversation)
			release(&sockets[i]);
		if (sockets[i].io.fd < 0)
			continue;
		ev_io_stop(sink.server->loop, &sockets[i].io);
		close(sockets[i].io.fd);
		sockets[i].io.fd = -1;
	}
}
