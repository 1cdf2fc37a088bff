// SPDX-License-Identifier: GPL-2.0-only
/* Floods: what makes a record, what it holds, and how it ends. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/in.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "flood.h"
#include "flood_cell.h"
#include "module.h"
#include "table.h"

#define SB_RATE		50
#define SB_LEN		300

/* What the callbacks saw. */
struct sb_flood_log {
	u32	started;
	u32	ended;
	u8	last_reason;
	u64	last_packets;
};

struct sb_flood_world {
	struct sb_flood_table	*table;
	struct sb_rule		*rule;
	struct sb_server	server;
	struct sb_flood_log	log;
	struct sk_buff		*skb;
};

static void sb_test_flood_started(struct sb_flood_table *table, struct sb_flood *flood)
{
	struct sb_flood_log *log = sb_flood_table_owner(table);

	log->started++;
}

static void sb_test_flood_ended(struct sb_flood_table *table, struct sb_flood *flood)
{
	struct sb_flood_log *log = sb_flood_table_owner(table);
	struct sb_flood_count count;

	sb_flood_read(flood, &count);
	log->ended++;
	log->last_reason = flood->end_reason;
	log->last_packets = count.packets;
}

static const struct sb_flood_ops sb_test_flood_ops = {
	.started = sb_test_flood_started,
	.ended = sb_test_flood_ended,
};

static int sb_flood_test_init(struct kunit *test)
{
	struct sb_flood_world *world = kunit_kzalloc(test, sizeof(*world), GFP_KERNEL);
	unsigned int i;
	u8 *data;

	if (!world)
		return -ENOMEM;
	test->priv = world;
	world->rule = sb_rule_alloc(GFP_KERNEL);
	world->skb = alloc_skb(SB_LEN, GFP_KERNEL);
	if (!world->rule || !world->skb)
		return -ENOMEM;
	data = skb_put(world->skb, SB_LEN);
	for (i = 0; i < SB_LEN; i++)
		data[i] = i;
	world->rule->server = &world->server;
	world->rule->id = 7;
	world->rule->flood_rate = SB_RATE;
	world->rule->flood_sample = 4;
	world->table = sb_flood_table_alloc(16, &sb_test_flood_ops, &world->log);
	return world->table ? 0 : -ENOMEM;
}

/* Every flood that was told to start was told to end, and nothing holds the rule. */
static void sb_flood_test_exit(struct kunit *test)
{
	struct sb_flood_world *world = test->priv;

	if (!world)
		return;
	sb_flood_table_free(world->table);
	KUNIT_EXPECT_EQ(test, world->log.started, world->log.ended);
	KUNIT_EXPECT_EQ(test, refcount_read(&world->rule->ref), 1);
	sb_rule_put(world->rule);
	kfree_skb(world->skb);
	rcu_barrier();
}

/* A packet of a protocol from a port to another of an address. */
static enum sb_flood_verdict sb_test_packet(struct kunit *test, u8 protocol, u32 src, u16 sport,
					    u32 dst, u16 dport)
{
	struct sb_flood_world *world = test->priv;
	const struct sb_tuple orig = {
		.src = sb_addr_v4(htonl(src)), .dst = sb_addr_v4(htonl(dst)),
		.l4_src = htons(sport), .l4_dst = htons(dport),
		.port = 3, .protocol = protocol,
	};
	const struct sb_packet pkt = {
		.src = orig.src, .dst = orig.dst, .l4_src = orig.l4_src, .l4_dst = orig.l4_dst,
		.protocol = protocol, .ttl = 64, .tcp_flags = protocol == IPPROTO_TCP ? 0x12 : 0,
		.total_len = SB_LEN,
	};
	enum sb_flood_verdict verdict;
	bool surplus;

	local_bh_disable();
	rcu_read_lock();
	verdict = sb_flood_packet(world->table, world->rule, &orig, &pkt, world->skb, "g0",
				  &surplus);
	rcu_read_unlock();
	local_bh_enable();
	return verdict;
}

static enum sb_flood_verdict sb_test_udp(struct kunit *test, u32 dst, u16 dport)
{
	return sb_test_packet(test, IPPROTO_UDP, 0x0a000001, 1000, dst, dport);
}

static bool sb_flood_take(struct sb_flood *flood, void *data)
{
	*(struct sb_flood **)data = flood;
	return true;
}

/* The last flood of the table; only while nothing ends it. */
static struct sb_flood *sb_test_flood(struct kunit *test)
{
	struct sb_flood_world *world = test->priv;
	struct sb_flood_cursor cursor = {};
	struct sb_flood *flood = NULL;

	sb_flood_walk(world->table, &cursor, sb_flood_take, &flood);
	KUNIT_ASSERT_NOT_NULL(test, flood);
	return flood;
}

