// SPDX-License-Identifier: GPL-2.0-only
#include "attack.h"

#include <netinet/in.h>
#include <string.h>

#include "packet.h"

#define PACKETS_MIN	500	/* less is no flood, however fast */
#define PEAK_MIN	100	/* packets in one second */
#define REQUESTS_MIN	100	/* of HTTP, all the same */
#define SHARE_MIN	10	/* percent of a record that are told of as an attack of their own */
#define SAMPLES_MAX	64

#define PORT_VSE	27015
#define PORT_DNS	53

static const struct {
	const char *name, *title;
} words[ATTACK_KINDS] = {
	[ATTACK_UDP]		= { "udp", "UDP flood" },
	[ATTACK_VSE]		= { "vse", "VSE flood (Valve Source Engine queries)" },
	[ATTACK_DNS]		= { "dns", "DNS flood (random names of one domain)" },
	[ATTACK_SYN]		= { "syn", "SYN flood" },
	[ATTACK_ACK]		= { "ack", "ACK flood" },
	[ATTACK_STOMP]		= { "stomp", "STOMP flood (ACK with data behind a handshake)" },
	[ATTACK_GREIP]		= { "greip", "GRE flood carrying IP" },
	[ATTACK_GREETH]		= { "greeth", "GRE flood carrying Ethernet" },
	[ATTACK_UDPPLAIN]	= { "udpplain", "plain UDP flood" },
	[ATTACK_HTTP]		= { "http", "HTTP flood" },
	[ATTACK_ICMP]		= { "icmp", "ICMP flood" },
	[ATTACK_OTHER]		= { "other", "flood of no known shape" },
	[ATTACK_SCAN]		= { "scan", "scan" },
	[ATTACK_CONVERSATION]	= { "conversation", "fast conversation" },
	[ATTACK_SMALL]		= { "small", "little traffic" },
};

const char *attack_name(enum attack attack)
{
	return words[attack].name;
}

const char *attack_title(enum attack attack)
{
	return words[attack].title;
}

bool attack_is_one(enum attack attack)
{
	return attack < ATTACK_SCAN;
}

const char *attack_varied_name(unsigned int bit)
{
	static const char *const names[ATTACK_VARIED] = {
		"source address", "destination address", "source port", "destination port",
		"length", "TTL", "IP identification", "sequence number", "payload",
	};

	return bit < ATTACK_VARIED ? names[bit] : "";
}

/* What the samples tell, all of them together. */
struct seen {
	struct packet	packets[SAMPLES_MAX];
	size_t		count;
	size_t		ip;	/* of them whole packets */
	size_t		pairs;	/* of them that followed each other */
	size_t		vse, dns, http;
	size_t		gre_ip, gre_ethernet;
	size_t		in_order;	/* TCP data that goes on where the packet before it ended */
	size_t		data_pairs;
	size_t		id_steps;	/* IP identifications as a socket has them: they count up, or are not needed */
	size_t		kernel_ports;	/* source ports that Linux gives to sockets */
	size_t		tcp_data;	/* TCP packets with data */
	size_t		labels;		/* different first labels of DNS names with one domain */
	char		domain[256];
};

static bool begins(const struct packet *packet, const char *text)
{
	size_t len = strlen(text);

	return packet->payload_here >= len && !memcmp(packet->payload, text, len);
}

static bool is_http(const struct packet *packet)
{
	static const char *const methods[] = { "GET ", "POST ", "HEAD ", "PUT ", "OPTIONS " };

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (begins(packet, methods[i]))
			return true;
	return false;
}

bool attack_dns_name(const uint8_t *bytes, size_t len, char name[256])
{
	size_t at = 12, used = 0;

	/* a query with one question */
	if (len < 17 || bytes[2] >> 7 || bytes[4] || bytes[5] != 1)
		return false;
	while (at < len && bytes[at]) {
		size_t label = bytes[at++];

		if (label > 63 || at + label > len || used + label + 2 > 255)
			return false;
		for (size_t i = 0; i < label; i++) {
			uint8_t c = bytes[at + i];

			name[used++] = c > 0x20 && c < 0x7f && c != '.' ? c : '?';
		}
		name[used++] = '.';
		at += label;
	}
	if (!used || at >= len)
		return false;
	name[used - 1] = '\0';
	return true;
}

