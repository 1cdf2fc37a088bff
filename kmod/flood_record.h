/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside of floods: a record and the packets that are counted in it.  flood.c has the table of them. */
#ifndef SB_FLOOD_RECORD_H
#define SB_FLOOD_RECORD_H

#include "flood.h"

/* What the records of a table share. */
struct sb_flood_common {
	u32		seed;		/* of hashes of what varies */
	atomic_t	samples;	/* kept in all records */
};

/* One packet on its way. */
struct sb_flood_sight {
	struct sb_rule		*rule;
	const struct sb_tuple	*orig;
	const struct sb_packet	*pkt;
	const struct sk_buff	*skb;
	const char		*guest_if;
	bool			*surplus;	/* out: not in the sample */
};

static inline u32 sb_flood_second(void)
{
	return jiffies / HZ;
}

bool sb_flood_has_ports(u8 protocol);
u32 sb_flood_addr_hash(u32 seed, const struct in6_addr *addr);

/* A record of this first packet, which is not counted in it yet.  Any context.  NULL: no memory. */
struct sb_flood *sb_flood_record_alloc(struct sb_flood_common *common,
				       const struct sb_flood_key *key,
				       const struct sb_flood_sight *sight);
void sb_flood_record_free(struct sb_flood *flood);
/* RCU, BHs off */
void sb_flood_record_add(struct sb_flood *flood, const struct sb_flood_sight *sight);

/* Look at the seconds before this one; the collector's, or when no packet comes any more. */
void sb_flood_record_seconds(struct sb_flood *flood, u32 until);
/* The rule's counters learn what it has swallowed; those of delivered packets do on their way. */
void sb_flood_record_tell_rule(struct sb_flood *flood);

int sb_flood_record_init(void);
void sb_flood_record_exit(void);

#endif /* SB_FLOOD_RECORD_H */
