// SPDX-License-Identifier: GPL-2.0-only
/* One flow: found both ways, its states and times, its end. */
#include <linux/in.h>
#include <linux/jiffies.h>
#include <linux/sched.h>

#include "flow_world.h"

#define FIN	0x01
#define SYN	0x02
#define RST	0x04
#define ACK	0x10

static struct sb_flow *sb_test_flow_of(struct kunit *test, u8 protocol)
{
	const struct sb_tuple orig = sb_test_orig(protocol, 65084, SB_DEST, 477);

	return sb_test_flow(test, &orig);
}

static void sb_flow_found_both_ways(struct kunit *test)
{
	struct sb_flow_table *table = sb_test_table(test, 100);
	const struct sb_tuple orig = sb_test_orig(IPPROTO_UDP, 65084, SB_DEST, 477);
	const struct sb_tuple reply = sb_test_reply(&orig);
	struct sb_tuple wrong[] = { orig, reply };
	bool evicted = true, changed = true;
	struct sb_tuple other;
	struct sb_flow *flow;

	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, sb_flow_find(table, &orig));
	flow = sb_test_open(test, &orig, &evicted, &changed);
	KUNIT_ASSERT_FALSE(test, IS_ERR(flow));
	KUNIT_EXPECT_FALSE(test, evicted);
	KUNIT_EXPECT_FALSE(test, changed);
	KUNIT_EXPECT_NE(test, flow->id, 0);
	KUNIT_EXPECT_EQ(test, sb_flow_table_count(table), 1);
	KUNIT_EXPECT_PTR_EQ(test, sb_flow_find(table, &orig), flow);
	KUNIT_EXPECT_PTR_EQ(test, sb_flow_find(table, &reply), flow);
	/* a tuple means one direction only, and each field counts */
	wrong[0].dir = SB_DIR_REPLY;
	wrong[1].dir = SB_DIR_ORIG;
	KUNIT_EXPECT_NULL(test, sb_flow_find(table, &wrong[0]));
	KUNIT_EXPECT_NULL(test, sb_flow_find(table, &wrong[1]));
	other = orig;
	other.port++;
	KUNIT_EXPECT_NULL(test, sb_flow_find(table, &other));
	other = orig;
	other.protocol = IPPROTO_TCP;
	KUNIT_EXPECT_NULL(test, sb_flow_find(table, &other));
	other = orig;
	other.l4_dst = htons(478);
	KUNIT_EXPECT_NULL(test, sb_flow_find(table, &other));
	other = reply;
	other.src = sb_addr_v4(htonl(SB_SERVER + 1));
	KUNIT_EXPECT_NULL(test, sb_flow_find(table, &other));

	sb_flow_end(table, flow, SINKBRIDGE_END_GONE);
	KUNIT_EXPECT_NULL(test, sb_flow_find(table, &orig));
	KUNIT_EXPECT_NULL(test, sb_flow_find(table, &reply));
	rcu_read_unlock();
}

/* One source port, two targets: the server sees two clients. */
static void sb_flow_clash(struct kunit *test)
{
	struct sb_flow_world *world = test->priv;
	struct sb_flow_table *table = sb_test_table(test, 100);
	const struct sb_tuple first = sb_test_orig(IPPROTO_TCP, 40000, SB_DEST, 23);
	const struct sb_tuple second = sb_test_orig(IPPROTO_TCP, 40000, SB_DEST + 1, 23);
	bool evicted, changed;
	struct sb_flow *a, *b;
	const struct sb_tuple *reply;

	rcu_read_lock();
	a = sb_test_flow(test, &first);
	b = sb_test_open(test, &second, &evicted, &changed);
	KUNIT_ASSERT_FALSE(test, IS_ERR(b));
	KUNIT_EXPECT_TRUE(test, changed);
	KUNIT_EXPECT_PTR_NE(test, a, b);
	reply = &b->nodes[SB_DIR_REPLY].tuple;
	KUNIT_EXPECT_NE(test, ntohs(reply->l4_dst), 40000);
	KUNIT_EXPECT_GE(test, ntohs(reply->l4_dst), 1024);
	KUNIT_EXPECT_EQ(test, ntohl(sb_addr_get_v4(&reply->dst)), SB_GUEST);
	KUNIT_EXPECT_EQ(test, ntohl(sb_addr_get_v4(&reply->src)), SB_SERVER);
	KUNIT_EXPECT_EQ(test, ntohs(reply->l4_src), 9);
	KUNIT_EXPECT_EQ(test, reply->port, SB_SERVER_PORT);
	/* what the guest sees does not change */
	KUNIT_EXPECT_EQ(test, memcmp(&b->nodes[SB_DIR_ORIG].tuple, &second, sizeof(second)), 0);
	sb_expect_found(test, a);
	sb_expect_found(test, b);
	sb_flow_end(table, a, SINKBRIDGE_END_GONE);
	sb_expect_found(test, b);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, world->log.started, 2);
	KUNIT_EXPECT_EQ(test, world->log.ended, 1);
}

