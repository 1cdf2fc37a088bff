// SPDX-License-Identifier: GPL-2.0-only
/*
 * The port-routing table, compiled into a tuple space.
 *
 * A rule's match becomes entries whose fields are either prefixes (destination
 * address and port; a range of ports is cut into at most 30 of them) or exact
 * (guest port, protocol) or anything.  Entries with the same shape, that is
 * the same prefix lengths and exact fields, form a group: one hash table from
 * masked key to the first rule that has it.  An IPv4 prefix is one of mapped
 * addresses, and the groups of the other family are passed over.  A lookup is one probe a group, in
 * the order of each group's first rule, and it ends when no later group can
 * hold an earlier rule.  So the cost depends on the number of shapes and not
 * on the number of rules.
 */
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "table.h"

/* What of a key counts. */
struct sb_shape {
	u8	family;
	u8	dst_len;
	u8	dport_len;
	bool	guest;
	bool	protocol;
};

#define SB_GROUP_SMALL	4	/* slots */
#define SB_DST_SHAPES	(1 + 33 + 129)	/* any, IPv4 prefixes, IPv6 prefixes */
#define SB_SHAPES	(SB_DST_SHAPES * 17 * 2 * 2)

/* A key, or the part of it that a group looks at. */
struct sb_point {
	u32	dst[4];		/* host order */
	u32	ports;		/* destination port << 16 | guest port id */
	u8	protocol;
};

struct sb_tuple_slot {
	u32	dst[4];
	u32	ports;
	u32	protocol:8,
		rule:24;	/* position in the table + 1; 0: the slot is empty */
};

struct sb_tuple_group {
	struct sb_point		shape;		/* ones where a key counts */
	u8			family;
	u32			first;		/* lowest rule in it, position + 1 */
	u32			entries;	/* while compiling */
	u32			mask;		/* number of slots - 1 */
	struct sb_tuple_slot	*slots;		/* linear probing, at most half full */
};

/* A table under construction. */
struct sb_compiler {
	struct sb_table		*table;
	u16			group_of[SB_SHAPES];	/* position + 1 */
	struct sb_tuple_group	groups[SB_SHAPES];	/* until their number is known */
};

static void sb_rules_put(struct sb_rule **rules, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++)
		sb_rule_put(rules[i]);
	kvfree(rules);
}

static void sb_table_destroy(struct sb_table *table)
{
	sb_rules_put(table->rules, table->count);
	kvfree(table->groups);
	kvfree(table->slots);
	kfree(table);
}

static void sb_table_free_rcu(struct rcu_head *rcu)
{
	sb_table_destroy(container_of(rcu, struct sb_table, rcu));
}

void sb_table_free(struct sb_table *table)
{
	if (table)
		call_rcu(&table->rcu, sb_table_free_rcu);
}

/*
 * Keyed and random: a guest chooses addresses and ports, and must not be able
 * to aim at the longest run of slots.
 */
static u32 sb_point_hash(const struct sb_table *table, const struct sb_tuple_group *group,
			 const struct sb_point *point)
{
	/* of so few entries the first places are searched faster than reckoned */
	if (group->mask < SB_GROUP_SMALL)
		return 0;
	/* all that can differ but for IPv6 */
	if (group->family != SB_FAMILY_V6)
		return hsiphash_3u32(point->dst[3], point->ports, point->protocol,
				     &table->hash_key);
	return hsiphash(point, offsetofend(struct sb_point, protocol), &table->hash_key);
}

static struct sb_point sb_point_make(const struct in6_addr *dst, u16 dport, u16 guest_id,
				     u8 protocol)
{
	return (struct sb_point){
		.dst = {
			ntohl(dst->s6_addr32[0]), ntohl(dst->s6_addr32[1]),
			ntohl(dst->s6_addr32[2]), ntohl(dst->s6_addr32[3]),
		},
		.ports		= (u32)dport << 16 | guest_id,
		.protocol	= protocol,
	};
}

static struct sb_point sb_point_masked(const struct sb_point *point, const struct sb_point *mask)
{
	return (struct sb_point){
		.dst = {
			point->dst[0] & mask->dst[0], point->dst[1] & mask->dst[1],
			point->dst[2] & mask->dst[2], point->dst[3] & mask->dst[3],
		},
		.ports		= point->ports & mask->ports,
		.protocol	= point->protocol & mask->protocol,
	};
}

static bool sb_slot_has(const struct sb_tuple_slot *slot, const struct sb_point *point)
{
	return slot->ports == point->ports && slot->protocol == point->protocol &&
	       slot->dst[3] == point->dst[3] && slot->dst[2] == point->dst[2] &&
	       slot->dst[1] == point->dst[1] && slot->dst[0] == point->dst[0];
}

