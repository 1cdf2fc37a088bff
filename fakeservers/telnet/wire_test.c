// SPDX-License-Identifier: GPL-2.0-only
/* Whole telnet dialogues: the bytes both ways, and what was noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "device.h"
#include "session.h"
#include "wire.h"

#define OFFERS	"\xff\xfb\x01\xff\xfb\x03\xff\xfd\x1f"	/* WILL ECHO, WILL SGA, DO NAWS */
#define GREETING "\r\n\r\n" DEVICE_BUSYBOX " built-in shell (ash)\r\n" \
		 "Enter 'help' for a list of built-in commands.\r\n\r\n# "

struct talk {
	struct wire *wire;
	struct bytes sent;		/* to the guest */
	struct bytes events;		/* as words */
	unsigned int ends;
};

static void on_send(void *data, const uint8_t *bytes, size_t len)
{
	struct talk *talk = data;

	bytes_put(&talk->sent, bytes, len);
}

static void on_login(void *data, const struct login *login)
{
	struct talk *talk = data;

	assert_int_equal(talk->ends, 0);
	bytes_printf(&talk->events, "%u:", login->attempt);
	bytes_put(&talk->events, login->username, login->username_len);
	bytes_put_byte(&talk->events, '/');
	bytes_put(&talk->events, login->password, login->password_len);
	bytes_put_text(&talk->events, login->cut ? " cut" : "");
	bytes_put_text(&talk->events, login->success ? " in;" : " out;");
}

static void on_command(void *data, const uint8_t *line, size_t len, bool cut)
{
	struct talk *talk = data;

	assert_int_equal(talk->ends, 0);
	bytes_put_byte(&talk->events, '[');
	for (; len; line++, len--)
		bytes_put_byte(&talk->events, *line ? *line : '~');
	bytes_put_text(&talk->events, cut ? "]cut;" : "];");
}

static void on_end(void *data, const char *why)
{
	struct talk *talk = data;

	talk->ends++;
	bytes_printf(&talk->events, "end %s", why);
}

static const struct wire_ops ops = {
	.send = on_send,
	.login = on_login,
	.command = on_command,
	.end = on_end,
};

static struct labconf_login accepted[] = { { "root", "1234" }, { "admin", NULL } };

static struct labconf_server conf = {
	.telnet = {
		.banner = "",
		.login_prompt = "login: ",
		.password_prompt = "Password: ",
		.shell_prompt = "# ",
		.hostname = "device",
	},
	.logins = { .accept = accepted, .accept_count = 2 },
};

static void talk_start(struct talk *talk, const struct labconf_server *with)
{
	memset(talk, 0, sizeof(*talk));
	talk->sent.max = 1 << 24;
	talk->events.max = 1 << 24;
	talk->wire = wire_new(with, &ops, talk, NULL);
	assert_non_null(talk->wire);
	wire_start(talk->wire);
}

static void talk_end(struct talk *talk)
{
	wire_free(talk->wire);
	bytes_free(&talk->sent);
	bytes_free(&talk->events);
}

static void say(struct talk *talk, const char *text)
{
	wire_receive(talk->wire, (const uint8_t *)text, strlen(text));
}

static const char *text_of(struct bytes *bytes)
{
	size_t len = bytes->len;

	bytes_put_byte(bytes, '\0');
	bytes->len = len;
	return (const char *)bytes->data;
}

#define expect_sent(talk, expected) \
	do { \
		assert_string_equal(text_of(&(talk)->sent), expected); \
		(talk)->sent.len = 0; \
	} while (0)
#define expect_events(talk, expected) \
	assert_string_equal(text_of(&(talk)->events), expected)

static void test_login_and_mirai(void **state)
{
	struct talk t;

	talk_start(&t, &conf);
	expect_sent(&t, OFFERS "login: ");
	say(&t, "root\r\n");
	expect_sent(&t, "root\r\nPassword: ");
	say(&t, "vizxv\r\n");
	expect_sent(&t, "\r\nLogin incorrect\r\nlogin: ");
	say(&t, "root\r\n1234\r\n");
	expect_sent(&t, "root\r\nPassword: \r\n" GREETING);
	say(&t, "enable\r\n");
	expect_sent(&t, "enable\r\nsh: enable: not found\r\n# ");
	say(&t, "system\r\n");
	say(&t, "shell\r\n");
	t.sent.len = 0;
	say(&t, "sh\r\n");
	expect_sent(&t, "sh\r\n" GREETING);
	/* the talk's: 19 bytes with the NUL, then CR LF */
	wire_receive(t.wire, (const uint8_t *)"/bin/busybox MIRAI\0\r\n", 21);
	expect_sent(&t, "/bin/busybox MIRAI\r\nMIRAI: applet not found\r\n# ");
	say(&t, "exit\r\n");
	say(&t, "exit\r\nexit\r\n");
	expect_events(&t, "1:root/vizxv out;2:root/1234 in;[enable];[system];[shell];[sh];"
		      "[/bin/busybox MIRAI~];[exit];[exit];end exit");
	assert_int_equal(t.ends, 1);
	talk_end(&t);
}

