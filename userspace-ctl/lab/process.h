/* SPDX-License-Identifier: GPL-2.0-only */
/* process: programs that a lab starts, and how they are found again and ended. */
#ifndef SINKCTL_LAB_PROCESS_H
#define SINKCTL_LAB_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "journal.h"

struct process_order {
	const char	*name;
	const char	*netns;		/* NULL: ours */
	const char	*user;		/* NULL: as we are */
	char *const	*argv;		/* argv[0] is a path, or looked for in PATH */
	char *const	*environment;	/* NAME=VALUE of its own, beside ours; NULL: none */
	int		out;		/* stdout and stderr; -1: ours */
	int		err;		/* stderr, if it is another; -1: as out */
	int		pass;		/* a descriptor that it gets; -1: none */
	bool		foreground;	/* stays with our terminal, has our stdin */
};

/*
 * Starts it, journalled before it runs: if we die in between, it never does.
 * The pid, or -errno; *start is for process_alive().
 */
pid_t process_start(struct journal *journal, const struct process_order *order,
		    uint64_t *start);

/* Is it that process still, and not a zombie? */
bool process_alive(pid_t pid, uint64_t start);

struct process {
	pid_t		pid;
	uint64_t	start;
};

/* SIGTERM to all, after seconds SIGKILL; returns when all are gone. */
void process_end(const struct process *processes, size_t count, double seconds);

/* The path of a fake server's program; false: there is none. */
bool process_find_server(const char *type, char *path, size_t size);

/* The path of a program in PATH; false: there is none. */
bool process_find(const char *name, char *path, size_t size);

double process_clock(void);	/* seconds, monotonic */
void process_pause(int ms);

#endif /* SINKCTL_LAB_PROCESS_H */
