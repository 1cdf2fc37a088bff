// SPDX-License-Identifier: GPL-2.0-only
/* One rule as text: what is understood, what is refused and how, and the way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rule_parse.h"

/* text -> canonical text */
static const struct {
	const char *text;
	const char *canonical;
} right[] = {
	{ "drop", NULL },
	{ "absorb", NULL },
	{ "tcp reject", NULL },
	{ "dst 192.168.0.0/16 forward", NULL },
	{ "sctp dport 38412 to sink", NULL },
	{ "udplite dport 9 to sink port 7", NULL },
	{ "icmp to sink", NULL },
	{ "udp dport 53 to dns", NULL },
	{ "tcp dst 172.1.0.2 dport 23 to cnc", NULL },
	{ "in tap0 tcp dst 10.0.0.0/8 dport 1-1023 to sink port 9", NULL },
	{ "to sink port 9", NULL },
	{ "gre absorb", NULL },
	{ "icmp6 to sink", NULL },
	{ "sctp drop", NULL },
	{ "udplite drop", NULL },
	{ "89 absorb", NULL },
	{ "dst ::/0 drop", NULL },
	{ "dst 2001:db8::/32 drop", NULL },
	{ "tcp dst 2001:db8::1 dport 80 to http", NULL },
	{ "0 drop", NULL },
	{ "255 drop", NULL },
	{ "tcp dport 65535 drop", NULL },
	{ "tcp dport 1 drop", NULL },
	{ "in to to to", NULL },
	{ "in drop drop", NULL },
	{ "dst 128.0.0.0/1 drop", NULL },
	{ "in abcdefghijklmno 255 dst 255.255.255.254/31 to abcdefghijklmno", NULL },
	{ "  udp\tdport 53   to dns # the resolver\r\n", "udp dport 53 to dns" },
	{ "dport 53 udp to dns", "udp dport 53 to dns" },
	{ "dport 23 dst 1.2.3.4 tcp in tap0 drop", "in tap0 tcp dst 1.2.3.4 dport 23 drop" },
	{ "6 dport 23 to t", "tcp dport 23 to t" },
	{ "17 drop", "udp drop" },
	{ "1 drop", "icmp drop" },
	{ "tcp dport 80-80 to http", "tcp dport 80 to http" },
	{ "dst 1.2.3.4/32 drop", "dst 1.2.3.4 drop" },
	{ "dst 0.0.0.0/0 drop", NULL },
	{ "47 absorb", "gre absorb" },
	{ "58 drop", "icmp6 drop" },
	{ "dst 2001:DB8:0::1/128 drop", "dst 2001:db8::1 drop" },
	{ "udp capture 0 to sink", NULL },
	{ "capture 4294967294 drop", NULL },
	{ "capture 9 udp flood 5 absorb", "udp flood 5 capture 9 absorb" },
	{ "udp flood 1000 to sink", NULL },
	{ "flood 4294967295 sample 0 deliver drop", NULL },
	{ "udp flood 1 deliver absorb", NULL },
	{ "flood 20 sample 16 udp to sink port 9", "udp flood 20 to sink port 9" },
	{ "in flood udp flood 7 sample 64 to deliver", NULL },
	{ "in abcdefghijklmno udplite dst ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127 to a", NULL },
};

static void parses(void **state)
{
	char error[RULE_ERROR_MAX], text[RULE_TEXT_MAX];
	struct rule rule, again;

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++) {
		int err = rule_parse_line(&rule, right[i].text, error);
		size_t len;

		if (err)
			fail_msg("%s: %s", right[i].text, error);
		len = rule_format(&rule, text);
		assert_int_equal(len, strlen(text));
		assert_string_equal(text, right[i].canonical ? right[i].canonical : right[i].text);
		assert_int_equal(rule_parse_line(&again, text, error), 0);
		assert_true(rule_match_equal(&rule, &again));
		assert_memory_equal(&rule, &again, sizeof(rule));
	}
}

static void fields(void **state)
{
	char error[RULE_ERROR_MAX];
	struct rule rule;

	(void)state;
	assert_int_equal(rule_parse_line(&rule, "in tap0 udp dst 10.1.0.0/16 dport 7-9 to sink port 5",
					 error), 0);
	assert_string_equal(rule.guest_port, "tap0");
	assert_false(rule.any_protocol);
	assert_int_equal(rule.protocol, 17);
	assert_true(rule.has_dst && addr_is_v4(&rule.dst));
	assert_memory_equal(&rule.dst.s6_addr[12], "\x0a\x01\x00\x00", 4);
	assert_int_equal(rule.dst_len, 16);
	assert_int_equal(rule.dport_first, 7);
	assert_int_equal(rule.dport_last, 9);
	assert_int_equal(rule.action, SINKBRIDGE_ACTION_TO);
	assert_string_equal(rule.server, "sink");
	assert_int_equal(rule.server_port, 5);
}

