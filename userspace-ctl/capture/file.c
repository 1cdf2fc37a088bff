// SPDX-License-Identifier: GPL-2.0-only
#include "file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PROGRAM		"sinkctl"
#define MAC_BYTES	12	/* destination and source: a VLAN tag stands behind them */

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

/* Files of a rotation have a number before the last dot: run-00001.pcapng. */
static void numbered(const struct file *file, uint32_t number, char path[PATH_MAX])
{
	const char *slash = strrchr(file->path, '/');
	const char *dot = strrchr(file->path, '.');
	int stem = dot && dot > (slash ? slash : file->path) ? (int)(dot - file->path) :
							       (int)strlen(file->path);

	snprintf(path, PATH_MAX, "%.*s-%05u%s", stem, file->path, number, file->path + stem);
}

static int write_all(struct file *file, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	ssize_t done;

	for (; len; len -= done, at += done) {
		done = write(file->fd, at, len);
		if (done < 0 && errno != EINTR)
			return -errno;
		if (done < 0)
			done = 0;
		file->bytes += done;
	}
	return 0;
}

static int put_interface(struct file *file, const struct file_interface *interface)
{
	uint8_t block[PCAPNG_BLOCK_MAX];

	return write_all(file, block, pcapng_interface(block, interface->name, file->snaplen));
}

static int begin(struct file *file)
{
	uint8_t block[PCAPNG_BLOCK_MAX];
	char path[PATH_MAX];
	int err;

	file->bytes = 0;
	file->started = now();
	if (!strcmp(file->path, "-")) {
		file->fd = STDOUT_FILENO;
	} else {
		if (file->number)
			numbered(file, file->number, path);
		file->fd = open(file->number ? path : file->path,
				O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
		if (file->fd < 0)
			return -errno;
	}
	err = write_all(file, block, pcapng_section(block, PROGRAM));
	for (uint32_t i = 0; !err && i < file->interface_count; i++) {
		file->interfaces[i].frames = 0;
		err = put_interface(file, &file->interfaces[i]);
	}
	return err;
}

/* The interface's number in the file, or -1: there are too many. */
static int interface_of(struct file *file, uint32_t ifindex, int *err)
{
	struct file_interface *interface;
	char name[IF_NAMESIZE];

	*err = 0;
	for (uint32_t i = 0; i < file->interface_count; i++)
		if (file->interfaces[i].ifindex == ifindex)
			return i;
	if (file->interface_count == FILE_INTERFACES)
		return -1;
	*err = file_flush(file);
	interface = &file->interfaces[file->interface_count];
	interface->ifindex = ifindex;
	interface->frames = 0;
	/* it may be gone by now */
	if (if_indextoname(ifindex, name))
		snprintf(interface->name, sizeof(interface->name), "%s", name);
	else
		snprintf(interface->name, sizeof(interface->name), "port %u", ifindex);
	if (!*err)
		*err = put_interface(file, interface);
	return file->interface_count++;
}

int file_open(struct file *file, const char *path, const struct file_limits *limits,
	      uint32_t snaplen, uint32_t guest)
{
	int err;

	memset(file, 0, sizeof(*file));
	snprintf(file->path, sizeof(file->path), "%s", path);
	file->limits = *limits;
	file->snaplen = snaplen;
	file->number = limits->bytes || limits->seconds ? 1 : 0;
	err = begin(file);
	if (!err && guest)
		interface_of(file, guest, &err);
	return err;
}

/* What the ring dropped cannot be told apart by guest: it stands with the first interface. */
static int end(struct file *file, uint64_t received, uint64_t dropped)
{
	uint8_t block[PCAPNG_BLOCK_MAX];
	int err = 0;

	for (uint32_t i = 0; !err && i < file->interface_count; i++) {
		uint64_t lost = i ? 0 : dropped - file->dropped;
		struct pcapng_statistics statistics = {
			.start		= file->started,
			.end		= now(),
			.received	= file->interfaces[i].frames + lost,
			.dropped	= lost,
			.delivered	= file->interfaces[i].frames,
		};

		err = write_all(file, block, pcapng_statistics(block, i, &statistics));
	}
	if (file->fd != STDOUT_FILENO && close(file->fd) && !err)
		err = -errno;
	file->received = received;
	file->dropped = dropped;
	return err;
}

static void part(struct file *file, const void *base, size_t len)
{
	file->parts[file->part_count++] = (struct iovec){ (void *)base, len };
}

int file_frame(struct file *file, const struct ring_frame *frame)
{
	int err, interface = interface_of(file, frame->guest, &err);
	unsigned int tag = frame->tagged && frame->captured >= MAC_BYTES ? sizeof(*file->tags) : 0;
	struct pcapng_packet *header;
	struct pcapng_trailer *trailer;
	size_t skip, behind;

	if (err)
		return err;
	if (interface < 0) {
		file->unwritten++;
		return 0;
	}
	if (file->batch == FILE_BATCH)
		err = file_flush(file);
	header = &file->headers[file->batch];
	trailer = &file->trailers[file->batch];
	behind = pcapng_packet(header, trailer, &skip, interface, frame->time,
			       frame->captured + tag, frame->original + tag,
			       frame->outgoing ? PCAPNG_OUTBOUND : PCAPNG_INBOUND);
	part(file, header, sizeof(*header));
	if (tag) {
		file->tags[file->batch] = htonl((uint32_t)frame->tag_protocol << 16 | frame->tag);
		part(file, frame->data, MAC_BYTES);
		part(file, &file->tags[file->batch], tag);
		part(file, frame->data + MAC_BYTES, frame->captured - MAC_BYTES);
	} else {
		part(file, frame->data, frame->captured);
	}
	part(file, (const uint8_t *)trailer + skip, behind);
	file->batch++;
	file->interfaces[interface].frames++;
	file->frames++;
	return err;
}

int file_flush(struct file *file)
{
	struct iovec *at = file->parts;
	unsigned int left = file->part_count;
	ssize_t done;

	while (left) {
		done = writev(file->fd, at, left);
		if (done < 0 && errno != EINTR)
			return -errno;
		if (done < 0)
			continue;
		file->bytes += done;
		for (; left && (size_t)done >= at->iov_len; left--, at++)
			done -= at->iov_len;
		if (left) {
			at->iov_base = (uint8_t *)at->iov_base + done;
			at->iov_len -= done;
		}
	}
	file->batch = 0;
	file->part_count = 0;
	return 0;
}

int file_rotate(struct file *file, uint64_t received, uint64_t dropped)
{
	char path[PATH_MAX];
	int err;

	if (!(file->limits.bytes && file->bytes >= file->limits.bytes) &&
	    !(file->limits.seconds &&
	      now() - file->started >= file->limits.seconds * 1000000000ULL))
		return 0;
	err = end(file, received, dropped);
	if (err)
		return err;
	if (file->limits.files && file->number >= file->limits.files) {
		numbered(file, file->number - file->limits.files + 1, path);
		unlink(path);
	}
	file->number++;
	return begin(file);
}

int file_close(struct file *file, uint64_t received, uint64_t dropped)
{
	int err = file_flush(file), ended = end(file, received, dropped);

	return err ? err : ended;
}
