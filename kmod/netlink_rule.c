// SPDX-License-Identifier: GPL-2.0-only
/* Netlink commands on the rules of a bridge. */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "netlink.h"

/* Ids are never used twice, so they can be used up.  RTNL. */
static int sb_rule_ids_left(const struct sb_bridge *bridge, u32 count,
			    struct netlink_ext_ack *extack)
{
	u32 next;

	if (!check_add_overflow(bridge->next_rule_id, count, &next))
		return 0;
	NL_SET_ERR_MSG(extack, "the bridge has used up all ids of rules");
	return -EOVERFLOW;
}

static int sb_rules_index(const struct sb_table *table, u32 id)
{
	u32 i;

	for (i = 0; i < table->count; i++)
		if (table->rules[i]->id == id)
			return i;
	return -ENOENT;
}

/* The table with rule put in at an index, or without the rule there if rule is NULL.  RTNL. */
static struct sb_table *sb_table_changed(const struct sb_table *old, u32 index,
					 struct sb_rule *rule, u32 *bad)
{
	u32 count = rule ? old->count + 1 : old->count - 1, i, n = 0;
	struct sb_rule **rules = kvmalloc_array(count, sizeof(*rules), GFP_KERNEL_ACCOUNT);

	if (!rules && count)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < old->count; i++) {
		if (i == index) {
			if (!rule)
				continue;
			rules[n++] = rule;
		}
		sb_rule_get(old->rules[i]);
		rules[n++] = old->rules[i];
	}
	if (rule) {
		/* sb_table_build() takes a reference over, and puts it on errors */
		sb_rule_get(rule);
		if (index == old->count)
			rules[n++] = rule;
	}
	return sb_table_build(rules, count, old->generation + 1, bad);
}

static int sb_rule_insert(struct sb_bridge *bridge, struct sb_rule *rule, struct genl_info *info)
{
	const struct sb_table *old = rtnl_dereference(bridge->table);
	struct nlattr *before = info->attrs[SINKBRIDGE_A_RULE_BEFORE];
	int index = before ? sb_rules_index(old, nla_get_u32(before)) : old->count;
	struct sb_table *table;
	u32 bad;

	if (index < 0) {
		NL_SET_ERR_MSG_ATTR(info->extack, before, "no rule has that id");
		return index;
	}
	if (old->count >= SINKBRIDGE_MAX_RULES) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SINKBRIDGE_A_RULE],
				    "the table has 65,536 rules already");
		return -ENOSPC;
	}
	table = sb_table_changed(old, index, rule, &bad);
	if (IS_ERR(table)) {
		if (PTR_ERR(table) == -EEXIST)
			NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SINKBRIDGE_A_RULE],
					    "another rule has the same match");
		return PTR_ERR(table);
	}
	bridge->next_rule_id = rule->id + 1;
	sb_bridge_set_table(bridge, table);
	return 0;
}

static int sb_rule_put_id(struct sk_buff *msg, const struct sb_bridge *bridge, u32 generation,
			  u32 id)
{
	struct nlattr *nest;

	if (nla_put_string(msg, SINKBRIDGE_A_BRIDGE, bridge->dev->name) ||
	    nla_put_u32(msg, SINKBRIDGE_A_GENERATION, generation))
		return -EMSGSIZE;
	nest = nla_nest_start(msg, SINKBRIDGE_A_RULE);
	if (!nest || nla_put_u32(msg, SINKBRIDGE_A_RULE_ID, id))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* The answer is made before the change: a change that cannot be told is not done. */
static int sb_rule_add(struct sb_bridge *bridge, struct genl_info *info, struct sk_buff *msg)
{
	struct nlattr *nest = info->attrs[SINKBRIDGE_A_RULE];
	struct sb_rule *rule;
	int err;

	if (!nest)
		return sb_netlink_missing(info->extack, NULL, SINKBRIDGE_A_RULE,
					  "the rule is not described");
	err = sb_rule_ids_left(bridge, 1, info->extack);
	if (err)
		return err;
	rule = sb_netlink_rule_parse(bridge, nest, info->extack);
	if (IS_ERR(rule))
		return PTR_ERR(rule);
	rule->id = bridge->next_rule_id;
	err = sb_rule_put_id(msg, bridge, rtnl_dereference(bridge->table)->generation + 1,
			     rule->id);
	if (!err)
		err = sb_rule_insert(bridge, rule, info);
	sb_rule_put(rule);
	return err;
}

int sb_netlink_rule_add(struct sk_buff *skb, struct genl_info *info)
{
	struct sb_bridge *bridge = sb_netlink_begin(info, 0);
	struct sk_buff *msg;
	int err = -ENOMEM;
	void *header;

	if (IS_ERR(bridge))
		return PTR_ERR(bridge);
	msg = sb_netlink_answer(info, SINKBRIDGE_CMD_RULE_ADD, &header);
	if (msg)
		err = sb_rule_add(bridge, info, msg);
	rtnl_unlock();
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, header);
	return genlmsg_reply(msg, info);
}

