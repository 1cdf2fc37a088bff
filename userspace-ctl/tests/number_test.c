// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "addr.h"
#include "number.h"

static void numbers(void **state)
{
	static const char *const wrong[] = {
		"", " 1", "1 ", "+1", "-1", "0x10", "1.0", "1e3", "00", "007", "65536", "1,000",
		"18446744073709551616", "99999999999999999999999999", "\xb2", "1\n",
	};
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		value = 4711;
		assert_false(number_parse(wrong[i], 0, 65535, &value));
		assert_int_equal(value, 4711);
	}
	assert_true(number_parse("0", 0, 65535, &value));
	assert_int_equal(value, 0);
	assert_false(number_parse("0", 1, 65535, &value));
	assert_true(number_parse("65535", 1, 65535, &value));
	assert_int_equal(value, 65535);
	assert_true(number_parse("18446744073709551615", 0, UINT64_MAX, &value));
	assert_true(value == UINT64_MAX);
}

static void names(void **state)
{
	static const char *const wrong_if[] = {
		"", ".", "..", "a/b", "a b", "a:b", "a\tb", "#a", "abcdefghijklmnop", "a\x7f",
	};
	static const char *const wrong_server[] = {
		"", "1dns", "Dns", "d.ns", "dns!", "-dns", "_dns", "abcdefghijklmnop", "d\xc3\xa4",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong_if) / sizeof(*wrong_if); i++)
		assert_false(ifname_valid(wrong_if[i]));
	assert_true(ifname_valid("abcdefghijklmno"));
	assert_true(ifname_valid("tap0"));
	assert_true(ifname_valid("a#b"));
	for (size_t i = 0; i < sizeof(wrong_server) / sizeof(*wrong_server); i++)
		assert_false(server_name_valid(wrong_server[i]));
	assert_true(server_name_valid("a"));
	assert_true(server_name_valid("abcdefghijklm_-"));
}

static void addresses(void **state)
{
	static const char *const wrong_mac[] = {
		"", "00:00:00:00:00:00", "01:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "02:00:00:00:00",
		"02:00:00:00:00:0", "02:00:00:00:00:0g", "02-00-00-00-00-01", "02:00:00:00:00:01 ",
	};
	static const uint8_t right[6] = { 0x02, 0xAB, 0xcd, 0, 0, 1 };
	uint8_t mac[6];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong_mac) / sizeof(*wrong_mac); i++)
		assert_false(mac_parse(wrong_mac[i], mac));
	assert_true(mac_parse("02:AB:cd:00:00:01", mac));
	assert_memory_equal(mac, right, 6);
}

static void ip_addresses(void **state)
{
	static const char *const wrong[] = {
		"", "198.18.0", "198.18.0.256", "198.18.0.1 ", "::g", "1::2::3", "::ffff:198.18.0.1",
		"::ffff:c612:1", "fe80::1%eth0", "[::1]", "1:2:3:4:5:6:7", "12345::",
	};
	char text[ADDR_TEXT_MAX];
	struct in6_addr addr;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_false(addr_parse(wrong[i], &addr));
	assert_true(addr_parse("198.18.0.53", &addr));
	assert_memory_equal(&addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc6\x12\x00\x35", 16);
	assert_true(addr_is_v4(&addr));
	assert_int_equal(addr_bits(&addr), 32);
	assert_string_equal(addr_text(&addr, text), "198.18.0.53");
	assert_false(addr_mask(&addr, 32));
	assert_true(addr_mask(&addr, 12));
	assert_string_equal(addr_text(&addr, text), "198.16.0.0");
	assert_true(addr_mask(&addr, 0));
	assert_string_equal(addr_text(&addr, text), "0.0.0.0");
	assert_true(addr_parse("2001:DB8:0:0:1:2:3:4", &addr));
	assert_false(addr_is_v4(&addr));
	assert_string_equal(addr_text(&addr, text), "2001:db8::1:2:3:4");
	assert_true(addr_mask(&addr, 65));
	assert_string_equal(addr_text(&addr, text), "2001:db8::");
	assert_false(addr_mask(&addr, 64));
	assert_true(addr_mask(&addr, 0));
	assert_string_equal(addr_text(&addr, text), "::");
}

static void quotes(void **state)
{
	char room[QUOTE_MAX], text[500];

	(void)state;
	assert_string_equal(quote("dns", room), "'dns'");
	assert_string_equal(quote("", room), "''");
	assert_string_equal(quote("a\x01\xff\n", room), "'a\\x01\\xff\\x0a'");
	for (size_t len = 0; len < sizeof(text); len++) {
		memset(text, len % 2 ? 'x' : 0xfe, len);
		text[len] = '\0';
		quote(text, room);
		assert_true(strlen(room) < QUOTE_MAX);
		assert_int_equal(room[0], '\'');
		assert_int_equal(room[strlen(room) - 1], '\'');
	}
	assert_non_null(strstr(room, "…"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(names),
		cmocka_unit_test(addresses),
		cmocka_unit_test(ip_addresses),
		cmocka_unit_test(quotes),
	};

	return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
