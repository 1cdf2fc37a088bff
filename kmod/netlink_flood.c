// SPDX-License-Identifier: GPL-2.0-only
/* Netlink commands on floods, and the events of their start and end. */
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "netlink.h"

#define SB_FLOOD_SIZE	768	/* of a message without samples; a flood takes about 600 bytes */
#define SB_SAMPLES_SIZE	(SINKBRIDGE_MAX_FLOOD_SAMPLE * nla_total_size(SINKBRIDGE_FLOOD_SAMPLE_LEN))

static int sb_flood_put_u64(struct sk_buff *msg, int type, u64 value)
{
	return nla_put_u64_64bit(msg, type, value, SINKBRIDGE_A_FLOOD_PAD);
}

/* What the first packet showed, and what makes the flood. */
static int sb_flood_fill_first(struct sk_buff *msg, const struct sb_flood *flood)
{
	const struct sb_tuple *first = &flood->first;

	if (sb_flood_put_u64(msg, SINKBRIDGE_A_FLOOD_ID, flood->id) ||
	    nla_put_u8(msg, SINKBRIDGE_A_FLOOD_PROTOCOL, flood->key.protocol) ||
	    nla_put_u8(msg, SINKBRIDGE_A_FLOOD_KIND, flood->key.kind) ||
	    nla_put_u32(msg, SINKBRIDGE_A_FLOOD_GUEST_PORT, flood->key.port) ||
	    nla_put_string(msg, SINKBRIDGE_A_FLOOD_GUEST_PORT_NAME, flood->guest_if) ||
	    sb_netlink_put_addr(msg, SINKBRIDGE_A_FLOOD_SRC_ADDR, &first->src) ||
	    sb_netlink_put_addr(msg, SINKBRIDGE_A_FLOOD_DEST_ADDR, &first->dst) ||
	    nla_put_be16(msg, SINKBRIDGE_A_FLOOD_SRC_PORT, first->l4_src) ||
	    nla_put_be16(msg, SINKBRIDGE_A_FLOOD_DEST_PORT, first->l4_dst) ||
	    sb_netlink_put_vlan(msg, SINKBRIDGE_A_FLOOD_VLAN, first) ||
	    nla_put_u8(msg, SINKBRIDGE_A_FLOOD_ICMP_TYPE, flood->icmp_type) ||
	    nla_put_u8(msg, SINKBRIDGE_A_FLOOD_ICMP_CODE, flood->icmp_code) ||
	    nla_put_u32(msg, SINKBRIDGE_A_FLOOD_RULE_ID, flood->rule->id) ||
	    (flood->rule->flood_deliver && nla_put_flag(msg, SINKBRIDGE_A_FLOOD_DELIVERED)) ||
	    (flood->rule->server &&
	     nla_put_string(msg, SINKBRIDGE_A_FLOOD_SERVER_NAME, flood->rule->server->name)))
		return -EMSGSIZE;
	return 0;
}

static int sb_flood_fill_varied(struct sk_buff *msg, const struct sb_flood *flood)
{
	struct sb_flood_varied varied;

	sb_flood_read_varied(flood, &varied);
	if (nla_put_u32(msg, SINKBRIDGE_A_FLOOD_SRC_ADDRS, varied.sources) ||
	    nla_put_u32(msg, SINKBRIDGE_A_FLOOD_DEST_ADDRS, varied.destinations) ||
	    nla_put_u32(msg, SINKBRIDGE_A_FLOOD_SRC_PORTS, varied.source_ports) ||
	    nla_put_u32(msg, SINKBRIDGE_A_FLOOD_DEST_PORTS, varied.dest_ports) ||
	    nla_put_u32(msg, SINKBRIDGE_A_FLOOD_LENGTHS, varied.lengths) ||
	    nla_put_u32(msg, SINKBRIDGE_A_FLOOD_LENGTH_MIN, READ_ONCE(flood->length_min)) ||
	    nla_put_u32(msg, SINKBRIDGE_A_FLOOD_LENGTH_MAX, READ_ONCE(flood->length_max)) ||
	    nla_put_u8(msg, SINKBRIDGE_A_FLOOD_TTL_MIN, READ_ONCE(flood->ttl_min)) ||
	    nla_put_u8(msg, SINKBRIDGE_A_FLOOD_TTL_MAX, READ_ONCE(flood->ttl_max)))
		return -EMSGSIZE;
	return 0;
}

