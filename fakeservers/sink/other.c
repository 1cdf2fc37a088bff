// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets of protocols that have no sockets (GRE, SCTP, whatever the guest makes
 * up): seen by a packet socket, counted by peer and protocol.  The kernel leaves
 * out what the other parts of this server see.
 *
 * The socket is on the server's device: one on any device would cost each frame
 * of the machine.  And a socket of one protocol would cost a clone of each.
 */
#include <errno.h>
#include <ifaddrs.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sink.h"

#define SNAP			2048
#define PACKETS_PER_ROUND	512
#define BUFFER			(8 << 20)
#define IDLE_SECONDS		30.0
#define CONVERSATIONS		1024

struct other {
	struct ev_io io;
	struct ev_timer expire;
	struct conversation_table *table;
	uint64_t packets, bytes, dropped, conversations;
};

/* Where the protocol is (in IPv6: the first header's), and what is not wanted. */
#define LOAD_BYTE(at)		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, at)
#define DROP_IF(value, to_drop)	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, to_drop, 0)

/* Whatever is no IP passes here as IPv4: take() refuses it. */
static const struct sock_filter filter[] = {
	LOAD_BYTE(0),
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x60, 5, 0),
	LOAD_BYTE(9),
	DROP_IF(IPPROTO_UDP, 12), DROP_IF(IPPROTO_TCP, 11), DROP_IF(IPPROTO_ICMP, 10),
	BPF_STMT(BPF_RET | BPF_K, SNAP),
	LOAD_BYTE(6),
	DROP_IF(IPPROTO_UDP, 7), DROP_IF(IPPROTO_TCP, 6), DROP_IF(IPPROTO_ICMPV6, 5),
	DROP_IF(IPPROTO_HOPOPTS, 4), DROP_IF(IPPROTO_ROUTING, 3), DROP_IF(IPPROTO_FRAGMENT, 2),
	DROP_IF(IPPROTO_DSTOPTS, 1),
	BPF_STMT(BPF_RET | BPF_K, SNAP),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

static void on_end(struct conversation *conversation, void *data)
{
	if (sink_may_tell_summary(conversation->packets))
		sink_tell("summary", &conversation->orig, &(struct sink_facts){
			.packets = conversation->packets, .bytes = conversation->bytes,
			.first = conversation->first, .first_len = conversation->first_len,
		});
}

/* Of a packet: who sent it, which protocol, where its payload begins.  False: broken. */
static bool read_header(const uint8_t *bytes, size_t len, struct orig *orig, size_t *payload)
{
	const struct ip6_hdr *six = (const void *)bytes;
	const struct ip *four = (const void *)bytes;

	*orig = (struct orig){};
	if (len >= sizeof(*four) && bytes[0] >> 4 == 4) {
		*payload = 4U * four->ip_hl;
		orig->protocol = four->ip_p;
		orig->guest_addr = addr_from_v4(four->ip_src);
		orig->dest_addr = addr_from_v4(four->ip_dst);
	} else if (len >= sizeof(*six) && bytes[0] >> 4 == 6) {
		*payload = sizeof(*six);
		orig->protocol = six->ip6_nxt;
		orig->guest_addr = six->ip6_src;
		orig->dest_addr = six->ip6_dst;
	} else {
		return false;
	}
	orig->server_addr = orig->dest_addr;
	return *payload <= len;
}

static void take(struct other *other, const uint8_t *bytes, size_t len, size_t wire_len)
{
	struct conversation *conversation;
	union addr_socket key;
	struct orig orig;
	size_t payload;

	if (!read_header(bytes, len, &orig, &payload))
		return;
	other->packets++;
	other->bytes += wire_len;
	/* the protocol stands where others have a port */
	addr_to_socket(&orig.guest_addr, orig.protocol, &key);
	conversation = conversation_find(other->table, &key);
	if (!conversation) {
		conversation = conversation_add(other->table, &key, bytes + payload, len - payload);
		conversation->orig = orig;
		other->conversations++;
		if (sink_may_tell_first())
			sink_tell("first", &orig, &(struct sink_facts){
				.packets = 1, .bytes = wire_len, .first = conversation->first,
				.first_len = conversation->first_len,
			});
	}
	conversation_count(other->table, conversation, 1, wire_len, ev_now(sink.server->loop));
}

