// SPDX-License-Identifier: GPL-2.0-only
/* The wire of the Mirai family: exact bytes, round trips, any segmentation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "mirai.h"
#include "names.h"

static struct mirai_target target(const char *addr, uint8_t prefix)
{
	struct mirai_target t = { .prefix = prefix };

	assert_int_equal(inet_pton(AF_INET, addr, &t.addr), 1);
	return t;
}

static struct mirai_option option(const char *name, const char *value)
{
	struct mirai_option o = { .len = strlen(value), .value = (const uint8_t *)value };

	assert_true(mirai_option_parse(name, strlen(name), &o.key));
	return o;
}

/* "UDP flood on 1.2.3.4", as the talk shows it: 14 bytes */
static void test_command_of_the_talk(void **state)
{
	static const uint8_t expected[14] = { 0, 14, 0, 0, 0, 5, 0, 1, 1, 2, 3, 4, 32, 0 };
	struct mirai_command command = { .duration = 5, .vector = 0, .target_count = 1 };
	uint8_t bytes[MIRAI_COMMAND_MAX];

	command.targets[0] = target("1.2.3.4", 32);
	assert_int_equal(mirai_encode(&command, bytes, sizeof(bytes)), sizeof(expected));
	assert_memory_equal(bytes, expected, sizeof(expected));
}

static void test_command_with_options(void **state)
{
	static const uint8_t expected[] = {
		0, 37, 0, 1, 0x51, 0x80, 9, 2,
		1, 2, 3, 4, 32, 10, 0, 0, 0, 8,
		3, 6, 5, '6', '5', '0', '8', '4', 7, 3, '4', '7', '7',
		8, 4, 'a', '.', 'b', 'c',
	};
	struct mirai_command command = {
		.duration = 86400, .vector = 9, .target_count = 2, .option_count = 3,
	};
	uint8_t bytes[sizeof(expected)];

	command.targets[0] = target("1.2.3.4", 32);
	command.targets[1] = target("10.0.0.0", 8);
	command.options[0] = option("sport", "65084");
	command.options[1] = option("dport", "477");
	command.options[2] = option("domain", "a.bc");
	assert_int_equal(mirai_encode(&command, bytes, sizeof(bytes)), sizeof(expected));
	assert_memory_equal(bytes, expected, sizeof(expected));
}

static void assert_same(const struct mirai_command *a, const struct mirai_command *b)
{
	unsigned int i;

	assert_int_equal(a->duration, b->duration);
	assert_int_equal(a->vector, b->vector);
	assert_int_equal(a->target_count, b->target_count);
	assert_int_equal(a->option_count, b->option_count);
	for (i = 0; i < a->target_count; i++) {
		assert_int_equal(a->targets[i].addr.s_addr, b->targets[i].addr.s_addr);
		assert_int_equal(a->targets[i].prefix, b->targets[i].prefix);
	}
	for (i = 0; i < a->option_count; i++) {
		assert_int_equal(a->options[i].key, b->options[i].key);
		assert_int_equal(a->options[i].len, b->options[i].len);
		assert_memory_equal(a->options[i].value, b->options[i].value, a->options[i].len);
	}
}

static void test_round_trip_of_every_vector(void **state)
{
	static const uint8_t vectors[] = { 0, 1, 2, 3, 4, 5, 6, 7, 9, 10 };
	struct mirai_command command = {}, decoded;
	uint8_t bytes[MIRAI_COMMAND_MAX];
	size_t i, len, cut;

	for (i = 0; i < sizeof(vectors); i++) {
		command.vector = vectors[i];
		command.duration = 0xfffffff0 + i;
		command.target_count = i;
		command.option_count = 1;
		command.options[0] = option("source", "255.255.255.255");
		if (i)
			command.targets[i - 1] = target("198.51.100.7", 32 - i);
		assert_non_null(mirai_vector_name(vectors[i]));
		len = mirai_encode(&command, bytes, sizeof(bytes));
		assert_int_equal(len, MIRAI_COMMAND_MIN + 5 * i + 17);
		for (cut = 0; cut < len; cut++)
			assert_int_equal(mirai_decode(bytes, cut, &decoded), 0);
		/* what follows is another command's */
		assert_int_equal(mirai_decode(bytes, sizeof(bytes), &decoded), len);
		assert_same(&command, &decoded);
	}
}

