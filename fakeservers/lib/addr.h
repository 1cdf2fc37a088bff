/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * addr: one type for the addresses of both families, struct in6_addr; an IPv4
 * address is v4-mapped (::ffff:a.b.c.d), as the module has it.  Pure.
 */
#ifndef FAKESERVERS_ADDR_H
#define FAKESERVERS_ADDR_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define ADDR_TEXT_MAX	INET6_ADDRSTRLEN

static inline struct in6_addr addr_from_v4(struct in_addr v4)
{
	struct in6_addr addr = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

	memcpy(&addr.s6_addr[12], &v4, sizeof(v4));
	return addr;
}

static inline bool addr_is_v4(const struct in6_addr *addr)
{
	return IN6_IS_ADDR_V4MAPPED(addr);
}

/* Of an address that is IPv4. */
static inline struct in_addr addr_get_v4(const struct in6_addr *addr)
{
	struct in_addr v4;

	memcpy(&v4, &addr->s6_addr[12], sizeof(v4));
	return v4;
}

static inline bool addr_equal(const struct in6_addr *a, const struct in6_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static inline unsigned int addr_bits(const struct in6_addr *addr)
{
	return addr_is_v4(addr) ? 32 : 128;
}

/* The words of its own family: "192.0.2.1", "2001:db8::1". */
static inline const char *addr_text(const struct in6_addr *addr, char room[ADDR_TEXT_MAX])
{
	struct in_addr v4 = addr_get_v4(addr);

	if (addr_is_v4(addr))
		return inet_ntop(AF_INET, &v4, room, ADDR_TEXT_MAX);
	return inet_ntop(AF_INET6, addr, room, ADDR_TEXT_MAX);
}

/* Either family; an IPv4 address in IPv6 clothes ("::ffff:192.0.2.1") is refused. */
static inline bool addr_parse(const char *text, struct in6_addr *addr)
{
	struct in_addr v4;

	if (inet_pton(AF_INET, text, &v4) == 1) {
		*addr = addr_from_v4(v4);
		return true;
	}
	return inet_pton(AF_INET6, text, addr) == 1 && !addr_is_v4(addr);
}

/* Clears the bits behind the prefix of len bits of its family; were any set? */
static inline bool addr_mask(struct in6_addr *addr, unsigned int len)
{
	unsigned int first = len + 128 - addr_bits(addr);
	bool any = false;

	for (unsigned int i = first / 8; i < 16; i++) {
		uint8_t host = i == first / 8 ? 0xff >> first % 8 : 0xff;

		any |= addr->s6_addr[i] & host;
		addr->s6_addr[i] &= ~host;
	}
	return any;
}

/* The prefix that guests make their addresses of: a /64 of unicast addresses. */
#define ADDR_GUEST_PREFIX_EXPECTED "a unicast /64, as fd53:4201::/64"

static inline bool addr_parse_guest_prefix(const char *text, struct in6_addr *prefix)
{
	size_t len = strlen(text);
	char address[ADDR_TEXT_MAX];

	if (len < 4 || len - 3 >= sizeof(address) || strcmp(text + len - 3, "/64"))
		return false;
	memcpy(address, text, len - 3);
	address[len - 3] = '\0';
	return addr_parse(address, prefix) && !addr_is_v4(prefix) && !addr_mask(prefix, 64) &&
	       !IN6_IS_ADDR_MULTICAST(prefix) && !IN6_IS_ADDR_LINKLOCAL(prefix) &&
	       !IN6_IS_ADDR_UNSPECIFIED(prefix);
}

/* As the kernel's sockets take it: an IPv4 address on a socket of AF_INET. */
union addr_socket {
	struct sockaddr		any;
	struct sockaddr_in	v4;
	struct sockaddr_in6	v6;
};

static inline socklen_t addr_to_socket(const struct in6_addr *addr, uint16_t port,
				       union addr_socket *to)
{
	memset(to, 0, sizeof(*to));
	if (addr_is_v4(addr)) {
		to->v4.sin_family = AF_INET;
		to->v4.sin_addr = addr_get_v4(addr);
		to->v4.sin_port = htons(port);
		return sizeof(to->v4);
	}
	to->v6.sin6_family = AF_INET6;
	to->v6.sin6_addr = *addr;
	to->v6.sin6_port = htons(port);
	return sizeof(to->v6);
}

static inline struct in6_addr addr_from_socket(const union addr_socket *from)
{
	if (from->any.sa_family == AF_INET6)
		return from->v6.sin6_addr;
	return addr_from_v4(from->v4.sin_addr);
}

static inline uint16_t addr_socket_port(const union addr_socket *from)
{
	return ntohs(from->any.sa_family == AF_INET6 ? from->v6.sin6_port : from->v4.sin_port);
}

#endif /* FAKESERVERS_ADDR_H */
