// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames as they are.
 *
 *	frame send IF HEX…	sends each frame (blanks and colons between bytes are fine)
 *	frame flood IF HEX	sends one as fast as it can, until killed
 *	frame watch IF		prints each frame that IF receives in hex, a line each, until killed;
 *				with "ready" first
 */
#include <ctype.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

static int packet_socket(const char *name)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	sll.sll_ifindex = (int)if_nametoindex(name);
	if (fd < 0 || !sll.sll_ifindex || bind(fd, (struct sockaddr *)&sll, sizeof(sll))) {
		perror(name);
		exit(1);
	}
	return fd;
}

static size_t parse_hex(const char *hex, unsigned char *frame, size_t size)
{
	size_t n = 0;

	while (*hex && n < size) {
		char byte[3] = { 0 };

		if (!isxdigit((unsigned char)*hex)) {
			hex++;
			continue;
		}
		byte[0] = hex[0];
		byte[1] = hex[1];
		frame[n++] = (unsigned char)strtoul(byte, NULL, 16);
		hex += hex[1] ? 2 : 1;
	}
	return n;
}

static int frame_send(const char *name, char **hex)
{
	unsigned char frame[9000];
	int fd = packet_socket(name);

	for (; *hex; hex++) {
		size_t n = parse_hex(*hex, frame, sizeof(frame));

		if (send(fd, frame, n, 0) != (ssize_t)n) {
			perror("send");
			return 1;
		}
	}
	return 0;
}

static int frame_watch(const char *name)
{
	unsigned char frame[65536];
	int fd = packet_socket(name);

	setlinebuf(stdout);
	puts("ready");
	for (;;) {
		struct sockaddr_ll from;
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(fd, frame, sizeof(frame), 0, (struct sockaddr *)&from, &len);
		ssize_t i;

		if (n < 0)
			return 1;
		if (from.sll_pkttype == PACKET_OUTGOING)
			continue;
		for (i = 0; i < n; i++)
			printf("%02x", frame[i]);
		putchar('\n');
	}
}

/* A thousand a system call, whatever becomes of them. */
static _Noreturn void frame_flood(const char *name, const char *hex)
{
	static struct mmsghdr messages[1000];
	unsigned char frame[9000];
	struct iovec iov = { .iov_base = frame, .iov_len = parse_hex(hex, frame, sizeof(frame)) };
	int fd = packet_socket(name);

	for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++)
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &iov, .msg_iovlen = 1 };
	for (;;)
		if (sendmmsg(fd, messages, sizeof(messages) / sizeof(*messages), 0) < 0)
			usleep(1000);	/* the device is down */
}

int main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[1], "send"))
		return frame_send(argv[2], argv + 3);
	if (argc == 3 && !strcmp(argv[1], "watch"))
		return frame_watch(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "flood"))
		frame_flood(argv[2], argv[3]);
	fprintf(stderr, "usage: frame send IF HEX… | frame flood IF HEX | frame watch IF\n");
	return 2;
}
