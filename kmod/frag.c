// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fragments, put together again.
 *
 * One lock: fragments are rare, and what is done under it is little.  The whole
 * packet is a copy, because pieces keep what their senders attached to them
 * (shared pages, half-done checksums, lists), and a whole packet has to be
 * like any other.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/ip.h>

#include "frag.h"

#define SB_FRAG_BUCKETS	256U	/* power of two */
#define SB_FRAG_LINEAR	256U	/* bytes of the whole packet that are not in pages */

/* Which datagram a fragment belongs to; no padding: compared and hashed as bytes. */
struct sb_frag_key {
	struct in6_addr	src;
	struct in6_addr	dst;
	u32		id;
	u32		port;
	u16		vid[2];
	u32		protocol;	/* IPv4 only: IPv6 tells datagrams apart without it; 256: IPv6 */
};

struct sb_frag_queue {
	struct hlist_node	hash;
	struct list_head	age;		/* oldest first */
	struct sb_frag_key	key;
	struct sk_buff_head	pieces;		/* by offset, none overlaps another */
	unsigned int		len;		/* where the data ends; 0: not known yet */
	unsigned int		have;		/* bytes of data */
	unsigned long		memory;
	unsigned long		expires;	/* jiffies */
};

/* A piece's place, in skb->cb.  The piece's data begins with its IP header. */
struct sb_piece {
	u16	offset;
	u16	header;		/* bytes before the data */
	u16	next_at;
};

struct sb_frags {
	spinlock_t		lock;
	struct hlist_head	buckets[SB_FRAG_BUCKETS];
	struct list_head	age;
	unsigned int		count;
	unsigned long		memory;
	unsigned long		max_memory;
	unsigned long		timeout;	/* jiffies */
	siphash_key_t		hash_key;	/* random: a guest must not choose chains */
	sb_frags_lost_fn	lost;
	void			*owner;
	struct delayed_work	expire;
};

static struct sb_piece *sb_piece(const struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct sb_piece) > sizeof(skb->cb));
	return (struct sb_piece *)skb->cb;
}

static unsigned int sb_piece_len(const struct sk_buff *skb)
{
	return skb->len - sb_piece(skb)->header;
}

static unsigned int sb_piece_end(const struct sk_buff *skb)
{
	return sb_piece(skb)->offset + sb_piece_len(skb);
}

static struct hlist_head *sb_frag_bucket(struct sb_frags *frags, const struct sb_frag_key *key)
{
	return &frags->buckets[siphash(key, sizeof(*key), &frags->hash_key) &
			       (SB_FRAG_BUCKETS - 1)];
}

static struct sb_frag_queue *sb_frag_find(struct sb_frags *frags, const struct sb_frag_key *key)
{
	struct sb_frag_queue *queue;

	hlist_for_each_entry(queue, sb_frag_bucket(frags, key), hash)
		if (!memcmp(&queue->key, key, sizeof(*key)))
			return queue;
	return NULL;
}

static void sb_frag_queue_free(struct sb_frags *frags, struct sb_frag_queue *queue)
{
	hlist_del(&queue->hash);
	list_del(&queue->age);
	frags->count--;
	frags->memory -= queue->memory;
	__skb_queue_purge(&queue->pieces);
	kfree(queue);
}

static void sb_frag_give_up(struct sb_frags *frags, struct sb_frag_queue *queue)
{
	sb_frag_queue_free(frags, queue);
	if (frags->lost)
		frags->lost(frags->owner, 1);
}

/* Room for another size bytes, at the cost of the oldest datagrams but keep. */
static bool sb_frag_make_room(struct sb_frags *frags, const struct sb_frag_queue *keep,
			      unsigned long size)
{
	struct sb_frag_queue *queue, *next;

	list_for_each_entry_safe(queue, next, &frags->age, age) {
		if (frags->memory + size <= frags->max_memory)
			break;
		if (queue != keep)
			sb_frag_give_up(frags, queue);
	}
	return frags->memory + size <= frags->max_memory;
}

