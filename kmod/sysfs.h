/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside of sysfs: sysfs.c holds the directories and files, sysfs_flood.c the
 * rows of "floods", sysfs_rule.c the directories of rules.
 */
#ifndef SB_SYSFS_H
#define SB_SYSFS_H

#include "bridge.h"

#define SB_ROW_MAX	1024	/* the longest row, of a TCP flood, has about 800 characters */
#define SB_END_TEXT	(SB_ADDR_TEXT + 8)
#define SB_VLAN_TEXT	sizeof(" vlan 4095.4095")

const char *sb_sysfs_protocol_name(char *buf, size_t size, u32 protocol);
/* "1.2.3.4:80", "[2001:db8::1]:80" */
const char *sb_sysfs_end_text(char *text, const struct in6_addr *addr, __be16 l4);
/* " vlan 5", " vlan 5.7", or nothing */
const char *sb_sysfs_vlan_text(char *text, const struct sb_tuple *tuple);

/* RCU.  Returns the length, always below SB_ROW_MAX. */
unsigned int sb_sysfs_flood_row(const struct sb_flood *flood, char *row);

/* The directory for a place of the table, from 0, under its parent.  NULL: no memory.  RTNL */
struct kobject *sb_sysfs_rule_add(struct sb_bridge *bridge, struct kobject *parent, u32 index);

#endif /* SB_SYSFS_H */
