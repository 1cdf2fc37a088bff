// SPDX-License-Identifier: GPL-2.0-only
/* Netlink commands on floods. */
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "netlink.h"

int sb_netlink_flood_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return sb_dump_result(skb, sb_dump_begin(cb, true));
}

int sb_netlink_flood_flush(struct sk_buff *skb, struct genl_info *info)
{
	struct sb_bridge *bridge = sb_netlink_begin(info, 0);
	struct sk_buff *msg;
	void *header;

	if (IS_ERR(bridge))
		return PTR_ERR(bridge);
	rtnl_unlock();
	msg = sb_netlink_answer(info, SINKBRIDGE_CMD_FLOOD_FLUSH, &header);
	if (!msg)
		return -ENOMEM;
	if (nla_put_u32(msg, SINKBRIDGE_A_COUNT, 0)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, header);
	return genlmsg_reply(msg, info);
}
