/* SPDX-License-Identifier: GPL-2.0-only */
/* rate: at most so many a second, after a burst; what is above is counted. */
#ifndef FAKESERVERS_RATE_H
#define FAKESERVERS_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct rate {
	double per_second;
	double burst;
	double tokens;
	double then;
	uint64_t refused;
};

static inline struct rate rate_init(double per_second, double burst)
{
	return (struct rate){ .per_second = per_second, .burst = burst, .tokens = burst };
}

static inline bool rate_allows(struct rate *rate, double now)
{
	if (now > rate->then) {
		rate->tokens += (now - rate->then) * rate->per_second;
		if (rate->tokens > rate->burst)
			rate->tokens = rate->burst;
		rate->then = now;
	}
	if (rate->tokens < 1) {
		rate->refused++;
		return false;
	}
	rate->tokens -= 1;
	return true;
}

#endif /* FAKESERVERS_RATE_H */
