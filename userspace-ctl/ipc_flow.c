// SPDX-License-Identifier: GPL-2.0-only
/* Flows: dump, flush, and events as they come. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "ipc_internal.h"

#define EVENT_BUFFER	(16 << 20)	/* bytes; about half a second at the module's limit */
#define READ_AT_ONCE	4096		/* messages, so that the caller sees signals under load */

void ipc_take_l4(const struct nlattr *attr, uint16_t *port)
{
	uint16_t value = 0;

	IPC_TAKE(attr, value);
	*port = ntohs(value);
}

static bool take_tuple(const struct nlattr *attr, struct ipc_flow *flow)
{
	switch (mnl_attr_get_type(attr)) {
	case SINKBRIDGE_A_FLOW_GUEST_ADDR:
		ipc_take_addr(attr, &flow->guest_addr);
		return true;
	case SINKBRIDGE_A_FLOW_GUEST_L4:
		ipc_take_l4(attr, &flow->guest_l4);
		return true;
	case SINKBRIDGE_A_FLOW_DEST_ADDR:
		ipc_take_addr(attr, &flow->dest_addr);
		return true;
	case SINKBRIDGE_A_FLOW_DEST_L4:
		ipc_take_l4(attr, &flow->dest_l4);
		return true;
	case SINKBRIDGE_A_FLOW_CLIENT_ADDR:
		ipc_take_addr(attr, &flow->client_addr);
		return true;
	case SINKBRIDGE_A_FLOW_CLIENT_L4:
		ipc_take_l4(attr, &flow->client_l4);
		return true;
	case SINKBRIDGE_A_FLOW_SERVER_ADDR:
		ipc_take_addr(attr, &flow->server_addr);
		return true;
	case SINKBRIDGE_A_FLOW_SERVER_L4:
		ipc_take_l4(attr, &flow->server_l4);
		return true;
	}
	return false;
}

static bool take_counters(const struct nlattr *attr, struct ipc_flow *flow)
{
	switch (mnl_attr_get_type(attr)) {
	case SINKBRIDGE_A_FLOW_ORIG_PACKETS:
		IPC_TAKE(attr, flow->orig_packets);
		return true;
	case SINKBRIDGE_A_FLOW_ORIG_BYTES:
		IPC_TAKE(attr, flow->orig_bytes);
		return true;
	case SINKBRIDGE_A_FLOW_REPLY_PACKETS:
		IPC_TAKE(attr, flow->reply_packets);
		return true;
	case SINKBRIDGE_A_FLOW_REPLY_BYTES:
		IPC_TAKE(attr, flow->reply_bytes);
		return true;
	case SINKBRIDGE_A_FLOW_START:
		IPC_TAKE(attr, flow->start);
		return true;
	case SINKBRIDGE_A_FLOW_LAST:
		IPC_TAKE(attr, flow->last);
		return true;
	case SINKBRIDGE_A_FLOW_EXPIRES:
		IPC_TAKE(attr, flow->expires);
		return true;
	}
	return false;
}

static void take_rest(const struct nlattr *attr, struct ipc_flow *flow)
{
	switch (mnl_attr_get_type(attr)) {
	case SINKBRIDGE_A_FLOW_ID:
		IPC_TAKE(attr, flow->id);
		break;
	case SINKBRIDGE_A_FLOW_PROTOCOL:
		IPC_TAKE(attr, flow->protocol);
		break;
	case SINKBRIDGE_A_FLOW_STATE:
		IPC_TAKE(attr, flow->state);
		break;
	case SINKBRIDGE_A_FLOW_GUEST_PORT:
		IPC_TAKE(attr, flow->guest_ifindex);
		break;
	case SINKBRIDGE_A_FLOW_GUEST_PORT_NAME:
		ipc_take_name(attr, flow->guest_port);
		break;
	case SINKBRIDGE_A_FLOW_GUEST_MAC:
		IPC_TAKE(attr, flow->guest_mac);
		break;
	case SINKBRIDGE_A_FLOW_SERVER_NAME:
		ipc_take_name(attr, flow->server);
		break;
	case SINKBRIDGE_A_FLOW_VLAN:
		IPC_TAKE(attr, flow->vlan);
		break;
	case SINKBRIDGE_A_FLOW_RULE_ID:
		IPC_TAKE(attr, flow->rule_id);
		break;
	case SINKBRIDGE_A_FLOW_END_REASON:
		IPC_TAKE(attr, flow->end_reason);
		flow->ended = true;
		break;
	}
}

