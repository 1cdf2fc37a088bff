/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * words: a shell's line, taken apart into simple commands.
 *
 * Quotes, backslashes, the separators ; & && || | and the redirections
 * > >> < (and 2> and the like, which are dropped) are known; variables,
 * patterns and compound commands are not: they stand as they were typed.
 */
#ifndef FAKESERVERS_TELNET_WORDS_H
#define FAKESERVERS_TELNET_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORDS_LINE_MAX	4096		/* of a line */
#define WORDS_MAX	256		/* of a simple command; the rest is dropped */

enum separator {
	SEPARATOR_END,
	SEPARATOR_NEXT,			/* ; & */
	SEPARATOR_AND,
	SEPARATOR_OR,
	SEPARATOR_PIPE,
};

struct simple_command {
	const char *argv[WORDS_MAX + 1];	/* NULL ended; into text */
	unsigned int argc;
	const char *input;		/* < FILE, or NULL */
	const char *output;		/* > FILE, or NULL */
	bool append;			/* >> */
	enum separator separator;	/* behind it */
	char text[2 * WORDS_LINE_MAX + 2];
};

/*
 * Takes the command at *at of line (of at most WORDS_LINE_MAX bytes, without a
 * NUL) and moves *at behind it.  False: the line is at its end.
 */
bool words_next(const uint8_t *line, size_t len, size_t *at, struct simple_command *command);

#endif /* FAKESERVERS_TELNET_WORDS_H */
