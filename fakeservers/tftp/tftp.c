// SPDX-License-Identifier: GPL-2.0-only
/*
 * TFTP (RFC 1350) with options (2347, 2348, 2349): files of a folder to fetch,
 * and what the guest writes is stored.  All of it from port 69, so that it
 * stays one flow; a packet is only ever the answer to a packet, so nothing is
 * sent again unasked.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "folder.h"
#include "talk.h"

#define BLOCK		512
#define BLOCK_MAX	1428		/* fits an Ethernet frame */
#define NAME_LEN	256

enum { OP_READ = 1, OP_WRITE, OP_DATA, OP_ACK, OP_ERROR, OP_OACK };

struct tftp {
	char name[NAME_LEN];
	bool reading, writing, last;	/* last: the block that ends it was sent */
	int fd;				/* + 1; of reading */
	unsigned int block_size;
	uint64_t block;			/* sent last, or stored last */
	uint64_t size;
	struct store_file *file;
};

struct request {
	const char *name, *mode;
	unsigned int block_size;	/* 0: not asked for */
	bool wants_size;
	uint64_t size;
};

/* The text up to its NUL; NULL: there is none in what is left. */
static const char *take_text(const uint8_t **bytes, size_t *len)
{
	const uint8_t *text = *bytes, *end = *len ? memchr(text, 0, *len) : NULL;

	if (!end)
		return NULL;
	*len -= end + 1 - text;
	*bytes = end + 1;
	return (const char *)text;
}

static bool parse(const uint8_t *bytes, size_t len, struct request *request)
{
	const char *key, *value;

	memset(request, 0, sizeof(*request));
	request->name = take_text(&bytes, &len);
	request->mode = request->name ? take_text(&bytes, &len) : NULL;
	if (!request->mode)
		return false;
	while ((key = take_text(&bytes, &len)) && (value = take_text(&bytes, &len))) {
		if (strcasecmp(key, "blksize") == 0) {
			request->block_size = strtoul(value, NULL, 10);
			if (request->block_size < 8)
				request->block_size = 0;
			else if (request->block_size > BLOCK_MAX)
				request->block_size = BLOCK_MAX;
		} else if (strcasecmp(key, "tsize") == 0) {
			request->wants_size = true;
			request->size = strtoull(value, NULL, 10);
		}
	}
	return true;
}

static void put_u16(uint8_t *to, unsigned int value)
{
	to[0] = value >> 8;
	to[1] = value;
}

static void send_error(struct talk *talk, unsigned int code, const char *text)
{
	uint8_t packet[64];

	put_u16(packet, OP_ERROR);
	put_u16(packet + 2, code);
	strcpy((char *)packet + 4, text);
	talk_send(talk, packet, 4 + strlen(text) + 1);
}

static void send_ack(struct talk *talk, uint64_t block)
{
	uint8_t packet[4];

	put_u16(packet, OP_ACK);
	put_u16(packet + 2, block);
	talk_send(talk, packet, sizeof(packet));
}

static void send_block(struct talk *talk)
{
	struct tftp *tftp = talk->state;
	uint8_t packet[4 + BLOCK_MAX];
	ssize_t n = pread(tftp->fd - 1, packet + 4, tftp->block_size,
			  (off_t)((tftp->block - 1) * tftp->block_size));

	if (n < 0) {
		send_error(talk, 0, "read error");
		talk_finish(talk, "read");
		return;
	}
	put_u16(packet, OP_DATA);
	put_u16(packet + 2, tftp->block);
	tftp->last = (size_t)n < tftp->block_size;
	talk_send(talk, packet, 4 + n);
}

static size_t put_option(uint8_t *to, size_t room, const char *key, uint64_t value)
{
	return snprintf((char *)to, room, "%s%c%llu", key, 0, (unsigned long long)value) + 1;
}

/* False: nothing was asked for that has to be agreed on. */
static bool send_options(struct talk *talk, const struct request *request)
{
	struct tftp *tftp = talk->state;
	uint8_t packet[64];
	size_t len = 2;

	put_u16(packet, OP_OACK);
	if (request->block_size)
		len += put_option(packet + len, sizeof(packet) - len, "blksize", tftp->block_size);
	if (request->wants_size)
		len += put_option(packet + len, sizeof(packet) - len, "tsize",
				  tftp->reading ? tftp->size : request->size);
	return len > 2 && (talk_send(talk, packet, len), true);
}

