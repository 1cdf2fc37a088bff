// SPDX-License-Identifier: GPL-2.0-only
/* Scripts as bots play them: time, keep-alives, patterns; Mirai and Tsunami. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "../tests/stage.h"
#include "describe.h"

extern const struct service mirai_service, tsunami_service;

static struct labconf_target target = { .prefix = 32 };

#define MIRAI(...) { .vector = { (char *)"udp", 1 }, .duration = 5, .targets = &target,	\
		     .target_count = 1, __VA_ARGS__ }

static struct stage stage;

static void begin(const struct service *service, struct labconf_server *conf)
{
	static const struct labconf lab = { .path = (char *)"lab.conf" };

	conf->service.hostname = (char *)"irc.test";
	stage_begin(&stage, service, conf, NULL);
	stage.talk.shared = service->prepare(&lab, conf);
	assert_non_null(stage.talk.shared);
	talk_open(&stage.talk);
}

static void say(const void *bytes, size_t len)
{
	talk_receive(&stage.talk, bytes, len);
}

static void end(void)
{
	void *shared = stage.talk.shared;
	const struct service *service = stage.talk.service;

	stage_end(&stage);
	service->release(shared);
}

static unsigned int told(const char *kind)
{
	unsigned int count = 0;
	json_t *event;
	size_t i;

	json_array_foreach(stage.events, i, event)
		count += strcmp(json_string_value(json_object_get(json_array_get(event, 1), "kind")),
				kind) == 0;
	return count;
}

static void test_conditions(void **state)
{
	struct labconf_command commands[] = {
		MIRAI(.bot = (char *)"arm*"),		/* not for this one */
		MIRAI(.keepalive = 2),
		MIRAI(.after = 1.5, .bot = (char *)"mips*"),
		MIRAI(.keepalive = 3, .after = 2),
	};
	struct labconf_server conf = {
		.cnc = { .family = (char *)"mirai", .commands = commands, .command_count = 4 },
	};
	unsigned int i;

	begin(&mirai_service, &conf);
	say("\0\0\0\1\6mips.x\0\0", 13);
	assert_int_equal(told("register"), 1);
	assert_int_equal(told("command"), 0);
	say("\0\0", 2);				/* the second keep-alive */
	assert_int_equal(told("command"), 1);
	assert_true(stage.timer == 1.5);
	/* keep-alives do not put the time off */
	stage.timer = 0;
	say("\0\0", 2);
	assert_true(stage.timer == 0);
	mirai_service.timer(&stage.talk);
	assert_int_equal(told("command"), 2);
	assert_true(stage.timer == 2);
	mirai_service.timer(&stage.talk);
	assert_int_equal(told("command"), 3);
	assert_int_equal(stage.out.len, 3 * 2 + 3 * 14);
	for (i = 0; i < 10; i++)
		say("\0\0", 2);
	assert_int_equal(told("command"), 3);
	end();
}

/* The carrier sends nothing where the guest is not contained: no command is told either. */
static void test_not_contained(void **state)
{
	struct labconf_command commands[] = { MIRAI() };
	struct labconf_command messages[] = { { .message = (char *)"!* UDP 1.2.3.4 80 5" } };
	struct labconf_server mirai = {
		.cnc = { .family = (char *)"mirai", .commands = commands, .command_count = 1 },
	};
	struct labconf_server tsunami = {
		.cnc = { .family = (char *)"tsunami", .commands = messages, .command_count = 1 },
	};

	assert_true(mirai_service.guarded && tsunami_service.guarded);
	begin(&mirai_service, &mirai);
	stage.refuses = true;
	say("\0\0\0\1\0\0\0", 7);
	assert_int_equal(told("command"), 0);
	assert_int_equal(stage.out.len, 0);
	end();
	begin(&tsunami_service, &tsunami);
	stage.refuses = true;
	say("NICK a\nUSER a\nJOIN #x\n", 22);
	assert_int_equal(told("command"), 0);
	end();
}

static bool has(const char *text)
{
	return memmem(stage.out.data, stage.out.len, text, strlen(text));
}

static void test_tsunami(void **state)
{
	struct labconf_command commands[] = {
		{ .message = (char *)"!* UDP 1.2.3.4 80 5" },
		{ .message = (char *)"!bot* SH id", .to = (char *)"bot1", .after = 1 },
	};
	struct labconf_server conf = {
		.cnc = {
			.family = (char *)"tsunami", .channel = (char *)"#bots",
			.channel_key = (char *)"k", .commands = commands, .command_count = 2,
		},
	};

	begin(&tsunami_service, &conf);
#define SAY(text) say(text, strlen(text))
	SAY("USER a 0 * :b\r\nNICK bot1\r\n");
	assert_true(has(":irc.test 001 bot1 :Welcome"));
	assert_int_equal(told("register"), 1);
	SAY("JOIN #other\r\nJOIN #bots wrong\r\n");
	assert_true(has(" 475 bot1 #bots "));
	assert_int_equal(told("command"), 0);
	SAY("JOIN #bots k\r\n");
	assert_true(has(":root!root@irc.test PRIVMSG #bots :!* UDP 1.2.3.4 80 5\r\n"));
	assert_int_equal(told("command"), 1);
	assert_false(has("SH id"));
	assert_true(stage.timer == 1);
	tsunami_service.timer(&stage.talk);
	assert_true(has("PRIVMSG bot1 :!bot* SH id\r\n"));
	tsunami_service.timer(&stage.talk);
	assert_true(has("PING :irc.test\r\n"));
	SAY("PONG :irc.test\r\n");
	assert_int_equal(told("keepalive"), 1);
	SAY("PRIVMSG #bots :done\r\n");
	assert_int_equal(told("message"), 1);
	end();
}

static void test_tsunami_in_words(void **state)
{
	static const struct {
		const char *message, *described;
	} cases[] = {
		{ "!* UDP 1.2.3.4 80 5", "{\"message\":\"!* UDP 1.2.3.4 80 5\",\"vector_name\":\"udp\","
		  "\"targets\":[\"1.2.3.4\"],\"options\":{\"dport\":\"80\"},\"duration\":5}" },
		{ "!bot TSUNAMI 1.2.3.4 60", "{\"message\":\"!bot TSUNAMI 1.2.3.4 60\",\"vector_name\":"
		  "\"tsunami\",\"targets\":[\"1.2.3.4\"],\"duration\":60}" },
		{ "!* PAN", "{\"message\":\"!* PAN\",\"vector_name\":\"syn\"}" },
		{ "!* SH id", "{\"message\":\"!* SH id\"}" },
		{ "!", "{\"message\":\"!\"}" },
		{ "hello", "{\"message\":\"hello\"}" },
	};
	json_t *object;
	char *text;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		object = describe_tsunami(cases[i].message);
		text = json_dumps(object, JSON_COMPACT);
		assert_string_equal(text, cases[i].described);
		free(text);
		json_decref(object);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_not_contained),
		cmocka_unit_test(test_tsunami),
		cmocka_unit_test(test_tsunami_in_words),
	};

	return cmocka_run_group_tests_name("bots", tests, NULL, NULL);
}