static struct sb_frag_queue *sb_frag_queue_new(struct sb_frags *frags,
					       const struct sb_frag_key *key)
{
	struct sb_frag_queue *queue;

	if (!sb_frag_make_room(frags, NULL, sizeof(*queue)))
		return NULL;
	queue = kzalloc(sizeof(*queue), GFP_ATOMIC);
	if (!queue)
		return NULL;
	queue->key = *key;
	__skb_queue_head_init(&queue->pieces);
	queue->memory = sizeof(*queue);
	queue->expires = jiffies + frags->timeout;
	hlist_add_head(&queue->hash, sb_frag_bucket(frags, key));
	list_add_tail(&queue->age, &frags->age);
	if (!frags->count++)
		schedule_delayed_work(&frags->expire, frags->timeout);
	frags->memory += queue->memory;
	return queue;
}

static void sb_frags_expire(struct work_struct *work)
{
	struct sb_frags *frags = container_of(work, struct sb_frags, expire.work);
	struct sb_frag_queue *queue, *next;

	spin_lock_bh(&frags->lock);
	list_for_each_entry_safe(queue, next, &frags->age, age) {
		if (time_before(jiffies, queue->expires)) {
			schedule_delayed_work(&frags->expire, queue->expires - jiffies);
			break;
		}
		sb_frag_give_up(frags, queue);
	}
	spin_unlock_bh(&frags->lock);
}

/* The end of the data as this piece knows it must agree with what others said. */
static bool sb_frag_end_fits(struct sb_frag_queue *queue, const struct sk_buff *skb, bool more)
{
	const struct sk_buff *last = skb_peek_tail(&queue->pieces);
	unsigned int end = sb_piece_end(skb);

	if (queue->len && (more ? end > queue->len : end != queue->len))
		return false;
	if (more)
		return true;
	if (last && sb_piece_end(last) > end)
		return false;
	queue->len = end;
	return true;
}

enum sb_place { SB_PLACE_FREE, SB_PLACE_SAME, SB_PLACE_OVERLAP };

/* Where the piece goes: behind *before (NULL: first).  In order is the rule: from the end. */
static enum sb_place sb_frag_place(struct sb_frag_queue *queue, const struct sk_buff *skb,
				   struct sk_buff **before)
{
	unsigned int offset = sb_piece(skb)->offset, end = sb_piece_end(skb);
	struct sk_buff *piece;

	*before = NULL;
	skb_queue_reverse_walk(&queue->pieces, piece) {
		if (sb_piece_end(piece) <= offset) {
			*before = piece;
			break;
		}
		if (sb_piece(piece)->offset == offset && sb_piece_end(piece) == end)
			return SB_PLACE_SAME;
		if (sb_piece(piece)->offset < end)
			return SB_PLACE_OVERLAP;
	}
	return SB_PLACE_FREE;
}

static void sb_frag_insert(struct sb_frags *frags, struct sb_frag_queue *queue,
			   struct sk_buff *skb, struct sk_buff *before)
{
	if (before)
		__skb_queue_after(&queue->pieces, before, skb);
	else
		__skb_queue_head(&queue->pieces, skb);
	queue->have += sb_piece_len(skb);
	queue->memory += skb->truesize;
	frags->memory += skb->truesize;
}

static bool sb_frag_whole(const struct sb_frag_queue *queue)
{
	return queue->len && queue->have == queue->len;
}

/* The header of the whole packet is the first piece's, without what says that it is a piece. */
static void sb_frag_write_header(struct sk_buff *whole, const struct sk_buff *first,
				 unsigned int header)
{
	const struct sb_piece *piece = sb_piece(first);

	if (whole->protocol == htons(ETH_P_IPV6)) {
		struct ipv6hdr *hdr = (struct ipv6hdr *)whole->data;
		u8 next;

		skb_copy_bits(first, piece->header - sizeof(struct frag_hdr), &next, 1);
		whole->data[piece->next_at] = next;
		hdr->payload_len = htons(whole->len - sizeof(*hdr));
	} else {
		struct iphdr *iph = (struct iphdr *)whole->data;

		iph->frag_off = 0;
		iph->tot_len = htons(whole->len);
		iph->check = 0;
		iph->check = ip_fast_csum(iph, header / 4);
	}
}

