/* SPDX-License-Identifier: GPL-2.0-only */
/* public: does an IPv4 address look like a host's of the public Internet?  Pure. */
#ifndef FAKESERVERS_DNS_PUBLIC_H
#define FAKESERVERS_DNS_PUBLIC_H

#include <netinet/in.h>
#include <stdbool.h>

bool public_address(struct in_addr addr);

#endif /* FAKESERVERS_DNS_PUBLIC_H */
