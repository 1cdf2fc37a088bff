// SPDX-License-Identifier: GPL-2.0-only
/* Lines in any segmentation; what is too long is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lines.h"

static void read_all(const char *text, size_t step, char *out)
{
	struct lines lines = { .line = { .max = 5 } };
	size_t len = strlen(text), at = 0, n, used;

	while (at < len) {
		n = step < len - at ? step : len - at;
		if (lines_take(&lines, (const uint8_t *)text + at, n, &used))
			out += sprintf(out, "%.*s%s;", (int)lines.line.len,
				       lines.line.data ? (const char *)lines.line.data : "",
				       lines.line.cut ? "+" : "");
		at += used;
	}
	sprintf(out, "%s", lines.complete ? "" : "rest");
	lines_free(&lines);
}

static void test_lines(void **state)
{
	static const struct {
		const char *text, *lines;
	} cases[] = {
		{ "a\nb\r\n\n\r\nc\rd\n", "a;b;;;c\rd;" },
		{ "12345\n123456\n1234\r\n12345\r\n", "12345;12345+;1234;12345+;" },
		{ "x\nno end", "x;rest" },
		{ "1234567890\n\na\n", "12345+;;a;" },
	};
	char out[256];
	size_t i, step;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (step = 1; step < 20; step++) {
			read_all(cases[i].text, step, out);
			assert_string_equal(out, cases[i].lines);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
