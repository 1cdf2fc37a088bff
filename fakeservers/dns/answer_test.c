// SPDX-License-Identifier: GPL-2.0-only
/* Queries as bytes, well made and not. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "frame.h"

#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1
#define HEADER(counts) "\x12\x34\x01\x00" counts

static struct dns dns = { .ttl = 60 };
static uint8_t out[DNS_ANSWER_MAX];
static struct dns_result result;

/* What is simple is answered as the long way does it, to the byte. */
static size_t answer_both(bool is_udp, const uint8_t *query, size_t len)
{
	static uint8_t quick[DNS_ANSWER_MAX];
	struct dns_result simple;
	size_t n = dns_answer(&dns, is_udp, query, len, quick, &simple);

	dns_result_free(&result);
	assert_int_equal(dns_answer_whole(&dns, is_udp, query, len, out, &result), n);
	assert_memory_equal(out, quick, n);
	assert_int_equal(simple.id, result.id);
	assert_int_equal(simple.rcode, result.rcode);
	assert_int_equal(simple.has_question, result.has_question);
	assert_int_equal(simple.name_len, result.name_len);
	assert_memory_equal(simple.name, result.name, result.name_len);
	assert_int_equal(simple.reply.own, result.reply.own);
	if (simple.is_simple)
		assert_int_equal(ldns_rr_list_rr_count(result.answers), 1);
	dns_result_free(&simple);
	return n;
}

static size_t ask(const uint8_t *query, size_t len)
{
	/* an exact copy: a read past its end is seen */
	uint8_t *copy = calloc(1, len + !len);
	size_t n;

	memcpy(copy, query, len);
	n = answer_both(true, copy, len);
	free(copy);
	return n;
}

static int setup(void **state)
{
	dns.zone = zone_new(1, NULL);
	zone_set_answer(dns.zone, (struct in_addr){ htonl(0xac010005) });
	return 0;
}

static int teardown(void **state)
{
	dns_result_free(&result);
	zone_free(dns.zone);
	return 0;
}

static void test_address(void **state)
{
	static const char expected[] =
		"\x12\x34\x81\x80\0\1\0\1\0\0\0\0\4tEsT\3com\0\0\1\0\1"
		"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xac\1\0\5";
	char text[DNS_TEXT_MAX];
	size_t n = ask(BYTES(HEADER("\0\1\0\0\0\0\0\0") "\4tEsT\3com\0\0\1\0\1"));

	assert_int_equal(n, sizeof(expected) - 1);
	assert_memory_equal(out, expected, n);
	assert_int_equal(ldns_rr_list_rr_count(result.answers), 1);
	n = dns_name_text(text, result.name, result.name_len);
	assert_int_equal(n, 8);
	assert_memory_equal(text, "tEsT.com", 8);
}

static void test_other_types_have_no_data(void **state)
{
	static const char query[] = HEADER("\0\1\0\0\0\0\0\0") "\1a\0\0\x1c\0\1";
	size_t n = ask(BYTES(query));

	assert_int_equal(n, sizeof(query) - 1);		/* the question, and no more */
	assert_int_equal(out[3] & 15, 0);
	assert_memory_equal(out + 4, "\0\1\0\0\0\0\0\0", 8);
	assert_memory_equal(out + 12, query + 12, n - 12);
	assert_int_equal(result.type, 28);
	assert_int_equal(ldns_rr_list_rr_count(result.answers), 0);
}

/* A question of that type about a name in wire format; how many records come back. */
static size_t count(const char *name, size_t name_len, uint8_t type, bool is_udp)
{
	uint8_t query[512] = HEADER("\0\1\0\0\0\0\0\0");

	memcpy(query + 12, name, name_len);
	memcpy(query + 12 + name_len, "\0\0\0\1", 4);
	query[12 + name_len + 1] = type;
	assert_in_range(answer_both(is_udp, query, 16 + name_len), 12, DNS_ANSWER_MAX);
	return ldns_rr_list_rr_count(result.answers);
}

