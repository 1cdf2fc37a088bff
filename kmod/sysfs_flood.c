// SPDX-License-Identifier: GPL-2.0-only
/* The rows of the file "floods". */
#include <linux/in.h>
#include <linux/jiffies.h>

#include "sysfs.h"

static const char * const sb_flood_kinds[] = {
	[SINKBRIDGE_FLOOD_DESTINATION]	= "destination",
	[SINKBRIDGE_FLOOD_SCAN]		= "scan",
};

static unsigned int sb_flood_row_flags(const struct sb_flood_count *count, char *row,
				       unsigned int at)
{
	static const char * const names[SB_FLOOD_TCP_FLAGS] = {
		"fin", "syn", "rst", "psh", "ack", "urg",
	};
	unsigned int i;

	for (i = 0; i < SB_FLOOD_TCP_FLAGS; i++)
		at += scnprintf(row + at, SB_ROW_MAX - at, " %s %llu", names[i], count->flags[i]);
	return at;
}

unsigned int sb_sysfs_flood_row(const struct sb_flood *flood, char *row)
{
	u32 age = jiffies_to_msecs(jiffies - flood->start_jiffies);
	u32 idle = sb_flood_idle_ms(flood);
	char src[SB_END_TEXT], dst[SB_END_TEXT], protocol[4], vlan[SB_VLAN_TEXT];
	struct sb_flood_varied varied;
	struct sb_flood_count count;
	unsigned int at;

	sb_flood_read(flood, &count);
	sb_flood_read_varied(flood, &varied);
	at = scnprintf(row, SB_ROW_MAX,
		       "%s %s > %s in %s kind %s packets %llu bytes %llu rate %u peak %u sources %u destinations %u source-ports %u dest-ports %u lengths %u length %u %u ttl %u %u",
		       sb_sysfs_protocol_name(protocol, sizeof(protocol), flood->key.protocol),
		       sb_sysfs_end_text(src, &flood->first.src, flood->first.l4_src),
		       sb_sysfs_end_text(dst, &flood->first.dst, flood->first.l4_dst),
		       flood->guest_if, sb_flood_kinds[flood->key.kind], count.packets,
		       count.bytes, count.rate, count.peak, varied.sources, varied.destinations,
		       varied.source_ports, varied.dest_ports, varied.lengths,
		       READ_ONCE(flood->length_min), READ_ONCE(flood->length_max),
		       READ_ONCE(flood->ttl_min), READ_ONCE(flood->ttl_max));
	if (flood->key.protocol == IPPROTO_TCP)
		at = sb_flood_row_flags(&count, row, at);
	return at + scnprintf(row + at, SB_ROW_MAX - at,
			      " age %u.%03u idle %u.%03u delivered %s rule %u id %llu%s\n",
			      age / 1000, age % 1000, idle / 1000, idle % 1000,
			      flood->rule->flood_deliver ? "yes" : "no", flood->rule->id,
			      flood->id, sb_sysfs_vlan_text(vlan, &flood->first));
}
