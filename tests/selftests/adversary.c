// SPDX-License-Identifier: GPL-2.0-only
/*
 * An adversary behind a port, and watchers wherever something could come out.
 *
 *	adversary [-s SEED] [-n FRAMES] [-t SECONDS] [-l] -g NS:IF [-a ADDR]… [-p PORT]…
 *		  [-h NS:BRIDGE] [-w NS:IF[,WORD]…]…
 *
 * -g sends frames there, made from the seed (adversary_frames.h); addresses of all devices named,
 * and those of -a and -p, are what it knows.  -h: that namespace's own stack may take in nothing,
 * from whatever device.  -w: that device may receive nothing, or, with words, only what they
 * promise (adversary_promise.h).  What else arrives is a leak: printed, exit status 1; without -l,
 * so is what a watcher was too slow for.  SIGTERM ends it early, with its result.  The sender is
 * named first.
 */
#include "adversary_frames.h"
#include "adversary_promise.h"

#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WATCHES		160
#define BATCH		8
#define LEAKS_SHOWN	8

/* A place where something could come out. */
struct watch {
	char		name[64];
	int		fd;
	bool		packet;		/* a packet socket; else a socket of the host's stack */
	struct promise	promise;
	unsigned long	received;
	unsigned long	heard;		/* of these, what must not arrive */
};

static struct watch watches[WATCHES];
static int watch_count;
static struct pool pool;
static int home = -1, loop = -1;
static unsigned long sent, refused, leaks, frame_number;
static uint64_t seed;
static volatile sig_atomic_t stop;
static struct { uint8_t data[FRAME_MAX]; size_t len; } batch[BATCH];

static __attribute__((noreturn)) void die(const char *what)
{
	fprintf(stderr, "adversary: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* NS:IF, in place; "" is the namespace that we are in. */
static char *split_place(char *place)
{
	char *colon = strchr(place, ':');

	if (!colon) {
		errno = EINVAL;
		die(place);
	}
	*colon = '\0';
	return colon + 1;
}

static void enter(const char *ns)
{
	char path[128];
	int fd;

	if (home < 0)
		home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/run/netns/%s", ns);
	fd = *ns ? open(path, O_RDONLY | O_CLOEXEC) : home;
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	if (fd != home)
		close(fd);
}

static void known_mac(const uint8_t mac[6])
{
	if (pool.macs < POOL_MAX)
		memcpy(pool.mac[pool.macs++], mac, 6);
}

static void known_address(const char *text)
{
	if (pool.v4s < POOL_MAX && inet_pton(AF_INET, text, &pool.v4[pool.v4s]) == 1)
		pool.v4s++;
	else if (pool.v6s < POOL_MAX && inet_pton(AF_INET6, text, &pool.v6[pool.v6s]) == 1)
		pool.v6s++;
}

/* MAC and IP addresses of the current namespace's devices; name NULL: of all. */
static void learn(const char *name)
{
	struct ifaddrs *list, *ifa;

	if (getifaddrs(&list))
		die("getifaddrs");
	for (ifa = list; ifa; ifa = ifa->ifa_next) {
		const struct sockaddr *sa = ifa->ifa_addr;

		if (!sa || (name && strcmp(name, ifa->ifa_name)))
			continue;
		if (sa->sa_family == AF_PACKET)
			known_mac(((const struct sockaddr_ll *)sa)->sll_addr);
		if (sa->sa_family == AF_INET && pool.v4s < POOL_MAX)
			pool.v4[pool.v4s++] = ((const struct sockaddr_in *)sa)->sin_addr;
		if (sa->sa_family == AF_INET6 && pool.v6s < POOL_MAX)
			pool.v6[pool.v6s++] = ((const struct sockaddr_in6 *)sa)->sin6_addr;
	}
	freeifaddrs(list);
}

static int packet_socket(unsigned int type, const char *name)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET, .sll_protocol = htons(type) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0), room = 8 << 20, one = 1;

	sll.sll_ifindex = name ? (int)if_nametoindex(name) : 0;
	if (fd < 0 || (name && !sll.sll_ifindex) ||
	    bind(fd, (const struct sockaddr *)&sll, sizeof(sll)))
		die(name ? name : "packet socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one));
	return fd;
}

static struct watch *add_watch(int fd, const char *format, const char *a, unsigned int b)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = (uint32_t)watch_count };
	struct watch *watch = &watches[watch_count++];

	if (watch_count == WATCHES || fd < 0 || epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event))
		die("watch");
	watch->fd = fd;
	snprintf(watch->name, sizeof(watch->name), format, a, b);
	return watch;
}

