/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Addresses of both families in one type: struct in6_addr, in which an IPv4
 * address is mapped (::ffff:a.b.c.d).  No IPv6 packet may show a mapped
 * address, so the type tells the family, and equal bytes are equal addresses.
 */
#ifndef SB_ADDR_H
#define SB_ADDR_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/inetdevice.h>
#include <net/ipv6.h>

#include "compat.h"

#define SB_ADDR_V4_BITS		96	/* the prefix of mapped addresses */

/*
 * Halves of an address, in its order of bytes.  All of the packet path reads and
 * writes them whole: what is written in small pieces and read in large ones the
 * processor has to wait for.
 */
static inline u64 sb_addr_half(const struct in6_addr *addr, unsigned int which)
{
	return get_unaligned((const u64 *)&addr->s6_addr32[2 * which]);
}

static inline struct in6_addr sb_addr_v4(__be32 addr)
{
	const u32 prefix = (__force u32)htonl(0xffff);
#ifdef __BIG_ENDIAN
	const u64 half = (u64)prefix << 32 | (__force u32)addr;
#else
	const u64 half = (u64)(__force u32)addr << 32 | prefix;
#endif
	struct in6_addr mapped __uninitialized;

	put_unaligned(0, (u64 *)&mapped.s6_addr32[0]);
	put_unaligned(half, (u64 *)&mapped.s6_addr32[2]);
	return mapped;
}

static inline bool sb_addr_is_v4(const struct in6_addr *addr)
{
	return !sb_addr_half(addr, 0) && addr->s6_addr32[2] == htonl(0xffff);
}

/* The IPv4 address; the caller knows that it is one. */
static inline __be32 sb_addr_get_v4(const struct in6_addr *addr)
{
	return addr->s6_addr32[3];
}

static inline bool sb_addr_equal(const struct in6_addr *a, const struct in6_addr *b)
{
	return !((sb_addr_half(a, 1) ^ sb_addr_half(b, 1)) |
		 (sb_addr_half(a, 0) ^ sb_addr_half(b, 0)));
}

static inline bool sb_addr_has_prefix(const struct in6_addr *addr, const struct in6_addr *prefix,
				      unsigned int len)
{
	return ipv6_prefix_equal(addr, prefix, len);
}

/* No bit is set behind the prefix. */
static inline bool sb_addr_is_prefix(const struct in6_addr *addr, unsigned int len)
{
	struct in6_addr prefix;

	ipv6_addr_prefix(&prefix, addr, len);
	return ipv6_addr_equal(addr, &prefix);
}

/* Multicast or broadcast: no single host that could answer. */
static inline bool sb_addr_is_group(const struct in6_addr *addr)
{
	__be32 v4 = sb_addr_get_v4(addr);

	if (!sb_addr_is_v4(addr))
		return ipv6_addr_is_multicast(addr);
	return ipv4_is_multicast(v4) || ipv4_is_lbcast(v4);
}

/* 0.0.0.0/8 or ::. */
static inline bool sb_addr_is_zero(const struct in6_addr *addr)
{
	return sb_addr_is_v4(addr) ? ipv4_is_zeronet(sb_addr_get_v4(addr)) : ipv6_addr_any(addr);
}

static inline bool sb_addr_is_loopback(const struct in6_addr *addr)
{
	return sb_addr_is_v4(addr) ? ipv4_is_loopback(sb_addr_get_v4(addr)) :
				     ipv6_addr_loopback(addr);
}

/* The address in text: "1.2.3.4", "2001:db8::1". */
#define SB_ADDR_TEXT	40
static inline const char *sb_addr_text(char *text, const struct in6_addr *addr)
{
	if (sb_addr_is_v4(addr))
		snprintf(text, SB_ADDR_TEXT, "%pI4", &addr->s6_addr32[3]);
	else
		snprintf(text, SB_ADDR_TEXT, "%pI6c", addr);
	return text;
}

#endif /* SB_ADDR_H */
