/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A packet socket on a monitor device, with a ring that the kernel writes
 * frames into (TPACKET_V3, Documentation/networking/packet_mmap.rst) and that
 * is read in place.
 */
#ifndef SINKCTL_CAPTURE_RING_H
#define SINKCTL_CAPTURE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RING_BLOCK	(1U << 18)	/* bytes; a frame lies within one */

struct ring_frame {
	const uint8_t	*data;		/* in the ring, until the block is given back */
	uint32_t	captured;	/* bytes at data */
	uint32_t	original;	/* bytes of the frame, without a tag that is not in data */
	uint64_t	time;		/* nanoseconds since the epoch */
	uint32_t	guest;		/* ifindex of the guest port */
	bool		outgoing;	/* to the guest */
	bool		tagged;		/* its outer VLAN tag is not in data: */
	uint16_t	tag_protocol;	/* ETH_P_8021Q or ETH_P_8021AD */
	uint16_t	tag;		/* the TCI */
};

struct ring {
	int		fd;
	uint8_t		*map;
	uint32_t	blocks;		/* in the ring */
	uint32_t	next;		/* the block that fills next */
	uint64_t	received;	/* frames so far, dropped ones too */
	uint64_t	dropped;	/* no room for them in the ring */
};

/*
 * Frames of the device begin to arrive; blocks of RING_BLOCK bytes.  snaplen
 * 0: whole frames.  0 or -errno; *what then says what could not be done.
 */
int ring_open(struct ring *ring, const char *device, uint32_t blocks, uint32_t snaplen,
	      const char **what);
void ring_close(struct ring *ring);

/* The kernel has handed the next block over. */
bool ring_ready(const struct ring *ring);
/* Calls back for each frame of the next block, which is ready. */
void ring_read(struct ring *ring, void (*frame)(const struct ring_frame *, void *), void *data);
/* That block is the kernel's again. */
void ring_release(struct ring *ring);

/* Adds to received and dropped what has come since. */
void ring_count(struct ring *ring);

#endif /* SINKCTL_CAPTURE_RING_H */
