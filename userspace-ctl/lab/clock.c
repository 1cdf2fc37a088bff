// SPDX-License-Identifier: GPL-2.0-only
#include "clock.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../command.h"

/* as fakeservers/lib/clock.h has it */
#define VARIABLE	"SINKBRIDGE_CLOCK_OFFSET"
#define LIBRARY		"/usr/lib/*/faketime/libfaketimeMT.so.1"

static void find_library(struct lab_clock *clock)
{
	glob_t found;

	clock->library[0] = '\0';
	if (glob(LIBRARY, 0, NULL, &found))
		return;
	snprintf(clock->library, sizeof(clock->library), "%s", found.gl_pathv[0]);
	globfree(&found);
}

bool lab_clock_check(struct lab_clock *clock, const struct labconf *conf)
{
	find_library(clock);
	if (!conf->has_clock || clock->library[0])
		return true;
	for (size_t i = 0; i < conf->server_count; i++) {
		if (conf->servers[i].kind != LABCONF_EXEC)
			continue;
		bad_place("%s:%u: server \"%s\" cannot be told the clock, expected libfaketime "
			  "(Debian: apt-get install libfaketime)", conf->path,
			  conf->servers[i].line, conf->servers[i].name);
		return false;
	}
	return true;
}

void lab_clock_start(struct lab_clock *clock, const struct labconf *conf)
{
	long long offset = conf->has_clock ? (long long)conf->clock - (long long)time(NULL) : 0;
	char text[24];

	clock->environment[0] = NULL;
	unsetenv(VARIABLE);
	if (!conf->has_clock)
		return;
	snprintf(text, sizeof(text), "%lld", offset);
	setenv(VARIABLE, text, 1);
	snprintf(clock->text[0], sizeof(clock->text[0]), "LD_PRELOAD=%s", clock->library);
	snprintf(clock->text[1], sizeof(clock->text[1]), "FAKETIME=%+lld", offset);
	/* its timers go on by the real one */
	strcpy(clock->text[2], "FAKETIME_DONT_FAKE_MONOTONIC=1");
	for (int i = 0; i < LAB_CLOCK_VARIABLES - 1; i++)
		clock->environment[i] = clock->text[i];
	clock->environment[LAB_CLOCK_VARIABLES - 1] = NULL;
}