/* Names as X.domain, each X another, and a domain of two labels or more. */
static void compare_names(struct seen *seen)
{
	char names[SAMPLES_MAX][256];
	size_t count = 0;

	for (size_t i = 0; i < seen->count; i++)
		if (attack_dns_name(seen->packets[i].payload, seen->packets[i].payload_here,
				    names[count]))
			count++;
	seen->dns = count;
	for (size_t i = 0; i < count; i++) {
		const char *dot = strchr(names[i], '.');
		size_t others = 0;

		if (!dot || !strchr(dot + 1, '.'))
			continue;
		for (size_t j = 0; j < count; j++) {
			const char *other = strchr(names[j], '.');

			others += other && strcmp(names[i], names[j]) && !strcmp(dot, other);
		}
		if (others + 1 > seen->labels) {
			seen->labels = others + 1;
			strcpy(seen->domain, dot + 1);
		}
	}
}

static void look_at(struct seen *seen, const struct packet *packet)
{
	seen->vse += begins(packet, "\xff\xff\xff\xffTSource Engine Query");
	seen->http += is_http(packet);
	seen->kernel_ports += packet->src_port >= 32768 && packet->src_port < 61000;
	if (packet->protocol == IPPROTO_TCP)
		seen->tcp_data += packet->payload_length > 0;
	if (packet->protocol == IPPROTO_GRE && packet->payload_here >= 4) {
		seen->gre_ip += packet->payload[2] == 0x08 && packet->payload[3] == 0x00;
		seen->gre_ip += packet->payload[2] == 0x86 && packet->payload[3] == 0xdd;
		seen->gre_ethernet += packet->payload[2] == 0x65 && packet->payload[3] == 0x58;
	}
}

static void compare(struct seen *seen, const struct packet *before, const struct packet *packet)
{
	uint16_t step = packet->identification - before->identification;

	seen->pairs++;
	seen->id_steps += (step > 0 && step <= 16) || (!step && !packet->identification && packet->dont_fragment);
	if (packet->protocol != IPPROTO_TCP || before->protocol != IPPROTO_TCP ||
	    packet->src_port != before->src_port || packet->dst_port != before->dst_port ||
	    !before->payload_length)
		return;
	seen->data_pairs++;
	seen->in_order += packet->sequence == before->sequence + before->payload_length;
}

static void look(const struct attack_traffic *traffic, struct seen *seen)
{
	memset(seen, 0, sizeof(*seen));
	for (size_t i = 0; i < traffic->sample_count && seen->count < SAMPLES_MAX; i++) {
		const struct attack_sample *sample = &traffic->samples[i];
		struct packet *packet = &seen->packets[seen->count];

		if (sample->plain) {
			memset(packet, 0, sizeof(*packet));
			packet->protocol = traffic->protocol;
			packet->payload = sample->bytes;
			packet->payload_here = packet->payload_length = sample->len;
		} else if (!packet_parse(sample->bytes, sample->len, packet)) {
			continue;
		} else {
			if (seen->ip && sample->number == traffic->samples[i - 1].number + 1)
				compare(seen, &seen->packets[seen->count - 1], packet);
			seen->ip++;
		}
		look_at(seen, packet);
		seen->count++;
	}
	if (traffic->protocol == IPPROTO_UDP)
		compare_names(seen);
}

/* Bits that two samples tell, and those that the record does. */
static unsigned int what_varied(const struct attack_traffic *traffic, const struct seen *seen)
{
	unsigned int varied = 0;

	varied |= traffic->sources > 1 ? VARIED_SOURCE : 0;
	varied |= traffic->destinations > 1 ? VARIED_DESTINATION : 0;
	varied |= traffic->src_ports > 1 ? VARIED_SOURCE_PORT : 0;
	varied |= traffic->dest_ports > 1 ? VARIED_DEST_PORT : 0;
	varied |= traffic->lengths > 1 || traffic->length_min != traffic->length_max ?
		VARIED_LENGTH : 0;
	varied |= traffic->ttl_min != traffic->ttl_max ? VARIED_TTL : 0;
	for (size_t i = 1; i < seen->count; i++) {
		const struct packet *a = &seen->packets[0], *b = &seen->packets[i];
		size_t here = a->payload_here < b->payload_here ? a->payload_here : b->payload_here;

		varied |= a->identification != b->identification ? VARIED_IDENTIFICATION : 0;
		varied |= a->sequence != b->sequence ? VARIED_SEQUENCE : 0;
		varied |= here && memcmp(a->payload, b->payload, here) ? VARIED_PAYLOAD : 0;
	}
	return varied;
}

static bool most(size_t count, const struct seen *seen)
{
	return count * 2 > seen->count && count;
}

