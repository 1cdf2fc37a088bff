// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest behind a real tap with vnet header, as a hypervisor attaches it:
 * frames of an interface are moved to and from the tap, with their offloads
 * (partial checksums, GSO) in the virtio header.
 *
 *	tapguest TAP IF		creates TAP here; IF is in the namespace of file descriptor 3.
 *				Prints "ready", then runs until killed.
 */
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* Since 6.2; older kernels refuse them. */
#ifndef TUN_F_USO4
#define TUN_F_USO4	0x20
#define TUN_F_USO6	0x40
#endif
#define OFFLOADS	(TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6)

static int open_tap(const char *name)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	int size = sizeof(struct virtio_net_hdr);

	strncpy(ifr.ifr_name, name, IFNAMSIZ - 1);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &ifr) || ioctl(fd, TUNSETVNETHDRSZ, &size) ||
	    (ioctl(fd, TUNSETOFFLOAD, OFFLOADS | TUN_F_USO4 | TUN_F_USO6) &&
	     ioctl(fd, TUNSETOFFLOAD, OFFLOADS)))
		die(name);
	return fd;
}

static int open_packet(const char *name)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0), one = 1, room = 16 << 20;

	sll.sll_ifindex = (int)if_nametoindex(name);
	/* a burst waits here: what a test counts must not be lost before the bridge */
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&sll, sizeof(sll)))
		die(name);
	return fd;
}

/* All that waits; prints once when a frame with each offload was moved. */
static void move(int from, int to, const char *way)
{
	static char frame[sizeof(struct virtio_net_hdr) + 65536 + ETH_HLEN];
	const struct virtio_net_hdr *vnet = (const void *)frame;
	static int seen;
	ssize_t n;

	while ((n = read(from, frame, sizeof(frame))) > (ssize_t)sizeof(*vnet)) {
		int bit = vnet->gso_type ? 2 : vnet->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM ? 1 : 0;

		if (way[0] == 'i')
			bit <<= 2;
		if (bit & ~seen)
			printf("%s %s\n", way, vnet->gso_type ? "gso" : "partial checksum");
		seen |= bit;
		if (write(to, frame, (size_t)n) < 0 && !seen)
			perror(way);
	}
}

int main(int argc, char **argv)
{
	struct pollfd fds[2];

	if (argc != 3) {
		fprintf(stderr, "usage: tapguest TAP IF 3<NAMESPACE\n");
		return 2;
	}
	setlinebuf(stdout);
	fds[0].fd = open_tap(argv[1]);
	if (setns(3, CLONE_NEWNET))
		die("setns");
	fds[1].fd = open_packet(argv[2]);
	fds[0].events = POLLIN;
	fds[1].events = POLLIN;
	puts("ready");
	while (poll(fds, 2, -1) > 0) {
		move(fds[1].fd, fds[0].fd, "out");
		move(fds[0].fd, fds[1].fd, "in");
	}
	return 0;
}
