// SPDX-License-Identifier: GPL-2.0-only
/* UDP sockets. */
#include "datagram.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH			128
#define BATCHES_PER_ROUND	16	/* then signals and timers have their turn */
#define DRAIN_SECONDS		1.0

struct datagram_batch {
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	struct sockaddr_in peers[BATCH];
	_Alignas(struct cmsghdr) char control[BATCH][CMSG_SPACE(sizeof(struct in_pktinfo))];
	uint8_t bytes[];
};

static struct datagram_batch *new_batch(size_t snap)
{
	struct datagram_batch *batch = calloc(1, sizeof(*batch) + BATCH * snap);
	unsigned int i;

	if (!batch)
		return NULL;
	for (i = 0; i < BATCH; i++) {
		batch->vectors[i].iov_base = batch->bytes + i * snap;
		batch->vectors[i].iov_len = snap;
		batch->messages[i].msg_hdr = (struct msghdr){
			.msg_name = &batch->peers[i],
			.msg_iov = &batch->vectors[i],
			.msg_iovlen = 1,
			.msg_control = batch->control[i],
		};
	}
	return batch;
}

static int receive_batch(struct datagram_socket *socket)
{
	struct datagram_batch *batch = socket->batch;
	unsigned int i;
	int n;

	/* the kernel overwrites these lengths with what came */
	for (i = 0; i < BATCH; i++) {
		batch->messages[i].msg_hdr.msg_namelen = sizeof(batch->peers[i]);
		batch->messages[i].msg_hdr.msg_controllen = sizeof(batch->control[i]);
	}
	do {
		/* MSG_TRUNC: lengths as on the wire, whatever was copied */
		n = recvmmsg(socket->fd, batch->messages, BATCH, MSG_DONTWAIT | MSG_TRUNC, NULL);
	} while (n < 0 && errno == EINTR);
	return n;
}

static struct in_addr local_address(struct datagram_socket *socket, struct msghdr *header)
{
	struct cmsghdr *control;
	struct in_pktinfo info;

	for (control = CMSG_FIRSTHDR(header); control; control = CMSG_NXTHDR(header, control)) {
		if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
			memcpy(&info, CMSG_DATA(control), sizeof(info));
			return info.ipi_addr;
		}
	}
	return socket->server->address;
}

static void handle(struct datagram_socket *socket, struct mmsghdr *message)
{
	const struct iovec *vector = message->msg_hdr.msg_iov;
	struct datagram datagram = {
		.peer = *(struct sockaddr_in *)message->msg_hdr.msg_name,
		.local = {
			.sin_family = AF_INET,
			.sin_port = htons(socket->port),
			.sin_addr = local_address(socket, &message->msg_hdr),
		},
		.bytes = vector->iov_base,
		.wire_len = message->msg_len,
	};

	datagram.len = datagram.wire_len < vector->iov_len ? datagram.wire_len : vector->iov_len;
	socket->received++;
	socket->received_bytes += datagram.wire_len;
	socket->handler(socket, &datagram);
}

/* True: more may be waiting. */
static bool receive_round(struct datagram_socket *socket)
{
	int round, i, n;

	for (round = 0; round < BATCHES_PER_ROUND; round++) {
		n = receive_batch(socket);
		for (i = 0; i < n; i++)
			handle(socket, &socket->batch->messages[i]);
		if (n < BATCH)
			return false;
	}
	/* busy: look often enough that the kernel's 32 bits cannot wrap unseen */
	datagram_count_drops(socket);
	return true;
}

void datagram_count_drops(struct datagram_socket *socket)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t len = sizeof(info);

	if (getsockopt(socket->fd, SOL_SOCKET, SO_MEMINFO, info, &len) < 0 ||
	    len <= SK_MEMINFO_DROPS * sizeof(info[0]))
		return;
	socket->dropped += info[SK_MEMINFO_DROPS] - socket->last_drops;
	socket->last_drops = info[SK_MEMINFO_DROPS];
}

void datagram_drain(struct datagram_socket *socket)
{
	double end = ev_time() + DRAIN_SECONDS;

	while (receive_round(socket) && ev_time() < end)
		;
	datagram_count_drops(socket);
}

static void on_io(struct ev_loop *loop, struct ev_io *io, int events)
{
	receive_round(io->data);
}

static int bound_socket(struct server *server, uint16_t port, int buffer)
{
	struct sockaddr_in local = {
		.sin_family = AF_INET,
		.sin_addr = server->address,
		.sin_port = htons(port),
	};
	int fd, error, on = 1;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (buffer && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	if (setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) < 0 ||
	    bind(fd, (struct sockaddr *)&local, sizeof(local)) < 0) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
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
	socket->fd = bound_socket(server, port, buffer);
	if (socket->fd < 0) {
		server_warn(server, "UDP port %u: %s", port, strerror(errno));
		free(socket->batch);
		free(socket);
		return NULL;
	}
	ev_io_init(&socket->io, on_io, socket->fd, EV_READ);
	socket->io.data = socket;
	ev_io_start(server->loop, &socket->io);
	socket->next = server->datagrams;
	server->datagrams = socket;
	return socket;
}

void datagram_free(struct datagram_socket *socket)
{
	ev_io_stop(socket->server->loop, &socket->io);
	close(socket->fd);
	free(socket->batch);
	free(socket);
}

bool datagram_reply(struct datagram_socket *socket, const struct datagram *to,
		    const void *bytes, size_t len)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in_pktinfo))] = {};
	struct in_pktinfo info = { .ipi_spec_dst = to->local.sin_addr };
	struct iovec vector = { .iov_base = (void *)bytes, .iov_len = len };
	struct sockaddr_in peer = to->peer;
	struct msghdr header = {
		.msg_name = &peer,
		.msg_namelen = sizeof(peer),
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *first = CMSG_FIRSTHDR(&header);

	first->cmsg_level = IPPROTO_IP;
	first->cmsg_type = IP_PKTINFO;
	first->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(first), &info, sizeof(info));
	if (sendmsg(socket->fd, &header, MSG_DONTWAIT) == (ssize_t)len)
		return true;
	socket->unsent++;
	return false;
}
