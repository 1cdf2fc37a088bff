// SPDX-License-Identifier: GPL-2.0-only
/* lab down: undoes what the journal tells, last things first. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../command.h"
#include "lab.h"
#include "netns.h"

#define END_SECONDS	5	/* from SIGTERM to SIGKILL */
#define MAX_PROCESSES	256

static void end_processes(const struct journal_line *lines, size_t count)
{
	struct process processes[MAX_PROCESSES];
	size_t n = 0;

	for (size_t i = 0; i < count && n < MAX_PROCESSES; i++) {
		if (strcmp(lines[i].field[0], "process"))
			continue;
		processes[n].pid = atoi(lines[i].field[2]);
		processes[n++].start = strtoull(lines[i].field[3], NULL, 10);
	}
	process_end(processes, n, END_SECONDS);
}

/* Kills what runs in the namespace: children of a server that did not end them.  How many? */
static int kill_inside(const char *netns)
{
	char path[64], pid_path[64];
	struct stat ours, theirs;
	struct dirent *entry;
	int killed = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	dir = stat(path, &ours) ? NULL : opendir("/proc");
	while (dir && (entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(pid_path, sizeof(pid_path), "/proc/%.16s/ns/net", entry->d_name);
		if (!stat(pid_path, &theirs) && theirs.st_ino == ours.st_ino &&
		    theirs.st_dev == ours.st_dev)
			killed += !kill(atoi(entry->d_name), SIGKILL);
	}
	if (dir)
		closedir(dir);
	return killed;
}

static bool remove_namespace(const char *name, char error[IP_ERROR])
{
	if (!netns_exists(name))
		return true;
	for (int i = 0; i < 100 && kill_inside(name); i++)
		process_pause(10);
	return ip_netns("del", name, error) || !netns_exists(name);
}

static bool remove_link(const char *name, char error[IP_ERROR])
{
	char commands[64];

	if (!if_nametoindex(name))
		return true;
	snprintf(commands, sizeof(commands), "link del %s\n", name);
	return ip_batch(NULL, commands, error) || !if_nametoindex(name);
}

static bool release_bridge(const char *name, char error[IP_ERROR])
{
	struct ipc_bridge bridge;
	struct ipc *ipc;
	bool right;

	if (ipc_open(&ipc))	/* the module is gone, and its control with it */
		return true;
	right = ipc_bridge_get(ipc, name, &bridge) || !ipc_bridge_del(ipc, name);
	if (!right)
		snprintf(error, IP_ERROR, "%s", ipc_error());
	ipc_close(ipc);
	return right;
}

static bool undo_line(const struct journal_line *line)
{
	const char *kind = line->field[0], *name = line->field[1];
	char error[IP_ERROR] = "";
	bool right = true;

	if (!strcmp(kind, "port") || !strcmp(kind, "bridge"))
		right = remove_link(name, error);
	else if (!strcmp(kind, "netns"))
		right = remove_namespace(name, error);
	else if (!strcmp(kind, "control"))
		right = release_bridge(name, error);
	if (!right)
		refused("%s %s: cannot be undone: %s", kind, name, error);
	return right;
}

int lab_undo(struct journal *journal)
{
	struct journal_line *lines;
	ssize_t count = journal_read(journal->bridge, &lines);
	bool right = true;

	if (count > 0 && !strcmp(lines[0].field[0], "lab") &&
	    strtoull(lines[0].field[1], NULL, 10) != journal_netns()) {
		free(lines);
		journal_unlock(journal, false);
		return refused("the lab of bridge %s was brought up in another network namespace, "
			       "expected to be brought down there", journal->bridge);
	}
	if (count > 0)
		end_processes(lines, count);
	for (ssize_t i = count - 1; i >= 0; i--)
		right &= undo_line(&lines[i]);
	free(lines);
	journal_unlock(journal, right);
	return right ? 0 : EXIT_REFUSED;
}

int lab_down(const char *bridge, bool quiet)
{
	struct journal journal;
	int err;

	if (geteuid())
		return refused("not root, expected to be");
	err = journal_lock(&journal, bridge, false);
	if (err == -ENOENT) {
		if (!quiet)
			fprintf(stderr, "sinkctl: no lab of bridge %s is up\n", bridge);
		return 0;
	}
	if (err)
		return refused("%s: %s", journal.folder, strerror(-err));
	return lab_undo(&journal);
}
