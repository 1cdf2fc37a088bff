// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the guests of a bridge are.  An address has four places of its port's
 * array, and takes the one that was not heard of for the longest time: a guest
 * that sends from ever new addresses makes its own port forget, no other.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>

#include "lateral.h"
#include "path.h"

#define SB_LEARNED_WAYS	4

static struct sb_learned *sb_learned_set(struct sb_port *port, const struct in6_addr *addr)
{
	u32 hash = siphash(addr, sizeof(*addr), &port->bridge->hops_key);

	return &port->learned[(hash % (SB_LEARNED_MAX / SB_LEARNED_WAYS)) * SB_LEARNED_WAYS];
}

static bool sb_learned_is(const struct sb_learned *learned, const struct in6_addr *addr,
			  const u16 *vid)
{
	return learned->used && sb_addr_equal(&learned->addr, addr) &&
	       (!vid || (learned->vid[0] == vid[0] && learned->vid[1] == vid[1]));
}

/* port->learned_lock; vid NULL: whatever tags. */
static struct sb_learned *sb_learned_find(struct sb_port *port, const struct in6_addr *addr,
					  const u16 *vid)
{
	struct sb_learned *set = sb_learned_set(port, addr), *found = NULL;
	unsigned int i;

	for (i = 0; i < SB_LEARNED_WAYS; i++)
		if (sb_learned_is(&set[i], addr, vid) &&
		    (!found || time_after(set[i].seen, found->seen)))
			found = &set[i];
	return found;
}

/* port->learned_lock */
static struct sb_learned *sb_learned_place(struct sb_port *port, const struct in6_addr *addr)
{
	struct sb_learned *set = sb_learned_set(port, addr), *oldest = set;
	unsigned int i;

	for (i = 0; i < SB_LEARNED_WAYS; i++) {
		if (!set[i].used)
			return &set[i];
		if (time_before(set[i].seen, oldest->seen))
			oldest = &set[i];
	}
	sb_stats_inc(port->bridge->stats, SB_COUNT(addresses_evicted));
	return oldest;
}

void sb_lateral_learn(struct sb_port *port, const struct in6_addr *addr, const u16 *vid,
		      const u8 *mac)
{
	struct sb_learned *learned;

	if (!is_valid_ether_addr(mac) || sb_addr_is_zero(addr) || sb_addr_is_group(addr) ||
	    sb_addr_is_loopback(addr))
		return;
	spin_lock(&port->learned_lock);
	learned = sb_learned_find(port, addr, vid);
	if (!learned) {
		learned = sb_learned_place(port, addr);
		learned->used = true;
		learned->addr = *addr;
		memcpy(learned->vid, vid, sizeof(learned->vid));
		sb_stats_inc(port->bridge->stats, SB_COUNT(addresses_learned));
	}
	ether_addr_copy(learned->mac, mac);
	learned->seen = jiffies;
	spin_unlock(&port->learned_lock);
}

void sb_lateral_learn_arp(const struct sb_arrival *arrival)
{
	const u16 vid[2] = { sb_vlan_vid(&arrival->vlan, 0), sb_vlan_vid(&arrival->vlan, 1) };
	struct {
		u8	mac[ETH_ALEN];
		__be32	addr;
	} __packed sender, *read;
	struct in6_addr addr;

	read = skb_header_pointer(arrival->skb, sizeof(struct arphdr), sizeof(sender), &sender);
	if (!read)
		return;
	addr = sb_addr_v4(read->addr);
	sb_lateral_learn(arrival->port, &addr, vid, arrival->src_mac);
}

bool sb_lateral_mac(struct sb_port *port, const struct in6_addr *addr, const u16 *vid, u8 *mac)
{
	struct sb_learned *learned;

	spin_lock(&port->learned_lock);
	learned = sb_learned_find(port, addr, vid);
	if (learned)
		ether_addr_copy(mac, learned->mac);
	spin_unlock(&port->learned_lock);
	return learned;
}

bool sb_lateral_find(const struct sb_port *from, const struct in6_addr *addr, u32 *ifindex,
		     u16 *vid)
{
	unsigned long seen = 0;
	struct sb_port *port;
	bool found = false;

	list_for_each_entry_rcu(port, &from->bridge->ports, list) {
		struct sb_learned *learned;

		if (port == from || rcu_access_pointer(port->server))
			continue;
		spin_lock(&port->learned_lock);
		learned = sb_learned_find(port, addr, NULL);
		if (learned && (!found || time_after(learned->seen, seen))) {
			found = true;
			seen = learned->seen;
			*ifindex = port->dev->ifindex;
			memcpy(vid, learned->vid, sizeof(learned->vid));
		}
		spin_unlock(&port->learned_lock);
	}
	return found;
}