static void host_socket(const char *ns, int family, int type, int protocol, unsigned int port)
{
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
	int fd = socket(family, type | SOCK_NONBLOCK, protocol);

	/* a kernel without IPv6, or a port that is taken: then there is nothing to hear */
	if (fd < 0 || (port && bind(fd, (const struct sockaddr *)&sin6, sizeof(sin6))))
		return;
	if (type == SOCK_STREAM && listen(fd, 128))
		die("listen");
	add_watch(fd, port ? "%s: a socket on port %u" : "%s: a raw socket of protocol %u", ns,
		  port ? port : (unsigned int)protocol);
}

/*
 * The host's stack.  A packet socket for one EtherType gets what the stack's
 * own handler of it gets: frames that no bridge has taken.
 */
static void watch_host(char *place)
{
	static const int protocols[] = { 1, 2, 6, 17, 41, 47, 50, 58, 89, 132 };
	static const unsigned int ports[] = { 9, 53, 67, 68, 123, 546, 547, 1900, 5353 };
	static const uint16_t inner[] = { 1, 2, 4, 5 };	/* ETH_P_802_3, _AX25, _802_2, _SNAP */
	char *bridge = split_place(place);
	size_t i;

	enter(place);
	learn(NULL);
	for (i = 0; i < FRAME_TYPES; i++)
		if (frame_types[i] >= 0x600)
			add_watch(packet_socket(frame_types[i], NULL), "%s: EtherType %04x", place,
				  frame_types[i])->packet = true;
	for (i = 0; i < sizeof(inner) / sizeof(*inner); i++)
		add_watch(packet_socket(inner[i], NULL), "%s: 802 frames %u", place,
			  inner[i])->packet = true;
	add_watch(packet_socket(ETH_P_ALL, bridge), "%s: the bridge", place, 0)->packet = true;
	for (i = 0; i < sizeof(protocols) / sizeof(*protocols); i++) {
		host_socket(place, AF_INET, SOCK_RAW, protocols[i], 0);
		host_socket(place, AF_INET6, SOCK_RAW, protocols[i], 0);
	}
	for (i = 0; i < sizeof(ports) / sizeof(*ports); i++) {
		host_socket(place, AF_INET6, SOCK_DGRAM, 0, ports[i]);
		host_socket(place, AF_INET6, SOCK_STREAM, 0, ports[i]);
	}
	enter("");
}

static void watch_device(char *place)
{
	char *name = split_place(place), *words = strchr(name, ','), *word;
	struct ifreq ifr = { 0 };
	struct watch *watch;

	if (words)
		*words++ = '\0';
	enter(place);
	learn(name);
	watch = add_watch(packet_socket(ETH_P_ALL, name), "%s: the device", place, 0);
	watch->packet = true;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (ioctl(watch->fd, SIOCGIFHWADDR, &ifr))
		die(name);
	memcpy(watch->promise.mac, ifr.ifr_hwaddr.sa_data, 6);
	enter("");
	while ((word = strsep(&words, ","))) {
		if (!promise_add(&watch->promise, word)) {
			errno = EINVAL;
			die(word);
		}
	}
}

static void show(const char *what, const uint8_t *data, size_t len)
{
	printf("%s", what);
	for (size_t i = 0; i < len; i++)
		printf("%02x", data[i]);
	putchar('\n');
}