/* So many packets are below the threshold, then all are counted, and the rule learns of them. */
static void sb_flood_counts(struct kunit *test)
{
	struct sb_flood_world *world = test->priv;
	struct sb_flood_varied varied;
	struct sb_flood_count count;
	struct sb_flood *flood;
	unsigned int i;

	for (i = 0; i < 1000; i++)
		KUNIT_ASSERT_EQ(test, sb_test_packet(test, IPPROTO_TCP, 0x0a000000 + i % 20, i,
						     0x01010101, i % 30),
				i < SB_RATE ? SB_FLOOD_PASS : SB_FLOOD_ABSORB);
	KUNIT_EXPECT_EQ(test, sb_flood_table_count(world->table), 1);
	flood = sb_test_flood(test);
	sb_flood_read(flood, &count);
	KUNIT_EXPECT_EQ(test, count.packets, 1000 - SB_RATE);
	KUNIT_EXPECT_EQ(test, count.bytes, (1000 - SB_RATE) * SB_LEN);
	KUNIT_EXPECT_EQ(test, count.flags[1], 1000 - SB_RATE);
	KUNIT_EXPECT_EQ(test, count.flags[4], 1000 - SB_RATE);
	KUNIT_EXPECT_EQ(test, count.flags[0], 0);
	KUNIT_EXPECT_GT(test, count.peak, 0);
	KUNIT_EXPECT_LE(test, count.peak, 1000 - SB_RATE);
	sb_flood_read_varied(flood, &varied);
	KUNIT_EXPECT_EQ(test, varied.sources, 20);
	KUNIT_EXPECT_EQ(test, varied.dest_ports, 30);
	KUNIT_EXPECT_EQ(test, varied.destinations, 1);
	KUNIT_EXPECT_EQ(test, varied.lengths, 1);
	KUNIT_EXPECT_GT(test, varied.source_ports, 800);
	KUNIT_EXPECT_LT(test, varied.source_ports, 1100);
	KUNIT_EXPECT_EQ(test, flood->ttl_min, 64);
	KUNIT_EXPECT_EQ(test, flood->length_max, SB_LEN);

	KUNIT_EXPECT_EQ(test, sb_flood_flush(world->table, SINKBRIDGE_FLOOD_END_FLUSHED, NULL, NULL),
			1);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, world->log.last_packets, 1000 - SB_RATE);
	KUNIT_EXPECT_EQ(test, world->log.last_reason, SINKBRIDGE_FLOOD_END_FLUSHED);
	KUNIT_EXPECT_EQ(test, atomic64_read(&world->rule->packets), 1000 - SB_RATE);
	KUNIT_EXPECT_EQ(test, atomic64_read(&world->rule->bytes), (1000 - SB_RATE) * SB_LEN);
}

/* The first packets are kept, as many as the rule wants. */
static void sb_flood_samples(struct kunit *test)
{
	struct sb_flood_world *world = test->priv;
	struct sb_flood *flood;
	unsigned int i;

	for (i = 0; i < 2 * SB_RATE; i++)
		sb_test_udp(test, 0x01010101, 53);
	flood = sb_test_flood(test);
	for (i = 0; i < world->rule->flood_sample; i++) {
		KUNIT_ASSERT_NOT_NULL(test, flood->samples[i]);
		KUNIT_EXPECT_EQ(test, flood->samples[i]->len, SINKBRIDGE_FLOOD_SAMPLE_LEN);
		KUNIT_EXPECT_FALSE(test, memcmp(flood->samples[i]->data, world->skb->data,
						SINKBRIDGE_FLOOD_SAMPLE_LEN));
	}
	KUNIT_EXPECT_NULL(test, flood->samples[i]);
}

/* What is delivered is recorded all the same, and counted for the rule elsewhere. */
static void sb_flood_delivers(struct kunit *test)
{
	struct sb_flood_world *world = test->priv;
	struct sb_flood_count count;
	unsigned int i;

	world->rule->flood_deliver = true;
	for (i = 0; i < 10 * SB_RATE; i++)
		KUNIT_ASSERT_EQ(test, sb_test_udp(test, 0x01010101, 53), SB_FLOOD_PASS);
	sb_flood_read(sb_test_flood(test), &count);
	KUNIT_EXPECT_EQ(test, count.packets, 9 * SB_RATE);
	sb_flood_flush(world->table, SINKBRIDGE_FLOOD_END_FLUSHED, NULL, NULL);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic64_read(&world->rule->packets), 0);
}

