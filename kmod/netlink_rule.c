// SPDX-License-Identifier: GPL-2.0-only
/* Netlink commands on the rules of a bridge. */
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "netlink.h"

static bool sb_rule_has_ports(const struct sb_match *match)
{
	return !match->any_protocol &&
	       (match->protocol == IPPROTO_TCP || match->protocol == IPPROTO_UDP ||
		match->protocol == IPPROTO_UDPLITE);
}

static int sb_rule_parse_ports(struct sb_match *match, struct nlattr **tb,
			       struct netlink_ext_ack *extack)
{
	struct nlattr *first = tb[SINKBRIDGE_A_RULE_DPORT_FIRST];
	struct nlattr *last = tb[SINKBRIDGE_A_RULE_DPORT_LAST];

	if (!first) {
		if (!last)
			return 0;
		NL_SET_ERR_MSG_ATTR(extack, last, "the range of ports has no first port");
		return -EINVAL;
	}
	if (!sb_rule_has_ports(match)) {
		NL_SET_ERR_MSG_ATTR(extack, first, "a destination port needs protocol TCP, UDP or UDP-Lite");
		return -EINVAL;
	}
	match->dport_first = nla_get_u16(first);
	match->dport_last = last ? nla_get_u16(last) : match->dport_first;
	if (match->dport_last < match->dport_first) {
		NL_SET_ERR_MSG_ATTR(extack, last, "the last port is below the first");
		return -EINVAL;
	}
	return 0;
}

static int sb_rule_parse_dst(struct sb_match *match, struct nlattr **tb,
			     struct netlink_ext_ack *extack)
{
	struct nlattr *dst = tb[SINKBRIDGE_A_RULE_DST];
	struct nlattr *len = tb[SINKBRIDGE_A_RULE_DST_LEN];
	bool v4;

	if (!dst) {
		if (!len)
			return 0;
		NL_SET_ERR_MSG_ATTR(extack, len, "a prefix length without a destination address");
		return -EINVAL;
	}
	if (!sb_netlink_get_addr(dst, &match->dst)) {
		NL_SET_ERR_MSG_ATTR(extack, dst,
				    "an address has 4 bytes (IPv4), or 16 (IPv6, not a mapped one)");
		return -EINVAL;
	}
	v4 = nla_len(dst) == sizeof(__be32);
	match->family = v4 ? SB_FAMILY_V4 : SB_FAMILY_V6;
	match->dst_len = len ? nla_get_u8(len) : v4 ? 32 : 128;
	if (v4 && match->dst_len > 32) {
		NL_SET_ERR_MSG_ATTR(extack, len, "the prefix length of an IPv4 address is 0 to 32");
		return -EINVAL;
	}
	match->dst_len += v4 ? SB_ADDR_V4_BITS : 0;
	if (!sb_addr_is_prefix(&match->dst, match->dst_len)) {
		NL_SET_ERR_MSG_ATTR(extack, dst, "the destination has bits behind its prefix");
		return -EINVAL;
	}
	return 0;
}

static int sb_rule_parse_guest(struct sb_rule *rule, struct sb_bridge *bridge, struct nlattr **tb,
			       struct netlink_ext_ack *extack)
{
	struct nlattr *guest = tb[SINKBRIDGE_A_RULE_GUEST_PORT];

	if (!guest)
		return 0;
	nla_strscpy(rule->guest_port, guest, sizeof(rule->guest_port));
	if (!dev_valid_name(rule->guest_port)) {
		NL_SET_ERR_MSG_ATTR(extack, guest, "not a name of an interface");
		return -EINVAL;
	}
	rule->match.guest_id = sb_bridge_guest_id(bridge, rule->guest_port);
	if (!rule->match.guest_id) {
		NL_SET_ERR_MSG_ATTR(extack, guest, "too many names of guest ports");
		return -ENOMEM;
	}
	return 0;
}

static int sb_rule_parse_action(struct sb_rule *rule, struct sb_bridge *bridge,
				struct nlattr *nest, struct nlattr **tb,
				struct netlink_ext_ack *extack)
{
	struct nlattr *server = tb[SINKBRIDGE_A_RULE_SERVER];
	struct nlattr *port = tb[SINKBRIDGE_A_RULE_SERVER_PORT];

