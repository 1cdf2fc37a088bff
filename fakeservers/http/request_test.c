// SPDX-License-Identifier: GPL-2.0-only
/* Requests in one piece, byte by byte, too long, and not requests at all. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request.h"
#include "response.h"

static struct request *request;

/* In pieces of step bytes, until something other than REQUEST_MORE; *left: what was not taken. */
static enum request_status feed(const char *bytes, size_t len, size_t step, size_t *left)
{
	enum request_status status = REQUEST_MORE;
	size_t at = 0, n, taken;

	request_free(request);
	request = request_new();
	while (at < len && status == REQUEST_MORE) {
		n = len - at < step ? len - at : step;
		char *copy = malloc(n);

		memcpy(copy, bytes + at, n);
		status = request_feed(request, copy, n, &taken);
		free(copy);
		at += taken;
	}
	*left = len - at;
	return status;
}

static int teardown(void **state)
{
	request_free(request);
	request = NULL;
	return 0;
}

static void assert_url(const char *url)
{
	assert_int_equal(request->url_len, strlen(url));
	assert_memory_equal(request->url, url, request->url_len);
}

static void test_get(void **state)
{
	static const char text[] = "GET /something HTTP/1.1\r\nHost: 22.33.44.55\r\n"
				   "USER-agent: Wget\r\nHost: other\r\n\r\nGET /next";
	size_t step, left;

	for (step = 1; step <= sizeof(text); step++) {
		assert_int_equal(feed(text, sizeof(text) - 1, step, &left), REQUEST_COMPLETE);
		if (step >= sizeof(text))
			assert_int_equal(left, 9);
		assert_url("/something");
		assert_string_equal(request_method(request), "GET");
		assert_int_equal(request->host.len, 11);
		assert_memory_equal(request->host.bytes, "22.33.44.55", 11);
		assert_int_equal(request->user_agent.len, 4);
		assert_false(request->close);
	}
}

static void test_body_is_counted(void **state)
{
	static const char fixed[] = "POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET";
	static const char chunked[] = "PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
				      "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\nGET";
	size_t left;

	assert_int_equal(feed(fixed, sizeof(fixed) - 1, 1000, &left), REQUEST_COMPLETE);
	assert_int_equal(left, 3);
	assert_int_equal(request->body_bytes, 5);
	assert_int_equal(feed(chunked, sizeof(chunked) - 1, 1000, &left), REQUEST_COMPLETE);
	assert_int_equal(left, 3);
	assert_int_equal(request->body_bytes, 5);
}

static void test_keep_alive(void **state)
{
	static const struct { const char *text; bool close; } cases[] = {
		{ "GET / HTTP/1.1\r\n\r\n", false },
		{ "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", true },
		{ "GET / HTTP/1.0\r\n\r\n", true },
		{ "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false },
		{ "CONNECT a:25 HTTP/1.1\r\n\r\n", true },
		{ "GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n", true },
	};
	size_t i, left;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(feed(cases[i].text, strlen(cases[i].text), 1000, &left),
				 REQUEST_COMPLETE);
		assert_int_equal(request->close, cases[i].close);
	}
}

static void assert_bad(const char *text, size_t len, int error)
{
	size_t left, taken;

	assert_int_equal(feed(text, len, 1000, &left), REQUEST_BAD);
	assert_int_equal(request->error, error);
	assert_true(request->close);
	assert_int_equal(request_feed(request, "x", 1, &taken), REQUEST_BAD);
}

static void test_garbage(void **state)
{
	static const char *const cases[] = {
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", "GET\r\n\r\n", "GET  HTTP/1.1\r\n\r\n",
		"GET / HTTP/1.1\r\nBad\x01Name: x\r\n\r\n", "\xff\xfe\xfd", "SSH-2.0-x\r\n",
		"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"GET / HTTP/x.1\r\n\r\n",
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_bad(cases[i], strlen(cases[i]), 400);
	assert_bad("\0\0\0\1", 4, 400);
	assert_int_equal(request->raw_len, 4);
	assert_memory_equal(request->raw, "\0\0\0\1", 4);
}

static void test_caps(void **state)
{
	static char text[REQUEST_HEAD_MAX * 2];
	size_t n = (size_t)sprintf(text, "GET /"), left;

	memset(text + n, 'a', REQUEST_URL_MAX);
	assert_bad(text, n + REQUEST_URL_MAX, 414);
	strcpy(text + 4 + REQUEST_URL_MAX, " HTTP/1.1\r\n\r\n");
	assert_int_equal(feed(text, strlen(text), 1000, &left), REQUEST_COMPLETE);

	n = (size_t)sprintf(text, "GET / HTTP/1.1\r\nX: ");
	memset(text + n, 'a', REQUEST_HEAD_MAX);
	assert_bad(text, n + REQUEST_HEAD_MAX, 431);

	n = (size_t)sprintf(text, "GET / HTTP/1.1\r\nHost: ");
	memset(text + n, 'h', 2000);
	strcpy(text + n + 2000, "\r\n\r\n");
	assert_int_equal(feed(text, strlen(text), 7, &left), REQUEST_COMPLETE);
	assert_int_equal(request->host.len, REQUEST_VALUE_MAX);

	n = (size_t)sprintf(text, "PUT / HTTP/1.1\r\nContent-Length: %llu\r\n\r\n",
			    REQUEST_BODY_MAX + 1);
	assert_bad(text, n, 413);
}

static void test_continue(void **state)
{
	static const char text[] = "PUT / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n";
	size_t left, taken;

	assert_int_equal(feed(text, sizeof(text) - 1, 1000, &left), REQUEST_CONTINUE);
	assert_int_equal(request_feed(request, "a", 1, &taken), REQUEST_MORE);
	assert_int_equal(request_feed(request, "bGET", 4, &taken), REQUEST_COMPLETE);
	assert_int_equal(taken, 1);
}

static void test_response_head(void **state)
{
	struct response response = { .status = 200, .content_type = "text/plain", .length = 57 };
	char head[RESPONSE_HEAD_MAX], type[RESPONSE_HEAD_MAX];
	size_t n = response_head(head, &response);
	static const char expected[] =
		"HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
		"Content-Type: text/plain\r\nContent-Length: 57\r\n\r\n";

	assert_int_equal(n, sizeof(expected) - 1);
	assert_memory_equal(head, expected, n);
	response.status = 204;
	n = response_head(head, &response);
	assert_null(memmem(head, n, "Content-", 8));
	response.status = 200;
	memset(type, 'x', sizeof(type) - 1);
	type[sizeof(type) - 1] = '\0';
	response.content_type = type;
	assert_int_equal(response_head(head, &response), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_get, teardown),
		cmocka_unit_test_teardown(test_body_is_counted, teardown),
		cmocka_unit_test_teardown(test_keep_alive, teardown),
		cmocka_unit_test_teardown(test_garbage, teardown),
		cmocka_unit_test_teardown(test_caps, teardown),
		cmocka_unit_test_teardown(test_continue, teardown),
		cmocka_unit_test(test_response_head),
	};

	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
