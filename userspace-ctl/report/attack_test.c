// SPDX-License-Identifier: GPL-2.0-only
/* What floods are called: each of the ten, what looks like them, and mixtures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attack.h"
#include "line.h"
#include "observe.h"
#include "prefix.h"

#define FRAMES 16

static uint8_t frames[FRAMES][256];
static struct attack_sample samples[FRAMES];
static size_t frame_count;
static unsigned int seed;

static unsigned int chance(void)
{
	seed = seed * 1103515245 + 12345;
	return seed >> 8 & 0xffff;
}

static void put16(uint8_t *at, unsigned int value)
{
	at[0] = value >> 8;
	at[1] = value;
}

/* An IPv4 packet with room for 256 of its bytes; returns where its body begins. */
static uint8_t *frame(uint8_t protocol, unsigned int length, unsigned int id, bool df)
{
	uint8_t *at = frames[frame_count];
	size_t len = length < 256 ? length : 256;

	memset(at, 0, 256);
	at[0] = 0x45;
	put16(at + 2, length);
	put16(at + 4, id);
	at[6] = df ? 0x40 : 0;
	at[8] = 64;
	at[9] = protocol;
	memcpy(at + 12, "\xc0\xa8\x01\x64\x01\x02\x03\x04", 8);
	samples[frame_count] = (struct attack_sample){ .bytes = at, .len = len,
						       .number = frame_count };
	frame_count++;
	return at + 20;
}

static uint8_t *udp(unsigned int sport, unsigned int dport, unsigned int payload, unsigned int id,
		    bool df)
{
	uint8_t *at = frame(IPPROTO_UDP, 28 + payload, id, df);

	put16(at, sport);
	put16(at + 2, dport);
	put16(at + 4, 8 + payload);
	return at + 8;
}

static uint8_t *tcp(unsigned int sport, unsigned int dport, unsigned int payload, uint8_t flags,
		    uint32_t sequence)
{
	uint8_t *at = frame(IPPROTO_TCP, 40 + payload, chance(), false);

	put16(at, sport);
	put16(at + 2, dport);
	put16(at + 4, sequence >> 16);
	put16(at + 6, sequence);
	at[12] = 0x50;
	at[13] = flags;
	return at + 20;
}

/* Ten thousand packets to one address in five seconds. */
static struct attack_traffic traffic(uint8_t protocol, unsigned int length)
{
	return (struct attack_traffic){
		.protocol = protocol, .packets = 10000, .bytes = 10000 * length, .seconds = 5,
		.peak = 2100, .sources = 1, .destinations = 1, .src_ports = 1, .dest_ports = 1,
		.lengths = 1, .length_min = length, .length_max = length, .ttl_min = 64,
		.ttl_max = 64, .flags_known = true, .src_port = 40000, .dest_port = 477,
		.samples = samples, .sample_count = frame_count,
	};
}

static enum attack named(const struct attack_traffic *of)
{
	struct attack_verdict verdicts[ATTACK_VERDICTS];

	assert_int_equal(attack_recognise(of, verdicts), 1);
	assert_non_null(verdicts[0].why);
	frame_count = 0;
	return verdicts[0].attack;
}

static void test_udp(void **state)
{
	struct attack_traffic of;

	(void)state;
	for (int i = 0; i < FRAMES; i++)
		udp(chance(), chance(), 512, chance(), false);
	of = traffic(IPPROTO_UDP, 540);
	of.src_ports = of.dest_ports = 9000;
	assert_int_equal(named(&of), ATTACK_UDP);
	/* ports were given by the C&C: raw packets all the same */
	for (int i = 0; i < FRAMES; i++)
		udp(65084, 477, 512, chance(), false);
	of = traffic(IPPROTO_UDP, 540);
	assert_int_equal(named(&of), ATTACK_UDP);
	for (int i = 0; i < FRAMES; i++)
		udp(65084, 477, 512, 0, false);
	of = traffic(IPPROTO_UDP, 540);
	assert_int_equal(named(&of), ATTACK_UDP);
}

