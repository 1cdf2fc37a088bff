// SPDX-License-Identifier: GPL-2.0-only
/* Netlink commands on flows, and the events of their start and end. */
#include <linux/jiffies.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "netlink.h"

#define SB_FLOW_BATCH	8192	/* flows looked at while RTNL is held once */
#define SB_EVENT_SIZE	512	/* of an event's message; a flow takes about 400 bytes */

/* Which flows a request means; what it does not name is NULL or false. */
struct sb_flow_filter {
	bool		any_protocol, any_dest_l4, any_guest, any_dest;
	u8		protocol;
	__be16		dest_l4;
	struct in6_addr	guest;
	struct in6_addr	dest;
	const char	*guest_if;
	const char	*server;
	const struct sb_bridge	*bridge;	/* whose flows */
};

static const void *sb_flow_filter_data(const struct nlattr *nla)
{
	return nla ? nla_data(nla) : NULL;
}

static int sb_flow_filter_addr(const struct nlattr *nla, struct in6_addr *addr, bool *any,
			       struct netlink_ext_ack *extack)
{
	*any = !nla;
	if (!nla || sb_netlink_get_addr(nla, addr))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, nla,
			    "an address has 4 bytes (IPv4), or 16 (IPv6, not a mapped one)");
	return -EINVAL;
}

/* The filter points into the nest (NULL: all flows). */
static int sb_flow_filter_parse(struct sb_flow_filter *filter, const struct nlattr *nest,
				struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SINKBRIDGE_A_FLOW_MAX + 1];
	int err;

	*filter = (struct sb_flow_filter){
		.any_protocol = true, .any_dest_l4 = true, .any_guest = true, .any_dest = true,
	};
	if (!nest)
		return 0;
	err = sb_netlink_nest(tb, SINKBRIDGE_A_FLOW_MAX, nest, sb_policy_flow_filter, extack);
	if (err)
		return err;
	if (tb[SINKBRIDGE_A_FLOW_PROTOCOL]) {
		filter->any_protocol = false;
		filter->protocol = nla_get_u8(tb[SINKBRIDGE_A_FLOW_PROTOCOL]);
	}
	if (tb[SINKBRIDGE_A_FLOW_DEST_L4]) {
		filter->any_dest_l4 = false;
		filter->dest_l4 = nla_get_be16(tb[SINKBRIDGE_A_FLOW_DEST_L4]);
	}
	err = sb_flow_filter_addr(tb[SINKBRIDGE_A_FLOW_GUEST_ADDR], &filter->guest,
				  &filter->any_guest, extack);
	if (!err)
		err = sb_flow_filter_addr(tb[SINKBRIDGE_A_FLOW_DEST_ADDR], &filter->dest,
					  &filter->any_dest, extack);
	filter->guest_if = sb_flow_filter_data(tb[SINKBRIDGE_A_FLOW_GUEST_PORT_NAME]);
	filter->server = sb_flow_filter_data(tb[SINKBRIDGE_A_FLOW_SERVER_NAME]);
	return err;
}

static bool sb_flow_filter_match(const struct sb_flow *flow, const void *data)
{
	const struct sb_tuple *orig = &flow->nodes[SB_DIR_ORIG].tuple;
	const struct sb_flow_filter *filter = data;

	return (filter->any_protocol || filter->protocol == orig->protocol) &&
	       (filter->any_dest_l4 || filter->dest_l4 == orig->l4_dst) &&
	       (filter->any_guest || sb_addr_equal(&filter->guest, &orig->src)) &&
	       (filter->any_dest || sb_addr_equal(&filter->dest, &orig->dst)) &&
	       (!filter->guest_if || !strcmp(filter->guest_if, flow->guest_if)) &&
	       (!filter->server || !strcmp(filter->server, sb_flow_server_name(filter->bridge, flow)));
}

static int sb_flow_fill_tuples(struct sk_buff *msg, const struct sb_flow *flow)
{
	const struct sb_tuple *orig = &flow->nodes[SB_DIR_ORIG].tuple;
	const struct sb_tuple *reply = &flow->nodes[SB_DIR_REPLY].tuple;

	if (nla_put_u8(msg, SINKBRIDGE_A_FLOW_PROTOCOL, orig->protocol) ||
	    nla_put_u32(msg, SINKBRIDGE_A_FLOW_GUEST_PORT, orig->port) ||
	    nla_put_string(msg, SINKBRIDGE_A_FLOW_GUEST_PORT_NAME, flow->guest_if) ||
	    sb_netlink_put_addr(msg, SINKBRIDGE_A_FLOW_GUEST_ADDR, &orig->src) ||
	    nla_put_be16(msg, SINKBRIDGE_A_FLOW_GUEST_L4, orig->l4_src) ||
	    sb_netlink_put_addr(msg, SINKBRIDGE_A_FLOW_DEST_ADDR, &orig->dst) ||
	    nla_put_be16(msg, SINKBRIDGE_A_FLOW_DEST_L4, orig->l4_dst) ||
	    sb_netlink_put_addr(msg, SINKBRIDGE_A_FLOW_CLIENT_ADDR, &reply->dst) ||
	    nla_put_be16(msg, SINKBRIDGE_A_FLOW_CLIENT_L4, reply->l4_dst) ||
	    sb_netlink_put_addr(msg, SINKBRIDGE_A_FLOW_SERVER_ADDR, &reply->src) ||
	    nla_put_be16(msg, SINKBRIDGE_A_FLOW_SERVER_L4, reply->l4_src) ||
	    sb_netlink_put_vlan(msg, SINKBRIDGE_A_FLOW_VLAN, orig))
		return -EMSGSIZE;
	return 0;
}

