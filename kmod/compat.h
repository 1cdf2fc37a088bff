/* SPDX-License-Identifier: GPL-2.0-only */
/* Differences between kernel versions, by feature; nothing else looks at LINUX_VERSION_CODE. */
#ifndef SB_COMPAT_H
#define SB_COMPAT_H

#include <linux/version.h>
#include <net/genetlink.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#include <net/gso.h>	/* before, its contents are in skbuff.h and netdevice.h */
#endif

/* The attributes of the request that a dump answers: moved into struct genl_info in 6.6. */
static inline struct nlattr **sb_genl_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif /* SB_COMPAT_H */
