// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/class/net/BRIDGE/sinkbridge/: read-only, as Documentation/ABI tells.
 *
 * Directories come and go under RTNL, and their removal waits for readers of
 * their files; so no file here may take RTNL.  It need not hold references
 * either: while a reader is inside, the bridge is there, and everything else
 * is read under RCU.  rules/N/ knows its place in the table only, and reads
 * whatever rule is there now: a new table of as many rules changes no file.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/if_vlan.h>
#include <linux/in.h>
#include <linux/kobject.h>
#include <linux/mutex.h>
#include <linux/rtnetlink.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "bridge.h"
#include "sysfs.h"

#define SB_READERS	256	/* of "flows" and "floods" at once whose places are remembered */

/* Where a reader of "flows" or "floods" stopped. */
struct sb_reader {
	const struct file	*file;		/* to compare only */
	loff_t			pos;
	u64			used;		/* the lowest is taken over first; 0: has all */
	union {
		struct sb_flow_cursor	flows;
		struct sb_flood_cursor	floods;
	};
	unsigned int		len;		/* of a row that did not fit any more */
	unsigned int		done;		/* of it */
	char			row[SB_ROW_MAX];
};

struct sb_sysfs {
	struct kobject		kobj;
	struct sb_bridge	*bridge;	/* valid in the files' functions */
	struct kobject		*rules_dir;
	struct kobject		**rules;	/* SB_SYSFS_RULES; RTNL */
	u32			rule_count;	/* RTNL */
	struct mutex		readers_lock;
	struct sb_reader	*readers;	/* SB_READERS, made for the first; readers_lock */
	u64			used;		/* readers_lock */
};

const char *sb_sysfs_protocol_name(char *buf, size_t size, u32 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return "tcp";
	case IPPROTO_UDP:
		return "udp";
	case IPPROTO_ICMP:
		return "icmp";
	case IPPROTO_ICMPV6:
		return "icmp6";
	case IPPROTO_GRE:
		return "gre";
	case IPPROTO_SCTP:
		return "sctp";
	case IPPROTO_UDPLITE:
		return "udplite";
	}
	snprintf(buf, size, "%u", protocol);
	return buf;
}

const char *sb_sysfs_end_text(char *text, const struct in6_addr *addr, __be16 l4)
{
	char address[SB_ADDR_TEXT];
	bool v4 = sb_addr_is_v4(addr);

	snprintf(text, SB_END_TEXT, "%s%s%s:%u", v4 ? "" : "[", sb_addr_text(address, addr),
		 v4 ? "" : "]", ntohs(l4));
	return text;
}

/* Files of the directory itself */

struct sb_attribute {
	struct attribute	attr;
	u32			(*read)(const struct sb_bridge *bridge);
};

static u32 sb_read_flow_count(const struct sb_bridge *bridge)
{
	return sb_flow_table_count(bridge->flows);
}

static u32 sb_read_flood_count(const struct sb_bridge *bridge)
{
	return sb_flood_table_count(bridge->floods);
}

static u32 sb_read_max_floods(const struct sb_bridge *bridge)
{
	return sb_flood_table_max(bridge->floods);
}

static u32 sb_read_max_flows(const struct sb_bridge *bridge)
{
	return sb_flow_table_max(bridge->flows);
}

/* RCU */
static u32 sb_read_rule_count(const struct sb_bridge *bridge)
{
	return rcu_dereference(bridge->table)->count;
}

/* RCU */
static u32 sb_read_generation(const struct sb_bridge *bridge)
{
	return rcu_dereference(bridge->table)->generation;
}

#define SB_ATTRIBUTE(_name)								\
static struct sb_attribute sb_attr_##_name = {						\
	.attr = { .name = #_name, .mode = 0444 }, .read = sb_read_##_name,		\
}

SB_ATTRIBUTE(flow_count);
SB_ATTRIBUTE(max_flows);
SB_ATTRIBUTE(flood_count);
SB_ATTRIBUTE(max_floods);
SB_ATTRIBUTE(rule_count);
SB_ATTRIBUTE(generation);

static struct attribute *sb_attrs[] = {
	&sb_attr_flow_count.attr,
	&sb_attr_max_flows.attr,
	&sb_attr_flood_count.attr,
	&sb_attr_max_floods.attr,
	&sb_attr_rule_count.attr,
	&sb_attr_generation.attr,
	NULL
};

