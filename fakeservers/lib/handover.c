// SPDX-License-Identifier: GPL-2.0-only
/* Connections that go to another server. */
#include "handover.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "stream.h"

#define TAKEN_PER_ROUND	64
#define DATAGRAM_MAX	65536

struct handover {
	int fd;
	struct ev_io io;
	struct sockaddr_un local;
};

static bool name_socket(const struct server *server, const char *name, struct sockaddr_un *address)
{
	int n;

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	n = snprintf(address->sun_path, sizeof(address->sun_path), "%s/%s.take", server->folder,
		     name);
	return n > 0 && (size_t)n < sizeof(address->sun_path);
}

/* If not: somebody plays with the socket. */
static bool is_socket_of(int fd, int type, int protocol)
{
	int is_type = 0, is_protocol = 0;
	socklen_t len = sizeof(int);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &is_type, &len) == 0 && is_type == type &&
	       getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &is_protocol, &len) == 0 &&
	       is_protocol == protocol;
}

/* What comes with a descriptor. */
struct note {
	bool is_datagram;
	union addr_socket peer, local;
	size_t wire_len;
};

struct parcel {
	struct note note;
	int fd;			/* -1: none came */
	size_t len;		/* of the bytes behind the note */
};

/* One callback at a time. */
static uint8_t parcel_bytes[DATAGRAM_MAX];

static int take_descriptor(struct msghdr *header)
{
	struct cmsghdr *first = CMSG_FIRSTHDR(header);
	int fd;

	if (!first || first->cmsg_level != SOL_SOCKET || first->cmsg_type != SCM_RIGHTS ||
	    first->cmsg_len != CMSG_LEN(sizeof(int)))
		return -1;
	memcpy(&fd, CMSG_DATA(first), sizeof(fd));
	return fd;
}

/* False: nothing more waits. */
static bool take_parcel(struct handover *handover, struct parcel *parcel)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct iovec vectors[] = {
		{ .iov_base = &parcel->note, .iov_len = sizeof(parcel->note) },
		{ .iov_base = parcel_bytes, .iov_len = sizeof(parcel_bytes) },
	};
	struct msghdr header = {
		.msg_iov = vectors,
		.msg_iovlen = 2,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(handover->fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	parcel->fd = -1;
	parcel->len = 0;
	if (n < 0)
		return errno == EINTR;
	parcel->fd = take_descriptor(&header);
	if (n >= (ssize_t)sizeof(parcel->note)) {
		parcel->len = (size_t)n - sizeof(parcel->note);
	} else if (parcel->fd >= 0) {
		close(parcel->fd);
		parcel->fd = -1;
	}
	return true;
}

static void deliver_connection(struct server *server, int fd)
{
	struct stream_listener *listener = server->adopts ? server->adopts : server->streams;

	if (listener && is_socket_of(fd, SOCK_STREAM, IPPROTO_TCP) &&
	    fcntl(fd, F_SETFL, O_NONBLOCK) == 0)
		stream_adopt(listener, fd);
	else
		close(fd);
}

static void deliver_datagram(struct server *server, const struct parcel *parcel)
{
	struct datagram datagram = {
		.fd = parcel->fd,
		.peer = parcel->note.peer,
		.local = parcel->note.local,
		.bytes = parcel_bytes,
		.len = parcel->len,
		.wire_len = parcel->note.wire_len,
	};

	if (server->datagrams && is_socket_of(parcel->fd, SOCK_DGRAM, IPPROTO_UDP))
		server->datagrams->handler(server->datagrams, &datagram);
	close(parcel->fd);
}

static void on_take(struct ev_loop *loop, struct ev_io *io, int events)
{
	struct server *server = io->data;
	struct parcel parcel;
	int round;

	for (round = 0; round < TAKEN_PER_ROUND && take_parcel(server->handover, &parcel); round++) {
		if (parcel.fd < 0)
			continue;
		if (parcel.note.is_datagram)
			deliver_datagram(server, &parcel);
		else
			deliver_connection(server, parcel.fd);
	}
}

/* Only the servers' user may send: the socket becomes its own. */
static int bind_socket(struct server *server, struct handover *handover)
{
	const struct passwd *user;

	unlink(handover->local.sun_path);
	if (bind(handover->fd, (struct sockaddr *)&handover->local, sizeof(handover->local)) < 0 ||
	    chmod(handover->local.sun_path, 0600) < 0)
		return -1;
	if (geteuid() != 0)
		return 0;
	user = getpwnam(server->user);	/* if there is none: priv_drop() says so */
	return user ? chown(handover->local.sun_path, user->pw_uid, user->pw_gid) : 0;
}

int handover_open(struct server *server)
{
	struct handover *handover = calloc(1, sizeof(*handover));

	if (!handover || !name_socket(server, server->name, &handover->local)) {
		server_warn(server, "--folder %s: expected a shorter path", server->folder);
		free(handover);
		return -1;
	}
	handover->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (handover->fd < 0 || bind_socket(server, handover) < 0) {
		server_warn(server, "%s: %s", handover->local.sun_path, strerror(errno));
		if (handover->fd >= 0)
			close(handover->fd);
		free(handover);
		return -1;
	}
	ev_io_init(&handover->io, on_take, handover->fd, EV_READ);
	handover->io.data = server;
	ev_io_start(server->loop, &handover->io);
	server->handover = handover;
	return 0;
}

void handover_close(struct server *server)
{
	struct handover *handover = server->handover;

	if (!handover)
		return;
	ev_io_stop(server->loop, &handover->io);
	close(handover->fd);
	free(handover);
	server->handover = NULL;
}

static bool send_parcel(struct server *server, const char *to, int fd, struct note *note,
			const void *bytes, size_t len)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
	struct iovec vectors[] = {
		{ .iov_base = note, .iov_len = sizeof(*note) },
		{ .iov_base = (void *)bytes, .iov_len = len },
	};
	struct sockaddr_un address;
	struct msghdr header = {
		.msg_name = &address,
		.msg_namelen = sizeof(address),
		.msg_iov = vectors,
		.msg_iovlen = 2,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *first = CMSG_FIRSTHDR(&header);

	errno = ENOENT;
	if (!server->handover || !name_socket(server, to, &address))
		return false;
	first->cmsg_level = SOL_SOCKET;
	first->cmsg_type = SCM_RIGHTS;
	first->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(first), &fd, sizeof(fd));
	return sendmsg(server->handover->fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL) ==
	       (ssize_t)(sizeof(*note) + len);
}

bool handover_send(struct server *server, const char *to, int fd)
{
	struct note note = {};

	return send_parcel(server, to, fd, &note, NULL, 0);
}

bool handover_send_datagram(struct server *server, const char *to,
			    const struct datagram *datagram)
{
	struct note note;

	memset(&note, 0, sizeof(note));
	note.is_datagram = true;
	note.peer = datagram->peer;
	note.local = datagram->local;
	note.wire_len = datagram->wire_len;
	return send_parcel(server, to, datagram->fd, &note, datagram->bytes, datagram->len);
}