static struct sb_point sb_shape_mask(const struct sb_shape *shape)
{
	struct in6_addr ones, dst;

	memset(&ones, 0xff, sizeof(ones));
	ipv6_addr_prefix(&dst, &ones, shape->dst_len);
	return sb_point_make(&dst, ~0U << (16 - shape->dport_len), shape->guest ? U16_MAX : 0,
			     shape->protocol ? U8_MAX : 0);
}

/* The place of a shape among all. */
static u32 sb_shape_index(const struct sb_shape *shape)
{
	u32 dst = 0;

	if (shape->family == SB_FAMILY_V4)
		dst = 1 + shape->dst_len - SB_ADDR_V4_BITS;
	else if (shape->family == SB_FAMILY_V6)
		dst = 1 + 33 + shape->dst_len;
	return ((dst * 17 + shape->dport_len) * 2 + shape->guest) * 2 + shape->protocol;
}

static bool sb_match_any_port(const struct sb_match *match)
{
	return !match->dport_last;
}

/*
 * The longest run of ports from *first on, to last at most, that is a prefix;
 * *first moves behind it.  Returns the prefix length.
 */
static u8 sb_port_prefix(u32 *first, u32 last)
{
	u8 bits = *first ? __ffs(*first) : 16;

	while (*first + (1U << bits) - 1 > last)
		bits--;
	*first += 1U << bits;
	return 16 - bits;
}

/* The group of that shape, made if it is the first of its shape.  Groups come in order of rules. */
static struct sb_tuple_group *sb_group_get(struct sb_compiler *compiler,
					   const struct sb_shape *shape, u32 rule)
{
	struct sb_table *table = compiler->table;
	struct sb_tuple_group *group;
	u16 *position;

	position = &compiler->group_of[sb_shape_index(shape)];
	if (!*position) {
		group = &table->groups[table->group_count++];
		group->shape = sb_shape_mask(shape);
		group->family = shape->family;
		group->first = rule;
		*position = table->group_count;
	}
	return &table->groups[*position - 1];
}

static void sb_group_insert(const struct sb_table *table, struct sb_tuple_group *group,
			    const struct sb_point *point, u32 rule)
{
	u32 i = sb_point_hash(table, group, point);
	struct sb_tuple_slot *slot;

	for (;; i++) {
		slot = &group->slots[i & group->mask];
		if (!slot->rule)
			break;
		/* an earlier rule has the same key (ranges overlap): it decides */
		if (sb_slot_has(slot, point))
			return;
	}
	memcpy(slot->dst, point->dst, sizeof(slot->dst));
	slot->ports = point->ports;
	slot->protocol = point->protocol;
	slot->rule = rule;
}

/* Go through a rule's entries: count them per group, or, with slots there, insert them. */
static void sb_compile_rule(struct sb_compiler *compiler, u32 index, bool insert)
{
	const struct sb_match *match = &compiler->table->rules[index]->match;
	u8 protocol = match->any_protocol ? 0 : match->protocol;
	struct sb_shape shape = {
		.family		= match->family,
		.dst_len	= match->dst_len,
		.guest		= match->guest_id,
		.protocol	= !match->any_protocol,
	};
	u32 next = match->dport_first;
	struct sb_tuple_group *group;
	struct sb_point point;
	u32 dport;

	do {
		dport = next;
		if (!sb_match_any_port(match))
			shape.dport_len = sb_port_prefix(&next, match->dport_last);
		group = sb_group_get(compiler, &shape, index + 1);
		if (!insert) {
			group->entries++;
			continue;
		}
		point = sb_point_make(&match->dst, dport, match->guest_id, protocol);
		point = sb_point_masked(&point, &group->shape);
		sb_group_insert(compiler->table, group, &point, index + 1);
	} while (!sb_match_any_port(match) && next <= match->dport_last);
}

static void sb_compile_rules(struct sb_compiler *compiler, bool insert)
{
	u32 i;

	for (i = 0; i < compiler->table->count; i++) {
		sb_compile_rule(compiler, i, insert);
		if (!(i & 0xfff))
			cond_resched();
	}
}

static int sb_compile_slots(struct sb_table *table)
{
	struct sb_tuple_slot *slots;
	size_t total = 0;
	u32 i;

	for (i = 0; i < table->group_count; i++) {
		table->groups[i].mask = roundup_pow_of_two(table->groups[i].entries * 2) - 1;
		total += table->groups[i].mask + 1;
	}
	slots = kvcalloc(total, sizeof(*slots), GFP_KERNEL_ACCOUNT);
	if (!slots)
		return -ENOMEM;
	table->slots = slots;
	for (i = 0; i < table->group_count; i++) {
		table->groups[i].slots = slots;
		slots += table->groups[i].mask + 1;
	}
	return 0;
}