static void test_udp_plain(void **state)
{
	struct attack_traffic of;

	(void)state;
	for (int i = 0; i < FRAMES; i++)
		udp(40000, 80, 512, 100 + i, true);
	of = traffic(IPPROTO_UDP, 540);
	assert_int_equal(named(&of), ATTACK_UDPPLAIN);
	for (int i = 0; i < FRAMES; i++)
		udp(40000, 80, 512, 0, true);
	of = traffic(IPPROTO_UDP, 540);
	assert_int_equal(named(&of), ATTACK_UDPPLAIN);
	/* no frames at all */
	of = traffic(IPPROTO_UDP, 540);
	assert_int_equal(named(&of), ATTACK_UDPPLAIN);
}

static void test_vse(void **state)
{
	static const char query[] = "\xff\xff\xff\xffTSource Engine Query";
	struct attack_traffic of;

	(void)state;
	for (int i = 0; i < FRAMES; i++)
		memcpy(udp(chance(), 27015, 25, chance(), false), query, 25);
	of = traffic(IPPROTO_UDP, 53);
	of.src_ports = 9000;
	of.dest_port = 27015;
	assert_int_equal(named(&of), ATTACK_VSE);
}

static void put_query(uint8_t *to, const char *name)
{
	uint8_t *at = to + 12;

	to[5] = 1;
	while (*name) {
		size_t label = strcspn(name, ".");

		*at++ = label;
		at = (uint8_t *)mempcpy(at, name, label);
		name += label + (name[label] == '.');
	}
	at[2] = at[4] = 1;
}

static void test_dns(void **state)
{
	struct attack_verdict verdicts[ATTACK_VERDICTS];
	struct attack_traffic of;
	char name[64];

	(void)state;
	for (int i = 0; i < FRAMES; i++) {
		sprintf(name, "x%05u.victim.example", chance());
		put_query(udp(chance(), 53, 60, chance(), false), name);
	}
	of = traffic(IPPROTO_UDP, 88);
	of.src_ports = 9000;
	of.packets_back = 9000;		/* a resolver answers */
	assert_int_equal(attack_recognise(&of, verdicts), 1);
	assert_int_equal(verdicts[0].attack, ATTACK_DNS);
	assert_string_equal(verdicts[0].domain, "victim.example");
	frame_count = 0;
	/* a burst of queries for names of many domains is none */
	for (int i = 0; i < FRAMES; i++) {
		sprintf(name, "www.x%05u.example", chance());
		put_query(udp(chance(), 53, 60, chance(), false), name);
	}
	of.sample_count = frame_count;
	assert_int_equal(named(&of), ATTACK_CONVERSATION);
	/* nor is one for made-up names right below a top-level domain, answered or not */
	for (int i = 0; i < FRAMES; i++) {
		sprintf(name, "x%05u.example", chance());
		put_query(udp(chance(), 53, 60, chance(), false), name);
	}
	of.sample_count = frame_count;
	of.packets_back = 0;
	assert_int_equal(named(&of), ATTACK_CONVERSATION);
}

static void test_syn(void **state)
{
	struct attack_traffic of;

	(void)state;
	for (int i = 0; i < FRAMES; i++)
		tcp(chance(), 80, 0, 2, chance() << 16 | chance());
	of = traffic(IPPROTO_TCP, 40);
	of.src_ports = 9000;
	of.syn = of.packets;
	assert_int_equal(named(&of), ATTACK_SYN);
	/* random ports on both sides, as long as a port scan would be */
	for (int i = 0; i < FRAMES; i++)
		tcp(chance(), chance(), 0, 2, chance() << 16 | chance());
	of = traffic(IPPROTO_TCP, 40);
	of.src_ports = of.dest_ports = 9000;
	of.syn = of.packets;
	assert_int_equal(named(&of), ATTACK_SYN);
}

static void test_ack(void **state)
{
	struct attack_traffic of;

	(void)state;
	for (int i = 0; i < FRAMES; i++)
		tcp(chance(), chance(), 512, 16, chance() << 16 | chance());
	of = traffic(IPPROTO_TCP, 552);
	of.src_ports = of.dest_ports = 9000;
	of.ack = of.packets;
	assert_int_equal(named(&of), ATTACK_ACK);
}