/* A scan from one port to more targets than there are ports: every flow is still its own. */
static void sb_flow_scan(struct kunit *test)
{
	struct sb_flow_table *table = sb_test_table(test, 100000);
	u32 i, lost = 0, aliases = 0;

	for (i = 0; i < 70000; i++) {
		const struct sb_tuple orig = sb_test_orig(IPPROTO_TCP, 40000, SB_DEST + i, 23);
		bool evicted, changed;
		struct sb_tuple reply;
		struct sb_flow *flow;

		rcu_read_lock();
		flow = sb_test_open(test, &orig, &evicted, &changed);
		if (IS_ERR(flow)) {
			lost++;
		} else {
			reply = flow->nodes[SB_DIR_REPLY].tuple;
			if (sb_flow_find(table, &reply) != flow)
				lost++;
			if (ntohl(sb_addr_get_v4(&reply.dst)) != SB_GUEST) {
				aliases++;
				KUNIT_EXPECT_EQ(test, ntohl(sb_addr_get_v4(&reply.dst)) & 0xffff0000, SB_ALIAS_NET);
			}
		}
		rcu_read_unlock();
		cond_resched();
	}
	KUNIT_EXPECT_EQ(test, lost, 0);
	KUNIT_EXPECT_EQ(test, sb_flow_table_count(table), 70000);
	/* there are fewer client ports than flows */
	KUNIT_EXPECT_GT(test, aliases, 70000 - 65536);
}

static const struct in6_addr sb_test_guest6 = { .s6_addr = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } };
static const struct in6_addr sb_test_server6 = { .s6_addr = { 0xfd, 0x53, 0x42, [15] = 9 } };

/* IPv6: each word of each address counts, tags count, and clients vary within IPv6. */
static void sb_flow_ipv6(struct kunit *test)
{
	struct sb_flow_table *table = sb_test_table(test, 100);
	struct sb_flow_world *world = test->priv;
	struct sb_tuple orig = sb_test_orig(IPPROTO_UDP, 65084, SB_DEST, 477), reply, other;
	bool evicted, changed;
	struct sb_flow *flow;
	unsigned int i;

	orig.src = sb_test_guest6;
	orig.dst = sb_test_guest6;
	orig.dst.s6_addr[15] = 2;
	reply = sb_test_reply(&orig);
	reply.src = sb_test_server6;
	rcu_read_lock();
	flow = sb_flow_new(table, world->rule, &orig, &evicted);
	KUNIT_ASSERT_FALSE(test, IS_ERR(flow));
	KUNIT_EXPECT_PTR_EQ(test, sb_flow_insert(table, flow, &reply, &changed), flow);
	KUNIT_EXPECT_FALSE(test, changed);
	sb_expect_found(test, flow);
	for (i = 0; i < 4; i++) {
		other = orig;
		other.dst.s6_addr32[i] ^= htonl(1);
		KUNIT_EXPECT_NULL(test, sb_flow_find(table, &other));
		other = orig;
		other.src.s6_addr32[i] ^= htonl(BIT(31));
		KUNIT_EXPECT_NULL(test, sb_flow_find(table, &other));
	}
	for (i = 0; i < 2; i++) {
		other = orig;
		other.vid[i] = 0x8005;
		KUNIT_EXPECT_NULL(test, sb_flow_find(table, &other));
	}
	rcu_read_unlock();
}

