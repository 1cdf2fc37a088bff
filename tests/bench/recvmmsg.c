// SPDX-License-Identifier: GPL-2.0-only
/* recvmmsg PORT: receives datagrams in batches and counts them, the least that a server can do. */
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BATCH	64
#define BYTES	2048
#define BUFFER	(32 << 20)	/* as large as the sink's */

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static int open_socket(int port)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), buffer = BUFFER;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)) ||
	    bind(fd, (struct sockaddr *)&any, sizeof(any))) {
		fprintf(stderr, "recvmmsg: port %d: %s\n", port, strerror(errno));
		exit(1);
	}
	return fd;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = stop };	/* no SA_RESTART: the wait must end */
	static char bytes[BATCH][BYTES];
	struct mmsghdr messages[BATCH] = {};
	struct iovec vectors[BATCH];
	unsigned long long received = 0;
	int fd, n;

	if (argc != 2) {
		fprintf(stderr, "usage: recvmmsg PORT\n");
		return 2;
	}
	sigaction(SIGINT, &action, NULL);
	for (int i = 0; i < BATCH; i++) {
		vectors[i] = (struct iovec){ bytes[i], BYTES };
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &vectors[i], .msg_iovlen = 1 };
	}
	fd = open_socket(atoi(argv[1]));
	while (!stopped) {
		n = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
		if (n > 0)
			received += n;
	}
	printf("%llu\n", received);
	return 0;
}
