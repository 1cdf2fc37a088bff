// SPDX-License-Identifier: GPL-2.0-only
/* The compiled table against a list that is read from top to bottom. */
#include <linux/in.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <kunit/test.h>

#include "module.h"
#include "table.h"

/* One rule, or what a packet asks; addresses in host order. */
#define ANY		.any_protocol = true
#define PROTO(number)	.protocol = number
#define PORTS(a, b)	.dport_first = a, .dport_last = b
#define WORDS(a, b, c, d) { .in6_u.u6_addr32 = { cpu_to_be32(a), cpu_to_be32(b), cpu_to_be32(c), \
						 cpu_to_be32(d) } }
#define V4(addr)	WORDS(0, 0, 0xffff, addr)
#define V6(addr)	WORDS(0x20010db8, 0, 0, addr)	/* 2001:db8::/96 and that */
#define DST(addr, len)	.dst = V4(addr), .family = SB_FAMILY_V4, .dst_len = SB_ADDR_V4_BITS + (len)
#define DST6(addr, len)	.dst = addr, .family = SB_FAMILY_V6, .dst_len = len
#define GUEST(number)	.guest_id = number

static bool sb_naive_match(const struct sb_match *match, const struct sb_key *key)
{
	u32 i;

	if (!match->any_protocol && match->protocol != key->protocol)
		return false;
	if (match->guest_id && match->guest_id != key->guest_id)
		return false;
	if (match->family != SB_FAMILY_ANY &&
	    (match->family == SB_FAMILY_V4) != sb_addr_is_v4(&key->dst))
		return false;
	for (i = 0; i < match->dst_len; i++)
		if ((key->dst.s6_addr[i / 8] ^ match->dst.s6_addr[i / 8]) & (0x80 >> i % 8))
			return false;
	return !match->dport_last ||
	       (key->dport >= match->dport_first && key->dport <= match->dport_last);
}

static struct sb_rule *sb_naive_lookup(const struct sb_table *table, const struct sb_key *key)
{
	u32 i;

	for (i = 0; i < table->count; i++)
		if (sb_naive_match(&table->rules[i]->match, key))
			return table->rules[i];
	return NULL;
}

static struct sb_rule **sb_test_rules(struct kunit *test, u32 count)
{
	struct sb_rule **rules = kvcalloc(count, sizeof(*rules), GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, rules);
	for (i = 0; i < count; i++) {
		rules[i] = sb_rule_alloc(GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, rules[i]);
		rules[i]->id = i + 1;
	}
	return rules;
}

static struct sb_table *sb_test_build(struct kunit *test, const struct sb_match *matches,
				      u32 count)
{
	struct sb_rule **rules = sb_test_rules(test, count);
	struct sb_table *table;
	u32 bad, i;

	for (i = 0; i < count; i++)
		rules[i]->match = matches[i];
	table = sb_table_build(rules, count, 7, &bad);
	KUNIT_ASSERT_FALSE(test, IS_ERR(table));
	KUNIT_EXPECT_EQ(test, table->generation, 7);
	KUNIT_EXPECT_EQ(test, table->count, count);
	return table;
}

/* The id of the rule that matches, 0: none. */
static u32 sb_test_lookup(const struct sb_table *table, const struct sb_key *key)
{
	struct sb_rule *rule;
	u32 id;

	rcu_read_lock();
	rule = sb_table_lookup(table, key);
	id = rule ? rule->id : 0;
	rcu_read_unlock();
	return id;
}

/* Up to 4 rules, and one question. */
struct sb_table_case {
	const char	*name;
	struct sb_match	match[4];
	u32		count;
	struct sb_key	key;
	u32		expect;		/* which rule, from 1; 0: none */
};

