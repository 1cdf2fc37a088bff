// SPDX-License-Identifier: GPL-2.0-only
/* Hostile bytes become valid JSON; a full disk is counted. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "event.h"

static void assert_text(const char *bytes, size_t len, const char *expected)
{
	json_t *string = event_string(bytes, len);

	assert_non_null(string);
	assert_int_equal(json_string_length(string), strlen(expected));
	assert_memory_equal(json_string_value(string), expected, strlen(expected));
	json_decref(string);
}

static void test_utf8_is_kept(void **state)
{
	assert_text("root", 4, "root");
	assert_text("", 0, "");
	assert_text("\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x9b", 9, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x9b");
}

static void test_other_bytes_are_latin1(void **state)
{
	assert_text("\xff", 1, "\xc3\xbf");			/* U+00FF */
	assert_text("\x80" "a", 2, "\xc2\x80" "a");		/* lone continuation */
	assert_text("\xc3", 1, "\xc3\x83");			/* cut short */
	assert_text("\xc0\xaf", 2, "\xc3\x80\xc2\xaf");		/* overlong */
	assert_text("\xed\xa0\x80", 3, "\xc3\xad\xc2\xa0\xc2\x80");	/* surrogate */
	assert_text("\xf4\x90\x80\x80", 4, "\xc3\xb4\xc2\x90\xc2\x80\xc2\x80");	/* > 10FFFF */
}

static void test_every_pair_of_bytes_is_json(void **state)
{
	char bytes[2];
	int pair;

	for (pair = 0; pair < 65536; pair++) {
		json_t *string;

		bytes[0] = (char)(pair >> 8);
		bytes[1] = (char)pair;
		string = event_string(bytes, 2);
		assert_non_null(string);
		json_decref(string);
	}
}

