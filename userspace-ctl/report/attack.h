/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attack: what kind of traffic a flood is, told from the wire alone.  Pure: the
 * kernel's record of a flood and its first frames in, a name and reasons out.
 */
#ifndef SINKCTL_REPORT_ATTACK_H
#define SINKCTL_REPORT_ATTACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum attack {		/* Mirai's ten first, each with the name that its C&C server uses */
	ATTACK_UDP,
	ATTACK_VSE,
	ATTACK_DNS,
	ATTACK_SYN,
	ATTACK_ACK,
	ATTACK_STOMP,
	ATTACK_GREIP,
	ATTACK_GREETH,
	ATTACK_UDPPLAIN,
	ATTACK_HTTP,
	ATTACK_MIRAI,			/* how many those are */
	ATTACK_ICMP = ATTACK_MIRAI,
	ATTACK_OTHER,			/* a flood, but of no known shape */
	ATTACK_SCAN,			/* many addresses or ports, little to each: no attack */
	ATTACK_CONVERSATION,		/* it was answered as a download or an upload is: no attack */
	ATTACK_SMALL,			/* too little to be one */
	ATTACK_KINDS
};

/* What was not the same in all packets. */
enum attack_varied {
	VARIED_SOURCE		= 1 << 0,
	VARIED_DESTINATION	= 1 << 1,
	VARIED_SOURCE_PORT	= 1 << 2,
	VARIED_DEST_PORT	= 1 << 3,
	VARIED_LENGTH		= 1 << 4,
	VARIED_TTL		= 1 << 5,
	VARIED_IDENTIFICATION	= 1 << 6,
	VARIED_SEQUENCE		= 1 << 7,
	VARIED_PAYLOAD		= 1 << 8,
};

#define ATTACK_VARIED 9
const char *attack_varied_name(unsigned int bit);	/* of its number, 0… */

/* A frame's beginning, from the IP header on; or only what a server was sent, if plain. */
struct attack_sample {
	const uint8_t	*bytes;
	size_t		len;
	uint64_t	number;		/* of the packet: two that follow each other tell more */
	bool		plain;
};

struct attack_traffic {
	uint8_t		protocol;
	bool		scan;			/* the record is of many destinations, not of one */
	uint64_t	packets, bytes;		/* from the guest */
	uint64_t	packets_back, bytes_back;
	double		seconds;
	uint32_t	peak;			/* packets in the busiest second */
	uint32_t	sources, destinations, src_ports, dest_ports, lengths;
	uint16_t	src_port, dest_port;	/* the first */
	uint32_t	length_min, length_max;	/* of IP packets */
	uint8_t		ttl_min, ttl_max;
	bool		kernel_ports;		/* all source ports are such as Linux gives to sockets */
	uint64_t	flows;			/* 0: not known */
	uint64_t	requests;		/* of HTTP, the most frequent one of that destination */
	bool		flags_known;
	uint64_t	syn, ack, fin, rst, psh, urg;	/* packets with that flag */
	const struct attack_sample *samples;
	size_t		sample_count;
};

struct attack_verdict {
	enum attack	attack;
	unsigned int	varied;		/* enum attack_varied */
	unsigned int	share;		/* of the packets, in percent */
	const char	*why;
	char		domain[256];	/* ATTACK_DNS: what the names asked for have in common */
};

#define ATTACK_VERDICTS 3	/* that one record may be a mixture of */

/* At least one verdict, the largest share first; returns how many. */
size_t attack_recognise(const struct attack_traffic *traffic,
			struct attack_verdict verdicts[ATTACK_VERDICTS]);

const char *attack_name(enum attack attack);	/* "udp" … */
const char *attack_title(enum attack attack);	/* "UDP flood" … */
bool attack_is_one(enum attack attack);		/* false: scan, conversation, small */

/* A DNS query's name as text, dots between its labels; false: it is none. */
bool attack_dns_name(const uint8_t *bytes, size_t len, char name[256]);

#endif /* SINKCTL_REPORT_ATTACK_H */