static const struct sb_table_case sb_table_cases[] = {
	{ "any", { { ANY } }, 1, { PROTO(47) }, 1 },
	{ "protocol", { { PROTO(6) } }, 1, { PROTO(6) }, 1 },
	{ "other protocol", { { PROTO(6) } }, 1, { PROTO(17) }, 0 },
	{ "protocol 0 is not any", { { PROTO(0) } }, 1, { PROTO(17) }, 0 },
	{ "any is not protocol 0 only", { { PROTO(0) }, { ANY } }, 2, { PROTO(17) }, 2 },
	{ "protocol 0", { { PROTO(0) }, { ANY } }, 2, { PROTO(0) }, 1 },
	{ "first of two", { { ANY }, { PROTO(6) } }, 2, { PROTO(6) }, 1 },
	{ "first of two, the narrow one", { { PROTO(6) }, { ANY } }, 2, { PROTO(6) }, 1 },
	{ "second of two", { { PROTO(17) }, { ANY } }, 2, { PROTO(6) }, 2 },
	{ "order beats narrowness",
	  { { PROTO(6), PORTS(1, 65535) }, { PROTO(6), PORTS(80, 80), DST(0x01020304, 32) } }, 2,
	  { PROTO(6), .dport = 80, .dst = V4(0x01020304) }, 1 },
	{ "port", { { PROTO(17), PORTS(53, 53) } }, 1, { PROTO(17), .dport = 53 }, 1 },
	{ "port below", { { PROTO(17), PORTS(53, 53) } }, 1, { PROTO(17), .dport = 52 }, 0 },
	{ "port above", { { PROTO(17), PORTS(53, 53) } }, 1, { PROTO(17), .dport = 54 }, 0 },
	{ "same port, other protocol", { { PROTO(17), PORTS(53, 53) } }, 1,
	  { PROTO(6), .dport = 53 }, 0 },
	{ "range, first", { { PROTO(6), PORTS(1000, 1999) } }, 1, { PROTO(6), .dport = 1000 }, 1 },
	{ "range, last", { { PROTO(6), PORTS(1000, 1999) } }, 1, { PROTO(6), .dport = 1999 }, 1 },
	{ "range, below", { { PROTO(6), PORTS(1000, 1999) } }, 1, { PROTO(6), .dport = 999 }, 0 },
	{ "range, above", { { PROTO(6), PORTS(1000, 1999) } }, 1, { PROTO(6), .dport = 2000 }, 0 },
	{ "all ports, port 0", { { PROTO(6), PORTS(1, 65535) } }, 1, { PROTO(6) }, 0 },
	{ "any port, port 0", { { PROTO(6) } }, 1, { PROTO(6) }, 1 },
	{ "all ports, the last", { { PROTO(6), PORTS(1, 65535) } }, 1,
	  { PROTO(6), .dport = 65535 }, 1 },
	{ "overlapping ranges", { { PROTO(6), PORTS(10, 20) }, { PROTO(6), PORTS(15, 30) } }, 2,
	  { PROTO(6), .dport = 18 }, 1 },
	{ "overlapping ranges, second only",
	  { { PROTO(6), PORTS(10, 20) }, { PROTO(6), PORTS(15, 30) } }, 2,
	  { PROTO(6), .dport = 21 }, 2 },
	{ "range within an earlier one", { { PROTO(6), PORTS(8, 15) }, { PROTO(6), PORTS(8, 11) } },
	  2, { PROTO(6), .dport = 9 }, 1 },
	{ "range within an earlier one, a piece in common",
	  { { PROTO(6), PORTS(10, 20) }, { PROTO(6), PORTS(16, 19) } }, 2,
	  { PROTO(6), .dport = 17 }, 1 },
	{ "range around an earlier one",
	  { { PROTO(6), PORTS(8, 11) }, { PROTO(6), PORTS(8, 15) } }, 2,
	  { PROTO(6), .dport = 12 }, 2 },
	{ "address", { { ANY, DST(0x01020304, 32) } }, 1,
	  { PROTO(6), .dst = V4(0x01020304) }, 1 },
	{ "other address", { { ANY, DST(0x01020304, 32) } }, 1,
	  { PROTO(6), .dst = V4(0x01020305) }, 0 },
	{ "prefix", { { ANY, DST(0x0a000000, 8) } }, 1,
	  { PROTO(6), .dst = V4(0x0affffff) }, 1 },
	{ "outside the prefix", { { ANY, DST(0x0a000000, 8) } }, 1,
	  { PROTO(6), .dst = V4(0x0b000000) }, 0 },
	{ "prefix of 1 bit", { { ANY, DST(0x80000000, 1) } }, 1,
	  { PROTO(6), .dst = V4(0xff000000) }, 1 },
	{ "prefix of 31 bits", { { ANY, DST(0x01020304, 31) } }, 1,
	  { PROTO(6), .dst = V4(0x01020306) }, 0 },
	{ "IPv4 default, IPv6 packet", { { ANY, DST(0, 0) }, { ANY } }, 2,
	  { PROTO(6), .dst = V6(1) }, 2 },
	{ "IPv4 default", { { ANY, DST(0, 0) }, { ANY } }, 2, { PROTO(6), .dst = V4(1) }, 1 },
	{ "IPv6 default, IPv4 packet", { { ANY, DST6(WORDS(0, 0, 0, 0), 0) }, { ANY } }, 2,
	  { PROTO(6), .dst = V4(1) }, 2 },
	{ "IPv6 default", { { ANY, DST6(WORDS(0, 0, 0, 0), 0) }, { ANY } }, 2,
	  { PROTO(6), .dst = V6(1) }, 1 },
	{ "a prefix around the mapped addresses", { { ANY, DST6(WORDS(0, 0, 0, 0), 64) } }, 1,
	  { PROTO(6), .dst = V4(1) }, 0 },
	{ "no prefix, IPv6 packet", { { ANY } }, 1, { PROTO(6), .dst = V6(1) }, 1 },
	{ "IPv6 address", { { ANY, DST6(V6(1), 128) } }, 1, { PROTO(6), .dst = V6(1) }, 1 },
	{ "other IPv6 address", { { ANY, DST6(V6(1), 128) } }, 1, { PROTO(6), .dst = V6(2) }, 0 },
	{ "IPv6 prefix", { { ANY, DST6(WORDS(0x20010db8, 0, 0, 0), 32) } }, 1,
	  { PROTO(6), .dst = WORDS(0x20010db8, 0xffffffff, 1, 2) }, 1 },
	{ "outside the IPv6 prefix", { { ANY, DST6(WORDS(0x20010db8, 0, 0, 0), 32) } }, 1,
	  { PROTO(6), .dst = WORDS(0x20010db9, 0, 0, 0) }, 0 },
	{ "IPv6 prefix of 127 bits", { { ANY, DST6(V6(2), 127) } }, 1,
	  { PROTO(6), .dst = V6(3) }, 1 },
	{ "address 0 is not any", { { ANY, DST(0, 32) } }, 1,
	  { PROTO(6), .dst = V4(1) }, 0 },
	{ "guest port", { { ANY, GUEST(3) } }, 1, { PROTO(6), GUEST(3) }, 1 },
	{ "other guest port", { { ANY, GUEST(3) } }, 1, { PROTO(6), GUEST(4) }, 0 },
	{ "guest port without a name in rules", { { ANY, GUEST(3) } }, 1, { PROTO(6) }, 0 },
	{ "any guest port", { { ANY } }, 1, { PROTO(6), GUEST(65535) }, 1 },
	{ "guest port, then any", { { ANY, GUEST(3) }, { ANY } }, 2, { PROTO(6), GUEST(4) }, 2 },
	{ "all fields",
	  { { PROTO(17), PORTS(1, 100), DST(0x01020300, 24), GUEST(1) },
	    { PROTO(17), PORTS(1, 100), DST(0x01020300, 24), GUEST(2) },
	    { PROTO(17), PORTS(1, 100), DST(0x01020300, 24) },
	    { PROTO(17), PORTS(1, 100) } }, 4,
	  { PROTO(17), .dport = 77, .dst = V4(0x010203ff), GUEST(2) }, 2 },
	{ "no rules", {}, 0, { PROTO(6), .dport = 80 }, 0 },
};

