// SPDX-License-Identifier: GPL-2.0-only
/* The names of ports, and processes that are found again. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lab.h"

static void test_port_names(void **state)
{
	char a[SINKBRIDGE_NAME_LEN], b[SINKBRIDGE_NAME_LEN];

	(void)state;
	lab_port_name("sink0", 's', 1, a);
	assert_string_equal(a, "sink0-s1");
	lab_port_name("sink0", 't', 0, a);
	assert_string_equal(a, "sink0-t0");
	lab_port_name("abcdefghijklmn1", 's', 64, a);
	lab_port_name("abcdefghijklmn2", 's', 64, b);
	assert_string_not_equal(a, b);
	assert_int_equal(strlen(a), SINKBRIDGE_NAME_LEN - 1);
}

static void test_process(void **state)
{
	pid_t pid = fork();
	struct process process = { .pid = pid, .start = 1 };

	(void)state;
	if (!pid) {
		pause();
		_exit(0);
	}
	assert_false(process_alive(pid, 0));
	/* another process of the same number is not ours, and stays */
	assert_false(process_alive(pid, 1));
	process_end(&process, 1, 0.1);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_port_names),
		cmocka_unit_test(test_process),
	};

	return cmocka_run_group_tests_name("lab", tests, NULL, NULL);
}
