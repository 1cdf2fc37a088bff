// SPDX-License-Identifier: GPL-2.0-only
/* The table of flows: bounded, collected, walked and flushed. */
#include <linux/delay.h>
#include <linux/in.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "flow_world.h"

/* A full table makes room by ending a flow that nobody answered. */
static void sb_flow_evicts(struct kunit *test)
{
	struct sb_flow_world *world = test->priv;
	struct sb_flow_table *table = sb_test_table(test, 16);
	bool evicted, changed;
	struct sb_flow *flow;
	u32 i;

	sb_test_fill(test, 8, true);
	for (i = 0; i < 100; i++) {
		const struct sb_tuple orig = sb_test_orig(IPPROTO_UDP, 2000 + i, SB_DEST, 477);

		rcu_read_lock();
		flow = sb_test_open(test, &orig, &evicted, &changed);
		KUNIT_ASSERT_FALSE(test, IS_ERR(flow));
		KUNIT_EXPECT_EQ(test, evicted, i >= 8);
		sb_expect_found(test, flow);
		rcu_read_unlock();
	}
	KUNIT_EXPECT_EQ(test, sb_flow_table_count(table), 16);
	KUNIT_EXPECT_EQ(test, world->log.ended, 92);
	KUNIT_EXPECT_EQ(test, world->log.last_reason, SINKBRIDGE_END_EVICTED);

	/* who was answered is still there */
	rcu_read_lock();
	for (i = 0; i < 8; i++) {
		const struct sb_tuple orig = sb_test_orig(IPPROTO_UDP, 1000 + i, SB_DEST, 477);

		KUNIT_EXPECT_NOT_NULL(test, sb_flow_find(table, &orig));
	}
	rcu_read_unlock();
}

/* A conversation that is going on is never ended for a new one. */
static void sb_flow_full(struct kunit *test)
{
	struct sb_flow_world *world = test->priv;
	struct sb_flow_table *table = sb_test_table(test, 16);
	const struct sb_tuple orig = sb_test_orig(IPPROTO_UDP, 2000, SB_DEST, 477);
	bool evicted = true, changed;
	struct sb_flow *flow;
	u32 i;

	sb_test_fill(test, 16, true);
	rcu_read_lock();
	for (i = 0; i < 100; i++) {
		flow = sb_test_open(test, &orig, &evicted, &changed);
		KUNIT_ASSERT_TRUE(test, IS_ERR(flow));
		KUNIT_ASSERT_EQ(test, PTR_ERR(flow), -ENOSPC);
		KUNIT_ASSERT_FALSE(test, evicted);
	}
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, sb_flow_table_count(table), 16);
	KUNIT_EXPECT_EQ(test, world->log.ended, 0);
	KUNIT_EXPECT_EQ(test, refcount_read(&world->rule->ref), 17);
}

/* The collector ends what nobody looks for. */
static void sb_flow_collected(struct kunit *test)
{
	struct sb_flow_world *world = test->priv;
	struct sb_flow_table *table = sb_test_table(test, 100);
	unsigned long deadline = jiffies + 30 * HZ;
	const struct sb_tuple orig = sb_test_orig(IPPROTO_UDP, 65084, SB_DEST, 477);
	struct sb_flow *flow;

	sb_test_fill(test, 10, true);
	rcu_read_lock();
	flow = sb_test_flow(test, &orig);
	WRITE_ONCE(flow->expires, jiffies);
	rcu_read_unlock();
	while (sb_flow_table_count(table) > 10 && time_before(jiffies, deadline))
		msleep(20);
	KUNIT_EXPECT_EQ(test, sb_flow_table_count(table), 10);
	KUNIT_EXPECT_EQ(test, world->log.ended, 1);
	KUNIT_EXPECT_EQ(test, world->log.last_reason, SINKBRIDGE_END_TIMEOUT);
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, sb_flow_find(table, &orig));
	rcu_read_unlock();
}

#define SB_WALKED	5000

struct sb_walk_log {
	u8	seen[SB_WALKED + 1];	/* by id */
	u32	calls;
	u32	stop_every;		/* 0: never */
	u32	consumed;
};

static bool sb_walk_one(struct sb_flow *flow, void *data)
{
	struct sb_walk_log *log = data;

	if (log->stop_every && ++log->calls % log->stop_every == 0)
		return false;
	log->seen[flow->id]++;
	log->consumed++;
	return true;
}

/* Each flow once, in one go (stop_every 0) or with stops in between. */
static void sb_test_walk(struct kunit *test, u32 stop_every)
{
	struct sb_flow_world *world = test->priv;
	struct sb_walk_log *log = kunit_kzalloc(test, sizeof(*log), GFP_KERNEL);
	struct sb_flow_cursor cursor = {};
	u32 i, walks = 1, wrong = 0;

	KUNIT_ASSERT_NOT_NULL(test, log);
	log->stop_every = stop_every;
	while (!sb_flow_walk(world->table, &cursor, sb_walk_one, log) && walks < 3 * SB_WALKED)
		walks++;
	for (i = 1; i <= SB_WALKED; i++)
		if (log->seen[i] != 1)
			wrong++;
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, log->consumed, SB_WALKED);
	if (stop_every)
		KUNIT_EXPECT_GT(test, walks, SB_WALKED / stop_every);
}