static int sb_rule_del(struct sb_bridge *bridge, struct genl_info *info)
{
	const struct sb_table *old = rtnl_dereference(bridge->table);
	struct nlattr *nest = info->attrs[SINKBRIDGE_A_RULE];
	struct nlattr *tb[SINKBRIDGE_A_RULE_MAX + 1];
	struct sb_table *table;
	int err, index;
	u32 bad;

	if (!nest)
		return sb_netlink_missing(info->extack, NULL, SINKBRIDGE_A_RULE,
					  "the rule is not named");
	err = sb_netlink_nest(tb, SINKBRIDGE_A_RULE_MAX, nest, sb_policy_rule_id, info->extack);
	if (err)
		return err;
	if (!tb[SINKBRIDGE_A_RULE_ID])
		return sb_netlink_missing(info->extack, nest, SINKBRIDGE_A_RULE_ID,
					  "the rule's id is not given");
	index = sb_rules_index(old, nla_get_u32(tb[SINKBRIDGE_A_RULE_ID]));
	if (index < 0) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[SINKBRIDGE_A_RULE_ID], "no rule has that id");
		return index;
	}
	table = sb_table_changed(old, index, NULL, &bad);
	if (IS_ERR(table))
		return PTR_ERR(table);
	sb_bridge_set_table(bridge, table);
	return 0;
}

int sb_netlink_rule_del(struct sk_buff *skb, struct genl_info *info)
{
	struct sb_bridge *bridge = sb_netlink_begin(info, 0);
	int err;

	if (IS_ERR(bridge))
		return PTR_ERR(bridge);
	err = sb_rule_del(bridge, info);
	rtnl_unlock();
	return err;
}

/* How many rules the request holds; -ENOSPC at the first too many. */
static int sb_rules_count(struct genl_info *info)
{
	struct nlattr *nla;
	int count = 0, rem;

	nlmsg_for_each_attr(nla, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(nla) != SINKBRIDGE_A_RULE)
			continue;
		if (count == SINKBRIDGE_MAX_RULES) {
			NL_SET_ERR_MSG_ATTR(info->extack, nla, "a table has at most 65,536 rules");
			return -ENOSPC;
		}
		count++;
	}
	return count;
}

/* The nest of the rule with an index, to point at. */
static struct nlattr *sb_rules_nest(struct genl_info *info, u32 index)
{
	struct nlattr *nla;
	int rem;

	nlmsg_for_each_attr(nla, info->nlhdr, GENL_HDRLEN, rem)
		if (nla_type(nla) == SINKBRIDGE_A_RULE && !index--)
			return nla;
	return NULL;
}

static void sb_rules_put(struct sb_rule **rules, u32 count)
{
	while (count--)
		sb_rule_put(rules[count]);
	kvfree(rules);
}

static struct sb_rule **sb_rules_parse(struct sb_bridge *bridge, struct genl_info *info, u32 count)
{
	struct sb_rule **rules = kvmalloc_array(count, sizeof(*rules), GFP_KERNEL_ACCOUNT);
	struct nlattr *nla;
	u32 n = 0;
	int rem;