/* stats/: the attribute's place in this array is the counter */

#define SB_STAT(_name, _text)								\
	[SINKBRIDGE_COUNTER_##_name] = { .name = #_name, .mode = 0444 },
static struct attribute sb_stat_attrs[__SINKBRIDGE_COUNTERS] = { SINKBRIDGE_COUNTERS(SB_STAT) };

#define SB_STAT_POINTER(_name, _text) &sb_stat_attrs[SINKBRIDGE_COUNTER_##_name],
static struct attribute *sb_stat_pointers[] = { SINKBRIDGE_COUNTERS(SB_STAT_POINTER) NULL };

static ssize_t sb_sysfs_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	const struct sb_bridge *bridge = container_of(kobj, struct sb_sysfs, kobj)->bridge;
	u32 n;

	if (attr >= sb_stat_attrs && attr < sb_stat_attrs + __SINKBRIDGE_COUNTERS)
		return sysfs_emit(buf, "%llu\n", sb_stats_read(bridge->stats, attr - sb_stat_attrs));
	rcu_read_lock();
	n = container_of(attr, struct sb_attribute, attr)->read(bridge);
	rcu_read_unlock();
	return sysfs_emit(buf, "%u\n", n);
}

static const char * const sb_flow_states[] = {
	[SINKBRIDGE_FLOW_OPENING]	= "opening",
	[SINKBRIDGE_FLOW_ESTABLISHED]	= "established",
	[SINKBRIDGE_FLOW_CLOSING]	= "closing",
	[SINKBRIDGE_FLOW_CLOSED]	= "closed",
};

const char *sb_sysfs_vlan_text(char *text, const struct sb_tuple *tuple)
{
	const u16 *vid = tuple->vid;

	*text = '\0';
	if (vid[1])
		snprintf(text, SB_VLAN_TEXT, " vlan %u.%u", vid[0] & VLAN_VID_MASK,
			 vid[1] & VLAN_VID_MASK);
	else if (vid[0])
		snprintf(text, SB_VLAN_TEXT, " vlan %u", vid[0] & VLAN_VID_MASK);
	return text;
}

/* RCU. Returns the length, always below SB_ROW_MAX. */
static unsigned int sb_flow_row(const struct sb_bridge *bridge, const struct sb_flow *flow,
				char *row)
{
	const struct sb_tuple *orig = &flow->nodes[SB_DIR_ORIG].tuple;
	const struct sb_tuple *reply = &flow->nodes[SB_DIR_REPLY].tuple;
	char guest[SB_END_TEXT], dest[SB_END_TEXT], server[SB_END_TEXT], client[SB_END_TEXT];
	u32 idle = sb_flow_idle_ms(flow);
	u32 age = jiffies_to_msecs(jiffies - flow->start_jiffies);
	u32 left = sb_flow_expires_ms(flow);
	char protocol[4], vlan[SB_VLAN_TEXT];

	return scnprintf(row, SB_ROW_MAX,
			 "%s %s > %s in %s server %s %s client %s state %s packets %lld %lld bytes %lld %lld age %u.%03u idle %u.%03u expires %u.%03u rule %u id %llu%s\n",
			 sb_sysfs_protocol_name(protocol, sizeof(protocol), orig->protocol),
			 sb_sysfs_end_text(guest, &orig->src, orig->l4_src),
			 sb_sysfs_end_text(dest, &orig->dst, orig->l4_dst),
			 flow->guest_if, sb_flow_server_name(bridge, flow),
			 sb_sysfs_end_text(server, &reply->src, reply->l4_src),
			 sb_sysfs_end_text(client, &reply->dst, reply->l4_dst),
			 sb_flow_states[READ_ONCE(flow->state)],
			 atomic64_read(&flow->packets[SB_DIR_ORIG]),
			 atomic64_read(&flow->packets[SB_DIR_REPLY]),
			 atomic64_read(&flow->bytes[SB_DIR_ORIG]),
			 atomic64_read(&flow->bytes[SB_DIR_REPLY]),
			 age / 1000, age % 1000, idle / 1000, idle % 1000, left / 1000, left % 1000,
			 flow->rule->id, flow->id, sb_sysfs_vlan_text(vlan, orig));
}

