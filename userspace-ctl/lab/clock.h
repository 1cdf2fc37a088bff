/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clock: the time that lab.conf sets.  Our servers are told how far it is ahead;
 * other programs believe it by libfaketime.
 */
#ifndef SINKCTL_LAB_CLOCK_H
#define SINKCTL_LAB_CLOCK_H

#include <stdbool.h>

#include "labconf.h"

#define LAB_CLOCK_VARIABLES	4

struct lab_clock {
	char	library[128];				/* libfaketime; "": not found */
	char	text[LAB_CLOCK_VARIABLES - 1][192];
	char	*environment[LAB_CLOCK_VARIABLES];	/* of programs of type exec; ends with NULL */
};

/* What is needed is there.  False: said what is missing. */
bool lab_clock_check(struct lab_clock *clock, const struct labconf *conf);

/* From now on it runs; before the servers are started. */
void lab_clock_start(struct lab_clock *clock, const struct labconf *conf);

#endif /* SINKCTL_LAB_CLOCK_H */