/* What the writer writes of any bytes reads as what the object says of them, in ASCII. */
static void assert_written(const char *bytes, size_t len)
{
	char text[64];
	struct writer writer = { .text = text, .size = sizeof(text) };
	json_t *read, *said = event_string(bytes, len);
	json_error_t error;

	writer_bytes(&writer, NULL, bytes, len);
	assert_false(writer.cut);
	for (size_t i = 0; i < writer.len; i++)
		assert_in_range(text[i], ' ', '~');
	read = json_loadb(text, writer.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	assert_non_null(read);
	assert_true(json_equal(read, said));
	json_decref(read);
	json_decref(said);
}

static void test_written_bytes_are_those_of_objects(void **state)
{
	char bytes[4] = { 'x', 0, 0, 'y' };

	for (int pair = 0; pair < 65536; pair++) {
		bytes[1] = (char)(pair >> 8);
		bytes[2] = (char)pair;
		assert_written(bytes, sizeof(bytes));
	}
	assert_written("\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x9b", 9);
	assert_written("\xf0\x9f\x90", 3);
	assert_written("", 0);
}

static void test_writer_has_a_room(void **state)
{
	char text[60];
	struct writer writer = { .text = text };
	json_t *list = json_pack("[i,i]", 1, 2);

	for (writer.size = 0; writer.size < sizeof(text); writer.size++) {
		writer.len = 0;
		writer.cut = writer.follows = false;
		writer_open(&writer, NULL, '{');
		writer_hex(&writer, "a", "\x01\xff", 2);
		writer_int(&writer, "b", UINT64_MAX);
		writer_json(&writer, "c", list);
		writer_close(&writer, '}');
		assert_in_range(writer.len, 0, writer.size);
		if (!writer.cut)
			break;
	}
	assert_int_equal(writer.size, 47);
	json_decref(list);
}

static void test_long_bytes_are_cut_between_characters(void **state)
{
	char bytes[EVENT_BYTES_MAX + 100];
	json_t *object = event_begin(NULL);
	const char *text;

	memset(bytes, 'a', sizeof(bytes));
	memcpy(bytes + EVENT_BYTES_MAX - 1, "\xe2\x82\xac", 3);
	event_put_bytes(object, "x", bytes, sizeof(bytes));
	text = json_string_value(json_object_get(object, "x"));
	assert_int_equal(strlen(text), EVENT_BYTES_MAX - 1);
	assert_true(json_is_true(json_object_get(object, "truncated")));
	json_decref(object);
}

static const struct orig contained = {
	.contained = true, .protocol = IPPROTO_TCP, .flow_id = 17,
	.guest_port = 1025, .dest_port = 23, .server_port = 2323, .guest_if = "tap0",
	.guest_addr.s6_addr = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
	.dest_addr.s6_addr = { [10] = 0xff, 0xff, 192, 0, 2, 1 },
};

/* Reads back what was written to fd: lines, each a JSON object. */
static json_t *read_line(FILE *file)
{
	static char line[EVENT_LINE_MAX + 2];

	if (!fgets(line, sizeof(line), file))
		return NULL;
	return json_loads(line, 0, NULL);
}

static int temporary(char *path)
{
	strcpy(path, "/tmp/event_test.XXXXXX");
	return mkstemp(path);
}

static void test_line_has_the_shape(void **state)
{
	char path[64];
	struct event_log log;
	json_t *line, *object;
	FILE *file;

	close(temporary(path));
	assert_int_equal(event_log_open(&log, path, "telnet"), 0);
	object = event_begin("login");
	event_put_bytes(object, "username", "a\n\"\x1b\xff", 5);
	assert_true(event_end(&log, &contained, "telnet", object));
	event_log_close(&log);
	file = fopen(path, "r");
	line = read_line(file);
	assert_non_null(line);
	assert_int_equal(json_integer_value(json_object_get(line, "flow_id")), 17);
	assert_string_equal(json_string_value(json_object_get(line, "in_iface")), "tap0");
	assert_string_equal(json_string_value(json_object_get(line, "proto")), "TCP");
	assert_string_equal(json_string_value(json_object_get(line, "src_ip")), "2001:db8::1");
	assert_string_equal(json_string_value(json_object_get(line, "dest_ip")), "192.0.2.1");
	assert_true(json_is_true(json_object_get(line, "contained")));
	object = json_object_get(line, "telnet");
	assert_string_equal(json_string_value(json_object_get(object, "kind")), "login");
	assert_string_equal(json_string_value(json_object_get(object, "username")),
			    "a\n\"\x1b\xc3\xbf");
	object = json_object_get(line, "server");
	assert_string_equal(json_string_value(json_object_get(object, "name")), "telnet");
	json_decref(line);
	assert_null(read_line(file));
	fclose(file);
	unlink(path);
}

static void test_full_disk_is_counted(void **state)
{
	struct event_log log;

	assert_int_equal(event_log_open(&log, "/dev/full", "sink"), 0);
	assert_false(event_end(&log, NULL, "stats", event_begin(NULL)));
	assert_int_equal(log.dropped, 1);
	assert_int_equal(log.error, ENOSPC);
	event_log_close(&log);
}

/* A limit in the middle of a line: the rest of the file stays readable. */
static void test_torn_line_is_ended(void **state)
{
	struct rlimit limit, all = { RLIM_INFINITY, RLIM_INFINITY };
	char path[64];
	struct event_log log;
	json_t *line;
	FILE *file;

	close(temporary(path));
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(event_log_open(&log, path, "sink"), 0);
	getrlimit(RLIMIT_FSIZE, &all);
	limit = all;
	limit.rlim_cur = 40;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_false(event_end(&log, NULL, "first", event_begin(NULL)));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
	assert_int_equal(log.dropped, 1);
	assert_true(event_end(&log, NULL, "second", event_begin(NULL)));
	event_log_close(&log);
	file = fopen(path, "r");
	assert_null(read_line(file));		/* the torn one */
	line = read_line(file);
	assert_non_null(line);
	assert_string_equal(json_string_value(json_object_get(line, "event_type")), "second");
	json_decref(line);
	fclose(file);
	unlink(path);
}

static size_t size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (size_t)st.st_size;
}

static void write_url(struct event_log *log, const char *url, size_t len, bool fits)
{
	struct writer *writer = event_line(log, &contained, "http");

	writer_bytes(writer, "url", url, len);
	assert_int_equal(event_line_end(log), fits);
}

