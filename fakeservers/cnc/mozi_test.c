// SPDX-License-Identifier: GPL-2.0-only
/* Bencode, and the DHT's questions and answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "../tests/stage.h"
#include "bencode.h"

extern const struct service mozi_service;

static struct labconf_server conf;

static void test_bencode_len(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
		{ "i42e", 4 }, { "i-1e", 4 }, { "ie", 0 }, { "i-e", 0 }, { "i1", 0 },
		{ "4:spam", 6 }, { "4:spa", 0 }, { "0:", 2 }, { ":", 0 }, { "4", 0 },
		{ "99999999:", 0 }, { "le", 2 }, { "de", 2 }, { "l4:spami1ee", 11 },
		{ "d3:cow3:mooe", 12 }, { "d3:cow", 0 }, { "e", 0 }, { "x", 0 }, { "", 0 },
		{ "llllllllllllllllleeeeeeeeeeeeeeeee", 0 },	/* too deep */
		{ "lllllllllllllllleeeeeeeeeeeeeeee", 32 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(bencode_len((const uint8_t *)cases[i].text, strlen(cases[i].text)),
				 cases[i].len);
}

static void test_bencode_get(void **state)
{
	static const char text[] = "d1:ad2:idi7ee1:b3:xyz1:cl1:zee";
	struct bencode dict = { (const uint8_t *)text, sizeof(text) - 1 }, value, string;
	int64_t number;

	assert_true(bencode_get(&dict, "a", &value));
	assert_true(bencode_get(&value, "id", &value));
	assert_true(bencode_int(&value, &number));
	assert_int_equal(number, 7);
	assert_true(bencode_get(&dict, "b", &value));
	assert_true(bencode_string(&value, &string));
	assert_int_equal(string.len, 3);
	assert_false(bencode_int(&value, &number));
	assert_true(bencode_get(&dict, "c", &value));
	assert_false(bencode_string(&value, &string));
	assert_false(bencode_get(&value, "z", &value));
	assert_false(bencode_get(&dict, "z", &value));
}

/* The answer to one datagram, and the kind of its event. */
static size_t ask(const char *text, size_t len, uint8_t answer[1024], char kind[16])
{
	struct stage stage;
	json_t *object;
	size_t n;

	stage_begin(&stage, &mozi_service, &conf, NULL);
	talk_datagram(&stage.talk, (const uint8_t *)text, len);
	object = json_array_get(json_array_get(stage.events, 0), 1);
	snprintf(kind, 16, "%s", json_string_value(json_object_get(object, "kind")));
	n = stage.out.len;
	assert_true(n < 1024);
	memcpy(answer, stage.out.data ? stage.out.data : (const uint8_t *)"", n);
	stage_end(&stage);
	return n;
}

#define ID	"2:id20:abcdefghij0123456789"
#define TARGET	"20:mnopqrstuvwxyz123456"

static void test_questions(void **state)
{
	static const struct {
		const char *text, *key;
		size_t len;		/* of the key's string */
	} cases[] = {
		{ "d1:ad" ID "e1:q4:ping1:t2:aa1:v4:1:v41:y1:qe", NULL, 0 },
		{ "d1:ad" ID "6:target" TARGET "e1:q9:find_node1:t2:aa1:y1:qe", "nodes", 8 * 26 },
		{ "d1:ad" ID "9:info_hash" TARGET "e1:q9:get_peers1:t2:aa1:y1:qe", "token", 8 },
		{ "d1:ad" ID "9:info_hash" TARGET "4:porti6881e5:token1:xe"
		  "1:q13:announce_peer1:t2:aa1:y1:qe", NULL, 0 },
	};
	struct bencode dict, value, string;
	uint8_t answer[1024];
	char kind[16];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		dict.len = ask(cases[i].text, strlen(cases[i].text), answer, kind);
		dict.bytes = answer;
		assert_string_equal(kind, "query");
		assert_int_equal(bencode_len(answer, dict.len), dict.len);
		assert_true(bencode_get(&dict, "t", &value));
		assert_memory_equal(value.bytes, "2:aa", 4);
		assert_true(bencode_get(&dict, "y", &value));
		assert_memory_equal(value.bytes, "1:r", 3);
		assert_true(bencode_get(&dict, "r", &dict));
		assert_true(bencode_get(&dict, "id", &value));
		assert_true(bencode_string(&value, &string));
		assert_int_equal(string.len, 20);
		if (!cases[i].key)
			continue;
		assert_true(bencode_get(&dict, cases[i].key, &value));
		assert_true(bencode_string(&value, &string));
		assert_int_equal(string.len, cases[i].len);
	}
}

static void test_other_datagrams(void **state)
{
	static const struct {
		const char *text, *kind, *answer;
	} cases[] = {
		{ "hello", "unknown", "" },
		{ "d1:t2:aae", "unknown", "" },
		{ "d1:rd" ID "e1:t2:aa1:y1:re", "answer", "" },
		{ "d1:t2:aa1:y1:qe", "unknown", "d1:eli203e14:Protocol Errore1:t2:aa1:y1:ee" },
		{ "d1:ad" ID "e1:q4:what1:t2:aa1:y1:qe", "query",
		  "d1:eli203e14:Protocol Errore1:t2:aa1:y1:ee" },
	};
	uint8_t answer[1024];
	char kind[16];
	size_t i, n;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		n = ask(cases[i].text, strlen(cases[i].text), answer, kind);
		assert_string_equal(kind, cases[i].kind);
		assert_int_equal(n, strlen(cases[i].answer));
		assert_memory_equal(answer, cases[i].answer, n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bencode_len),
		cmocka_unit_test(test_bencode_get),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_other_datagrams),
	};

	return cmocka_run_group_tests_name("mozi", tests, NULL, NULL);
}
