/* SPDX-License-Identifier: GPL-2.0-only */
/* run: one analysis in a lab, and the folder that it fills. */
#ifndef SINKCTL_LAB_RUN_H
#define SINKCTL_LAB_RUN_H

#include <limits.h>
#include <stdint.h>
#include <stdio.h>

#include "capture.h"
#include "collect.h"
#include "lab.h"
#include "pace.h"

struct run {
	struct lab	*lab;
	char		folder[PATH_MAX - 32];	/* absolute; room for the names in it */
	char		tap[SINKBRIDGE_NAME_LEN];
	char		**command;		/* with {tap} replaced */
	struct process	process;
	struct capture	capture;
	struct collect	collect;
	struct pace	pace;
	int		signals;		/* signalfd */
	uint64_t	start, end;		/* ms since the epoch */
	int		status;			/* of the command, as wait() tells */
	json_t		*dead;			/* names of servers that ended early */
};

/* record.c: what a run keeps.  Each false or exit status: said why. */

/* Makes the folder: at path, or named by the time below the lab's run-directory. */
int run_make_folder(struct run *run, const char *path);
/* Removes it again: nothing came of the run. */
void run_remove_folder(struct run *run);
/* A new file of the folder. */
FILE *run_create(struct run *run, const char *name);
bool run_keep_input(struct run *run);		/* lab.conf, rules, command.txt */
void run_keep_stats(struct run *run);		/* stats.json */
void run_keep_logs(struct run *run);		/* of servers that said something */
void run_keep_facts(struct run *run);		/* run.json */

#endif /* SINKCTL_LAB_RUN_H */
