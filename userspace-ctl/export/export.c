// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl export: a run in the forms of others. */
#include "export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../command.h"
#include "../number.h"
#include "../report/line.h"
#include "../report/report.h"
#include "../report/safe.h"

static const char help[] =
"usage: sinkctl export FOLDER eve|conn.log|cape|stix|misp [-o FILE]\n"
"\n"
"Writes a run, whose folder is that of 'sinkctl run', in the form of another program:\n"
"  eve       events as Suricata writes them, a JSON object a line; what Suricata has no event for\n"
"            is an alert\n"
"  conn.log  Zeek's log of connections\n"
"  cape      the part 'network' of a report of CAPE\n"
"  stix      a bundle of STIX 2.1\n"
"  misp      an event of MISP, with objects ddos, network-connection and credential\n"
"to standard output, or to FILE.\n";

static const struct form {
	const char *name;
	int (*write)(struct export *export);
	bool facts;
} forms[] = {
	{ "eve", export_eve, true },
	{ "conn.log", export_conn, false },
	{ "cape", export_cape, true },
	{ "stix", export_stix, true },
	{ "misp", export_misp, true },
};

bool export_each(struct export *export, const char *name,
		 bool (*each)(struct export *export, json_t *object))
{
	char path[4096], *line = NULL;
	size_t room = 0;
	bool right = true;
	ssize_t len;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", export->folder, name);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (right && (len = getline(&line, &room, file)) > 0) {
		json_t *object = len < (1 << 20) ? line_parse(line, len) : NULL;

		if (json_is_object(object))
			right = each(export, object);
		json_decref(object);
	}
	free(line);
	fclose(file);
	return right;
}

bool export_line(struct export *export, json_t *object)
{
	bool right = object && !safe_dump(object, export->file) && putc('\n', export->file) != EOF;

	json_decref(object);
	return right;
}

int export_object(struct export *export, json_t *object)
{
	return export_line(export, object) ? 0 : -1;
}

static int write_form(const struct form *form, struct export *export)
{
	int ret;

	if (form->facts) {
		export->facts = report_facts(export->folder);
		if (!export->facts)
			return refused("export: out of memory");
	}
	errno = 0;
	ret = form->write(export);
	json_decref(export->facts);
	if (ret || fflush(export->file) || ferror(export->file))
		return refused("export: it could not be written%s%s", errno ? ": " : "",
			       errno ? strerror(errno) : "");
	return 0;
}

/* Beside its name first: a reader has all of it, or what was there before. */
static int write_to(const struct form *form, struct export *export, const char *path)
{
	char part[4096];
	int status;

	if (!path) {
		export->file = stdout;
		return write_form(form, export);
	}
	snprintf(part, sizeof(part), "%s.part", path);
	export->file = fopen(part, "we");
	if (!export->file)
		return refused("export: %s: %s", part, strerror(errno));
	status = write_form(form, export);
	if (fclose(export->file) && !status)
		status = refused("export: %s: %s", part, strerror(errno));
	if (!status && rename(part, path))
		status = refused("export: %s: %s", path, strerror(errno));
	if (status)
		unlink(part);
	return status;
}

int cmd_export(int argc, char **argv)
{
	struct words words = { .what = "export", .word = argv + 1, .left = argc - 1 };
	const struct form *form = NULL;
	struct export export = { 0 };
	const char *path = NULL, *name;
	char q[QUOTE_MAX];
	int status;

	if (words_help(&words, help))
		return 0;
	export.folder = words_next(&words);
	name = words_next(&words);
	if (!name)
		return bad_usage("export: %s, expected the folder of a run, and eve, conn.log, cape, stix "
				 "or misp", export.folder ? "no form" : "no folder");
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (!strcmp(name, forms[i].name))
			form = &forms[i];
	if (!form)
		return bad_usage("export: unknown form %s, expected eve, conn.log, cape, stix or misp",
				 quote(name, q));
	if (words_take(&words, "-o")) {
		path = words_next(&words);
		if (!path || !*path || strlen(path) > 4000)
			return bad_usage("export: nothing after -o, expected a file's name");
	}
	status = words_end(&words);
	if (!status)
		status = report_check_folder("export", export.folder);
	return status ? status : write_to(form, &export, path);
}
