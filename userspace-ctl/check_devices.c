// SPDX-License-Identifier: GPL-2.0-only
/* What an administrator, or a program, has put beside the bridge. */
#include "check.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

struct device {
	const char	*name;
	int		index;
	bool		port;
	bool		server;
	bool		addressed;
	uint8_t		xdp;		/* XDP_ATTACHED_* */
};

static bool read_flag(const char *format, const char *name)
{
	char path[96], value[8] = "";
	FILE *file;

	snprintf(path, sizeof(path), format, name);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(value, sizeof(value), file))
		value[0] = '\0';
	fclose(file);
	return *value && *value != '0' && *value != '\n';
}

static void address_finding(struct check *check, struct device *device, const struct ifaddrs *ifa)
{
	char text[INET6_ADDRSTRLEN] = "", remedy[160];
	const struct sockaddr *sa = ifa->ifa_addr;

	device->addressed = true;
	if (sa->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, text,
			  sizeof(text));
	else
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, text,
			  sizeof(text));
	if (!strncmp(text, "fe80", 4))
		snprintf(remedy, sizeof(remedy), "sysctl net.ipv6.conf.%s.disable_ipv6=1", device->name);
	else
		snprintf(remedy, sizeof(remedy), "ip address flush dev %s to %s", device->name, text);
	if (device->port)
		check_finding(check, true, device->name, "port-address", remedy,
			      "has the address %s: the host talks to the guest by it", text);
	else
		check_finding(check, false, "", "bridge-address", remedy,
			      "has the address %s, which nobody can reach", text);
}

static void check_addresses(struct check *check, struct device *device)
{
	struct ifaddrs *list, *ifa;

	if (getifaddrs(&list)) {
		check_unseen(check, device->port ? device->name : "", "address-unseen", -errno,
			     "may have addresses, which cannot be looked at");
		return;
	}
	for (ifa = list; ifa; ifa = ifa->ifa_next)
		if (ifa->ifa_addr && !strcmp(ifa->ifa_name, device->name) &&
		    (ifa->ifa_addr->sa_family == AF_INET || ifa->ifa_addr->sa_family == AF_INET6))
			address_finding(check, device, ifa);
	freeifaddrs(list);
}

/* Whether a route leads to a device, and the first that does. */
struct route {
	int		index;
	bool		found;
	uint8_t		family;
	uint32_t	table;
};

static bool multipath_has(const struct nlattr *attr, int index)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(attr);
	int left = mnl_attr_get_payload_len(attr);

	while (left >= (int)sizeof(*hop) && RTNH_OK(hop, left)) {
		if (hop->rtnh_ifindex == index)
			return true;
		left -= RTNH_ALIGN(hop->rtnh_len);
		hop = RTNH_NEXT(hop);
	}
	return false;
}

static int route_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct rtmsg *head = mnl_nlmsg_get_payload(nlh);
	uint32_t table = head->rtm_table;
	const struct nlattr *attr;
	struct route *route = data;
	bool leads = false;

	mnl_attr_for_each(attr, nlh, sizeof(*head)) {
		switch (mnl_attr_get_type(attr)) {
		case RTA_OIF:
			leads |= mnl_attr_get_u32(attr) == (uint32_t)route->index;
			break;
		case RTA_MULTIPATH:
			leads |= multipath_has(attr, route->index);
			break;
		case RTA_TABLE:
			table = mnl_attr_get_u32(attr);
			break;
		}
	}
	if (leads && !route->found)
		*route = (struct route){ route->index, true, head->rtm_family, table };
	return MNL_CB_OK;
}

/* Those of all tables, not only of that which "ip route" shows. */
static void check_routes(struct check *check, const struct device *device)
{
	char buffer[256], remedy[96];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct rtmsg *head = mnl_nlmsg_put_extra_header(request, sizeof(*head));
	struct route route = { .index = device->index };
	int err;

	/* an address brings its route along */
	if (device->addressed)
		return;
	request->nlmsg_type = RTM_GETROUTE;
	head->rtm_family = AF_UNSPEC;
	err = check_dump(NETLINK_ROUTE, request, route_cb, &route);
	if (err)
		check_unseen(check, device->port ? device->name : "", "route-unseen", err,
			     "may have routes, which cannot be looked at");
	if (!route.found)
		return;
	snprintf(remedy, sizeof(remedy), "ip %sroute flush table %u dev %s",
		 route.family == AF_INET6 ? "-6 " : "", route.table, device->name);
	check_finding(check, device->port, device->port ? device->name : "",
		      device->port ? "port-route" : "bridge-route", remedy,
		      device->port ? "has a route: the host sends to the guest by it" :
				     "has a route, which leads nowhere");
}

/* VLAN, macvlan and the like get frames before the bridge. */
static void check_uppers(struct check *check, const struct device *device)
{
	char path[64], remedy[64];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/class/net/%s", device->name);
	dir = opendir(path);
	if (!dir) {
		check_unseen(check, device->port ? device->name : "", "upper-unseen", -errno,
			     "may have devices on top of it, which cannot be listed");
		return;
	}
	while ((entry = readdir(dir))) {
		const char *upper = entry->d_name + strlen("upper_");

		if (strncmp(entry->d_name, "upper_", strlen("upper_")) ||
		    (device->port && !strcmp(upper, check->bridge)))
			continue;
		snprintf(remedy, sizeof(remedy), "ip link del %.40s", upper);
		check_finding(check, device->port, device->port ? device->name : "",
			      device->port ? "port-upper" : "bridge-upper", remedy,
			      device->port ? "has %s on top of it, which gets frames before the bridge" :
					     "has %s on top of it, which gets nothing", upper);
	}
	closedir(dir);
}

