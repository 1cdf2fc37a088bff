// SPDX-License-Identifier: GPL-2.0-only
/* Floods: dump, flush, and what an event tells of one. */
#include <errno.h>

#include "ipc_internal.h"

static bool take_key(const struct nlattr *attr, struct ipc_flood *flood)
{
	switch (mnl_attr_get_type(attr)) {
	case SINKBRIDGE_A_FLOOD_ID:
		IPC_TAKE(attr, flood->id);
		return true;
	case SINKBRIDGE_A_FLOOD_PROTOCOL:
		IPC_TAKE(attr, flood->protocol);
		return true;
	case SINKBRIDGE_A_FLOOD_KIND:
		IPC_TAKE(attr, flood->kind);
		return true;
	case SINKBRIDGE_A_FLOOD_GUEST_PORT:
		IPC_TAKE(attr, flood->guest_ifindex);
		return true;
	case SINKBRIDGE_A_FLOOD_GUEST_PORT_NAME:
		ipc_take_name(attr, flood->guest_port);
		return true;
	case SINKBRIDGE_A_FLOOD_SRC_ADDR:
		ipc_take_addr(attr, &flood->src_addr);
		return true;
	case SINKBRIDGE_A_FLOOD_DEST_ADDR:
		ipc_take_addr(attr, &flood->dest_addr);
		return true;
	case SINKBRIDGE_A_FLOOD_SRC_PORT:
		ipc_take_l4(attr, &flood->src_port);
		return true;
	case SINKBRIDGE_A_FLOOD_DEST_PORT:
		ipc_take_l4(attr, &flood->dest_port);
		return true;
	case SINKBRIDGE_A_FLOOD_VLAN:
		IPC_TAKE(attr, flood->vlan);
		return true;
	}
	return false;
}

static bool take_variety(const struct nlattr *attr, struct ipc_flood *flood)
{
	switch (mnl_attr_get_type(attr)) {
	case SINKBRIDGE_A_FLOOD_SRC_ADDRS:
		IPC_TAKE(attr, flood->src_addrs);
		return true;
	case SINKBRIDGE_A_FLOOD_DEST_ADDRS:
		IPC_TAKE(attr, flood->dest_addrs);
		return true;
	case SINKBRIDGE_A_FLOOD_SRC_PORTS:
		IPC_TAKE(attr, flood->src_ports);
		return true;
	case SINKBRIDGE_A_FLOOD_DEST_PORTS:
		IPC_TAKE(attr, flood->dest_ports);
		return true;
	case SINKBRIDGE_A_FLOOD_LENGTHS:
		IPC_TAKE(attr, flood->lengths);
		return true;
	case SINKBRIDGE_A_FLOOD_LENGTH_MIN:
		IPC_TAKE(attr, flood->length_min);
		return true;
	case SINKBRIDGE_A_FLOOD_LENGTH_MAX:
		IPC_TAKE(attr, flood->length_max);
		return true;
	case SINKBRIDGE_A_FLOOD_TTL_MIN:
		IPC_TAKE(attr, flood->ttl_min);
		return true;
	case SINKBRIDGE_A_FLOOD_TTL_MAX:
		IPC_TAKE(attr, flood->ttl_max);
		return true;
	case SINKBRIDGE_A_FLOOD_TCP_FLAGS:
		IPC_TAKE(attr, flood->tcp_flags);
		return true;
	case SINKBRIDGE_A_FLOOD_TCP_FLAGS_COUNT:
		IPC_TAKE(attr, flood->tcp_flags_count);
		return true;
	case SINKBRIDGE_A_FLOOD_ICMP_TYPE:
		IPC_TAKE(attr, flood->icmp_type);
		return true;
	case SINKBRIDGE_A_FLOOD_ICMP_CODE:
		IPC_TAKE(attr, flood->icmp_code);
		return true;
	}
	return false;
}

