// SPDX-License-Identifier: GPL-2.0-only
#include <linux/in.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "flow_world.h"

/* All different, and far from each other. */
const u32 sb_test_timeouts[__SB_TIMEOUTS] = {
	10000, 20000, 30000, 40000, 50000, 60000, 70000, 80000,
};

static void sb_test_started(struct sb_flow_table *table, struct sb_flow *flow)
{
	struct sb_flow_log *log = sb_flow_table_owner(table);

	log->started++;
}

static void sb_test_ended(struct sb_flow_table *table, struct sb_flow *flow)
{
	struct sb_flow_log *log = sb_flow_table_owner(table);

	log->ended++;
	log->last_reason = flow->end_reason;
	log->last_id = flow->id;
}

static const struct sb_flow_ops sb_test_ops = {
	.started = sb_test_started,
	.ended = sb_test_ended,
};

struct sb_flow_table *sb_test_table(struct kunit *test, u32 max)
{
	struct sb_flow_world *world = test->priv;

	KUNIT_ASSERT_NULL(test, world->table);
	world->table = sb_flow_table_alloc(max, sb_test_timeouts, &sb_test_ops, &world->log);
	KUNIT_ASSERT_NOT_NULL(test, world->table);
	return world->table;
}

struct sb_tuple sb_test_orig(u8 protocol, u16 sport, u32 dst, u16 dport)
{
	return (struct sb_tuple){
		.src = sb_addr_v4(htonl(SB_GUEST)), .dst = sb_addr_v4(htonl(dst)),
		.l4_src = htons(sport), .l4_dst = htons(dport),
		.port = SB_GUEST_PORT, .protocol = protocol,
	};
}

struct sb_tuple sb_test_reply(const struct sb_tuple *orig)
{
	return (struct sb_tuple){
		.src = sb_addr_v4(htonl(SB_SERVER)), .dst = orig->src,
		.l4_src = htons(9), .l4_dst = orig->l4_src,
		.port = SB_SERVER_PORT, .protocol = orig->protocol, .dir = SB_DIR_REPLY,
	};
}

struct sb_flow *sb_test_open(struct kunit *test, const struct sb_tuple *orig, bool *evicted,
			     bool *changed)
{
	struct sb_flow_world *world = test->priv;
	struct sb_tuple reply = sb_test_reply(orig);
	struct sb_flow *flow;

	flow = sb_flow_new(world->table, world->rule, orig, evicted);
	if (IS_ERR(flow))
		return flow;
	return sb_flow_insert(world->table, flow, &reply, changed);
}

struct sb_flow *sb_test_flow(struct kunit *test, const struct sb_tuple *orig)
{
	bool evicted, changed;
	struct sb_flow *flow = sb_test_open(test, orig, &evicted, &changed);

	KUNIT_ASSERT_FALSE(test, IS_ERR(flow));
	return flow;
}

void sb_expect_found(struct kunit *test, struct sb_flow *flow)
{
	struct sb_flow_world *world = test->priv;
	u8 dir;

	for (dir = SB_DIR_ORIG; dir <= SB_DIR_REPLY; dir++) {
		const struct sb_tuple tuple = flow->nodes[dir].tuple;

		KUNIT_EXPECT_PTR_EQ(test, sb_flow_find(world->table, &tuple), flow);
	}
}

void sb_test_fill(struct kunit *test, u32 count, bool answered)
{
	struct sb_flow_world *world = test->priv;
	struct sb_flow *flow;
	u32 i;

	rcu_read_lock();
	for (i = 0; i < count; i++) {
		const struct sb_tuple orig = sb_test_orig(IPPROTO_UDP, 1000 + i, SB_DEST, 477);

		flow = sb_test_flow(test, &orig);
		sb_flow_account(world->table, flow, SB_DIR_ORIG, 100, 0);
		if (answered)
			sb_flow_account(world->table, flow, SB_DIR_REPLY, 100, 0);
	}
	rcu_read_unlock();
}

int sb_flow_test_init(struct kunit *test)
{
	struct sb_flow_world *world = kunit_kzalloc(test, sizeof(*world), GFP_KERNEL);

	if (!world)
		return -ENOMEM;
	world->rule = sb_rule_alloc(GFP_KERNEL);
	if (!world->rule)
		return -ENOMEM;
	world->rule->server = &world->server;
	test->priv = world;
	return 0;
}

/* Every flow that was told to start was told to end, and nothing holds the rule. */
void sb_flow_test_exit(struct kunit *test)
{
	struct sb_flow_world *world = test->priv;

	if (!world)
		return;
	sb_flow_table_free(world->table);
	KUNIT_EXPECT_EQ(test, world->log.started, world->log.ended);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, refcount_read(&world->rule->ref), 1);
	sb_rule_put(world->rule);
	KUNIT_EXPECT_EQ(test, atomic_read(&world->server.puts), 1);
}

int sb_flow_suite_init(struct kunit_suite *suite)
{
	return sb_flow_init();
}

void sb_flow_suite_exit(struct kunit_suite *suite)
{
	sb_flow_exit();
}
