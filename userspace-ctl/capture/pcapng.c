// SPDX-License-Identifier: GPL-2.0-only
#include "pcapng.h"

#include <string.h>

enum block_type {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
};

enum option {
	OPTION_END = 0,
	SECTION_PROGRAM = 4,
	INTERFACE_NAME = 2,
	INTERFACE_TIME_RESOLUTION = 9,
	PACKET_FLAGS = 2,
	STATISTICS_START = 2,
	STATISTICS_END = 3,
	STATISTICS_RECEIVED = 4,
	STATISTICS_DROPPED = 5,
	STATISTICS_DELIVERED = 8,
};

#define BYTE_ORDER_MAGIC	0x1a2b3c4d
#define LINKTYPE_ETHERNET	1
#define NANOSECONDS		9	/* 10^-9 */

struct block {
	uint8_t	*data;
	size_t	len;
};

static void put(struct block *block, const void *bytes, size_t len)
{
	memcpy(block->data + block->len, bytes, len);
	memset(block->data + block->len + len, 0, -len & 3);
	block->len += len + (-len & 3);
}

static void put_u32(struct block *block, uint32_t value)
{
	put(block, &value, sizeof(value));
}

static void put_u16_pair(struct block *block, uint16_t first, uint16_t second)
{
	uint16_t pair[2] = { first, second };

	put(block, pair, sizeof(pair));
}

static void put_option(struct block *block, enum option option, const void *bytes, size_t len)
{
	put_u16_pair(block, option, len);
	put(block, bytes, len);
}

/* Times in options and packets: the high half first. */
static void put_time(struct block *block, enum option option, uint64_t nanoseconds)
{
	uint32_t halves[2] = { nanoseconds >> 32, (uint32_t)nanoseconds };

	put_option(block, option, halves, sizeof(halves));
}

static struct block begin(uint8_t *data, enum block_type type)
{
	struct block block = { .data = data };

	put_u32(&block, type);
	put_u32(&block, 0);
	return block;
}

static size_t end(struct block *block)
{
	uint32_t total;

	put_u32(block, OPTION_END);
	total = block->len + sizeof(total);
	put_u32(block, total);
	memcpy(block->data + 4, &total, sizeof(total));
	return total;
}

static size_t text_length(const char *text)
{
	return strnlen(text, PCAPNG_NAME_MAX - 1);
}

size_t pcapng_section(uint8_t data[PCAPNG_BLOCK_MAX], const char *program)
{
	const uint64_t length_unknown = UINT64_MAX;
	struct block block = begin(data, BLOCK_SECTION);

	put_u32(&block, BYTE_ORDER_MAGIC);
	put_u16_pair(&block, 1, 0);	/* version */
	put(&block, &length_unknown, sizeof(length_unknown));
	put_option(&block, SECTION_PROGRAM, program, text_length(program));
	return end(&block);
}

size_t pcapng_interface(uint8_t data[PCAPNG_BLOCK_MAX], const char *name, uint32_t snaplen)
{
	const uint8_t resolution = NANOSECONDS;
	struct block block = begin(data, BLOCK_INTERFACE);

	put_u16_pair(&block, LINKTYPE_ETHERNET, 0);
	put_u32(&block, snaplen);
	put_option(&block, INTERFACE_NAME, name, text_length(name));
	put_option(&block, INTERFACE_TIME_RESOLUTION, &resolution, sizeof(resolution));
	return end(&block);
}

size_t pcapng_statistics(uint8_t data[PCAPNG_BLOCK_MAX], uint32_t interface,
			 const struct pcapng_statistics *statistics)
{
	struct block block = begin(data, BLOCK_STATISTICS);

	put_u32(&block, interface);
	put_u32(&block, statistics->end >> 32);
	put_u32(&block, (uint32_t)statistics->end);
	put_time(&block, STATISTICS_START, statistics->start);
	put_time(&block, STATISTICS_END, statistics->end);
	put_option(&block, STATISTICS_RECEIVED, &statistics->received, 8);
	put_option(&block, STATISTICS_DROPPED, &statistics->dropped, 8);
	put_option(&block, STATISTICS_DELIVERED, &statistics->delivered, 8);
	return end(&block);
}

size_t pcapng_packet(struct pcapng_packet *header, struct pcapng_trailer *trailer, size_t *skip,
		     uint32_t interface, uint64_t nanoseconds, uint32_t captured,
		     uint32_t original, enum pcapng_direction direction)
{
	uint32_t flags = direction, pad = -captured & 3;
	struct block block = { .data = trailer->bytes };

	put_option(&block, PACKET_FLAGS, &flags, sizeof(flags));
	put_u32(&block, OPTION_END);
	*header = (struct pcapng_packet){
		.type		= BLOCK_PACKET,
		.length		= sizeof(*header) + captured + pad + block.len + sizeof(uint32_t),
		.interface	= interface,
		.time_high	= nanoseconds >> 32,
		.time_low	= (uint32_t)nanoseconds,
		.captured	= captured,
		.original	= original,
	};
	put_u32(&block, header->length);
	memset(trailer->pad, 0, sizeof(trailer->pad));
	*skip = sizeof(trailer->pad) - pad;
	return pad + block.len;
}
