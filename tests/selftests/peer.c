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
 * server NAME", or "none ERRNO".  An address is of either family; "::" serves both, and tells of
 * IPv4 as "[::ffff:a.b.c.d]:port".
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

/* An end of a conversation, of either family. */
union end {
	struct sockaddr		any;
	struct sockaddr_in	v4;
	struct sockaddr_in6	v6;
};

static socklen_t end_len(const union end *end)
{
	return end->any.sa_family == AF_INET6 ? sizeof(end->v6) : sizeof(end->v4);
}

static union end address(const char *addr, const char *port)
{
	uint16_t number = htons((uint16_t)strtoul(port, NULL, 10));
	union end end = { .v4 = { .sin_family = AF_INET, .sin_port = number } };

	if (inet_pton(AF_INET, addr, &end.v4.sin_addr) == 1)
		return end;
	end.v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = number };
	if (inet_pton(AF_INET6, addr, &end.v6.sin6_addr) == 1)
		return end;
	fprintf(stderr, "peer: not an address: %s\n", addr);
	exit(2);
}

static const char *show(int family, const void *addr, uint16_t port)
{
	static char text[4][64];
	static int turn;
	char *to = text[turn = (turn + 1) % 4];
	char address[INET6_ADDRSTRLEN];

	inet_ntop(family, addr, address, sizeof(address));
	snprintf(to, sizeof(text[0]), family == AF_INET6 ? "[%s]:%u" : "%s:%u", address,
		 ntohs(port));
	return to;
}

static const char *show_end(const union end *end)
{
	if (end->any.sa_family == AF_INET6)
		return show(AF_INET6, &end->v6.sin6_addr, end->v6.sin6_port);
	return show(AF_INET, &end->v4.sin_addr, end->v4.sin_port);
}

static void describe4(int fd, const union end *peer, int udp, char *text, size_t size)
{
	struct sinkbridge_original orig = { 0 };
	socklen_t len = sizeof(orig);

	if (udp) {
		orig.peer_addr = peer->v4.sin_addr.s_addr;
		orig.peer_port = peer->v4.sin_port;
	}
	if (getsockopt(fd, IPPROTO_IP, SO_SINKBRIDGE_ORIGINAL, &orig, &len))
		snprintf(text, size, "none %s", strerrorname_np(errno));
	else
		snprintf(text, size, "%s flow %llu rule %u in %s server %s",
			 show(AF_INET, &orig.dest_addr, orig.dest_port),
			 (unsigned long long)orig.flow_id, orig.rule_id, orig.guest_if,
			 orig.server);
}

static void describe6(int fd, const union end *peer, int udp, char *text, size_t size)
{
	struct sinkbridge_original6 orig = { 0 };
	socklen_t len = sizeof(orig);

	if (udp) {
		memcpy(orig.peer_addr, &peer->v6.sin6_addr, sizeof(orig.peer_addr));
		orig.peer_port = peer->v6.sin6_port;
	}
	if (getsockopt(fd, IPPROTO_IPV6, SO_SINKBRIDGE_ORIGINAL, &orig, &len))
		snprintf(text, size, "none %s", strerrorname_np(errno));
	else
		snprintf(text, size, "%s flow %llu rule %u in %s server %s",
			 show(AF_INET6, orig.dest_addr, orig.dest_port),
			 (unsigned long long)orig.flow_id, orig.rule_id, orig.guest_if,
			 orig.server);
}

static void describe(int fd, const union end *peer, int udp, char *text, size_t size)
{
	char original[200];

	if (peer->any.sa_family == AF_INET6)
		describe6(fd, peer, udp, original, sizeof(original));
	else
		describe4(fd, peer, udp, original, sizeof(original));
	snprintf(text, size, "%s %s", show_end(peer), original);
}

/* As any transparent proxy asks; it knows nothing of this project. */
static void describe_classic(int fd, char *text, size_t size)
{
	struct sockaddr_in orig = { 0 };
	socklen_t len = sizeof(orig);

	if (getsockopt(fd, IPPROTO_IP, SO_ORIGINAL_DST, &orig, &len))
		snprintf(text, size, "none %s", strerrorname_np(errno));
	else
		snprintf(text, size, "%s", show(AF_INET, &orig.sin_addr, orig.sin_port));
}

static int bound(int type, const union end *end)
{
	int fd = socket(end->any.sa_family, type, 0), one = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(fd, &end->any, end_len(end)))
		die("bind");
	return fd;
}