static void sb_flow_walked(struct kunit *test)
{
	/* two buckets a flow: some hold several */
	sb_test_table(test, SB_WALKED);
	sb_test_fill(test, SB_WALKED, true);
	sb_test_walk(test, 0);
	sb_test_walk(test, 2);
	sb_test_walk(test, 7);
	sb_test_walk(test, 1000);
}

/* A walk that flows come and go under: who lives all the while is seen exactly once. */
static void sb_flow_walked_alive(struct kunit *test)
{
	struct sb_flow_table *table = sb_test_table(test, 8192);
	struct sb_walk_log *log = kunit_kzalloc(test, sizeof(*log), GFP_KERNEL);
	struct sb_flow_cursor cursor = {};
	struct sb_flow *fleeting = NULL;
	u32 i, wrong = 0, n = 0;

	KUNIT_ASSERT_NOT_NULL(test, log);
	sb_test_fill(test, 2000, true);
	log->stop_every = 5;
	while (!sb_flow_walk(table, &cursor, sb_walk_one, log) && n < 2900) {
		const struct sb_tuple orig = sb_test_orig(IPPROTO_UDP, 5000, SB_DEST + ++n, 477);

		rcu_read_lock();
		if (fleeting)
			sb_flow_end(table, fleeting, SINKBRIDGE_END_GONE);
		fleeting = sb_test_flow(test, &orig);
		rcu_read_unlock();
	}
	for (i = 1; i <= 2000; i++)
		if (log->seen[i] != 1)
			wrong++;
	for (; i <= SB_WALKED; i++)
		if (log->seen[i] > 1)
			wrong++;
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_GT(test, n, 400);
}

static bool sb_test_odd_port(const struct sb_flow *flow, const void *data)
{
	return (ntohs(flow->nodes[SB_DIR_ORIG].tuple.l4_src) & 1) == *(const u32 *)data;
}

static void sb_flow_flushed(struct kunit *test)
{
	struct sb_flow_world *world = test->priv;
	struct sb_flow_table *table = sb_test_table(test, 1000);
	u32 odd = 1;

	sb_test_fill(test, 501, true);	/* ports 1000 to 1500 */
	KUNIT_EXPECT_EQ(test, sb_flow_flush(table, SINKBRIDGE_END_FLUSHED, sb_test_odd_port, &odd),
			250);
	KUNIT_EXPECT_EQ(test, sb_flow_table_count(table), 251);
	KUNIT_EXPECT_EQ(test, world->log.ended, 250);
	KUNIT_EXPECT_EQ(test, world->log.last_reason, SINKBRIDGE_END_FLUSHED);
	KUNIT_EXPECT_EQ(test, sb_flow_flush(table, SINKBRIDGE_END_FLUSHED, sb_test_odd_port, &odd),
			0);
	KUNIT_EXPECT_EQ(test, sb_flow_flush(table, SINKBRIDGE_END_GONE, NULL, NULL), 251);
	KUNIT_EXPECT_EQ(test, world->log.last_reason, SINKBRIDGE_END_GONE);
	KUNIT_EXPECT_EQ(test, sb_flow_table_count(table), 0);
}

static void sb_flow_table_settings(struct kunit *test)
{
	struct sb_flow_world *world = test->priv;
	struct sb_flow_table *table = sb_test_table(test, 16);
	u32 i;

	KUNIT_EXPECT_EQ(test, sb_flow_table_max(table), 16);
	KUNIT_EXPECT_EQ(test, sb_flow_table_count(table), 0);
	KUNIT_EXPECT_PTR_EQ(test, sb_flow_table_owner(table), (void *)&world->log);
	for (i = 0; i < __SB_TIMEOUTS; i++)
		KUNIT_EXPECT_EQ(test, sb_flow_table_timeout_ms(table, i), sb_test_timeouts[i]);
}

/* Freeing a table ends its flows, tells so, and lets the rule go. */
static void sb_flow_table_freed(struct kunit *test)
{
	struct sb_flow_world *world = test->priv;

	sb_test_table(test, 1000);
	sb_test_fill(test, 700, true);
	sb_flow_table_free(world->table);
	world->table = NULL;
	KUNIT_EXPECT_EQ(test, world->log.started, 700);
	KUNIT_EXPECT_EQ(test, world->log.ended, 700);
	KUNIT_EXPECT_EQ(test, world->log.last_reason, SINKBRIDGE_END_GONE);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, refcount_read(&world->rule->ref), 1);
	sb_flow_table_free(NULL);
}

static struct kunit_case sb_flow_table_test_cases[] = {
	KUNIT_CASE(sb_flow_evicts),
	KUNIT_CASE(sb_flow_full),
	KUNIT_CASE(sb_flow_collected),
	KUNIT_CASE(sb_flow_walked),
	KUNIT_CASE(sb_flow_walked_alive),
	KUNIT_CASE(sb_flow_flushed),
	KUNIT_CASE(sb_flow_table_settings),
	KUNIT_CASE(sb_flow_table_freed),
	{}
};

static struct kunit_suite sb_flow_table_suite = {
	.name		= "sinkbridge-flow-table",
	.suite_init	= sb_flow_suite_init,
	.suite_exit	= sb_flow_suite_exit,
	.init		= sb_flow_test_init,
	.exit		= sb_flow_test_exit,
	.test_cases	= sb_flow_table_test_cases,
};
kunit_test_suite(sb_flow_table_suite);
