/* SPDX-License-Identifier: GPL-2.0-only */
/* script: the commands that lab.conf gives to each bot, encoded once. */
#ifndef FAKESERVERS_CNC_SCRIPT_H
#define FAKESERVERS_CNC_SCRIPT_H

#include <stdbool.h>
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

/* Where a bot is in the script. */
struct script_place {
	size_t next;		/* command */
	size_t given;
	bool waiting;		/* for the time that it was told */
};

/*
 * The next command for a bot of that id, which has kept alive so many times;
 * waited: the time of *wait is over.  NULL: none now; *wait is when to ask again,
 * in seconds, 0: at the next keep-alive, if at all.
 */
const struct script_command *script_next(const struct script *script, struct script_place *place,
					 const char *id, size_t id_len, uint64_t keepalives,
					 bool waited, double *wait);

/* script_new() for a server that starts: says what is wrong by itself. */
void *script_prepare(const struct labconf *conf, const struct labconf_server *server);
void script_release(void *script);

/* NULL: refused, *error says why.  The script refers to conf. */
struct script *script_new(const struct labconf_cnc *conf, struct script_error *error);
void script_free(struct script *script);	/* NULL is fine */

#endif /* FAKESERVERS_CNC_SCRIPT_H */