static void sb_table_case_name(const struct sb_table_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(sb_table, sb_table_cases, sb_table_case_name);

static void sb_table_first_match(struct kunit *test)
{
	const struct sb_table_case *c = test->param_value;
	struct sb_table *table = sb_test_build(test, c->match, c->count);

	KUNIT_EXPECT_EQ(test, sb_test_lookup(table, &c->key), c->expect);
	sb_table_free(table);
}

static const struct in6_addr sb_random_net4 = V4(0x0a000000);
static const struct in6_addr sb_random_net6 = V6(0x0a000000);

/*
 * A small world, so that rules overlap and packets hit; but few rules that
 * match nearly all and leave nothing to those behind them.
 */
static void sb_random_match(struct rnd_state *random, struct sb_match *match)
{
	static const u8 protocols[] = { 6, 17, 6, 17, 6, 47, 0, 255 };
	u32 r = prandom_u32_state(random);
	bool narrow = r & 0x70000; /* seven of eight */
	u32 a, b;

	memset(match, 0, sizeof(*match));
	match->any_protocol = !(r & 7);
	if (!match->any_protocol)
		match->protocol = protocols[r >> 3 & 7];
	if (r & 0x40)
		match->guest_id = 1 + (r >> 7 & 3);
	if (r & 0x200 || narrow) {
		u32 bits = r & 0x400000 ? 32 : 128;

		match->family = bits == 32 ? SB_FAMILY_V4 : SB_FAMILY_V6;
		match->dst_len = 128 - bits +
				 (narrow ? bits - 3 + (r >> 20) % 4 :
					   prandom_u32_state(random) % (bits + 1));
		a = prandom_u32_state(random) & 7;
		ipv6_addr_prefix(&match->dst, bits == 32 ? &sb_random_net4 : &sb_random_net6,
				 128);
		match->dst.s6_addr32[3] |= htonl(a);
		ipv6_addr_prefix(&match->dst, &(struct in6_addr){ match->dst.in6_u },
				 match->dst_len);
	}
	if ((match->protocol == IPPROTO_TCP || match->protocol == IPPROTO_UDP) &&
	    (r & 0x400 || narrow)) {
		a = 1 + prandom_u32_state(random) % (r & 0x800 ? 65535 : 64);
		b = r & 0x1000 ? a : a + prandom_u32_state(random) % (r & 0x2000 ? 65536 - a : 16);
		match->dport_first = a;
		match->dport_last = min(b, 65535U);
	}
}

/* A packet at the edge of a rule's match, or just outside. */
static void sb_random_key(struct rnd_state *random, const struct sb_match *match,
			  struct sb_key *key)
{
	u32 r = prandom_u32_state(random);

	memset(key, 0, sizeof(*key));
	key->protocol = match->any_protocol || !(r & 15) ? prandom_u32_state(random) :
							   match->protocol;
	key->guest_id = match->guest_id && r & 0x30 ? match->guest_id : r >> 6 & 7;
	key->dst = match->dst;
	if (r & 0x200)
		key->dst.s6_addr32[3] ^=
			htonl(BIT(prandom_u32_state(random) & (r & 0x80000 ? 31 : 3)));
	if (match->family == SB_FAMILY_ANY)
		key->dst = r & 0x100000 ? sb_random_net4 : sb_random_net6;
	else if (match->family == SB_FAMILY_V6 && !(r & 0x1e00000))
		key->dst.s6_addr32[prandom_u32_state(random) & 1] ^=
			htonl(BIT(prandom_u32_state(random) & 31));
	if (key->protocol != IPPROTO_TCP && key->protocol != IPPROTO_UDP)
		return;
	if (r & 0x400)
		key->dport = prandom_u32_state(random);
	else
		key->dport = (r & 0x800 ? match->dport_first : match->dport_last) + (r >> 12) % 3 -
			     1;
}

/* Random rules; a match that is there already is left out. */
static struct sb_table *sb_random_table(struct kunit *test, struct rnd_state *random, u32 count)
{
	struct sb_rule **rules;
	struct sb_table *table;
	u32 bad, i, k;

	rules = sb_test_rules(test, count);
	for (i = 0; i < count; i++) {
again:
		sb_random_match(random, &rules[i]->match);
		for (k = 0; k < i; k++)
			if (!memcmp(&rules[k]->match, &rules[i]->match, sizeof(rules[i]->match)))
				goto again;
	}
	table = sb_table_build(rules, count, 0, &bad);
	KUNIT_ASSERT_FALSE(test, IS_ERR(table));
	return table;
}

/* Returns how many packets matched a rule. */
static u32 sb_expect_as_naive(struct kunit *test, struct rnd_state *random,
			      const struct sb_table *table, u32 keys)
{
	struct sb_rule *naive;
	struct sb_key key;
	u32 hits = 0;
	u32 i, which;

	for (i = 0; i < keys; i++) {
		which = prandom_u32_state(random) % table->count;
		sb_random_key(random, &table->rules[which]->match, &key);
		naive = sb_naive_lookup(table, &key);
		hits += naive ? 1 : 0;
		KUNIT_ASSERT_EQ_MSG(test, sb_test_lookup(table, &key), naive ? naive->id : 0,
				    "protocol %u dst %pI6c dport %u guest %u", key.protocol,
				    &key.dst, key.dport, key.guest_id);
		cond_resched();
	}
	return hits;
}

static void sb_table_random(struct kunit *test)
{
	static const u32 counts[] = { 1, 2, 5, 20, 100, 400 };
	struct rnd_state random;
	struct sb_table *table;
	u32 hits = 0, keys = 0;
	u32 round, i, n;

	prandom_seed_state(&random, 2026);
	for (round = 0; round < 8; round++) {
		for (i = 0; i < ARRAY_SIZE(counts); i++) {
			table = sb_random_table(test, &random, counts[i]);
			n = counts[i] < 20 ? 20 : 500;
			hits += sb_expect_as_naive(test, &random, table, n);
			keys += n;
			sb_table_free(table);
		}
	}
	/* else the test would compare nothing with nothing */
	KUNIT_EXPECT_GT(test, hits, keys / 3);
	KUNIT_EXPECT_LT(test, hits, keys * 49 / 50);
}

/* Every port of many ranges, so every way in which a range is cut. */
static void sb_table_ranges(struct kunit *test)
{
	struct rnd_state random;
	u32 round, port, wrong;

	prandom_seed_state(&random, 11);
	for (round = 0; round < 8; round++) {
		struct sb_match match = { PROTO(6) };
		struct sb_table *table;

		match.dport_first = 1 + prandom_u32_state(&random) % 65535;
		match.dport_last = match.dport_first +
				   prandom_u32_state(&random) % (65536 - match.dport_first);
		table = sb_test_build(test, &match, 1);
		for (port = 0, wrong = 0; port <= U16_MAX; port++) {
			const struct sb_key key = { PROTO(6), .dport = port };

			if (sb_test_lookup(table, &key) !=
			    (port >= match.dport_first && port <= match.dport_last))
				wrong++;
		}
		KUNIT_EXPECT_EQ_MSG(test, wrong, 0, "ports %u-%u", match.dport_first,
				    match.dport_last);
		sb_table_free(table);
		cond_resched();
	}
}

/* As many rules as there may be, each found: UDP ports to a few destinations. */
static void sb_table_full(struct kunit *test)
{
	struct sb_rule **rules = sb_test_rules(test, SINKBRIDGE_MAX_RULES);
	struct sb_table *table;
	u32 bad, i, wrong = 0;
	ktime_t start;

	for (i = 0; i < SINKBRIDGE_MAX_RULES; i++)
		rules[i]->match = (struct sb_match){
			PROTO(17), PORTS(1 + i % 16384, 1 + i % 16384),
			DST(0x01020300 + i / 16384, 32),
		};
	start = ktime_get();
	table = sb_table_build(rules, SINKBRIDGE_MAX_RULES, 0, &bad);
	KUNIT_ASSERT_FALSE(test, IS_ERR(table));
	kunit_info(test, "65,536 rules built in %lld us", ktime_us_delta(ktime_get(), start));

	start = ktime_get();
	for (i = 0; i < SINKBRIDGE_MAX_RULES; i++) {
		const struct sb_key key = {
			PROTO(17), .dport = 1 + i % 16384,
			.dst = V4(0x01020300 + i / 16384),
		};

		if (sb_test_lookup(table, &key) != i + 1)
			wrong++;
	}
	kunit_info(test, "a lookup: %lld ns",
		   ktime_to_ns(ktime_sub(ktime_get(), start)) / SINKBRIDGE_MAX_RULES);
	KUNIT_EXPECT_EQ(test, wrong, 0);
	sb_table_free(table);
}

/* The costliest table: every rule a range that falls into the most pieces. */
static void sb_table_full_ranges(struct kunit *test)
{
	struct sb_rule **rules = sb_test_rules(test, SINKBRIDGE_MAX_RULES);
	struct rnd_state random;
	struct sb_table *table;
	ktime_t start;
	u32 bad, i;

	for (i = 0; i < SINKBRIDGE_MAX_RULES; i++)
		rules[i]->match = (struct sb_match){
			PROTO(6), PORTS(1, 65534), DST(0x0a000000 + i, 32),
		};
	start = ktime_get();
	table = sb_table_build(rules, SINKBRIDGE_MAX_RULES, 0, &bad);
	KUNIT_ASSERT_FALSE(test, IS_ERR(table));
	kunit_info(test, "65,536 ranges built in %lld us", ktime_us_delta(ktime_get(), start));
	prandom_seed_state(&random, 5);
	KUNIT_EXPECT_GT(test, sb_expect_as_naive(test, &random, table, 500), 100);
	sb_table_free(table);
	rcu_barrier();
}

static void sb_table_too_many(struct kunit *test)
{
	struct sb_server *server = kunit_kzalloc(test, sizeof(*server), GFP_KERNEL);
	struct sb_rule **rules;
	struct sb_table *table;
	u32 bad, i;

	KUNIT_ASSERT_NOT_NULL(test, server);
	rules = sb_test_rules(test, SINKBRIDGE_MAX_RULES + 1);
	for (i = 0; i <= SINKBRIDGE_MAX_RULES; i++) {
		rules[i]->match = (struct sb_match){ ANY, DST(i, 32) };
		rules[i]->server = server;
	}
	table = sb_table_build(rules, SINKBRIDGE_MAX_RULES + 1, 0, &bad);
	KUNIT_ASSERT_TRUE(test, IS_ERR(table));
	KUNIT_EXPECT_EQ(test, PTR_ERR(table), -ENOSPC);
	/* the references were taken over all the same */
	KUNIT_EXPECT_EQ(test, atomic_read(&server->puts), SINKBRIDGE_MAX_RULES + 1);
}

/* Two matches that are equal (first), or differ in one field. */
struct sb_duplicate_case {
	const char	*name;
	struct sb_match	match[2];
	bool		equal;
};

static const struct sb_duplicate_case sb_duplicate_cases[] = {
	{ "any twice", { { ANY }, { ANY } }, true },
	{ "any protocol, whatever the unused number", { { ANY, PROTO(6) }, { ANY } }, true },
	{ "any and protocol 0", { { ANY }, { PROTO(0) } }, false },
	{ "same protocol", { { PROTO(6) }, { PROTO(6) } }, true },
	{ "other protocol", { { PROTO(6) }, { PROTO(17) } }, false },
	{ "same port", { { PROTO(6), PORTS(1, 1) }, { PROTO(6), PORTS(1, 1) } }, true },
	{ "other port", { { PROTO(6), PORTS(1, 1) }, { PROTO(6), PORTS(2, 2) } }, false },
	{ "ranges with one start", { { PROTO(6), PORTS(1, 8) }, { PROTO(6), PORTS(1, 9) } }, false },
	{ "ranges with one end", { { PROTO(6), PORTS(1, 9) }, { PROTO(6), PORTS(2, 9) } }, false },
	{ "all ports and any port", { { PROTO(6), PORTS(1, 65535) }, { PROTO(6) } }, false },
	{ "same prefix", { { ANY, DST(0x0a000000, 8) }, { ANY, DST(0x0a000000, 8) } }, true },
	{ "other length", { { ANY, DST(0x0a000000, 8) }, { ANY, DST(0x0a000000, 9) } }, false },
	{ "IPv4 default and any", { { ANY, DST(0, 0) }, { ANY } }, false },
	{ "IPv6 default and any", { { ANY, DST6(WORDS(0, 0, 0, 0), 0) }, { ANY } }, false },
	{ "both defaults", { { ANY, DST6(WORDS(0, 0, 0, 0), 0) }, { ANY, DST(0, 0) } }, false },
	{ "same IPv6 prefix", { { ANY, DST6(V6(0), 96) }, { ANY, DST6(V6(0), 96) } }, true },
	{ "other IPv6 length", { { ANY, DST6(V6(0), 96) }, { ANY, DST6(V6(0), 97) } }, false },
	{ "address 0 and any address", { { ANY, DST(0, 32) }, { ANY } }, false },
	{ "same guest port", { { ANY, GUEST(1) }, { ANY, GUEST(1) } }, true },
	{ "other guest port", { { ANY, GUEST(1) }, { ANY, GUEST(2) } }, false },
	{ "guest port and any", { { ANY, GUEST(1) }, { ANY } }, false },
};

static void sb_duplicate_case_name(const struct sb_duplicate_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(sb_duplicate, sb_duplicate_cases, sb_duplicate_case_name);

static void sb_table_duplicate(struct kunit *test)
{
	const struct sb_duplicate_case *c = test->param_value;
	struct sb_server *server = kunit_kzalloc(test, sizeof(*server), GFP_KERNEL);
	struct sb_rule **rules = sb_test_rules(test, 4);
	struct sb_table *table;
	u32 bad = 99, i;

	KUNIT_ASSERT_NOT_NULL(test, server);
	for (i = 0; i < 4; i++)
		rules[i]->server = server;
	rules[0]->match = (struct sb_match){ PROTO(99) };
	rules[1]->match = c->match[0];
	rules[2]->match = (struct sb_match){ PROTO(100) };
	rules[3]->match = c->match[1];
	table = sb_table_build(rules, 4, 0, &bad);
	if (!c->equal) {
		KUNIT_ASSERT_FALSE(test, IS_ERR(table));
		sb_table_free(table);
		rcu_barrier();
	} else {
		KUNIT_ASSERT_TRUE(test, IS_ERR(table));
		KUNIT_EXPECT_EQ(test, PTR_ERR(table), -EEXIST);
		KUNIT_EXPECT_EQ(test, bad, 3);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&server->puts), 4);
}

/* A change builds a new table of the old rules and one more; the old one goes. */
static void sb_table_shared(struct kunit *test)
{
	static const struct sb_match matches[] = { { PROTO(6) }, { PROTO(17) }, { ANY } };
	static const struct sb_key key = { PROTO(17), .dport = 53 };
	struct sb_server *server = kunit_kzalloc(test, sizeof(*server), GFP_KERNEL);
	struct sb_table *old = sb_test_build(test, matches, 3), *new;
	struct sb_rule **rules;
	u32 bad, i;

	KUNIT_ASSERT_NOT_NULL(test, server);
	rules = sb_test_rules(test, 3);
	sb_rule_put(rules[1]);
	sb_rule_put(rules[2]);
	rules[0]->match = (struct sb_match){ PROTO(17), PORTS(53, 53) };
	rules[0]->id = 4;
	for (i = 0; i < 3; i++)
		old->rules[i]->server = server;
	for (i = 1; i < 3; i++) {
		rules[i] = old->rules[i];
		sb_rule_get(rules[i]);
		KUNIT_EXPECT_EQ(test, refcount_read(&rules[i]->ref), 2);
	}
	new = sb_table_build(rules, 3, 8, &bad);
	KUNIT_ASSERT_FALSE(test, IS_ERR(new));
	KUNIT_EXPECT_EQ(test, sb_test_lookup(old, &key), 2);
	KUNIT_EXPECT_EQ(test, sb_test_lookup(new, &key), 4);

	sb_table_free(old);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic_read(&server->puts), 1);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, refcount_read(&new->rules[i]->ref), 1);
	KUNIT_EXPECT_EQ(test, sb_test_lookup(new, &(struct sb_key){ PROTO(17), .dport = 54 }), 2);

	sb_table_free(new);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic_read(&server->puts), 3);
}