static int sb_flood_fill_counts(struct sk_buff *msg, const struct sb_flood *flood)
{
	struct sb_flood_count count;

	sb_flood_read(flood, &count);
	if (sb_flood_put_u64(msg, SINKBRIDGE_A_FLOOD_PACKETS, count.packets) ||
	    sb_flood_put_u64(msg, SINKBRIDGE_A_FLOOD_BYTES, count.bytes) ||
	    nla_put_u32(msg, SINKBRIDGE_A_FLOOD_PEAK, count.peak) ||
	    nla_put_u32(msg, SINKBRIDGE_A_FLOOD_RATE, count.rate) ||
	    sb_flood_put_u64(msg, SINKBRIDGE_A_FLOOD_START, flood->start) ||
	    sb_flood_put_u64(msg, SINKBRIDGE_A_FLOOD_LAST, sb_flood_last_ms(flood)) ||
	    nla_put_u8(msg, SINKBRIDGE_A_FLOOD_TCP_FLAGS, READ_ONCE(flood->tcp_flags)) ||
	    nla_put(msg, SINKBRIDGE_A_FLOOD_TCP_FLAGS_COUNT, sizeof(count.flags), count.flags))
		return -EMSGSIZE;
	return 0;
}

static int sb_flood_fill_samples(struct sk_buff *msg, const struct sb_flood *flood)
{
	unsigned int i;

	for (i = 0; i < flood->sample_max; i++) {
		/* one that is there is whole: sb_flood_sample() released it */
		const struct sb_flood_sample *sample = smp_load_acquire(&flood->samples[i]);

		if (sample && nla_put(msg, SINKBRIDGE_A_FLOOD_SAMPLE, sample->len, sample->data))
			return -EMSGSIZE;
	}
	return 0;
}

static int sb_flood_fill(struct sk_buff *msg, const struct sb_flood *flood, bool samples,
			 bool ended)
{
	struct nlattr *nest = nla_nest_start(msg, SINKBRIDGE_A_FLOOD);

	if (!nest ||
	    sb_flood_fill_first(msg, flood) ||
	    sb_flood_fill_varied(msg, flood) ||
	    sb_flood_fill_counts(msg, flood) ||
	    (ended && nla_put_u8(msg, SINKBRIDGE_A_FLOOD_END_REASON, flood->end_reason)) ||
	    (samples && sb_flood_fill_samples(msg, flood)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int sb_flood_parse_id(u64 *id, const struct nlattr *nest, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SINKBRIDGE_A_FLOOD_MAX + 1];
	int err;

	*id = 0;
	if (!nest)
		return 0;
	err = sb_netlink_nest(tb, SINKBRIDGE_A_FLOOD_MAX, nest, sb_policy_flood_id, extack);
	if (!err && tb[SINKBRIDGE_A_FLOOD_ID])
		*id = nla_get_u64(tb[SINKBRIDGE_A_FLOOD_ID]);
	return err;
}

/* id 0: any */
static bool sb_flood_has_id(const struct sb_flood *flood, const void *id)
{
	return !*(const u64 *)id || flood->id == *(const u64 *)id;
}

struct sb_flood_dump {
	struct sk_buff		*skb;
	struct netlink_callback	*cb;
	u64			id;
	bool			full;
};

static bool sb_flood_tell(struct sb_flood *flood, void *data)
{
	struct sb_flood_dump *dump = data;
	void *header;

	if (!sb_flood_has_id(flood, &dump->id))
		return true;
	header = sb_dump_put(dump->skb, dump->cb, SINKBRIDGE_CMD_FLOOD_GET);
	if (!header) {
		dump->full = true;
		return false;
	}
	if (sb_flood_fill(dump->skb, flood, true, false)) {
		genlmsg_cancel(dump->skb, header);
		dump->full = true;
		return false;
	}
	genlmsg_end(dump->skb, header);
	return true;
}

/* A message holds at least one flood with all its samples. */
int sb_netlink_flood_dump_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = SB_FLOOD_SIZE + SB_SAMPLES_SIZE;
	return 0;
}

int sb_netlink_flood_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct sb_flood_dump dump = { .skb = skb, .cb = cb };
	struct sb_bridge *bridge;
	int err;

	err = sb_dump_begin(cb, true);
	if (err)
		return err;
	err = sb_flood_parse_id(&dump.id, sb_genl_dump_attrs(cb)[SINKBRIDGE_A_FLOOD], cb->extack);
	if (err)
		return err;
	rtnl_lock();
	bridge = sb_bridge_find_ifindex(sock_net(cb->skb->sk), sb_dump(cb)->ifindex);
	if (bridge)
		sb_flood_walk(bridge->floods, &sb_dump(cb)->floods, sb_flood_tell, &dump);
	rtnl_unlock();
	if (!bridge)
		return -ENODEV;
	return sb_dump_result(skb, dump.full ? -EMSGSIZE : 0);
}

