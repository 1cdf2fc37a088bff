/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * observe: the capture of a run, read once for what records and flows do not
 * tell: how many packets at what time, and what the packets of a flood were
 * like.  Only the destinations that are asked for are looked at.
 */
#ifndef SINKCTL_REPORT_OBSERVE_H
#define SINKCTL_REPORT_OBSERVE_H

#include <netinet/in.h>
#include <stdbool.h>

#include "attack.h"
#include "distinct.h"
#include "packet.h"
#include "series.h"

#define OBSERVE_TARGETS	64
#define OBSERVE_PARTS	3	/* kinds of packet of one protocol that are kept apart */
#define OBSERVE_SAMPLES	32	/* of one part */
#define OBSERVE_SAMPLE	256	/* bytes of each */
#define OBSERVE_BYTES	(2ULL << 30)	/* of a capture that are read */

struct observe_part {
	uint64_t	packets, bytes;
	double		first, last;
	struct distinct	sources, src_ports, dest_ports, lengths;
	uint32_t	length_min, length_max;
	uint16_t	src_port, dest_port;	/* the first */
	uint8_t		ttl_min, ttl_max;
	bool		no_kernel_ports;
	uint64_t	flags[6];	/* FIN, SYN, RST, PSH, ACK, URG */
	uint64_t	second, in_second, peak;
	size_t		samples;
	uint64_t	numbers[OBSERVE_SAMPLES];
	size_t		lengths_here[OBSERVE_SAMPLES];
	uint8_t		bytes_here[OBSERVE_SAMPLES][OBSERVE_SAMPLE];
};

struct observe_target {
	uint8_t		protocol;
	struct in6_addr	address;
	uint64_t	packets_back, bytes_back;
	struct observe_part parts[OBSERVE_PARTS];
	struct series	series;		/* a line a part, and one of all */
};

struct observe {
	size_t		count;
	struct observe_target *targets;		/* OBSERVE_TARGETS of them */
	struct series	all;			/* every packet, by protocol */
	uint64_t	packets;
	bool		cut;			/* the capture is larger than what is read */
	char		error[256];		/* "": it was read */
};

/* TCP: SYNs, ACKs, pushed ones.  UDP: VSE, DNS, other.  GRE: IP, Ethernet, other. */
unsigned int observe_part_of(const struct packet *packet);

struct observe *observe_new(void);
void observe_free(struct observe *observe);
/* NULL: there are too many. */
struct observe_target *observe_target(struct observe *observe, uint8_t protocol, const char *address);
struct observe_target *observe_find(struct observe *observe, uint8_t protocol,
				    const struct in6_addr *address);
/* capture.pcap or capture.pcapng of a run's folder */
void observe_read(struct observe *observe, const char *folder);
/* One packet, from the IP header on. */
void observe_take(struct observe *observe, double at, const uint8_t *bytes, size_t len);

/* The traffic of some parts (a bit each); samples is room for OBSERVE_PARTS * OBSERVE_SAMPLES. */
void observe_traffic(const struct observe_target *target, unsigned int parts,
		     struct attack_traffic *traffic, struct attack_sample *samples);

#endif /* SINKCTL_REPORT_OBSERVE_H */
