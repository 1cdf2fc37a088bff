/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * orig: who is really talking, and to whom the guest believes it talks.
 *
 * The kernel module rewrote the destination of what a server receives; the
 * flow still knows it.  Without a flow (the module is not loaded, or the
 * conversation does not come through a controlled bridge) the socket's own
 * addresses stand in and contained is false.
 */
#ifndef FAKESERVERS_ORIG_H
#define FAKESERVERS_ORIG_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/sinkbridge.h>

#include "addr.h"

struct orig {
	bool contained;			/* the module confirms a live flow */
	uint8_t protocol;		/* IPPROTO_TCP or IPPROTO_UDP */
	struct in6_addr guest_addr;	/* src_ip of an event */
	struct in6_addr dest_addr;	/* dest_ip: the original destination */
	struct in6_addr server_addr;	/* the server's own */
	uint16_t guest_port;		/* ports in host byte order */
	uint16_t dest_port;
	uint16_t server_port;
	/* only of a contained conversation */
	uint64_t flow_id;
	uint32_t rule_id;
	uint8_t guest_mac[6];
	char bridge[SINKBRIDGE_NAME_LEN];
	char guest_if[SINKBRIDGE_NAME_LEN];
};

/* Of an accepted (connected) TCP socket.  Always fills *orig. */
void orig_from_tcp(int fd, struct orig *orig);

/* The same where its addresses are known. */
void orig_from_accept(int fd, const union addr_socket *peer, const union addr_socket *local,
		      struct orig *orig);

/* Of a peer of a UDP socket, which received the datagram at *local. */
void orig_from_udp(int fd, const union addr_socket *peer, const union addr_socket *local,
		   struct orig *orig);

#endif /* FAKESERVERS_ORIG_H */
