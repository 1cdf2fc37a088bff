/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * steer: two sockets of one port (SO_REUSEPORT), the second of which gets the datagrams of a
 * few peers, by their addresses and ports; IPv4.
 */
#ifndef FAKESERVERS_STEER_H
#define FAKESERVERS_STEER_H

#include <stdbool.h>

#include "addr.h"

#define STEER_MAX	16	/* peers */

/* The second socket of a bound one, which gets nothing yet; -1 and errno. */
int steer_open(int first, const union addr_socket *local);

/*
 * From now on these peers, and no others, are the second's.  Of several with one port only the
 * first is.  False: all stays as it was.
 */
bool steer_set(int first, const union addr_socket *peers, unsigned int count);

#endif /* FAKESERVERS_STEER_H */