static void leak(struct watch *watch, const char *what, const uint8_t *data, size_t len)
{
	if (!watch->heard++)
		printf("HEARD %s\n", watch->name);
	if (leaks++ >= LEAKS_SHOWN)
		return;
	printf("LEAK: %s got %s, up to frame %lu of seed %llu\n", watch->name, what, frame_number,
	       (unsigned long long)seed);
	show("    got ", data, len);
	for (int i = 0; i < BATCH; i++)
		show("    sent ", batch[i].data, batch[i].len);
}

/* Everything that has arrived at one watch. */
static void drain(struct watch *watch)
{
	uint8_t data[65536], control[256];
	struct sockaddr_ll from;
	struct iovec iov = { data, sizeof(data) };
	struct msghdr msg;
	ssize_t n;

	for (;;) {
		bool tagged = false;
		const char *what;

		msg = (struct msghdr){ .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov,
				       .msg_iovlen = 1, .msg_control = control,
				       .msg_controllen = sizeof(control) };
		n = recvmsg(watch->fd, &msg, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == ENETDOWN))
			return;
		if (!watch->packet) {	/* even an error tells of a connection */
			leak(watch, "data", data, n > 0 ? (size_t)n : 0);
			epoll_ctl(loop, EPOLL_CTL_DEL, watch->fd, NULL);
			return;
		}
		if (n < 0)
			die(watch->name);
		if (from.sll_pkttype == PACKET_OUTGOING)
			continue;
		for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c))
			if (c->cmsg_type == PACKET_AUXDATA)
				tagged = ((struct tpacket_auxdata *)(void *)CMSG_DATA(c))->tp_status &
					 TP_STATUS_VLAN_VALID;
		watch->received++;
		what = promise_broken(&watch->promise, data, (size_t)n, tagged);
		if (what)
			leak(watch, what, data, (size_t)n);
	}
}

/* Look at all watches until none has anything for so long. */
static void look(int ms)
{
	struct epoll_event events[32];
	int n;

	while ((n = epoll_wait(loop, events, 32, ms)) > 0)
		for (int i = 0; i < n; i++)
			drain(&watches[events[i].data.u32]);
}

/* A tap's guest, and a packet socket, may leave checksums and segmentation to the next. */
static void make_offload(struct maker *m, struct virtio_net_hdr *hdr)
{
	static const uint8_t kinds[] = { 0, 1, 3, 4, 5, 0x81 };

	*hdr = (struct virtio_net_hdr){ 0 };
	if (chance(m, 70)) {
		hdr->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		hdr->csum_start = (uint16_t)(chance(m, 70) ? 34 : below(m, 120));
		hdr->csum_offset = (uint16_t)(chance(m, 50) ? 6 : chance(m, 80) ? 16 : below(m, 64));
	}
	if (chance(m, 60)) {
		hdr->gso_type = ONE_OF(m, kinds);
		hdr->gso_size = (uint16_t)(1 + below(m, chance(m, 80) ? 64 : 1500));
		hdr->hdr_len = (uint16_t)below(m, 128);
	}
}

