// SPDX-License-Identifier: GPL-2.0-only
/*
 * An adversary behind a port, and watchers wherever something could come out.
 *
 *	adversary [-s SEED] [-n FRAMES] [-t SECONDS] [-l] -g NS:IF [-a ADDR]… [-p PORT]…
 *		  [-h NS:BRIDGE] [-w NS:IF[,WORD]…]…
 *
 * -g sends frames there, made from the seed (adversary_frames.h); addresses of all devices named,
 * and those of -a and -p, are what it knows.  -h: that namespace's own stack may take in nothing,
 * from whatever device.  -w: that device may receive nothing, or, with words, only IP packets
 *	to=ADDR		for this address (one of each family)
 *	from=ADDR	from this address (several: any of them)
 *	PROTO[:PORT]	of this protocol number and destination port (several: any of them)
 * for its own MAC address and without a tag, and answers to its own ARP and ND.  What else arrives
 * is a leak: printed, exit status 1; without -l, so is what a watcher was too slow for.  SIGTERM
 * ends it early, with its result.  The sender is named first.
 */
#include "adversary_frames.h"

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

#include <linux/if_ether.h>

#define WATCHES		160
#define WORDS		16
#define BATCH		8
#define LEAKS_SHOWN	8

/* A place where something could come out. */
struct watch {
	char		name[64];
	int		fd;
	bool		packet;		/* a packet socket; else a socket of the host's stack */
	bool		limited;	/* some packets may arrive */
	uint8_t		mac[6];
	struct in_addr	to4;
	struct in6_addr	to6;
	struct in6_addr	from[WORDS];	/* IPv4 as v4-mapped */
	int		froms;
	struct { int proto, port; } rule[WORDS];
	int		rules;
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

static void allow(struct watch *watch, const char *word)
{
	struct in_addr v4;
	char text[64];

	watch->limited = true;
	if (!strncmp(word, "to=", 3)) {
		if (inet_pton(AF_INET, word + 3, &watch->to4) == 1 ||
		    inet_pton(AF_INET6, word + 3, &watch->to6) == 1)
			return;
	} else if (!strncmp(word, "from=", 5) && watch->froms < WORDS) {
		snprintf(text, sizeof(text), "%s%s", inet_pton(AF_INET, word + 5, &v4) == 1 ?
			 "::ffff:" : "", word + 5);
		if (inet_pton(AF_INET6, text, &watch->from[watch->froms++]) == 1)
			return;
	} else if (watch->rules < WORDS) {
		const char *port = strchr(word, ':');

		watch->rule[watch->rules].proto = atoi(word);
		watch->rule[watch->rules++].port = port ? atoi(port + 1) : -1;
		return;
	}
	errno = EINVAL;
	die(word);
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
	memcpy(watch->mac, ifr.ifr_hwaddr.sa_data, 6);
	enter("");
	while ((word = strsep(&words, ",")))
		allow(watch, word);
}

static bool allowed_rule(const struct watch *watch, unsigned int proto, int port)
{
	for (int i = 0; i < watch->rules; i++)
		if (watch->rule[i].proto == (int)proto &&
		    (watch->rule[i].port < 0 || port < 0 || watch->rule[i].port == port))
			return true;
	return !watch->rules;
}

static bool allowed_source(const struct watch *watch, const struct in6_addr *src)
{
	const uint8_t *b = src->s6_addr;

	if (IN6_IS_ADDR_MULTICAST(src) || IN6_IS_ADDR_UNSPECIFIED(src) || IN6_IS_ADDR_LOOPBACK(src))
		return false;
	if (IN6_IS_ADDR_V4MAPPED(src) && (b[12] == 127 || b[12] >> 4 == 14 ||
					  !memcmp(b + 12, "\0\0\0", 4) ||
					  !memcmp(b + 12, "\xff\xff\xff\xff", 4)))
		return false;
	for (int i = 0; i < watch->froms; i++)
		if (!memcmp(src, &watch->from[i], sizeof(*src)))
			return true;
	return !watch->froms;
}

/* The destination port, or -1 where there is none to see. */
static int port_of(unsigned int proto, const uint8_t *l4, const uint8_t *end)
{
	bool has = proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE;

	return has && end - l4 >= 4 ? l4[2] << 8 | l4[3] : -1;
}

static const char *judge_ipv4(const struct watch *watch, const uint8_t *ip, const uint8_t *end)
{
	struct in6_addr src = { 0 };
	size_t header;

	if (end - ip < 20)
		return "a short IPv4 packet";
	header = (ip[0] & 15) * 4;
	if (ip[0] >> 4 != 4 || header < 20 || ip + header > end || fold(sum16(ip, header, 0)))
		return "a malformed IPv4 header";
	if (watch->froms && !watch->to4.s_addr)
		;	/* the one whose answers they are may have several addresses */
	else if (memcmp(ip + 16, &watch->to4, 4))
		return "a packet for an address that is not its own";
	src.s6_addr[10] = 0xff;
	src.s6_addr[11] = 0xff;
	memcpy(src.s6_addr + 12, ip + 12, 4);
	if (!allowed_source(watch, &src))
		return "a packet from an impossible or unknown source";
	if ((ip[6] << 8 | ip[7]) & 0x1fff)
		return NULL;	/* the first fragment has been judged */
	if (!allowed_rule(watch, ip[9], port_of(ip[9], ip + header, end)))
		return "a packet that no rule sends here";
	return NULL;
}

static bool is_extension(unsigned int proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING || proto == IPPROTO_FRAGMENT ||
	       proto == IPPROTO_DSTOPTS || proto == IPPROTO_MH || proto == IPPROTO_AH;
}

static const char *judge_ipv6(const struct watch *watch, const uint8_t *ip, const uint8_t *end)
{
	const uint8_t *l4 = ip + 40;
	struct in6_addr src;
	unsigned int proto;

	if (end - ip < 40 || ip[0] >> 4 != 6)
		return "a malformed IPv6 header";
	proto = ip[6];
	if (proto == IPPROTO_ICMPV6 && ip[7] == 255 && end > l4 && (*l4 == 134 || *l4 == 136))
		return NULL;	/* router and neighbour advertisements, answers of the bridge */
	if (watch->froms && IN6_IS_ADDR_UNSPECIFIED(&watch->to6))
		;
	else if (memcmp(ip + 24, &watch->to6, 16))
		return "a packet for an address that is not its own";
	memcpy(&src, ip + 8, sizeof(src));
	if (!allowed_source(watch, &src))
		return "a packet from an impossible or unknown source";
	while (end - l4 >= 8 && is_extension(proto)) {
		const uint8_t *header = l4;

		if (proto == IPPROTO_FRAGMENT && ((l4[2] << 8 | l4[3]) & 0xfff8))
			return NULL;	/* the first fragment has been judged */
		l4 += proto == IPPROTO_FRAGMENT ? 8 :
		      proto == IPPROTO_AH ? (l4[1] + 2) * 4 : (l4[1] + 1) * 8;
		proto = header[0];
	}
	if (l4 > end || !allowed_rule(watch, proto, port_of(proto, l4, end)))
		return "a packet that no rule sends here";
	return NULL;
}

static const char *judge(const struct watch *watch, const uint8_t *frame, size_t len, bool tagged)
{
	const uint8_t *end = frame + len, *l3 = frame + 14;
	unsigned int type;

	if (!watch->limited)
		return "anything at all";
	if (len < 14)
		return "a short frame";
	if (memcmp(frame, watch->mac, 6))
		return "a frame for another MAC address";
	if (frame[6] & 1)
		return "a frame from a group address";
	if (tagged)
		return "a tagged frame";
	type = (unsigned int)frame[12] << 8 | frame[13];
	if (type == ETH_P_IP)
		return judge_ipv4(watch, l3, end);
	if (type == ETH_P_IPV6)
		return judge_ipv6(watch, l3, end);
	if (type == ETH_P_ARP && len >= 22 && l3[7] == 2)
		return NULL;	/* an answer */
	return "a frame that is neither IP nor an answer";
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
		what = judge(watch, data, (size_t)n, tagged);
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
		if (watches[i].limited)
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
