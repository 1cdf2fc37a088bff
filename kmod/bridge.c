// SPDX-License-Identifier: GPL-2.0-only
/* Bridges under control and their servers; the locking is told in bridge.h. */
#include <linux/etherdevice.h>
#include <linux/inetdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/rtnetlink.h>

#include "frag.h"
#include "capture.h"
#include "net.h"

LIST_HEAD(sb_bridges);

struct list_head *sb_net_bridges(struct net *net)
{
	return &sb_net(net)->bridges;
}

struct sb_bridge *sb_bridge_find(struct net *net, const char *name)
{
	struct sb_bridge *bridge;

	list_for_each_entry_rcu(bridge, sb_net_bridges(net), list, lockdep_rtnl_is_held())
		if (!strcmp(bridge->dev->name, name))
			return bridge;
	return NULL;
}

struct sb_bridge *sb_bridge_find_ifindex(struct net *net, int ifindex)
{
	struct sb_bridge *bridge;

	list_for_each_entry_rcu(bridge, sb_net_bridges(net), list, lockdep_rtnl_is_held())
		if (bridge->dev->ifindex == ifindex)
			return bridge;
	return NULL;
}

static void sb_bridge_flow_started(struct sb_flow_table *flows, struct sb_flow *flow)
{
	struct sb_bridge *bridge = sb_flow_table_owner(flows);

	sb_stats_inc(bridge->stats, SINKBRIDGE_COUNTER_flows_created);
	if (sb_flow_server(flow))
		atomic_inc(&sb_flow_server(flow)->flows);
	else
		atomic_inc(&bridge->forwards);
	atomic64_inc(&flow->rule->flows);
	sb_netlink_flow_started(bridge, flow);
}

static void sb_bridge_flow_ended(struct sb_flow_table *flows, struct sb_flow *flow)
{
	struct sb_bridge *bridge = sb_flow_table_owner(flows);

	sb_stats_inc(bridge->stats, SINKBRIDGE_COUNTER_flows_ended);
	if (sb_flow_server(flow))
		atomic_dec(&sb_flow_server(flow)->flows);
	else
		atomic_dec(&bridge->forwards);
	sb_netlink_flow_ended(bridge, flow);
}

static const struct sb_flow_ops sb_bridge_flow_ops = {
	.started = sb_bridge_flow_started,
	.ended = sb_bridge_flow_ended,
};

static void sb_bridge_flood_started(struct sb_flood_table *floods, struct sb_flood *flood)
{
	struct sb_bridge *bridge = sb_flood_table_owner(floods);

	sb_stats_inc(bridge->stats, SINKBRIDGE_COUNTER_floods_started);
	sb_netlink_flood_started(bridge, flood);
}

static void sb_bridge_flood_ended(struct sb_flood_table *floods, struct sb_flood *flood)
{
	struct sb_bridge *bridge = sb_flood_table_owner(floods);

	sb_stats_inc(bridge->stats, SINKBRIDGE_COUNTER_floods_ended);
	sb_netlink_flood_ended(bridge, flood);
}

static const struct sb_flood_ops sb_bridge_flood_ops = {
	.started = sb_bridge_flood_started,
	.ended = sb_bridge_flood_ended,
};

const char *sb_flow_server_name(const struct sb_bridge *bridge, const struct sb_flow *flow)
{
	struct net_device *dev;

	if (sb_flow_server(flow))
		return sb_flow_server(flow)->name;
	dev = dev_get_by_index_rcu(bridge->net, flow->nodes[SB_DIR_REPLY].tuple.port);
	return dev ? dev->name : "-";
}

static void sb_bridge_frags_lost(void *owner, unsigned int datagrams)
{
	struct sb_bridge *bridge = owner;

	sb_stats_add(bridge->stats, SINKBRIDGE_COUNTER_fragments_expired, datagrams);
}

