/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shell: a line in, what BusyBox's ash would print out.
 *
 * What is not there is answered as a device answers: "sh: enable: not found",
 * "MIRAI: applet not found".  Nothing is executed, nothing leaves.
 */
#ifndef FAKESERVERS_TELNET_SHELL_H
#define FAKESERVERS_TELNET_SHELL_H

#include "bytes.h"
#include "files.h"
#include "labconf.h"
#include "observer.h"

#define SHELL_OUTPUT_MAX	(64 * 1024)	/* of a line */

struct shell {
	const struct labconf_telnet *conf;
	struct files files;
	unsigned int depth;		/* shells within shells; 0: the login shell */
	int status;			/* $? */
	bool ended;			/* the login shell's exit */
};

/* observer: may be NULL. */
void shell_init(struct shell *shell, const struct labconf_telnet *conf,
		const struct observer *observer);
void shell_free(struct shell *shell);

/* What a shell says before its first prompt. */
void shell_greet(struct bytes *out);

/* Runs a line (without its end, without NUL); what it prints is appended to out. */
void shell_run(struct shell *shell, const uint8_t *line, size_t len, struct bytes *out);

/* The end of input, or "exit": out of one shell. */
void shell_exit(struct shell *shell);

#endif /* FAKESERVERS_TELNET_SHELL_H */
