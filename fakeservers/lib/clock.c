// SPDX-License-Identifier: GPL-2.0-only
/* The guests' time. */
#include "clock.h"

#include <errno.h>
#include <stdlib.h>

int64_t clock_offset(const struct labconf *conf)
{
	const char *text = getenv(CLOCK_VARIABLE);
	long long offset;
	char *end;

	if (!conf->has_clock)
		return 0;
	errno = 0;
	offset = text ? strtoll(text, &end, 10) : 0;
	if (text && *text && !*end && !errno)
		return offset;
	return conf->clock - (int64_t)time(NULL);
}

time_t clock_now(const struct server *server)
{
	return (time_t)(ev_now(server->loop) + (double)server->log.clock_offset);
}

double clock_now_exactly(const struct server *server)
{
	return ev_time() + (double)server->log.clock_offset;
}
