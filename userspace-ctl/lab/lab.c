// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl lab: a whole lab from a lab.conf. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../command.h"
#include "../number.h"
#include "lab.h"

static const char help[] =
"usage: sinkctl lab up LAB.CONF\n"
"       sinkctl lab down LAB.CONF|BRIDGE\n"
"       sinkctl lab status LAB.CONF|BRIDGE\n"
"       sinkctl lab check LAB.CONF\n"
"\n"
"up makes the bridge if there is none, puts it under control, makes a namespace for each server and\n"
"starts it there, and loads the rules. If anything fails, all of it is undone. down undoes it, also\n"
"after a start that was killed. check only says what is wrong with a lab.conf.\n";

static int take_path(struct words *words, const char **path)
{
	*path = words_next(words);
	if (!*path)
		return bad_usage("%s: no file, expected a lab.conf", words->what);
	return words_end(words);
}

/* The bridge of a lab.conf, or of a lab that is there: a lab.conf may have changed, or be gone. */
static int find_bridge(const char *text, char bridge[SINKBRIDGE_NAME_LEN])
{
	char path[64];
	struct labconf *conf;

	snprintf(path, sizeof(path), JOURNAL_ROOT "/%.16s", text);
	if (ifname_valid(text) && access(text, F_OK) && !access(path, F_OK)) {
		snprintf(bridge, SINKBRIDGE_NAME_LEN, "%s", text);
		return 0;
	}
	conf = labconf_load(text);
	if (!conf)
		return EXIT_USAGE;
	snprintf(bridge, SINKBRIDGE_NAME_LEN, "%s", conf->bridge);
	labconf_free(conf);
	return 0;
}

static int up(struct words *words)
{
	const char *path;
	int status = take_path(words, &path);
	struct lab *lab;

	if (status)
		return status;
	lab = lab_load(path);
	if (!lab)
		return EXIT_USAGE;
	status = lab_up(lab, NULL);
	if (!status)
		status = lab_release(lab);
	lab_free(lab);
	return status;
}

static int down(struct words *words)
{
	char bridge[SINKBRIDGE_NAME_LEN];
	const char *path;
	int status = take_path(words, &path);

	if (!status)
		status = find_bridge(path, bridge);
	return status ? status : lab_down(bridge, false);
}

static int status(struct words *words)
{
	char bridge[SINKBRIDGE_NAME_LEN];
	const char *path;
	int ret = take_path(words, &path);

	if (!ret)
		ret = find_bridge(path, bridge);
	return ret ? ret : lab_status(bridge);
}

static int check(struct words *words)
{
	const char *path;
	int ret = take_path(words, &path);
	struct lab *lab;

	if (ret)
		return ret;
	lab = lab_load(path);
	if (!lab)
		return EXIT_USAGE;
	printf("%s: bridge %s, %zu servers, %zu rules\n", path, lab->conf->bridge,
	       lab->server_count, lab->rules.count);
	lab_free(lab);
	return 0;
}

int cmd_lab(int argc, char **argv)
{
	static const struct command commands[] = {
		{ "up", up }, { "down", down }, { "status", status }, { "check", check }, { }
	};

	return command_run(argc, argv, commands, help);
}