	if (!tb[SINKBRIDGE_A_RULE_ACTION])
		return sb_netlink_missing(extack, nest, SINKBRIDGE_A_RULE_ACTION,
					  "a rule needs an action");
	rule->action = nla_get_u8(tb[SINKBRIDGE_A_RULE_ACTION]);
	if (rule->action != SINKBRIDGE_ACTION_TO) {
		if (!server && !port)
			return 0;
		NL_SET_ERR_MSG_ATTR(extack, server ? server : port,
				    "only a rule to a server names a server or its port");
		return -EINVAL;
	}
	if (!server)
		return sb_netlink_missing(extack, nest, SINKBRIDGE_A_RULE_SERVER,
					  "a rule to a server needs its name");
	if (port && !rule->match.any_protocol && !sb_rule_has_ports(&rule->match)) {
		NL_SET_ERR_MSG_ATTR(extack, port, "the rule's protocol has no ports");
		return -EINVAL;
	}
	rule->server_port = port ? nla_get_u16(port) : 0;
	rule->server = sb_server_find(bridge, nla_data(server));
	if (!rule->server) {
		NL_SET_ERR_MSG_ATTR(extack, server, "no such server");
		return -ENOENT;
	}
	refcount_inc(&rule->server->ref);
	return 0;
}

static int sb_rule_parse_flood(struct sb_rule *rule, struct nlattr **tb,
			       struct netlink_ext_ack *extack)
{
	struct nlattr *rate = tb[SINKBRIDGE_A_RULE_FLOOD_RATE];
	struct nlattr *sample = tb[SINKBRIDGE_A_RULE_FLOOD_SAMPLE];
	struct nlattr *deliver = tb[SINKBRIDGE_A_RULE_FLOOD_DELIVER];

	if (!rate) {
		if (!sample && !deliver)
			return 0;
		NL_SET_ERR_MSG_ATTR(extack, sample ? sample : deliver,
				    "a flood policy needs its rate");
		return -EINVAL;
	}
	if (rule->action == SINKBRIDGE_ACTION_REJECT || rule->action == SINKBRIDGE_ACTION_FORWARD) {
		NL_SET_ERR_MSG_ATTR(extack, rate,
				    "a flood policy goes with the actions to, absorb and drop");
		return -EINVAL;
	}
	rule->flood_rate = nla_get_u32(rate);
	rule->flood_sample = sample ? nla_get_u16(sample) : SINKBRIDGE_DEF_FLOOD_SAMPLE;
	rule->flood_deliver = deliver;
	return 0;
}

static void sb_rule_parse_capture(struct sb_rule *rule, const struct nlattr *capture)
{
	rule->capture_max = capture ? nla_get_u32(capture) : U32_MAX;
}

/* A rule from its nest; the id is the caller's.  RTNL. */
static struct sb_rule *sb_rule_parse(struct sb_bridge *bridge, struct nlattr *nest,
				     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SINKBRIDGE_A_RULE_MAX + 1];
	struct sb_rule *rule;
	int err;

	err = sb_netlink_nest(tb, SINKBRIDGE_A_RULE_MAX, nest, sb_policy_rule_new, extack);
	if (err)
		return ERR_PTR(err);
	rule = sb_rule_alloc(GFP_KERNEL_ACCOUNT);
	if (!rule)
		return ERR_PTR(-ENOMEM);
	rule->match.any_protocol = !tb[SINKBRIDGE_A_RULE_PROTOCOL];
	if (!rule->match.any_protocol)
		rule->match.protocol = nla_get_u8(tb[SINKBRIDGE_A_RULE_PROTOCOL]);
	err = sb_rule_parse_ports(&rule->match, tb, extack);
	if (!err)
		err = sb_rule_parse_dst(&rule->match, tb, extack);
	if (!err)
		err = sb_rule_parse_action(rule, bridge, nest, tb, extack);
	if (!err)
		err = sb_rule_parse_flood(rule, tb, extack);
	sb_rule_parse_capture(rule, tb[SINKBRIDGE_A_RULE_CAPTURE]);
	if (!err)	/* last: a name stays known to the bridge */
		err = sb_rule_parse_guest(rule, bridge, tb, extack);
	if (err) {
		sb_rule_put(rule);
		return ERR_PTR(err);
	}
	return rule;
}

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
	rule = sb_rule_parse(bridge, nest, info->extack);
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
		rule = sb_rule_parse(bridge, nla, info->extack);
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

