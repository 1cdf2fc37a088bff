// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl: sinkbridge's tool.  This file is the table of verbs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "number.h"

#ifndef SINKCTL_VERSION
#define SINKCTL_VERSION "unknown"
#endif

static const struct {
	const char	*name;
	int		(*run)(int argc, char **argv);
	const char	*text;
} objects[] = {
	{ "bridge",	cmd_bridge,	"bridges under control: add, del, show" },
	{ "server",	cmd_server,	"fake servers of a bridge: add, del, show" },
	{ "port",	cmd_port,	"ports of a bridge: show" },
	{ "rule",	cmd_rule,	"the port-routing table: add, del, replace, show, save" },
	{ "flow",	cmd_flow,	"conversations: show, count, flush" },
	{ "flood",	cmd_flood,	"floods, a record for any number of packets: show, count, flush" },
	{ "stats",	cmd_stats,	"counters, every drop with its reason: show" },
	{ "capture",	cmd_capture,	"frames of the guests, into pcapng files" },
	{ "monitor",	cmd_monitor,	"flows and floods as they start and end" },
	{ "top",	cmd_top,	"flows and floods live, with rates" },
	{ "check",	cmd_check,	"does the containment promise hold on this host, now?" },
	{ "lab",	cmd_lab,	"a whole lab from a lab.conf: up, down, status, check" },
	{ "run",	cmd_run,	"a command as the guest of a lab, and a report of it" },
	{ "report",	cmd_report,	"what a run directory tells" },
	{ "export",	cmd_export,	"a run in the forms of other programs" },
};

#define OBJECTS (sizeof(objects) / sizeof(*objects))

static void usage(void)
{
	puts("usage: sinkctl [-j] OBJECT COMMAND …\n"
	     "\n"
	     "  -j, --json     print JSON\n"
	     "  -V, --version  print the version\n"
	     "  -h, --help     print this; 'sinkctl OBJECT help' tells about an object\n"
	     "\n"
	     "objects:");
	for (size_t i = 0; i < OBJECTS; i++)
		printf("  %-8s  %s\n", objects[i].name, objects[i].text);
}

static bool is_option(const char *word, const char *brief, const char *full)
{
	return !strcmp(word, brief) || !strcmp(word, full);
}

/* -j is understood anywhere before "--"; what follows that is another program's. */
static int take_json(int argc, char **argv)
{
	int kept = 1, i = 1;

	for (; i < argc && strcmp(argv[i], "--"); i++) {
		if (is_option(argv[i], "-j", "--json"))
			json_output = true;
		else
			argv[kept++] = argv[i];
	}
	while (i < argc)
		argv[kept++] = argv[i++];
	argv[kept] = NULL;
	return kept;
}

static int run(int argc, char **argv)
{
	char q[QUOTE_MAX];

	if (argc < 2)
		return bad_usage("no object, expected one (see: sinkctl help)");
	if (is_option(argv[1], "-V", "--version")) {
		puts("sinkctl " SINKCTL_VERSION);
		return 0;
	}
	if (is_option(argv[1], "-h", "--help") || (!strcmp(argv[1], "help") && argc == 2)) {
		usage();
		return 0;
	}
	if (!strcmp(argv[1], "help")) {	/* "help rule" is "rule help" */
		argv[1] = argv[2];
		argv[2] = "help";
	}
	for (size_t i = 0; i < OBJECTS; i++)
		if (!strcmp(argv[1], objects[i].name))
			return objects[i].run(argc - 1, argv + 1);
	return bad_usage("unknown object %s, expected one of those in: sinkctl help",
			 quote(argv[1], q));
}

int main(int argc, char **argv)
{
	static char buffer[1 << 16];
	int ret;

	/* millions of flows are not to be written in pieces of a page */
	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	ret = run(take_json(argc, argv), argv);
	/* a full disk is a failure, too; a reader that left early is not */
	if ((fflush(stdout) || ferror(stdout)) && errno != EPIPE)
		return refused("cannot write: %s", strerror(errno));
	return ret;
}
