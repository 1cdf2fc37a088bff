// SPDX-License-Identifier: GPL-2.0-only
/* Original destinations, from the kernel module. */
#include "orig.h"

#include <string.h>
#include <sys/socket.h>

static void fill_from_socket(struct orig *orig, uint8_t protocol, const struct sockaddr_in *peer,
			     const struct sockaddr_in *local)
{
	memset(orig, 0, sizeof(*orig));
	orig->protocol = protocol;
	orig->guest_addr = peer->sin_addr;
	orig->guest_port = ntohs(peer->sin_port);
	orig->dest_addr = local->sin_addr;
	orig->dest_port = ntohs(local->sin_port);
	orig->server_addr = orig->dest_addr;
	orig->server_port = orig->dest_port;
}

static void fill_from_flow(struct orig *orig, const struct sinkbridge_original *flow)
{
	orig->contained = true;
	orig->guest_addr.s_addr = flow->guest_addr;
	orig->guest_port = ntohs(flow->guest_port);
	orig->dest_addr.s_addr = flow->dest_addr;
	orig->dest_port = ntohs(flow->dest_port);
	orig->flow_id = flow->flow_id;
	orig->rule_id = flow->rule_id;
	memcpy(orig->guest_mac, flow->guest_mac, sizeof(orig->guest_mac));
	memcpy(orig->bridge, flow->bridge, sizeof(orig->bridge));
	memcpy(orig->guest_if, flow->guest_if, sizeof(orig->guest_if));
	orig->bridge[sizeof(orig->bridge) - 1] = '\0';
	orig->guest_if[sizeof(orig->guest_if) - 1] = '\0';
}

static void ask_module(int fd, struct sinkbridge_original *flow, struct orig *orig)
{
	socklen_t len = sizeof(*flow);

	if (getsockopt(fd, IPPROTO_IP, SO_SINKBRIDGE_ORIGINAL, flow, &len) == 0 &&
	    len >= sizeof(*flow) && flow->flow_id)
		fill_from_flow(orig, flow);
}

void orig_from_tcp(int fd, struct orig *orig)
{
	struct sockaddr_in peer = { .sin_family = AF_INET }, local = peer;
	struct sinkbridge_original flow = {};
	socklen_t len = sizeof(peer);

	/* both fail when the guest has reset already: zero addresses then */
	(void)getpeername(fd, (struct sockaddr *)&peer, &len);
	len = sizeof(local);
	(void)getsockname(fd, (struct sockaddr *)&local, &len);
	fill_from_socket(orig, IPPROTO_TCP, &peer, &local);
	ask_module(fd, &flow, orig);
}

void orig_from_udp(int fd, const struct sockaddr_in *peer, const struct sockaddr_in *local,
		   struct orig *orig)
{
	struct sinkbridge_original flow = {
		.peer_addr = peer->sin_addr.s_addr,
		.peer_port = peer->sin_port,
		.local_addr = local->sin_addr.s_addr,
		.local_port = local->sin_port,
	};

	fill_from_socket(orig, IPPROTO_UDP, peer, local);
	ask_module(fd, &flow, orig);
}
