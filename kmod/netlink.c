// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family: its commands and what each accepts.  All
 * policies are here; a command's policy names just what it uses, so anything
 * else is refused.
 */
#include <linux/if_vlan.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "net.h"
#include "netlink.h"

static struct netlink_range_validation sb_range_max_flows = {
	.min = SINKBRIDGE_MIN_FLOWS,
	.max = SINKBRIDGE_MAX_FLOWS,
};

static struct netlink_range_validation sb_range_timeout = {
	.min = 100,
	.max = 86400000,
};

static struct netlink_range_validation sb_range_max_floods = {
	.min = SINKBRIDGE_MIN_FLOODS,
	.max = SINKBRIDGE_MAX_FLOODS,
};

#define SB_POLICY_NAME	{ .type = NLA_NUL_STRING, .len = SINKBRIDGE_NAME_LEN - 1 }

const struct nla_policy sb_policy_server_new[SINKBRIDGE_A_SERVER_MAX + 1] = {
	[SINKBRIDGE_A_SERVER_NAME]		= SB_POLICY_NAME,
	[SINKBRIDGE_A_SERVER_PORT_NAME]		= SB_POLICY_NAME,
	[SINKBRIDGE_A_SERVER_MAC]		= NLA_POLICY_EXACT_LEN(ETH_ALEN),
	[SINKBRIDGE_A_SERVER_IPV4]		= NLA_POLICY_EXACT_LEN(4),
	[SINKBRIDGE_A_SERVER_IPV6]		= NLA_POLICY_EXACT_LEN(16),
};

const struct nla_policy sb_policy_server_name[SINKBRIDGE_A_SERVER_MAX + 1] = {
	[SINKBRIDGE_A_SERVER_NAME]		= SB_POLICY_NAME,
};

const struct nla_policy sb_policy_rule_new[SINKBRIDGE_A_RULE_MAX + 1] = {
	[SINKBRIDGE_A_RULE_PROTOCOL]		= { .type = NLA_U8 },
	[SINKBRIDGE_A_RULE_DPORT_FIRST]		= NLA_POLICY_MIN(NLA_U16, 1),
	[SINKBRIDGE_A_RULE_DPORT_LAST]		= NLA_POLICY_MIN(NLA_U16, 1),
	[SINKBRIDGE_A_RULE_DST]			= NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[SINKBRIDGE_A_RULE_DST_LEN]		= NLA_POLICY_MAX(NLA_U8, 128),
	[SINKBRIDGE_A_RULE_GUEST_PORT]		= SB_POLICY_NAME,
	[SINKBRIDGE_A_RULE_ACTION]		= NLA_POLICY_MAX(NLA_U8, SINKBRIDGE_ACTION_FORWARD),
	[SINKBRIDGE_A_RULE_SERVER]		= SB_POLICY_NAME,
	[SINKBRIDGE_A_RULE_SERVER_PORT]		= NLA_POLICY_MIN(NLA_U16, 1),
	[SINKBRIDGE_A_RULE_FLOOD_RATE]		= NLA_POLICY_MIN(NLA_U32, 1),
	[SINKBRIDGE_A_RULE_CAPTURE]		= { .type = NLA_U32 },
	[SINKBRIDGE_A_RULE_FLOOD_SAMPLE]	= NLA_POLICY_MAX(NLA_U16, SINKBRIDGE_MAX_FLOOD_SAMPLE),
	[SINKBRIDGE_A_RULE_FLOOD_DELIVER]	= { .type = NLA_FLAG },
};

const struct nla_policy sb_policy_rule_id[SINKBRIDGE_A_RULE_MAX + 1] = {
	[SINKBRIDGE_A_RULE_ID]			= NLA_POLICY_MIN(NLA_U32, 1),
};

const struct nla_policy sb_policy_flow_filter[SINKBRIDGE_A_FLOW_MAX + 1] = {
	[SINKBRIDGE_A_FLOW_PROTOCOL]		= { .type = NLA_U8 },
	[SINKBRIDGE_A_FLOW_GUEST_PORT_NAME]	= SB_POLICY_NAME,
	[SINKBRIDGE_A_FLOW_GUEST_ADDR]		= NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[SINKBRIDGE_A_FLOW_DEST_ADDR]		= NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[SINKBRIDGE_A_FLOW_DEST_L4]		= { .type = NLA_BE16 },
	[SINKBRIDGE_A_FLOW_SERVER_NAME]		= SB_POLICY_NAME,
};

const struct nla_policy sb_policy_flood_id[SINKBRIDGE_A_FLOOD_MAX + 1] = {
	[SINKBRIDGE_A_FLOOD_ID]			= { .type = NLA_U64 },
};

static const struct nla_policy sb_policy_bridge[SINKBRIDGE_A_MAX + 1] = {
	[SINKBRIDGE_A_BRIDGE]			= SB_POLICY_NAME,
};

