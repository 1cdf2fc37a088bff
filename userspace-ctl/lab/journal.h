/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * journal: what a lab is about to make, one line each, written before it is
 * made, so that whatever happens in between can be undone.
 *
 *	/run/sinkbridge/BRIDGE/journal
 *
 * The folder itself is the lock: who holds it may bring the lab up or down.
 */
#ifndef SINKCTL_LAB_JOURNAL_H
#define SINKCTL_LAB_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define JOURNAL_ROOT	"/run/sinkbridge"
#define JOURNAL_FIELDS	8
#define JOURNAL_LINE	512

/*
 * Lines, by their first word:
 *	lab NETNS-INODE		the network namespace in which it was brought up
 *	bridge NAME		made by us
 *	control NAME		put under control by us
 *	netns NAME
 *	port NAME		a veth end, or a tap
 *	server NAME TYPE ADDRESS PORT ADDRESS6
 *	process NAME PID START	of a server, or of another program of the run
 *	up			all is made
 */
struct journal {
	char	bridge[16];
	char	folder[64];
	int	folder_fd;	/* locked */
	int	fd;		/* -1: none is being written */
};

struct journal_line {
	char	text[JOURNAL_LINE];
	char	*field[JOURNAL_FIELDS];	/* of text; missing ones are "" */
};

/*
 * Takes the lock of the bridge's folder; make: makes the folder first.
 * 0, -ENOENT: there is no such lab, or another -errno.
 */
int journal_lock(struct journal *journal, const char *bridge, bool make);
/* Gives the lock back; gone: removes the folder with all files in it. */
void journal_unlock(struct journal *journal, bool gone);

/* Begins a new one, and writes the first line. */
int journal_begin(struct journal *journal);
/* Opens the one that is there, to go on writing. */
int journal_reopen(struct journal *journal);
/* Writes a line and waits until it is kept. */
int journal_write(struct journal *journal, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The lines that were written; a last one that is not ended is left out.  *lines
 * is to be freed.  The count, or -errno (-ENOENT: none was begun).
 */
ssize_t journal_read(const char *bridge, struct journal_line **lines);

/* Is a whole line with that first word among them? */
bool journal_has(const struct journal_line *lines, size_t count, const char *word);

uint64_t journal_netns(void);	/* inode of our network namespace */

#endif /* SINKCTL_LAB_JOURNAL_H */