/* A protocol without ports: another flow's client can only have another address. */
static void sb_flow_no_ports(struct kunit *test)
{
	struct sb_flow_table *table = sb_test_table(test, 2000);
	u32 i, lost = 0, same = 0;

	for (i = 0; i < 1000; i++) {
		struct sb_tuple orig = sb_test_orig(IPPROTO_GRE, 0, SB_DEST + i, 0);
		struct sb_flow_world *world = test->priv;
		struct sb_tuple reply;
		bool evicted, changed;
		struct sb_flow *flow;

		if (i & 1) {
			orig.src = sb_test_guest6;
			orig.dst = sb_test_guest6;
			orig.dst.s6_addr32[3] = htonl(i);
		}
		reply = sb_test_reply(&orig);
		reply.l4_src = 0;
		reply.src = i & 1 ? sb_test_server6 : reply.src;
		rcu_read_lock();
		flow = sb_flow_new(table, world->rule, &orig, &evicted);
		if (!IS_ERR(flow))
			flow = sb_flow_insert(table, flow, &reply, &changed);
		if (IS_ERR(flow)) {
			lost++;
		} else {
			reply = flow->nodes[SB_DIR_REPLY].tuple;
			lost += reply.l4_dst || sb_flow_find(table, &reply) != flow ||
				sb_addr_is_v4(&reply.dst) != !(i & 1);
			same += sb_addr_equal(&reply.dst, &orig.src);
		}
		rcu_read_unlock();
	}
	KUNIT_EXPECT_EQ(test, lost, 0);
	KUNIT_EXPECT_EQ(test, same, 2);
}

/* The size that a flow may have: what memory for a full table is reckoned by. */
static void sb_flow_size(struct kunit *test)
{
	KUNIT_EXPECT_LE(test, sizeof(struct sb_flow), 256);
}

/* Two CPUs open the same conversation: one flow, and who comes second gets it. */
static void sb_flow_race(struct kunit *test)
{
	struct sb_flow_world *world = test->priv;
	struct sb_flow_table *table = sb_test_table(test, 100);
	const struct sb_tuple orig = sb_test_orig(IPPROTO_UDP, 65084, SB_DEST, 477);
	struct sb_tuple reply = sb_test_reply(&orig);
	bool evicted, changed;
	struct sb_flow *a, *b;

	rcu_read_lock();
	a = sb_flow_new(table, world->rule, &orig, &evicted);
	b = sb_flow_new(table, world->rule, &orig, &evicted);
	KUNIT_ASSERT_FALSE(test, IS_ERR(a));
	KUNIT_ASSERT_FALSE(test, IS_ERR(b));
	KUNIT_EXPECT_EQ(test, refcount_read(&world->rule->ref), 3);
	KUNIT_EXPECT_PTR_EQ(test, sb_flow_insert(table, b, &reply, &changed), b);
	reply = sb_test_reply(&orig);
	KUNIT_EXPECT_PTR_EQ(test, sb_flow_insert(table, a, &reply, &changed), b);
	KUNIT_EXPECT_FALSE(test, changed);
	KUNIT_EXPECT_EQ(test, refcount_read(&world->rule->ref), 2);
	KUNIT_EXPECT_EQ(test, sb_flow_table_count(table), 1);
	KUNIT_EXPECT_EQ(test, world->log.started, 1);
	sb_expect_found(test, b);
	rcu_read_unlock();
}

static void sb_flow_discarded(struct kunit *test)
{
	struct sb_flow_world *world = test->priv;
	struct sb_flow_table *table = sb_test_table(test, 100);
	const struct sb_tuple orig = sb_test_orig(IPPROTO_UDP, 65084, SB_DEST, 477);
	struct sb_flow *flow;
	bool evicted;

	flow = sb_flow_new(table, world->rule, &orig, &evicted);
	KUNIT_ASSERT_FALSE(test, IS_ERR(flow));
	KUNIT_EXPECT_EQ(test, refcount_read(&world->rule->ref), 2);
	sb_flow_discard(table, flow);
	KUNIT_EXPECT_EQ(test, refcount_read(&world->rule->ref), 1);
	KUNIT_EXPECT_EQ(test, sb_flow_table_count(table), 0);
	KUNIT_EXPECT_EQ(test, world->log.started + world->log.ended, 0);
}

/* One packet: who sent it, its TCP flags, the state it leads to. */
struct sb_flow_step {
	u8	dir;
	u8	flags;
	u8	state;
	u8	timeout;
};

#define ORIG(f, s, t)	{ SB_DIR_ORIG, f, SINKBRIDGE_FLOW_##s, SB_TIMEOUT_##t }
#define REPLY(f, s, t)	{ SB_DIR_REPLY, f, SINKBRIDGE_FLOW_##s, SB_TIMEOUT_##t }
#define END		{ U8_MAX }

struct sb_flow_case {
	const char		*name;
	u8			protocol;
	struct sb_flow_step	step[8];
	bool			reopens;	/* a SYN would begin anew */
	u8			reason;		/* when its time is over */
};

