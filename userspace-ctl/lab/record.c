// SPDX-License-Identifier: GPL-2.0-only
/* The files of a run, but for events, flows, capture and report. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../command.h"
#include "../format.h"
#include "run.h"

#define COPY_MAX (16 << 20)	/* of a server's log */

static int make_parents(const char *path)
{
	char part[PATH_MAX];

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		if (mkdir(part, 0755) && errno != EEXIST)
			return -errno;
	}
	return 0;
}

/* Two runs may begin in the same second. */
static int make_by_time(struct run *run)
{
	char path[PATH_MAX], name[32];
	time_t now = time(NULL);
	struct tm tm;

	strftime(name, sizeof(name), "%Y%m%d-%H%M%S", localtime_r(&now, &tm));
	for (int i = 1; i < 1000; i++) {
		int len = snprintf(path, sizeof(path), i > 1 ? "%s/%s-%d" : "%s/%s",
				   run->lab->conf->run_directory, name, i);

		if (len >= (int)sizeof(run->folder))
			return refused("%.100s…: too long a path", path);
		if (!make_parents(path) && !mkdir(path, 0755)) {
			memcpy(run->folder, path, len + 1);
			return 0;
		}
		if (errno != EEXIST)
			return refused("%s: %s", path, strerror(errno));
	}
	return refused("%s: no free name for a run", run->lab->conf->run_directory);
}

int run_make_folder(struct run *run, const char *path)
{
	char full[PATH_MAX];
	int status = 0;

	if (!path)
		status = make_by_time(run);
	else if (strlen(path) >= sizeof(run->folder))
		status = bad_usage("run: -o %.100s…, expected a shorter path", path);
	else if (mkdir(path, 0755))
		status = errno == EEXIST ?
			bad_usage("run: -o %s: it exists, expected a new folder", path) :
			refused("%s: %s", path, strerror(errno));
	else
		strcpy(run->folder, path);
	if (status)
		return status;
	if (!realpath(run->folder, full) || strlen(full) >= sizeof(run->folder))
		return refused("%s: %s", run->folder, strerror(errno));
	strcpy(run->folder, full);
	return 0;
}

void run_remove_folder(struct run *run)
{
	char path[PATH_MAX + 256];
	DIR *dir = opendir(run->folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", run->folder, entry->d_name);
		if (entry->d_type != DT_DIR)
			unlink(path);
	}
	if (dir)
		closedir(dir);
	/* what the servers made of it before a guest was there: empty, but for its budget */
	snprintf(path, sizeof(path), "%s/files/.used", run->folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/files", run->folder);
	rmdir(path);
	rmdir(run->folder);
}

FILE *run_create(struct run *run, const char *name)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", run->folder, name);
	file = fopen(path, "wxe");
	if (!file)
		refused("%s: %s", path, strerror(errno));
	return file;
}

static bool copy(struct run *run, const char *from, const char *name)
{
	char bytes[65536];
	size_t n, all = 0;
	FILE *in = fopen(from, "re"), *out = NULL;
	bool right;

	if (!in)
		return refused("%s: %s", from, strerror(errno)), false;
	out = run_create(run, name);
	while (out && all < COPY_MAX && (n = fread(bytes, 1, sizeof(bytes), in)))
		all += fwrite(bytes, 1, n, out);
	fclose(in);
	right = out && !ferror(out);
	return out ? !fclose(out) && right : false;
}

/* As a shell would take it. */
static void put_word(FILE *file, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_-+=:,./@%{}";

	if (*word && strspn(word, plain) == strlen(word)) {
		fputs(word, file);
		return;
	}
	putc('\'', file);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", file);
		else
			putc(*word, file);
	putc('\'', file);
}

bool run_keep_input(struct run *run)
{
	const struct rule_list *rules = &run->lab->rules;
	char text[RULE_TEXT_MAX];
	FILE *file;

	if (!copy(run, run->lab->path, "lab.conf"))
		return false;
	file = run_create(run, "rules");
	if (!file)
		return false;
	for (size_t i = 0; i < rules->count; i++) {
		rule_format(&rules->rules[i], text);
		fprintf(file, "%s\n", text);
	}
	if (fclose(file))
		return refused("%s/rules: %s", run->folder, strerror(errno)), false;
	file = run_create(run, "command.txt");
	if (!file)
		return false;
	for (char **word = run->command; *word; word++) {
		if (word != run->command)
			putc(' ', file);
		put_word(file, *word);
	}
	putc('\n', file);
	if (fclose(file))
		return refused("%s/command.txt: %s", run->folder, strerror(errno)), false;
	return true;
}