static void take_flow(const struct nlattr *nest, struct ipc_flow *flow)
{
	struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (!take_tuple(attr, flow) && !take_counters(attr, flow))
			take_rest(attr, flow);
}

static void put_filter(struct nlmsghdr *request, const struct ipc_flow_filter *filter)
{
	struct nlattr *nest;

	if (!filter)
		return;
	nest = mnl_attr_nest_start(request, SINKBRIDGE_A_FLOW);
	if (filter->has_protocol)
		mnl_attr_put_u8(request, SINKBRIDGE_A_FLOW_PROTOCOL, filter->protocol);
	if (*filter->guest_port)
		mnl_attr_put_strz(request, SINKBRIDGE_A_FLOW_GUEST_PORT_NAME, filter->guest_port);
	if (filter->has_guest_addr)
		ipc_put_addr(request, SINKBRIDGE_A_FLOW_GUEST_ADDR, &filter->guest_addr);
	if (filter->has_dest_addr)
		ipc_put_addr(request, SINKBRIDGE_A_FLOW_DEST_ADDR, &filter->dest_addr);
	if (filter->dest_port)
		mnl_attr_put_u16(request, SINKBRIDGE_A_FLOW_DEST_L4, htons(filter->dest_port));
	if (*filter->server)
		mnl_attr_put_strz(request, SINKBRIDGE_A_FLOW_SERVER_NAME, filter->server);
	mnl_attr_nest_end(request, nest);
}

struct flow_call {
	int	(*cb)(const struct ipc_flow *flow, void *data);
	void	*data;
};

static int each_flow(const struct nlmsghdr *message, void *data)
{
	struct flow_call *call = data;
	struct ipc_flow flow = { 0 };
	struct nlattr *attr;

	ipc_for_each(attr, message)
		if (mnl_attr_get_type(attr) == SINKBRIDGE_A_FLOW)
			take_flow(attr, &flow);
	return call->cb(&flow, call->data);
}

int ipc_flow_dump(struct ipc *ipc, const char *bridge, const struct ipc_flow_filter *filter,
		  int (*cb)(const struct ipc_flow *, void *), void *data)
{
	struct nlmsghdr *request = ipc_request(ipc, NULL, SINKBRIDGE_CMD_FLOW_GET, NLM_F_DUMP,
					       bridge);
	struct flow_call call = { .cb = cb, .data = data };
	int err;

	if (!request)
		return -EINVAL;
	put_filter(request, filter);
	err = ipc_talk(ipc, request, each_flow, &call);
	/* flows come and go while they are read, and millions of them are not to be kept here */
	return err == -EINTR ? 0 : err;
}

int ipc_take_count(const struct nlmsghdr *message, void *data)
{
	struct nlattr *attr;

	ipc_for_each(attr, message)
		if (mnl_attr_get_type(attr) == SINKBRIDGE_A_COUNT)
			ipc_take(attr, data, sizeof(uint32_t));
	return 0;
}

int ipc_flow_flush(struct ipc *ipc, const char *bridge, const struct ipc_flow_filter *filter,
		   uint32_t *count)
{
	struct nlmsghdr *request = ipc_request(ipc, NULL, SINKBRIDGE_CMD_FLOW_FLUSH, 0, bridge);

	*count = 0;
	if (!request)
		return -EINVAL;
	put_filter(request, filter);
	return ipc_talk(ipc, request, ipc_take_count, count);
}

int ipc_monitor_start(struct ipc *ipc)
{
	uint32_t control = GENL_ID_CTRL;	/* its group "notify" has the same number */
	int fd = mnl_socket_get_fd(ipc->socket);
	int size = EVENT_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (mnl_socket_setsockopt(ipc->socket, NETLINK_ADD_MEMBERSHIP, &ipc->group,
				  sizeof(ipc->group)) ||
	    mnl_socket_setsockopt(ipc->socket, NETLINK_ADD_MEMBERSHIP, &control, sizeof(control)) ||
	    fcntl(fd, F_SETFL, O_NONBLOCK))
		return ipc_fail(-errno, "cannot listen to events: %s", strerror(errno));
	return 0;
}

