// SPDX-License-Identifier: GPL-2.0-only
/* Bridges, their servers, ports and counters. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ipc_internal.h"

static uint16_t timeout_attr(enum ipc_timeout timeout)
{
	return timeout == IPC_OTHER ? SINKBRIDGE_A_TIMEOUT_OTHER :
				      SINKBRIDGE_A_TIMEOUT_TCP_OPENING + timeout;
}

static void take_setting(const struct nlattr *attr, struct ipc_settings *settings)
{
	uint16_t type = mnl_attr_get_type(attr);

	switch (type) {
	case SINKBRIDGE_A_MAX_FLOWS:
		IPC_TAKE(attr, settings->max_flows);
		break;
	case SINKBRIDGE_A_MAX_FLOODS:
		IPC_TAKE(attr, settings->max_floods);
		break;
	case SINKBRIDGE_A_DISTANCE:
		IPC_TAKE(attr, settings->distance);
		settings->has_distance = true;
		break;
	case SINKBRIDGE_A_GUEST_PREFIX:
		IPC_TAKE(attr, settings->guest_prefix);
		settings->has_guest_prefix = true;
		break;
	}
	for (int i = 0; i < IPC_TIMEOUTS; i++)
		if (type == timeout_attr(i))
			IPC_TAKE(attr, settings->timeouts[i]);
}

static void take_bridge(const struct nlmsghdr *message, void *item)
{
	struct ipc_bridge *bridge = item;
	struct nlattr *attr;

	ipc_for_each(attr, message) {
		switch (mnl_attr_get_type(attr)) {
		case SINKBRIDGE_A_BRIDGE:
			ipc_take_name(attr, bridge->name);
			break;
		case SINKBRIDGE_A_BRIDGE_IFINDEX:
			IPC_TAKE(attr, bridge->ifindex);
			break;
		case SINKBRIDGE_A_FLOWS:
			IPC_TAKE(attr, bridge->flows);
			break;
		case SINKBRIDGE_A_FLOODS:
			IPC_TAKE(attr, bridge->floods);
			break;
		case SINKBRIDGE_A_RULES:
			IPC_TAKE(attr, bridge->rules);
			break;
		case SINKBRIDGE_A_SERVERS:
			IPC_TAKE(attr, bridge->servers);
			break;
		case SINKBRIDGE_A_GENERATION:
			IPC_TAKE(attr, bridge->generation);
			break;
		default:
			take_setting(attr, &bridge->settings);
		}
	}
}

static int take_one_bridge(const struct nlmsghdr *message, void *data)
{
	take_bridge(message, data);
	return 0;
}

int ipc_bridge_add(struct ipc *ipc, const char *bridge, const struct ipc_settings *settings)
{
	struct nlmsghdr *request = ipc_request(ipc, NULL, SINKBRIDGE_CMD_BRIDGE_ADD, 0, bridge);

	if (!request)
		return -EINVAL;
	if (settings->max_flows)
		mnl_attr_put_u32(request, SINKBRIDGE_A_MAX_FLOWS, settings->max_flows);
	if (settings->max_floods)
		mnl_attr_put_u32(request, SINKBRIDGE_A_MAX_FLOODS, settings->max_floods);
	if (settings->has_distance)
		mnl_attr_put_u8(request, SINKBRIDGE_A_DISTANCE, settings->distance);
	if (settings->has_guest_prefix)
		mnl_attr_put(request, SINKBRIDGE_A_GUEST_PREFIX, sizeof(settings->guest_prefix),
			     &settings->guest_prefix);
	for (int i = 0; i < IPC_TIMEOUTS; i++)
		if (settings->timeouts[i])
			mnl_attr_put_u32(request, timeout_attr(i), settings->timeouts[i]);
	return ipc_talk(ipc, request, NULL, NULL);
}

int ipc_bridge_del(struct ipc *ipc, const char *bridge)
{
	struct nlmsghdr *request = ipc_request(ipc, NULL, SINKBRIDGE_CMD_BRIDGE_DEL, 0, bridge);

	return request ? ipc_talk(ipc, request, NULL, NULL) : -EINVAL;
}

int ipc_bridge_get(struct ipc *ipc, const char *bridge, struct ipc_bridge *answer)
{
	struct nlmsghdr *request = ipc_request(ipc, NULL, SINKBRIDGE_CMD_BRIDGE_GET, 0, bridge);

	memset(answer, 0, sizeof(*answer));
	return request ? ipc_talk(ipc, request, take_one_bridge, answer) : -EINVAL;
}

int ipc_bridge_dump(struct ipc *ipc, int (*cb)(const struct ipc_bridge *, void *), void *data)
{
	struct ipc_list list = { .size = sizeof(struct ipc_bridge), .take = take_bridge };
	int err = ipc_dump(ipc, SINKBRIDGE_CMD_BRIDGE_GET, NULL, &list);

	for (size_t i = 0; !err && i < list.count; i++)
		err = cb((struct ipc_bridge *)list.items + i, data);
	free(list.items);
	return err;
}

static void take_server(const struct nlmsghdr *message, void *item)
{
	struct ipc_server *server = item;
	struct nlattr *attr, *inner;

	ipc_for_each(attr, message) {
		if (mnl_attr_get_type(attr) == SINKBRIDGE_A_BRIDGE)
			ipc_take_name(attr, server->bridge);
		if (mnl_attr_get_type(attr) != SINKBRIDGE_A_SERVER)
			continue;
		mnl_attr_for_each_nested(inner, attr) {
			switch (mnl_attr_get_type(inner)) {
			case SINKBRIDGE_A_SERVER_NAME:
				ipc_take_name(inner, server->name);
				break;
			case SINKBRIDGE_A_SERVER_PORT_NAME:
				ipc_take_name(inner, server->port);
				break;
			case SINKBRIDGE_A_SERVER_MAC:
				IPC_TAKE(inner, server->mac);
				break;
			case SINKBRIDGE_A_SERVER_IPV4:
				IPC_TAKE(inner, server->ipv4);
				break;
			case SINKBRIDGE_A_SERVER_IPV6:
				IPC_TAKE(inner, server->ipv6);
				break;
			case SINKBRIDGE_A_SERVER_FLOWS:
				IPC_TAKE(inner, server->flows);
				break;
			}
		}
	}
}

static int take_one_server(const struct nlmsghdr *message, void *data)
{
	take_server(message, data);
	return 0;
}

int ipc_server_add(struct ipc *ipc, const char *bridge, const struct ipc_server *server)
{
	struct nlmsghdr *request = ipc_request(ipc, NULL, SINKBRIDGE_CMD_SERVER_ADD, 0, bridge);
	struct nlattr *nest;

	if (!request)
		return -EINVAL;
	nest = mnl_attr_nest_start(request, SINKBRIDGE_A_SERVER);
	mnl_attr_put_strz(request, SINKBRIDGE_A_SERVER_NAME, server->name);
	mnl_attr_put_strz(request, SINKBRIDGE_A_SERVER_PORT_NAME, server->port);
	mnl_attr_put(request, SINKBRIDGE_A_SERVER_MAC, sizeof(server->mac), server->mac);
	if (server->ipv4.s_addr)
		mnl_attr_put(request, SINKBRIDGE_A_SERVER_IPV4, sizeof(server->ipv4), &server->ipv4);
	if (!IN6_IS_ADDR_UNSPECIFIED(&server->ipv6))
		mnl_attr_put(request, SINKBRIDGE_A_SERVER_IPV6, sizeof(server->ipv6), &server->ipv6);
	mnl_attr_nest_end(request, nest);
	return ipc_talk(ipc, request, NULL, NULL);
}

static int name_server(struct ipc *ipc, uint8_t cmd, const char *bridge, const char *name,
		       ipc_each_fn each, void *data)
{
	struct nlmsghdr *request = ipc_request(ipc, NULL, cmd, 0, bridge);
	struct nlattr *nest;

	if (!request)
		return -EINVAL;
	if (strlen(name) >= SINKBRIDGE_NAME_LEN)
		return ipc_fail(-EINVAL, "the name of a server has 1 to %d characters",
				SINKBRIDGE_NAME_LEN - 1);
	nest = mnl_attr_nest_start(request, SINKBRIDGE_A_SERVER);
	mnl_attr_put_strz(request, SINKBRIDGE_A_SERVER_NAME, name);
	mnl_attr_nest_end(request, nest);
	return ipc_talk(ipc, request, each, data);
}

int ipc_server_del(struct ipc *ipc, const char *bridge, const char *name)
{
	return name_server(ipc, SINKBRIDGE_CMD_SERVER_DEL, bridge, name, NULL, NULL);
}

int ipc_server_get(struct ipc *ipc, const char *bridge, const char *name,
		   struct ipc_server *answer)
{
	memset(answer, 0, sizeof(*answer));
	return name_server(ipc, SINKBRIDGE_CMD_SERVER_GET, bridge, name, take_one_server, answer);
}

int ipc_server_dump(struct ipc *ipc, const char *bridge,
		    int (*cb)(const struct ipc_server *, void *), void *data)
{
	struct ipc_list list = { .size = sizeof(struct ipc_server), .take = take_server };
	int err = ipc_dump(ipc, SINKBRIDGE_CMD_SERVER_GET, bridge, &list);

	for (size_t i = 0; !err && i < list.count; i++)
		err = cb((struct ipc_server *)list.items + i, data);
	free(list.items);
	return err;
}

static void take_port(const struct nlmsghdr *message, void *item)
{
	struct ipc_port *port = item;
	struct nlattr *attr;

	ipc_for_each(attr, message) {
		switch (mnl_attr_get_type(attr)) {
		case SINKBRIDGE_A_BRIDGE:
			ipc_take_name(attr, port->bridge);
			break;
		case SINKBRIDGE_A_PORT_NAME:
			ipc_take_name(attr, port->name);
			break;
		case SINKBRIDGE_A_PORT_IFINDEX:
			IPC_TAKE(attr, port->ifindex);
			break;
		case SINKBRIDGE_A_PORT_KIND:
			IPC_TAKE(attr, port->kind);
			break;
		case SINKBRIDGE_A_RX_PACKETS:
			IPC_TAKE(attr, port->rx_packets);
			break;
		case SINKBRIDGE_A_RX_BYTES:
			IPC_TAKE(attr, port->rx_bytes);
			break;
		case SINKBRIDGE_A_TX_PACKETS:
			IPC_TAKE(attr, port->tx_packets);
			break;
		case SINKBRIDGE_A_TX_BYTES:
			IPC_TAKE(attr, port->tx_bytes);
			break;
		}
	}
}

int ipc_port_dump(struct ipc *ipc, const char *bridge,
		  int (*cb)(const struct ipc_port *, void *), void *data)
{
	struct ipc_list list = { .size = sizeof(struct ipc_port), .take = take_port };
	int err = ipc_dump(ipc, SINKBRIDGE_CMD_PORT_GET, bridge, &list);

	for (size_t i = 0; !err && i < list.count; i++)
		err = cb((struct ipc_port *)list.items + i, data);
	free(list.items);
	return err;
}

static int take_stats(const struct nlmsghdr *message, void *data)
{
	uint64_t *counters = data;
	struct nlattr *attr, *inner;

	ipc_for_each(attr, message) {
		if (mnl_attr_get_type(attr) != SINKBRIDGE_A_STATS)
			continue;
		mnl_attr_for_each_nested(inner, attr) {
			uint16_t type = mnl_attr_get_type(inner);

			/* a newer module may know more counters than we do */
			if (type >= 1 && type <= __SINKBRIDGE_COUNTERS)
				IPC_TAKE(inner, counters[type - 1]);
		}
	}
	return 0;
}

int ipc_stats_get(struct ipc *ipc, const char *bridge, uint64_t counters[__SINKBRIDGE_COUNTERS])
{
	struct nlmsghdr *request = ipc_request(ipc, NULL, SINKBRIDGE_CMD_STATS_GET, 0, bridge);

	memset(counters, 0, __SINKBRIDGE_COUNTERS * sizeof(*counters));
	return request ? ipc_talk(ipc, request, take_stats, counters) : -EINVAL;
}
