// SPDX-License-Identifier: GPL-2.0-only
/* Netlink commands on bridges, servers, ports and counters. */
#include <linux/ctype.h>
#include <linux/jhash.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "net.h"
#include "netlink.h"

/* What all answers of one object have in common: RTNL is held, and let go here. */
static int sb_netlink_reply(struct genl_info *info, u8 cmd, const void *object,
			    int (*fill)(struct sk_buff *msg, const void *object))
{
	struct sk_buff *msg;
	int err = -ENOMEM;
	void *header;

	msg = sb_netlink_answer(info, cmd, &header);
	if (msg)
		err = fill(msg, object);
	rtnl_unlock();
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, header);
	return genlmsg_reply(msg, info);
}

/* Another number when one of these lists has changed: a dump in several messages then says so. */
static u32 sb_netlink_config_seq(struct net *net)
{
	const struct sb_bridge *bridge;
	const struct sb_server *server;
	const struct sb_port *port;
	u32 seq = 1;

	list_for_each_entry(bridge, sb_net_bridges(net), list) {
		seq = jhash_1word(bridge->dev->ifindex, seq);
		list_for_each_entry(port, &bridge->ports, list)
			seq = jhash_2words(port->dev->ifindex, !!rtnl_dereference(port->server),
					   seq);
		list_for_each_entry(server, &bridge->servers, list)
			seq = jhash(server->name, sizeof(server->name), seq);
	}
	return seq ? seq : 1;
}

/* One message of a dump of the configuration. */
struct sb_config_dump {
	struct sk_buff		*skb;
	struct netlink_callback	*cb;
	u8			cmd;
	u32			index;	/* of the object that comes next */
};

static int sb_config_dump_object(struct sb_config_dump *dump, const void *object,
				 int (*fill)(struct sk_buff *msg, const void *object))
{
	void *header;

	if (dump->index++ < sb_dump(dump->cb)->index)
		return 0;
	header = sb_dump_put(dump->skb, dump->cb, dump->cmd);
	if (!header)
		return -EMSGSIZE;
	genl_dump_check_consistent(dump->cb, header);
	if (fill(dump->skb, object)) {
		genlmsg_cancel(dump->skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(dump->skb, header);
	sb_dump(dump->cb)->index++;
	return 0;
}

static int sb_config_dump(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
			  int (*tell)(struct sb_config_dump *dump, struct sb_bridge *bridge))
{
	struct sb_config_dump dump = { .skb = skb, .cb = cb, .cmd = cmd };
	struct net *net = sock_net(cb->skb->sk);
	struct sb_bridge *bridge;
	int ifindex, err;

	err = sb_dump_begin(cb, false);
	if (err)
		return err;
	ifindex = sb_dump(cb)->ifindex;
	err = ifindex ? -ENODEV : 0;
	rtnl_lock();
	cb->seq = sb_netlink_config_seq(net);
	list_for_each_entry(bridge, sb_net_bridges(net), list) {
		if (ifindex && bridge->dev->ifindex != ifindex)
			continue;
		err = tell(&dump, bridge);
		if (err)
			break;
	}
	rtnl_unlock();
	return sb_dump_result(skb, err);
}

/* Bridges */

static int sb_timeout_attr(enum sb_timeout which)
{
	BUILD_BUG_ON(SINKBRIDGE_A_TIMEOUT_OTHER - SINKBRIDGE_A_TIMEOUT_TCP_OPENING + 1 !=
		     __SB_TIMEOUTS);
	return SINKBRIDGE_A_TIMEOUT_TCP_OPENING + which;
}

static int sb_bridge_fill(struct sk_buff *msg, const void *object)
{
	const struct sb_bridge *bridge = object;
	const struct sb_table *table = rtnl_dereference(bridge->table);
	unsigned int i;

	if (nla_put_string(msg, SINKBRIDGE_A_BRIDGE, bridge->dev->name) ||
	    nla_put_u32(msg, SINKBRIDGE_A_BRIDGE_IFINDEX, bridge->dev->ifindex) ||
	    nla_put_u32(msg, SINKBRIDGE_A_MAX_FLOWS, sb_flow_table_max(bridge->flows)) ||
	    nla_put_u32(msg, SINKBRIDGE_A_FLOWS, sb_flow_table_count(bridge->flows)) ||
	    nla_put_u32(msg, SINKBRIDGE_A_MAX_FLOODS, sb_flood_table_max(bridge->floods)) ||
	    nla_put_u8(msg, SINKBRIDGE_A_DISTANCE, bridge->distance) ||
	    nla_put_in6_addr(msg, SINKBRIDGE_A_GUEST_PREFIX, &bridge->guest_prefix) ||
	    nla_put_u32(msg, SINKBRIDGE_A_FLOODS, sb_flood_table_count(bridge->floods)) ||
	    nla_put_u32(msg, SINKBRIDGE_A_RULES, table->count) ||
	    nla_put_u32(msg, SINKBRIDGE_A_SERVERS, bridge->server_count) ||
	    nla_put_u32(msg, SINKBRIDGE_A_GENERATION, table->generation))
		return -EMSGSIZE;
	for (i = 0; i < __SB_TIMEOUTS; i++)
		if (nla_put_u32(msg, sb_timeout_attr(i),
				sb_flow_table_timeout_ms(bridge->flows, i)))
			return -EMSGSIZE;
	return 0;
}

int sb_netlink_bridge_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sb_bridge *bridge = sb_netlink_begin(info, 0);

	if (IS_ERR(bridge))
		return PTR_ERR(bridge);
	return sb_netlink_reply(info, SINKBRIDGE_CMD_BRIDGE_GET, bridge, sb_bridge_fill);
}

static int sb_bridge_tell(struct sb_config_dump *dump, struct sb_bridge *bridge)
{
	return sb_config_dump_object(dump, bridge, sb_bridge_fill);
}

int sb_netlink_bridge_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return sb_config_dump(skb, cb, SINKBRIDGE_CMD_BRIDGE_GET, sb_bridge_tell);
}

