// SPDX-License-Identifier: GPL-2.0-only
/*
 * flood ADDRESS PORT COUNT SIZE SOCKETS [SOURCE]: sends COUNT datagrams of SIZE
 * bytes from SOCKETS source ports in turn, as fast as it goes, and says how many
 * the kernel took.  The ports are the kernel's choice, or SOURCE and those after it.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SOCKETS_MAX	20000

int main(int argc, char **argv)
{
	static int fds[SOCKETS_MAX];
	static char bytes[65536];
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct sockaddr_in from = { .sin_family = AF_INET };
	long count, size, sockets, source, i, sent = 0;

	if (argc < 6 || argc > 7 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1)
		return 2;
	to.sin_port = htons((uint16_t)atoi(argv[2]));
	count = atol(argv[3]);
	size = atol(argv[4]);
	sockets = atol(argv[5]);
	source = argc > 6 ? atol(argv[6]) : 0;
	if (sockets < 1 || sockets > SOCKETS_MAX || size < 0 || size > 65507)
		return 2;
	memset(bytes, 'x', sizeof(bytes));
	for (i = 0; i < sockets; i++) {
		fds[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		from.sin_port = htons(source ? source + i : 0);
		if (fds[i] < 0 || bind(fds[i], (struct sockaddr *)&from, sizeof(from)) < 0 ||
		    connect(fds[i], (struct sockaddr *)&to, sizeof(to)) < 0) {
			perror("socket");
			return 1;
		}
	}
	for (i = 0; i < count; i++)
		sent += send(fds[i % sockets], bytes, (size_t)size, 0) == size;
	printf("%ld\n", sent);
	return 0;
}
