// SPDX-License-Identifier: GPL-2.0-only
/* Which of two sockets a datagram is for: a program that the kernel runs for each. */
#include "steer.h"

#include <errno.h>
#include <linux/filter.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST		0	/* a socket's place in the order of binding */
#define SECOND		1
#define PLAIN_HEADER	0x45	/* IPv4 without options: the ports' place is known */
#define PER_PEER	4	/* instructions behind the ports */

int steer_open(int first, const union addr_socket *local)
{
	int on = 1, fd, error;

	if (setsockopt(first, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) < 0)
		return -1;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0 &&
	    bind(fd, &local->any, sizeof(local->v4)) == 0 && steer_set(first, NULL, 0))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

#define LOAD(size, at)	((struct sock_filter)BPF_STMT(BPF_LD | BPF_ABS | (size), SKF_NET_OFF + (at)))
#define UNLESS(value, skipped) \
	((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skipped))
#define IF(value, skipped) \
	((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, skipped, 0))
#define RETURN(place)	((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, place))

/* The ports one after the other; behind them, for each, the address that goes with it. */
bool steer_set(int first, const union addr_socket *peers, unsigned int count)
{
	struct sock_filter code[4 + (1 + PER_PEER) * STEER_MAX], *at = code;
	struct sock_fprog program = { .filter = code };

	if (count > STEER_MAX) {
		errno = E2BIG;
		return false;
	}
	*at++ = LOAD(BPF_B, 0);
	*at++ = UNLESS(PLAIN_HEADER, 1 + count);
	*at++ = LOAD(BPF_H, 20);
	for (unsigned int i = 0; i < count; i++)
		*at++ = IF(ntohs(peers[i].v4.sin_port), count - i + PER_PEER * i);
	*at++ = RETURN(FIRST);
	for (unsigned int i = 0; i < count; i++) {
		*at++ = LOAD(BPF_W, 12);
		*at++ = UNLESS(ntohl(peers[i].v4.sin_addr.s_addr), 1);
		*at++ = RETURN(SECOND);
		*at++ = RETURN(FIRST);
	}
	program.len = (unsigned short)(at - code);
	return !setsockopt(first, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program));
}