static u32 sb_netlink_u32(const struct nlattr *attr, u32 otherwise)
{
	return attr ? nla_get_u32(attr) : otherwise;
}

#define SB_GUEST_PREFIX	0xfd534201	/* its first 32 bits; the rest are zero */

/* fd53:4201::/64, or another that addresses can be made of. */
static int sb_netlink_guest_prefix(struct genl_info *info, struct in6_addr *prefix)
{
	struct nlattr *attr = info->attrs[SINKBRIDGE_A_GUEST_PREFIX];

	*prefix = (struct in6_addr){ .s6_addr32 = { htonl(SB_GUEST_PREFIX) } };
	if (!attr)
		return 0;
	*prefix = nla_get_in6_addr(attr);
	if (sb_addr_is_prefix(prefix, 64) && !sb_addr_is_v4(prefix) &&
	    ipv6_addr_type(prefix) & IPV6_ADDR_UNICAST &&
	    !(ipv6_addr_type(prefix) & (IPV6_ADDR_LINKLOCAL | IPV6_ADDR_LOOPBACK)))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr, "a guest prefix is a unicast /64");
	return -EINVAL;
}

int sb_netlink_bridge_add(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *name = info->attrs[SINKBRIDGE_A_BRIDGE];
	struct sb_bridge_settings settings = {};
	unsigned int i;
	int err;

	err = sb_netlink_check(info, 0);
	if (err)
		return err;
	settings.max_flows = sb_netlink_u32(info->attrs[SINKBRIDGE_A_MAX_FLOWS],
					    SINKBRIDGE_DEF_FLOWS);
	settings.max_floods = sb_netlink_u32(info->attrs[SINKBRIDGE_A_MAX_FLOODS],
					     SINKBRIDGE_DEF_FLOODS);
	for (i = 0; i < __SB_TIMEOUTS; i++)
		settings.timeouts_ms[i] = sb_netlink_u32(info->attrs[sb_timeout_attr(i)],
							 sb_timeout_defaults_ms[i]);
	settings.distance = info->attrs[SINKBRIDGE_A_DISTANCE] ?
			    nla_get_u8(info->attrs[SINKBRIDGE_A_DISTANCE]) :
			    SINKBRIDGE_DEF_DISTANCE;
	err = sb_netlink_guest_prefix(info, &settings.guest_prefix);
	if (err)
		return err;
	rtnl_lock();
	err = sb_bridge_add(genl_info_net(info), nla_data(name), &settings, info->extack);
	rtnl_unlock();
	if (err)
		NL_SET_BAD_ATTR(info->extack, name);
	return err;
}

