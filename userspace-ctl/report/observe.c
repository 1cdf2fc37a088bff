// SPDX-License-Identifier: GPL-2.0-only
#include "observe.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prefix.h"

#define VLAN_MAX 2

struct observe *observe_new(void)
{
	struct observe *observe = calloc(1, sizeof(*observe));

	if (observe)
		series_init(&observe->all, 0, 0.25);
	return observe;
}

void observe_free(struct observe *observe)
{
	if (observe)
		free(observe->targets);
	free(observe);
}

struct observe_target *observe_find(struct observe *observe, uint8_t protocol,
				    const struct in6_addr *address)
{
	for (size_t i = 0; i < observe->count; i++) {
		struct observe_target *target = &observe->targets[i];

		if (target->protocol == protocol &&
		    !memcmp(&target->address, address, sizeof(*address)))
			return target;
	}
	return NULL;
}

struct observe_target *observe_target(struct observe *observe, uint8_t protocol, const char *address)
{
	static const char *const lines[OBSERVE_PARTS + 1] = { "0", "1", "2", "all" };
	struct observe_target *target;
	struct in6_addr parsed;

	if (!address_parse(address, &parsed))
		return NULL;
	target = observe_find(observe, protocol, &parsed);
	if (target || observe->count == OBSERVE_TARGETS)
		return target;
	/* megabytes, that most runs do not need */
	if (!observe->targets)
		observe->targets = calloc(OBSERVE_TARGETS, sizeof(*observe->targets));
	if (!observe->targets)
		return NULL;
	target = &observe->targets[observe->count++];
	target->protocol = protocol;
	target->address = parsed;
	series_init(&target->series, 0, 0.25);
	for (size_t i = 0; i < OBSERVE_PARTS + 1; i++)
		series_line(&target->series, lines[i]);
	return target;
}

unsigned int observe_part_of(const struct packet *packet)
{
	static const char vse[] = "\xff\xff\xff\xffTSource";
	char name[256];
	uint16_t carried;

	switch (packet->protocol) {
	case IPPROTO_TCP:
		return !(packet->tcp_flags & TCP_ACK) ? 0 : !(packet->tcp_flags & TCP_PSH) ? 1 : 2;
	case IPPROTO_UDP:
		if (packet->payload_here >= sizeof(vse) - 1 &&
		    !memcmp(packet->payload, vse, sizeof(vse) - 1))
			return 0;
		if (packet->dst_port == 53 &&
		    attack_dns_name(packet->payload, packet->payload_here, name))
			return 1;
		return 2;
	case IPPROTO_GRE:
		if (packet->payload_here < 4)
			return 2;
		carried = packet->payload[2] << 8 | packet->payload[3];
		return carried == 0x0800 || carried == 0x86dd ? 0 : carried == 0x6558 ? 1 : 2;
	}
	return 2;
}

/* The first ones, and then ever fewer, each with the one behind it. */
static void keep_sample(struct observe_part *part, const uint8_t *bytes, size_t len)
{
	uint64_t number = part->packets, before = number - 1;

	if (part->samples == OBSERVE_SAMPLES ||
	    (part->samples >= 12 && (number & (number - 1)) && (before & (before - 1))))
		return;
	if (len > OBSERVE_SAMPLE)
		len = OBSERVE_SAMPLE;
	memcpy(part->bytes_here[part->samples], bytes, len);
	part->lengths_here[part->samples] = len;
	part->numbers[part->samples++] = number;
}

static void count_packet(struct observe_part *part, double at, const struct packet *packet)
{
	uint64_t second = at;

	if (!part->packets++) {
		part->first = at;
		part->length_min = part->length_max = packet->length;
		part->ttl_min = part->ttl_max = packet->ttl;
		part->src_port = packet->src_port;
		part->dest_port = packet->dst_port;
	}
	part->last = at;
	part->bytes += packet->length;
	distinct_add(&part->sources, &packet->src, sizeof(packet->src));
	distinct_add(&part->src_ports, &packet->src_port, 2);
	distinct_add(&part->dest_ports, &packet->dst_port, 2);
	distinct_add(&part->lengths, &packet->length, 4);
	if (packet->length < part->length_min)
		part->length_min = packet->length;
	if (packet->length > part->length_max)
		part->length_max = packet->length;
	if (packet->ttl < part->ttl_min)
		part->ttl_min = packet->ttl;
	if (packet->ttl > part->ttl_max)
		part->ttl_max = packet->ttl;
	part->no_kernel_ports |= packet->src_port < 32768 || packet->src_port >= 61000;
	for (int i = 0; i < 6; i++)
		part->flags[i] += packet->tcp_flags >> i & 1;
	part->in_second = second == part->second ? part->in_second + 1 : 1;
	part->second = second;
	if (part->in_second > part->peak)
		part->peak = part->in_second;
}

static const char *protocol_line(uint8_t protocol)
{
	return protocol == IPPROTO_TCP ? "TCP" : protocol == IPPROTO_UDP ? "UDP" :
	       protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6 ? "ICMP" :
	       protocol == IPPROTO_GRE ? "GRE" : "other";
}

void observe_take(struct observe *observe, double at, const uint8_t *bytes, size_t len)
{
	struct observe_target *target;
	struct observe_part *part;
	struct packet packet;
	unsigned int index;

	if (!packet_parse(bytes, len, &packet))
		return;
	observe->packets++;
	series_add(&observe->all, series_line(&observe->all, protocol_line(packet.protocol)), at, 1);
	target = observe_find(observe, packet.protocol, &packet.dst);
	if (target) {
		index = observe_part_of(&packet);
		part = &target->parts[index];
		count_packet(part, at, &packet);
		keep_sample(part, bytes, len);
		series_add(&target->series, index, at, 1);
		series_add(&target->series, OBSERVE_PARTS, at, 1);
		return;
	}
	target = observe_find(observe, packet.protocol, &packet.src);
	if (target) {
		target->packets_back++;
		target->bytes_back += packet.length;
	}
}