static void test_encoder_refuses(void **state)
{
	static const char value[256] = "";
	struct mirai_command command = { .target_count = MIRAI_TARGETS_MAX };
	uint8_t bytes[2 * MIRAI_COMMAND_MAX];

	/* 255 targets are 1,284 bytes: a bot would hang up */
	assert_int_equal(mirai_encode(&command, bytes, sizeof(bytes)), 0);
	command.target_count = 203;
	assert_int_equal(mirai_encode(&command, bytes, sizeof(bytes)), 1024);
	assert_int_equal(mirai_encode(&command, bytes, 1023), 0);
	command.option_count = 1;
	command.options[0].value = (const uint8_t *)value;
	assert_int_equal(mirai_encode(&command, bytes, sizeof(bytes)), 0);
	command.target_count = 1;
	command.targets[0].prefix = 33;
	assert_int_equal(mirai_encode(&command, bytes, sizeof(bytes)), 0);
	assert_int_equal(mirai_encode(&command, NULL, 0), 0);
}

static void test_decoder_refuses(void **state)
{
	static const struct {
		const char *why;
		uint8_t len;
		uint8_t bytes[24];
	} cases[] = {
		{ "shorter than a command", 9, { 0, 8, 0, 0, 0, 1, 0, 0, 0 } },
		{ "longer than a bot reads", 2, { 4, 1 } },
		{ "more targets than bytes", 14, { 0, 14, 0, 0, 0, 1, 0, 2, 1, 2, 3, 4, 32, 0 } },
		{ "prefix above 32", 14, { 0, 14, 0, 0, 0, 1, 0, 1, 1, 2, 3, 4, 33, 0 } },
		{ "more options than bytes", 14, { 0, 14, 0, 0, 0, 1, 0, 1, 1, 2, 3, 4, 32, 1 } },
		{ "value past the end", 17, { 0, 17, 0, 0, 0, 1, 0, 1, 1, 2, 3, 4, 32, 1, 7, 2, '8' } },
		{ "bytes left over", 15, { 0, 15, 0, 0, 0, 1, 0, 1, 1, 2, 3, 4, 32, 0, 0 } },
	};
	struct mirai_command command;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (mirai_decode(cases[i].bytes, cases[i].len, &command) != -1)
			fail_msg("taken for a command: %s", cases[i].why);
	}
	assert_int_equal(mirai_decode(mirai_keepalive, 2, &command), 2);
	assert_int_equal(command.target_count, 0);
}

/* What a bot said, in words: R(id), K, U and a dot where it wants more. */
static void hear(const uint8_t *bytes, size_t len, size_t step, char *words)
{
	struct mirai_bot bot = {};
	size_t at = 0, used, n;

	while (at < len) {
		n = step < len - at ? step : len - at;
		switch (mirai_receive(&bot, bytes + at, n, &used)) {
		case MIRAI_REGISTERED:
			words += sprintf(words, "R(%.*s)", bot.id_len, (const char *)bot.id);
			break;
		case MIRAI_KEEPALIVE:
			*words++ = 'K';
			break;
		case MIRAI_UNKNOWN:
			strcpy(words, "U");
			return;
		case MIRAI_MORE:
			assert_int_equal(used, n);
			break;
		}
		at += used;
	}
	*words = '\0';
}

static void test_registration_in_any_segmentation(void **state)
{
	static const struct {
		const char *bytes, *words;
		size_t len;
	} cases[] = {
		/* the talk's seven bytes */
		{ "\0\0\0\1\0\0\0", "R()K", 7 },
		{ "\0\0\0\1\4mips\0\0\0\0", "R(mips)KK", 13 },
		{ "\0\0\0\1\4mip", "", 8 },
		{ "\0\0\0\1", "", 4 },
		{ "\0\0\0\1\0\0", "R()", 6 },
		{ "\0\0\0\2\0", "U", 5 },
		{ "\0\1", "U", 2 },
		{ "GET / HTTP/1.0\r\n", "U", 16 },
		{ "\0\0\0\1\0\0\0\0\1", "R()KU", 9 },
	};
	char words[64];
	size_t i, step;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (step = 1; step <= cases[i].len; step++) {
			hear((const uint8_t *)cases[i].bytes, cases[i].len, step, words);
			assert_string_equal(words, cases[i].words);
		}
	}
}

static void test_longest_id(void **state)
{
	uint8_t bytes[5 + 255 + 2] = { 0, 0, 0, 1, 255 };
	struct mirai_bot bot = {};
	size_t used;

	memset(bytes + 5, 0xee, 255);
	assert_int_equal(mirai_receive(&bot, bytes, sizeof(bytes), &used), MIRAI_REGISTERED);
	assert_int_equal(used, 260);
	assert_int_equal(bot.id_len, 255);
	assert_memory_equal(bot.id, bytes + 5, 255);
	assert_int_equal(mirai_receive(&bot, bytes + 260, 2, &used), MIRAI_KEEPALIVE);
}