/* flows and floods: rows for each reader from where it stopped */

/* One read. */
struct sb_read {
	const struct sb_bridge	*bridge;
	struct sb_reader	*reader;
	char			*buf;
	size_t			size;
	size_t			done;
	loff_t			skip;	/* characters before the place asked for */
};

/* The last row has gone out whole, and somebody still waits: a far place may be a long walk. */
static bool sb_read_goes_on(const struct sb_read *read)
{
	return read->reader->done == read->reader->len && !fatal_signal_pending(current);
}

/* The reader's new row.  Rows go out whole, except into a buffer that is smaller than a row. */
static bool sb_read_row(struct sb_read *read, unsigned int len)
{
	struct sb_reader *reader = read->reader;
	unsigned int part;

	if (read->skip >= len) {
		read->skip -= len;
		return true;
	}
	if (read->done && len > read->size - read->done)
		return false;
	part = min_t(size_t, len - read->skip, read->size - read->done);
	memcpy(read->buf + read->done, reader->row + read->skip, part);
	read->done += part;
	reader->len = len;
	reader->done = read->skip + part;
	read->skip = 0;
	return true;
}

static bool sb_read_flow(struct sb_flow *flow, void *data)
{
	struct sb_read *read = data;

	return sb_read_goes_on(read) &&
	       sb_read_row(read, sb_flow_row(read->bridge, flow, read->reader->row));
}

static bool sb_read_flood(struct sb_flood *flood, void *data)
{
	struct sb_read *read = data;

	return sb_read_goes_on(read) &&
	       sb_read_row(read, sb_sysfs_flood_row(flood, read->reader->row));
}

static void sb_read_flows(const struct sb_bridge *bridge, struct sb_read *read)
{
	sb_flow_walk(bridge->flows, &read->reader->flows, sb_read_flow, read);
}

static void sb_read_floods(const struct sb_bridge *bridge, struct sb_read *read)
{
	sb_flood_walk(bridge->floods, &read->reader->floods, sb_read_flood, read);
}

static void sb_read_rest(struct sb_read *read)
{
	struct sb_reader *reader = read->reader;
	unsigned int part = min_t(size_t, reader->len - reader->done, read->size);

	memcpy(read->buf, reader->row + reader->done, part);
	reader->done += part;
	read->done = part;
}

/* The place where this reader stopped; for a new reader, or another place, the beginning. */
static struct sb_reader *sb_reader_find(struct sb_sysfs *sysfs, const struct file *file,
					loff_t pos)
{
	struct sb_reader *oldest, *reader;

	if (!sysfs->readers)
		sysfs->readers = kvcalloc(SB_READERS, sizeof(*sysfs->readers), GFP_KERNEL_ACCOUNT);
	if (!sysfs->readers)
		return NULL;
	oldest = sysfs->readers;
	for (reader = sysfs->readers; reader < sysfs->readers + SB_READERS; reader++) {
		if (reader->file == file) {
			oldest = reader;
			break;
		}
		if (reader->used < oldest->used)
			oldest = reader;
	}
	if (!pos || oldest->file != file || oldest->pos != pos)
		*oldest = (struct sb_reader){ .file = file };
	oldest->used = ++sysfs->used;
	return oldest;
}

static ssize_t sb_rows_read(const struct file *file, struct sb_sysfs *sysfs, char *buf, loff_t pos,
			    size_t size, void (*walk)(const struct sb_bridge *bridge,
						      struct sb_read *read))
{
	struct sb_read read = { .bridge = sysfs->bridge, .buf = buf, .size = size };

	if (mutex_lock_interruptible(&sysfs->readers_lock))
		return -ERESTARTSYS;
	read.reader = sb_reader_find(sysfs, file, pos);
	if (!read.reader) {
		mutex_unlock(&sysfs->readers_lock);
		return -ENOMEM;
	}
	read.skip = pos - read.reader->pos;
	sb_read_rest(&read);
	if (read.done < size)
		walk(sysfs->bridge, &read);
	read.reader->pos = pos + read.done;
	if (!read.done)
		read.reader->used = 0;
	if (fatal_signal_pending(current))
		read.reader->file = NULL;	/* stopped before its place */
	mutex_unlock(&sysfs->readers_lock);
	return read.done;
}

