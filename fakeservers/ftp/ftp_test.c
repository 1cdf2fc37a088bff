// SPDX-License-Identifier: GPL-2.0-only
/* FTP: addresses of active transfers, and transfers whose parts come in any order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "../tests/stage.h"
#include "ftp.h"

extern const struct service ftp_service;

static struct labconf_server conf = {
	.logins = { .any = true },
	.service = { .hostname = (char *)"server" },
};

static void test_addresses(void **state)
{
	static const struct {
		const char *text, *addr;	/* NULL: refused */
		bool extended;
		uint16_t port;
	} cases[] = {
		{ "192,168,1,100,4,1", "192.168.1.100", false, 1025 },
		{ "192,168,1,100,4", NULL, false, 0 },
		{ "192,168,1,256,4,1", NULL, false, 0 },
		{ "192,168,1,100,4,1 ", NULL, false, 0 },
		{ "", NULL, false, 0 },
		{ "|1|192.168.1.100|1025|", "192.168.1.100", true, 1025 },
		{ "|2|2001:db8::1|1025|", "2001:db8::1", true, 1025 },
		{ "!1!1.2.3.4!21!", "1.2.3.4", true, 21 },
		{ "|2|192.168.1.100|1025|", NULL, true, 0 },
		{ "|1|192.168.1.100|65536|", NULL, true, 0 },
		{ "|1|192.168.1.100|1|x", NULL, true, 0 },
		{ "|1|192.168.1.100", NULL, true, 0 },
		{ "|", NULL, true, 0 },
		{ "", NULL, true, 0 },
	};
	char text[ADDR_TEXT_MAX];
	struct in6_addr addr;
	uint16_t port;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const uint8_t *bytes = (const uint8_t *)cases[i].text;
		bool right = (cases[i].extended ? ftp_parse_eprt : ftp_parse_port)
			(bytes, strlen(cases[i].text), &addr, &port);

		assert_int_equal(right, cases[i].addr != NULL);
		if (!right)
			continue;
		assert_string_equal(addr_text(&addr, text), cases[i].addr);
		assert_int_equal(port, cases[i].port);
	}
}

static struct stage stage;

static void say(const char *text)
{
	talk_receive(&stage.talk, (const uint8_t *)text, strlen(text));
}

static bool said(const char *text)
{
	bool found = memmem(stage.out.data, stage.out.len, text, strlen(text));

	bytes_reset(&stage.out);
	return found;
}

static const char *uploaded(void)
{
	json_t *event;
	size_t i;

	json_array_foreach(stage.events, i, event)
		if (strcmp(json_string_value(json_array_get(event, 0)), "fileinfo") == 0)
			return json_string_value(json_object_get(json_array_get(event, 1), "filename"));
	return NULL;
}

static void test_orders(void **state)
{
	struct store *store = store_open(NULL, "nobody");
	unsigned int order;

	/* the connection comes before or after the command, its end before or after the reply */
	for (order = 0; order < 3; order++) {
		stage_begin(&stage, &ftp_service, &conf, store);
		talk_open(&stage.talk);
		say("USER a\r\nPASS b\r\nSTOR x\r\n");
		assert_true(said("425 Use PORT or PASV first."));
		say("CWD /up/\r\nPASV\r\n");
		assert_true(said("227 Entering Passive Mode (11,22,44,55,117,48)."));
		if (order)
			say("STOR x\r\n");
		stage.data = true;
		ftp_service.data_open(&stage.talk);
		ftp_service.data_input(&stage.talk, (const uint8_t *)"abc", 3);
		if (order == 1)
			assert_true(said("150 Ok to send data."));
		stage.data = false;
		ftp_service.data_end(&stage.talk);
		if (!order) {
			assert_null(uploaded());
			say("STOR x\r\n");
		}
		assert_true(said("226 Transfer complete."));
		assert_string_equal(uploaded(), "/up/x");
		say("RETR y\r\n");
		assert_true(said("550 "));
		say("PORT 1,2,3,4,5,6\r\nLIST\r\n");
		assert_true(said("425 Failed to establish connection."));
		stage_end(&stage);
	}
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_orders),
	};

	return cmocka_run_group_tests_name("ftp", tests, NULL, NULL);
}
