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
static bool is_connection(int fd)
{
	int type = 0, protocol = 0;
	socklen_t len = sizeof(int);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM &&
	       getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &len) == 0 &&
	       protocol == IPPROTO_TCP;
}

enum { TAKE_NOTHING = -1, TAKE_USELESS = -2 };

/* A descriptor, or why none. */
static int take_one(struct handover *handover)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	char byte;
	struct iovec vector = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr header = {
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *first;
	int fd;

	if (recvmsg(handover->fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) < 0)
		return errno == EINTR ? TAKE_USELESS : TAKE_NOTHING;
	first = CMSG_FIRSTHDR(&header);
	if (!first || first->cmsg_level != SOL_SOCKET || first->cmsg_type != SCM_RIGHTS ||
	    first->cmsg_len != CMSG_LEN(sizeof(int)))
		return TAKE_USELESS;
	memcpy(&fd, CMSG_DATA(first), sizeof(fd));
	if (is_connection(fd) && fcntl(fd, F_SETFL, O_NONBLOCK) == 0)
		return fd;
	close(fd);
	return TAKE_USELESS;
}

static void on_take(struct ev_loop *loop, struct ev_io *io, int events)
{
	struct server *server = io->data;
	struct stream_listener *listener = server->adopts ? server->adopts : server->streams;
	int round, fd;

	for (round = 0; round < TAKEN_PER_ROUND; round++) {
		fd = take_one(server->handover);
		if (fd == TAKE_NOTHING)
			return;
		if (fd >= 0 && listener)
			stream_adopt(listener, fd);
		else if (fd >= 0)
			close(fd);
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

bool handover_send(struct server *server, const char *to, int fd)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
	char byte = 0;
	struct iovec vector = { .iov_base = &byte, .iov_len = 1 };
	struct sockaddr_un address;
	struct msghdr header = {
		.msg_name = &address,
		.msg_namelen = sizeof(address),
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *first = CMSG_FIRSTHDR(&header);

	if (!server->handover || !name_socket(server, to, &address))
		return false;
	first->cmsg_level = SOL_SOCKET;
	first->cmsg_type = SCM_RIGHTS;
	first->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(first), &fd, sizeof(fd));
	return sendmsg(server->handover->fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL) == 1;
}