/* A byte at a time, or all at once: the guest sees the same. */
static void test_any_segmentation(void **state)
{
	static const uint8_t said[] =
		"\xff\xfd\x01\xff\xfd\x03\xff\xfb\x1f\xff\xfa\x1f\0\x50\0\x18\xff\xf0"
		"admin\r\0x\nenable\necho a\r\n\xff\xff\xff\xf1/bin/busybox X\0\r\n";
	struct talk whole, bytes;
	size_t i;

	talk_start(&whole, &conf);
	wire_receive(whole.wire, said, sizeof(said) - 1);
	expect_events(&whole, "1:admin/x in;[enable];[echo a];[\xff/bin/busybox X~];");
	assert_non_null(strstr(text_of(&whole.sent), "\xff\xff/bin/busybox X\r\n"
			       "sh: \xff\xff/bin/busybox: not found\r\n# "));
	talk_start(&bytes, &conf);
	for (i = 0; i < sizeof(said) - 1; i++)
		wire_receive(bytes.wire, said + i, 1);
	assert_int_equal(whole.sent.len, bytes.sent.len);
	assert_memory_equal(whole.sent.data, bytes.sent.data, whole.sent.len);
	assert_string_equal(text_of(&whole.events), text_of(&bytes.events));
	talk_end(&whole);
	talk_end(&bytes);
}

static void test_negotiation(void **state)
{
	struct talk t;

	talk_start(&t, &conf);
	t.sent.len = 0;
	say(&t, "\xff\xfd\x01\xff\xfd\x03");		/* DO ECHO, DO SGA: agreed already */
	say(&t, "\xff\xfb\x1f\xff\xfa\x1f\x01\x50\x01\x18\xff\xf0");	/* WILL NAWS */
	expect_sent(&t, "");
	say(&t, "\xff\xfb\x18");			/* WILL TTYPE: DO */
	expect_sent(&t, "\xff\xfd\x18");
	say(&t, "\xff\xfb\x27\xff\xfd\x05");		/* WILL NEW-ENVIRON, DO STATUS: no */
	expect_sent(&t, "\xff\xfe\x27\xff\xfc\x05");
	say(&t, "\xff\xfe\x01");			/* DONT ECHO: then we do not */
	t.sent.len = 0;
	say(&t, "admin\r\nsecret\r\n");
	expect_sent(&t, "Password: \r\n" GREETING);
	say(&t, "echo a\r\n");
	expect_sent(&t, "a\r\n# ");
	say(&t, "\xff\xfd\x01");
	t.sent.len = 0;
	say(&t, "echo a\r\n");
	expect_sent(&t, "echo a\r\na\r\n# ");
	talk_end(&t);
}

static void test_attempts(void **state)
{
	struct labconf_server other = conf;
	struct talk t;

	talk_start(&t, &conf);
	say(&t, "a\rb\r\na\r\nb\r\na\nb\nc\nd\n");
	expect_events(&t, "1:a/b out;2:a/b out;3:a/b out;end login-incorrect");
	talk_end(&t);

	/* with nobody accepted, the n-th attempt may be, also beyond the third */
	other.logins.accept_count = 0;
	other.logins.accept_attempt = 5;
	talk_start(&t, &other);
	say(&t, "a\n1\na\n2\na\n3\na\n4\na\n\n");
	expect_events(&t, "1:a/1 out;2:a/2 out;3:a/3 out;4:a/4 out;5:a/ in;");
	talk_end(&t);

	other.logins.accept_attempt = 0;
	talk_start(&t, &other);
	say(&t, "root\r\n1234\r\n\r\n\r\n");
	expect_events(&t, "1:root/1234 out;");
	say(&t, "\n\n\n\n\n\n\n\n\n\n\n");
	expect_events(&t, "1:root/1234 out;end empty-logins");
	talk_end(&t);
}

