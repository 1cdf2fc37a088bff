// SPDX-License-Identifier: GPL-2.0-only
/* IRC: messages taken apart, and a client's way in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "../tests/stage.h"
#include "irc.h"

extern const struct service irc_service;

static struct labconf_server conf = { .service = { .hostname = (char *)"h" } };

static void test_messages(void **state)
{
	static const struct {
		const char *line, *parts;	/* NULL: none */
	} cases[] = {
		{ "PING", "|PING" },
		{ "PRIVMSG #x :a b", "|PRIVMSG|#x|a b" },
		{ ":a!b@c  NICK  d ", "a!b@c|NICK|d" },
		{ "USER a b c :", "|USER|a|b|c|" },
		{ "A 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16", "|A|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15 16" },
		{ "", NULL },
		{ ":", NULL },
		{ "   ", NULL },
	};
	struct irc_message message;
	char text[256];
	unsigned int n;
	size_t i;
	int len;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool right = irc_parse((const uint8_t *)cases[i].line, strlen(cases[i].line), &message);

		assert_int_equal(right, cases[i].parts != NULL);
		if (!right)
			continue;
		len = sprintf(text, "%.*s|%.*s", (int)message.prefix.len, message.prefix.text,
			      (int)message.command.len, message.command.text);
		for (n = 0; n < message.count; n++)
			len += sprintf(text + len, "|%.*s", (int)message.params[n].len,
				       message.params[n].text);
		assert_string_equal(text, cases[i].parts);
	}
}

static void test_a_client(void **state)
{
	static const char said[] =
		":h 451 * :You have not registered\r\n"
		":h 001 n :Welcome to the Internet Relay Network n!u@host\r\n"
		":h 002 n :Your host is h, running version u2.10.12\r\n"
		":h 003 n :This server was created Sat Mar 2 2013\r\n"
		":h 004 n h u2.10.12 dioswkg biklmnopstv\r\n"
		":h 422 n :MOTD File is missing\r\n"
		":n!u@host JOIN :#x\r\n:h 353 n = #x :n @root\r\n:h 366 n #x :End of /NAMES list.\r\n"
		":h PONG h :1\r\n"
		":h 324 n #x +nt\r\n"
		":h 221 n +i\r\n"
		":n!u@host PART #x\r\n"
		":h 421 n WHAT :Unknown command\r\n"
		"ERROR :Closing Link: n\r\n";
	static const char text[] = "JOIN #x\nNICK n\x01\x02\nUSER u\nJOIN #x\nJOIN #x\nPING 1\nMODE #x\n"
		"MODE n\nPART #x\nWHAT\nQUIT\nNICK z\n";
	struct stage stage;

	stage_begin(&stage, &irc_service, &conf, NULL);
	talk_open(&stage.talk);
	talk_receive(&stage.talk, (const uint8_t *)text, sizeof(text) - 1);
	bytes_put_byte(&stage.out, '\0');
	assert_string_equal((char *)stage.out.data, said);
	assert_string_equal(stage.finished, "quit");
	stage_end(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_a_client),
	};

	return cmocka_run_group_tests_name("irc", tests, NULL, NULL);
}
