// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl report: what a run directory tells. */
#include "report.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../command.h"
#include "page.h"
#include "safe.h"

static const char help[] =
"usage: sinkctl report FOLDER [--html FILE]\n"
"\n"
"Tells what the guest did in a run: whom it contacted, what it was ordered to do and what it then did,\n"
"which attacks were seen, which logins it tried, what it said. FOLDER is that of 'sinkctl run'.\n"
"With -j all of it as JSON; with --html a page of its own, which is written to FILE ('-': standard\n"
"output) and needs nothing from outside. 'sinkctl run' leaves all three in the folder of the run.\n";

static int put_page(json_t *facts, FILE *file)
{
	return page_write(facts, file);
}

static int put_text(json_t *facts, FILE *file)
{
	report_render(facts, file);
	return 0;
}

/* names and words of the guest are in it: nothing but ASCII goes to a terminal */
static int put_json(json_t *facts, FILE *file)
{
	return safe_dump(facts, file) || putc('\n', file) == EOF;
}

/* Written beside its name and then put there: a reader sees all of it or the one before. */
static int keep(json_t *facts, const char *path, int (*put)(json_t *facts, FILE *file))
{
	char part[4096 + 8];
	FILE *file;
	int bad;

	if (!strcmp(path, "-"))
		return put(facts, stdout) ? refused("report: it could not be written") : 0;
	snprintf(part, sizeof(part), "%s.part", path);
	file = fopen(part, "we");
	if (!file)
		return refused("report: %s: %s", part, strerror(errno));
	bad = put(facts, file);
	bad |= ferror(file);
	if (fclose(file) || bad || rename(part, path)) {
		refused("report: %s: %s", path, errno ? strerror(errno) : "it could not be written");
		unlink(part);
		return EXIT_REFUSED;
	}
	return 0;
}

int report_keep(const char *folder, FILE *text)
{
	static const struct {
		const char *name;
		int (*put)(json_t *facts, FILE *file);
	} forms[] = {
		{ "report.txt", put_text }, { "report.json", put_json }, { "report.html", put_page },
	};
	json_t *facts = report_facts(folder);
	char path[4096];
	int status = 0;

	if (!facts)
		return refused("report: out of memory");
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, forms[i].name);
		status |= keep(facts, path, forms[i].put);
	}
	if (text)
		report_render(facts, text);
	json_decref(facts);
	return status;
}

int report_check_folder(const char *what, const char *folder)
{
	static const char *const files[] = { "events.jsonl", "flows.jsonl", "run.json" };
	char path[4096];
	struct stat st;

	if (strlen(folder) > sizeof(path) - 64)
		return bad_usage("%s: a folder's name of %zu bytes, expected one shorter than 4,000",
				 what, strlen(folder));
	if (stat(folder, &st))
		return bad_usage("%s: %s: %s, expected the folder of a run", what, folder,
				 strerror(errno));
	for (size_t i = 0; S_ISDIR(st.st_mode) && i < sizeof(files) / sizeof(*files); i++) {
		struct stat file;

		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		if (!stat(path, &file))
			return 0;
	}
	return bad_usage("%s: %s, expected the folder of a run, with events.jsonl, flows.jsonl "
			 "or run.json in it", what, folder);
}

int cmd_report(int argc, char **argv)
{
	struct words words = { .what = "report", .word = argv + 1, .left = argc - 1 };
	const char *folder = NULL, *html = NULL;
	json_t *facts;
	int status = 0;

	if (words_help(&words, help))
		return 0;
	while (words.left) {
		if (words_take(&words, "--html")) {
			html = words_next(&words);
			if (!html || !*html || strlen(html) > 4000)
				return bad_usage("report: nothing after --html, expected a file's name");
		} else if (!folder) {
			folder = words_next(&words);
		} else {
			return words_end(&words);
		}
	}
	if (!folder)
		return bad_usage("report: no folder, expected that of a run");
	status = report_check_folder("report", folder);
	if (status)
		return status;
	facts = report_facts(folder);
	if (!facts)
		return refused("out of memory");
	if (html)
		status = keep(facts, html, put_page);
	else
		status = keep(facts, "-", json_output ? put_json : put_text);
	json_decref(facts);
	return status;
}