int sb_netlink_bridge_del(struct sk_buff *skb, struct genl_info *info)
{
	struct sb_bridge *bridge = sb_netlink_begin(info, 0);

	if (IS_ERR(bridge))
		return PTR_ERR(bridge);
	sb_bridge_del(bridge);
	rtnl_unlock();
	return 0;
}

/* Servers */

struct sb_server_of {
	const struct sb_bridge	*bridge;
	const struct sb_server	*server;
};

static int sb_server_fill(struct sk_buff *msg, const void *object)
{
	const struct sb_bridge *bridge = ((const struct sb_server_of *)object)->bridge;
	const struct sb_server *server = ((const struct sb_server_of *)object)->server;
	const struct sb_port *port = rtnl_dereference(server->port);
	struct nlattr *nest;

	if (nla_put_string(msg, SINKBRIDGE_A_BRIDGE, bridge->dev->name))
		return -EMSGSIZE;
	nest = nla_nest_start(msg, SINKBRIDGE_A_SERVER);
	if (!nest ||
	    nla_put_string(msg, SINKBRIDGE_A_SERVER_NAME, server->name) ||
	    (port && nla_put_string(msg, SINKBRIDGE_A_SERVER_PORT_NAME, port->dev->name)) ||
	    nla_put(msg, SINKBRIDGE_A_SERVER_MAC, ETH_ALEN, server->mac) ||
	    (!ipv6_addr_any(&server->ipv4) &&
	     sb_netlink_put_addr(msg, SINKBRIDGE_A_SERVER_IPV4, &server->ipv4)) ||
	    (!ipv6_addr_any(&server->ipv6) &&
	     sb_netlink_put_addr(msg, SINKBRIDGE_A_SERVER_IPV6, &server->ipv6)) ||
	    nla_put_u32(msg, SINKBRIDGE_A_SERVER_FLOWS, atomic_read(&server->flows)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* The server that the request's SERVER nest names.  RTNL. */
static struct sb_server *sb_netlink_server(struct sb_bridge *bridge, struct genl_info *info)
{
	struct nlattr *nest = info->attrs[SINKBRIDGE_A_SERVER];
	struct nlattr *tb[SINKBRIDGE_A_SERVER_MAX + 1];
	struct sb_server *server;
	int err;

	if (!nest)
		return ERR_PTR(sb_netlink_missing(info->extack, NULL, SINKBRIDGE_A_SERVER,
						  "the server is not named"));
	err = sb_netlink_nest(tb, SINKBRIDGE_A_SERVER_MAX, nest, sb_policy_server_name,
			      info->extack);
	if (err)
		return ERR_PTR(err);
	if (!tb[SINKBRIDGE_A_SERVER_NAME])
		return ERR_PTR(sb_netlink_missing(info->extack, nest, SINKBRIDGE_A_SERVER_NAME,
						  "the server is not named"));
	server = sb_server_find(bridge, nla_data(tb[SINKBRIDGE_A_SERVER_NAME]));
	if (server)
		return server;
	NL_SET_ERR_MSG_ATTR(info->extack, tb[SINKBRIDGE_A_SERVER_NAME], "no such server");
	return ERR_PTR(-ENOENT);
}

int sb_netlink_server_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sb_bridge *bridge = sb_netlink_begin(info, 0);
	struct sb_server_of of = { .bridge = bridge };

	if (IS_ERR(bridge))
		return PTR_ERR(bridge);
	of.server = sb_netlink_server(bridge, info);
	if (IS_ERR(of.server)) {
		rtnl_unlock();
		return PTR_ERR(of.server);
	}
	return sb_netlink_reply(info, SINKBRIDGE_CMD_SERVER_GET, &of, sb_server_fill);
}

static int sb_server_tell(struct sb_config_dump *dump, struct sb_bridge *bridge)
{
	const struct sb_server *server;
	int err;

	list_for_each_entry(server, &bridge->servers, list) {
		struct sb_server_of of = { .bridge = bridge, .server = server };

		err = sb_config_dump_object(dump, &of, sb_server_fill);
		if (err)
			return err;
	}
	return 0;
}

int sb_netlink_server_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr *server = sb_genl_dump_attrs(cb)[SINKBRIDGE_A_SERVER];

	if (server) {
		NL_SET_ERR_MSG_ATTR(cb->extack, server, "a dump tells all servers");
		return -EINVAL;
	}
	return sb_config_dump(skb, cb, SINKBRIDGE_CMD_SERVER_GET, sb_server_tell);
}

/* Names stand in rules, rows of text and file names: nothing that needs quoting. */
static bool sb_server_name_valid(const char *name)
{
	if (!islower(*name) || !isascii(*name))
		return false;
	for (; *name; name++)
		if (!isascii(*name) ||
		    !(islower(*name) || isdigit(*name) || *name == '_' || *name == '-'))
			return false;
	return true;
}

static int sb_netlink_server_new(struct sb_bridge *bridge, struct genl_info *info)
{
	struct nlattr *nest = info->attrs[SINKBRIDGE_A_SERVER];
	struct nlattr *tb[SINKBRIDGE_A_SERVER_MAX + 1];
	struct in6_addr ipv4 = {}, ipv6 = {};
	int err, type;

	if (!nest)
		return sb_netlink_missing(info->extack, NULL, SINKBRIDGE_A_SERVER,
					  "the server is not described");
	err = sb_netlink_nest(tb, SINKBRIDGE_A_SERVER_MAX, nest, sb_policy_server_new,
			      info->extack);
	if (err)
		return err;
	for (type = SINKBRIDGE_A_SERVER_NAME; type <= SINKBRIDGE_A_SERVER_MAC; type++)
		if (!tb[type])
			return sb_netlink_missing(info->extack, nest, type,
						  "a server needs a name, a port and a MAC address");
	if (!tb[SINKBRIDGE_A_SERVER_IPV4] && !tb[SINKBRIDGE_A_SERVER_IPV6])
		return sb_netlink_missing(info->extack, nest, SINKBRIDGE_A_SERVER_IPV4,
					  "a server needs an IPv4 or an IPv6 address, or both");
	if (!sb_server_name_valid(nla_data(tb[SINKBRIDGE_A_SERVER_NAME]))) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[SINKBRIDGE_A_SERVER_NAME],
				    "a server's name is 1 to 15 of a-z, 0-9, _ and -, first a letter");
		return -EINVAL;
	}
	if (tb[SINKBRIDGE_A_SERVER_IPV4])
		sb_netlink_get_addr(tb[SINKBRIDGE_A_SERVER_IPV4], &ipv4);
	if (tb[SINKBRIDGE_A_SERVER_IPV6])
		sb_netlink_get_addr(tb[SINKBRIDGE_A_SERVER_IPV6], &ipv6);
	err = sb_server_add(bridge, nla_data(tb[SINKBRIDGE_A_SERVER_NAME]),
			    nla_data(tb[SINKBRIDGE_A_SERVER_PORT_NAME]),
			    nla_data(tb[SINKBRIDGE_A_SERVER_MAC]), &ipv4, &ipv6, info->extack);
	if (err)
		NL_SET_BAD_ATTR(info->extack, nest);
	return err;
}

