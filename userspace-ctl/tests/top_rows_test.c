// SPDX-License-Identifier: GPL-2.0-only
/* What sinkctl top shows: rates of two looks, order, groups, numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "top_rows.h"

static void add(struct top_rows *top, uint64_t id, uint8_t dest, uint16_t port, uint64_t packets,
		uint64_t start)
{
	struct ipc_flow flow = {
		.id = id, .protocol = 17, .dest_l4 = port, .orig_packets = packets,
		.orig_bytes = 100 * packets, .start = start,
	};

	flow.dest_addr.s6_addr[15] = dest;
	assert_int_equal(top_add(top, &flow), 0);
}

static void test_rates(void **state)
{
	struct top_rows top = { 0 };

	(void)state;
	top_begin(&top, 10000);
	add(&top, 7, 1, 80, 1000, 5000);
	add(&top, 3, 2, 80, 40, 8000);
	top_end(&top, TOP_PACKETS, false);
	/* new ones: since they began */
	assert_int_equal(top.order[0]->id, 7);
	assert_true(top.order[0]->packet_rate == 200);
	assert_true(top.order[1]->packet_rate == 20);
	top_begin(&top, 12000);
	add(&top, 3, 2, 80, 1040, 8000);
	add(&top, 7, 1, 80, 1002, 5000);
	top_end(&top, TOP_PACKETS, false);
	assert_int_equal(top.order[0]->id, 3);
	assert_true(top.order[0]->packet_rate == 500);
	assert_true(top.order[0]->bit_rate == 400000);
	assert_true(top.order[1]->packet_rate == 1);
	/* the same look in another order has the same rates */
	top_end(&top, TOP_TOTAL, true);
	assert_int_equal(top.order[0]->id, 7);
	assert_true(top.order[0]->packet_rate == 1);
	top_end(&top, TOP_AGE, false);
	assert_int_equal(top.order[0]->id, 7);
	top_end(&top, TOP_DESTINATION, false);
	assert_int_equal(top.order[0]->dest_addr.s6_addr[15], 1);
	top_free(&top);
}

static void test_groups(void **state)
{
	struct top_rows top = { .grouped = true };

	(void)state;
	for (int look = 0; look < 2; look++) {
		top_begin(&top, 10000 + 1000 * look);
		for (int i = 0; i < 600; i++)
			add(&top, 1000 - i, i % 3, 53, 10 + look, 9000);
		top_end(&top, TOP_PACKETS, false);
	}
	assert_int_equal(top.count, 3);
	assert_int_equal(top.order[0]->flows, 200);
	assert_int_equal(top.order[0]->packets, 2200);
	assert_true(top.order[0]->packet_rate == 200);
	/* flows that ended are no negative rate */
	top_begin(&top, 13000);
	add(&top, 1, 0, 53, 5, 9000);
	top_end(&top, TOP_PACKETS, false);
	assert_true(top.order[0]->packet_rate == 0);
	top_begin(&top, 14000);
	top_end(&top, TOP_PACKETS, false);
	assert_int_equal(top.count, 0);
	top_free(&top);
}

static void test_numbers(void **state)
{
	static const struct {
		double number;
		const char *text;
	} cases[] = {
		{ 0, "0" }, { 7.4, "7" }, { 999, "999" }, { 999.7, "1.0k" }, { 1000, "1.0k" },
		{ 12345, "12.3k" }, { 99960, "100k" }, { 123456, "123k" }, { 999999, "1.0M" },
		{ 8.4e9, "8.4G" }, { 1e19, "10.0E" },
	};
	char room[16];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(top_number(cases[i].number, room), cases[i].text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests_name("top", tests, NULL, NULL);
}
