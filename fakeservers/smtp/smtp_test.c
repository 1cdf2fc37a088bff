// SPDX-License-Identifier: GPL-2.0-only
/* SMTP: dialogues in any segmentation, dots, AUTH, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "../tests/stage.h"

extern const struct service smtp_service;

static struct labconf_login accepted[] = { { (char *)"a", (char *)"b" } };
static struct labconf_server conf = {
	.logins = { .accept = accepted, .accept_count = 1 },
	.service = { .hostname = (char *)"mx" },
};

/* All of text, so many bytes at a time; what was said must be this. */
static void dialogue(const char *text, size_t len, size_t step, const char *said,
		     const char *events)
{
	struct store *store = store_open(NULL, "nobody");
	struct stage stage;
	size_t at, n, i;
	char told[4096] = "";
	json_t *event;

	stage_begin(&stage, &smtp_service, &conf, store);
	talk_open(&stage.talk);
	for (at = 0; at < len; at += n) {
		n = step < len - at ? step : len - at;
		talk_receive(&stage.talk, (const uint8_t *)text + at, n);
	}
	bytes_put_byte(&stage.out, '\0');
	assert_string_equal((char *)stage.out.data, said);
	smtp_service.ending(&stage.talk);
	json_array_foreach(stage.events, i, event) {
		json_t *object = json_array_get(event, 1);
		const char *sum = json_string_value(json_object_get(object, "sha256"));
		const char *kind = json_string_value(json_object_get(object, "kind"));
		json_t *success = json_object_get(object, "success");

		if (sum)
			sprintf(told + strlen(told), "%.8s:%lld ", sum,
				json_integer_value(json_object_get(object, "size")));
		else if (strcmp(kind, "command") != 0)
			sprintf(told + strlen(told), "%s%s ", kind,
				success ? json_is_true(success) ? "+" : "-" : "");
	}
	assert_string_equal(told, events);
	stage_end(&stage);
	store_close(store);
}

#define DIALOGUE(text, said, events)						\
	for (size_t step_ = 1; step_ <= sizeof(text); step_ += 1 + step_ / 3)	\
		dialogue(text, sizeof(text) - 1, step_, "220 mx ESMTP Postfix\r\n" said, events)

static void test_a_mail(void **state)
{
	/* "a\r\n.b\r\n" is what it is without the dot that was put in front */
	DIALOGUE("HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\na\r\n..b\r\n.\r\nQUIT\r\n",
		 "250 mx\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n"
		 "250 2.0.0 Ok: queued as 5EED000101\r\n221 2.0.0 Bye\r\n", "mail 71ba500d:7 ");
}

static void test_ends_of_a_mail(void **state)
{
	static const char *const ends[] = { "\r\n.\r\n", "\n.\r\n", "\n.\n" };
	char text[128];
	size_t i;

	/* an empty mail; with line feeds alone after a DATA that ended so */
	for (i = 0; i < 3; i++) {
		int len = sprintf(text, "MAIL FROM:a\r\nRCPT TO: c\r\nDATA%s", ends[i]);

		dialogue(text, len, 1, "220 mx ESMTP Postfix\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n"
			 "354 End data with <CR><LF>.<CR><LF>\r\n"
			 "250 2.0.0 Ok: queued as 5EED000101\r\n", "mail e3b0c442:0 ");
	}
	/* a dot within a line, and one before a lone CR, are no end */
	DIALOGUE("MAIL FROM:a\r\nRCPT TO:c\r\nDATA\r\na\n.\n.\r\n\r\n.\r\n",
		 "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n"
		 "250 2.0.0 Ok: queued as 5EED000101\r\n", "mail 48a7b6a1:9 ");
	DIALOGUE("MAIL FROM:a\r\nRCPT TO:c\r\nDATA\r\na.\r\n.\rb\r\n",
		 "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n",
		 "5b9c4a8d:8 ");
}

static void test_auth(void **state)
{
	DIALOGUE("AUTH PLAIN AGEAYg==\r\nAUTH PLAIN\r\nAGEAYw==\r\n",
		 "235 2.7.0 Authentication successful\r\n334 \r\n"
		 "535 5.7.8 Error: authentication failed: authentication failure\r\n", "login+ login- ");
	DIALOGUE("AUTH LOGIN\r\nYQ==\r\nYg==\r\nAUTH LOGIN YQ==\r\n*\r\n",
		 "334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 2.7.0 Authentication successful\r\n"
		 "334 UGFzc3dvcmQ6\r\n501 5.7.0 Authentication aborted\r\n", "login+ ");
	DIALOGUE("AUTH PLAIN =\r\nAUTH PLAIN AGE=\r\nAUTH PLAIN !!!!\r\n",
		 "501 5.5.2 Error: cannot decode response\r\n"
		 "501 5.5.2 Error: cannot decode response\r\n"
		 "501 5.5.2 Error: cannot decode response\r\n", "");
}

static void test_out_of_order(void **state)
{
	DIALOGUE("DATA\r\nMAIL x\r\nRCPT x\r\nWHAT\r\n\r\n",
		 "554 5.5.1 Error: no valid recipients\r\n501 5.5.4 Syntax: MAIL FROM:<address>\r\n"
		 "501 5.5.4 Syntax: RCPT TO:<address>\r\n502 5.5.2 Error: command not recognized\r\n"
		 "502 5.5.2 Error: command not recognized\r\n", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_mail),
		cmocka_unit_test(test_ends_of_a_mail),
		cmocka_unit_test(test_auth),
		cmocka_unit_test(test_out_of_order),
	};

	return cmocka_run_group_tests_name("smtp", tests, NULL, NULL);
}