int ipc_monitor_fd(const struct ipc *ipc)
{
	return mnl_socket_get_fd(ipc->socket);
}

/* Has our family gone? Then nothing will ever come again. */
static int control_message(const struct ipc *ipc, const struct nlmsghdr *message)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(message);
	struct nlattr *attr;
	uint16_t family = 0;

	if (genl->cmd != CTRL_CMD_DELFAMILY)
		return 0;
	ipc_for_each(attr, message)
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			IPC_TAKE(attr, family);
	return family == ipc->family ? ipc_fail(-ENOENT, "the module was unloaded") : 0;
}

static bool event_kind(uint8_t cmd, enum ipc_event_kind *kind)
{
	switch (cmd) {
	case SINKBRIDGE_CMD_EVENT_FLOW_START:
		*kind = IPC_FLOW_START;
		return true;
	case SINKBRIDGE_CMD_EVENT_FLOW_END:
		*kind = IPC_FLOW_END;
		return true;
	case SINKBRIDGE_CMD_EVENT_FLOOD_START:
		*kind = IPC_FLOOD_START;
		return true;
	case SINKBRIDGE_CMD_EVENT_FLOOD_END:
		*kind = IPC_FLOOD_END;
		return true;
	}
	return false;
}

/* Apart, as most events need no room for it. */
static int flood_event(struct ipc_event *event, const struct nlattr *nest,
		       int (*cb)(const struct ipc_event *, void *), void *data)
{
	struct ipc_flood flood = { 0 };

	ipc_take_flood(nest, &flood);
	event->flood = &flood;
	return cb(event, data);
}

/* 1: an event; 0: something else; or what the callback or control_message() said. */
static int event_message(const struct ipc *ipc, const struct nlmsghdr *message,
			 int (*cb)(const struct ipc_event *, void *), void *data)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(message);
	const struct nlattr *flood = NULL;
	struct ipc_event event = { 0 };
	struct nlattr *attr;
	int err;

	if (mnl_nlmsg_get_payload_len(message) < GENL_HDRLEN)
		return 0;
	if (message->nlmsg_type == GENL_ID_CTRL)
		return control_message(ipc, message);
	if (message->nlmsg_type != ipc->family)
		return 0;
	if (!event_kind(genl->cmd, &event.kind))
		return 0;
	ipc_for_each(attr, message) {
		switch (mnl_attr_get_type(attr)) {
		case SINKBRIDGE_A_BRIDGE:
			ipc_take_name(attr, event.bridge);
			break;
		case SINKBRIDGE_A_BRIDGE_IFINDEX:
			IPC_TAKE(attr, event.ifindex);
			break;
		case SINKBRIDGE_A_FLOW:
			take_flow(attr, &event.flow);
			break;
		case SINKBRIDGE_A_FLOOD:
			flood = attr;
			break;
		}
	}
	if (event.kind != IPC_FLOOD_START && event.kind != IPC_FLOOD_END)
		err = cb(&event, data);
	else
		err = flood ? flood_event(&event, flood, cb, data) : 0;
	return err ? err : 1;
}

int ipc_monitor_read(struct ipc *ipc, int (*cb)(const struct ipc_event *, void *), void *data)
{
	const struct ipc_event lost = { .kind = IPC_LOST };
	int events = 0;

	for (int i = 0; i < READ_AT_ONCE; i++) {
		const struct nlmsghdr *message = (const struct nlmsghdr *)ipc->answer;
		ssize_t len = mnl_socket_recvfrom(ipc->socket, ipc->answer, sizeof(ipc->answer));
		int left = len, ret;

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0 && errno == EAGAIN)
			return events;
		if (len < 0 && errno == ENOBUFS) {
			ret = cb(&lost, data);
			if (ret)
				return ret;
			events++;
			continue;
		}
		if (len < 0)
			return ipc_fail(-errno, "cannot read events: %s", strerror(errno));
		for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
			ret = event_message(ipc, message, cb, data);
			if (ret < 0)
				return ret;
			events += ret;
		}
	}
	return events;
}