static void keep_json(struct run *run, const char *name, json_t *object)
{
	FILE *file = object ? run_create(run, name) : NULL;

	if (file) {
		if (json_dumpf(object, file, JSON_INDENT(1)) || putc('\n', file) == EOF)
			refused("%s/%s: cannot be written", run->folder, name);
		if (fclose(file))
			refused("%s/%s: %s", run->folder, name, strerror(errno));
	}
	json_decref(object);
}

void run_keep_stats(struct run *run)
{
	static const char *const names[] = {
#define SINKBRIDGE_COUNTER_NAME(name, text) #name,
		SINKBRIDGE_COUNTERS(SINKBRIDGE_COUNTER_NAME)
	};
	uint64_t counters[__SINKBRIDGE_COUNTERS];
	json_t *object;

	if (ipc_stats_get(run->lab->ipc, run->lab->conf->bridge, counters)) {
		refused("counters of bridge %s: %s", run->lab->conf->bridge, ipc_error());
		return;
	}
	object = json_object();
	for (size_t i = 0; i < __SINKBRIDGE_COUNTERS; i++)
		json_object_set_new(object, names[i], json_integer(counters[i]));
	keep_json(run, "stats.json", object);
}

void run_keep_logs(struct run *run)
{
	char path[160], name[32];
	struct stat st;

	for (size_t i = 0; i < run->lab->server_count; i++) {
		snprintf(name, sizeof(name), "%s.log", run->lab->servers[i].conf->name);
		snprintf(path, sizeof(path), "%s/%s", run->lab->journal.folder, name);
		if (!stat(path, &st) && st.st_size)
			copy(run, path, name);
	}
}

static json_t *versions(void)
{
	struct utsname system;
	char version[64] = "";
	FILE *file = fopen("/sys/module/sinkbridge/version", "re");

	if (file) {
		if (fgets(version, sizeof(version), file))
			version[strcspn(version, "\n")] = '\0';
		fclose(file);
	}
	if (uname(&system))
		return json_object();
	return json_pack("{s:s, s:s, s:s}", "kernel", system.release, "machine", system.machine,
			 "module", version);
}

static json_t *servers(const struct run *run)
{
	json_t *array = json_array();
	char text[ADDR_TEXT_MAX], text6[ADDR_TEXT_MAX];

	for (size_t i = 0; i < run->lab->server_count; i++) {
		const struct labconf_server *server = run->lab->servers[i].conf;

		inet_ntop(AF_INET, &server->address, text, sizeof(text));
		json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s, s:i}", "name",
						       server->name, "type", server->type,
						       "ip", text, "ip6",
						       addr_text(&server->address6, text6),
						       "port", server->port));
	}
	return array;
}

void run_keep_facts(struct run *run)
{
	const struct collect *collect = &run->collect;
	char start[TIME_TEXT_MAX], end[TIME_TEXT_MAX];
	json_t *command = json_array(), *object;

	for (char **word = run->command; *word; word++)
		json_array_append_new(command, text_to_json(*word));
	object = json_pack("{s:s, s:s, s:f, s:s, s:s, s:o, s:o, s:o, s:o, s:{s:I, s:I, s:I, s:I}, s:o}",
			   "start", time_text(run->start, start), "end", time_text(run->end, end),
			   "seconds", (run->end - run->start) / 1000.0,
			   "bridge", run->lab->conf->bridge, "tap", run->tap,
			   "command", command, "servers", servers(run),
			   "servers_ended_early", json_incref(run->dead),
			   "capture", capture_to_json(&run->capture),
			   "flows", "started", (json_int_t)collect->flows.started,
			   "written", (json_int_t)collect->flows.written,
			   "not_kept", (json_int_t)collect->flows.not_kept,
			   "lost_events", (json_int_t)collect->lost,
			   "versions", versions());
	if (object)
		json_object_set_new(object, "floods",
				    json_pack("{s:I, s:I, s:I}",
					      "started", (json_int_t)collect->floods.started,
					      "written", (json_int_t)collect->floods.written,
					      "not_kept", (json_int_t)collect->floods.not_kept));
	if (object && WIFSIGNALED(run->status))
		json_object_set_new(object, "signal", json_integer(WTERMSIG(run->status)));
	else if (object)
		json_object_set_new(object, "exit_status", json_integer(WEXITSTATUS(run->status)));
	keep_json(run, "run.json", object);
}
