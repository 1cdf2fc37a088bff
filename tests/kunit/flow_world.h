/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of flows share: one guest, one server, one rule, and a log of what was told. */
#ifndef SB_TEST_FLOW_WORLD_H
#define SB_TEST_FLOW_WORLD_H

#include <kunit/test.h>
#include <linux/if.h>

#include "flow.h"
#include "module.h"
#include "table.h"

#define SB_GUEST_PORT	3
#define SB_SERVER_PORT	9
#define SB_GUEST	0xc0a80164	/* 192.168.1.100 */
#define SB_DEST		0x01020304
#define SB_SERVER	0xc6120009	/* 198.18.0.9 */

extern const u32 sb_test_timeouts[__SB_TIMEOUTS];

/* What the callbacks saw. */
struct sb_flow_log {
	u32	started;
	u32	ended;
	u8	last_reason;
	u64	last_id;
};

struct sb_flow_world {
	struct sb_flow_table	*table;
	struct sb_rule		*rule;
	struct sb_server	server;
	struct sb_flow_log	log;
};

/* test->priv is the world, between init and exit; exit checks that all that began has ended. */
int sb_flow_test_init(struct kunit *test);
void sb_flow_test_exit(struct kunit *test);
int sb_flow_suite_init(struct kunit_suite *suite);
void sb_flow_suite_exit(struct kunit_suite *suite);

/* The test's table. */
struct sb_flow_table *sb_test_table(struct kunit *test, u32 max);

/* A packet from the guest's port sport to dst:dport. */
struct sb_tuple sb_test_orig(u8 protocol, u16 sport, u32 dst, u16 dport);
/* The server tuple that it asks for: all destinations lead to one server. */
struct sb_tuple sb_test_reply(const struct sb_tuple *orig);

/* Open a flow as the packet path does; RCU held. */
struct sb_flow *sb_test_open(struct kunit *test, const struct sb_tuple *orig, bool *evicted,
			     bool *changed);
/* The same, and it must go well. */
struct sb_flow *sb_test_flow(struct kunit *test, const struct sb_tuple *orig);
/* count flows from the guest's ports 1000 on. */
void sb_test_fill(struct kunit *test, u32 count, bool answered);

void sb_expect_found(struct kunit *test, struct sb_flow *flow);

#endif /* SB_TEST_FLOW_WORLD_H */