static void empty_lines(void **state)
{
	static const char *const lines[] = { "", " ", "\t", "# udp", "   # x", "\r", "\r\n", "#" };
	char error[RULE_ERROR_MAX];
	struct rule rule;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		assert_int_equal(rule_parse_line(&rule, lines[i], error), 1);
}

/* text -> what the error must say */
static const struct {
	const char *text;
	const char *says;
} wrong[] = {
	{ "udp capture", "nothing after 'capture', expected a number of packets" },
	{ "udp capture x drop", "capture 'x', expected a number of packets" },
	{ "capture 1 capture 2 drop", "'capture' twice, expected it once" },
	{ "udp flood", "nothing after 'flood', expected a number of packets a second" },
	{ "udp flood 0 drop", "flood '0', expected a number of packets a second from 1 on" },
	{ "udp flood 4294967296 drop", "flood '4294967296', expected" },
	{ "udp flood 5 sample", "nothing after 'sample', expected a number of frames" },
	{ "udp flood 5 sample 65 drop", "sample '65', expected a number of frames from 0 to 64" },
	{ "udp flood 5 flood 6 drop", "'flood' twice, expected it once" },
	{ "udp flood 5 deliver sample 4 drop", "unknown word 'sample', expected" },
	{ "udp flood 5 reject", "flood with reject, expected to SERVER, absorb or drop" },
	{ "udp sample 5 drop", "unknown word 'sample', expected" },
	{ "frobnicate", "unknown word 'frobnicate', expected tcp, udp, icmp" },
	{ "UDP dport 53 to dns", "unknown word 'UDP'" },
	{ "udp sport 53 to dns", "unknown word 'sport'" },
	{ "256 drop", "unknown word '256'" },
	{ "-1 drop", "unknown word '-1'" },
	{ "06 drop", "unknown word '06'" },
	{ "\x7f\x45LF\x02\x01", "unknown word '\\x7fELF\\x02\\x01'" },
	{ "\xff\xfe drop", "unknown word '\\xff\\xfe'" },
	{ "udp dport 0 to dns", "dport '0', expected a port from 1 to 65535" },
	{ "udp dport 65536 to dns", "dport '65536', expected a port from 1 to 65535" },
	{ "udp dport 0-5 to dns", "dport '0-5', expected" },
	{ "udp dport 5-65536 to dns", "dport '5-65536', expected" },
	{ "udp dport 1-2-3 to dns", "dport '1-2-3', expected" },
	{ "udp dport 5- to dns", "dport '5-', expected" },
	{ "udp dport -5 to dns", "dport '-5', expected" },
	{ "udp dport domain to dns", "dport 'domain', expected" },
	{ "udp dport 99999999999999999999 to dns", "dport '99999999999999999999', expected" },
	{ "tcp dport 80-70 to http", "dport '80-70' is a reversed range, expected 70-80" },
	{ "dport 53 to dns", "dport without tcp, udp" },
	{ "icmp6 dport 53 to dns", "dport without tcp, udp" },
	{ "gre dport 53 to dns", "dport without tcp, udp, udplite or sctp" },
	{ "icmp to sink port 9", "a server port for a protocol without ports" },
	{ "dst 10.0.0.1/8 drop", "dst '10.0.0.1/8' has host bits set, expected 10.0.0.0/8" },
	{ "dst 1.2.3.4/0 drop", "has host bits set, expected 0.0.0.0/0" },
	{ "dst 10.0.0.0/33 drop", "expected a prefix length from 0 to 32" },
	{ "dst 10.0.0.0/ drop", "expected a prefix length from 0 to 32" },
	{ "dst 10.0.0.0/-1 drop", "expected a prefix length from 0 to 32" },
	{ "dst 10.0.0 drop", "dst '10.0.0', expected an address" },
	{ "dst 10.0.0.256 drop", "expected an address or a prefix as 192.0.2.0/24 or 2001:db8::/32" },
	{ "dst example.com drop", "expected an address" },
	{ "dst 2001:db8::1/32 drop", "has host bits set, expected 2001:db8::/32" },
	{ "dst ::/129 drop", "expected a prefix length from 0 to 128" },
	{ "dst ::ffff:1.2.3.4 drop", "expected an address" },
	{ "dst ::ffff:0:0/96 drop", "expected an address" },
	{ "dst fe80::1%eth0 drop", "expected an address" },
	{ "dst aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa drop", "expected an address" },
	{ "in abcdefghijklmnop drop", "expected an interface name of 1 to 15 characters" },
	{ "in a/b drop", "expected an interface name" },
	{ "to Dns", "to 'Dns', expected a server name" },
	{ "to 1dns", "expected a server name" },
	{ "to abcdefghijklmnop", "expected a server name" },
	{ "to dns port 0", "port '0', expected a port from 1 to 65535" },
	{ "to dns port 65536", "port '65536', expected a port from 1 to 65535" },
	{ "to dns port 1-2", "port '1-2', expected a port from 1 to 65535" },
	{ "tcp udp drop", "'udp' is a second protocol, expected one at most" },
	{ "6 6 drop", "'6' is a second protocol" },
	{ "in a in b drop", "'in' twice, expected it once" },
	{ "dst 1.1.1.1 dst 2.2.2.2 drop", "'dst' twice, expected it once" },
	{ "tcp dport 1 dport 2 drop", "'dport' twice, expected it once" },
	{ "drop drop", "'drop' after the action, expected the end of the rule" },
	{ "to dns drop", "'drop' after the action, expected port N or the end of the rule" },
	{ "drop udp", "'udp' after the action, expected the end of the rule" },
	{ "to dns port 5 port 6", "'port' after the action, expected the end of the rule" },
	{ "tcp flood 5 forward", "flood with forward, expected to SERVER, absorb or drop" },
	{ "udp", "no action, expected to SERVER, absorb, reject, drop or forward" },
	{ "udp dport 53", "no action" },
	{ "in", "nothing after 'in'" },
	{ "dst", "nothing after 'dst'" },
	{ "udp dport", "nothing after 'dport'" },
	{ "to", "nothing after 'to'" },
	{ "to dns port", "nothing after 'port'" },
	{ "udp to # dns", "nothing after 'to'" },
	{ "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "more than 16 words" },
};

static void refuses(void **state)
{
	char error[RULE_ERROR_MAX];
	struct rule rule;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		memset(error, 0x55, sizeof(error));
		if (rule_parse_line(&rule, wrong[i].text, error) >= 0)
			fail_msg("'%s' was taken", wrong[i].text);
		if (!strstr(error, wrong[i].says))
			fail_msg("'%s' says '%s', not '%s'", wrong[i].text, error, wrong[i].says);
		assert_non_null(strstr(error, "expected"));
		assert_null(strchr(error, '\n'));
	}
}