static int sb_compile(struct sb_table *table)
{
	struct sb_compiler *compiler;
	int err = -ENOMEM;

	compiler = kvzalloc(sizeof(*compiler), GFP_KERNEL);
	if (!compiler)
		return -ENOMEM;
	compiler->table = table;
	table->groups = compiler->groups;
	sb_compile_rules(compiler, false);

	table->groups = kvcalloc(table->group_count, sizeof(*table->groups), GFP_KERNEL_ACCOUNT);
	if (!table->groups)
		goto out;
	memcpy(table->groups, compiler->groups, table->group_count * sizeof(*table->groups));
	err = sb_compile_slots(table);
	if (!err)
		sb_compile_rules(compiler, true);
out:
	kvfree(compiler);
	return err;
}

static bool sb_match_equal(const struct sb_match *a, const struct sb_match *b)
{
	return a->family == b->family && a->dst_len == b->dst_len &&
	       sb_addr_equal(&a->dst, &b->dst) &&
	       a->any_protocol == b->any_protocol &&
	       (a->any_protocol || a->protocol == b->protocol) &&
	       a->dport_first == b->dport_first && a->dport_last == b->dport_last &&
	       a->guest_id == b->guest_id;
}

static u32 sb_match_hash(const struct sb_table *table, const struct sb_match *match)
{
	u32 protocol = match->any_protocol ? 0x100 : match->protocol;

	u32 dst = hsiphash(&match->dst, sizeof(match->dst), &table->hash_key);

	return hsiphash_4u32(dst, (u32)match->dport_first << 16 | match->dport_last,
			     (u32)match->family << 16 | match->guest_id,
			     protocol << 8 | match->dst_len, &table->hash_key);
}

/* No two rules may have an equal match. */
static int sb_table_check(const struct sb_table *table, u32 *bad)
{
	u32 mask = roundup_pow_of_two(table->count * 2) - 1;
	u32 *seen; /* position + 1 */
	int err = 0;
	u32 i, slot;

	seen = kvcalloc(mask + 1, sizeof(*seen), GFP_KERNEL);
	if (!seen)
		return -ENOMEM;
	for (i = 0; i < table->count && !err; i++) {
		const struct sb_match *match = &table->rules[i]->match;

		slot = sb_match_hash(table, match) & mask;
		for (; seen[slot]; slot = (slot + 1) & mask) {
			if (!sb_match_equal(&table->rules[seen[slot] - 1]->match, match))
				continue;
			*bad = i;
			err = -EEXIST;
			break;
		}
		if (!seen[slot])
			seen[slot] = i + 1;
	}
	kvfree(seen);
	return err;
}

struct sb_table *sb_table_build(struct sb_rule **rules, u32 count, u32 generation, u32 *bad)
{
	struct sb_table *table;
	int err;
	u32 i;

	table = count <= SINKBRIDGE_MAX_RULES ? kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT) : NULL;
	if (!table) {
		sb_rules_put(rules, count);
		return ERR_PTR(count > SINKBRIDGE_MAX_RULES ? -ENOSPC : -ENOMEM);
	}
	table->generation = generation;
	table->count = count;
	table->rules = rules;
	for (i = 0; i < count; i++) {
		table->forwards |= rules[i]->action == SINKBRIDGE_ACTION_FORWARD;
		table->samples |= rules[i]->flood_rate || rules[i]->capture_max != U32_MAX;
	}
	if (!count)
		return table;

	get_random_bytes(&table->hash_key, sizeof(table->hash_key));
	err = sb_table_check(table, bad);
	if (!err)
		err = sb_compile(table);
	if (err) {
		sb_table_destroy(table);
		return ERR_PTR(err);
	}
	return table;
}

struct sb_rule *sb_table_lookup(const struct sb_table *table, const struct sb_key *key)
{
	u8 family = sb_addr_is_v4(&key->dst) ? SB_FAMILY_V4 : SB_FAMILY_V6;
	struct sb_point whole __uninitialized, point __uninitialized;
	u32 best = U32_MAX;
	u32 i, at;

	whole = sb_point_make(&key->dst, key->dport, key->guest_id, key->protocol);
	for (i = 0; i < table->group_count; i++) {
		const struct sb_tuple_group *group = &table->groups[i];
		const struct sb_tuple_slot *slot;

		if (group->first >= best)
			break;
		if (group->family != SB_FAMILY_ANY && group->family != family)
			continue;
		point = sb_point_masked(&whole, &group->shape);
		for (at = sb_point_hash(table, group, &point);; at++) {
			slot = &group->slots[at & group->mask];
			if (!slot->rule)
				break;
			if (sb_slot_has(slot, &point)) {
				best = min_t(u32, best, slot->rule);
				break;
			}
		}
	}
	return best == U32_MAX ? NULL : table->rules[best - 1];
}