static bool take_counters(const struct nlattr *attr, struct ipc_flood *flood)
{
	switch (mnl_attr_get_type(attr)) {
	case SINKBRIDGE_A_FLOOD_PACKETS:
		IPC_TAKE(attr, flood->packets);
		return true;
	case SINKBRIDGE_A_FLOOD_BYTES:
		IPC_TAKE(attr, flood->bytes);
		return true;
	case SINKBRIDGE_A_FLOOD_PEAK:
		IPC_TAKE(attr, flood->peak);
		return true;
	case SINKBRIDGE_A_FLOOD_RATE:
		IPC_TAKE(attr, flood->rate);
		return true;
	case SINKBRIDGE_A_FLOOD_START:
		IPC_TAKE(attr, flood->start);
		return true;
	case SINKBRIDGE_A_FLOOD_LAST:
		IPC_TAKE(attr, flood->last);
		return true;
	}
	return false;
}

static void take_rest(const struct nlattr *attr, struct ipc_flood *flood)
{
	switch (mnl_attr_get_type(attr)) {
	case SINKBRIDGE_A_FLOOD_RULE_ID:
		IPC_TAKE(attr, flood->rule_id);
		break;
	case SINKBRIDGE_A_FLOOD_SERVER_NAME:
		ipc_take_name(attr, flood->server);
		break;
	case SINKBRIDGE_A_FLOOD_DELIVERED:
		flood->delivered = true;
		break;
	case SINKBRIDGE_A_FLOOD_END_REASON:
		IPC_TAKE(attr, flood->end_reason);
		flood->ended = true;
		break;
	case SINKBRIDGE_A_FLOOD_SAMPLE:
		if (flood->sample_count == SINKBRIDGE_MAX_FLOOD_SAMPLE)
			break;
		flood->samples[flood->sample_count].data = mnl_attr_get_payload(attr);
		flood->samples[flood->sample_count++].len = mnl_attr_get_payload_len(attr);
		break;
	}
}

void ipc_take_flood(const struct nlattr *nest, struct ipc_flood *flood)
{
	struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (!take_key(attr, flood) && !take_variety(attr, flood) &&
		    !take_counters(attr, flood))
			take_rest(attr, flood);
}

static void put_id(struct nlmsghdr *request, uint64_t id)
{
	struct nlattr *nest;

	if (!id)
		return;
	nest = mnl_attr_nest_start(request, SINKBRIDGE_A_FLOOD);
	mnl_attr_put_u64(request, SINKBRIDGE_A_FLOOD_ID, id);
	mnl_attr_nest_end(request, nest);
}

struct flood_call {
	int	(*cb)(const struct ipc_flood *flood, void *data);
	void	*data;
};

static int each_flood(const struct nlmsghdr *message, void *data)
{
	struct flood_call *call = data;
	struct ipc_flood flood = { 0 };
	struct nlattr *attr;

	ipc_for_each(attr, message)
		if (mnl_attr_get_type(attr) == SINKBRIDGE_A_FLOOD)
			ipc_take_flood(attr, &flood);
	return call->cb(&flood, call->data);
}

int ipc_flood_dump(struct ipc *ipc, const char *bridge, uint64_t id,
		   int (*cb)(const struct ipc_flood *, void *), void *data)
{
	struct nlmsghdr *request = ipc_request(ipc, NULL, SINKBRIDGE_CMD_FLOOD_GET, NLM_F_DUMP,
					       bridge);
	struct flood_call call = { .cb = cb, .data = data };
	int err;

	if (!request)
		return -EINVAL;
	put_id(request, id);
	err = ipc_talk(ipc, request, each_flood, &call);
	return err == -EINTR ? 0 : err;	/* as flows, they come and go */
}

int ipc_flood_flush(struct ipc *ipc, const char *bridge, uint64_t id, uint32_t *count)
{
	struct nlmsghdr *request = ipc_request(ipc, NULL, SINKBRIDGE_CMD_FLOOD_FLUSH, 0, bridge);

	*count = 0;
	if (!request)
		return -EINVAL;
	put_id(request, id);
	return ipc_talk(ipc, request, ipc_take_count, count);
}
