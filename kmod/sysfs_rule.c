// SPDX-License-Identifier: GPL-2.0-only
/* rules/N/ of a bridge: the rule that is at that place of the table now. */
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "sysfs.h"

struct sb_sysfs_rule {
	struct kobject		kobj;
	struct sb_bridge	*bridge;	/* valid in the files' functions */
	u32			index;
};

static int sb_rule_emit_match(char *buf, const struct sb_rule *rule)
{
	const struct sb_match *match = &rule->match;
	bool v4 = match->family == SB_FAMILY_V4;
	char protocol[4], dst[SB_ADDR_TEXT];
	int len = 0;

	if (match->guest_id)
		len += sysfs_emit_at(buf, len, "in %s ", rule->guest_port);
	if (!match->any_protocol)
		len += sysfs_emit_at(buf, len, "%s ", sb_sysfs_protocol_name(protocol, sizeof(protocol),
								       match->protocol));
	if (match->family != SB_FAMILY_ANY)
		len += sysfs_emit_at(buf, len, "dst %s", sb_addr_text(dst, &match->dst));
	if (match->family != SB_FAMILY_ANY && match->dst_len < 128)
		len += sysfs_emit_at(buf, len, "/%u", match->dst_len - (v4 ? SB_ADDR_V4_BITS : 0));
	if (match->family != SB_FAMILY_ANY)
		len += sysfs_emit_at(buf, len, " ");
	if (match->dport_first)
		len += sysfs_emit_at(buf, len, "dport %u", match->dport_first);
	if (match->dport_last != match->dport_first)
		len += sysfs_emit_at(buf, len, "-%u", match->dport_last);
	if (match->dport_first)
		len += sysfs_emit_at(buf, len, " ");
	return len;
}

static int sb_rule_emit_flood(char *buf, int at, const struct sb_rule *rule)
{
	int len = 0;

	if (!rule->flood_rate)
		return 0;
	len += sysfs_emit_at(buf, at, "flood %u ", rule->flood_rate);
	if (rule->flood_sample != SINKBRIDGE_DEF_FLOOD_SAMPLE)
		len += sysfs_emit_at(buf, at + len, "sample %u ", rule->flood_sample);
	if (rule->flood_deliver)
		len += sysfs_emit_at(buf, at + len, "deliver ");
	return len;
}

static ssize_t sb_rule_show_match(const struct sb_rule *rule, char *buf)
{
	static const char * const actions[] = {
		[SINKBRIDGE_ACTION_ABSORB]	= "absorb",
		[SINKBRIDGE_ACTION_REJECT]	= "reject",
		[SINKBRIDGE_ACTION_DROP]	= "drop",
		[SINKBRIDGE_ACTION_FORWARD]	= "forward",
	};
	int len = sb_rule_emit_match(buf, rule);

	len += sb_rule_emit_flood(buf, len, rule);
	if (rule->capture_max != U32_MAX)
		len += sysfs_emit_at(buf, len, "capture %u ", rule->capture_max);
	if (rule->action != SINKBRIDGE_ACTION_TO)
		len += sysfs_emit_at(buf, len, "%s", actions[rule->action]);
	else
		len += sysfs_emit_at(buf, len, "to %s", rule->server->name);
	if (rule->server_port)
		len += sysfs_emit_at(buf, len, " port %u", rule->server_port);
	return len + sysfs_emit_at(buf, len, "\n");
}

static ssize_t sb_rule_show_packets(const struct sb_rule *rule, char *buf)
{
	u64 packets, bytes;

	sb_rule_read(rule, &packets, &bytes);
	return sysfs_emit(buf, "%llu\n", packets);
}

static ssize_t sb_rule_show_bytes(const struct sb_rule *rule, char *buf)
{
	u64 packets, bytes;

	sb_rule_read(rule, &packets, &bytes);
	return sysfs_emit(buf, "%llu\n", bytes);
}

static ssize_t sb_rule_show_flows(const struct sb_rule *rule, char *buf)
{
	return sysfs_emit(buf, "%lld\n", atomic64_read(&rule->flows));
}

struct sb_rule_attribute {
	struct attribute	attr;
	ssize_t			(*show)(const struct sb_rule *rule, char *buf);
};

#define SB_RULE_ATTRIBUTE(_name)							\
static struct sb_rule_attribute sb_rule_attr_##_name = {				\
	.attr = { .name = #_name, .mode = 0444 }, .show = sb_rule_show_##_name,		\
}

SB_RULE_ATTRIBUTE(match);
SB_RULE_ATTRIBUTE(packets);
SB_RULE_ATTRIBUTE(bytes);
SB_RULE_ATTRIBUTE(flows);

static struct attribute *sb_rule_attrs[] = {
	&sb_rule_attr_match.attr,
	&sb_rule_attr_packets.attr,
	&sb_rule_attr_bytes.attr,
	&sb_rule_attr_flows.attr,
	NULL
};
ATTRIBUTE_GROUPS(sb_rule);

static ssize_t sb_sysfs_rule_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	const struct sb_sysfs_rule *dir = container_of(kobj, struct sb_sysfs_rule, kobj);
	const struct sb_table *table;
	ssize_t len = -ENODEV;	/* a shorter table, and this directory goes just now */

	rcu_read_lock();
	table = rcu_dereference(dir->bridge->table);
	if (dir->index < table->count)
		len = container_of(attr, struct sb_rule_attribute, attr)
			->show(table->rules[dir->index], buf);
	rcu_read_unlock();
	return len;
}

static void sb_sysfs_rule_release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct sb_sysfs_rule, kobj));
}

static const struct sysfs_ops sb_sysfs_rule_ops = { .show = sb_sysfs_rule_show };

static const struct kobj_type sb_sysfs_rule_type = {
	.release = sb_sysfs_rule_release,
	.sysfs_ops = &sb_sysfs_rule_ops,
	.default_groups = sb_rule_groups,
};

struct kobject *sb_sysfs_rule_add(struct sb_bridge *bridge, struct kobject *parent, u32 index)
{
	struct sb_sysfs_rule *dir = kzalloc(sizeof(*dir), GFP_KERNEL);

	if (!dir)
		return NULL;
	dir->bridge = bridge;
	dir->index = index;
	if (kobject_init_and_add(&dir->kobj, &sb_sysfs_rule_type,
				 parent, "%u", index + 1)) {
		kobject_put(&dir->kobj);
		return NULL;
	}
	return &dir->kobj;
}
