// SPDX-License-Identifier: GPL-2.0-only
/*
 * hold ADDRESS PORT COUNT [TEXT]: opens COUNT connections, sends TEXT on each,
 * says "held" and keeps them until it is killed.  Reads nothing.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	const char *text = argc > 4 ? argv[4] : "";
	int count, i, fd, small = 4096;

	if (argc < 4 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1)
		return 2;
	to.sin_port = htons((uint16_t)atoi(argv[2]));
	count = atoi(argv[3]);
	for (i = 0; i < count; i++) {
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd < 0) {
			perror("socket");
			return 1;
		}
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
		if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
		    (*text && send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)) {
			perror("connect");
			return 1;
		}
	}
	puts("held");
	fflush(stdout);
	pause();
	return 0;
}