static ssize_t flows_read(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
			  char *buf, loff_t pos, size_t size)
{
	return sb_rows_read(file, container_of(kobj, struct sb_sysfs, kobj), buf, pos, size,
			    sb_read_flows);
}

static ssize_t floods_read(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
			   char *buf, loff_t pos, size_t size)
{
	return sb_rows_read(file, container_of(kobj, struct sb_sysfs, kobj), buf, pos, size,
			    sb_read_floods);
}

static BIN_ATTR_RO(flows, 0);
static BIN_ATTR_RO(floods, 0);

static struct bin_attribute *sb_bin_attrs[] = { &bin_attr_flows, &bin_attr_floods, NULL };

static const struct attribute_group sb_group = {
	.attrs = sb_attrs,
	.bin_attrs = sb_bin_attrs,
};

static const struct attribute_group sb_stats_group = {
	.name = "stats",
	.attrs = sb_stat_pointers,
};

static const struct attribute_group *sb_groups[] = { &sb_group, &sb_stats_group, NULL };

static void sb_sysfs_free(struct sb_sysfs *sysfs)
{
	kvfree(sysfs->readers);
	kvfree(sysfs->rules);
	kfree(sysfs);
}

static void sb_sysfs_release(struct kobject *kobj)
{
	sb_sysfs_free(container_of(kobj, struct sb_sysfs, kobj));
}

static const struct sysfs_ops sb_sysfs_ops = { .show = sb_sysfs_show };

static const struct kobj_type sb_sysfs_type = {
	.release = sb_sysfs_release,
	.sysfs_ops = &sb_sysfs_ops,
	.default_groups = sb_groups,
};

/* rules/ */

static void sb_sysfs_rules_resize(struct sb_sysfs *sysfs, u32 count)
{
	while (sysfs->rule_count > count) {
		struct kobject *kobj = sysfs->rules[--sysfs->rule_count];

		kobject_del(kobj);
		kobject_put(kobj);
	}
	while (sysfs->rule_count < count) {
		struct kobject *kobj = sb_sysfs_rule_add(sysfs->bridge, sysfs->rules_dir,
							 sysfs->rule_count);

		if (!kobj) {
			/* the table counts, not its picture; the next change tries again */
			pr_warn_ratelimited("no memory for all directories of rules\n");
			return;
		}
		sysfs->rules[sysfs->rule_count++] = kobj;
	}
}

void sb_sysfs_rules(struct sb_bridge *bridge, const struct sb_table *table)
{
	if (bridge->sysfs)
		sb_sysfs_rules_resize(bridge->sysfs, min_t(u32, table->count, SB_SYSFS_RULES));
}

int sb_sysfs_add(struct sb_bridge *bridge)
{
	struct sb_sysfs *sysfs = kzalloc(sizeof(*sysfs), GFP_KERNEL);
	int err;

	ASSERT_RTNL();
	if (!sysfs)
		return -ENOMEM;
	mutex_init(&sysfs->readers_lock);
	sysfs->bridge = bridge;
	sysfs->rules = kvcalloc(SB_SYSFS_RULES, sizeof(*sysfs->rules), GFP_KERNEL);
	if (!sysfs->rules) {
		sb_sysfs_free(sysfs);
		return -ENOMEM;
	}
	err = kobject_init_and_add(&sysfs->kobj, &sb_sysfs_type,
				   &bridge->dev->dev.kobj, "sinkbridge");
	if (err)
		goto put;
	sysfs->rules_dir = kobject_create_and_add("rules", &sysfs->kobj);
	if (!sysfs->rules_dir) {
		err = -ENOMEM;
		goto del;
	}
	bridge->sysfs = sysfs;
	sb_sysfs_rules(bridge, rtnl_dereference(bridge->table));
	return 0;

del:
	kobject_del(&sysfs->kobj);
put:
	kobject_put(&sysfs->kobj);
	return err;
}

void sb_sysfs_del(struct sb_bridge *bridge)
{
	struct sb_sysfs *sysfs = bridge->sysfs;

	ASSERT_RTNL();
	if (!sysfs)
		return;
	bridge->sysfs = NULL;
	sb_sysfs_rules_resize(sysfs, 0);
	kobject_del(sysfs->rules_dir);
	kobject_put(sysfs->rules_dir);
	kobject_del(&sysfs->kobj);
	kobject_put(&sysfs->kobj);
}
