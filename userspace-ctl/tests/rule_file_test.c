// SPDX-License-Identifier: GPL-2.0-only
/* Rules files: whole, or refused with the place of what is wrong. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rule_parse.h"

static char error[RULE_ERROR_MAX];
static struct rule_list list;

static int parse_bytes(const char *bytes, size_t len)
{
	FILE *file = fmemopen((void *)bytes, len, "r");
	int err;

	assert_non_null(file);
	memset(error, 0x55, sizeof(error));
	err = rule_parse_file(&list, file, "lab.rules", error);
	fclose(file);
	return err;
}

static int parse_text(const char *text)
{
	return parse_bytes(text, strlen(text));
}

static void good_files(void **state)
{
	(void)state;
	assert_int_equal(parse_text("# a lab\n\nudp dport 53 to dns\n  \ntcp to sink port 9 # all\n"), 0);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.lines[0], 3);
	assert_int_equal(list.lines[1], 5);
	assert_string_equal(list.rules[1].server, "sink");
	rule_list_free(&list);
	/* the editors of another system, and a last line without an end */
	assert_int_equal(parse_text("udp dport 53 to dns\r\n\r\ntcp drop\r\nicmp drop"), 0);
	assert_int_equal(list.count, 3);
	rule_list_free(&list);
	/* nothing but comments: an empty table */
	assert_int_equal(parse_text("# nothing\n"), 0);
	assert_int_equal(list.count, 0);
	rule_list_free(&list);
}

static const struct {
	const char *text;
	const char *says;
} wrong[] = {
	{ "udp dport 53 to dns\n\n# x\nfoo\n", "lab.rules:4: unknown word 'foo', expected" },
	{ "tcp dport 0 drop\n", "lab.rules:1: dport '0', expected" },
	{ "\ntcp dport 65536 drop\n", "lab.rules:2: dport '65536', expected" },
	{ "tcp dport 9-1 drop", "lab.rules:1: dport '9-1' is a reversed range" },
	{ "udp dport 53 to dns\ntcp drop\nudp dport 53 drop\n",
	  "lab.rules:3: the same match as line 1 (udp dport 53), expected it once" },
	{ "drop\n# x\nabsorb\n", "lab.rules:3: the same match as line 1 (any), expected it once" },
	{ "tcp drop\nudp drop\nicmp drop\nudp drop\ntcp drop\n",
	  "lab.rules:4: the same match as line 2 (udp)" },
	{ "udp drop tcp drop\n", "lab.rules:1: 'tcp' after the action" },
};

static void bad_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_true(parse_text(wrong[i].text) < 0);
		if (!strstr(error, wrong[i].says))
			fail_msg("says '%s', not '%s'", error, wrong[i].says);
		assert_int_equal(list.count, 0);
		assert_null(list.rules);
	}
}

static void nul_bytes(void **state)
{
	static const char bytes[] = "tcp drop\nudp \0 drop\n";

	(void)state;
	assert_int_equal(parse_bytes(bytes, sizeof(bytes) - 1), -EINVAL);
	assert_string_equal(error, "lab.rules:2: a NUL byte, expected text");
}

/* Every file of random bytes is refused, whatever is in it, and says so in one line of text. */
static void garbage(void **state)
{
	char bytes[4096];
	unsigned int seed = 1;

	(void)state;
	for (int round = 0; round < 500; round++) {
		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1103515245 + 12345;
			bytes[i] = seed >> 16;
			if (round % 2 && !bytes[i])
				bytes[i] = 'x';
		}
		bytes[0] = 0x89;
		assert_true(parse_bytes(bytes, sizeof(bytes)) < 0);
		assert_int_equal(strncmp(error, "lab.rules:", 10), 0);
		for (const char *c = error; *c; c++)
			assert_true((unsigned char)*c >= ' ');
	}
}

/* A line of 10 MB is refused at its 1,025th byte: what comes behind is not even read. */
static void huge_line(void **state)
{
	size_t len = 10 << 20;
	char *bytes = malloc(len);
	FILE *file;

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 'a', len);
	memcpy(bytes, "tcp drop\n", 9);
	file = fmemopen(bytes, len, "r");
	assert_non_null(file);
	assert_int_equal(rule_parse_file(&list, file, "f", error), -EINVAL);
	assert_string_equal(error, "f:2: line too long, expected at most 1024 bytes");
	assert_in_range(ftell(file), 1024, 2048);
	fclose(file);
	free(bytes);
}

static void many_rules(void **state)
{
	char *text = malloc((SINKBRIDGE_MAX_RULES + 1) * 40), *at = text;
	size_t first;

	(void)state;
	assert_non_null(text);
	for (unsigned int i = 0; i < SINKBRIDGE_MAX_RULES; i++)
		at += sprintf(at, "dst 10.%u.%u.%u drop\n", i >> 16, i >> 8 & 255, i & 255);
	assert_int_equal(parse_bytes(text, at - text), 0);
	assert_int_equal(list.count, SINKBRIDGE_MAX_RULES);
	list.rules[65535] = list.rules[3];
	assert_int_equal(rule_find_duplicate(list.rules, list.count, &first), 65535);
	assert_int_equal(first, 3);
	rule_list_free(&list);

	at += sprintf(at, "udp drop\n");
	assert_int_equal(parse_bytes(text, at - text), -ENOSPC);
	assert_string_equal(error, "lab.rules:65537: rule 65537, expected at most 65536 rules");
	assert_int_equal(list.count, 0);
	free(text);
}

static void unreadable(void **state)
{
	FILE *file = fopen("/", "r");	/* opens, but cannot be read */

	(void)state;
	assert_non_null(file);
	assert_int_equal(rule_parse_file(&list, file, "/", error), -EISDIR);
	assert_string_equal(error, "/:1: cannot be read: Is a directory");
	fclose(file);
}

static void long_name(void **state)
{
	char name[4000];
	FILE *file;

	(void)state;
	memset(name, 'd', sizeof(name));
	strcpy(name + sizeof(name) - 7, "/rules");
	file = fmemopen("foo\n", 4, "r");
	assert_true(rule_parse_file(&list, file, name, error) < 0);
	assert_non_null(strstr(error, "ddd/rules:1: unknown word 'foo', expected"));
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_files),
		cmocka_unit_test(bad_files),
		cmocka_unit_test(nul_bytes),
		cmocka_unit_test(garbage),
		cmocka_unit_test(huge_line),
		cmocka_unit_test(many_rules),
		cmocka_unit_test(unreadable),
		cmocka_unit_test(long_name),
	};

	return cmocka_run_group_tests_name("rule_file", tests, NULL, NULL);
}
