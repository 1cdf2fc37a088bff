// SPDX-License-Identifier: GPL-2.0-only
/* sessions ADDRESS PORT COUNT TEXT: says TEXT on COUNT connections, 16 at a time, and hears each out. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES	16

static int session(const struct sockaddr_in *to, const char *text)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval patience = { .tv_sec = 60 };
	char bytes[4096];
	ssize_t n = -1;

	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0 &&
	    connect(fd, (const struct sockaddr *)to, sizeof(*to)) == 0 &&
	    send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text))
		while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
			;
	if (fd >= 0)
		close(fd);
	return n == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int i, status, failed = 0;
	long count, n;

	if (argc != 5 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1)
		return 2;
	to.sin_port = htons((uint16_t)atoi(argv[2]));
	count = atol(argv[3]);
	for (i = 0; i < PROCESSES; i++) {
		if (fork() == 0) {
			for (n = i; n < count; n += PROCESSES)
				failed |= session(&to, argv[4]);
			_exit(failed);
		}
	}
	while (wait(&status) > 0)
		failed |= status != 0;
	if (failed)
		printf("some failed\n");
	return failed;
}