static void serve_connection(int fd, const union end *peer, int classic)
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
	union end end = address(argv[0], argv[1]);
	int fd = bound(SOCK_STREAM, &end);

	signal(SIGCHLD, SIG_IGN);
	if (listen(fd, 4096))
		die("listen");
	for (;;) {
		socklen_t len = sizeof(end);
		int conn = accept(fd, &end.any, &len);

		if (conn < 0)
			continue;
		if (!fork()) {
			close(fd);
			serve_connection(conn, &end, classic);
		}
		close(conn);
	}
}

static __attribute__((noreturn)) int udp_serve(char **argv)
{
	union end end = address(argv[0], argv[1]);
	int fd = bound(SOCK_DGRAM, &end);
	int size = 8 << 20;
	char text[2048];

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	for (;;) {
		socklen_t len = sizeof(end);
		char data[1400];
		ssize_t n = recvfrom(fd, data, sizeof(data) - 1, 0, &end.any, &len);

		if (n < 0)
			continue;
		data[n] = 0;
		describe(fd, &end, 1, text, 256);
		strcat(text, " ");
		strcat(text, data);
		sendto(fd, text, strlen(text), 0, &end.any, len);
	}
}

/* One answer within ANSWER_MS; its length, 0 at the end of a stream. */
static ssize_t answer(int fd, char *data, size_t size, union end *from)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	socklen_t len = sizeof(*from);
	ssize_t n;

	if (poll(&pfd, 1, ANSWER_MS) != 1) {
		fprintf(stderr, "peer: no answer\n");
		exit(1);
	}
	n = recvfrom(fd, data, size - 1, 0, &from->any, &len);
	if (n < 0)
		die("recv");
	data[n] = 0;
	return n;
}

static int ask(int type, char **argv)
{
	union end to = address(argv[0], argv[1]), from = to;
	int fd = socket(to.any.sa_family, type, 0);
	char data[4096];

	if (fd < 0 || connect(fd, &to.any, end_len(&to)))
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
	printf("%s from %s\n", data, show_end(&from));
	return 0;
}

/* The answer must name, as the original, the address it comes from. */
static void check_scan(const char *data, const union end *to)
{
	char want[64];

	snprintf(want, sizeof(want), " %s flow ", show_end(to));
	if (!strstr(data, want)) {
		fprintf(stderr, "peer: expected an answer with '%s', got '%s'\n", want, data);
		exit(1);
	}
}

static union end nth(const union end *first, unsigned int i)
{
	union end to = *first;
	uint32_t *low = first->any.sa_family == AF_INET6 ? &to.v6.sin6_addr.s6_addr32[3] :
							   &to.v4.sin_addr.s_addr;

	*low = htonl(ntohl(*low) + i);
	return to;
}

static int tcp_scan(char **argv)
{
	union end first = address(argv[0], argv[2]), from;
	union end source = address(strchr(argv[0], ':') ? "::" : "0.0.0.0", argv[3]);
	unsigned int count = (unsigned int)strtoul(argv[1], NULL, 10), i;
	int *fds = calloc(count, sizeof(*fds));
	struct rlimit limit = { 1048576, 1048576 };
	char data[4096];

	setrlimit(RLIMIT_NOFILE, &limit);
	for (i = 0; fds && i < count; i++) {
		union end to = nth(&first, i);

		fds[i] = bound(SOCK_STREAM, &source);
		if (connect(fds[i], &to.any, end_len(&to)))
			die("connect");
	}
	/* only now: all conversations are alive at once */
	for (i = 0; fds && i < count; i++) {
		union end to = nth(&first, i);

		answer(fds[i], data, sizeof(data), &from);
		check_scan(data, &to);
	}
	free(fds);
	return 0;
}

static int udp_scan(char **argv)
{
	union end first = address(argv[0], argv[2]), from;
	union end source = address(strchr(argv[0], ':') ? "::" : "0.0.0.0", argv[3]);
	unsigned int count = (unsigned int)strtoul(argv[1], NULL, 10), i;
	int fd = bound(SOCK_DGRAM, &source);
	char data[4096];

	for (i = 0; i < count; i++) {
		union end to = nth(&first, i);

		if (sendto(fd, "x", 1, 0, &to.any, end_len(&to)) != 1)
			die("sendto");
		answer(fd, data, sizeof(data), &from);
		if (strcmp(show_end(&from), show_end(&to))) {
			fprintf(stderr, "peer: answer from %s\n", show_end(&from));
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