static const struct sb_flow_case sb_flow_cases[] = {
	{ "UDP without answer", IPPROTO_UDP,
	  { ORIG(0, OPENING, UDP_OPENING), ORIG(0, OPENING, UDP_OPENING), END } },
	{ "UDP answered", IPPROTO_UDP,
	  { ORIG(0, OPENING, UDP_OPENING), REPLY(0, ESTABLISHED, UDP), ORIG(0, ESTABLISHED, UDP),
	    END } },
	{ "ICMP echo without answer", IPPROTO_ICMP, { ORIG(0, OPENING, ICMP), END } },
	{ "ICMP echo answered", IPPROTO_ICMP,
	  { ORIG(0, OPENING, ICMP), REPLY(0, ESTABLISHED, ICMP), END } },
	{ "TCP SYN without answer", IPPROTO_TCP,
	  { ORIG(SYN, OPENING, TCP_OPENING), ORIG(SYN, OPENING, TCP_OPENING), END } },
	{ "TCP handshake", IPPROTO_TCP,
	  { ORIG(SYN, OPENING, TCP_OPENING), REPLY(SYN | ACK, ESTABLISHED, TCP_ESTABLISHED),
	    ORIG(ACK, ESTABLISHED, TCP_ESTABLISHED), END } },
	{ "TCP refused", IPPROTO_TCP,
	  { ORIG(SYN, OPENING, TCP_OPENING), REPLY(RST | ACK, CLOSED, TCP_CLOSED), END },
	  true, SINKBRIDGE_END_CLOSED },
	{ "TCP closed by the guest, then the server", IPPROTO_TCP,
	  { ORIG(SYN, OPENING, TCP_OPENING), REPLY(SYN | ACK, ESTABLISHED, TCP_ESTABLISHED),
	    ORIG(FIN | ACK, CLOSING, TCP_CLOSING), REPLY(ACK, CLOSING, TCP_CLOSING),
	    REPLY(FIN | ACK, CLOSED, TCP_CLOSED), ORIG(ACK, CLOSED, TCP_CLOSED), END },
	  true, SINKBRIDGE_END_CLOSED },
	{ "TCP closed by the server, then the guest", IPPROTO_TCP,
	  { ORIG(SYN, OPENING, TCP_OPENING), REPLY(SYN | ACK, ESTABLISHED, TCP_ESTABLISHED),
	    REPLY(FIN | ACK, CLOSING, TCP_CLOSING), ORIG(ACK, CLOSING, TCP_CLOSING),
	    ORIG(FIN | ACK, CLOSED, TCP_CLOSED), END }, true, SINKBRIDGE_END_CLOSED },
	{ "TCP half closed: the same FIN twice", IPPROTO_TCP,
	  { ORIG(SYN, OPENING, TCP_OPENING), REPLY(SYN | ACK, ESTABLISHED, TCP_ESTABLISHED),
	    ORIG(FIN | ACK, CLOSING, TCP_CLOSING), ORIG(FIN | ACK, CLOSING, TCP_CLOSING),
	    REPLY(ACK, CLOSING, TCP_CLOSING), END } },
	{ "TCP reset by the guest", IPPROTO_TCP,
	  { ORIG(SYN, OPENING, TCP_OPENING), REPLY(SYN | ACK, ESTABLISHED, TCP_ESTABLISHED),
	    ORIG(RST, CLOSED, TCP_CLOSED), REPLY(ACK, CLOSED, TCP_CLOSED), END },
	  true, SINKBRIDGE_END_CLOSED },
};

static void sb_flow_case_name(const struct sb_flow_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(sb_flow, sb_flow_cases, sb_flow_case_name);

static void sb_flow_states(struct kunit *test)
{
	const struct sb_flow_case *c = test->param_value;
	struct sb_flow_world *world = test->priv;
	struct sb_flow_table *table = sb_test_table(test, 100);
	const struct sb_flow_step *step;
	struct sb_tuple orig;
	struct sb_flow *flow;

	rcu_read_lock();
	flow = sb_test_flow_of(test, c->protocol);
	for (step = c->step; step->dir != U8_MAX; step++) {
		u32 timeout = msecs_to_jiffies(sb_test_timeouts[step->timeout]);
		u32 before = jiffies;

		sb_flow_account(table, flow, step->dir, 60, step->flags);
		KUNIT_EXPECT_EQ_MSG(test, flow->state, step->state, "packet %d",
				    (int)(step - c->step));
		KUNIT_EXPECT_GE(test, (s32)(flow->expires - (before + timeout)), 0);
		KUNIT_EXPECT_LE(test, (s32)(flow->expires - ((u32)jiffies + timeout)), 0);
		KUNIT_EXPECT_LE(test, sb_flow_expires_ms(flow), sb_test_timeouts[step->timeout]);
		KUNIT_EXPECT_GT(test, sb_flow_expires_ms(flow) + 1000,
				sb_test_timeouts[step->timeout]);
	}
	KUNIT_EXPECT_EQ(test, sb_flow_reopens(flow, SYN), c->reopens);
	KUNIT_EXPECT_FALSE(test, sb_flow_reopens(flow, SYN | ACK));
	KUNIT_EXPECT_FALSE(test, sb_flow_reopens(flow, ACK));
	KUNIT_EXPECT_FALSE(test, sb_flow_reopens(flow, 0));

	/* its time is over: whoever looks for it ends it */
	sb_expect_found(test, flow);
	orig = flow->nodes[SB_DIR_ORIG].tuple;
	WRITE_ONCE(flow->expires, jiffies);
	KUNIT_EXPECT_EQ(test, sb_flow_expires_ms(flow), 0);
	KUNIT_EXPECT_NULL(test, sb_flow_find(table, &orig));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, world->log.ended, 1);
	KUNIT_EXPECT_EQ(test, world->log.last_reason, c->reason);
	KUNIT_EXPECT_EQ(test, sb_flow_table_count(table), 0);
}

