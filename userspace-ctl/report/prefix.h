/* SPDX-License-Identifier: GPL-2.0-only */
/* prefix: addresses as text, both families. Pure. */
#ifndef SINKCTL_REPORT_PREFIX_H
#define SINKCTL_REPORT_PREFIX_H

#include <netinet/in.h>
#include <stdbool.h>

/* "a.b.c.d", "2001:db8::1"; IPv4 becomes v4-mapped */
bool address_parse(const char *text, struct in6_addr *address);
/* Is the address in "PREFIX/LEN"?  Without a length: is it that address? */
bool prefix_holds(const char *prefix, const char *address);

#endif /* SINKCTL_REPORT_PREFIX_H */