int sb_netlink_server_add(struct sk_buff *skb, struct genl_info *info)
{
	struct sb_bridge *bridge = sb_netlink_begin(info, 0);
	int err;

	if (IS_ERR(bridge))
		return PTR_ERR(bridge);
	err = sb_netlink_server_new(bridge, info);
	rtnl_unlock();
	return err;
}

int sb_netlink_server_del(struct sk_buff *skb, struct genl_info *info)
{
	struct sb_bridge *bridge = sb_netlink_begin(info, 0);
	struct sb_server *server;
	int err;

	if (IS_ERR(bridge))
		return PTR_ERR(bridge);
	server = sb_netlink_server(bridge, info);
	if (IS_ERR(server)) {
		err = PTR_ERR(server);
	} else {
		err = sb_server_del(bridge, server, info->extack);
		if (err)
			NL_SET_BAD_ATTR(info->extack, info->attrs[SINKBRIDGE_A_SERVER]);
	}
	rtnl_unlock();
	return err;
}

/* Ports */

static int sb_port_fill(struct sk_buff *msg, const void *object)
{
	const struct sb_port *port = object;
	u64 rx_packets, rx_bytes, tx_packets, tx_bytes;
	u8 kind = rtnl_dereference(port->server) ? SINKBRIDGE_PORT_SERVER : SINKBRIDGE_PORT_GUEST;

	sb_port_stats_read(port, &rx_packets, &rx_bytes, &tx_packets, &tx_bytes);
	if (nla_put_string(msg, SINKBRIDGE_A_BRIDGE, port->bridge->dev->name) ||
	    nla_put_string(msg, SINKBRIDGE_A_PORT_NAME, port->dev->name) ||
	    nla_put_u32(msg, SINKBRIDGE_A_PORT_IFINDEX, port->dev->ifindex) ||
	    nla_put_u8(msg, SINKBRIDGE_A_PORT_KIND, kind) ||
	    nla_put_u64_64bit(msg, SINKBRIDGE_A_RX_PACKETS, rx_packets, SINKBRIDGE_A_PAD) ||
	    nla_put_u64_64bit(msg, SINKBRIDGE_A_RX_BYTES, rx_bytes, SINKBRIDGE_A_PAD) ||
	    nla_put_u64_64bit(msg, SINKBRIDGE_A_TX_PACKETS, tx_packets, SINKBRIDGE_A_PAD) ||
	    nla_put_u64_64bit(msg, SINKBRIDGE_A_TX_BYTES, tx_bytes, SINKBRIDGE_A_PAD))
		return -EMSGSIZE;
	return 0;
}