	if (!rules)
		return ERR_PTR(-ENOMEM);
	nlmsg_for_each_attr(nla, info->nlhdr, GENL_HDRLEN, rem) {
		struct sb_rule *rule;

		if (nla_type(nla) != SINKBRIDGE_A_RULE)
			continue;
		rule = sb_netlink_rule_parse(bridge, nla, info->extack);
		if (IS_ERR(rule)) {
			sb_rules_put(rules, n);
			return ERR_CAST(rule);
		}
		rule->id = bridge->next_rule_id + n;
		rules[n++] = rule;
		if (!(n % 1024))
			cond_resched();
	}
	return rules;
}

static int sb_rules_replace(struct sb_bridge *bridge, struct genl_info *info, u32 count)
{
	const struct sb_table *old = rtnl_dereference(bridge->table);
	struct nlattr *generation = info->attrs[SINKBRIDGE_A_GENERATION];
	struct sb_rule **rules = NULL;
	struct sb_table *table;
	u32 bad;
	int err;

	if (generation && nla_get_u32(generation) != old->generation) {
		NL_SET_ERR_MSG_ATTR(info->extack, generation,
				    "the table has changed: it is of another generation");
		return -EAGAIN;
	}
	err = sb_rule_ids_left(bridge, count, info->extack);
	if (err)
		return err;
	if (count)
		rules = sb_rules_parse(bridge, info, count);
	if (IS_ERR(rules))
		return PTR_ERR(rules);
	table = sb_table_build(rules, count, old->generation + 1, &bad);
	if (IS_ERR(table)) {
		if (PTR_ERR(table) == -EEXIST)
			NL_SET_ERR_MSG_ATTR(info->extack, sb_rules_nest(info, bad),
					    "an earlier rule has the same match");
		return PTR_ERR(table);
	}
	bridge->next_rule_id += count;
	sb_bridge_set_table(bridge, table);
	return 0;
}

int sb_netlink_rule_replace(struct sk_buff *skb, struct genl_info *info)
{
	int count = sb_rules_count(info), err;
	struct sb_bridge *bridge;

	if (count < 0)
		return count;
	bridge = sb_netlink_begin(info, SINKBRIDGE_A_RULE);
	if (IS_ERR(bridge))
		return PTR_ERR(bridge);
	err = sb_rules_replace(bridge, info, count);
	rtnl_unlock();
	return err;
}

static int sb_rule_tell(struct sk_buff *skb, struct netlink_callback *cb,
			const struct sb_table *table, const struct sb_rule *rule)
{
	void *header = sb_dump_put(skb, cb, SINKBRIDGE_CMD_RULE_GET);
	struct nlattr *nest;

	if (!header)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, header);
	if (nla_put_u32(skb, SINKBRIDGE_A_GENERATION, table->generation))
		goto full;
	nest = nla_nest_start(skb, SINKBRIDGE_A_RULE);
	if (!nest || sb_netlink_rule_fill(skb, rule))
		goto full;
	nla_nest_end(skb, nest);
	genlmsg_end(skb, header);
	return 0;

full:
	genlmsg_cancel(skb, header);
	return -EMSGSIZE;
}

int sb_netlink_rule_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct sb_dump *dump = sb_dump(cb);
	const struct sb_table *table;
	struct sb_bridge *bridge;
	int err;

	err = sb_dump_begin(cb, true);
	if (err)
		return err;
	rtnl_lock();
	bridge = sb_bridge_find_ifindex(sock_net(cb->skb->sk), dump->ifindex);
	if (!bridge) {
		err = -ENODEV;
		goto unlock;
	}
	table = rtnl_dereference(bridge->table);
	cb->seq = table->generation;
	while (!err && dump->index < table->count) {
		err = sb_rule_tell(skb, cb, table, table->rules[dump->index]);
		if (!err)
			dump->index++;
	}
unlock:
	rtnl_unlock();
	return sb_dump_result(skb, err);
}