static void test_stomp(void **state)
{
	struct attack_traffic of;

	(void)state;
	for (uint32_t i = 0; i < FRAMES; i++)
		tcp(45000, 80, 768, 16 | 8, 1000 + i);	/* ever one more, not as much as the data */
	of = traffic(IPPROTO_TCP, 808);
	of.src_ports = 2;
	of.syn = 2;
	of.ack = of.packets - 2;
	of.psh = of.packets - 4;
	assert_int_equal(named(&of), ATTACK_STOMP);
}

static void gre(uint16_t carries)
{
	uint8_t *at = frame(IPPROTO_GRE, 560, chance(), true);

	put16(at + 2, carries);
}

static void test_gre(void **state)
{
	struct attack_verdict verdicts[ATTACK_VERDICTS];
	struct attack_traffic of;

	(void)state;
	for (int i = 0; i < FRAMES; i++)
		gre(0x0800);
	of = traffic(IPPROTO_GRE, 560);
	assert_int_equal(named(&of), ATTACK_GREIP);
	for (int i = 0; i < FRAMES; i++)
		gre(0x6558);
	of = traffic(IPPROTO_GRE, 560);
	assert_int_equal(named(&of), ATTACK_GREETH);
	for (int i = 0; i < FRAMES; i++)
		gre(i % 4 ? 0x0800 : 0x6558);
	of = traffic(IPPROTO_GRE, 560);
	assert_int_equal(attack_recognise(&of, verdicts), 2);
	assert_int_equal(verdicts[0].attack, ATTACK_GREIP);
	assert_int_equal(verdicts[1].attack, ATTACK_GREETH);
	assert_int_equal(verdicts[0].share + verdicts[1].share, 100);
	frame_count = 0;
}

static void test_http(void **state)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: victim.example\r\n";
	struct attack_traffic of;

	(void)state;
	for (int i = 0; i < FRAMES; i++) {
		if (i % 3)
			tcp(40000 + i, 80, 0, i % 3 == 1 ? 2 : 16, i);
		else
			memcpy(tcp(40000 + i, 80, 200, 24, i), request, sizeof(request) - 1);
	}
	of = traffic(IPPROTO_TCP, 120);
	of.src_ports = 1500;
	of.syn = 1500;
	of.ack = 8500;
	of.psh = 1500;
	of.packets_back = 8000;
	of.bytes_back = 900000;
	assert_int_equal(named(&of), ATTACK_HTTP);
	/* the same by what the server saw, and without the kernel's record */
	of = traffic(IPPROTO_TCP, 120);
	of.requests = 1500;
	of.src_ports = of.flows = 1500;
	of.flags_known = false;
	of.packets_back = 8000;
	assert_int_equal(named(&of), ATTACK_HTTP);
}

/* Much traffic that is no attack. */
static void test_benign(void **state)
{
	struct attack_traffic of;
	uint32_t at = 1;

	(void)state;
	/* a download: acknowledgements of what comes */
	for (int i = 0; i < FRAMES; i++)
		tcp(45000, 80, 0, 16, 300);
	of = traffic(IPPROTO_TCP, 52);
	of.syn = 1;
	of.ack = of.packets - 1;
	of.packets_back = 20000;
	of.bytes_back = 30000000;
	assert_int_equal(named(&of), ATTACK_CONVERSATION);
	/* an upload: data in order */
	for (int i = 0; i < FRAMES; i++, at += 1448)
		tcp(45000, 80, 1448, i % 4 ? 16 : 24, at);
	of = traffic(IPPROTO_TCP, 1488);
	of.syn = 1;
	of.ack = of.packets - 1;
	of.psh = 2500;
	of.packets_back = 5000;
	of.bytes_back = 300000;
	assert_int_equal(named(&of), ATTACK_CONVERSATION);
	/* scans: one host's ports by one socket, by many; many hosts */
	for (int i = 0; i < FRAMES; i++)
		tcp(61000, i, 0, 2, 7);
	of = traffic(IPPROTO_TCP, 44);
	of.packets = 5000;
	of.dest_ports = 5000;
	of.syn = of.packets;
	assert_int_equal(named(&of), ATTACK_SCAN);
	for (int i = 0; i < FRAMES; i++)
		tcp(33000 + chance() % 28000, i, 0, 2, 7);
	of.samples = samples;
	of.sample_count = frame_count;
	of.src_ports = 4500;
	assert_int_equal(named(&of), ATTACK_SCAN);
	of = traffic(IPPROTO_TCP, 40);
	of.scan = true;
	of.destinations = 9000;
	of.syn = of.packets;
	assert_int_equal(named(&of), ATTACK_SCAN);
	/* UDP that is answered, as of a video call */
	of = traffic(IPPROTO_UDP, 1200);
	of.packets_back = 9000;
	assert_int_equal(named(&of), ATTACK_CONVERSATION);
	/* connections one after the other, each with a little */
	of = traffic(IPPROTO_TCP, 80);
	of.src_ports = of.flows = 2000;
	of.syn = 2000;
	of.ack = 8000;
	of.psh = 2000;
	of.packets_back = 8000;
	of.bytes_back = 640000;
	assert_int_equal(named(&of), ATTACK_CONVERSATION);
	/* little */
	of = traffic(IPPROTO_UDP, 540);
	of.packets = 100;
	assert_int_equal(named(&of), ATTACK_SMALL);
}

