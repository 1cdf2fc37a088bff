/* SPDX-License-Identifier: GPL-2.0-only */
/* script: the commands that lab.conf gives to each bot, encoded once. */
#ifndef FAKESERVERS_CNC_SCRIPT_H
#define FAKESERVERS_CNC_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include "labconf.h"

struct script_command {
	const struct labconf_command *conf;	/* what it says, in words */
	double after;		/* seconds after the one before, or registration */
	uint8_t vector;
	size_t len;
	uint8_t bytes[];
};

struct script {
	size_t count;
	struct script_command **commands;
};

/* Why a script is refused. */
struct script_error {
	unsigned int line;	/* of lab.conf */
	char text[256];
};

/* NULL: refused, *error says why.  The script refers to conf. */
struct script *script_new(const struct labconf_cnc *conf, struct script_error *error);
void script_free(struct script *script);	/* NULL is fine */

#endif /* FAKESERVERS_CNC_SCRIPT_H */