static void sb_bridge_free(struct sb_bridge *bridge)
{
	sb_frags_free(bridge->guest_frags);
	sb_frags_free(bridge->server_frags);
	sb_flood_table_free(bridge->floods);
	sb_flow_table_free(bridge->flows);
	sb_table_free(rcu_dereference_protected(bridge->table, 1));
	free_percpu(bridge->stats);
	sb_bridge_guest_names_free(bridge);
	kfree(bridge);
}

static struct sb_frags *sb_bridge_frags(struct sb_bridge *bridge)
{
	return sb_frags_alloc(SB_FRAG_MEMORY, SB_FRAG_TIMEOUT_MS, sb_bridge_frags_lost, bridge);
}

static struct sb_bridge *sb_bridge_alloc(struct net *net, struct net_device *dev,
					 const struct sb_bridge_settings *settings)
{
	struct sb_bridge *bridge = kzalloc(sizeof(*bridge), GFP_KERNEL);
	struct sb_table *table;
	u32 bad;

	if (!bridge)
		return NULL;
	INIT_LIST_HEAD(&bridge->ports);
	INIT_LIST_HEAD(&bridge->servers);
	bridge->net = net;
	bridge->dev = dev;
	bridge->next_rule_id = 1;
	atomic_set(&bridge->event_tokens, SINKBRIDGE_EVENTS_PER_SECOND);
	bridge->event_second = jiffies;
	bridge->distance = settings->distance;
	bridge->guest_prefix = settings->guest_prefix;
	get_random_bytes(&bridge->hops_key, sizeof(bridge->hops_key));
	bridge->stats = sb_stats_alloc();
	bridge->guest_frags = sb_bridge_frags(bridge);
	bridge->server_frags = sb_bridge_frags(bridge);
	bridge->flows = sb_flow_table_alloc(settings->max_flows, settings->timeouts_ms,
					    &sb_bridge_flow_ops, bridge);
	bridge->floods = sb_flood_table_alloc(settings->max_floods, &sb_bridge_flood_ops, bridge);
	table = sb_table_build(NULL, 0, 1, &bad);
	if (!IS_ERR(table))
		RCU_INIT_POINTER(bridge->table, table);
	if (!bridge->stats || !bridge->guest_frags || !bridge->server_frags || !bridge->flows ||
	    !bridge->floods || IS_ERR(table)) {
		sb_bridge_free(bridge);
		return NULL;
	}
	return bridge;
}

static void sb_bridge_unpublish(struct sb_bridge *bridge)
{
	struct sb_net *sbn = sb_net(bridge->net);
	struct sb_port *port, *next;

	/* ports go down while the bridge still counts as controlled: no frame passes in between */
	list_for_each_entry_safe(port, next, &bridge->ports, list)
		sb_port_remove(port);
	list_del_rcu(&bridge->list);
	list_del_rcu(&bridge->global);
	if (list_empty(&sbn->bridges))
		sb_hooks_unregister(bridge->net);
	synchronize_net();
}

/* The device last: the flows that end here are told with its name. */
static void sb_bridge_release(struct sb_bridge *bridge)
{
	struct net_device *dev = bridge->dev;

	sb_bridge_free(bridge);
	dev_put(dev);
	module_put(THIS_MODULE);
}

static int sb_bridge_publish(struct sb_bridge *bridge, struct netlink_ext_ack *extack)
{
	struct net_device *lower;
	struct list_head *iter;
	int err;

	list_add_tail_rcu(&bridge->list, sb_net_bridges(bridge->net));
	list_add_tail_rcu(&bridge->global, &sb_bridges);
	err = sb_hooks_register(bridge->net);
	if (err)
		NL_SET_ERR_MSG(extack, "the bridge's netfilter hooks cannot be registered");
	else
		netdev_for_each_lower_dev(bridge->dev, lower, iter) {
			err = sb_port_add(bridge, lower, extack);
			if (err)
				break;
		}
	return err;
}

int sb_bridge_add(struct net *net, const char *name, const struct sb_bridge_settings *settings,
		  struct netlink_ext_ack *extack)
{
	struct net_device *dev = __dev_get_by_name(net, name);
	struct sb_bridge *bridge;
	int err;