static void test_editing(void **state)
{
	struct talk t;

	talk_start(&t, &conf);
	t.sent.len = 0;
	say(&t, "\x7f" "adx\bmin\nx\bsec\n");
	expect_events(&t, "1:admin/sec in;");
	t.sent.len = 0;
	say(&t, "ab\x15" "echo c\n");
	expect_sent(&t, "ab\b \b\b \becho c\r\nc\r\n# ");
	say(&t, "half\x03");
	expect_sent(&t, "half^C\r\n# ");
	say(&t, "sh\n");
	t.sent.len = 0;
	say(&t, "x\x04\x7f\x04");
	expect_sent(&t, "x\b \b\r\n# ");
	say(&t, "\x04more");
	expect_events(&t, "1:admin/sec in;[echo c];[sh];end exit");
	talk_end(&t);
}

static void test_long_lines(void **state)
{
	static char line[3 * SESSION_LINE_MAX];
	struct talk t;

	memset(line, 'x', sizeof(line) - 1);
	talk_start(&t, &conf);
	say(&t, "admin\n");
	say(&t, line);
	say(&t, "\nroot\n1234\n");
	say(&t, line);
	t.events.len = 0;
	say(&t, "\n");
	assert_int_equal(t.events.len, 1 + SESSION_LINE_MAX + 5);
	assert_memory_equal(t.events.data + 1 + SESSION_LINE_MAX, "]cut;", 5);
	t.events.len = 0;
	say(&t, "echo a\n");
	expect_events(&t, "[echo a];");
	talk_end(&t);
}

/* A password that was cut is not the one that was sent. */
static void test_cut_password_is_wrong(void **state)
{
	static char line[SESSION_LOGIN_MAX + 2];
	struct talk t;

	memset(line, 'x', sizeof(line) - 1);
	talk_start(&t, &conf);
	say(&t, "admin\n");
	say(&t, line);
	say(&t, "\n");
	assert_non_null(strstr(text_of(&t.events), " cut out;"));
	talk_end(&t);
}

/* Commands that print much, many at once: what is sent in one go is bounded. */
static void test_output_is_bounded(void **state)
{
	struct talk t;
	unsigned int i;
	char *many = malloc(3 * 20000 + 1);

	assert_non_null(many);
	for (i = 0; i < 20000; i++)
		memcpy(many + 3 * i, "ps\n", 3);
	many[3 * 20000] = '\0';
	talk_start(&t, &conf);
	say(&t, "admin\n\n");
	t.sent.len = 0;
	say(&t, many);
	assert_int_equal(t.sent.len, WIRE_OUTPUT_MAX);
	t.sent.len = 0;
	say(&t, "echo alive\n");
	expect_sent(&t, "echo alive\r\nalive\r\n# ");
	talk_end(&t);
	free(many);
}

/* Compression that nobody asked for, subnegotiations without end, all IAC. */
static void test_hostile_telnet(void **state)
{
	static uint8_t junk[65536];
	struct talk t;
	unsigned int i;

	talk_start(&t, &conf);
	say(&t, "\xff\xfa\x56\xff\xf0\x78\x9c");
	expect_events(&t, "end compression");
	say(&t, "root\n");
	assert_int_equal(t.ends, 1);
	talk_end(&t);

	memset(junk, 'A', sizeof(junk));
	talk_start(&t, &conf);
	say(&t, "\xff\xfa\x18");
	for (i = 0; i < 64; i++)
		wire_receive(t.wire, junk, sizeof(junk));
	/* given up as a subnegotiation, it is text: erase that */
	say(&t, "\xff\xf0\x15");
	t.sent.len = 0;
	say(&t, "admin\n");
	expect_sent(&t, "admin\r\nPassword: ");
	talk_end(&t);

	memset(junk, 0xff, sizeof(junk));
	talk_start(&t, &conf);
	for (i = 0; i < 16; i++)
		wire_receive(t.wire, junk, sizeof(junk));
	talk_end(&t);
}

/* The same noise every time: every byte value, in no order. */
static void test_noise(void **state)
{
	struct talk t;
	uint8_t noise[1024];
	uint32_t x = 1;
	unsigned int i, round;

	for (round = 0; round < 200; round++) {
		talk_start(&t, &conf);
		if (round % 2)
			say(&t, "admin\n\n");
		for (i = 0; i < sizeof(noise); i++) {
			x = x * 1664525 + 1013904223;
			noise[i] = x >> 24;
		}
		wire_receive(t.wire, noise, sizeof(noise));
		assert_true(t.ends <= 1);
		talk_end(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_login_and_mirai),
		cmocka_unit_test(test_any_segmentation),
		cmocka_unit_test(test_negotiation),
		cmocka_unit_test(test_attempts),
		cmocka_unit_test(test_editing),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_cut_password_is_wrong),
		cmocka_unit_test(test_output_is_bounded),
		cmocka_unit_test(test_hostile_telnet),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
