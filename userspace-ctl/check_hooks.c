// SPDX-License-Identifier: GPL-2.0-only
/* The hooks of the bridge family and of each port's ingress, in the order in which they are called. */
#include "check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_hook.h>
#include <linux/netfilter_bridge.h>

#define OURS	"sinkbridge"

struct hooks {
	struct check	*check;
	const char	*where;
	const char	*device;	/* of an ingress hook; or NULL */
	bool		found;		/* ours */
};

static const char *text_of(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_str(attr) : "";
}

static void foreign_hook(struct hooks *hooks, const char *module, const char *function)
{
	const char *name = *function ? function : *module ? module : "somebody";

	if (hooks->device)
		check_finding(hooks->check, true, hooks->device, "ingress-hook",
			      "nft list hooks netdev; delete that chain or flowtable",
			      "%s takes frames at the port's ingress, before the bridge", name);
	else if (!hooks->found)
		check_finding(hooks->check, true, "", "hook-before",
			      "nft list hooks bridge; delete that chain, or give it a later priority",
			      "%s sees frames in %s before sinkbridge does", name, hooks->where);
}

static int hook_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[NFNLA_HOOK_MAX + 1] = { 0 }, *attr;
	const char *module, *function;
	struct hooks *hooks = data;

	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(attr) <= NFNLA_HOOK_MAX)
			tb[mnl_attr_get_type(attr)] = attr;
	module = text_of(tb[NFNLA_HOOK_MODULE_NAME]);
	function = text_of(tb[NFNLA_HOOK_FUNCTION_NAME]);
	if (strcmp(module, OURS)) {
		foreign_hook(hooks, module, function);
		return MNL_CB_OK;
	}
	hooks->check->hooks += !hooks->found;
	hooks->found = true;
	return MNL_CB_OK;
}

/* 0, or a negative errno: this kernel does not tell. */
static int look(struct hooks *hooks, uint8_t family, uint32_t number)
{
	char buffer[256];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *head = mnl_nlmsg_put_extra_header(request, sizeof(*head));

	request->nlmsg_type = NFNL_SUBSYS_HOOK << 8 | NFNL_MSG_HOOK_GET;
	head->nfgen_family = family;
	head->version = NFNETLINK_V0;
	mnl_attr_put_u32(request, NFNLA_HOOK_HOOKNUM, htonl(number));
	if (hooks->device)
		mnl_attr_put_strz(request, NFNLA_HOOK_DEV, hooks->device);
	return check_dump(NETLINK_NETFILTER, request, hook_cb, hooks);
}

static void missing(struct hooks *hooks)
{
	check_finding(hooks->check, true, hooks->device ? hooks->device : "", "hook-missing",
		      "sinkctl bridge del and add; see dmesg",
		      "sinkbridge has no hook in %s", hooks->where);
}

void check_hooks(struct check *check)
{
	static const struct { uint32_t number; const char *name; } places[] = {
		{ NF_BR_PRE_ROUTING, "PRE_ROUTING" }, { NF_BR_LOCAL_IN, "LOCAL_IN" },
		{ NF_BR_FORWARD, "FORWARD" }, { NF_BR_LOCAL_OUT, "LOCAL_OUT" },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct hooks hooks = { .check = check, .where = places[i].name };
		int err = look(&hooks, NFPROTO_BRIDGE, places[i].number);

		if (err) {
			/* a kernel that cannot tell is no reason to call each lab on it broken */
			check->unseen += err == -EPERM;
			check_finding(check, false, "", "hooks-untold",
				      err == -EPERM ? "run as root" :
				      "modprobe nfnetlink_hook, if this kernel has it",
				      "the kernel does not tell its hooks (%s), they were not looked at",
				      strerror(-err));
			return;
		}
		if (!hooks.found)
			missing(&hooks);
	}
	for (int i = 0; i < check->port_count; i++) {
		struct hooks hooks = { .check = check, .where = "the port's ingress",
				       .device = check->ports[i].name };
		int err = look(&hooks, NFPROTO_NETDEV, NF_NETDEV_INGRESS);

		if (err)
			check_unseen(check, hooks.device, "hooks-unseen", err,
				     "has hooks at its ingress that cannot be looked at");
		else if (!hooks.found)
			missing(&hooks);
	}
}