	ASSERT_RTNL();
	if (!dev) {
		NL_SET_ERR_MSG(extack, "no such bridge");
		return -ENODEV;
	}
	if (!netif_is_bridge_master(dev)) {
		NL_SET_ERR_MSG(extack, "not a bridge");
		return -EOPNOTSUPP;
	}
	if (sb_bridge_find_ifindex(net, dev->ifindex)) {
		NL_SET_ERR_MSG(extack, "the bridge is under control already");
		return -EEXIST;
	}
	bridge = sb_bridge_alloc(net, dev, settings);
	if (!bridge)
		return -ENOMEM;
	/* no unload while a bridge is controlled: its guests would be loose */
	__module_get(THIS_MODULE);
	dev_hold(dev);
	err = sb_bridge_publish(bridge, extack);
	if (!err)
		err = sb_sysfs_add(bridge);
	if (!err) {
		err = sb_capture_add(bridge, extack);
		if (err)
			sb_sysfs_del(bridge);
	}
	if (err) {
		sb_bridge_unpublish(bridge);
		sb_bridge_release(bridge);
	}
	return err;
}

void sb_bridge_del(struct sb_bridge *bridge)
{
	struct sb_server *server, *next;

	ASSERT_RTNL();
	sb_sysfs_del(bridge);
	sb_capture_del(bridge);
	sb_bridge_unpublish(bridge);
	list_for_each_entry_safe(server, next, &bridge->servers, list) {
		list_del_rcu(&server->list);
		sb_server_put(server);
	}
	sb_bridge_release(bridge);
}

void sb_bridge_set_table(struct sb_bridge *bridge, struct sb_table *table)
{
	struct sb_table *old = rtnl_dereference(bridge->table);

	rcu_assign_pointer(bridge->table, table);
	sb_sysfs_rules(bridge, table);
	sb_table_free(old);
}

struct sb_server *sb_server_find(struct sb_bridge *bridge, const char *name)
{
	struct sb_server *server;

	ASSERT_RTNL();
	list_for_each_entry(server, &bridge->servers, list)
		if (!strcmp(server->name, name))
			return server;
	return NULL;
}

void sb_server_put(struct sb_server *server)
{
	if (server && refcount_dec_and_test(&server->ref))
		kfree_rcu(server, rcu);
}

/*
 * The namespace at the other end of a server port's veth, by a number that is
 * never used twice; 0 for devices without another end.  It confirms that a
 * socket which asks for its original destination is that server's.
 */
static u64 sb_far_netns_cookie(const struct net_device *dev)
{
	const struct rtnl_link_ops *ops = dev->rtnl_link_ops;
	struct net *net;

	if (!ops || !ops->get_link_net || strcmp(ops->kind, "veth"))
		return 0;
	net = ops->get_link_net(dev);
	return net && net != dev_net(dev) ? net->net_cookie : 0;
}

void sb_servers_refresh(void)
{
	struct sb_bridge *bridge;
	struct sb_server *server;

	ASSERT_RTNL();
	list_for_each_entry(bridge, &sb_bridges, global)
		list_for_each_entry(server, &bridge->servers, list) {
			struct sb_port *port = rtnl_dereference(server->port);

			WRITE_ONCE(server->netns_cookie, port ? sb_far_netns_cookie(port->dev) : 0);
		}
}

static bool sb_server_addr_valid(const struct in6_addr *addr)
{
	return !sb_addr_is_zero(addr) && !sb_addr_is_group(addr) && !sb_addr_is_loopback(addr) &&
	       !(ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL);
}

static bool sb_server_addr_equal(const struct in6_addr *a, const struct in6_addr *b)
{
	return !ipv6_addr_any(a) && sb_addr_equal(a, b);
}

static int sb_server_check(struct sb_bridge *bridge, const char *name, const u8 *mac,
			   const struct in6_addr *ipv4, const struct in6_addr *ipv6,
			   struct netlink_ext_ack *extack)
{
	struct sb_server *other;