static const struct nla_policy sb_policy_bridge_add[SINKBRIDGE_A_MAX + 1] = {
	[SINKBRIDGE_A_BRIDGE]			= SB_POLICY_NAME,
	[SINKBRIDGE_A_MAX_FLOWS]		= NLA_POLICY_FULL_RANGE(NLA_U32, &sb_range_max_flows),
	[SINKBRIDGE_A_TIMEOUT_TCP_OPENING]	= NLA_POLICY_FULL_RANGE(NLA_U32, &sb_range_timeout),
	[SINKBRIDGE_A_TIMEOUT_TCP_ESTABLISHED]	= NLA_POLICY_FULL_RANGE(NLA_U32, &sb_range_timeout),
	[SINKBRIDGE_A_TIMEOUT_TCP_CLOSING]	= NLA_POLICY_FULL_RANGE(NLA_U32, &sb_range_timeout),
	[SINKBRIDGE_A_TIMEOUT_TCP_CLOSED]	= NLA_POLICY_FULL_RANGE(NLA_U32, &sb_range_timeout),
	[SINKBRIDGE_A_TIMEOUT_UDP_OPENING]	= NLA_POLICY_FULL_RANGE(NLA_U32, &sb_range_timeout),
	[SINKBRIDGE_A_TIMEOUT_UDP]		= NLA_POLICY_FULL_RANGE(NLA_U32, &sb_range_timeout),
	[SINKBRIDGE_A_TIMEOUT_ICMP]		= NLA_POLICY_FULL_RANGE(NLA_U32, &sb_range_timeout),
	[SINKBRIDGE_A_TIMEOUT_OTHER]		= NLA_POLICY_FULL_RANGE(NLA_U32, &sb_range_timeout),
	[SINKBRIDGE_A_MAX_FLOODS]		= NLA_POLICY_FULL_RANGE(NLA_U32, &sb_range_max_floods),
	[SINKBRIDGE_A_DISTANCE]			= NLA_POLICY_MAX(NLA_U8, SINKBRIDGE_MAX_DISTANCE),
	[SINKBRIDGE_A_GUEST_PREFIX]		= NLA_POLICY_EXACT_LEN(16),
};

static const struct nla_policy sb_policy_server_add[SINKBRIDGE_A_MAX + 1] = {
	[SINKBRIDGE_A_BRIDGE]			= SB_POLICY_NAME,
	[SINKBRIDGE_A_SERVER]			= NLA_POLICY_NESTED(sb_policy_server_new),
};

static const struct nla_policy sb_policy_server_one[SINKBRIDGE_A_MAX + 1] = {
	[SINKBRIDGE_A_BRIDGE]			= SB_POLICY_NAME,
	[SINKBRIDGE_A_SERVER]			= NLA_POLICY_NESTED(sb_policy_server_name),
};

