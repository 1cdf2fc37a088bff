// SPDX-License-Identifier: GPL-2.0-only
/* The table is exact, bounded, and ends the one that was silent the longest. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "conversation.h"

struct ended {
	uint64_t count, packets, bytes;
	uint16_t last_port;
};

static void on_end(struct conversation *conversation, void *data)
{
	struct ended *ended = data;

	ended->count++;
	ended->packets += conversation->packets;
	ended->bytes += conversation->bytes;
	ended->last_port = conversation->port;
}

static union addr_socket peer_of(uint32_t addr, uint16_t port)
{
	return (union addr_socket){ .v4 = { .sin_family = AF_INET, .sin_addr = { addr },
					    .sin_port = htons(port) } };
}

static struct conversation *find(struct conversation_table *table, uint32_t addr, uint16_t port)
{
	union addr_socket peer = peer_of(addr, port);

	return conversation_find(table, &peer);
}

static void packet(struct conversation_table *table, uint32_t addr, uint16_t port, size_t bytes,
		   double now)
{
	union addr_socket peer = peer_of(addr, port);
	struct conversation *conversation = conversation_find(table, &peer);

	if (!conversation)
		conversation = conversation_add(table, &peer, "abcdefgh", 8);
	conversation_count(table, conversation, 1, bytes, now);
}

static void test_counts(void **state)
{
	struct ended ended = {};
	struct conversation_table *table = conversation_table_new(4, 4, 1, on_end, &ended);
	struct conversation *conversation;
	int i;

	for (i = 0; i < 1000; i++)
		packet(table, 1, 7, 512, i);
	packet(table, 1, 8, 0, 1000);
	assert_int_equal(conversation_live(table), 2);
	conversation = find(table, 1, 7);
	assert_int_equal(conversation->packets, 1000);
	assert_int_equal(conversation->bytes, 512000);
	assert_int_equal(conversation->first_len, 4);
	assert_memory_equal(conversation->first, "abcd", 4);
	conversation_table_flush(table);
	assert_int_equal(ended.count, 2);
	assert_int_equal(ended.packets, 1001);
	conversation_table_free(table);
}

static void test_full_table_evicts_the_longest_silent(void **state)
{
	struct ended ended = {};
	struct conversation_table *table = conversation_table_new(3, 0, 1, on_end, &ended);

	packet(table, 1, 1, 1, 1);
	packet(table, 1, 2, 1, 2);
	packet(table, 1, 3, 1, 3);
	packet(table, 1, 1, 1, 4);
	packet(table, 1, 4, 1, 5);
	assert_int_equal(ended.last_port, 2);
	assert_int_equal(conversation_evicted(table), 1);
	assert_int_equal(conversation_live(table), 3);
	conversation_table_free(table);
}

static void test_a_flood_of_peers_loses_nothing(void **state)
{
	struct ended ended = {};
	struct conversation_table *table =
		conversation_table_new(CONVERSATIONS_MAX, 16, 12345, on_end, &ended);
	uint32_t i;

	for (i = 0; i < 200000; i++)
		packet(table, i * 2654435761u, (in_port_t)i, 100, i);
	assert_int_equal(conversation_live(table), CONVERSATIONS_MAX);
	conversation_table_flush(table);
	assert_int_equal(ended.packets, 200000);
	assert_int_equal(ended.bytes, 20000000);
	assert_int_equal(conversation_live(table), 0);
	conversation_table_free(table);
}

static void test_expire(void **state)
{
	struct ended ended = {};
	struct conversation_table *table = conversation_table_new(8, 0, 1, on_end, &ended);

	packet(table, 1, 1, 1, 10);
	packet(table, 1, 2, 1, 20);
	packet(table, 1, 3, 1, 30);
	conversation_expire(table, 20);
	assert_int_equal(ended.count, 2);
	assert_non_null(find(table, 1, 3));
	assert_null(find(table, 1, 2));
	conversation_table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_full_table_evicts_the_longest_silent),
		cmocka_unit_test(test_a_flood_of_peers_loses_nothing),
		cmocka_unit_test(test_expire),
	};

	return cmocka_run_group_tests_name("conversation", tests, NULL, NULL);
}