/* Floods of different destinations, protocols and rules have records of their own. */
static void sb_flood_apart(struct kunit *test)
{
	struct sb_flood_world *world = test->priv;
	unsigned int i;

	for (i = 0; i < 2 * SB_RATE; i++) {
		sb_test_udp(test, 0x01010101, 53);
		sb_test_udp(test, 0x02020202, 53);
		sb_test_packet(test, IPPROTO_GRE, 0x0a000001, 0, 0x02020202, 0);
	}
	KUNIT_EXPECT_EQ(test, sb_flood_table_count(world->table), 3);
	world->rule->id++;
	for (i = 0; i < 2 * SB_RATE; i++)
		KUNIT_ASSERT_EQ(test, sb_test_udp(test, 0x01010101, 53),
				i < SB_RATE ? SB_FLOOD_PASS : SB_FLOOD_ABSORB);
	KUNIT_EXPECT_EQ(test, sb_flood_table_count(world->table), 4);
}

/* One port of many addresses is one record, whatever else there is. */
static void sb_flood_scan(struct kunit *test)
{
	struct sb_flood_world *world = test->priv;
	struct sb_flood_varied varied;
	struct sb_flood *flood;
	unsigned int i;

	for (i = 0; i < 5000; i++)
		KUNIT_ASSERT_EQ(test, sb_test_udp(test, 0x01000000 + i, 23),
				i < SB_RATE ? SB_FLOOD_PASS : SB_FLOOD_ABSORB);
	KUNIT_EXPECT_EQ(test, sb_flood_table_count(world->table), 1);
	flood = sb_test_flood(test);
	KUNIT_EXPECT_EQ(test, flood->key.kind, SINKBRIDGE_FLOOD_SCAN);
	KUNIT_EXPECT_EQ(test, flood->key.dport, htons(23));
	sb_flood_read_varied(flood, &varied);
	KUNIT_EXPECT_GT(test, varied.destinations, 4000);
	KUNIT_EXPECT_LT(test, varied.destinations, 6000);
	KUNIT_EXPECT_EQ(test, varied.dest_ports, 1);
	/* another port is no part of it */
	KUNIT_EXPECT_EQ(test, sb_test_udp(test, 0x01000000, 80), SB_FLOOD_PASS);
}

/* Many ports of many addresses, too. */
static void sb_flood_sweep(struct kunit *test)
{
	struct sb_flood_world *world = test->priv;
	struct sb_flood *flood;
	unsigned int i;

	for (i = 0; i < 5000; i++)
		KUNIT_ASSERT_EQ(test, sb_test_udp(test, 0x01000000 + i, 1 + i),
				i < SB_RATE ? SB_FLOOD_PASS : SB_FLOOD_ABSORB);
	KUNIT_EXPECT_EQ(test, sb_flood_table_count(world->table), 1);
	flood = sb_test_flood(test);
	KUNIT_EXPECT_EQ(test, flood->key.kind, SINKBRIDGE_FLOOD_SCAN);
	KUNIT_EXPECT_EQ(test, flood->key.dport, 0);
}

/* A few destinations that take turns make no scan, nor does one with many ports. */
static void sb_flood_no_scan(struct kunit *test)
{
	struct sb_flood_world *world = test->priv;
	unsigned int i;

	world->rule->flood_rate = 200;
	for (i = 0; i < 1000; i++)
		KUNIT_ASSERT_EQ(test, sb_test_udp(test, 0x01000000 + i % 8, 1 + i), SB_FLOOD_PASS);
	for (i = 0; i < 200; i++)
		KUNIT_ASSERT_EQ(test, sb_test_udp(test, 0x02000000, 1 + i), SB_FLOOD_PASS);
	KUNIT_EXPECT_EQ(test, sb_flood_table_count(world->table), 0);
}

/* Slow packets are none: a second that is over does not count. */
static void sb_flood_slow(struct kunit *test)
{
	struct sb_flood_world *world = test->priv;
	unsigned int i;

	for (i = 0; i < SB_RATE; i++)
		sb_test_udp(test, 0x01010101, 53);
	msleep(1100);
	for (i = 0; i < SB_RATE; i++)
		KUNIT_ASSERT_EQ(test, sb_test_udp(test, 0x01010101, 53), SB_FLOOD_PASS);
	KUNIT_EXPECT_EQ(test, sb_flood_table_count(world->table), 0);
}

