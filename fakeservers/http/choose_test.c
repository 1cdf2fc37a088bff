// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "choose.h"
#include "wildcard.h"

static bool matches(const char *pattern, const char *text)
{
	return wildcard_matches(pattern, text, strlen(text));
}

static void wildcards(void **state)
{
	char many[2001];

	assert_true(matches("*.test/*", "a.TEST/b/c"));
	assert_true(matches("a?c", "aXc"));
	assert_true(matches("", ""));
	assert_true(matches("**", ""));
	assert_true(matches("*ab*ab", "abxabyab"));
	assert_false(matches("a?c", "ac"));
	assert_false(matches("*.test", "a.test."));
	assert_false(matches("", "a"));
	/* what takes others for ever */
	memset(many, 'a', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	assert_false(matches("*a*a*a*a*a*a*a*a*a*a*a*a*b", many));
}

static struct choice choice;

static bool connectivity(const char *host, const char *url)
{
	return choose_connectivity(&choice, host, strlen(host), url, strlen(url));
}

static void connectivity_checks(void **state)
{
	assert_true(connectivity("www.msftconnecttest.com", "/connecttest.txt?n=1"));
	assert_int_equal(choice.body_len, 22);
	assert_true(connectivity("connectivitycheck.gstatic.com", "/generate_204"));
	assert_int_equal(choice.status, 204);
	assert_true(connectivity("captive.apple.com", "/"));
	assert_true(connectivity("detectportal.firefox.com", "/success.txt?ipv4"));
	assert_memory_equal(choice.body, "success\n", choice.body_len);
	assert_true(connectivity("nmcheck.gnome.org", "http://nmcheck.gnome.org/check_network_status.txt"));
	assert_string_equal(choice.header, "X-NetworkManager-Status: online");
	assert_false(connectivity("evil.test", "/connecttest.txt"));
	assert_false(connectivity("", ""));
}

static struct labconf_answer answers[] = {
	{ .pattern = "*.evil.test/gate.php", .status = 200, .body = (uint8_t *)"ok", .body_len = 2 },
	{ .pattern = "*.sh", .status = 200, .content_type = "text/x-sh" },
	{ .pattern = "old.test/*", .status = 302, .location = "http://new.test/" },
};

static const struct labconf_http conf = {
	.answers = answers, .answer_count = 3, .content_type = "text/html",
};

static bool answer(const char *host, const char *url)
{
	return choose_answer(&choice, &conf, host, strlen(host), url, strlen(url));
}

static void answers_of_paths(void **state)
{
	char longest[5000];

	assert_true(answer("a.evil.test", "/gate.php?id=1"));
	assert_int_equal(choice.body_len, 2);
	assert_string_equal(choice.content_type, "text/html");
	assert_true(answer("b.evil.test", "http://b.evil.test/gate.php"));
	assert_true(answer("x", "/bins/mirai.sh"));
	assert_string_equal(choice.content_type, "text/x-sh");
	assert_true(answer("old.test", "/x"));
	assert_string_equal(choice.location, "http://new.test/");
	assert_false(answer("evil.test", "/gate.php"));
	assert_false(answer("x", "/a.sh/b"));
	assert_false(answer("", ""));
	memset(longest, 'a', sizeof(longest));
	assert_false(choose_answer(&choice, &conf, longest, 5000, longest, 5000));
}

static void content_types(void **state)
{
	assert_string_equal(choose_content_type("/a/b.PNG?x=.exe", 15), "image/png");
	assert_null(choose_content_type("/a.b/c", 6));
	assert_null(choose_content_type("", 0));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(wildcards),
		cmocka_unit_test(connectivity_checks),
		cmocka_unit_test(answers_of_paths),
		cmocka_unit_test(content_types),
	};

	return cmocka_run_group_tests_name("choose", tests, NULL, NULL);
}
