/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames that an adversary would try, made from a seed: first a sweep over
 * every class, then whatever the numbers say.  All of it is bytes; nothing is
 * sent here.
 */
#ifndef ADVERSARY_FRAMES_H
#define ADVERSARY_FRAMES_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FRAME_MAX	1514
#define POOL_MAX	64

/* What the adversary may know of the world around it. */
struct pool {
	uint8_t		mac[POOL_MAX][6];
	int		macs;
	struct in_addr	v4[POOL_MAX];
	int		v4s;
	struct in6_addr	v6[POOL_MAX];
	int		v6s;
	uint8_t		own_mac[6];
	uint16_t	port[POOL_MAX];
	int		ports;
};

struct maker {
	uint64_t	state;
	struct pool	*pool;
	uint8_t		*frame;
	size_t		len;
	/* what the sweep wants in this frame; -1: as it comes */
	int		type, proto, icmp, mac;
};

static uint64_t draw(struct maker *m)
{
	uint64_t z = m->state += 0x9e3779b97f4a7c15u;	/* splitmix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static unsigned int below(struct maker *m, unsigned int n)
{
	return (unsigned int)(draw(m) % n);
}

static bool chance(struct maker *m, unsigned int percent)
{
	return below(m, 100) < percent;
}

#define ONE_OF(m, list)	((list)[below(m, sizeof(list) / sizeof(*(list)))])

static void put(struct maker *m, const void *data, size_t len)
{
	if (len > FRAME_MAX - m->len)
		len = FRAME_MAX - m->len;
	memcpy(m->frame + m->len, data, len);
	m->len += len;
}

static void put8(struct maker *m, unsigned int value)
{
	uint8_t byte = (uint8_t)value;

	put(m, &byte, 1);
}

static void put16(struct maker *m, unsigned int value)
{
	uint16_t word = htons((uint16_t)value);

	put(m, &word, 2);
}

static void put32(struct maker *m, uint32_t value)
{
	value = htonl(value);
	put(m, &value, 4);
}

static void put_noise(struct maker *m, size_t len)
{
	while (len--)
		put8(m, (unsigned int)draw(m));
}

static void set16(struct maker *m, size_t at, uint16_t value)
{
	if (at + 2 <= m->len) {
		m->frame[at] = (uint8_t)(value >> 8);
		m->frame[at + 1] = (uint8_t)value;
	}
}

static uint32_t sum16(const uint8_t *data, size_t len, uint32_t sum)
{
	for (; len > 1; len -= 2, data += 2)
		sum += (uint32_t)data[0] << 8 | data[1];
	return len ? sum + ((uint32_t)data[0] << 8) : sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static const uint16_t frame_types[] = {
	0x0800, 0x0806, 0x86dd, 0x8100, 0x88a8, 0x9100, 0x8847, 0x8848, 0x8863, 0x8864, 0x88cc,
	0x888e, 0x8899, 0x8809, 0x8808, 0x88b5, 0x88b7, 0x88e3, 0x8902, 0x8906, 0x8914, 0x8915,
	0x893a, 0x88f7, 0x88e5, 0x8035, 0x80f3, 0x8137, 0x0842, 0x6000, 0x9000, 0xffff, 0x0101,
	0x0004, 0x0026, 0x0100, 0x05dc, 0x05ff, 0x0600, 0x0000,
};

#define FRAME_TYPES	((int)(sizeof(frame_types) / sizeof(*frame_types)))

/* Group addresses that bridges, hosts and protocols listen to, and a few that nobody has. */
static const uint8_t known_macs[][6] = {
	{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x00 },
	{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x01 }, { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x02 },
	{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x03 }, { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x08 },
	{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e }, { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x0f },
	{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x10 }, { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x21 },
	{ 0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc }, { 0x01, 0x1b, 0x19, 0x00, 0x00, 0x00 },
	{ 0x01, 0x00, 0x5e, 0x00, 0x00, 0x01 }, { 0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb },
	{ 0x33, 0x33, 0x00, 0x00, 0x00, 0x01 }, { 0x33, 0x33, 0x00, 0x00, 0x00, 0x02 },
	{ 0x33, 0x33, 0xff, 0x00, 0x00, 0x01 }, { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 },
	{ 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 }, { 0x01, 0x15, 0x4e, 0x00, 0x00, 0x01 },
};

static const char *const known_v4[] = {
	"0.0.0.0", "127.0.0.1", "127.1.2.3", "255.255.255.255", "224.0.0.1", "224.0.0.251",
	"239.255.255.250", "169.254.1.1", "169.254.169.254", "10.0.0.1", "172.16.0.1",
	"192.168.1.255", "192.168.1.254", "1.1.1.1", "8.8.8.8", "198.18.0.9", "198.18.0.10",
	"198.18.0.255", "198.18.255.1", "198.19.0.1", "240.0.0.1", "100.64.0.1", "203.0.113.7",
};

static const char *const known_v6[] = {
	"::", "::1", "ff02::1", "ff02::2", "ff02::16", "ff02::fb", "ff02::1:ff00:1", "ff05::2",
	"ff01::1", "fe80::1", "fe80::dead:beef", "fec0::1", "fd53:4200::c612:9",
	"fd53:4201::1", "fd53:4219::1", "2001:db8::1", "2606:4700::1111", "::ffff:127.0.0.1",
	"::ffff:192.168.1.1", "64:ff9b::7f00:1", "2002:c0a8:101::1", "::192.168.1.1",
};

static const uint8_t *some_mac(struct maker *m)
{
	unsigned int known = sizeof(known_macs) / sizeof(*known_macs);

	if (m->pool->macs && chance(m, 70))
		return m->pool->mac[below(m, (unsigned int)m->pool->macs)];
	return known_macs[below(m, known)];
}

static void put_v4(struct maker *m, bool source)
{
	struct in_addr addr = m->pool->v4[0];

	if (!source || chance(m, 25)) {
		if (m->pool->v4s && chance(m, 50))
			addr = m->pool->v4[below(m, (unsigned int)m->pool->v4s)];
		else if (chance(m, 70))
			inet_pton(AF_INET, ONE_OF(m, known_v4), &addr);
		else
			addr.s_addr = (uint32_t)draw(m);
	}
	put(m, &addr, sizeof(addr));
}

static void put_v6(struct maker *m, bool source)
{
	struct in6_addr addr = m->pool->v6[0];
	uint64_t half;

	if (!source || chance(m, 25)) {
		if (m->pool->v6s && chance(m, 50)) {
			addr = m->pool->v6[below(m, (unsigned int)m->pool->v6s)];
		} else if (chance(m, 70)) {
			inet_pton(AF_INET6, ONE_OF(m, known_v6), &addr);
		} else {
			half = draw(m);
			memcpy(&addr.s6_addr[8], &half, sizeof(half));
			addr.s6_addr[0] = 0x20;
		}
	}
	put(m, &addr, sizeof(addr));
}

static void put_port(struct maker *m)
{
	put16(m, chance(m, 70) ? m->pool->port[below(m, (unsigned int)m->pool->ports)] :
				 (unsigned int)draw(m));
}

static void put_ip(struct maker *m, bool v6, int depth);

/* An ICMP or ICMPv6 message; errors embed a packet of somebody. */
static void put_icmp(struct maker *m, bool v6, int depth)
{
	static const uint8_t types4[] = { 8, 0, 3, 4, 5, 9, 10, 11, 12, 13, 15, 17, 30, 40, 42 };
	static const uint8_t types6[] = { 128, 129, 1, 2, 3, 4, 130, 131, 132, 133, 134, 135, 136,
					  137, 139, 141, 143, 144, 148, 151, 160 };
	unsigned int type = m->icmp >= 0 && !depth ? (unsigned int)m->icmp :
			    v6 ? ONE_OF(m, types6) : ONE_OF(m, types4);
	bool error = v6 ? type < 128 : type == 3 || type == 4 || type == 5 || type == 11 ||
				       type == 12;

	put8(m, type);
	put8(m, chance(m, 80) ? below(m, 5) : (unsigned int)draw(m));
	put16(m, 0);
	if (error && depth < 2) {
		put32(m, chance(m, 50) ? 1280 : (uint32_t)draw(m));
		put_ip(m, v6, depth + 1);
	} else if (v6 && type >= 133 && type <= 137) {
		put32(m, (uint32_t)draw(m));
		put_v6(m, false);
		if (chance(m, 70)) {
			put8(m, 1 + below(m, 2));
			put8(m, chance(m, 90) ? 1 : below(m, 3));
			put(m, some_mac(m), 6);
		}
		put_noise(m, below(m, 16));
	} else {
		put32(m, (uint32_t)draw(m));
		put_noise(m, below(m, 64));
	}
}

static void put_transport(struct maker *m, unsigned int proto, bool v6, int depth)
{
	size_t size = below(m, 64);

	switch (proto) {
	case IPPROTO_TCP:
		put_port(m);
		put_port(m);
		put32(m, (uint32_t)draw(m));
		put32(m, (uint32_t)draw(m));
		put8(m, chance(m, 85) ? 0x50 : (unsigned int)draw(m));
		put8(m, chance(m, 60) ? 0x02 : (unsigned int)draw(m));
		put32(m, 0xffff0000);
		put16(m, 0);
		put_noise(m, size);
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		put_port(m);
		put_port(m);
		put16(m, chance(m, 90) ? (unsigned int)size + 8 : (unsigned int)draw(m));
		put16(m, 0);
		put_noise(m, size);
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		put_icmp(m, proto == IPPROTO_ICMPV6, depth);
		break;
	case IPPROTO_IPIP:
	case IPPROTO_IPV6:
		if (depth < 2)
			put_ip(m, proto == IPPROTO_IPV6, depth + 1);
		break;
	case IPPROTO_GRE:
		put16(m, chance(m, 80) ? 0 : (unsigned int)draw(m));
		put16(m, v6 ? 0x86dd : 0x0800);
		if (depth < 2)
			put_ip(m, v6, depth + 1);
		break;
	default:
		put_noise(m, size);
	}
}

/* Right checksums get a frame further: most have them. */
static void finish_checksum(struct maker *m, unsigned int proto, size_t addrs, size_t addrs_len,
			    size_t at)
{
	size_t where, len = m->len - at;
	uint32_t sum = 0;

	switch (proto) {
	case IPPROTO_TCP:	where = 16; break;
	case IPPROTO_UDP:	where = 6; break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:	where = 2; break;
	default:		return;
	}
	if (m->len < at + where + 2 || chance(m, 8))
		return;
	if (proto != IPPROTO_ICMP)
		sum = sum16(m->frame + addrs, addrs_len, (uint32_t)len + proto);
	set16(m, at + where, fold(sum16(m->frame + at, len, sum)));
}

static unsigned int some_proto(struct maker *m, bool v6, int depth)
{
	static const uint8_t protos[] = { 6, 17, 6, 17, 6, 17, 1, 58, 2, 4, 41, 47, 50, 51, 88, 89,
					  103, 112, 115, 132, 136, 137, 0, 255 };

	if (m->proto >= 0 && !depth)
		return (unsigned int)m->proto;
	if (chance(m, 40))
		return chance(m, 50) ? IPPROTO_TCP : IPPROTO_UDP;
	if (chance(m, 30))
		return v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	return chance(m, 92) ? ONE_OF(m, protos) : (unsigned int)(draw(m) & 255);
}

static void put_ipv4(struct maker *m, int depth)
{
	size_t at = m->len, l4, options = chance(m, 10) ? 4 * below(m, 11) : 0;
	unsigned int proto = some_proto(m, false, depth);

	put8(m, 0x45 + (unsigned int)options / 4);
	put8(m, (unsigned int)draw(m));
	put16(m, 0);
	put16(m, (unsigned int)draw(m) & 7);	/* few identifications: fragments meet */
	put16(m, chance(m, 85) ? 0x4000 : chance(m, 80) ? (below(m, 2) << 13) | below(m, 12) :
		  (unsigned int)draw(m));
	put8(m, chance(m, 70) ? 64 : chance(m, 50) ? below(m, 12) : (unsigned int)draw(m));
	put8(m, proto);
	put16(m, 0);
	put_v4(m, true);
	put_v4(m, false);
	for (size_t i = 0; i < options; i += 4)
		put32(m, chance(m, 50) ? 0x01010101 : (uint32_t)draw(m));
	l4 = m->len;
	put_transport(m, proto, false, depth);
	finish_checksum(m, proto, at + 12, 8, l4);
	set16(m, at + 2, (uint16_t)(chance(m, 95) ? m->len - at : draw(m)));
	if (chance(m, 97))
		set16(m, at + 10, fold(sum16(m->frame + at, 20 + options, 0)));
}

/* A chain of extension headers, most of them well formed, in front of proto. */
static void put_extensions(struct maker *m, size_t next_at, unsigned int proto)
{
	static const uint8_t types[] = { 0, 60, 43, 44, 44, 51, 135, 139, 60 };
	int count = (int)below(m, chance(m, 90) ? 4 : 12);

	while (count--) {
		unsigned int type = ONE_OF(m, types);
		size_t size = type == 44 ? 8 : 8 + 8 * below(m, 2);

		m->frame[next_at] = (uint8_t)type;
		next_at = m->len;
		put8(m, 0);
		put8(m, type == 44 ? 0 : chance(m, 90) ? (unsigned int)size / 8 - 1 :
							 (unsigned int)draw(m));
		if (type == 44) {
			put16(m, chance(m, 50) ? below(m, 2) : (below(m, 12) << 3) | below(m, 2));
			put32(m, (uint32_t)draw(m) & 7);
		} else if (type == 43) {
			put8(m, below(m, 5));
			put8(m, below(m, 3));
			put_noise(m, size - 4);
		} else {
			put8(m, 1);	/* PadN over the rest */
			put8(m, (unsigned int)size - 4);
			for (size_t i = 4; i < size; i++)
				put8(m, 0);
		}
		if (next_at >= FRAME_MAX)
			return;
	}
	m->frame[next_at] = (uint8_t)proto;
}

static void put_ipv6(struct maker *m, int depth)
{
	size_t at = m->len, l4;
	unsigned int proto = some_proto(m, true, depth);

	put32(m, 0x60000000 | (chance(m, 80) ? 0 : (uint32_t)draw(m) & 0xfffffff));
	put16(m, 0);
	put8(m, proto);
	put8(m, chance(m, 60) ? 64 : chance(m, 60) ? 255 : below(m, 12));
	put_v6(m, true);
	put_v6(m, false);
	if (chance(m, 20) && m->len + 400 < FRAME_MAX)
		put_extensions(m, at + 6, proto);
	l4 = m->len;
	put_transport(m, proto, true, depth);
	finish_checksum(m, proto, at + 8, 32, l4);
	set16(m, at + 4, (uint16_t)(chance(m, 95) ? m->len - at - 40 : draw(m)));
}

static void put_ip(struct maker *m, bool v6, int depth)
{
	if (m->len + 200 > FRAME_MAX)
		return;
	if (v6)
		put_ipv6(m, depth);
	else
		put_ipv4(m, depth);
}

static void put_arp(struct maker *m)
{
	put16(m, chance(m, 95) ? 1 : (unsigned int)draw(m));
	put16(m, chance(m, 95) ? 0x0800 : (unsigned int)draw(m));
	put8(m, chance(m, 95) ? 6 : (unsigned int)draw(m));
	put8(m, chance(m, 95) ? 4 : (unsigned int)draw(m));
	put16(m, m->icmp >= 0 ? (unsigned int)m->icmp : chance(m, 80) ? 1 + below(m, 2) :
									 below(m, 26));
	put(m, chance(m, 70) ? m->pool->own_mac : some_mac(m), 6);
	put_v4(m, true);
	put(m, some_mac(m), 6);
	put_v4(m, false);
	put_noise(m, below(m, 20));
}

static unsigned int some_type(struct maker *m)
{
	unsigned int turn = below(m, 100);

	if (m->type >= 0)
		return (unsigned int)m->type;
	if (turn < 45)
		return 0x0800;
	if (turn < 75)
		return 0x86dd;
	if (turn < 83)
		return 0x0806;
	return turn < 97 ? ONE_OF(m, frame_types) : (unsigned int)draw(m) & 0xffff;
}

static void put_tags(struct maker *m)
{
	static const uint16_t tag_types[] = { 0x8100, 0x88a8, 0x8100, 0x9100 };
	static const uint16_t vids[] = { 0, 1, 5, 4094, 4095 };
	int count = chance(m, 80) ? 0 : chance(m, 60) ? 1 : (int)below(m, 4);

	while (count--) {
		put16(m, ONE_OF(m, tag_types));
		put16(m, ONE_OF(m, vids) | below(m, 8) << 13);
	}
}

/* One frame; its length.  What the maker's sweep does not ask for comes from the seed. */
static size_t make_frame(struct maker *m)
{
	unsigned int type;

	m->len = 0;
	if (m->mac >= 0)
		put(m, m->mac < m->pool->macs ? m->pool->mac[m->mac] :
			known_macs[m->mac - m->pool->macs], 6);
	else
		put(m, some_mac(m), 6);
	put(m, chance(m, 75) ? m->pool->own_mac : some_mac(m), 6);
	put_tags(m);
	type = some_type(m);
	put16(m, type);
	if (type < 0x600 && chance(m, 70)) {	/* 802.2: STP, or IP in SNAP, or noise */
		put(m, chance(m, 50) ? "\x42\x42\x03" : "\xaa\xaa\x03", 3);
		put(m, "\0\0", 3);
		put16(m, chance(m, 50) ? 0x0800 : 0x86dd);
		put_ip(m, chance(m, 50), 0);
	} else if (type == 0x0806) {
		put_arp(m);
	} else if (type == 0x86dd || (type != 0x0800 && chance(m, 40))) {
		put_ipv6(m, 0);
	} else if (type == 0x0800 || chance(m, 60)) {
		put_ipv4(m, 0);
	} else {
		put_noise(m, below(m, 100));
	}
	if (chance(m, 8))
		m->frame[below(m, (unsigned int)m->len)] ^= (uint8_t)(1 << below(m, 8));
	if (chance(m, 10))
		m->len = 14 + below(m, (unsigned int)m->len - 13);
	return m->len;
}

/*
 * Frame number n: the sweep comes first (each EtherType to each MAC address,
 * each protocol, each ICMP type in both families, each ARP operation).
 */
static size_t make_nth(struct maker *m, unsigned long n)
{
	unsigned int macs = (unsigned int)m->pool->macs + sizeof(known_macs) / sizeof(*known_macs);
	unsigned long types = (unsigned long)macs * FRAME_TYPES;

	m->type = m->proto = m->icmp = m->mac = -1;
	if (n < types) {
		m->mac = (int)(n / FRAME_TYPES);
		m->type = frame_types[n % FRAME_TYPES];
	} else if (n - types < 512) {
		n -= types;
		m->type = n & 256 ? 0x86dd : 0x0800;
		m->proto = n & 255;
	} else if (n - types < 1024) {
		n -= types + 512;
		m->type = n & 256 ? 0x86dd : 0x0800;
		m->proto = n & 256 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
		m->icmp = n & 255;
	} else if (n - types < 1056) {
		m->type = 0x0806;
		m->icmp = (int)(n - types - 1024);
	}
	return make_frame(m);
}

#endif /* ADVERSARY_FRAMES_H */