static void test_mixed_tcp(void **state)
{
	struct attack_verdict verdicts[ATTACK_VERDICTS];
	struct attack_traffic of;

	(void)state;
	for (int i = 0; i < FRAMES; i++)
		tcp(chance(), 80, i % 2 ? 512 : 0, i % 2 ? 16 : 2, chance());
	of = traffic(IPPROTO_TCP, 300);
	of.src_ports = 9000;
	of.syn = 4000;
	of.ack = 6000;
	assert_int_equal(attack_recognise(&of, verdicts), 2);
	assert_int_equal(verdicts[0].attack, ATTACK_ACK);
	assert_int_equal(verdicts[0].share, 60);
	assert_int_equal(verdicts[1].attack, ATTACK_SYN);
	assert_int_equal(verdicts[1].share, 40);
	frame_count = 0;
}

static void test_varied(void **state)
{
	struct attack_verdict verdicts[ATTACK_VERDICTS];
	struct attack_traffic of;

	(void)state;
	for (int i = 0; i < FRAMES; i++)
		*udp(chance(), chance(), 512, chance(), false) = i;
	of = traffic(IPPROTO_UDP, 540);
	of.src_ports = of.dest_ports = 9000;
	of.sources = 50;
	attack_recognise(&of, verdicts);
	assert_int_equal(verdicts[0].varied, VARIED_SOURCE | VARIED_SOURCE_PORT | VARIED_DEST_PORT |
			 VARIED_IDENTIFICATION | VARIED_PAYLOAD);
	frame_count = 0;
}

/* Frames of any bytes: nothing beyond them is read, and there is always a verdict. */
static void test_any(void **state)
{
	static const uint8_t protocols[] = { 1, 6, 17, 47, 58, 132 };
	struct attack_verdict verdicts[ATTACK_VERDICTS];

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct attack_traffic of;

		for (frame_count = 0; frame_count < FRAMES; frame_count++) {
			uint8_t *at = frames[frame_count];
			size_t len = chance() % 257;

			for (size_t i = 0; i < len; i++)
				at[i] = chance();
			if (len && chance() % 4)
				at[0] = chance() % 2 ? 0x45 : 0x60;
			if (len > 9)
				at[chance() % 2 ? 9 : 6] = protocols[chance() % 6];
			/* at the end of the room, where the sanitizer watches */
			memmove(at + 256 - len, at, len);
			samples[frame_count] = (struct attack_sample){
				.bytes = at + 256 - len, .len = len, .number = frame_count,
			};
		}
		of = traffic(protocols[round % 6], 540);
		of.syn = chance();
		of.ack = chance();
		of.psh = chance();
		of.packets_back = chance();
		assert_in_range(attack_recognise(&of, verdicts), 1, ATTACK_VERDICTS);
	}
	frame_count = 0;
}