static const struct nla_policy sb_policy_rule_add[SINKBRIDGE_A_MAX + 1] = {
	[SINKBRIDGE_A_BRIDGE]			= SB_POLICY_NAME,
	[SINKBRIDGE_A_RULE]			= NLA_POLICY_NESTED(sb_policy_rule_new),
	[SINKBRIDGE_A_RULE_BEFORE]		= NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct nla_policy sb_policy_rule_del[SINKBRIDGE_A_MAX + 1] = {
	[SINKBRIDGE_A_BRIDGE]			= SB_POLICY_NAME,
	[SINKBRIDGE_A_RULE]			= NLA_POLICY_NESTED(sb_policy_rule_id),
};

static const struct nla_policy sb_policy_rule_replace[SINKBRIDGE_A_MAX + 1] = {
	[SINKBRIDGE_A_BRIDGE]			= SB_POLICY_NAME,
	[SINKBRIDGE_A_GENERATION]		= { .type = NLA_U32 },
	[SINKBRIDGE_A_RULE]			= NLA_POLICY_NESTED(sb_policy_rule_new),
};

static const struct nla_policy sb_policy_flows[SINKBRIDGE_A_MAX + 1] = {
	[SINKBRIDGE_A_BRIDGE]			= SB_POLICY_NAME,
	[SINKBRIDGE_A_FLOW]			= NLA_POLICY_NESTED(sb_policy_flow_filter),
};

static const struct nla_policy sb_policy_floods[SINKBRIDGE_A_MAX + 1] = {
	[SINKBRIDGE_A_BRIDGE]			= SB_POLICY_NAME,
	[SINKBRIDGE_A_FLOOD]			= NLA_POLICY_NESTED(sb_policy_flood_id),
};

/* nla_parse() takes the last of several without a word; types are validated already. */
static int sb_netlink_once(const struct nlattr *attrs, int len, int repeated,
			   struct netlink_ext_ack *extack)
{
	const struct nlattr *nla;
	u64 seen = 0;
	int rem;

	BUILD_BUG_ON(SINKBRIDGE_A_MAX > 63 || SINKBRIDGE_A_SERVER_MAX > 63 ||
		     SINKBRIDGE_A_RULE_MAX > 63 || SINKBRIDGE_A_FLOW_MAX > 63 || SINKBRIDGE_A_FLOOD_MAX > 63);
	nla_for_each_attr(nla, attrs, len, rem) {
		int type = nla_type(nla);

		if (type == repeated)
			continue;
		if (seen & BIT_ULL(type)) {
			NL_SET_ERR_MSG_ATTR(extack, nla, "the attribute is given twice");
			return -EINVAL;
		}
		seen |= BIT_ULL(type);
	}
	return 0;
}

static int sb_netlink_once_top(const struct nlmsghdr *nlh, int repeated,
			       struct netlink_ext_ack *extack)
{
	return sb_netlink_once(nlmsg_attrdata(nlh, GENL_HDRLEN), nlmsg_attrlen(nlh, GENL_HDRLEN),
			       repeated, extack);
}

int sb_netlink_missing(struct netlink_ext_ack *extack, const struct nlattr *nest, int type,
		       const char *message)
{
	NL_SET_ERR_ATTR_MISS(extack, nest, type);
	if (extack)
		extack->_msg = message;
	return -EINVAL;
}

int sb_netlink_nest(struct nlattr **tb, int max, const struct nlattr *nest,
		    const struct nla_policy *policy, struct netlink_ext_ack *extack)
{
	int err = nla_parse_nested(tb, max, nest, policy, extack);

	return err ? err : sb_netlink_once(nla_data(nest), nla_len(nest), 0, extack);
}

int sb_netlink_check(struct genl_info *info, int repeated)
{
	int err = sb_netlink_once_top(info->nlhdr, repeated, info->extack);

	if (!err && !info->attrs[SINKBRIDGE_A_BRIDGE])
		err = sb_netlink_missing(info->extack, NULL, SINKBRIDGE_A_BRIDGE,
					 "the bridge is not named");
	return err;
}

struct sb_bridge *sb_netlink_begin(struct genl_info *info, int repeated)
{
	struct nlattr *name = info->attrs[SINKBRIDGE_A_BRIDGE];
	struct sb_bridge *bridge;
	int err;

	err = sb_netlink_check(info, repeated);
	if (err)
		return ERR_PTR(err);
	rtnl_lock();
	bridge = sb_bridge_find(genl_info_net(info), nla_data(name));
	if (!bridge) {
		rtnl_unlock();
		NL_SET_ERR_MSG_ATTR(info->extack, name, "no bridge of that name is under control");
		return ERR_PTR(-ENODEV);
	}
	return bridge;
}

bool sb_netlink_get_addr(const struct nlattr *nla, struct in6_addr *addr)
{
	if (nla_len(nla) == sizeof(__be32)) {
		*addr = sb_addr_v4(nla_get_in_addr(nla));
		return true;
	}
	if (nla_len(nla) != sizeof(*addr))
		return false;
	*addr = nla_get_in6_addr(nla);
	return !sb_addr_is_v4(addr);
}

int sb_netlink_put_addr(struct sk_buff *msg, int type, const struct in6_addr *addr)
{
	if (sb_addr_is_v4(addr))
		return nla_put_in_addr(msg, type, sb_addr_get_v4(addr));
	return nla_put_in6_addr(msg, type, addr);
}

int sb_netlink_put_vlan(struct sk_buff *msg, int type, const struct sb_tuple *tuple)
{
	if (!tuple->vid[0])
		return 0;
	return nla_put_u32(msg, type, (tuple->vid[0] & VLAN_VID_MASK) |
				      (u32)(tuple->vid[1] & VLAN_VID_MASK) << 16);
}

struct sk_buff *sb_netlink_answer(struct genl_info *info, u8 cmd, void **header)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);

	if (!msg)
		return NULL;
	*header = genlmsg_put_reply(msg, info, &sb_netlink_family, 0, cmd);
	if (!*header) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

void *sb_dump_put(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &sb_netlink_family,
			   NLM_F_MULTI, cmd);
}

int sb_dump_result(const struct sk_buff *skb, int err)
{
	return err == -EMSGSIZE && skb->len ? skb->len : err;
}

static int sb_dump_bridge(struct netlink_callback *cb, const struct nlattr *name)
{
	struct sb_bridge *bridge;

	rtnl_lock();
	bridge = sb_bridge_find(sock_net(cb->skb->sk), nla_data(name));
	if (bridge)
		sb_dump(cb)->ifindex = bridge->dev->ifindex;
	rtnl_unlock();
	if (!bridge) {
		NL_SET_ERR_MSG_ATTR(cb->extack, name, "no bridge of that name is under control");
		return -ENODEV;
	}
	return 0;
}