	if (!is_valid_ether_addr(mac)) {
		NL_SET_ERR_MSG(extack, "the server's MAC address must be unicast and not zero");
		return -EINVAL;
	}
	if ((!ipv6_addr_any(ipv4) && !sb_server_addr_valid(ipv4)) ||
	    (!ipv6_addr_any(ipv6) && (sb_addr_is_v4(ipv6) || !sb_server_addr_valid(ipv6)))) {
		NL_SET_ERR_MSG(extack, "the server's address must be a unicast address");
		return -EINVAL;
	}
	if (bridge->server_count >= SINKBRIDGE_MAX_SERVERS) {
		NL_SET_ERR_MSG(extack, "the bridge has 64 servers already");
		return -ENOSPC;
	}
	list_for_each_entry(other, &bridge->servers, list) {
		if (!strcmp(other->name, name)) {
			NL_SET_ERR_MSG(extack, "a server of that name exists");
			return -EEXIST;
		}
		if (sb_server_addr_equal(ipv4, &other->ipv4) ||
		    sb_server_addr_equal(ipv6, &other->ipv6)) {
			NL_SET_ERR_MSG(extack, "another server has that address");
			return -EEXIST;
		}
	}
	return 0;
}

int sb_server_add(struct sb_bridge *bridge, const char *name, const char *port_name, const u8 *mac,
		  const struct in6_addr *ipv4, const struct in6_addr *ipv6,
		  struct netlink_ext_ack *extack)
{
	struct sb_port *port = sb_port_find_name(bridge, port_name);
	struct sb_server *server;
	int err;

	if (!port) {
		NL_SET_ERR_MSG(extack, "no such port of the bridge");
		return -ENODEV;
	}
	if (rtnl_dereference(port->server)) {
		NL_SET_ERR_MSG(extack, "the port leads to another server");
		return -EEXIST;
	}
	err = sb_server_check(bridge, name, mac, ipv4, ipv6, extack);
	if (err)
		return err;
	server = kzalloc(sizeof(*server), GFP_KERNEL);
	if (!server)
		return -ENOMEM;
	refcount_set(&server->ref, 1);
	strscpy(server->name, name, sizeof(server->name));
	ether_addr_copy(server->mac, mac);
	server->ipv4 = *ipv4;
	server->ipv6 = *ipv6;
	server->port_ifindex = port->dev->ifindex;
	server->netns_cookie = sb_far_netns_cookie(port->dev);
	rcu_assign_pointer(server->port, port);
	list_add_tail_rcu(&server->list, &bridge->servers);
	bridge->server_count++;
	rcu_assign_pointer(port->server, server);
	synchronize_net();
	sb_port_flush(port);	/* what it began as a guest */
	return 0;
}

static bool sb_flow_of_server(const struct sb_flow *flow, const void *data)
{
	return sb_flow_server(flow) == data;
}

int sb_server_del(struct sb_bridge *bridge, struct sb_server *server,
		  struct netlink_ext_ack *extack)
{
	const struct sb_table *table = rtnl_dereference(bridge->table);
	struct sb_port *port;
	u32 i;

	for (i = 0; i < table->count; i++)
		if (table->rules[i]->server == server) {
			NL_SET_ERR_MSG(extack, "a rule names the server");
			return -EBUSY;
		}
	list_for_each_entry(port, &bridge->ports, list)
		if (rtnl_dereference(port->server) == server) {
			/* as a guest it would be let in: down first */
			if (port->dev->flags & IFF_UP)
				dev_close(port->dev);
			sb_backlog_drain(port->dev);
			RCU_INIT_POINTER(port->server, NULL);
			break;
		}
	RCU_INIT_POINTER(server->port, NULL);
	WRITE_ONCE(server->netns_cookie, 0);
	list_del_rcu(&server->list);
	bridge->server_count--;
	synchronize_net();
	sb_flow_flush(bridge->flows, SINKBRIDGE_END_GONE, sb_flow_of_server, server);
	sb_server_put(server);
	return 0;
}
