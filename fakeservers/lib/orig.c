// SPDX-License-Identifier: GPL-2.0-only
/* Original destinations, from the kernel module. */
#include "orig.h"

#include <string.h>
#include <sys/socket.h>

static void fill_from_socket(struct orig *orig, uint8_t protocol, const union addr_socket *peer,
			     const union addr_socket *local)
{
	memset(orig, 0, sizeof(*orig));
	orig->protocol = protocol;
	orig->guest_addr = addr_from_socket(peer);
	orig->guest_port = addr_socket_port(peer);
	orig->dest_addr = addr_from_socket(local);
	orig->dest_port = addr_socket_port(local);
	orig->server_addr = orig->dest_addr;
	orig->server_port = orig->dest_port;
}

/* The module's answers differ in the addresses only. */
#define fill_from_flow(orig, flow) do {							\
	(orig)->contained = true;							\
	(orig)->guest_port = ntohs((flow)->guest_port);					\
	(orig)->dest_port = ntohs((flow)->dest_port);					\
	(orig)->flow_id = (flow)->flow_id;						\
	(orig)->rule_id = (flow)->rule_id;						\
	memcpy((orig)->guest_mac, (flow)->guest_mac, sizeof((orig)->guest_mac));	\
	memcpy((orig)->bridge, (flow)->bridge, sizeof((orig)->bridge) - 1);		\
	memcpy((orig)->guest_if, (flow)->guest_if, sizeof((orig)->guest_if) - 1);	\
} while (0)

static void ask_ipv4(int fd, struct sinkbridge_original *flow, struct orig *orig)
{
	socklen_t len = sizeof(*flow);

	if (getsockopt(fd, IPPROTO_IP, SO_SINKBRIDGE_ORIGINAL, flow, &len) ||
	    len < sizeof(*flow) || !flow->flow_id)
		return;
	fill_from_flow(orig, flow);
	orig->guest_addr = addr_from_v4((struct in_addr){ flow->guest_addr });
	orig->dest_addr = addr_from_v4((struct in_addr){ flow->dest_addr });
}

static void ask_ipv6(int fd, struct sinkbridge_original6 *flow, struct orig *orig)
{
	socklen_t len = sizeof(*flow);

	if (getsockopt(fd, IPPROTO_IPV6, SO_SINKBRIDGE_ORIGINAL, flow, &len) ||
	    len < sizeof(*flow) || !flow->flow_id)
		return;
	fill_from_flow(orig, flow);
	memcpy(&orig->guest_addr, flow->guest_addr, sizeof(orig->guest_addr));
	memcpy(&orig->dest_addr, flow->dest_addr, sizeof(orig->dest_addr));
}

void orig_from_tcp(int fd, struct orig *orig)
{
	union addr_socket peer = { .any.sa_family = AF_INET }, local = peer;
	socklen_t len = sizeof(peer);

	/* both fail when the guest has reset already: zero addresses then */
	(void)getpeername(fd, &peer.any, &len);
	len = sizeof(local);
	(void)getsockname(fd, &local.any, &len);
	orig_from_accept(fd, &peer, &local, orig);
}

void orig_from_accept(int fd, const union addr_socket *peer, const union addr_socket *local,
		      struct orig *orig)
{
	struct sinkbridge_original6 flow6 = {};
	struct sinkbridge_original flow = {};

	fill_from_socket(orig, IPPROTO_TCP, peer, local);
	if (local->any.sa_family == AF_INET6)
		ask_ipv6(fd, &flow6, orig);
	else
		ask_ipv4(fd, &flow, orig);
}

void orig_from_udp(int fd, const union addr_socket *peer, const union addr_socket *local,
		   struct orig *orig)
{
	struct sinkbridge_original6 flow6 = {
		.peer_port = peer->v6.sin6_port,
		.local_port = local->v6.sin6_port,
	};
	struct sinkbridge_original flow = {
		.peer_addr = peer->v4.sin_addr.s_addr,
		.peer_port = peer->v4.sin_port,
		.local_addr = local->v4.sin_addr.s_addr,
		.local_port = local->v4.sin_port,
	};

	fill_from_socket(orig, IPPROTO_UDP, peer, local);
	if (local->any.sa_family != AF_INET6) {
		ask_ipv4(fd, &flow, orig);
		return;
	}
	memcpy(flow6.peer_addr, &peer->v6.sin6_addr, sizeof(flow6.peer_addr));
	memcpy(flow6.local_addr, &local->v6.sin6_addr, sizeof(flow6.local_addr));
	ask_ipv6(fd, &flow6, orig);
}
