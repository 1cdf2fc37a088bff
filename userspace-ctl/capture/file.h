/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files of a capture: pcapng, one interface for each guest port, a new
 * file when one is large or old enough.  Frames go from the ring to the file
 * without being copied; they must stay where they are until file_flush().
 */
#ifndef SINKCTL_CAPTURE_FILE_H
#define SINKCTL_CAPTURE_FILE_H

#include <limits.h>
#include <stdint.h>
#include <sys/uio.h>

#include "pcapng.h"
#include "ring.h"

#define FILE_INTERFACES	256	/* guest ports told apart; the frames of further ones are not written */
#define FILE_BATCH	200	/* frames in one write, each at most FILE_PARTS of IOV_MAX parts */
#define FILE_PARTS	5

struct file_limits {	/* 0: none */
	uint64_t	bytes;		/* of a file, before another begins */
	uint64_t	seconds;
	uint32_t	files;		/* kept; older ones are removed */
};

struct file_interface {
	uint32_t	ifindex;
	uint64_t	frames;		/* in this file */
	char		name[PCAPNG_NAME_MAX];
};

struct file {
	char		path[PATH_MAX];		/* as the user gave it; "-": standard output */
	struct file_limits limits;
	uint32_t	snaplen;
	int		fd;
	uint32_t	number;			/* of this file; 0: without rotation */
	uint64_t	bytes, started;		/* of this file; nanoseconds since the epoch */
	uint64_t	received, dropped;	/* of the ring, before this file */
	struct file_interface interfaces[FILE_INTERFACES];
	uint32_t	interface_count;
	uint64_t	frames, unwritten;	/* of all files; of too many guest ports */

	struct pcapng_packet headers[FILE_BATCH];
	struct pcapng_trailer trailers[FILE_BATCH];
	uint32_t	tags[FILE_BATCH];
	struct iovec	parts[FILE_BATCH * FILE_PARTS];
	unsigned int	batch, part_count;
};

/* Opens the first file.  0 or -errno.  The file of a guest port begins with its interface. */
int file_open(struct file *file, const char *path, const struct file_limits *limits,
	      uint32_t snaplen, uint32_t guest);
int file_frame(struct file *file, const struct ring_frame *frame);	/* 0 or -errno */
int file_flush(struct file *file);
/* Between blocks: a new file, if it is time.  The counts of the ring are those so far. */
int file_rotate(struct file *file, uint64_t received, uint64_t dropped);
/* Statistics blocks, and the end. */
int file_close(struct file *file, uint64_t received, uint64_t dropped);

#endif /* SINKCTL_CAPTURE_FILE_H */
