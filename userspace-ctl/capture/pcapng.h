/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng), built in memory.  Pure.
 * All of them in the byte order of this machine, as the format has it.
 */
#ifndef SINKCTL_CAPTURE_PCAPNG_H
#define SINKCTL_CAPTURE_PCAPNG_H

#include <stddef.h>
#include <stdint.h>

#define PCAPNG_BLOCK_MAX	512	/* any section, interface or statistics block made here */
#define PCAPNG_NAME_MAX		64	/* of an interface, with the NUL */

enum pcapng_direction {	/* of a packet, seen from the interface */
	PCAPNG_INBOUND = 1,
	PCAPNG_OUTBOUND = 2,
};

/* Each returns the length of the block. */
size_t pcapng_section(uint8_t block[PCAPNG_BLOCK_MAX], const char *program);
/* Time stamps are nanoseconds. */
size_t pcapng_interface(uint8_t block[PCAPNG_BLOCK_MAX], const char *name, uint32_t snaplen);
struct pcapng_statistics {
	uint64_t	start, end;	/* nanoseconds since the epoch */
	uint64_t	received;	/* frames that the interface showed */
	uint64_t	dropped;	/* of them, for want of room in the ring */
	uint64_t	delivered;	/* of them, in this file */
};
size_t pcapng_statistics(uint8_t block[PCAPNG_BLOCK_MAX], uint32_t interface,
			 const struct pcapng_statistics *statistics);

/*
 * A packet block is what comes before the packet, the packet, and what comes
 * behind it, so that the packet itself need not be copied.
 */
struct pcapng_packet {
	uint32_t	type, length, interface, time_high, time_low, captured, original;
} __attribute__((packed));
struct pcapng_trailer {
	uint8_t		pad[4];
	uint8_t		bytes[20];	/* options, length */
};

/* Returns how many bytes of trailer, from its byte *skip on, end the block. */
size_t pcapng_packet(struct pcapng_packet *header, struct pcapng_trailer *trailer, size_t *skip,
		     uint32_t interface, uint64_t nanoseconds, uint32_t captured,
		     uint32_t original, enum pcapng_direction direction);

#endif /* SINKCTL_CAPTURE_PCAPNG_H */