static void no_words(void **state)
{
	char error[RULE_ERROR_MAX];
	struct rule rule;

	(void)state;
	assert_true(rule_parse_words(&rule, NULL, 0, error) < 0);
	assert_non_null(strstr(error, "no action"));
}

static void long_lines(void **state)
{
	char line[RULE_LINE_MAX + 2], error[RULE_ERROR_MAX];
	struct rule rule;

	(void)state;
	memset(line, 'x', sizeof(line));
	line[RULE_LINE_MAX + 1] = '\0';
	assert_true(rule_parse_line(&rule, line, error) < 0);
	assert_non_null(strstr(error, "line too long, expected at most 1024 bytes"));
	line[RULE_LINE_MAX] = '\0';
	assert_true(rule_parse_line(&rule, line, error) < 0);
	assert_non_null(strstr(error, "unknown word 'xxxx"));
	assert_true(strlen(error) < 300);
	line[0] = '#';
	assert_int_equal(rule_parse_line(&rule, line, error), 1);
}

static void matches(void **state)
{
	char error[RULE_ERROR_MAX], text[RULE_TEXT_MAX];
	struct rule a, b;

	(void)state;
	assert_int_equal(rule_parse_line(&a, "udp dport 53 to dns", error), 0);
	assert_int_equal(rule_parse_line(&b, "dport 53-53 17 drop", error), 0);
	assert_true(rule_match_equal(&a, &b));
	assert_int_equal(rule_parse_line(&b, "udp dport 53-54 drop", error), 0);
	assert_false(rule_match_equal(&a, &b));
	assert_int_equal(rule_parse_line(&b, "in x udp dport 53 drop", error), 0);
	assert_false(rule_match_equal(&a, &b));
	/* protocol 0 is not "any protocol" */
	assert_int_equal(rule_parse_line(&a, "0 drop", error), 0);
	assert_int_equal(rule_parse_line(&b, "drop", error), 0);
	assert_false(rule_match_equal(&a, &b));
	rule_format_match(&b, text);
	assert_string_equal(text, "any");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(fields),
		cmocka_unit_test(empty_lines),
		cmocka_unit_test(refuses),
		cmocka_unit_test(no_words),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(matches),
	};

	return cmocka_run_group_tests_name("rule_parse", tests, NULL, NULL);
}
