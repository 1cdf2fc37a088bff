// SPDX-License-Identifier: GPL-2.0-only
/*
 * Both ends of test conversations.
 *
 *	peer tcp-serve ADDR PORT	answers each connection "CLIENT ORIGINAL\n", then echoes
 *	peer udp-serve ADDR PORT	answers each datagram "CLIENT ORIGINAL PAYLOAD"
 *	peer tcp|udp ADDR PORT TEXT	sends TEXT, prints the answer, and from whom
 *	peer tcp-scan|udp-scan FIRST-ADDR COUNT PORT SOURCE-PORT
 *					COUNT addresses from one source port; each must answer from
 *					its own address, and name it as the original
 *	peer transparent-serve ADDR PORT	tcp-serve as a transparent proxy does it: each connection gets
 *					the address that SO_ORIGINAL_DST tells
 * CLIENT is "a.b.c.d:port" as the server sees it; ORIGINAL is "a.b.c.d:port flow N rule N in IF
 * server NAME", or "none ERRNO".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netfilter_ipv4.h>
#include <linux/sinkbridge.h>

#define ANSWER_MS	5000

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static struct sockaddr_in address(const char *addr, const char *port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };

	if (inet_pton(AF_INET, addr, &sin.sin_addr) != 1) {
		fprintf(stderr, "peer: not an address: %s\n", addr);
		exit(2);
	}
	sin.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
	return sin;
}

static const char *show(uint32_t addr, uint16_t port)
{
	static char text[4][32];
	static int turn;
	struct in_addr in = { .s_addr = addr };
	char *to = text[turn = (turn + 1) % 4];

	snprintf(to, sizeof(text[0]), "%s:%u", inet_ntoa(in), ntohs(port));
	return to;
}

static void describe(int fd, const struct sockaddr_in *peer, int udp, char *text, size_t size)
{
	struct sinkbridge_original orig = { 0 };
	socklen_t len = sizeof(orig);

	if (udp) {
		orig.peer_addr = peer->sin_addr.s_addr;
		orig.peer_port = peer->sin_port;
	}
	if (getsockopt(fd, IPPROTO_IP, SO_SINKBRIDGE_ORIGINAL, &orig, &len))
		snprintf(text, size, "%s none %s",
			 show(peer->sin_addr.s_addr, peer->sin_port), strerrorname_np(errno));
	else
		snprintf(text, size, "%s %s flow %llu rule %u in %s server %s",
			 show(peer->sin_addr.s_addr, peer->sin_port),
			 show(orig.dest_addr, orig.dest_port), (unsigned long long)orig.flow_id,
			 orig.rule_id, orig.guest_if, orig.server);
}

/* As any transparent proxy asks; it knows nothing of this project. */
static void describe_classic(int fd, char *text, size_t size)
{
	struct sockaddr_in orig = { 0 };
	socklen_t len = sizeof(orig);

	if (getsockopt(fd, IPPROTO_IP, SO_ORIGINAL_DST, &orig, &len))
		snprintf(text, size, "none %s", strerrorname_np(errno));
	else
		snprintf(text, size, "%s", show(orig.sin_addr.s_addr, orig.sin_port));
}

static int bound(int type, const struct sockaddr_in *sin)
{
	int fd = socket(AF_INET, type, 0), one = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(fd, (const struct sockaddr *)sin, sizeof(*sin)))
		die("bind");
	return fd;
}

static void serve_connection(int fd, const struct sockaddr_in *peer, int classic)
{
	char text[256];
	char data[65536];
	ssize_t n;

	if (classic)
		describe_classic(fd, text, sizeof(text) - 1);
	else
		describe(fd, peer, 0, text, sizeof(text) - 1);
	strcat(text, "\n");
	if (write(fd, text, strlen(text)) < 0)
		exit(1);
	while ((n = read(fd, data, sizeof(data))) > 0)
		if (write(fd, data, (size_t)n) != n)
			break;
	exit(0);
}

static __attribute__((noreturn)) int tcp_serve(char **argv, int classic)
{
	struct sockaddr_in sin = address(argv[0], argv[1]);
	int fd = bound(SOCK_STREAM, &sin);

	signal(SIGCHLD, SIG_IGN);
	if (listen(fd, 4096))
		die("listen");
	for (;;) {
		socklen_t len = sizeof(sin);
		int conn = accept(fd, (struct sockaddr *)&sin, &len);

		if (conn < 0)
			continue;
		if (!fork()) {
			close(fd);
			serve_connection(conn, &sin, classic);
		}
		close(conn);
	}
}

static __attribute__((noreturn)) int udp_serve(char **argv)
{
	struct sockaddr_in sin = address(argv[0], argv[1]);
	int fd = bound(SOCK_DGRAM, &sin);
	int size = 8 << 20;
	char text[2048];

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	for (;;) {
		socklen_t len = sizeof(sin);
		char data[1400];
		ssize_t n = recvfrom(fd, data, sizeof(data) - 1, 0, (struct sockaddr *)&sin, &len);

		if (n < 0)
			continue;
		data[n] = 0;
		describe(fd, &sin, 1, text, 256);
		strcat(text, " ");
		strcat(text, data);
		sendto(fd, text, strlen(text), 0, (struct sockaddr *)&sin, len);
	}
}