static void assert_data(size_t i, const char *expected)
{
	char *text = ldns_rr2str(ldns_rr_list_rr(result.answers, i));

	text[strlen(text) - 1] = '\0';
	assert_string_equal(text, expected);
	free(text);
}

#define NAME(text)	(text), sizeof(text)

static void test_made_up(void **state)
{
	dns.make_up = true;
	assert_int_equal(count(NAME("\1a\4test"), 15, true), 1);
	assert_data(0, "a.test.\t60\tIN\tMX\t10 mail.a.test.");
	assert_int_equal(count(NAME("\1a\4test"), 2, true), 2);
	assert_data(1, "a.test.\t60\tIN\tNS\tns2.a.test.");
	assert_int_equal(count(NAME("\1a\4test"), 6, true), 1);
	assert_int_equal(count(NAME("\1a\4test"), 255, true), 5);	/* A, MX, NS, NS, SOA */
	assert_int_equal(count(NAME("\1a\4test"), 16, true), 0);
	assert_int_equal(out[9], 1);	/* an SOA in the authority section */
	assert_int_equal(count(NAME("\0014\0013\0012\0011\7in-addr\4ARPA"), 12, true), 1);
	assert_data(0, "4.3.2.1.in-addr.ARPA.\t60\tIN\tPTR\thost-1-2-3-4.static.example.net.");
	assert_int_equal(count(NAME("\003256\0013\0012\0011\7in-addr\4arpa"), 12, true), 0);
	assert_int_equal(result.rcode, 3);
	dns.make_up = false;
	assert_int_equal(count(NAME("\1a\4test"), 15, true), 0);
}

static ldns_rr_list *list(const char *const *lines)
{
	ldns_rr_list *all = ldns_rr_list_new();
	ldns_rr *rr;

	for (; *lines; lines++) {
		assert_int_equal(ldns_rr_new_frm_str(&rr, *lines, 60, NULL, NULL), LDNS_STATUS_OK);
		ldns_rr_list_push_rr(all, rr);
	}
	return all;
}

static void free_list(void *data)
{
	ldns_rr_list_deep_free(data);
}

static void test_records(void **state)
{
	static const char *const mail[] = { "x. MX 5 m.test.", "x. TXT \"v=spf1 -all\"", NULL };
	static const char *const alias[] = { "x. CNAME b.test.", NULL };
	static const char *const ring[] = { "x. CNAME ring.test.", NULL };
	struct zone_record record = { .rcode = ZONE_RCODE_NONE, .data = list(mail) };
	struct zone *before = dns.zone;

	dns.zone = zone_new(1, free_list);
	zone_set_pool(dns.zone, (struct in_addr){ htonl(0x0a000000) }, 24);
	zone_add_record(dns.zone, (const uint8_t *)NAME("\1*\1w\4test"), &record);
	record.data = list(alias);
	zone_add_record(dns.zone, (const uint8_t *)NAME("\1c\4test"), &record);
	record.data = list(ring);
	zone_add_record(dns.zone, (const uint8_t *)NAME("\4ring\4test"), &record);
	record = (struct zone_record){ .rcode = 5 };
	zone_add_record(dns.zone, (const uint8_t *)NAME("\1r\4test"), &record);
	assert_int_equal(count(NAME("\1a\1w\4test"), 15, true), 1);
	assert_data(0, "a.w.test.\t60\tIN\tMX\t5 m.test.");
	assert_int_equal(count(NAME("\1a\1w\4test"), 16, true), 1);
	assert_int_equal(count(NAME("\1a\1w\4test"), 1, true), 1);
	assert_data(0, "a.w.test.\t60\tIN\tA\t10.0.0.1");
	assert_true(result.reply.own);
	assert_int_equal(count(NAME("\1c\4test"), 1, true), 2);
	assert_data(0, "c.test.\t60\tIN\tCNAME\tb.test.");
	assert_int_equal(count(NAME("\4ring\4test"), 1, true), 8);	/* and no more */
	assert_int_equal(count(NAME("\1r\4test"), 1, true), 0);
	assert_int_equal(out[3] & 15, 5);
	assert_int_equal(count(NAME("\0011\0010\0010\00210\7in-addr\4arpa"), 12, true), 1);
	assert_data(0, "1.0.0.10.in-addr.arpa.\t60\tIN\tPTR\ta.w.test.");
	zone_free(dns.zone);
	dns.zone = before;
}

