// SPDX-License-Identifier: GPL-2.0-only
/* sinkbridge: a bridge that swallows its guests' whole Internet.  Starts and stops the parts. */
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "capture.h"
#include "net.h"

#define SINKBRIDGE_VERSION	"0.1.0"

unsigned int sb_net_id __read_mostly;

static int __net_init sb_net_init(struct net *net)
{
	struct sb_net *sbn = sb_net(net);
	unsigned int i;

	INIT_LIST_HEAD(&sbn->bridges);
	for (i = 0; i < ARRAY_SIZE(sbn->ports); i++)
		INIT_HLIST_HEAD(&sbn->ports[i]);
	return 0;
}

/* The namespace's devices are gone by now, and with each bridge our hold on it. */
static void __net_exit sb_net_exit(struct net *net)
{
	WARN_ON_ONCE(!list_empty(&sb_net(net)->bridges));
}

static struct pernet_operations sb_net_ops = {
	.init	= sb_net_init,
	.exit	= sb_net_exit,
	.id	= &sb_net_id,
	.size	= sizeof(struct sb_net),
};

static int sb_upper_changed(struct net_device *dev, struct netdev_notifier_changeupper_info *info)
{
	struct net *net = dev_net(dev);
	struct sb_bridge *bridge = sb_bridge_find_ifindex(net, info->upper_dev->ifindex);
	struct sb_port *port = sb_port_find(sb_net(net), dev);

	if (!bridge || bridge->dev != info->upper_dev)
		return 0;
	if (info->linking && !port)
		return sb_port_add(bridge, dev, netdev_notifier_info_to_extack(&info->info));
	if (!info->linking && port)
		sb_port_remove(port);
	return 0;
}

static void sb_device_gone(struct net_device *dev)
{
	struct sb_bridge *bridge = sb_bridge_find_ifindex(dev_net(dev), dev->ifindex);
	struct sb_port *port = sb_port_find(sb_net(dev_net(dev)), dev);

	if (port)
		sb_port_remove(port);
	if (bridge && bridge->dev == dev)
		sb_bridge_del(bridge);
}

static int sb_netdev_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct sb_port *port;

	switch (event) {
	case NETDEV_CHANGEUPPER:
		return notifier_from_errno(sb_upper_changed(dev, ptr));
	case NETDEV_UNREGISTER:
		sb_device_gone(dev);
		break;
	case NETDEV_REGISTER:
		/* the far end of a server's veth may have come from another namespace */
		sb_servers_refresh();
		break;
	case NETDEV_CHANGENAME:
		port = sb_port_find(sb_net(dev_net(dev)), dev);
		if (port)
			sb_port_renamed(port);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block sb_netdev_notifier = {
	.notifier_call = sb_netdev_event,
};

static int __init sb_init(void)
{
	int err;

	err = sb_flow_init();
	if (err)
		return err;
	err = sb_flood_init();
	if (err)
		goto err_flow;
	err = register_pernet_subsys(&sb_net_ops);
	if (err)
		goto err_flood;
	err = register_netdevice_notifier(&sb_netdev_notifier);
	if (err)
		goto err_pernet;
	err = sb_sockopt_init();
	if (err)
		goto err_notifier;
	err = sb_capture_init();
	if (err)
		goto err_sockopt;
	err = sb_netlink_init();
	if (err)
		goto err_capture;
	return 0;

err_capture:
	sb_capture_exit();
err_sockopt:
	sb_sockopt_exit();
err_notifier:
	unregister_netdevice_notifier(&sb_netdev_notifier);
err_pernet:
	unregister_pernet_subsys(&sb_net_ops);
err_flood:
	sb_flood_exit();
err_flow:
	sb_flow_exit();
	return err;
}

static void __exit sb_exit(void)
{
	sb_netlink_exit();
	sb_capture_exit();
	sb_sockopt_exit();
	unregister_netdevice_notifier(&sb_netdev_notifier);
	unregister_pernet_subsys(&sb_net_ops);
	/* each waits for callbacks: flows, ports and tables go first, then the rules that they put */
	sb_flood_exit();
	sb_flow_exit();
}

module_init(sb_init);
module_exit(sb_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A bridge that swallows a malware guest's whole Internet");
MODULE_VERSION(SINKBRIDGE_VERSION);