static int xdp_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *head = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr, *inner;
	struct device *device = data;

	if (head->ifi_index != device->index)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, nlh, sizeof(*head)) {
		if (mnl_attr_get_type(attr) != IFLA_XDP)
			continue;
		mnl_attr_for_each_nested(inner, attr)
			if (mnl_attr_get_type(inner) == IFLA_XDP_ATTACHED)
				device->xdp = mnl_attr_get_u8(inner);
	}
	return MNL_CB_OK;
}

static void check_xdp(struct check *check, struct device *device)
{
	char buffer[256], remedy[64];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *head = mnl_nlmsg_put_extra_header(request, sizeof(*head));
	int err;

	request->nlmsg_type = RTM_GETLINK;
	head->ifi_family = AF_UNSPEC;
	err = check_dump(NETLINK_ROUTE, request, xdp_cb, device);
	if (err)
		check_unseen(check, device->port ? device->name : "", "xdp-unseen", err,
			     "may have an XDP program, which cannot be looked at");
	if (!device->xdp)
		return;
	snprintf(remedy, sizeof(remedy), "ip link set dev %s %s off", device->name,
		 device->xdp == XDP_ATTACHED_SKB ? "xdpgeneric" : "xdp");
	check_finding(check, device->port, device->port ? device->name : "",
		      device->port ? "port-xdp" : "bridge-xdp", remedy,
		      "has an XDP program, which gets frames before the bridge");
}

static int filter_cb(const struct nlmsghdr *nlh, void *data)
{
	(void)nlh;
	*(bool *)data = true;
	return MNL_CB_OK;
}

/* Filters of a clsact or ingress qdisc, for frames that come in or go out. */
static void check_filters(struct check *check, const struct device *device, unsigned int parent,
			  bool ingress)
{
	char buffer[256], remedy[96];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct tcmsg *head = mnl_nlmsg_put_extra_header(request, sizeof(*head));
	bool found = false;
	int err;

	request->nlmsg_type = RTM_GETTFILTER;
	head->tcm_family = AF_UNSPEC;
	head->tcm_ifindex = device->index;
	head->tcm_parent = parent;
	err = check_dump(NETLINK_ROUTE, request, filter_cb, &found);
	/* a kernel without filters has none */
	if (err && err != -EOPNOTSUPP)
		check_unseen(check, device->port ? device->name : "", "filter-unseen", err,
			     "may have tc filters, which cannot be looked at");
	if (!found)
		return;
	snprintf(remedy, sizeof(remedy), "tc qdisc del dev %s clsact (or ingress)", device->name);
	check_finding(check, device->port, device->port ? device->name : "",
		      device->port ? "port-filter" : "bridge-filter", remedy,
		      ingress ? "has tc filters at its ingress, which get frames before the bridge" :
				"has tc filters at its egress, which may send a copy elsewhere");
}

static void check_device(struct check *check, struct device *device)
{
	device->index = (int)if_nametoindex(device->name);
	if (!device->index)
		return;
	check_addresses(check, device);
	check_routes(check, device);
	check_uppers(check, device);
	check_xdp(check, device);
	check_filters(check, device, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS), true);
	if (device->port)
		check_filters(check, device, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS), false);
	if (device->port && !device->server) {
		char path[64];

		snprintf(path, sizeof(path), "/sys/class/net/%s/device", device->name);
		if (!access(path, F_OK))
			check_finding(check, false, device->name, "port-nic",
				      "see that only guests are on its wire",
				      "is a NIC: whatever is on its wire is a guest");
	}
}

static void check_host(struct check *check)
{
	char remedy[64];

	if (read_flag("/sys/class/net/%s/bridge/stp_state", check->bridge)) {
		snprintf(remedy, sizeof(remedy), "ip link set %s type bridge stp_state 0",
			 check->bridge);
		check_finding(check, false, "", "stp", remedy,
			      "has STP on, which speaks to nobody and keeps a new port silent for 30 s");
	}
	if (read_flag("/proc/sys/net/bridge/bridge-nf-call-iptables%s", ""))
		check_finding(check, false, "", "bridge-nf",
			      "sysctl net.bridge.bridge-nf-call-iptables=0",
			      "bridge-nf-call-iptables is on: no frame of this bridge gets there");
	if (read_flag("/proc/sys/net/ipv4/ip_forward%s", ""))
		check_finding(check, false, "", "ip-forward", "sysctl net.ipv4.ip_forward=0",
			      "the host forwards: what broke out would not end here");
}

void check_devices(struct check *check)
{
	struct device bridge = { .name = check->bridge };

	check_host(check);
	check_device(check, &bridge);
	for (int i = 0; i < check->port_count; i++) {
		struct device port = { .name = check->ports[i].name, .port = true,
				       .server = check->ports[i].server };

		check_device(check, &port);
	}
}