static void send_frame(struct maker *m, int plain, int offload, unsigned long n)
{
	struct virtio_net_hdr hdr;
	struct iovec iov[2] = { { &hdr, sizeof(hdr) }, { batch[n % BATCH].data, 0 } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t len;

	m->state = seed * 0x2545f4914f6cdd1du + n;
	m->frame = batch[n % BATCH].data;
	batch[n % BATCH].len = iov[1].iov_len = make_nth(m, n);
	if (offload >= 0 && chance(m, 6)) {
		make_offload(m, &hdr);
		len = sendmsg(offload, &msg, 0);
	} else {
		len = send(plain, iov[1].iov_base, iov[1].iov_len, 0);
	}
	if (len < 0)
		refused++;
	else
		sent++;
}

static void on_term(int signal)
{
	(void)signal;
	stop = 1;
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Frames from n to the limit, or until the time is over. */
static void attack(char *place, unsigned long frames, long long ms)
{
	struct maker m = { .pool = &pool };
	char *name = split_place(place);
	long long end = now_ms() + ms;
	int plain, offload, one = 1;

	enter(place);
	plain = packet_socket(0, name);
	offload = packet_socket(0, name);
	if (setsockopt(offload, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)))
		offload = -1;
	enter("");
	while (!stop && (ms ? now_ms() < end : frame_number < frames)) {
		send_frame(&m, plain, offload, frame_number++);
		if (frame_number % BATCH == 0)
			look(ms ? 1 : 0);	/* others want to run, too */
	}
	look(200);
}

/* What the sockets of this program were too slow for would be a leak unseen. */
static void check_lost(void)
{
	for (int i = 0; i < watch_count; i++) {
		struct tpacket_stats stats;
		socklen_t len = sizeof(stats);

		if (watches[i].packet && !getsockopt(watches[i].fd, SOL_PACKET, PACKET_STATISTICS,
						     &stats, &len) && stats.tp_drops) {
			printf("LEAK: %s: %u frames were not looked at\n", watches[i].name,
			       stats.tp_drops);
			leaks++;
		}
	}
}

/* The sender's own MAC and IP addresses come first in the pool. */
static void learn_self(const char *place)
{
	char copy[96], *name;

	snprintf(copy, sizeof(copy), "%s", place);
	name = split_place(copy);
	enter(copy);
	learn(name);
	enter("");
	if (!pool.macs) {
		errno = ENODEV;
		die(place);
	}
	memcpy(pool.own_mac, pool.mac[0], 6);
	if (!pool.v4s)
		known_address("192.168.1.100");
	if (!pool.v6s)
		known_address("fd53:4201::100");
}

static void summary(void)
{
	unsigned long received = 0;

	for (int i = 0; i < watch_count; i++)
		if (watches[i].promise.limited)
			received += watches[i].received;
	printf("seed %llu: %lu frames sent, %lu refused by the sender's own kernel, %lu arrived where "
	       "they may, %lu leaks at %d watches\n", (unsigned long long)seed, sent, refused,
	       received, leaks, watch_count);
}

int main(int argc, char **argv)
{
	unsigned long frames = 1000, seconds = 0;
	char *from = NULL, *host = NULL;
	bool losses = false;
	int option;

	loop = epoll_create1(EPOLL_CLOEXEC);
	setlinebuf(stdout);
	signal(SIGTERM, on_term);
	if (loop < 0 || getrandom(&seed, 4, 0) != 4)
		die("start");
	while ((option = getopt(argc, argv, "s:n:t:lg:a:p:h:w:")) != -1) {
		switch (option) {
		case 's':	seed = strtoull(optarg, NULL, 0); break;
		case 'n':	frames = strtoul(optarg, NULL, 0); break;
		case 't':	seconds = strtoul(optarg, NULL, 0); break;
		case 'l':	losses = true; break;
		case 'g':	learn_self(from = optarg); break;
		case 'a':	known_address(optarg); break;
		case 'p':
			if (pool.ports < POOL_MAX)
				pool.port[pool.ports++] = (uint16_t)strtoul(optarg, NULL, 0);
			break;
		case 'h':	host = optarg; break;
		case 'w':	watch_device(optarg); break;
		default:
			fprintf(stderr, "adversary: see the head of adversary.c\n");
			return 2;
		}
	}
	if (!from) {
		fprintf(stderr, "adversary: no -g: expected where to send from\n");
		return 2;
	}
	if (host)
		watch_host(host);
	if (!pool.ports)
		pool.port[pool.ports++] = 9;
	printf("seed %llu\n", (unsigned long long)seed);
	attack(from, frames, (long long)seconds * 1000);
	if (!losses)
		check_lost();
	summary();
	return leaks != 0;
}