static void sb_flow_counts(struct kunit *test)
{
	struct sb_flow_table *table = sb_test_table(test, 100);
	struct sb_flow *flow;

	rcu_read_lock();
	flow = sb_test_flow_of(test, IPPROTO_UDP);
	sb_flow_account(table, flow, SB_DIR_ORIG, 540, 0);
	sb_flow_account(table, flow, SB_DIR_ORIG, 60, 0);
	sb_flow_account(table, flow, SB_DIR_REPLY, 1000, 0);
	KUNIT_EXPECT_EQ(test, atomic64_read(&flow->packets[SB_DIR_ORIG]), 2);
	KUNIT_EXPECT_EQ(test, atomic64_read(&flow->bytes[SB_DIR_ORIG]), 600);
	KUNIT_EXPECT_EQ(test, atomic64_read(&flow->packets[SB_DIR_REPLY]), 1);
	KUNIT_EXPECT_EQ(test, atomic64_read(&flow->bytes[SB_DIR_REPLY]), 1000);
	KUNIT_EXPECT_GE(test, sb_flow_last_ms(flow), flow->start);
	KUNIT_EXPECT_LT(test, sb_flow_last_ms(flow), flow->start + 60000);
	rcu_read_unlock();
}

/* Ended twice is ended once; the rule is let go after a grace period. */
static void sb_flow_ends_once(struct kunit *test)
{
	struct sb_flow_world *world = test->priv;
	struct sb_flow_table *table = sb_test_table(test, 100);
	struct sb_flow *flow;

	rcu_read_lock();
	flow = sb_test_flow_of(test, IPPROTO_UDP);
	KUNIT_EXPECT_EQ(test, refcount_read(&world->rule->ref), 2);
	sb_flow_end(table, flow, SINKBRIDGE_END_REUSED);
	sb_flow_end(table, flow, SINKBRIDGE_END_GONE);
	KUNIT_EXPECT_EQ(test, refcount_read(&world->rule->ref), 2);
	rcu_read_unlock();
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, refcount_read(&world->rule->ref), 1);
	KUNIT_EXPECT_EQ(test, world->log.ended, 1);
	KUNIT_EXPECT_EQ(test, world->log.last_reason, SINKBRIDGE_END_REUSED);
	KUNIT_EXPECT_EQ(test, sb_flow_table_count(table), 0);
}

static struct kunit_case sb_flow_test_cases[] = {
	KUNIT_CASE(sb_flow_found_both_ways),
	KUNIT_CASE(sb_flow_clash),
	KUNIT_CASE(sb_flow_scan),
	KUNIT_CASE(sb_flow_ipv6),
	KUNIT_CASE(sb_flow_no_ports),
	KUNIT_CASE(sb_flow_size),
	KUNIT_CASE(sb_flow_race),
	KUNIT_CASE(sb_flow_discarded),
	KUNIT_CASE_PARAM(sb_flow_states, sb_flow_gen_params),
	KUNIT_CASE(sb_flow_counts),
	KUNIT_CASE(sb_flow_ends_once),
	{}
};

static struct kunit_suite sb_flow_suite = {
	.name		= "sinkbridge-flow",
	.suite_init	= sb_flow_suite_init,
	.suite_exit	= sb_flow_suite_exit,
	.init		= sb_flow_test_init,
	.exit		= sb_flow_test_exit,
	.test_cases	= sb_flow_test_cases,
};
kunit_test_suite(sb_flow_suite);