/* Behind the Ethernet header and up to two VLAN tags; 0: it is no IP. */
static size_t ethernet_header(const uint8_t *bytes, size_t len)
{
	size_t at = 12;

	for (int tags = 0; at + 2 <= len; tags++, at += 4) {
		uint16_t type = bytes[at] << 8 | bytes[at + 1];

		if (type == 0x0800 || type == 0x86dd)
			return at + 2;
		if ((type != 0x8100 && type != 0x88a8) || tags == VLAN_MAX)
			return 0;
	}
	return 0;
}

static void read_capture(struct observe *observe, pcap_t *capture)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	uint64_t all = 0;
	int ret;

	while ((ret = pcap_next_ex(capture, &header, &bytes)) == 1) {
		size_t at = ethernet_header(bytes, header->caplen);

		all += header->caplen + 16;
		if (all > OBSERVE_BYTES) {
			observe->cut = true;
			return;
		}
		if (at)
			observe_take(observe, header->ts.tv_sec + header->ts.tv_usec / 1e6,
				     bytes + at, header->caplen - at);
	}
	if (ret == PCAP_ERROR)
		snprintf(observe->error, sizeof(observe->error), "%s", pcap_geterr(capture));
}

void observe_read(struct observe *observe, const char *folder)
{
	static const char *const names[] = { "capture.pcap", "capture.pcapng" };
	char path[4096], error[PCAP_ERRBUF_SIZE] = "";
	pcap_t *capture = NULL;
	FILE *file = NULL;

	for (size_t i = 0; !file && i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		file = fopen(path, "re");
	}
	if (!file) {
		snprintf(observe->error, sizeof(observe->error), "not there");
		return;
	}
	capture = pcap_fopen_offline(file, error);
	if (!capture) {
		fclose(file);
		snprintf(observe->error, sizeof(observe->error), "%.200s", error);
		return;
	}
	if (pcap_datalink(capture) == DLT_EN10MB)
		read_capture(observe, capture);
	else
		snprintf(observe->error, sizeof(observe->error), "it is not of Ethernet frames");
	pcap_close(capture);
}

static void merge_distinct(struct distinct *to, const struct distinct *from)
{
	to->set = 0;
	for (size_t i = 0; i < DISTINCT_BITS / 64; i++) {
		to->bits[i] |= from->bits[i];
		to->set += __builtin_popcountll(to->bits[i]);
	}
}

/* An estimate may be more than there can be. */
static uint32_t different(const struct distinct *distinct, uint64_t packets)
{
	uint32_t count = distinct_count(distinct);

	return count < packets ? count : packets;
}

static void add_part(struct attack_traffic *traffic, const struct observe_part *part)
{
	bool first = !traffic->packets;

	traffic->packets += part->packets;
	traffic->bytes += part->bytes;
	traffic->fin += part->flags[0];
	traffic->syn += part->flags[1];
	traffic->rst += part->flags[2];
	traffic->psh += part->flags[3];
	traffic->ack += part->flags[4];
	traffic->urg += part->flags[5];
	traffic->peak += part->peak;
	if (first) {
		traffic->src_port = part->src_port;
		traffic->dest_port = part->dest_port;
	}
	if (first || part->length_min < traffic->length_min)
		traffic->length_min = part->length_min;
	if (part->length_max > traffic->length_max)
		traffic->length_max = part->length_max;
	if (first || part->ttl_min < traffic->ttl_min)
		traffic->ttl_min = part->ttl_min;
	if (part->ttl_max > traffic->ttl_max)
		traffic->ttl_max = part->ttl_max;
	traffic->kernel_ports &= !part->no_kernel_ports;
}

void observe_traffic(const struct observe_target *target, unsigned int parts,
		     struct attack_traffic *traffic, struct attack_sample *samples)
{
	struct distinct sets[4] = { 0 };
	double first = 0, last = 0;

	memset(traffic, 0, sizeof(*traffic));
	traffic->protocol = target->protocol;
	traffic->packets_back = target->packets_back;
	traffic->bytes_back = target->bytes_back;
	traffic->destinations = 1;
	traffic->kernel_ports = traffic->flags_known = true;
	traffic->samples = samples;
	for (size_t i = 0; i < OBSERVE_PARTS; i++) {
		const struct observe_part *part = &target->parts[i];

		if (!(parts >> i & 1) || !part->packets)
			continue;
		add_part(traffic, part);
		merge_distinct(&sets[0], &part->sources);
		merge_distinct(&sets[1], &part->src_ports);
		merge_distinct(&sets[2], &part->dest_ports);
		merge_distinct(&sets[3], &part->lengths);
		first = !first || part->first < first ? part->first : first;
		last = part->last > last ? part->last : last;
		for (size_t j = 0; j < part->samples; j++)
			samples[traffic->sample_count++] = (struct attack_sample){
				.bytes = part->bytes_here[j], .len = part->lengths_here[j],
				/* those of two parts do not follow each other */
				.number = part->numbers[j] + i * (1ULL << 60),
			};
	}
	traffic->sources = different(&sets[0], traffic->packets);
	traffic->src_ports = different(&sets[1], traffic->packets);
	traffic->dest_ports = different(&sets[2], traffic->packets);
	traffic->lengths = different(&sets[3], traffic->packets);
	traffic->seconds = last - first;
}
