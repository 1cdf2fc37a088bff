// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "names.h"

static char folder[] = "/tmp/names-test-XXXXXX";
static char events[64], path[64];

static struct in6_addr addr(const char *text)
{
	struct in6_addr addr;

	assert_true(addr_parse(text, &addr));
	return addr;
}

static void shared(void **state)
{
	struct names *writer = names_open(events), *reader = names_open(events);
	struct in6_addr first = addr("45.1.2.3"), second = addr("2001:db8::1");

	assert_null(names_find(reader, &first));
	assert_true(names_add(writer, &first, "a.test", 6));
	assert_false(names_add(writer, &first, "b.test", 6));
	assert_true(names_add(writer, &second, "c.testXXX", 6));
	assert_string_equal(names_find(reader, &first), "a.test");
	assert_string_equal(names_find(reader, &second), "c.test");
	assert_null(names_find(NULL, &first));
	names_close(reader);
	reader = names_open(events);	/* what was there before */
	assert_string_equal(names_find(reader, &second), "c.test");
	names_close(reader);
	names_close(writer);
}

/* Garbage is passed over, half a line waits. */
static void garbage(void **state)
{
	struct names *names;
	FILE *file = fopen(path, "w");
	struct in6_addr good = addr("1.2.3.4");

	for (int i = 0; i < 300000; i++)
		fputc('x', file);
	fputs("\nno address\n\n1.2.3.4", file);
	fflush(file);
	names = names_open(events);
	assert_null(names_find(names, &good));
	fputs(" good\n", file);
	fclose(file);
	assert_string_equal(names_find(names, &good), "good");
	names_close(names);
}

static void many(void **state)
{
	struct names *writer = names_open(events), *reader = names_open(events);
	struct in6_addr each;
	char text[32];

	for (int i = 0; i < 20000; i++) {
		each = addr_from_v4((struct in_addr){ htonl(0x2d000000U + i) });
		snprintf(text, sizeof(text), "name-%d", i);
		assert_true(names_add(writer, &each, text, strlen(text)));
	}
	assert_string_equal(names_find(reader, &each), "name-19999");
	names_close(reader);
	names_close(writer);
}

static int setup(void **state)
{
	assert_non_null(mkdtemp(folder));
	snprintf(events, sizeof(events), "%s/events.jsonl", folder);
	snprintf(path, sizeof(path), "%s/names", folder);
	return 0;
}

static int teardown(void **state)
{
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(shared),
		cmocka_unit_test(garbage),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests_name("names", tests, setup, teardown);
}