/* Held lines are written together, all of them, at the latest when there are too many or at the end. */
static void test_held_lines_are_not_lost(void **state)
{
	char path[64];
	struct event_log log;
	json_t *line;
	FILE *file;
	int i, n;

	close(temporary(path));
	assert_int_equal(event_log_open(&log, path, "http"), 0);
	event_log_hold(&log);
	write_url(&log, "/a", 2, true);
	assert_int_equal(size_of(path), 0);
	event_log_turn(&log);
	assert_int_equal(size_of(path), log.bytes);
	for (n = 1; size_of(path) < 1000; n++)
		write_url(&log, "/b", 2, true);
	assert_in_range(size_of(path), EVENT_HELD_MAX, EVENT_HELD_MAX + 1000);
	write_url(&log, "/c", 2, true);
	event_log_close(&log);
	assert_int_equal(log.written, n + 1);
	assert_int_equal(log.dropped, 0);
	file = fopen(path, "r");
	for (i = 0; (line = read_line(file)); i++) {
		assert_string_equal(json_string_value(json_object_get(json_object_get(line, "http"), "url")),
				    i == 0 ? "/a" : i == n ? "/c" : "/b");
		json_decref(line);
	}
	assert_int_equal(i, n + 1);
	fclose(file);
	unlink(path);
}

/* Of held lines those count as dropped of which the file has not all. */
static void test_held_lines_on_a_full_disk(void **state)
{
	struct rlimit limit, all = { RLIM_INFINITY, RLIM_INFINITY };
	char path[64];
	struct event_log log;
	size_t one;

	close(temporary(path));
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(event_log_open(&log, path, "http"), 0);
	write_url(&log, "/a", 2, true);
	one = log.bytes;
	event_log_hold(&log);
	getrlimit(RLIMIT_FSIZE, &all);
	limit = all;
	limit.rlim_cur = 3 * one + 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (int i = 0; i < 5; i++)
		write_url(&log, "/a", 2, true);
	event_log_turn(&log);
	assert_int_equal(log.written, 3);
	assert_int_equal(log.dropped, 3);
	assert_true(log.torn);
	write_url(&log, "/a", 2, true);
	event_log_turn(&log);
	assert_int_equal(log.dropped, 4);
	assert_true(log.torn);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
	write_url(&log, "/a", 2, true);
	event_log_close(&log);
	assert_int_equal(log.written, 4);
	assert_int_equal(size_of(path), 4 * one + 10 + 1);
	unlink(path);
}

static void test_too_long_a_line_is_dropped(void **state)
{
	static char url[EVENT_BYTES_MAX];
	struct event_log log;
	struct writer *writer;

	assert_int_equal(event_log_open(&log, "/dev/null", "http"), 0);
	event_log_hold(&log);
	writer = event_line(&log, NULL, "http");
	for (int i = 0; i < 11; i++)
		writer_bytes(writer, "url", url, sizeof(url));
	assert_false(event_line_end(&log));
	assert_int_equal(log.dropped, 1);
	write_url(&log, url, sizeof(url), true);
	assert_int_equal(log.written, 1);
	event_log_close(&log);
}

static void test_cap_keeps_room_for_stats(void **state)
{
	struct event_log log;

	assert_int_equal(event_log_open(&log, "/dev/null", "sink"), 0);
	log.max_bytes = 300;
	while (event_end(&log, NULL, "sink", event_begin("first")))
		assert_in_range(log.written, 1, 10);
	assert_int_equal(log.dropped, 1);
	assert_true(event_end(&log, NULL, "stats", event_begin(NULL)));
	event_log_close(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8_is_kept),
		cmocka_unit_test(test_other_bytes_are_latin1),
		cmocka_unit_test(test_every_pair_of_bytes_is_json),
		cmocka_unit_test(test_written_bytes_are_those_of_objects),
		cmocka_unit_test(test_writer_has_a_room),
		cmocka_unit_test(test_long_bytes_are_cut_between_characters),
		cmocka_unit_test(test_line_has_the_shape),
		cmocka_unit_test(test_full_disk_is_counted),
		cmocka_unit_test(test_torn_line_is_ended),
		cmocka_unit_test(test_held_lines_are_not_lost),
		cmocka_unit_test(test_held_lines_on_a_full_disk),
		cmocka_unit_test(test_too_long_a_line_is_dropped),
		cmocka_unit_test(test_cap_keeps_room_for_stats),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