/* The capture's packets are counted by kind. */
static void test_observe(void **state)
{
	struct observe *observe = observe_new();
	struct observe_target *target = observe_target(observe, IPPROTO_UDP, "1.2.3.4");
	struct attack_sample room[OBSERVE_PARTS * OBSERVE_SAMPLES];
	struct attack_traffic of;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		frame_count = 0;
		if (i % 4)
			udp(chance(), chance(), 100, chance(), false);
		else
			memcpy(udp(chance(), 27015, 25, chance(), false),
			       "\xff\xff\xff\xffTSource Engine Query", 25);
		observe_take(observe, 1000 + i / 1000.0, samples[0].bytes, samples[0].len);
	}
	frame_count = 0;
	observe_traffic(target, 1 << 0, &of, room);
	assert_int_equal(of.packets, 1000);
	assert_int_equal(of.dest_ports, 1);
	assert_int_equal(named(&of), ATTACK_VSE);
	observe_traffic(target, 1 << 2, &of, room);
	assert_int_equal(of.packets, 3000);
	assert_in_range(of.src_ports, 2700, 3100);
	assert_int_equal(named(&of), ATTACK_UDP);
	observe_free(observe);
}

static void test_prefix(void **state)
{
	(void)state;
	assert_true(prefix_holds("1.2.3.4/32", "1.2.3.4"));
	assert_true(prefix_holds("1.2.3.4", "1.2.3.4"));
	assert_true(prefix_holds("1.2.0.0/15", "1.3.255.1"));
	assert_true(prefix_holds("0.0.0.0/0", "9.9.9.9"));
	assert_true(prefix_holds("2001:db8::/33", "2001:db8:7fff::1"));
	assert_false(prefix_holds("2001:db8::/33", "2001:db8:8000::1"));
	assert_false(prefix_holds("0.0.0.0/0", "2001:db8::1"));
	assert_false(prefix_holds("1.2.3.4/33", "1.2.3.4"));
	assert_false(prefix_holds("1.2.3.4/", "1.2.3.4"));
	assert_false(prefix_holds("1.2.3.4/x", "1.2.3.4"));
	assert_false(prefix_holds("", "1.2.3.4"));
}

/* The fast reader and jansson are of one mind. */
static void test_line(void **state)
{
	static const char *const lines[] = {
		"{}", "[]", " {\"a\" : 1 , \"b\":[true,false,null,-7,0]} ", "{\"a\":1}x", "{\"a\":01}",
		"{\"a\":1.5}", "{\"a\":1e3}", "{\"a\":-0}", "{\"a\":-}", "{\"a\":truex}", "{\"a\":true",
		"{\"a\":\"\\u0000\\u001b\\u00e9\\u202e\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "{\"a\":\"\\ud83d\\ude00\"}",
		"{\"a\":\"\\ud83d\"}", "{\"a\":\"\xc3\xa9\"}", "{\"a\":\"\xff\"}", "{\"a\":\"\t\"}", "{\"a\\u0000\":1}",
		"{\"a\":1,\"a\":2}", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{1:1}", "[1,]", "[,1]", "[1 2]", "{\"a\":[}", "\"x\"",
		"5", "", " ", "{\"a\":999999999999999999}", "{\"a\":9999999999999999999}", "{\"a\":\"\\u12\"}",
		"{\"a\":\"\\x\"}", "{\"a\":\"\\", "{\"a\":\"", "{\"a\":nulll}", "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
		"{\"0123456789012345678901234567890123456789012345678901234567890123456789\":1}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		json_t *fast = line_parse(lines[i], strlen(lines[i]));
		json_t *slow = json_loadb(lines[i], strlen(lines[i]), JSON_ALLOW_NUL, NULL);

		assert_int_equal(!fast, !slow);
		assert_true(!fast || json_equal(fast, slow));
		json_decref(fast);
		json_decref(slow);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_udp),
		cmocka_unit_test(test_udp_plain),
		cmocka_unit_test(test_vse),
		cmocka_unit_test(test_dns),
		cmocka_unit_test(test_syn),
		cmocka_unit_test(test_ack),
		cmocka_unit_test(test_stomp),
		cmocka_unit_test(test_gre),
		cmocka_unit_test(test_http),
		cmocka_unit_test(test_benign),
		cmocka_unit_test(test_mixed_tcp),
		cmocka_unit_test(test_varied),
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_observe),
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_line),
	};

	return cmocka_run_group_tests_name("attack", tests, NULL, NULL);
}