static int sb_port_tell(struct sb_config_dump *dump, struct sb_bridge *bridge)
{
	const struct sb_port *port;
	int err;

	list_for_each_entry(port, &bridge->ports, list) {
		err = sb_config_dump_object(dump, port, sb_port_fill);
		if (err)
			return err;
	}
	return 0;
}

int sb_netlink_port_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return sb_config_dump(skb, cb, SINKBRIDGE_CMD_PORT_GET, sb_port_tell);
}

/* Counters */

static int sb_stats_fill(struct sk_buff *msg, const void *object)
{
	const struct sb_bridge *bridge = object;
	struct nlattr *nest;
	unsigned int i;

	if (nla_put_string(msg, SINKBRIDGE_A_BRIDGE, bridge->dev->name))
		return -EMSGSIZE;
	nest = nla_nest_start(msg, SINKBRIDGE_A_STATS);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < __SINKBRIDGE_COUNTERS; i++) {
		u64 n = sb_stats_read(bridge->stats, i);

		/* every type is a counter's: none is left for padding to eight bytes */
		if (nla_put(msg, i + 1, sizeof(n), &n))
			return -EMSGSIZE;
	}
	nla_nest_end(msg, nest);
	return 0;
}

int sb_netlink_stats_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sb_bridge *bridge = sb_netlink_begin(info, 0);

	if (IS_ERR(bridge))
		return PTR_ERR(bridge);
	return sb_netlink_reply(info, SINKBRIDGE_CMD_STATS_GET, bridge, sb_stats_fill);
}
