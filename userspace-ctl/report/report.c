// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl report: what a run directory tells. */
#include "report.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "../command.h"

static const char help[] =
"usage: sinkctl report FOLDER\n"
"\n"
"Tells what the guest did in a run: whom it contacted, what it was ordered to do and what it then did,\n"
"which logins it tried, what it said. FOLDER is that of 'sinkctl run'.\n";

int report_text(const char *folder, FILE *file)
{
	json_t *facts = report_facts(folder);

	if (!facts)
		return refused("out of memory");
	report_render(facts, file);
	json_decref(facts);
	if (fflush(file) || ferror(file))
		return refused("report: %s", strerror(errno));
	return 0;
}

static int check_folder(const char *folder)
{
	static const char *const files[] = { "events.jsonl", "flows.jsonl", "run.json" };
	char path[4096];
	struct stat st;

	if (stat(folder, &st))
		return bad_usage("report: %s: %s, expected the folder of a run", folder,
				 strerror(errno));
	for (size_t i = 0; S_ISDIR(st.st_mode) && i < sizeof(files) / sizeof(*files); i++) {
		struct stat file;

		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		if (!stat(path, &file))
			return 0;
	}
	return bad_usage("report: %s, expected the folder of a run, with events.jsonl, flows.jsonl "
			 "or run.json in it", folder);
}

int cmd_report(int argc, char **argv)
{
	struct words words = { .what = "report", .word = argv + 1, .left = argc - 1 };
	const char *folder;
	json_t *facts;
	int status;

	if (words_help(&words, help))
		return 0;
	folder = words_next(&words);
	if (!folder)
		return bad_usage("report: no folder, expected that of a run");
	status = words_end(&words);
	if (!status)
		status = check_folder(folder);
	if (status)
		return status;
	if (!json_output)
		return report_text(folder, stdout);
	facts = report_facts(folder);
	if (!facts)
		return refused("out of memory");
	/* names and words of the guest are in it: nothing but ASCII goes to a terminal */
	status = json_dumpf(facts, stdout, JSON_COMPACT | JSON_ENSURE_ASCII) ? EXIT_REFUSED : 0;
	putchar('\n');
	json_decref(facts);
	return status;
}
