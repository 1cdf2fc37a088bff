// SPDX-License-Identifier: GPL-2.0-only
/*
 * Captures as a guest would send them.
 *
 *	replay [-s SEED] [-m N] [-t SECONDS] IF FILE…
 *
 * sends each frame of each capture once, and N times with a few bytes, or its length, changed.
 * What was not captured on Ethernet gets an Ethernet header; what libpcap cannot read is left out.
 */
#include <errno.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#define ROOM	65536

static int sock;
static uint64_t state;
static unsigned long files, unreadable, frames, mutated, refused;
static int copies;
static time_t deadline;

static unsigned int below(unsigned int n)
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;	/* splitmix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (unsigned int)((z ^ z >> 31) % n);
}

static void send_frame(const uint8_t *frame, size_t len, unsigned long *count)
{
	if (send(sock, frame, len, 0) < 0)
		refused++;
	else
		++*count;
}

static void mutate(uint8_t *frame, size_t *len)
{
	unsigned int flips = 1 + below(4);

	if (!below(5) && *len > ETH_HLEN)
		*len = ETH_HLEN + below((unsigned int)*len - ETH_HLEN + 1);
	while (flips-- && *len) {
		/* headers rather than contents */
		size_t at = below(below(4) && *len > 80 ? 80 : (unsigned int)*len);

		frame[at] = below(2) ? frame[at] ^ (uint8_t)(1u << below(8)) : (uint8_t)below(256);
	}
}

static size_t link_header(int type)
{
	switch (type) {
	case DLT_RAW:
		return 0;
	case DLT_NULL:
	case DLT_LOOP:
	case DLT_PPP:
		return 4;
	case DLT_LINUX_SLL:
		return 16;
	default:
		return SIZE_MAX;
	}
}

/* The frame as Ethernet would carry it; its length. */
static size_t as_ethernet(int type, const struct pcap_pkthdr *head, const uint8_t *data,
			  uint8_t *frame)
{
	static const uint8_t macs[] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };
	size_t skip = type == DLT_EN10MB ? 0 : link_header(type), len = head->caplen;

	if (type == DLT_EN10MB) {
		len = len < ROOM ? len : ROOM;
		memcpy(frame, data, len);
		return len;
	}
	if (skip > len)
		skip = 0;
	len -= skip;
	if (len > ROOM - ETH_HLEN)
		len = ROOM - ETH_HLEN;
	memcpy(frame, macs, sizeof(macs));
	frame[12] = len && data[skip] >> 4 == 6 ? 0x86 : 0x08;
	frame[13] = len && data[skip] >> 4 == 6 ? 0xdd : 0x00;
	memcpy(frame + ETH_HLEN, data + skip, len);
	return len + ETH_HLEN;
}

static void replay(const char *path)
{
	static uint8_t frame[ROOM], copy[ROOM];
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(path, error);
	struct pcap_pkthdr *head;
	const uint8_t *data;

	files++;
	if (!pcap) {
		unreadable++;
		return;
	}
	while (pcap_next_ex(pcap, &head, &data) == 1 && (!deadline || time(NULL) < deadline)) {
		size_t len = as_ethernet(pcap_datalink(pcap), head, data, frame);

		send_frame(frame, len, &frames);
		for (int i = 0; i < copies; i++) {
			size_t copy_len = len;

			memcpy(copy, frame, len);
			mutate(copy, &copy_len);
			send_frame(copy, copy_len, &mutated);
		}
	}
	pcap_close(pcap);
}

int main(int argc, char **argv)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET };
	int option;

	if (getrandom(&state, 4, 0) != 4)
		return 1;
	while ((option = getopt(argc, argv, "s:m:t:")) != -1) {
		switch (option) {
		case 's':	state = strtoull(optarg, NULL, 0); break;
		case 'm':	copies = atoi(optarg); break;
		case 't':	deadline = time(NULL) + atoi(optarg); break;
		default:	return 2;
		}
	}
	if (argc - optind < 2) {
		fprintf(stderr, "usage: replay [-s SEED] [-m N] [-t SECONDS] IF FILE…\n");
		return 2;
	}
	sock = socket(AF_PACKET, SOCK_RAW, 0);
	sll.sll_ifindex = (int)if_nametoindex(argv[optind]);
	if (sock < 0 || !sll.sll_ifindex || bind(sock, (struct sockaddr *)&sll, sizeof(sll))) {
		perror(argv[optind]);
		return 1;
	}
	printf("seed %llu: ", (unsigned long long)state);
	fflush(stdout);
	for (int i = optind + 1; i < argc; i++)
		replay(argv[i]);
	printf("%lu captures (%lu unreadable), %lu frames as they are, %lu mutated, %lu refused by the "
	       "sender's own kernel\n", files, unreadable, frames, mutated, refused);
	return 0;
}
