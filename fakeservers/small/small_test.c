// SPDX-License-Identifier: GPL-2.0-only
/* UDP answers are bounded; the time is the guests'. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "../tests/stage.h"

extern const struct service echo_service, discard_service, daytime_service, time_service,
	chargen_service;

static struct labconf_server conf;

static void test_answers_are_bounded(void **state)
{
	static const struct service *const services[] = {
		&echo_service, &discard_service, &daytime_service, &time_service, &chargen_service,
	};
	static const size_t extra[] = { 0, 0, 32, 4, 0 };
	static uint8_t bytes[2000];
	struct stage stage;
	size_t i, len;

	for (i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		for (len = 0; len < sizeof(bytes); len += 1 + len / 2) {
			stage_begin(&stage, services[i], &conf, NULL);
			talk_datagram(&stage.talk, bytes, len);
			assert_true(stage.out.len <= (len > extra[i] ? len : extra[i]));
			stage_end(&stage);
		}
	}
}

/* 2004-02-29 12:00:00 */
#define THEN	1078056000

static void test_the_time_is_the_guests(void **state)
{
	struct stage stage;
	struct timespec now;
	uint32_t seconds;

	stage_begin(&stage, &time_service, &conf, NULL);
	clock_gettime(CLOCK_REALTIME, &now);
	stage.talk.clock_offset = THEN - now.tv_sec;
	talk_open(&stage.talk);
	assert_int_equal(stage.out.len, 4);
	memcpy(&seconds, stage.out.data, 4);
	assert_in_range(ntohl(seconds) - 2208988800u, THEN, THEN + 60);
	stage_end(&stage);

	stage_begin(&stage, &daytime_service, &conf, NULL);
	stage.talk.clock_offset = THEN - now.tv_sec;
	talk_open(&stage.talk);
	assert_memory_equal(stage.out.data, "Sun Feb 29 12:0", 15);
	stage_end(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_are_bounded),
		cmocka_unit_test(test_the_time_is_the_guests),
	};

	return cmocka_run_group_tests_name("small", tests, NULL, NULL);
}