int sb_netlink_flood_flush(struct sk_buff *skb, struct genl_info *info)
{
	struct sb_bridge *bridge = sb_netlink_begin(info, 0);
	struct sk_buff *msg = NULL;
	void *header;
	int err;
	u64 id;

	if (IS_ERR(bridge))
		return PTR_ERR(bridge);
	err = sb_flood_parse_id(&id, info->attrs[SINKBRIDGE_A_FLOOD], info->extack);
	if (err)
		goto unlock;
	err = -ENOMEM;
	msg = sb_netlink_answer(info, SINKBRIDGE_CMD_FLOOD_FLUSH, &header);
	if (!msg)
		goto unlock;
	err = nla_put_u32(msg, SINKBRIDGE_A_COUNT,
			  sb_flood_flush(bridge->floods, SINKBRIDGE_FLOOD_END_FLUSHED,
					 sb_flood_has_id, &id));
unlock:
	rtnl_unlock();
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, header);
	return genlmsg_reply(msg, info);
}

static int sb_flood_fill_started(struct sk_buff *msg, const void *object)
{
	return sb_flood_fill(msg, object, false, false);
}

static int sb_flood_fill_ended(struct sk_buff *msg, const void *object)
{
	return sb_flood_fill(msg, object, true, true);
}

static int sb_flood_fill_ended_brief(struct sk_buff *msg, const void *object)
{
	return sb_flood_fill(msg, object, false, true);
}

void sb_netlink_flood_started(struct sb_bridge *bridge, struct sb_flood *flood)
{
	if (sb_netlink_event(bridge, SINKBRIDGE_CMD_EVENT_FLOOD_START, SB_FLOOD_SIZE,
			     sb_flood_fill_started, flood))
		sb_stats_inc(bridge->stats, SINKBRIDGE_COUNTER_events_lost);
}

void sb_netlink_flood_ended(struct sb_bridge *bridge, struct sb_flood *flood)
{
	size_t samples = flood->sample_max * nla_total_size(SINKBRIDGE_FLOOD_SAMPLE_LEN);
	int err;

	err = sb_netlink_event(bridge, SINKBRIDGE_CMD_EVENT_FLOOD_END, SB_FLOOD_SIZE + samples,
			       sb_flood_fill_ended, flood);
	/* that much memory may be hard to find here; the figures count more than the samples */
	if (err == -ENOMEM)
		err = sb_netlink_event(bridge, SINKBRIDGE_CMD_EVENT_FLOOD_END, SB_FLOOD_SIZE,
				       sb_flood_fill_ended_brief, flood);
	if (err)
		sb_stats_inc(bridge->stats, SINKBRIDGE_COUNTER_events_lost);
}