/* A full table: bounded, refuses, and takes the place of one that is silent. */
static void sb_flood_full(struct kunit *test)
{
	struct sb_flood_world *world = test->priv;
	struct sb_flood *flood;
	unsigned int i, n;

	for (n = 0; n < 20; n++)
		for (i = 0; i < 2 * SB_RATE; i++) {
			enum sb_flood_verdict want = n < 16 ? SB_FLOOD_ABSORB : SB_FLOOD_FULL;

			/* without ports, else they would be a scan */
			KUNIT_ASSERT_EQ(test, sb_test_packet(test, IPPROTO_GRE, 1, 0,
							     0x01000000 + (n << 16), 0),
					i < SB_RATE ? SB_FLOOD_PASS : want);
		}
	KUNIT_EXPECT_EQ(test, sb_flood_table_count(world->table), 16);
	flood = sb_test_flood(test);
	WRITE_ONCE(flood->last, jiffies - 2 * HZ);
	/*
	 * A search for room is made at most once a jiffy.  Each comes with a second's packets:
	 * those from before the sleep may be of a second that is over.
	 */
	for (i = 0; i < 1000 && world->log.started == 16; i++) {
		for (n = 0; n <= SB_RATE && world->log.started == 16; n++)
			sb_test_packet(test, IPPROTO_GRE, 1, 0, 0x01000000 + (19 << 16), 0);
		msleep(20);
	}
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, world->log.started, 17);
	KUNIT_EXPECT_EQ(test, sb_flood_table_count(world->table), 16);
}

/* The collector ends what is over. */
static void sb_flood_idle(struct kunit *test)
{
	struct sb_flood_world *world = test->priv;
	unsigned long deadline = jiffies + 30 * HZ;
	unsigned int i;

	for (i = 0; i < 2 * SB_RATE; i++)
		sb_test_udp(test, 0x01010101, 53);
	KUNIT_EXPECT_EQ(test, sb_flood_table_count(world->table), 1);
	while (sb_flood_table_count(world->table) && time_before(jiffies, deadline))
		msleep(50);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, world->log.ended, 1);
	KUNIT_EXPECT_EQ(test, world->log.last_reason, SINKBRIDGE_FLOOD_END_IDLE);
	KUNIT_EXPECT_EQ(test, world->log.last_packets, SB_RATE);
}

/* Exact for a few, near for many. */
static void sb_distinct_near(struct kunit *test)
{
	static const u32 many[] = { 100, 1000, 1300, 5000, 65536, 1000000 };
	struct sb_distinct *distinct = kunit_kzalloc(test, sizeof(*distinct), GFP_KERNEL);
	unsigned int i, n, round;

	KUNIT_ASSERT_NOT_NULL(test, distinct);
	for (n = 1; n <= SB_DISTINCT_FEW; n++)
		for (round = 0; round < 2; round++) {
			for (i = 0; i < n; i++)
				sb_distinct_add(distinct, sb_distinct_hash(i, 99));
			KUNIT_EXPECT_EQ(test, sb_distinct_count(distinct), n);
		}
	for (round = 0; round < ARRAY_SIZE(many); round++) {
		n = many[round];
		memset(distinct, 0, sizeof(*distinct));
		for (i = 0; i < n; i++)
			sb_distinct_add(distinct, sb_distinct_hash(i, 99));
		KUNIT_EXPECT_GT(test, sb_distinct_count(distinct), n - n / 6);
		KUNIT_EXPECT_LT(test, sb_distinct_count(distinct), n + n / 6);
	}
}

/* A flood keeps its cell, whatever else comes. */
static void sb_flood_cells_stay(struct kunit *test)
{
	struct sb_flood_cells *cells = sb_flood_cells_alloc(16);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, cells);
	sb_flood_cells_add(cells, 1ULL << 32, 100);
	for (i = 1; i < 100; i++) {
		KUNIT_EXPECT_FALSE(test, sb_flood_cells_add(cells, 1ULL << 32, 100));
		/* all of the same set */
		sb_flood_cells_add(cells, (u64)(i + 2) << 32, 100);
	}
	KUNIT_EXPECT_TRUE(test, sb_flood_cells_add(cells, 1ULL << 32, 100));
	sb_flood_cells_free(cells);
}

static int sb_flood_suite_init(struct kunit_suite *suite)
{
	return sb_flood_init();
}

static void sb_flood_suite_exit(struct kunit_suite *suite)
{
	sb_flood_exit();
}

static struct kunit_case sb_flood_cases[] = {
	KUNIT_CASE(sb_flood_counts),
	KUNIT_CASE(sb_flood_samples),
	KUNIT_CASE(sb_flood_delivers),
	KUNIT_CASE(sb_flood_apart),
	KUNIT_CASE(sb_flood_scan),
	KUNIT_CASE(sb_flood_sweep),
	KUNIT_CASE(sb_flood_no_scan),
	KUNIT_CASE(sb_flood_slow),
	KUNIT_CASE(sb_flood_full),
	KUNIT_CASE(sb_flood_idle),
	KUNIT_CASE(sb_distinct_near),
	KUNIT_CASE(sb_flood_cells_stay),
	{}
};

static struct kunit_suite sb_flood_suite = {
	.name = "sinkbridge-flood",
	.suite_init = sb_flood_suite_init,
	.suite_exit = sb_flood_suite_exit,
	.init = sb_flood_test_init,
	.exit = sb_flood_test_exit,
	.test_cases = sb_flood_cases,
};

kunit_test_suite(sb_flood_suite);