static int sb_flow_put_u64(struct sk_buff *msg, int type, u64 value)
{
	return nla_put_u64_64bit(msg, type, value, SINKBRIDGE_A_FLOW_PAD);
}

static int sb_flow_fill_counters(struct sk_buff *msg, const struct sb_flow *flow)
{
	if (sb_flow_put_u64(msg, SINKBRIDGE_A_FLOW_ORIG_PACKETS,
			    atomic64_read(&flow->packets[SB_DIR_ORIG])) ||
	    sb_flow_put_u64(msg, SINKBRIDGE_A_FLOW_ORIG_BYTES,
			    atomic64_read(&flow->bytes[SB_DIR_ORIG])) ||
	    sb_flow_put_u64(msg, SINKBRIDGE_A_FLOW_REPLY_PACKETS,
			    atomic64_read(&flow->packets[SB_DIR_REPLY])) ||
	    sb_flow_put_u64(msg, SINKBRIDGE_A_FLOW_REPLY_BYTES,
			    atomic64_read(&flow->bytes[SB_DIR_REPLY])) ||
	    sb_flow_put_u64(msg, SINKBRIDGE_A_FLOW_START, flow->start) ||
	    sb_flow_put_u64(msg, SINKBRIDGE_A_FLOW_LAST, sb_flow_last_ms(flow)) ||
	    nla_put_u32(msg, SINKBRIDGE_A_FLOW_EXPIRES, sb_flow_expires_ms(flow)))
		return -EMSGSIZE;
	return 0;
}

