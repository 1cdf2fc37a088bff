/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sink's rule about first bytes: "hex 00ff??01 as NAME to SERVER" or
 * "text HELLO to SERVER"; one of "as" and "to" at least.  Pure.
 */
#ifndef FAKESERVERS_LABCONF_FIRST_H
#define FAKESERVERS_LABCONF_FIRST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LABCONF_FIRST_MAX	128	/* bytes of a pattern */
#define LABCONF_FIRST_NAME	16

struct labconf_first {
	uint16_t	pattern[LABCONF_FIRST_MAX];	/* 0x100: any byte */
	size_t		len;
	char		protocol[LABCONF_FIRST_NAME];	/* "": not named */
	char		to[LABCONF_FIRST_NAME];		/* "": nobody */
};

/* False: it is none. */
bool labconf_first_parse(struct labconf_first *rule, const char *text);

#endif /* FAKESERVERS_LABCONF_FIRST_H */
