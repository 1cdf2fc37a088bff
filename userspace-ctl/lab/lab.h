/* SPDX-License-Identifier: GPL-2.0-only */
/* lab: a bridge, its servers and its table, brought up and down as a whole. */
#ifndef SINKCTL_LAB_LAB_H
#define SINKCTL_LAB_LAB_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "../ipc.h"
#include "../rule_parse.h"
#include "clock.h"
#include "journal.h"
#include "labconf.h"
#include "process.h"

struct lab_server {
	const struct labconf_server	*conf;
	char				program[PATH_MAX];
	char				netns[48];	/* sb-BRIDGE-NAME */
	char				port[SINKBRIDGE_NAME_LEN];
	uint8_t				mac[6];		/* of the far end */
	struct process			process;
	int				ready_fd;	/* -1: none */
	bool				ready;
};

struct lab {
	struct labconf		*conf;
	char			path[PATH_MAX];	/* of lab.conf, absolute */
	struct rule_list	rules;
	struct lab_server	*servers;
	size_t			server_count;
	struct journal		journal;	/* locked between lab_up() and lab_release() */
	struct ipc		*ipc;
	struct lab_clock	clock;
	char			events[PATH_MAX];
	char			store[PATH_MAX];	/* for files of the guest; empty: none */
};

/*
 * Reads a lab.conf and checks all of it: rules, programs, users.  NULL: said
 * what is wrong; nothing was touched.
 */
struct lab *lab_load(const char *path);
void lab_free(struct lab *lab);

/*
 * Brings it up; events: where the servers write, NULL: into the lab's folder.
 * 0 with the journal locked, so that more can be made and journalled; or the
 * exit status, after saying why and undoing all of it.
 */
int lab_up(struct lab *lab, const char *events);
/* It is complete: others may bring it down from now on. */
int lab_release(struct lab *lab);
/* Undoes it, while the journal is locked. */
void lab_abandon(struct lab *lab);

/* The exit status.  quiet: it is no error that there is none. */
int lab_down(const char *bridge, bool quiet);
/* Undoes what the journal of a locked lab tells, and gives the lock back. */
int lab_undo(struct journal *journal);

int lab_status(const char *bridge);

/* server.c: one server's namespace, port and program */
bool lab_server_make(struct lab *lab, struct lab_server *server);
bool lab_server_start(struct lab *lab, struct lab_server *server);
/* Until all are ready.  False: said which one is not. */
bool lab_servers_wait(struct lab *lab);

/* A name for a port of the bridge: "sink0-s1"; long bridge names are shortened. */
void lab_port_name(const char *bridge, char kind, unsigned int number,
		   char name[SINKBRIDGE_NAME_LEN]);

#endif /* SINKCTL_LAB_LAB_H */