static void forget(struct tftp *tftp)
{
	if (tftp->fd)
		close(tftp->fd - 1);
	store_drop(tftp->file);
	memset(tftp, 0, sizeof(*tftp));
}

static void tell(struct talk *talk, const char *kind, const struct request *request)
{
	json_t *object = talk_event_begin(talk, kind);

	event_put_bytes(object, "file", request->name, strlen(request->name));
	event_put_bytes(object, "mode", request->mode, strlen(request->mode));
	if (request->block_size)
		event_put_int(object, "block_size", request->block_size);
	if (request->size)
		event_put_int(object, "size", request->size);
	talk_event(talk, object);
}

static void begin(struct talk *talk, const uint8_t *bytes, size_t len, bool writing)
{
	struct tftp *tftp = talk->state;
	struct request request;

	forget(tftp);
	if (!parse(bytes, len, &request)) {
		send_error(talk, 4, "Malformed request");
		return;
	}
	tell(talk, writing ? "write" : "read", &request);
	snprintf(tftp->name, sizeof(tftp->name), "%s", request.name);
	tftp->block_size = request.block_size ? request.block_size : BLOCK;
	if (writing) {
		tftp->writing = true;
		tftp->file = store_begin(talk->store);
		if (!send_options(talk, &request))
			send_ack(talk, 0);
		return;
	}
	tftp->fd = folder_open(talk->folder, (const uint8_t *)request.name, strlen(request.name),
			       &tftp->size) + 1;
	if (!tftp->fd) {
		send_error(talk, 1, "File not found");
		return;
	}
	tftp->reading = true;
	if (send_options(talk, &request))
		return;
	tftp->block = 1;
	send_block(talk);
}

/* Their acknowledgement of the last block asks for the next; an older one is a repetition. */
static void take_ack(struct talk *talk, unsigned int block)
{
	struct tftp *tftp = talk->state;

	if (!tftp->reading || block != (tftp->block & 0xffff))
		return;
	if (tftp->last) {
		talk_finish(talk, "done");
		return;
	}
	tftp->block++;
	send_block(talk);
}

static void take_data(struct talk *talk, unsigned int block, const uint8_t *bytes, size_t len)
{
	struct tftp *tftp = talk->state;

	if (!tftp->writing || len > tftp->block_size)
		return;
	if (block == (tftp->block & 0xffff)) {	/* our acknowledgement was lost */
		send_ack(talk, tftp->block);
		return;
	}
	if (tftp->last || block != ((tftp->block + 1) & 0xffff))
		return;
	tftp->block++;
	store_write(tftp->file, bytes, len);
	if (len < tftp->block_size) {
		tftp->last = true;
		talk_file(talk, tftp->name, strlen(tftp->name), tftp->file);
		tftp->file = NULL;
	}
	send_ack(talk, tftp->block);
}

static void on_datagram(struct talk *talk, const uint8_t *bytes, size_t len)
{
	unsigned int op = len < 2 ? 0 : bytes[0] << 8 | bytes[1];

	if (op == OP_READ || op == OP_WRITE)
		begin(talk, bytes + 2, len - 2, op == OP_WRITE);
	else if (op == OP_ACK && len >= 4)
		take_ack(talk, bytes[2] << 8 | bytes[3]);
	else if (op == OP_DATA && len >= 4)
		take_data(talk, bytes[2] << 8 | bytes[3], bytes + 4, len - 4);
	else if (op == OP_ERROR)
		talk_finish(talk, "error");
	else
		send_error(talk, 4, "Illegal TFTP operation");
}

static void on_ending(struct talk *talk)
{
	struct tftp *tftp = talk->state;

	if (store_size(tftp->file)) {
		talk_file(talk, tftp->name, strlen(tftp->name), tftp->file);
		tftp->file = NULL;
	}
}

static void on_close(struct talk *talk)
{
	forget(talk->state);
}

const struct service tftp_service = {
	.name = "tftp",
	.transports = TALK_UDP,
	.state_size = sizeof(struct tftp),
	.idle_timeout = 30,
	.peer_state = true,
	.reply_max = 4 + BLOCK_MAX,
	.datagram = on_datagram,
	.ending = on_ending,
	.close = on_close,
};
