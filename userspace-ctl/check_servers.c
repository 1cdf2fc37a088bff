// SPDX-License-Identifier: GPL-2.0-only
/* Where servers' ports lead, and what else there is: who takes a server over goes on from there. */
#include "check.h"

#include <errno.h>
#include <net/if.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#define NOWHERE	(-1)	/* as the kernel says it: NETNSA_NSID_NOT_ASSIGNED */

/* What the kernel tells of one device. */
struct link {
	int		index;
	unsigned int	flags;		/* IFF_* */
	const char	*name;
	const char	*kind;
	int		lower;		/* what it stands upon, or the other of a pair; 0: none */
	int		netns;		/* number of the namespace that has it; NOWHERE: this */
};

/* A server's port, and where its far end is when it is a pair. */
struct server_port {
	const char	*name;
	int		index;
	bool		found, veth;
	int		far_index, netns;
};

struct servers {
	struct check		*check;
	struct server_port	*ports;
	int			count;
	const struct server_port *at;	/* whose namespace is being looked into */
};

static const char *info_kind(const struct nlattr *info)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, info)
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			return mnl_attr_get_str(attr);
	return "";
}

static void read_link(struct link *link, const struct nlmsghdr *nlh)
{
	const struct ifinfomsg *head = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	*link = (struct link){
		.index = head->ifi_index, .flags = head->ifi_flags, .name = "?", .kind = "",
		.netns = NOWHERE,
	};
	mnl_attr_for_each(attr, nlh, sizeof(*head)) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_IFNAME:
			link->name = mnl_attr_get_str(attr);
			break;
		case IFLA_LINK:
			link->lower = (int)mnl_attr_get_u32(attr);
			break;
		case IFLA_LINK_NETNSID:
			link->netns = (int)mnl_attr_get_u32(attr);
			break;
		case IFLA_LINKINFO:
			link->kind = info_kind(attr);
			break;
		}
	}
}

/* All devices of this namespace, or of the one with that number. */
static int dump_links(int netns, mnl_cb_t fn, void *data)
{
	char buffer[256];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *head = mnl_nlmsg_put_extra_header(request, sizeof(*head));

	request->nlmsg_type = RTM_GETLINK;
	head->ifi_family = AF_UNSPEC;
	if (netns != NOWHERE)
		mnl_attr_put_u32(request, IFLA_TARGET_NETNSID, (uint32_t)netns);
	return check_dump(NETLINK_ROUTE, request, fn, data);
}

static int port_cb(const struct nlmsghdr *nlh, void *data)
{
	struct servers *servers = data;
	struct link link;

	read_link(&link, nlh);
	for (int i = 0; i < servers->count; i++) {
		struct server_port *port = &servers->ports[i];

		if (port->index != link.index)
			continue;
		port->found = true;
		port->veth = !strcmp(link.kind, "veth");
		port->far_index = link.lower;
		port->netns = link.netns;
	}
	return MNL_CB_OK;
}

/* The device, or what it stands upon, is the far end of a port of ours. */
static bool is_far_end(const struct servers *servers, const struct link *link)
{
	for (int i = 0; i < servers->count; i++) {
		const struct server_port *port = &servers->ports[i];

		if (port->netns == servers->at->netns &&
		    (port->far_index == link->index ||
		     (port->far_index == link->lower && link->netns == NOWHERE)))
			return true;
	}
	return false;
}

static int exit_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct servers *servers = data;
	struct link link;

	read_link(&link, nlh);
	/* loopback and dummies lead nowhere */
	if (!(link.flags & IFF_UP) || link.flags & IFF_LOOPBACK || !strcmp(link.kind, "dummy") ||
	    is_far_end(servers, &link))
		return MNL_CB_OK;
	check_finding(servers->check, true, servers->at->name, "server-exit",
		      "take that device out of the server's namespace, or down",
		      "is a server's port, and its namespace has %s, too: a server that is taken "
		      "over leaves by it", link.name);
	return MNL_CB_OK;
}

static void unseen(struct check *check, const char *device, int err)
{
	check_unseen(check, device, "server-unseen", err,
		     "has servers whose namespace cannot be looked into");
}

static void check_server(struct servers *servers)
{
	const struct server_port *port = servers->at;
	int err;

	if (!port->found) {
		unseen(servers->check, port->name, -ENODEV);
		return;
	}
	if (!port->veth) {
		check_finding(servers->check, false, port->name, "server-not-veth",
			      "use a veth pair into the server's namespace",
			      "is a server's port and no veth: original destinations are not "
			      "confirmed");
		return;
	}
	if (port->netns == NOWHERE) {
		check_finding(servers->check, true, port->name, "server-here",
			      "put the far end into a network namespace of the server's own",
			      "is a server's port, but its far end is in the host's namespace");
		return;
	}
	err = dump_links(port->netns, exit_cb, servers);
	if (err)
		unseen(servers->check, port->name, err);
}

void check_servers(struct check *check)
{
	struct servers servers = {
		.check = check, .ports = calloc(CHECK_PORTS, sizeof(*servers.ports)),
	};
	int err;

	for (int i = 0; servers.ports && i < check->port_count; i++)
		if (check->ports[i].server)
			servers.ports[servers.count++] = (struct server_port){
				.name = check->ports[i].name,
				.index = (int)if_nametoindex(check->ports[i].name),
				.netns = NOWHERE,
			};
	err = servers.ports ? dump_links(NOWHERE, port_cb, &servers) : -ENOMEM;
	if (err)
		unseen(check, "", err);
	for (int i = 0; !err && i < servers.count; i++) {
		servers.at = &servers.ports[i];
		check_server(&servers);
	}
	free(servers.ports);
}
