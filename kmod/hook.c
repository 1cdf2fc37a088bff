// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where frames are taken from the kernel.
 *
 * PRE_ROUTING of the bridge family has the way of a frame (path.c).  The other
 * hooks let nothing pass on a controlled bridge: they see what the bridge
 * would bring to the host's stack, from one port to another, or from the host
 * to a port.  What a guest sends to a reserved group address the bridge hands
 * to the host before PRE_ROUTING (br_handle_frame() in net/bridge/br_input.c):
 * the hook at each port's ingress stops it.
 *
 * That hook is also a short cut.  Once the bridge has let a frame of a port come
 * as far as PRE_ROUTING, which it does in the states of a port that forward, it
 * would do so with the next one: for the rest of the jiffy such frames go their
 * way from the ingress.
 */
#include <linux/etherdevice.h>
#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_netdev.h>

#include "net.h"
#include "path.h"

/* The controlled bridge that this device is, or is a port of, or NULL.  RCU. */
static struct sb_bridge *sb_hook_bridge(struct net *net, struct net_device *dev)
{
	struct net_device *master;
	struct sb_port *port;

	if (!dev)
		return NULL;
	port = sb_port_find(sb_net(net), dev);
	if (port)
		return port->bridge;
	/* a port that is joining or leaving right now is not in our list */
	master = netif_is_bridge_master(dev) ? dev : netdev_master_upper_dev_get_rcu(dev);
	return master ? sb_bridge_find_ifindex(net, master->ifindex) : NULL;
}

static unsigned int sb_hook_pre_routing(void *priv, struct sk_buff *skb,
					const struct nf_hook_state *state)
{
	struct sb_port *port = sb_port_find(priv, skb->dev);
	struct sb_bridge *bridge;

	if (likely(port)) {
		if (time_after(jiffies, READ_ONCE(port->passed)))
			WRITE_ONCE(port->passed, jiffies);
		sb_path_frame(port, skb);
		return NF_STOLEN;
	}
	bridge = sb_hook_bridge(state->net, skb->dev);
	if (!bridge)
		return NF_ACCEPT;
	sb_stats_inc_bh(bridge->stats, SINKBRIDGE_COUNTER_drop_host);
	return NF_DROP;
}

static unsigned int sb_hook_stop(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	struct sb_bridge *bridge = sb_hook_bridge(state->net, state->in);

	if (!bridge)
		bridge = sb_hook_bridge(state->net, state->out);
	if (!bridge)
		return NF_ACCEPT;
	sb_stats_inc_bh(bridge->stats, SINKBRIDGE_COUNTER_drop_host);
	return NF_DROP;
}

static const struct nf_hook_ops sb_bridge_hooks[SB_BRIDGE_HOOKS] = {
	{
		.hook		= sb_hook_pre_routing,
		.pf		= NFPROTO_BRIDGE,
		.hooknum	= NF_BR_PRE_ROUTING,
		.priority	= NF_BR_PRI_FIRST,
	}, {
		.hook		= sb_hook_stop,
		.pf		= NFPROTO_BRIDGE,
		.hooknum	= NF_BR_LOCAL_IN,
		.priority	= NF_BR_PRI_FIRST,
	}, {
		.hook		= sb_hook_stop,
		.pf		= NFPROTO_BRIDGE,
		.hooknum	= NF_BR_FORWARD,
		.priority	= NF_BR_PRI_FIRST,
	}, {
		.hook		= sb_hook_stop,
		.pf		= NFPROTO_BRIDGE,
		.hooknum	= NF_BR_LOCAL_OUT,
		.priority	= NF_BR_PRI_FIRST,
	},
};

int sb_hooks_register(struct net *net)
{
	struct sb_net *sbn = sb_net(net);
	unsigned int i;
	int err;

	if (sbn->hooked)
		return 0;
	memcpy(sbn->hooks, sb_bridge_hooks, sizeof(sbn->hooks));
	for (i = 0; i < SB_BRIDGE_HOOKS; i++)
		sbn->hooks[i].priv = sbn;
	err = nf_register_net_hooks(net, sbn->hooks, SB_BRIDGE_HOOKS);
	sbn->hooked = !err;
	return err;
}

void sb_hooks_unregister(struct net *net)
{
	struct sb_net *sbn = sb_net(net);

	if (sbn->hooked)
		nf_unregister_net_hooks(net, sbn->hooks, SB_BRIDGE_HOOKS);
	sbn->hooked = false;
}

/*
 * Nothing on its way to the bridge is for a reserved group address, and none
 * claims to be looped back: for both br_handle_frame() would pass the frame on
 * to the host.
 */
static bool sb_hook_guards(const struct sk_buff *skb)
{
	return unlikely(is_link_local_ether_addr(eth_hdr(skb)->h_dest) ||
			skb->pkt_type == PACKET_LOOPBACK);
}

/*
 * Whether the bridge would only hand the frame to PRE_ROUTING.  What somebody
 * else holds, too, it copies first; what nobody can have sent it drops.
 */
static bool sb_hook_passes(const struct sb_port *port, const struct sk_buff *skb)
{
	return time_before_eq(jiffies, READ_ONCE(port->passed)) && !skb_shared(skb) &&
	       is_valid_ether_addr(eth_hdr(skb)->h_source);
}

static unsigned int sb_hook_ingress(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	struct sb_port *port = priv;

	if (sb_hook_guards(skb)) {
		sb_path_guarded(port, skb);
		return NF_DROP;
	}
	if (!sb_hook_passes(port, skb))
		return NF_ACCEPT;
	sb_path_frame(port, skb);
	return NF_STOLEN;
}

int sb_guard_register(struct sb_port *port)
{
	port->guard = (struct nf_hook_ops){
		.hook		= sb_hook_ingress,
		.dev		= port->dev,
		.priv		= port,
		.pf		= NFPROTO_NETDEV,
		.hooknum	= NF_NETDEV_INGRESS,
		.priority	= INT_MIN,
	};
	return nf_register_net_hook(dev_net(port->dev), &port->guard);
}

void sb_guard_unregister(struct sb_port *port)
{
	nf_unregister_net_hook(dev_net(port->dev), &port->guard);
}
