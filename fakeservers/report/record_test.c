// SPDX-License-Identifier: GPL-2.0-only
/* Reports: both kinds of start, any segmentation, whatever is cut off or wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "record.h"

/* the talk's sixteen bytes */
static const uint8_t talk[16] = {
	0x5e, 0xa6, 0xa2, 0x36, 0x00, 0x17, 4, 'r', 'o', 'o', 't', 4, '1', '2', '3', '4',
};

static const char *describe(const struct record *r, char *text)
{
	char addr[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &r->addr, addr, sizeof(addr));
	sprintf(text, "%s:%u %.*s/%.*s%s", addr, r->port, r->username_len,
		(const char *)r->username, r->password_len, (const char *)r->password,
		r->port_implied ? " implied" : "");
	return text;
}

static void test_record_of_the_talk(void **state)
{
	struct record record;
	char text[600];
	size_t cut;

	for (cut = 0; cut < sizeof(talk); cut++)
		assert_int_equal(record_decode(talk, cut, &record), RECORD_MORE);
	assert_int_equal(record_decode(talk, sizeof(talk), &record), RECORD_COMPLETE);
	assert_int_equal(record.len, sizeof(talk));
	assert_string_equal(describe(&record, text), "94.166.162.54:23 root/1234");
}

static void test_zero_byte_in_front(void **state)
{
	uint8_t bytes[1 + sizeof(talk)] = { 0 };
	struct record record;
	char text[600];

	memcpy(bytes + 1, talk, sizeof(talk));
	assert_int_equal(record_decode(bytes, 1, &record), RECORD_MORE);
	assert_int_equal(record_decode(bytes, sizeof(talk), &record), RECORD_MORE);
	assert_int_equal(record_decode(bytes, sizeof(bytes), &record), RECORD_COMPLETE);
	assert_int_equal(record.len, sizeof(bytes));
	assert_string_equal(describe(&record, text), "94.166.162.54:23 root/1234");
}

/* Reads all, step bytes at a time; the records in one text, ended by what follows. */
static void read_all(const uint8_t *bytes, size_t len, size_t step, char *text)
{
	struct record_reader reader = {};
	struct record record;
	size_t at = 0, used, n;

	while (at < len) {
		n = step < len - at ? step : len - at;
		switch (record_read(&reader, bytes + at, n, &used, &record)) {
		case RECORD_COMPLETE:
			describe(&record, text);
			text += strlen(text);
			*text++ = ';';
			break;
		case RECORD_MALFORMED:
			strcpy(text, "malformed");
			return;
		case RECORD_MORE:
			assert_int_equal(used, n);
			break;
		}
		assert_true(used <= n);
		at += used;
	}
	sprintf(text, "%u left", reader.len);
}

static void test_several_in_any_segmentation(void **state)
{
	static const struct {
		const char *bytes, *text;
		size_t len;
	} cases[] = {
		{ "\x5e\xa6\xa2\x36\0\x17\4root\4""1234\0\x01\2\3\4\x09\x13\5admin\0"
		  "\xcb\0\x71\7\0\x17\0\0",
		  "94.166.162.54:23 root/1234;1.2.3.4:2323 admin/;203.0.113.7:23 /;0 left",
		  16 + 14 + 8 },
		{ "\x5e\xa6\xa2\x36\0\x17\4ro", "9 left", 9 },
		{ "\x5e\xa6\xa2\x36\0\x17\0\0\0", "94.166.162.54:23 /;1 left", 9 },
		{ "\0\0\0\0\0\0\0\0\0", "malformed", 9 },
		{ "\0\0\1\2\3\0\x17", "malformed", 7 },
		{ "\1\2\3\4\0\0\4root", "malformed", 11 },
	};
	char text[600];
	size_t i, step;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (step = 1; step <= cases[i].len; step++) {
			read_all((const uint8_t *)cases[i].bytes, cases[i].len, step, text);
			assert_string_equal(text, cases[i].text);
		}
	}
}

static void test_longest(void **state)
{
	uint8_t bytes[RECORD_MAX + 1] = { 0, 1, 2, 3, 4, 0, 23, 255 };
	struct record_reader reader = {};
	struct record record;
	size_t used;

	memset(bytes + 8, 'u', 255);
	bytes[8 + 255] = 255;
	memset(bytes + 8 + 256, 'p', 255);
	assert_int_equal(record_read(&reader, bytes, sizeof(bytes), &used, &record),
			 RECORD_COMPLETE);
	assert_int_equal(used, RECORD_MAX);
	assert_int_equal(record.username_len, 255);
	assert_int_equal(record.password_len, 255);
	assert_int_equal(record.password[254], 'p');
	assert_int_equal(record_read(&reader, bytes, RECORD_MAX - 1, &used, &record), RECORD_MORE);
	assert_int_equal(record_read(&reader, bytes + RECORD_MAX - 1, 1, &used, &record),
			 RECORD_COMPLETE);
}

/* The talk's record without its port: the lengths only add up that way. */
static void test_oldest_kind(void **state)
{
	uint8_t bytes[sizeof(talk) - 2];
	struct record record;
	char text[600];

	memcpy(bytes, talk, 4);
	memcpy(bytes + 4, talk + 6, sizeof(talk) - 6);
	assert_int_equal(record_decode(bytes, sizeof(bytes), &record), RECORD_MORE);
	assert_true(record_decode_old(bytes, sizeof(bytes), &record));
	assert_string_equal(describe(&record, text), "94.166.162.54:23 root/1234 implied");
	assert_false(record_decode_old(bytes, sizeof(bytes) - 1, &record));
	assert_false(record_decode_old(talk, sizeof(talk), &record));
	assert_false(record_decode_old((const uint8_t *)"\0\1\2\3\0\0", 6, &record));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record_of_the_talk),
		cmocka_unit_test(test_zero_byte_in_front),
		cmocka_unit_test(test_several_in_any_segmentation),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_oldest_kind),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
