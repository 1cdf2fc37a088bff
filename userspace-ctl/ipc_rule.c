// SPDX-License-Identifier: GPL-2.0-only
/* The port-routing table. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "ipc_internal.h"
#include "memory.h"

#define RULE_ROOM 192	/* bytes that one nest can take: small attributes, an address and 2 names */
#define RULE_LEAST 36	/* that one of a protocol and a port takes */

static void put_rule(struct nlmsghdr *request, const struct rule *rule)
{
	struct nlattr *nest = mnl_attr_nest_start(request, SINKBRIDGE_A_RULE);

	if (!rule->any_protocol)
		mnl_attr_put_u8(request, SINKBRIDGE_A_RULE_PROTOCOL, rule->protocol);
	if (rule->dport_first) {
		mnl_attr_put_u16(request, SINKBRIDGE_A_RULE_DPORT_FIRST, rule->dport_first);
		mnl_attr_put_u16(request, SINKBRIDGE_A_RULE_DPORT_LAST, rule->dport_last);
	}
	if (rule->has_dst) {
		ipc_put_addr(request, SINKBRIDGE_A_RULE_DST, &rule->dst);
		mnl_attr_put_u8(request, SINKBRIDGE_A_RULE_DST_LEN, rule->dst_len);
	}
	if (*rule->guest_port)
		mnl_attr_put_strz(request, SINKBRIDGE_A_RULE_GUEST_PORT, rule->guest_port);
	mnl_attr_put_u8(request, SINKBRIDGE_A_RULE_ACTION, rule->action);
	if (rule->action == SINKBRIDGE_ACTION_TO) {
		mnl_attr_put_strz(request, SINKBRIDGE_A_RULE_SERVER, rule->server);
		if (rule->server_port)
			mnl_attr_put_u16(request, SINKBRIDGE_A_RULE_SERVER_PORT, rule->server_port);
	}
	if (rule->capture_limited)
		mnl_attr_put_u32(request, SINKBRIDGE_A_RULE_CAPTURE, rule->capture);
	if (rule->flood_rate) {
		mnl_attr_put_u32(request, SINKBRIDGE_A_RULE_FLOOD_RATE, rule->flood_rate);
		mnl_attr_put_u16(request, SINKBRIDGE_A_RULE_FLOOD_SAMPLE, rule->flood_sample);
		if (rule->flood_deliver)
			mnl_attr_put(request, SINKBRIDGE_A_RULE_FLOOD_DELIVER, 0, NULL);
	}
	mnl_attr_nest_end(request, nest);
}

static void take_rule(const struct nlattr *nest, struct rule *rule)
{
	bool has_last = false, has_len = false;
	struct nlattr *attr;

	rule->any_protocol = true;
	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case SINKBRIDGE_A_RULE_ID:
			IPC_TAKE(attr, rule->id);
			break;
		case SINKBRIDGE_A_RULE_PROTOCOL:
			IPC_TAKE(attr, rule->protocol);
			rule->any_protocol = false;
			break;
		case SINKBRIDGE_A_RULE_DPORT_FIRST:
			IPC_TAKE(attr, rule->dport_first);
			break;
		case SINKBRIDGE_A_RULE_DPORT_LAST:
			IPC_TAKE(attr, rule->dport_last);
			has_last = true;
			break;
		case SINKBRIDGE_A_RULE_DST:
			ipc_take_addr(attr, &rule->dst);
			rule->has_dst = true;
			break;
		case SINKBRIDGE_A_RULE_DST_LEN:
			IPC_TAKE(attr, rule->dst_len);
			has_len = true;
			break;
		case SINKBRIDGE_A_RULE_GUEST_PORT:
			ipc_take_name(attr, rule->guest_port);
			break;
		case SINKBRIDGE_A_RULE_ACTION:
			IPC_TAKE(attr, rule->action);
			break;
		case SINKBRIDGE_A_RULE_SERVER:
			ipc_take_name(attr, rule->server);
			break;
		case SINKBRIDGE_A_RULE_SERVER_PORT:
			IPC_TAKE(attr, rule->server_port);
			break;
		case SINKBRIDGE_A_RULE_CAPTURE:
			rule->capture_limited = true;
			IPC_TAKE(attr, rule->capture);
			break;
		case SINKBRIDGE_A_RULE_FLOOD_RATE:
			IPC_TAKE(attr, rule->flood_rate);
			break;
		case SINKBRIDGE_A_RULE_FLOOD_SAMPLE:
			IPC_TAKE(attr, rule->flood_sample);
			break;
		case SINKBRIDGE_A_RULE_FLOOD_DELIVER:
			rule->flood_deliver = true;
			break;
		case SINKBRIDGE_A_RULE_PACKETS:
			IPC_TAKE(attr, rule->packets);
			break;
		case SINKBRIDGE_A_RULE_BYTES:
			IPC_TAKE(attr, rule->bytes);
			break;
		case SINKBRIDGE_A_RULE_FLOWS:
			IPC_TAKE(attr, rule->flows);
			break;
		}
	}
	if (!has_last)
		rule->dport_last = rule->dport_first;
	if (rule->has_dst && !has_len)
		rule->dst_len = addr_bits(&rule->dst);
}