static void test_truncated(void **state)
{
	struct zone_record record = { .rcode = ZONE_RCODE_NONE, .data = ldns_rr_list_new() };
	static const char line[] = "x. TXT \"0123456789012345678901234567890123456789\"";
	struct zone *before = dns.zone;
	ldns_rr *rr;

	for (int i = 0; i < 30; i++) {
		ldns_rr_new_frm_str(&rr, line, 60, NULL, NULL);
		ldns_rr_list_push_rr(record.data, rr);
	}
	dns.zone = zone_new(1, free_list);
	zone_add_record(dns.zone, (const uint8_t *)NAME("\1a"), &record);
	count(NAME("\1a"), 16, true);
	assert_true(result.truncated);
	assert_int_equal(out[2] & 2, 2);
	assert_int_equal(out[7], 0);
	count(NAME("\1a"), 16, false);
	assert_false(result.truncated);
	assert_int_equal(out[7], 30);
	zone_free(dns.zone);
	dns.zone = before;
}

static void test_edns(void **state)
{
	static const char query[] = HEADER("\0\1\0\0\0\0\0\1") "\1a\0\0\1\0\1"
				    "\0\0\x29\x04\xd0\0\0\x80\0\0\x0c\0\x0a\0\x08" "cookie!!";
	size_t n = ask(BYTES(query));

	assert_int_equal(n, 12 + 7 + 16 + 11);
	assert_int_equal(out[11], 1);			/* an OPT comes back */
	assert_int_equal(ldns_rr_list_rr_count(result.answers), 1);
}

static void test_edns_of_another_version(void **state)
{
	size_t n = ask(BYTES(HEADER("\0\1\0\0\0\0\0\1") "\1a\0\0\1\0\1\0\0\x29\x04\xd0\0\1\0\0\0\0"));

	assert_int_equal(n, 12 + 7 + 11);
	assert_int_equal(out[12 + 7 + 5], 1);		/* extended rcode: BADVERS */
}

static void assert_only_header(size_t n, uint8_t rcode)
{
	assert_int_equal(n, 12);
	assert_memory_equal(out, "\x12\x34", 2);
	assert_int_equal(out[2] & 0x80, 0x80);
	assert_int_equal(out[3] & 15, rcode);
	assert_memory_equal(out + 4, "\0\0\0\0\0\0\0\0", 8);
}

static void test_malformed(void **state)
{
	static const struct { const char *bytes; size_t len; } cases[] = {
#define CASE(text) { text, sizeof(text) - 1 }
		CASE("\x12\x34"),						/* only an id */
		CASE("\x12\x34\x01\x00\0\1\0\0\0\0\0"),			/* header cut */
		CASE(HEADER("\0\1\0\0\0\0\0\0")),				/* no question */
		CASE(HEADER("\0\0\0\0\0\0\0\0")),				/* asks nothing */
		CASE(HEADER("\0\2\0\0\0\0\0\0") "\1a\0\0\1\0\1\1a\0\0\1\0\1"),	/* two */
		CASE(HEADER("\0\1\0\0\0\0\0\0") "\xc0\x0c\0\1\0\1"),		/* points at itself */
		CASE(HEADER("\0\1\0\0\0\0\0\0") "\1a\xc0\x0c\0\1\0\1"),	/* a loop */
		CASE(HEADER("\0\1\0\0\0\0\0\0") "\xc0\x0e\xc0\x0c\0\1\0\1"),	/* two in a ring */
		CASE(HEADER("\0\1\0\0\0\0\0\0") "\xff\xff\0\1\0\1"),		/* out of it */
		CASE(HEADER("\0\1\0\0\0\0\0\0") "\x3f" "abc"),		/* label cut */
		CASE(HEADER("\0\1\0\0\0\0\0\0") "\1a\0\0\1"),		/* class missing */
		CASE(HEADER("\xff\xff\xff\xff\xff\xff\xff\xff") "\1a\0\0\1\0\1"),
#undef CASE
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_only_header(ask((const uint8_t *)cases[i].bytes, cases[i].len), 1);
		assert_true(result.malformed);
	}
}