static bool sb_frag_copy_data(struct sk_buff *whole, const struct sb_frag_queue *queue,
			      unsigned int header)
{
	unsigned int skip, len, n;
	struct sk_buff *piece;
	u8 buffer[256];

	skb_queue_walk(&queue->pieces, piece) {
		len = sb_piece_len(piece);
		for (skip = 0; skip < len; skip += n) {
			n = min_t(unsigned int, len - skip, sizeof(buffer));
			if (skb_copy_bits(piece, sb_piece(piece)->header + skip, buffer, n) ||
			    skb_store_bits(whole, header + sb_piece(piece)->offset + skip,
					   buffer, n))
				return false;
		}
	}
	return true;
}

/* What the whole packet has from its first piece besides bytes. */
static void sb_frag_copy_meta(struct sk_buff *whole, const struct sk_buff *first)
{
	whole->protocol = first->protocol;
	whole->pkt_type = first->pkt_type;
	whole->dev = NULL;
	whole->ip_summed = CHECKSUM_NONE;
	whole->ignore_df = 1;
	skb_reset_network_header(whole);
	if (skb_mac_header_was_set(first)) {
		memcpy(whole->data - ETH_HLEN, skb_mac_header(first), ETH_HLEN);
		skb_set_mac_header(whole, -ETH_HLEN);
	}
}

static struct sk_buff *sb_frag_assemble(const struct sb_frag_queue *queue)
{
	const struct sk_buff *first = skb_peek(&queue->pieces);
	unsigned int header = sb_piece(first)->header, len, linear;
	const unsigned int room = NET_SKB_PAD + NET_IP_ALIGN + ETH_HLEN + 2 * VLAN_HLEN;
	struct sk_buff *whole;
	int err;

	if (first->protocol == htons(ETH_P_IPV6))
		header -= sizeof(struct frag_hdr);
	len = header + queue->len;
	/* the first piece may have more header than those whose end was looked at */
	if (len - (first->protocol == htons(ETH_P_IPV6) ? sizeof(struct ipv6hdr) : 0) > U16_MAX)
		return NULL;
	linear = min(len, max(header, SB_FRAG_LINEAR));
	whole = alloc_skb_with_frags(room + linear, len - linear, 0, &err, GFP_ATOMIC);
	if (!whole)
		return NULL;
	skb_reserve(whole, room);
	skb_put(whole, linear);
	whole->data_len = len - linear;
	whole->len = len;
	if (skb_copy_bits(first, 0, whole->data, header) ||
	    !sb_frag_copy_data(whole, queue, header)) {
		kfree_skb(whole);
		return NULL;
	}
	sb_frag_copy_meta(whole, first);
	sb_frag_write_header(whole, first, header);
	return whole;
}

/* Into its place in its datagram.  Takes the skb only if it says KEPT or COMPLETE. */
static enum sb_frag sb_frag_add(struct sb_frags *frags, const struct sb_frag_key *key,
				struct sk_buff *skb, bool more, struct sk_buff **whole)
{
	struct sb_frag_queue *queue = sb_frag_find(frags, key);
	struct sk_buff *before;

	if (!queue)
		queue = sb_frag_queue_new(frags, key);
	if (!queue || !sb_frag_make_room(frags, queue, skb->truesize))
		return SB_FRAG_FULL;
	switch (sb_frag_place(queue, skb, &before)) {
	case SB_PLACE_SAME:
		kfree_skb(skb);
		return SB_FRAG_KEPT;
	case SB_PLACE_OVERLAP:
		sb_frag_give_up(frags, queue);
		return SB_FRAG_BAD;
	case SB_PLACE_FREE:
		break;
	}
	if (!sb_frag_end_fits(queue, skb, more) ||
	    skb_queue_len(&queue->pieces) >= SB_FRAG_PIECES) {
		sb_frag_give_up(frags, queue);
		return SB_FRAG_BAD;
	}
	sb_frag_insert(frags, queue, skb, before);
	if (!sb_frag_whole(queue))
		return SB_FRAG_KEPT;
	*whole = sb_frag_assemble(queue);
	if (*whole)
		sb_frag_queue_free(frags, queue);
	else
		sb_frag_give_up(frags, queue);
	return *whole ? SB_FRAG_COMPLETE : SB_FRAG_KEPT;
}