static void test_unfinished_is_told(void **state)
{
	static const uint8_t said[] = { 0, 0, 0, 1, 4, 'm', 'i' };
	uint8_t bytes[MIRAI_ID_MAX + 5];
	size_t used, i;

	for (i = 0; i <= sizeof(said); i++) {
		struct mirai_bot bot = {};

		assert_int_equal(mirai_receive(&bot, said, i, &used), MIRAI_MORE);
		assert_int_equal(mirai_unfinished(&bot, bytes, sizeof(bytes)), i);
		assert_memory_equal(bytes, said, i);
	}
	{
		struct mirai_bot bot = {};

		/* what was right before it went wrong */
		assert_int_equal(mirai_receive(&bot, (const uint8_t *)"\0\0\7", 3, &used),
				 MIRAI_UNKNOWN);
		assert_int_equal(used, 2);
		assert_int_equal(mirai_unfinished(&bot, bytes, sizeof(bytes)), 2);
		assert_memory_equal(bytes, "\0\0", 2);
	}
}

static void test_names(void **state)
{
	static const struct {
		const char *name;
		uint8_t number;
	} vectors[] = {
		{ "udp", 0 }, { "vse", 1 }, { "dns", 2 }, { "syn", 3 }, { "ack", 4 },
		{ "stomp", 5 }, { "greip", 6 }, { "greeth", 7 }, { "udpplain", 9 }, { "http", 10 },
	}, keys[] = {
		{ "len", 0 }, { "rand", 1 }, { "tos", 2 }, { "ident", 3 }, { "ttl", 4 }, { "df", 5 },
		{ "sport", 6 }, { "dport", 7 }, { "domain", 8 }, { "dhid", 9 }, { "urg", 11 },
		{ "ack", 12 }, { "psh", 13 }, { "rst", 14 }, { "syn", 15 }, { "fin", 16 },
		{ "seqnum", 17 }, { "acknum", 18 }, { "gcip", 19 }, { "method", 20 },
		{ "postdata", 21 }, { "path", 22 }, { "ssl", 23 }, { "conns", 24 }, { "source", 25 },
	};
	uint8_t number;
	size_t i;

	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		assert_true(mirai_vector_parse(vectors[i].name, &number));
		assert_int_equal(number, vectors[i].number);
		assert_string_equal(mirai_vector_name(number), vectors[i].name);
	}
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		assert_true(mirai_option_parse(keys[i].name, strlen(keys[i].name), &number));
		assert_int_equal(number, keys[i].number);
		assert_string_equal(mirai_option_name(number), keys[i].name);
	}
	assert_true(mirai_option_parse("size=", 4, &number));
	assert_int_equal(number, 0);
	assert_true(mirai_vector_parse("33", &number));
	assert_int_equal(number, 33);
	assert_false(mirai_vector_parse("256", &number));
	assert_false(mirai_vector_parse("", &number));
	assert_false(mirai_vector_parse("udp ", &number));
	assert_false(mirai_option_parse("spor", 4, &number));
	assert_null(mirai_vector_name(8));
	assert_null(mirai_vector_name(255));
	assert_null(mirai_option_name(10));
	assert_null(mirai_option_name(26));
}

static void test_values(void **state)
{
	assert_null(mirai_value_check(7, "477"));
	assert_null(mirai_value_check(17, "4294967295"));
	assert_non_null(mirai_value_check(7, "true"));
	assert_non_null(mirai_value_check(7, ""));
	assert_non_null(mirai_value_check(7, "12345678901"));
	assert_null(mirai_value_check(25, "255.255.255.255"));
	assert_non_null(mirai_value_check(25, "255"));
	assert_null(mirai_value_check(22, "/index.html"));
	assert_null(mirai_value_check(200, "anything"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command_of_the_talk),
		cmocka_unit_test(test_command_with_options),
		cmocka_unit_test(test_round_trip_of_every_vector),
		cmocka_unit_test(test_encoder_refuses),
		cmocka_unit_test(test_decoder_refuses),
		cmocka_unit_test(test_registration_in_any_segmentation),
		cmocka_unit_test(test_longest_id),
		cmocka_unit_test(test_unfinished_is_told),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests_name("mirai", tests, NULL, NULL);
}
