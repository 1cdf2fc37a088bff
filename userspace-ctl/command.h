/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the verb files share: the table's entry points, the words of a command
 * line, and the two ways to fail.
 */
#ifndef SINKCTL_COMMAND_H
#define SINKCTL_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "ipc.h"

#define EXIT_REFUSED	1	/* the kernel or the system refused */
#define EXIT_USAGE	2	/* bad usage or bad input; nothing was changed */

extern bool json_output;	/* -j */

/* argv[0] is the object's name; argv[1] may be "help".  They return the exit status. */
int cmd_bridge(int argc, char **argv);
int cmd_server(int argc, char **argv);
int cmd_port(int argc, char **argv);
int cmd_rule(int argc, char **argv);
int cmd_flow(int argc, char **argv);
int cmd_flood(int argc, char **argv);
int cmd_stats(int argc, char **argv);
int cmd_capture(int argc, char **argv);
int cmd_monitor(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_lab(int argc, char **argv);	/* lab/ */
int cmd_run(int argc, char **argv);	/* lab/ */
int cmd_report(int argc, char **argv);	/* report/ */
int cmd_export(int argc, char **argv);	/* export/ */

/* One line on stderr, "sinkctl: " in front; return EXIT_USAGE and EXIT_REFUSED. */
int bad_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));
int refused(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same as bad_usage() for "FILE:LINE: …": the place comes first, where editors look for it. */
int bad_place(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The words that a command has not taken yet; what is its name in errors, as "rule add". */
struct words {
	const char	*what;
	char		**word;
	int		left;
};

const char *words_next(struct words *words);	/* NULL: none left */
bool words_take(struct words *words, const char *word);	/* is it the next one? */

/* Each returns 0, or EXIT_USAGE after saying what was expected. */
int words_bridge(struct words *words, const char **bridge);
int words_number(struct words *words, const char *name, uint64_t min, uint64_t max,
		 uint64_t *value);
int words_end(struct words *words);

/* Is "help", "-h" or "--help" the next word?  Then the text is printed. */
bool words_help(const struct words *words, const char *help);

struct command {
	const char	*name;
	int		(*run)(struct words *words);
};

/*
 * Runs the command that argv[1] names.  The last element of commands has no
 * name.  help is for "help" and "-h".
 */
int command_run(int argc, char **argv, const struct command *commands, const char *help);

/* A command checks its words first, then connects, then ends with its result. */
int command_connect(struct words *words, struct ipc **ipc);
/*
 * A command whose only word is a bridge: 0, and then connected.  Without the
 * word, where it need not be, *bridge is NULL.
 */
int command_begin(struct words *words, bool needed, const char **bridge, struct ipc **ipc);
/* Closes ipc; err is of ipc_*(), bridge may be NULL. */
int command_end(struct words *words, struct ipc *ipc, const char *bridge, int err);

#endif /* SINKCTL_COMMAND_H */
