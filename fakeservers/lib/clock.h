/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clock: the time that guests are told.
 *
 * lab.conf may set it; it goes on from there as the real one does.  sinkctl
 * tells all servers of a lab one offset, in the environment, so that they
 * agree; a server that is started by hand counts from its own start.
 */
#ifndef FAKESERVERS_CLOCK_H
#define FAKESERVERS_CLOCK_H

#include <stdint.h>
#include <time.h>

#include "server.h"

#define CLOCK_VARIABLE	"SINKBRIDGE_CLOCK_OFFSET"	/* seconds, signed */

/* Seconds to be added to the real time; 0 if lab.conf sets no clock. */
int64_t clock_offset(const struct labconf *conf);

/* Seconds since 1970, and with their fraction. */
time_t clock_now(const struct server *server);
double clock_now_exactly(const struct server *server);

#endif /* FAKESERVERS_CLOCK_H */
