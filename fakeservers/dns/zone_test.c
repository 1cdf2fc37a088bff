// SPDX-License-Identifier: GPL-2.0-only
/* Record over pool over answer; a name keeps its address. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zone.h"

#define NAME(text) (const uint8_t *)(text), sizeof(text)

static uint32_t find(struct zone *zone, const uint8_t *name, size_t len)
{
	struct zone_reply reply;

	zone_find(zone, name, len, &reply);
	return reply.has4 ? ntohl(reply.v4.s_addr) : 0;
}

static struct in_addr address(const char *text)
{
	struct in_addr addr;

	assert_int_equal(inet_pton(AF_INET, text, &addr), 1);
	return addr;
}

static int add_record(struct zone *zone, const uint8_t *name, size_t len, const char *text)
{
	struct zone_record record = { .has4 = true, .v4 = address(text), .rcode = ZONE_RCODE_NONE };

	return zone_add_record(zone, name, len, &record);
}

static void test_order(void **state)
{
	struct zone *zone = zone_new(1, NULL);

	assert_int_equal(find(zone, NAME("\1a\4test")), 0);
	zone_set_answer(zone, address("172.1.0.5"));
	assert_int_equal(find(zone, NAME("\1a\4test")), 0xac010005);
	zone_set_pool(zone, address("100.64.0.0"), 16);
	assert_int_equal(find(zone, NAME("\1a\4test")), 0x64400001);
	assert_int_equal(find(zone, NAME("\1b\4test")), 0x64400002);
	assert_int_equal(add_record(zone, NAME("\3CNC\4test"), "172.1.0.2"), 0);
	assert_int_equal(find(zone, NAME("\3cnc\4TEST")), 0xac010002);
	assert_int_equal(add_record(zone, NAME("\3cnc\4test"), "1.2.3.4"), -EEXIST);
	assert_int_equal(find(zone, NAME("\1A\4tEsT")), 0x64400001);
	zone_free(zone);
}

static void test_labels_are_not_confused(void **state)
{
	struct zone *zone = zone_new(1, NULL);

	zone_set_pool(zone, address("100.64.0.0"), 16);
	assert_int_not_equal(find(zone, NAME("\3a.b")), find(zone, NAME("\1a\1b")));
	assert_int_equal(find(zone, NAME("")), 0x64400003);	/* the root */
	zone_free(zone);
}

static uint32_t find_number(struct zone *zone, unsigned int number)
{
	char name[16];

	snprintf(name, sizeof(name), "\10%08u", number);
	return find(zone, (uint8_t *)name, 10);
}

static void test_full_pool_falls_back(void **state)
{
	struct zone *zone = zone_new(1, NULL);
	unsigned int i;
	uint32_t shared;

	zone_set_pool(zone, address("10.0.0.0"), 30);
	assert_int_equal(find_number(zone, 1), 0x0a000001);
	assert_int_equal(find_number(zone, 2), 0x0a000002);
	shared = find_number(zone, 3);
	assert_in_range(shared, 0x0a000001, 0x0a000002);
	for (i = 100; i < 200; i++)
		find_number(zone, i);
	assert_int_equal(find_number(zone, 3), shared);
	assert_int_equal(zone_pool_names(zone), 2);
	assert_int_equal(zone_pool_full(zone), 102);
	zone_set_answer(zone, address("1.1.1.1"));
	assert_int_equal(find_number(zone, 3), 0x01010101);
	assert_int_equal(find_number(zone, 1), 0x0a000001);
	zone_free(zone);
}

static void test_pool_is_bounded(void **state)
{
	struct zone *zone = zone_new(1, NULL);
	unsigned int i;

	zone_set_pool(zone, address("10.0.0.0"), 8);
	for (i = 0; i < ZONE_POOL_MAX; i++)
		assert_int_equal(find_number(zone, i), 0x0a000001 + i);
	find_number(zone, i);
	assert_int_equal(zone_pool_names(zone), ZONE_POOL_MAX);
	assert_int_equal(zone_pool_full(zone), 1);
	zone_free(zone);
}

static void test_missing(void **state)
{
	struct zone *zone = zone_new(1, NULL);
	struct zone_reply reply;

	zone_set_answer(zone, address("1.1.1.1"));
	zone_add_nxdomain(zone, "*.local");
	zone_set_nxdomain_first(zone, 2);
	zone_find(zone, NAME("\1x\5LOCAL"), &reply);
	assert_int_equal(reply.rcode, 3);
	assert_int_equal(find(zone, NAME("\1a")), 0);
	assert_int_equal(find(zone, NAME("\1b")), 0);
	assert_int_equal(find(zone, NAME("\1c")), 0x01010101);
	zone_find(zone, NAME("\1A"), &reply);	/* still not */
	assert_int_equal(reply.rcode, 3);
	zone_free(zone);
}

static void test_wildcards(void **state)
{
	struct zone *zone = zone_new(1, NULL);

	assert_int_equal(add_record(zone, NAME("\1*\1b\4test"), "2.2.2.2"), 0);
	assert_int_equal(add_record(zone, NAME("\1*"), "3.3.3.3"), 0);
	assert_int_equal(find(zone, NAME("\1x\1a\1B\4test")), 0x02020202);
	assert_int_equal(find(zone, NAME("\1b\4test")), 0x03030303);
	assert_int_equal(find(zone, NAME("\3com")), 0x03030303);
	zone_free(zone);
}

static void test_public_pool(void **state)
{
	struct zone *zone = zone_new(7, NULL), *again = zone_new(8, NULL);
	struct in6_addr mapped;
	const uint8_t *name;
	uint32_t value;
	size_t len;

	zone_set_public_pool(again);
	value = find_number(again, 1);
	assert_int_equal(find_number(again, 0) == value, 0);
	zone_free(again);
	zone_set_public_pool(zone);
	assert_int_equal(find_number(zone, 1), value);	/* whatever the seed */
	zone_set_pool6(zone, &(struct in6_addr){ .s6_addr = { 0x20, 1 } });
	for (unsigned int i = 0; i < 20000; i++) {
		value = find_number(zone, i);
		assert_true(value >> 24 != 10 && value >> 24 != 127 && value >> 29 != 7 &&
			    value >> 16 != 0xc0a8 && (value & 0xff) && (value & 0xff) != 0xff);
		mapped = addr_from_v4((struct in_addr){ htonl(value) });
		assert_true(zone_reverse(zone, &mapped, &name, &len));
		assert_int_equal(strtoul((const char *)name + 1, NULL, 10), i);
	}
	assert_int_equal(zone_pool_names(zone), 20000);
	zone_free(zone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_labels_are_not_confused),
		cmocka_unit_test(test_full_pool_falls_back),
		cmocka_unit_test(test_pool_is_bounded),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_wildcards),
		cmocka_unit_test(test_public_pool),
	};

	return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