struct rule_item {
	struct rule	rule;
	uint32_t	generation;
};

static void take_rule_item(const struct nlmsghdr *message, void *data)
{
	struct rule_item *item = data;
	struct nlattr *attr;

	ipc_for_each(attr, message) {
		if (mnl_attr_get_type(attr) == SINKBRIDGE_A_GENERATION)
			IPC_TAKE(attr, item->generation);
		if (mnl_attr_get_type(attr) == SINKBRIDGE_A_RULE)
			take_rule(attr, &item->rule);
	}
}

static int take_answer(const struct nlmsghdr *message, void *data)
{
	struct rule_item item = { 0 };
	uint32_t *id = data;

	take_rule_item(message, &item);
	if (item.rule.id)
		*id = item.rule.id;
	return 0;
}

int ipc_rule_add(struct ipc *ipc, const char *bridge, const struct rule *rule, uint32_t before,
		 uint32_t *id)
{
	struct nlmsghdr *request = ipc_request(ipc, NULL, SINKBRIDGE_CMD_RULE_ADD, NLM_F_ECHO,
					       bridge);
	uint32_t unused;

	if (!request)
		return -EINVAL;
	put_rule(request, rule);
	if (before)
		mnl_attr_put_u32(request, SINKBRIDGE_A_RULE_BEFORE, before);
	return ipc_talk(ipc, request, take_answer, id ? id : &unused);
}

int ipc_rule_del(struct ipc *ipc, const char *bridge, uint32_t id)
{
	struct nlmsghdr *request = ipc_request(ipc, NULL, SINKBRIDGE_CMD_RULE_DEL, 0, bridge);
	struct nlattr *nest;

	if (!request)
		return -EINVAL;
	nest = mnl_attr_nest_start(request, SINKBRIDGE_A_RULE);
	mnl_attr_put_u32(request, SINKBRIDGE_A_RULE_ID, id);
	mnl_attr_nest_end(request, nest);
	return ipc_talk(ipc, request, NULL, NULL);
}

/* A message must be sent as one piece, and the default buffer holds about 2,000 rules. */
static void grow_send_buffer(struct ipc *ipc, size_t size)
{
	int fd = mnl_socket_get_fd(ipc->socket);
	int value = size;

	/* the kernel doubles the value; if it refuses, sending will say so */
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &value, sizeof(value)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, sizeof(value));
}

/* Which rule's nest holds the attribute at that offset of the message? */
static size_t rule_at(const struct nlmsghdr *request, size_t n, uint32_t offset)
{
	const struct nlattr *attr;
	size_t index = 0;

	mnl_attr_for_each(attr, request, GENL_HDRLEN) {
		size_t start = (const char *)attr - (const char *)request;

		if (mnl_attr_get_type(attr) != SINKBRIDGE_A_RULE)
			continue;
		if (offset >= start && offset < start + attr->nla_len)
			return index;
		index++;
	}
	return n;
}

int ipc_rule_replace(struct ipc *ipc, const char *bridge, const struct rule *rules, size_t n,
		     uint32_t generation, size_t *bad)
{
	struct nlmsghdr *request;
	void *room;
	int err;

	if (bad)
		*bad = n;
	if (n > SINKBRIDGE_MAX_RULES)
		return ipc_fail(-ENOSPC, "%zu rules, expected at most %d", n, SINKBRIDGE_MAX_RULES);
	room = malloc(sizeof(ipc->request) + n * RULE_ROOM);
	if (!room)
		return ipc_fail(-ENOMEM, "out of memory");
	request = ipc_request(ipc, room, SINKBRIDGE_CMD_RULE_REPLACE, 0, bridge);
	if (!request) {
		free(room);
		return -EINVAL;
	}
	if (generation)
		mnl_attr_put_u32(request, SINKBRIDGE_A_GENERATION, generation);
	memory_populate(room, n * RULE_LEAST);
	for (size_t i = 0; i < n; i++)
		put_rule(request, &rules[i]);
	grow_send_buffer(ipc, request->nlmsg_len);
	ipc->offender = 0;
	err = ipc_talk(ipc, request, NULL, NULL);
	if (err && bad && ipc->offender)
		*bad = rule_at(request, n, ipc->offender);
	free(room);
	return err;
}

int ipc_rule_dump(struct ipc *ipc, const char *bridge,
		  int (*cb)(const struct rule *, uint32_t, void *), void *data)
{
	struct ipc_list list = { .size = sizeof(struct rule_item), .take = take_rule_item };
	int err = ipc_dump(ipc, SINKBRIDGE_CMD_RULE_GET, bridge, &list);

	for (size_t i = 0; !err && i < list.count; i++) {
		const struct rule_item *item = (struct rule_item *)list.items + i;

		err = cb(&item->rule, item->generation, data);
	}
	free(list.items);
	return err;
}