static void count_drops(struct other *other)
{
	struct tpacket_stats stats;
	socklen_t len = sizeof(stats);

	/* the kernel's own counts begin anew with each call */
	if (getsockopt(other->io.fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) == 0)
		other->dropped += stats.tp_drops;
}

static bool receive(struct other *other)
{
	_Alignas(8) static uint8_t bytes[SNAP];
	ssize_t n = recv(other->io.fd, bytes, sizeof(bytes), MSG_DONTWAIT | MSG_TRUNC);

	if (n < 0)
		return errno == EINTR;
	take(other, bytes, (size_t)n < sizeof(bytes) ? (size_t)n : sizeof(bytes), (size_t)n);
	return true;
}

static void on_packets(struct ev_loop *loop, struct ev_io *io, int events)
{
	for (int i = 0; i < PACKETS_PER_ROUND && receive(io->data); i++)
		;
	count_drops(io->data);
}

static void on_expire(struct ev_loop *loop, struct ev_timer *timer, int events)
{
	conversation_expire(sink.other->table, ev_now(loop) - IDLE_SECONDS);
}

/* The device that has the server's address; 0, which is any, where none has. */
static unsigned int device(void)
{
	const struct in_addr address = addr_get_v4(&sink.server->address[SERVER_IPV4]);
	struct ifaddrs *all, *at;
	unsigned int ifindex = 0;

	if (getifaddrs(&all))
		return 0;
	for (at = all; at && !ifindex; at = at->ifa_next) {
		const struct sockaddr_in *has = (const void *)at->ifa_addr;

		if (has && has->sin_family == AF_INET && has->sin_addr.s_addr == address.s_addr)
			ifindex = if_nametoindex(at->ifa_name);
	}
	freeifaddrs(all);
	return ifindex;
}

static int open_socket(void)
{
	struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(filter[0]), .filter = (struct sock_filter *)filter,
	};
	struct sockaddr_ll all = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)device(),
	};
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int size = BUFFER, on = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) == 0 &&
	    bind(fd, (struct sockaddr *)&all, sizeof(all)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Started without the right to see packets, the server does without. */
void other_open(void)
{
	struct other *other = calloc(1, sizeof(*other));
	uint64_t seed = 0;
	int fd = open_socket();

	(void)!getrandom(&seed, sizeof(seed), 0);
	if (other && fd >= 0)
		other->table = conversation_table_new(CONVERSATIONS, sink.keep_bytes, seed, on_end,
						      NULL);
	if (!other || !other->table) {
		if (fd >= 0)
			close(fd);
		free(other);
		return;
	}
	ev_io_init(&other->io, on_packets, fd, EV_READ);
	other->io.data = other;
	ev_io_start(sink.server->loop, &other->io);
	ev_timer_init(&other->expire, on_expire, 1., 1.);
	ev_timer_start(sink.server->loop, &other->expire);
	sink.other = other;
}

void other_stop(void)
{
	struct other *other = sink.other;

	if (!other)
		return;
	for (int i = 0; i < 1 << 20 && receive(other); i++)
		;
	count_drops(other);
	ev_io_stop(sink.server->loop, &other->io);
	ev_timer_stop(sink.server->loop, &other->expire);
	close(other->io.fd);
	conversation_table_flush(other->table);
	conversation_table_free(other->table);
	other->table = NULL;
}

json_t *other_totals(void)
{
	const struct other *other = sink.other;
	json_t *totals;

	if (!other)
		return NULL;
	totals = json_object();
	event_put_int(totals, "conversations", other->conversations);
	event_put_int(totals, "packets", other->packets);
	event_put_int(totals, "bytes", other->bytes);
	event_put_int(totals, "dropped", other->dropped);
	return totals;
}
