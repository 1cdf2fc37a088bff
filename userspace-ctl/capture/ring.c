// SPDX-License-Identifier: GPL-2.0-only
#include "ring.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define RING_RETIRE_MS	50	/* a block that is not full is handed over after this time */
#define RING_FRAME	2048	/* only has to divide RING_BLOCK in this version of rings */
#define NANOSECONDS	1000000000ULL

static int set(int fd, int option, const void *value, size_t size)
{
	return setsockopt(fd, SOL_PACKET, option, value, size) ? -errno : 0;
}

/* What a filter returns is how much of the frame is kept. */
static int set_snaplen(int fd, uint32_t snaplen)
{
	struct sock_filter keep = BPF_STMT(BPF_RET | BPF_K, snaplen);
	struct sock_fprog program = { .len = 1, .filter = &keep };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) ? -errno : 0;
}

static int set_ring(struct ring *ring, uint32_t blocks)
{
	struct tpacket_req3 request = {
		.tp_block_size		= RING_BLOCK,
		.tp_block_nr		= blocks,
		.tp_frame_size		= RING_FRAME,
		.tp_frame_nr		= blocks * (RING_BLOCK / RING_FRAME),
		.tp_retire_blk_tov	= RING_RETIRE_MS,
	};
	int version = TPACKET_V3, err;
	void *map;

	err = set(ring->fd, PACKET_VERSION, &version, sizeof(version));
	if (!err)
		err = set(ring->fd, PACKET_RX_RING, &request, sizeof(request));
	if (err)
		return err;
	map = mmap(NULL, (size_t)blocks * RING_BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	ring->map = map;
	ring->blocks = blocks;
	return 0;
}

/* The protocol 0 until here: no frame of another device has come in before. */
static int bind_to(int fd, const char *device)
{
	struct sockaddr_ll address = {
		.sll_family	= AF_PACKET,
		.sll_protocol	= htons(ETH_P_ALL),
		.sll_ifindex	= if_nametoindex(device),
	};

	if (!address.sll_ifindex)
		return -errno;
	return bind(fd, (struct sockaddr *)&address, sizeof(address)) ? -errno : 0;
}

int ring_open(struct ring *ring, const char *device, uint32_t blocks, uint32_t snaplen,
	      const char **what)
{
	const int on = 1;
	int err;

	memset(ring, 0, sizeof(*ring));
	*what = "packet socket";
	ring->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (ring->fd < 0)
		return -errno;
	*what = "snaplen";
	err = snaplen ? set_snaplen(ring->fd, snaplen) : 0;
	if (!err) {
		*what = "origin of frames";
		err = set(ring->fd, PACKET_ORIGDEV, &on, sizeof(on));
	}
	if (!err) {
		*what = "ring";
		err = set_ring(ring, blocks);
	}
	if (!err) {
		*what = device;
		err = bind_to(ring->fd, device);
	}
	if (err)
		ring_close(ring);
	return err;
}

void ring_close(struct ring *ring)
{
	if (ring->map)
		munmap(ring->map, (size_t)ring->blocks * RING_BLOCK);
	close(ring->fd);
	memset(ring, 0, sizeof(*ring));
	ring->fd = -1;
}

static struct tpacket_block_desc *ring_block(const struct ring *ring)
{
	return (struct tpacket_block_desc *)(ring->map + (size_t)ring->next * RING_BLOCK);
}

static void describe(const struct tpacket3_hdr *header, struct ring_frame *frame)
{
	const struct sockaddr_ll *from = (const void *)((const uint8_t *)header +
					 TPACKET_ALIGN(sizeof(*header)));

	*frame = (struct ring_frame){
		.data		= (const uint8_t *)header + header->tp_mac,
		.captured	= header->tp_snaplen,
		.original	= header->tp_len,
		.time		= header->tp_sec * NANOSECONDS + header->tp_nsec,
		.guest		= from->sll_ifindex,
		.outgoing	= from->sll_pkttype == PACKET_OUTGOING,
		.tagged		= header->tp_status & TP_STATUS_VLAN_VALID,
		.tag		= header->hv1.tp_vlan_tci,
		.tag_protocol	= header->tp_status & TP_STATUS_VLAN_TPID_VALID ?
				  header->hv1.tp_vlan_tpid : ETH_P_8021Q,
	};
}

bool ring_ready(const struct ring *ring)
{
	return __atomic_load_n(&ring_block(ring)->hdr.bh1.block_status, __ATOMIC_ACQUIRE) &
	       TP_STATUS_USER;
}

void ring_read(struct ring *ring, void (*callback)(const struct ring_frame *, void *), void *data)
{
	struct tpacket_block_desc *block = ring_block(ring);
	const struct tpacket3_hdr *header;
	struct ring_frame frame;

	header = (const void *)((const uint8_t *)block + block->hdr.bh1.offset_to_first_pkt);
	for (uint32_t i = 0; i < block->hdr.bh1.num_pkts; i++) {
		describe(header, &frame);
		callback(&frame, data);
		header = (const void *)((const uint8_t *)header + header->tp_next_offset);
	}
}

void ring_release(struct ring *ring)
{
	__atomic_store_n(&ring_block(ring)->hdr.bh1.block_status, TP_STATUS_KERNEL,
			 __ATOMIC_RELEASE);
	ring->next = (ring->next + 1) % ring->blocks;
}

void ring_count(struct ring *ring)
{
	struct tpacket_stats_v3 stats;
	socklen_t size = sizeof(stats);

	/* reading sets them back; tp_packets has the dropped ones, too */
	if (getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size))
		return;
	ring->received += stats.tp_packets;
	ring->dropped += stats.tp_drops;
}