static size_t one(struct attack_verdict *verdict, enum attack attack, unsigned int share,
		  const char *why)
{
	verdict->attack = attack;
	verdict->share = share;
	verdict->why = why;
	return 1;
}

/* Answered packet by packet: nobody floods and waits for answers. */
static bool is_answered(const struct attack_traffic *traffic)
{
	return traffic->packets_back * 4 >= traffic->packets;
}

static size_t recognise_udp(const struct attack_traffic *traffic, const struct seen *seen,
			    struct attack_verdict *verdict)
{
	if (most(seen->vse, seen))
		return one(verdict, ATTACK_VSE, 100, "queries of the Source engine");
	if (seen->labels >= 3 && seen->labels * 4 >= seen->dns * 3) {
		strcpy(verdict->domain, seen->domain);
		return one(verdict, ATTACK_DNS, 100, "queries for ever other names of one domain");
	}
	if (is_answered(traffic))
		return one(verdict, ATTACK_CONVERSATION, 100, "it was answered");
	if (seen->dns && most(seen->dns, seen))
		return one(verdict, ATTACK_CONVERSATION, 100, "queries for names of many domains");
	if (traffic->src_ports > 1 || traffic->dest_ports > 1)
		return one(verdict, ATTACK_UDP, 100, "ports differ from packet to packet");
	if (seen->pairs && seen->id_steps == seen->pairs)
		return one(verdict, ATTACK_UDPPLAIN, 100,
			   "one socket's packets: ports stay, identification as the system counts it");
	if (seen->pairs)
		return one(verdict, ATTACK_UDP, 100,
			   "ports stay, but identification is not as a socket's");
	return one(verdict, ATTACK_UDPPLAIN, 100, "ports stay");
}

/* One host's ports one after the other, from few sockets or from those that the system chose. */
static bool is_port_scan(const struct attack_traffic *traffic, const struct seen *seen)
{
	if (traffic->dest_ports < 50 || traffic->packets > 4ULL * traffic->dest_ports)
		return false;
	return traffic->src_ports <= 8 || traffic->kernel_ports ||
	       (seen->ip >= 8 && seen->kernel_ports == seen->count);
}

static bool is_http_flood(const struct attack_traffic *traffic, const struct seen *seen)
{
	if (traffic->requests)
		return traffic->requests >= REQUESTS_MIN;
	return most(seen->http * 4, seen) && traffic->src_ports >= 20;
}

/* Without a record of flags: many flows of a small packet or two are SYNs. */
static size_t recognise_flows(const struct attack_traffic *traffic, const struct seen *seen,
			      struct attack_verdict *verdict)
{
	uint64_t length = traffic->bytes / traffic->packets;

	if (is_http_flood(traffic, seen))
		return one(verdict, ATTACK_HTTP, 100, "the same request many times");
	if (traffic->flows && length <= 64 && traffic->packets <= 3 * traffic->flows)
		return one(verdict, ATTACK_SYN, 100, "small packets, and hardly two of a flow");
	if (is_answered(traffic))
		return one(verdict, ATTACK_CONVERSATION, 100, "it was answered");
	if (length > 64)
		return one(verdict, ATTACK_ACK, 100, "data without a connection");
	return one(verdict, ATTACK_OTHER, 100, "flags were not recorded");
}

/* The rest of a TCP record: packets with ACK. */
static enum attack name_acks(const struct attack_traffic *traffic, const struct seen *seen,
			     const char **why)
{
	uint64_t data_bytes = traffic->packets * 60;

	if (is_http_flood(traffic, seen)) {
		*why = "the same request over many connections";
		return ATTACK_HTTP;
	}
	if (traffic->bytes < data_bytes && traffic->bytes_back > traffic->bytes) {
		*why = "acknowledgements of what it was sent";
		return ATTACK_CONVERSATION;
	}
	if (traffic->syn && seen->data_pairs && seen->in_order * 2 >= seen->data_pairs) {
		*why = "data in order";
		return ATTACK_CONVERSATION;
	}
	if (traffic->syn && traffic->src_ports <= 4096 && traffic->psh * 2 > traffic->ack) {
		*why = "pushed data behind a real handshake, out of order";
		return ATTACK_STOMP;
	}
	if (traffic->syn * 8 > traffic->ack && is_answered(traffic)) {
		*why = "connections with little data each";
		return ATTACK_CONVERSATION;
	}
	*why = traffic->syn ? "acknowledgements without a connection beside SYNs" :
	       "acknowledgements without a connection";
	return ATTACK_ACK;
}