static void test_name_of_256_bytes(void **state)
{
	uint8_t query[512] = HEADER("\0\1\0\0\0\0\0\0");
	size_t at = 12;

	while (at < 12 + 256) {
		query[at] = 63;
		memset(query + at + 1, 'x', 63);
		at += 64;
	}
	memcpy(query + at, "\0\0\1\0\1", 5);
	assert_only_header(ask(query, at + 5), 1);
	query[12 + 192] = 61;				/* 255 with the root: the longest */
	memcpy(query + 12 + 192 + 62, "\0\0\1\0\1", 5);
	assert_int_equal(ask(query, 12 + 255 + 4), 12 + 255 + 4 + 16);
}

static void test_silence(void **state)
{
	assert_int_equal(ask(BYTES("")), 0);
	assert_int_equal(ask(BYTES("\x12")), 0);
	/* an answer is never answered: two servers would never end */
	assert_int_equal(ask(BYTES("\x12\x34\x81\x80\0\1\0\0\0\0\0\0\1a\0\0\1\0\1")), 0);
	assert_true(result.ignored);
}

static void test_other_opcodes(void **state)
{
	assert_only_header(ask(BYTES("\x12\x34\x29\x00\0\1\0\0\0\0\0\0\1a\0\0\6\0\1")), 4);
}

/* A chain of pointers as long as a message allows, in every record: still quick. */
static void test_pointer_chains(void **state)
{
	uint8_t query[DNS_QUERY_MAX] = HEADER("\0\1\1\x20\0\0\0\0");
	size_t at = 12;

	memcpy(query + at, "\1a\0\0\1\0\1", 7);
	for (at += 7; at + 2 < 1000; at += 2) {
		query[at] = (uint8_t)(0xc0 | (at - 2) >> 8);
		query[at + 1] = (uint8_t)(at - 2);
	}
	for (; at + 12 < sizeof(query); at += 12)
		memcpy(query + at, "\xc3\xe4\0\1\0\1\0\0\0\0\0\0", 12);
	assert_only_header(ask(query, sizeof(query)), 1);
}

static void test_garbage(void **state)
{
	uint8_t query[600];
	unsigned int seed = 7, i, round;

	for (round = 0; round < 20000; round++) {
		size_t len = (size_t)rand_r(&seed) % sizeof(query);

		for (i = 0; i < len; i++)
			query[i] = (uint8_t)(rand_r(&seed) >> 8);
		if (round % 2)
			memcpy(query, HEADER("\0\1\0\0\0\1\0\0"), 12);
		assert_in_range(ask(query, len), 0, DNS_ANSWER_MAX);
	}
}

static void test_frames(void **state)
{
	static const char stream[] = "\0\3abc\0\0\0\1d\xff\xff";
	struct frame frame = {};
	const uint8_t *bytes, *message;
	size_t step, i, left, len, complete = 0;
	enum frame_status status = FRAME_MORE;

	for (step = 1; step < sizeof(stream); step++) {
		frame.len = 0;
		complete = 0;
		for (i = 0; i < sizeof(stream) - 1; i += step) {
			bytes = (const uint8_t *)stream + i;
			left = sizeof(stream) - 1 - i < step ? sizeof(stream) - 1 - i : step;
			while (left) {
				status = frame_take(&frame, &bytes, &left, &message, &len);
				if (status == FRAME_TOO_LONG)
					break;
				complete += status == FRAME_COMPLETE;
			}
		}
		assert_int_equal(complete, 3);
		assert_int_equal(status, FRAME_TOO_LONG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_other_types_have_no_data),
		cmocka_unit_test(test_made_up),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_edns),
		cmocka_unit_test(test_edns_of_another_version),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_name_of_256_bytes),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_other_opcodes),
		cmocka_unit_test(test_pointer_chains),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_frames),
	};

	return cmocka_run_group_tests_name("answer", tests, setup, teardown);
}
