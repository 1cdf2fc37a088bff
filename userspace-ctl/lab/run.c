// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl run: a command as the guest of a lab. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../command.h"
#include "../format.h"
#include "../report/report.h"
#include "run.h"
#include "tap.h"

static const char help[] =
"usage: sinkctl run LAB.CONF [-o FOLDER] -- COMMAND …\n"
"\n"
"Brings the lab up, makes a tap as the guest's port, and runs the command, in which {tap} stands for\n"
"its name. When the command has ended, the lab goes down, and FOLDER holds events, flows, counters,\n"
"the capture and a report; without -o it is named by the time, below the lab's run-directory.\n"
"The exit status is the command's.\n";

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

static void progress(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void progress(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fputs("sinkctl: ", stderr);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
	va_end(ap);
}

static char *replace_tap(const char *word, const char *tap)
{
	static const char mark[] = "{tap}";
	size_t count = 0;
	char *text, *to;

	for (const char *at = word; (at = strstr(at, mark)); at += strlen(mark))
		count++;
	text = to = malloc(strlen(word) + count * SINKBRIDGE_NAME_LEN + 1);
	if (!text)
		return NULL;
	for (const char *at; (at = strstr(word, mark)); word = at + strlen(mark)) {
		to = mempcpy(to, word, at - word);
		to = stpcpy(to, tap);
	}
	strcpy(to, word);
	return text;
}

static bool make_command(struct run *run, int count, char **words)
{
	run->command = calloc(count + 1, sizeof(*run->command));
	for (int i = 0; run->command && i < count; i++) {
		run->command[i] = replace_tap(words[i], run->tap);
		if (!run->command[i])
			return refused("out of memory"), false;
	}
	return run->command || (refused("out of memory"), false);
}

/* From here on signals wait for us: they end the command, and then the lab goes down in order. */
static bool hold_signals(struct run *run)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaddset(&set, signals[i]);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	run->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (run->signals < 0)
		return refused("signalfd: %s", strerror(errno)), false;
	return true;
}

static bool interrupted(void)
{
	sigset_t set;

	sigpending(&set);
	return sigismember(&set, SIGINT) || sigismember(&set, SIGTERM) || sigismember(&set, SIGHUP);
}

static bool start_command(struct run *run)
{
	struct process_order order = {
		.name = "command", .argv = run->command, .out = -1, .err = -1, .pass = -1,
		.foreground = true,
	};

	setenv("SINKBRIDGE_TAP", run->tap, 1);
	setenv("SINKBRIDGE_RUN", run->folder, 1);
	run->start = now_ms();
	run->process.pid = process_start(&run->lab->journal, &order, &run->process.start);
	if (run->process.pid < 0)
		return refused("command: %s", strerror(-run->process.pid)), false;
	return true;
}

/* The terminal has sent its own to the whole foreground group; others came to us alone. */
static void forward(struct run *run)
{
	struct signalfd_siginfo info;

	while (read(run->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD || info.ssi_code == SI_KERNEL)
			continue;
		kill(run->process.pid, info.ssi_signo);
	}
}

static void await_command(struct run *run)
{
	struct pollfd fds[] = {
		{ .fd = run->signals, .events = POLLIN },
		{ .fd = collect_fd(&run->collect), .events = POLLIN },
	};

	while (waitpid(run->process.pid, &run->status, WNOHANG) == 0) {
		if (poll(fds, 2, PACE_MS) < 0 && errno != EINTR)
			break;
		pace_take(&run->pace, run->lab->ipc, run->lab->conf->bridge, now_ms());
		if (fds[1].revents)
			collect_read(&run->collect);
		if (fds[0].revents)
			forward(run);
	}
	run->end = now_ms();
}

/* Before the lab goes down: a server that is not there any more ended by itself. */
static void find_dead(struct run *run)
{
	for (size_t i = 0; i < run->lab->server_count; i++) {
		const struct lab_server *server = &run->lab->servers[i];

		if (process_alive(server->process.pid, server->process.start))
			continue;
		progress("server \"%s\" ended before the run did", server->conf->name);
		json_array_append_new(run->dead, json_string(server->conf->name));
	}
}