/* Who is still reading keeps a table and its rules alive. */
static void sb_table_grace(struct kunit *test)
{
	static const struct sb_match matches[] = { { ANY } };
	struct sb_server *server = kunit_kzalloc(test, sizeof(*server), GFP_KERNEL);
	struct sb_table *table = sb_test_build(test, matches, 1);

	KUNIT_ASSERT_NOT_NULL(test, server);
	table->rules[0]->server = server;
	rcu_read_lock();
	sb_table_free(table);
	KUNIT_EXPECT_EQ(test, atomic_read(&server->puts), 0);
	KUNIT_EXPECT_EQ(test, refcount_read(&table->rules[0]->ref), 1);
	rcu_read_unlock();
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic_read(&server->puts), 1);
	sb_table_free(NULL);
}

static void sb_table_suite_exit(struct kunit_suite *suite)
{
	rcu_barrier();	/* callbacks of this module */
}

static struct kunit_case sb_table_test_cases[] = {
	KUNIT_CASE_PARAM(sb_table_first_match, sb_table_gen_params),
	KUNIT_CASE(sb_table_random),
	KUNIT_CASE(sb_table_ranges),
	KUNIT_CASE(sb_table_full),
	KUNIT_CASE(sb_table_full_ranges),
	KUNIT_CASE(sb_table_too_many),
	KUNIT_CASE_PARAM(sb_table_duplicate, sb_duplicate_gen_params),
	KUNIT_CASE(sb_table_shared),
	KUNIT_CASE(sb_table_grace),
	{}
};

static struct kunit_suite sb_table_suite = {
	.name		= "sinkbridge-table",
	.suite_exit	= sb_table_suite_exit,
	.test_cases	= sb_table_test_cases,
};
kunit_test_suite(sb_table_suite);
