/* SPDX-License-Identifier: GPL-2.0-only */
/* packet: the headers of an IP packet's beginning. Pure; nothing beyond len is read. */
#ifndef SINKCTL_REPORT_PACKET_H
#define SINKCTL_REPORT_PACKET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packet {
	struct in6_addr	src, dst;	/* IPv4: v4-mapped */
	uint8_t		protocol;
	uint8_t		ttl;
	uint16_t	identification;	/* IPv6: 0 */
	bool		dont_fragment;	/* IPv6: always */
	uint32_t	length;		/* as the header tells it */
	uint16_t	src_port, dst_port;
	uint8_t		tcp_flags;
	uint32_t	sequence;
	uint32_t	payload_length;	/* of TCP and UDP, as the headers tell it */
	const uint8_t	*payload;	/* what there is of it; GRE: its header */
	size_t		payload_here;
};

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_URG = 32 };

bool packet_parse(const uint8_t *bytes, size_t len, struct packet *packet);

#endif /* SINKCTL_REPORT_PACKET_H */