/* Whether the fragment may be one at all: sizes (RFC 791, RFC 8200), and no end beyond what IP can say. */
static bool sb_frag_valid(const struct sk_buff *skb, const struct sb_packet *pkt)
{
	const struct sb_fragment *fragment = &pkt->fragment;
	unsigned int base = pkt->ipv6 ? sizeof(struct ipv6hdr) + sizeof(struct frag_hdr) : 0;
	unsigned int len;

	if (skb->len <= fragment->header)
		return false;
	len = skb->len - fragment->header;
	if (fragment->more && len % 8)
		return false;
	return fragment->header - base + fragment->offset + len <= U16_MAX;
}

/* A queue holds it for seconds: nothing of where it came from may be held with it. */
static void sb_frag_detach(struct sk_buff *skb, const struct sb_packet *pkt)
{
	skb_orphan(skb);
	skb_dst_drop(skb);
	skb_ext_reset(skb);
	nf_reset_ct(skb);
	skb->dev = NULL;
	*sb_piece(skb) = (struct sb_piece){
		.offset	 = pkt->fragment.offset,
		.header	 = pkt->fragment.header,
		.next_at = pkt->fragment.next_at,
	};
}

enum sb_frag sb_frag_collect(struct sb_frags *frags, struct sk_buff **skb,
			     const struct sb_packet *pkt, u32 port, const u16 *vid)
{
	const struct sb_frag_key key = {
		.src	  = pkt->src,
		.dst	  = pkt->dst,
		.id	  = pkt->fragment.id,
		.port	  = port,
		.vid	  = { vid[0], vid[1] },
		.protocol = pkt->ipv6 ? 256 : pkt->protocol,
	};
	struct sk_buff *piece = *skb;
	enum sb_frag result;

	*skb = NULL;
	/* what its writer may still change is copied */
	if (!sb_frag_valid(piece, pkt) || skb_orphan_frags(piece, GFP_ATOMIC) ||
	    !sb_checksum_finish(piece)) {
		kfree_skb(piece);
		return SB_FRAG_BAD;
	}
	sb_frag_detach(piece, pkt);
	spin_lock(&frags->lock);
	result = sb_frag_add(frags, &key, piece, pkt->fragment.more, skb);
	spin_unlock(&frags->lock);
	if (result == SB_FRAG_BAD || result == SB_FRAG_FULL)
		kfree_skb(piece);
	return result;
}

struct sb_frags *sb_frags_alloc(unsigned long memory, unsigned int timeout_ms,
				sb_frags_lost_fn lost, void *owner)
{
	struct sb_frags *frags = kzalloc(sizeof(*frags), GFP_KERNEL);

	if (!frags)
		return NULL;
	spin_lock_init(&frags->lock);
	INIT_LIST_HEAD(&frags->age);
	frags->max_memory = memory;
	frags->timeout = msecs_to_jiffies(timeout_ms);
	get_random_bytes(&frags->hash_key, sizeof(frags->hash_key));
	frags->lost = lost;
	frags->owner = owner;
	INIT_DELAYED_WORK(&frags->expire, sb_frags_expire);
	return frags;
}

void sb_frags_free(struct sb_frags *frags)
{
	struct sb_frag_queue *queue, *next;

	if (!frags)
		return;
	cancel_delayed_work_sync(&frags->expire);
	list_for_each_entry_safe(queue, next, &frags->age, age)
		sb_frag_queue_free(frags, queue);
	kfree(frags);
}

unsigned long sb_frags_memory(const struct sb_frags *frags)
{
	return READ_ONCE(frags->memory);
}

unsigned int sb_frags_count(const struct sb_frags *frags)
{
	return READ_ONCE(frags->count);
}
