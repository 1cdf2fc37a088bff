/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside of the generic netlink family: netlink.c holds the policies and
 * the table of commands; netlink_bridge.c bridges, servers, ports and counters;
 * netlink_rule.c rules, netlink_rule_nest.c their nests; netlink_flow.c flows
 * and events; netlink_flood.c floods.
 *
 * Order of locks: the family's (taken by genetlink), then RTNL.
 */
#ifndef SB_NETLINK_H
#define SB_NETLINK_H

#include <net/genetlink.h>

#include "bridge.h"

extern struct genl_family sb_netlink_family;
extern const struct nla_policy sb_policy_server_new[SINKBRIDGE_A_SERVER_MAX + 1];
extern const struct nla_policy sb_policy_server_name[SINKBRIDGE_A_SERVER_MAX + 1];
extern const struct nla_policy sb_policy_rule_new[SINKBRIDGE_A_RULE_MAX + 1];
extern const struct nla_policy sb_policy_rule_id[SINKBRIDGE_A_RULE_MAX + 1];
extern const struct nla_policy sb_policy_flow_filter[SINKBRIDGE_A_FLOW_MAX + 1];
extern const struct nla_policy sb_policy_flood_id[SINKBRIDGE_A_FLOOD_MAX + 1];

/* BRIDGE is there, and no attribute twice but the repeated type (0: none). */
int sb_netlink_check(struct genl_info *info, int repeated);

/*
 * The same, and the bridge that the request names.  Takes RTNL, and keeps it
 * unless the answer is an ERR_PTR.
 */
struct sb_bridge *sb_netlink_begin(struct genl_info *info, int repeated);

/* -EINVAL and a message that the attribute of this type (of that nest, NULL: top) is missing. */
int sb_netlink_missing(struct netlink_ext_ack *extack, const struct nlattr *nest, int type,
		       const char *message);

/* Parse a nest strictly, each attribute once. */
int sb_netlink_nest(struct nlattr **tb, int max, const struct nlattr *nest,
		    const struct nla_policy *policy, struct netlink_ext_ack *extack);

/* An address of 4 or 16 bytes; false: another length, or a mapped IPv4 address in 16. */
bool sb_netlink_get_addr(const struct nlattr *nla, struct in6_addr *addr);
int sb_netlink_put_addr(struct sk_buff *msg, int type, const struct in6_addr *addr);
/* A u32: the outer VLAN id, and the inner one << 16; nothing for a tuple without tags. */
int sb_netlink_put_vlan(struct sk_buff *msg, int type, const struct sb_tuple *tuple);

/* The beginning of an answer; *header is for genlmsg_end(). */
struct sk_buff *sb_netlink_answer(struct genl_info *info, u8 cmd, void **header);

/* Where a dump goes on in its next message. */
struct sb_dump {
	int			ifindex;	/* of the bridge; 0: all bridges */
	bool			begun;		/* the request is checked */
	u32			index;		/* of the next object to tell */
	union {
		struct sb_flow_cursor	flows;
		struct sb_flood_cursor	floods;
	};
};

static inline struct sb_dump *sb_dump(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct sb_dump) > sizeof_field(struct netlink_callback, ctx));
	return (struct sb_dump *)cb->ctx;
}

void *sb_dump_put(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd);
/* What a dumpit returns: err is 0 at the end, -EMSGSIZE when the message is full. */
int sb_dump_result(const struct sk_buff *skb, int err);
/* At each message of a dump; the first checks the request.  one: BRIDGE must be given. */
int sb_dump_begin(struct netlink_callback *cb, bool one);

/* netlink_bridge.c */
int sb_netlink_bridge_get(struct sk_buff *skb, struct genl_info *info);
int sb_netlink_bridge_dump(struct sk_buff *skb, struct netlink_callback *cb);
int sb_netlink_bridge_add(struct sk_buff *skb, struct genl_info *info);
int sb_netlink_bridge_del(struct sk_buff *skb, struct genl_info *info);
int sb_netlink_server_get(struct sk_buff *skb, struct genl_info *info);
int sb_netlink_server_dump(struct sk_buff *skb, struct netlink_callback *cb);
int sb_netlink_server_add(struct sk_buff *skb, struct genl_info *info);
int sb_netlink_server_del(struct sk_buff *skb, struct genl_info *info);
int sb_netlink_port_dump(struct sk_buff *skb, struct netlink_callback *cb);
int sb_netlink_stats_get(struct sk_buff *skb, struct genl_info *info);

/* netlink_rule.c */
int sb_netlink_rule_add(struct sk_buff *skb, struct genl_info *info);
int sb_netlink_rule_del(struct sk_buff *skb, struct genl_info *info);
int sb_netlink_rule_replace(struct sk_buff *skb, struct genl_info *info);
int sb_netlink_rule_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* netlink_rule_nest.c: a rule from its nest, the id is the caller's; or an ERR_PTR.  RTNL */
struct sb_rule *sb_netlink_rule_parse(struct sb_bridge *bridge, struct nlattr *nest,
				      struct netlink_ext_ack *extack);
/* Into a nest that is open.  0 or -EMSGSIZE. */
int sb_netlink_rule_fill(struct sk_buff *msg, const struct sb_rule *rule);

/* netlink_flow.c */
int sb_netlink_flow_dump(struct sk_buff *skb, struct netlink_callback *cb);
int sb_netlink_flow_flush(struct sk_buff *skb, struct genl_info *info);
/*
 * Tell who listens of an object, in a message with room for so many bytes,
 * within the bridge's limit.  0 also if nobody listens.  BHs off.
 */
int sb_netlink_event(struct sb_bridge *bridge, u8 cmd, size_t size,
		     int (*fill)(struct sk_buff *msg, const void *object), const void *object);

/* netlink_flood.c */
int sb_netlink_flood_dump_start(struct netlink_callback *cb);
int sb_netlink_flood_dump(struct sk_buff *skb, struct netlink_callback *cb);
int sb_netlink_flood_flush(struct sk_buff *skb, struct genl_info *info);

#endif /* SB_NETLINK_H */