/* Not in a start callback: in Linux 6.1 that cannot tell what is wrong. */
int sb_dump_begin(struct netlink_callback *cb, bool one)
{
	struct nlattr *name = sb_genl_dump_attrs(cb)[SINKBRIDGE_A_BRIDGE];
	int err;

	if (sb_dump(cb)->begun)
		return 0;
	err = sb_netlink_once_top(cb->nlh, 0, cb->extack);
	if (!err && one && !name)
		err = sb_netlink_missing(cb->extack, NULL, SINKBRIDGE_A_BRIDGE,
					 "the bridge is not named");
	if (!err && name)
		err = sb_dump_bridge(cb, name);
	sb_dump(cb)->begun = !err;
	return err;
}

#define SB_POLICY(name)	.policy = (name), .maxattr = ARRAY_SIZE(name) - 1

static const struct genl_ops sb_netlink_ops[] = {
	{
		.cmd = SINKBRIDGE_CMD_BRIDGE_GET, SB_POLICY(sb_policy_bridge),
		.doit = sb_netlink_bridge_get, .dumpit = sb_netlink_bridge_dump,
	}, {
		.cmd = SINKBRIDGE_CMD_BRIDGE_ADD, SB_POLICY(sb_policy_bridge_add),
		.doit = sb_netlink_bridge_add, .flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = SINKBRIDGE_CMD_BRIDGE_DEL, SB_POLICY(sb_policy_bridge),
		.doit = sb_netlink_bridge_del, .flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = SINKBRIDGE_CMD_SERVER_GET, SB_POLICY(sb_policy_server_one),
		.doit = sb_netlink_server_get, .dumpit = sb_netlink_server_dump,
	}, {
		.cmd = SINKBRIDGE_CMD_SERVER_ADD, SB_POLICY(sb_policy_server_add),
		.doit = sb_netlink_server_add, .flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = SINKBRIDGE_CMD_SERVER_DEL, SB_POLICY(sb_policy_server_one),
		.doit = sb_netlink_server_del, .flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = SINKBRIDGE_CMD_PORT_GET, SB_POLICY(sb_policy_bridge),
		.dumpit = sb_netlink_port_dump,
	}, {
		.cmd = SINKBRIDGE_CMD_RULE_GET, SB_POLICY(sb_policy_bridge),
		.dumpit = sb_netlink_rule_dump,
	}, {
		.cmd = SINKBRIDGE_CMD_RULE_ADD, SB_POLICY(sb_policy_rule_add),
		.doit = sb_netlink_rule_add, .flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = SINKBRIDGE_CMD_RULE_DEL, SB_POLICY(sb_policy_rule_del),
		.doit = sb_netlink_rule_del, .flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = SINKBRIDGE_CMD_RULE_REPLACE, SB_POLICY(sb_policy_rule_replace),
		.doit = sb_netlink_rule_replace, .flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = SINKBRIDGE_CMD_FLOW_GET, SB_POLICY(sb_policy_flows),
		.dumpit = sb_netlink_flow_dump,
	}, {
		.cmd = SINKBRIDGE_CMD_FLOW_FLUSH, SB_POLICY(sb_policy_flows),
		.doit = sb_netlink_flow_flush, .flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = SINKBRIDGE_CMD_STATS_GET, SB_POLICY(sb_policy_bridge),
		.doit = sb_netlink_stats_get,
	}, {
		.cmd = SINKBRIDGE_CMD_FLOOD_GET, SB_POLICY(sb_policy_floods),
		.start = sb_netlink_flood_dump_start, .dumpit = sb_netlink_flood_dump,
	}, {
		.cmd = SINKBRIDGE_CMD_FLOOD_FLUSH, SB_POLICY(sb_policy_floods),
		.doit = sb_netlink_flood_flush, .flags = GENL_UNS_ADMIN_PERM,
	},
};

static const struct genl_multicast_group sb_netlink_groups[] = {
	{ .name = SINKBRIDGE_MCGRP_EVENTS },
};

struct genl_family sb_netlink_family __ro_after_init = {
	.name		= SINKBRIDGE_GENL_NAME,
	.version	= SINKBRIDGE_GENL_VERSION,
	.maxattr	= SINKBRIDGE_A_MAX,
	.netnsok	= true,
	.module		= THIS_MODULE,
	.ops		= sb_netlink_ops,
	.n_ops		= ARRAY_SIZE(sb_netlink_ops),
	.mcgrps		= sb_netlink_groups,
	.n_mcgrps	= ARRAY_SIZE(sb_netlink_groups),
};

int sb_netlink_init(void)
{
	return genl_register_family(&sb_netlink_family);
}

void sb_netlink_exit(void)
{
	genl_unregister_family(&sb_netlink_family);
}