static bool make_guest(struct run *run, int count, char **words)
{
	if (!tap_make(run->lab, run->tap) || !make_command(run, count, words) ||
	    !run_keep_input(run))
		return false;
	if (collect_open(&run->collect, run->lab->conf->bridge, run->folder) ||
	    pace_open(&run->pace, run->folder))
		return false;
	if (run->lab->conf->capture)
		capture_start(&run->capture, run->lab, run->tap, run->folder);
	if (interrupted())
		return refused("interrupted"), false;
	return start_command(run);
}

static void finish(struct run *run)
{
	capture_stop(&run->capture);
	find_dead(run);
	pace_take(&run->pace, run->lab->ipc, run->lab->conf->bridge, UINT64_MAX - PACE_MS);
	pace_close(&run->pace);
	collect_finish(&run->collect, run->lab->ipc);
	run_keep_stats(run);
	run_keep_logs(run);
	progress("lab down");
	if (lab_down(run->lab->conf->bridge, true))
		progress("see: sinkctl lab status %s", run->lab->conf->bridge);
	run_keep_facts(run);
	fflush(stdout);
	report_keep(run->folder, stdout);
	progress("all of it is in %s", run->folder);
}

static int run_in_lab(struct run *run, const char *folder, int count, char **words)
{
	char events[PATH_MAX];
	int status = run_make_folder(run, folder);

	if (status)
		return status;
	snprintf(events, sizeof(events), "%s/events.jsonl", run->folder);
	progress("lab up: bridge %s, %zu servers, %zu rules", run->lab->conf->bridge,
		 run->lab->server_count, run->lab->rules.count);
	status = lab_up(run->lab, events);
	if (status) {
		run_remove_folder(run);
		return status;
	}
	if (!make_guest(run, count, words)) {
		capture_stop(&run->capture);
		lab_abandon(run->lab);
		run_remove_folder(run);
		return EXIT_REFUSED;
	}
	progress("guest port %s%s, running %s", run->tap, run->capture.runs ? ", captured" : "",
		 run->command[0]);
	lab_release(run->lab);
	await_command(run);
	finish(run);
	return WIFSIGNALED(run->status) ? 128 + WTERMSIG(run->status) : WEXITSTATUS(run->status);
}

static int parse(int argc, char **argv, const char **conf, const char **folder, int *command)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--")) {
			*command = i + 1;
			break;
		}
		if (!strcmp(argv[i], "-o")) {
			if (*folder || ++i == argc || !strcmp(argv[i], "--"))
				return bad_usage("run: -o, expected it once, and a new folder behind it");
			*folder = argv[i];
		} else if (*conf || *argv[i] == '-') {
			return bad_usage("run: unexpected %s, expected LAB.CONF [-o FOLDER] -- COMMAND …",
					 argv[i]);
		} else {
			*conf = argv[i];
		}
	}
	if (!*conf)
		return bad_usage("run: no file, expected a lab.conf");
	if (!*command || *command == argc)
		return bad_usage("run: no command, expected one behind --");
	return 0;
}

int cmd_run(int argc, char **argv)
{
	struct words words = { .what = "run", .word = argv + 1, .left = argc - 1 };
	const char *conf = NULL, *folder = NULL;
	struct run run = { .dead = json_array() };
	int command = 0, status;

	if (words_help(&words, help))
		return 0;
	status = parse(argc, argv, &conf, &folder, &command);
	if (status)
		return status;
	run.lab = lab_load(conf);
	if (!run.lab)
		return EXIT_USAGE;
	status = hold_signals(&run) ? run_in_lab(&run, folder, argc - command, argv + command) :
		EXIT_REFUSED;
	for (char **word = run.command; word && *word; word++)
		free(*word);
	free(run.command);
	json_decref(run.dead);
	lab_free(run.lab);
	return status;
}