static int sb_rule_fill_match(struct sk_buff *msg, const struct sb_rule *rule)
{
	const struct sb_match *match = &rule->match;
	u8 v4_bits = match->family == SB_FAMILY_V4 ? SB_ADDR_V4_BITS : 0;

	if (!match->any_protocol && nla_put_u8(msg, SINKBRIDGE_A_RULE_PROTOCOL, match->protocol))
		return -EMSGSIZE;
	if (match->dport_first &&
	    (nla_put_u16(msg, SINKBRIDGE_A_RULE_DPORT_FIRST, match->dport_first) ||
	     nla_put_u16(msg, SINKBRIDGE_A_RULE_DPORT_LAST, match->dport_last)))
		return -EMSGSIZE;
	if (match->family != SB_FAMILY_ANY &&
	    (sb_netlink_put_addr(msg, SINKBRIDGE_A_RULE_DST, &match->dst) ||
	     nla_put_u8(msg, SINKBRIDGE_A_RULE_DST_LEN, match->dst_len - v4_bits)))
		return -EMSGSIZE;
	if (match->guest_id &&
	    nla_put_string(msg, SINKBRIDGE_A_RULE_GUEST_PORT, rule->guest_port))
		return -EMSGSIZE;
	return 0;
}

static int sb_rule_fill_action(struct sk_buff *msg, const struct sb_rule *rule)
{
	if (nla_put_u8(msg, SINKBRIDGE_A_RULE_ACTION, rule->action) ||
	    (rule->server &&
	     nla_put_string(msg, SINKBRIDGE_A_RULE_SERVER, rule->server->name)) ||
	    (rule->server_port &&
	     nla_put_u16(msg, SINKBRIDGE_A_RULE_SERVER_PORT, rule->server_port)))
		return -EMSGSIZE;
	return 0;
}

static int sb_rule_fill_flood(struct sk_buff *msg, const struct sb_rule *rule)
{
	if (!rule->flood_rate)
		return 0;
	if (nla_put_u32(msg, SINKBRIDGE_A_RULE_FLOOD_RATE, rule->flood_rate) ||
	    nla_put_u16(msg, SINKBRIDGE_A_RULE_FLOOD_SAMPLE, rule->flood_sample) ||
	    (rule->flood_deliver && nla_put_flag(msg, SINKBRIDGE_A_RULE_FLOOD_DELIVER)))
		return -EMSGSIZE;
	return 0;
}

static int sb_rule_fill(struct sk_buff *msg, const struct sb_rule *rule)
{
	if (nla_put_u32(msg, SINKBRIDGE_A_RULE_ID, rule->id) ||
	    sb_rule_fill_match(msg, rule) ||
	    sb_rule_fill_action(msg, rule) ||
	    sb_rule_fill_flood(msg, rule) ||
	    (rule->capture_max != U32_MAX &&
	     nla_put_u32(msg, SINKBRIDGE_A_RULE_CAPTURE, rule->capture_max)) ||
	    nla_put_u64_64bit(msg, SINKBRIDGE_A_RULE_PACKETS, atomic64_read(&rule->packets),
			      SINKBRIDGE_A_RULE_PAD) ||
	    nla_put_u64_64bit(msg, SINKBRIDGE_A_RULE_BYTES, atomic64_read(&rule->bytes),
			      SINKBRIDGE_A_RULE_PAD) ||
	    nla_put_u64_64bit(msg, SINKBRIDGE_A_RULE_FLOWS, atomic64_read(&rule->flows),
			      SINKBRIDGE_A_RULE_PAD))
		return -EMSGSIZE;
	return 0;
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
	if (!nest || sb_rule_fill(skb, rule))
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
