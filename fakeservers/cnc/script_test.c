// SPDX-License-Identifier: GPL-2.0-only
/* From lab.conf's words to bytes, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "mirai.h"
#include "script.h"

static struct labconf_target targets[MIRAI_TARGETS_MAX];
static struct labconf_option options[2];

static struct labconf_command command(const char *vector, size_t target_count, size_t option_count)
{
	return (struct labconf_command){
		.after = 0.5,
		.vector = { .text = (char *)vector, .line = 7 },
		.duration = 5,
		.targets = targets,
		.target_count = target_count,
		.options = options,
		.option_count = option_count,
		.line = 9,
	};
}

static int setup(void **state)
{
	memset(targets, 0, sizeof(targets));
	inet_pton(AF_INET, "1.2.3.4", &targets[0].address);
	targets[0].prefix = 32;
	options[0] = (struct labconf_option){ .key = "sport", .value = "65084", .line = 8 };
	options[1] = (struct labconf_option){ .key = "200", .value = "own", .line = 8 };
	return 0;
}

static void test_commands_are_encoded(void **state)
{
	static const uint8_t first[] = { 0, 14, 0, 0, 0, 5, 0, 1, 1, 2, 3, 4, 32, 0 };
	static const uint8_t second[] = {
		0, 26, 0, 0, 0, 5, 77, 1, 1, 2, 3, 4, 32, 2,
		6, 5, '6', '5', '0', '8', '4', 200, 3, 'o', 'w', 'n',
	};
	struct labconf_command commands[] = { command("udp", 1, 0), command("77", 1, 2) };
	struct labconf_cnc conf = { .commands = commands, .command_count = 2 };
	struct script_error error;
	struct script *script = script_new(&conf, &error);

	assert_non_null(script);
	assert_int_equal(script->count, 2);
	assert_int_equal(script->commands[0]->len, sizeof(first));
	assert_memory_equal(script->commands[0]->bytes, first, sizeof(first));
	assert_int_equal(script->commands[1]->len, sizeof(second));
	assert_memory_equal(script->commands[1]->bytes, second, sizeof(second));
	assert_int_equal(script->commands[1]->vector, 77);
	assert_true(script->commands[0]->after == 0.5);
	script_free(script);
}

static void test_no_command(void **state)
{
	struct labconf_cnc conf = {};
	struct script_error error;
	struct script *script = script_new(&conf, &error);

	assert_non_null(script);
	assert_int_equal(script->count, 0);
	script_free(script);
}

static void refused(struct labconf_command bad, unsigned int line, const char *text)
{
	struct labconf_command commands[] = { command("udp", 1, 0), bad };
	struct labconf_cnc conf = { .commands = commands, .command_count = 2 };
	struct script_error error;

	assert_null(script_new(&conf, &error));
	assert_int_equal(error.line, line);
	if (!strstr(error.text, text))
		fail_msg("no \"%s\" in: %s", text, error.text);
	assert_null(strchr(error.text, '\n'));
}

static void test_refused(void **state)
{
	refused(command("icmp", 1, 0), 7, "unknown vector \"icmp\", expected udp, vse");
	refused(command("256", 1, 0), 7, "unknown vector \"256\"");
	options[0].key = "sprot";
	refused(command("udp", 1, 1), 8, "unknown option \"sprot\", expected len");
	options[0].key = "source";
	refused(command("udp", 1, 1), 8, "option source: \"65084\", expected an IPv4 address");
	options[0].key = "dport";
	options[0].value = "";
	refused(command("udp", 1, 1), 8, "expected 1 to 255 bytes");
	refused(command("udp", MIRAI_TARGETS_MAX, 0), 9, "expected at most 1024 bytes");
	refused(command("udp", MIRAI_TARGETS_MAX + 1, 0), 9, "at most 255");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_commands_are_encoded, setup),
		cmocka_unit_test_setup(test_no_command, setup),
		cmocka_unit_test_setup(test_refused, setup),
	};

	return cmocka_run_group_tests_name("script", tests, NULL, NULL);
}