static int sb_flow_fill(struct sk_buff *msg, const struct sb_bridge *bridge,
			const struct sb_flow *flow, bool ended)
{
	struct nlattr *nest = nla_nest_start(msg, SINKBRIDGE_A_FLOW);

	if (!nest ||
	    sb_flow_put_u64(msg, SINKBRIDGE_A_FLOW_ID, flow->id) ||
	    sb_flow_fill_tuples(msg, flow) ||
	    nla_put_u8(msg, SINKBRIDGE_A_FLOW_STATE, READ_ONCE(flow->state)) ||
	    nla_put_string(msg, SINKBRIDGE_A_FLOW_SERVER_NAME,
			   sb_flow_server_name(bridge, flow)) ||
	    nla_put_u32(msg, SINKBRIDGE_A_FLOW_RULE_ID, flow->rule->id) ||
	    nla_put(msg, SINKBRIDGE_A_FLOW_GUEST_MAC, ETH_ALEN, flow->guest_mac) ||
	    sb_flow_fill_counters(msg, flow) ||
	    (ended && nla_put_u8(msg, SINKBRIDGE_A_FLOW_END_REASON, flow->end_reason)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

struct sb_flow_dump {
	struct sk_buff		*skb;
	struct netlink_callback	*cb;
	struct sb_flow_filter	filter;
	u32			left;	/* of this batch */
	bool			full;
};

static bool sb_flow_tell(struct sb_flow *flow, void *data)
{
	struct sb_flow_dump *dump = data;
	void *header;

	if (!dump->left)
		return false;
	dump->left--;
	if (!sb_flow_filter_match(flow, &dump->filter))
		return true;
	header = sb_dump_put(dump->skb, dump->cb, SINKBRIDGE_CMD_FLOW_GET);
	if (!header) {
		dump->full = true;
		return false;
	}
	if (sb_flow_fill(dump->skb, dump->filter.bridge, flow, false)) {
		genlmsg_cancel(dump->skb, header);
		dump->full = true;
		return false;
	}
	genlmsg_end(dump->skb, header);
	return true;
}

int sb_netlink_flow_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct sb_flow_dump dump = { .skb = skb, .cb = cb };
	struct sb_bridge *bridge;
	bool done = false;
	int err;

	err = sb_dump_begin(cb, true);
	if (err)
		return err;
	err = sb_flow_filter_parse(&dump.filter, sb_genl_dump_attrs(cb)[SINKBRIDGE_A_FLOW],
				   cb->extack);
	if (err)
		return err;
	/* in batches, as a filter may pass over many flows before a message is full */
	while (!done && !dump.full) {
		dump.left = SB_FLOW_BATCH;
		rtnl_lock();
		bridge = sb_bridge_find_ifindex(sock_net(cb->skb->sk), sb_dump(cb)->ifindex);
		dump.filter.bridge = bridge;
		if (bridge)
			done = sb_flow_walk(bridge->flows, &sb_dump(cb)->flows, sb_flow_tell,
					    &dump);
		rtnl_unlock();
		if (!bridge)
			return -ENODEV;
	}
	return sb_dump_result(skb, dump.full ? -EMSGSIZE : 0);
}

int sb_netlink_flow_flush(struct sk_buff *skb, struct genl_info *info)
{
	struct sb_bridge *bridge = sb_netlink_begin(info, 0);
	struct sb_flow_filter filter;
	struct sk_buff *msg = NULL;
	void *header;
	int err;

	if (IS_ERR(bridge))
		return PTR_ERR(bridge);
	err = sb_flow_filter_parse(&filter, info->attrs[SINKBRIDGE_A_FLOW], info->extack);
	if (err)
		goto unlock;
	filter.bridge = bridge;
	err = -ENOMEM;
	msg = sb_netlink_answer(info, SINKBRIDGE_CMD_FLOW_FLUSH, &header);
	if (!msg)
		goto unlock;
	err = nla_put_u32(msg, SINKBRIDGE_A_COUNT,
			  sb_flow_flush(bridge->flows, SINKBRIDGE_END_FLUSHED,
					sb_flow_filter_match, &filter));
unlock:
	rtnl_unlock();
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, header);
	return genlmsg_reply(msg, info);
}

/* So many a second: a guest that makes flows must not keep the machine busy telling of them. */
static bool sb_event_allowed(struct sb_bridge *bridge)
{
	unsigned long second = READ_ONCE(bridge->event_second), now = jiffies;

	if (time_after_eq(now, second + HZ) &&
	    cmpxchg(&bridge->event_second, second, now) == second)
		atomic_set(&bridge->event_tokens, SINKBRIDGE_EVENTS_PER_SECOND);
	return atomic_dec_if_positive(&bridge->event_tokens) >= 0;
}

int sb_netlink_event(struct sb_bridge *bridge, u8 cmd, size_t size,
		     int (*fill)(struct sk_buff *msg, const void *object), const void *object)
{
	struct sk_buff *msg;
	void *header;
	int err;

	if (!genl_has_listeners(&sb_netlink_family, bridge->net, 0))
		return 0;
	if (!sb_event_allowed(bridge))
		return -EBUSY;
	msg = genlmsg_new(size, GFP_ATOMIC | __GFP_NOWARN);
	if (!msg)
		return -ENOMEM;
	header = genlmsg_put(msg, 0, 0, &sb_netlink_family, 0, cmd);
	if (!header ||
	    nla_put_string(msg, SINKBRIDGE_A_BRIDGE, bridge->dev->name) ||
	    nla_put_u32(msg, SINKBRIDGE_A_BRIDGE_IFINDEX, bridge->dev->ifindex) ||
	    fill(msg, object)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, header);
	err = genlmsg_multicast_netns(&sb_netlink_family, bridge->net, msg, 0, 0, GFP_ATOMIC);
	return err == -ESRCH ? 0 : err;	/* nobody listens any more */
}

struct sb_flow_on {
	const struct sb_bridge	*bridge;
	const struct sb_flow	*flow;
	bool			ended;
};

static int sb_flow_fill_event(struct sk_buff *msg, const void *object)
{
	const struct sb_flow_on *on = object;

	return sb_flow_fill(msg, on->bridge, on->flow, on->ended);
}

void sb_netlink_flow_started(struct sb_bridge *bridge, struct sb_flow *flow)
{
	const struct sb_flow_on on = { .bridge = bridge, .flow = flow };

	if (sb_netlink_event(bridge, SINKBRIDGE_CMD_EVENT_FLOW_START, SB_EVENT_SIZE,
			     sb_flow_fill_event, &on))
		sb_stats_inc(bridge->stats, SINKBRIDGE_COUNTER_events_lost);
}

void sb_netlink_flow_ended(struct sb_bridge *bridge, struct sb_flow *flow)
{
	const struct sb_flow_on on = { .bridge = bridge, .flow = flow, .ended = true };

	if (sb_netlink_event(bridge, SINKBRIDGE_CMD_EVENT_FLOW_END, SB_EVENT_SIZE,
			     sb_flow_fill_event, &on))
		sb_stats_inc(bridge->stats, SINKBRIDGE_COUNTER_events_lost);
}