/* One answer within ANSWER_MS; its length, 0 at the end of a stream. */
static ssize_t answer(int fd, char *data, size_t size, struct sockaddr_in *from)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	socklen_t len = sizeof(*from);
	ssize_t n;

	if (poll(&pfd, 1, ANSWER_MS) != 1) {
		fprintf(stderr, "peer: no answer\n");
		exit(1);
	}
	n = recvfrom(fd, data, size - 1, 0, (struct sockaddr *)from, &len);
	if (n < 0)
		die("recv");
	data[n] = 0;
	return n;
}

static int ask(int type, char **argv)
{
	struct sockaddr_in to = address(argv[0], argv[1]), from = to;
	int fd = socket(AF_INET, type, 0);
	char data[4096];

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		die("connect");
	if (type == SOCK_STREAM) {
		answer(fd, data, sizeof(data), &from);
		fputs(data, stdout);
		if (write(fd, argv[2], strlen(argv[2])) < 0)
			die("write");
	} else if (send(fd, argv[2], strlen(argv[2]), 0) < 0) {
		die("send");
	}
	from = to;
	answer(fd, data, sizeof(data), &from);
	printf("%s from %s\n", data, show(from.sin_addr.s_addr, from.sin_port));
	return 0;
}

/* The answer must name, as the original, the address it comes from. */
static void check_scan(const char *data, const struct sockaddr_in *to)
{
	char want[64];

	snprintf(want, sizeof(want), " %s flow ", show(to->sin_addr.s_addr, to->sin_port));
	if (!strstr(data, want)) {
		fprintf(stderr, "peer: expected an answer with '%s', got '%s'\n", want, data);
		exit(1);
	}
}

static struct sockaddr_in nth(const struct sockaddr_in *first, unsigned int i)
{
	struct sockaddr_in to = *first;

	to.sin_addr.s_addr = htonl(ntohl(first->sin_addr.s_addr) + i);
	return to;
}

static int tcp_scan(char **argv)
{
	struct sockaddr_in first = address(argv[0], argv[2]), from;
	struct sockaddr_in source = address("0.0.0.0", argv[3]);
	unsigned int count = (unsigned int)strtoul(argv[1], NULL, 10), i;
	int *fds = calloc(count, sizeof(*fds));
	struct rlimit limit = { 1048576, 1048576 };
	char data[4096];

	setrlimit(RLIMIT_NOFILE, &limit);
	for (i = 0; fds && i < count; i++) {
		struct sockaddr_in to = nth(&first, i);

		fds[i] = bound(SOCK_STREAM, &source);
		if (connect(fds[i], (struct sockaddr *)&to, sizeof(to)))
			die("connect");
	}
	/* only now: all conversations are alive at once */
	for (i = 0; fds && i < count; i++) {
		struct sockaddr_in to = nth(&first, i);

		answer(fds[i], data, sizeof(data), &from);
		check_scan(data, &to);
	}
	free(fds);
	return 0;
}

static int udp_scan(char **argv)
{
	struct sockaddr_in first = address(argv[0], argv[2]), from;
	struct sockaddr_in source = address("0.0.0.0", argv[3]);
	unsigned int count = (unsigned int)strtoul(argv[1], NULL, 10), i;
	int fd = bound(SOCK_DGRAM, &source);
	char data[4096];

	for (i = 0; i < count; i++) {
		struct sockaddr_in to = nth(&first, i);

		if (sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof(to)) != 1)
			die("sendto");
		answer(fd, data, sizeof(data), &from);
		if (from.sin_addr.s_addr != to.sin_addr.s_addr || from.sin_port != to.sin_port) {
			fprintf(stderr, "peer: answer from %s\n",
				show(from.sin_addr.s_addr, from.sin_port));
			return 1;
		}
		check_scan(data, &to);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	setlinebuf(stdout);
	signal(SIGPIPE, SIG_IGN);
	if (!strcmp(verb, "tcp-serve") && argc == 4)
		return tcp_serve(argv + 2, 0);
	if (!strcmp(verb, "transparent-serve") && argc == 4)
		return tcp_serve(argv + 2, 1);
	if (!strcmp(verb, "udp-serve") && argc == 4)
		return udp_serve(argv + 2);
	if (!strcmp(verb, "tcp") && argc == 5)
		return ask(SOCK_STREAM, argv + 2);
	if (!strcmp(verb, "udp") && argc == 5)
		return ask(SOCK_DGRAM, argv + 2);
	if (!strcmp(verb, "tcp-scan") && argc == 6)
		return tcp_scan(argv + 2);
	if (!strcmp(verb, "udp-scan") && argc == 6)
		return udp_scan(argv + 2);
	fprintf(stderr, "peer: see the head of peer.c\n");
	return 2;
}