static size_t recognise_tcp(const struct attack_traffic *traffic, const struct seen *seen,
			    struct attack_verdict *verdicts)
{
	uint64_t bare = traffic->packets > traffic->ack ? traffic->packets - traffic->ack : 0;
	unsigned int syns, acks;
	enum attack attack;
	const char *why;

	if (bare > traffic->syn)
		bare = traffic->syn;
	if (!traffic->flags_known)
		return is_port_scan(traffic, seen) ?
			one(verdicts, ATTACK_SCAN, 100, "ever another port of one host") :
			recognise_flows(traffic, seen, verdicts);
	syns = bare * 100 / traffic->packets;
	acks = traffic->ack * 100 / traffic->packets;
	if (is_port_scan(traffic, seen) && traffic->psh * 4 <= traffic->packets)
		return one(verdicts, ATTACK_SCAN, 100, "ever another port of one host, once each");
	if (acks < SHARE_MIN && syns >= 50)
		return one(verdicts, ATTACK_SYN, 100, "SYN and nothing behind it");
	if (acks < SHARE_MIN)
		return one(verdicts, ATTACK_OTHER, 100, "flags that no known attack has");
	attack = name_acks(traffic, seen, &why);
	/* connections begin with a SYN each, and that is none of a flood */
	if (attack == ATTACK_CONVERSATION || attack == ATTACK_HTTP || syns < SHARE_MIN)
		return one(verdicts, attack, 100, why);
	one(&verdicts[0], attack, acks, why);
	one(&verdicts[1], ATTACK_SYN, syns, "SYN without anything behind it");
	if (syns > acks) {
		struct attack_verdict first = verdicts[0];

		verdicts[0] = verdicts[1];
		verdicts[1] = first;
	}
	return 2;
}

static size_t recognise_gre(const struct seen *seen, struct attack_verdict *verdicts)
{
	size_t all = seen->gre_ip + seen->gre_ethernet;
	size_t first = seen->gre_ip < seen->gre_ethernet;
	size_t least = first ? seen->gre_ip : seen->gre_ethernet;

	if (!all)
		return one(verdicts, ATTACK_OTHER, 100, "GRE with nothing known in it");
	one(&verdicts[0], first ? ATTACK_GREETH : ATTACK_GREIP, 100 - least * 100 / all,
	    first ? "Ethernet frames in GRE" : "IP packets in GRE");
	if (least * 100 / all < SHARE_MIN)
		return verdicts[0].share = 100, 1;
	one(&verdicts[1], first ? ATTACK_GREIP : ATTACK_GREETH, least * 100 / all,
	    first ? "IP packets in GRE" : "Ethernet frames in GRE");
	return 2;
}

static bool is_address_scan(const struct attack_traffic *traffic)
{
	/* a flood of a whole network sends more than a few to each of its addresses */
	return traffic->scan && (traffic->packets < 8ULL * traffic->destinations ||
				 traffic->destinations > 4096);
}

size_t attack_recognise(const struct attack_traffic *traffic,
			struct attack_verdict verdicts[ATTACK_VERDICTS])
{
	struct seen seen;
	unsigned int varied;
	size_t count;

	memset(verdicts, 0, ATTACK_VERDICTS * sizeof(*verdicts));
	look(traffic, &seen);
	varied = what_varied(traffic, &seen);
	if (is_address_scan(traffic) && traffic->length_max < 128)
		count = one(verdicts, ATTACK_SCAN, 100, "ever other addresses, little to each");
	else if (traffic->packets < PACKETS_MIN || traffic->peak < PEAK_MIN)
		count = one(verdicts, ATTACK_SMALL, 100, "too little to be one");
	else if (traffic->protocol == IPPROTO_UDP)
		count = recognise_udp(traffic, &seen, verdicts);
	else if (traffic->protocol == IPPROTO_TCP)
		count = recognise_tcp(traffic, &seen, verdicts);
	else if (traffic->protocol == IPPROTO_GRE)
		count = recognise_gre(&seen, verdicts);
	else if (is_answered(traffic))
		count = one(verdicts, ATTACK_CONVERSATION, 100, "it was answered");
	else if (traffic->protocol == IPPROTO_ICMP || traffic->protocol == IPPROTO_ICMPV6)
		count = one(verdicts, ATTACK_ICMP, 100, "ICMP that nobody answered");
	else
		count = one(verdicts, ATTACK_OTHER, 100, "a protocol that no known attack uses");
	for (size_t i = 0; i < count; i++)
		verdicts[i].varied = varied;
	return count;
}
