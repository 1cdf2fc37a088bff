// SPDX-License-Identifier: GPL-2.0-only
/* lab up: journalled step by step, all or nothing. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../command.h"
#include "lab.h"
#include "netns.h"

/* Takes the lock, and sweeps what an attempt that was killed has left. */
static int take_lock(struct lab *lab)
{
	struct journal_line *lines;
	const char *bridge = lab->conf->bridge;
	ssize_t count;
	bool up;
	int err;

	for (;;) {
		err = journal_lock(&lab->journal, bridge, true);
		if (err)
			return refused("%s: %s", lab->journal.folder, strerror(-err));
		count = journal_read(bridge, &lines);
		if (count == -ENOENT)
			return 0;
		up = count > 0 && journal_has(lines, count, "up");
		free(lines);
		if (up) {
			journal_unlock(&lab->journal, false);
			return refused("the lab of bridge %s is up already, expected to be brought "
				       "down first (sinkctl lab down)", bridge);
		}
		fprintf(stderr, "sinkctl: undoing what is left of a lab of bridge %s\n", bridge);
		err = lab_undo(&lab->journal);
		if (err)
			return err;
	}
}

static int connect_module(struct lab *lab)
{
	struct ipc_bridge bridge;

	if (ipc_open(&lab->ipc))
		return refused("%s", ipc_error());
	if (!ipc_bridge_get(lab->ipc, lab->conf->bridge, &bridge))
		return refused("bridge %s is under control already, expected one that is free",
			       lab->conf->bridge);
	return 0;
}

static int check_bridge(const char *bridge)
{
	char path[64];

	if (!if_nametoindex(bridge))
		return 0;
	snprintf(path, sizeof(path), "/sys/class/net/%s/bridge", bridge);
	if (access(path, F_OK))
		return refused("%s: an interface, but not a bridge; expected a bridge, or none "
			       "of that name", bridge);
	return 0;
}

static bool make_bridge(struct lab *lab)
{
	const struct labconf *conf = lab->conf;
	const struct ipc_settings settings = {
		.max_flows = conf->max_flows, .max_floods = conf->max_floods,
		.has_distance = conf->has_distance, .distance = conf->distance,
		.has_guest_prefix = conf->has_guest_prefix, .guest_prefix = conf->guest_prefix,
	};
	const char *bridge = conf->bridge;
	char commands[256], path[64], error[IP_ERROR];

	if (!if_nametoindex(bridge)) {
		if (journal_write(&lab->journal, "bridge %s", bridge))
			return refused("journal: %s", strerror(errno)), false;
		snprintf(commands, sizeof(commands),
			 "link add %s type bridge stp_state 0 mcast_snooping 0\n"
			 "link set %s addrgenmode none\n", bridge, bridge);
		if (!ip_batch(NULL, commands, error))
			return refused("bridge %s: %s", bridge, error), false;
		snprintf(path, sizeof(path), "net/ipv6/conf/%s/disable_ipv6", bridge);
		netns_sysctl(path, "1");
	}
	if (journal_write(&lab->journal, "control %s", bridge))
		return refused("journal: %s", strerror(errno)), false;
	if (ipc_bridge_add(lab->ipc, bridge, &settings))
		return refused("bridge %s: %s", bridge, ipc_error()), false;
	return true;
}

static bool load_rules(struct lab *lab)
{
	const char *file = lab->conf->rules_file ? lab->conf->rules_file : lab->conf->path;
	size_t bad = lab->rules.count;

	if (!ipc_rule_replace(lab->ipc, lab->conf->bridge, lab->rules.rules, lab->rules.count, 0,
			      &bad))
		return true;
	if (bad < lab->rules.count)
		bad_place("%s:%u: %s", file, lab->rules.lines[bad], ipc_error());
	else
		refused("rules of bridge %s: %s", lab->conf->bridge, ipc_error());
	return false;
}

/* Under control first; the bridge itself comes up last, when all of it is there. */
static bool make_all(struct lab *lab)
{
	char commands[64], error[IP_ERROR];

	if (!make_bridge(lab))
		return false;
	for (size_t i = 0; i < lab->server_count; i++)
		if (!lab_server_make(lab, &lab->servers[i]))
			return false;
	if (!load_rules(lab))
		return false;
	snprintf(commands, sizeof(commands), "link set %s up\n", lab->conf->bridge);
	if (!ip_batch(NULL, commands, error))
		return refused("bridge %s: %s", lab->conf->bridge, error), false;
	for (size_t i = 0; i < lab->server_count; i++)
		if (!lab_server_start(lab, &lab->servers[i]))
			return false;
	return lab_servers_wait(lab);
}

int lab_up(struct lab *lab, const char *events)
{
	int status;

	if (geteuid())
		return refused("not root, expected to be: a lab makes namespaces and interfaces");
	status = check_bridge(lab->conf->bridge);
	if (!status)
		status = take_lock(lab);
	if (status)
		return status;
	status = connect_module(lab);
	if (status) {
		journal_unlock(&lab->journal, true);
		return status;
	}
	if (events) {
		const char *slash = strrchr(events, '/');

		snprintf(lab->events, sizeof(lab->events), "%s", events);
		snprintf(lab->store, sizeof(lab->store), "%.*sfiles",
			 slash ? (int)(slash + 1 - events) : 0, events);
	} else {
		snprintf(lab->events, sizeof(lab->events), "%s/events.jsonl", lab->journal.folder);
	}
	lab_clock_start(&lab->clock, lab->conf);
	if (journal_begin(&lab->journal)) {
		status = refused("%s: %s", lab->journal.folder, strerror(errno));
		journal_unlock(&lab->journal, true);
		return status;
	}
	if (make_all(lab))
		return 0;
	lab_abandon(lab);
	return EXIT_REFUSED;
}

int lab_release(struct lab *lab)
{
	if (journal_write(&lab->journal, "up")) {
		refused("journal: %s", strerror(errno));
		lab_abandon(lab);
		return EXIT_REFUSED;
	}
	journal_unlock(&lab->journal, false);
	return 0;
}

void lab_abandon(struct lab *lab)
{
	lab_undo(&lab->journal);
}
