// SPDX-License-Identifier: GPL-2.0-only
/* A rule's nest: read into a rule, and written from one. */
#include <linux/in.h>
#include <linux/netdevice.h>
#include <net/genetlink.h>

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

struct sb_rule *sb_netlink_rule_parse(struct sb_bridge *bridge, struct nlattr *nest,
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

int sb_netlink_rule_fill(struct sk_buff *msg, const struct sb_rule *rule)
{
	u64 packets, bytes;

	sb_rule_read(rule, &packets, &bytes);
	if (nla_put_u32(msg, SINKBRIDGE_A_RULE_ID, rule->id) ||
	    sb_rule_fill_match(msg, rule) ||
	    sb_rule_fill_action(msg, rule) ||
	    sb_rule_fill_flood(msg, rule) ||
	    (rule->capture_max != U32_MAX &&
	     nla_put_u32(msg, SINKBRIDGE_A_RULE_CAPTURE, rule->capture_max)) ||
	    nla_put_u64_64bit(msg, SINKBRIDGE_A_RULE_PACKETS, packets,
			      SINKBRIDGE_A_RULE_PAD) ||
	    nla_put_u64_64bit(msg, SINKBRIDGE_A_RULE_BYTES, bytes,
			      SINKBRIDGE_A_RULE_PAD) ||
	    nla_put_u64_64bit(msg, SINKBRIDGE_A_RULE_FLOWS, atomic64_read(&rule->flows),
			      SINKBRIDGE_A_RULE_PAD))
		return -EMSGSIZE;
	return 0;
}
