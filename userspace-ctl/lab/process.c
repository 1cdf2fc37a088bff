// SPDX-License-Identifier: GPL-2.0-only
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "netns.h"

#ifndef SINKBRIDGE_LIBEXEC
#define SINKBRIDGE_LIBEXEC "/usr/local/libexec/sinkbridge"
#endif

#define STATUS_NOT_STARTED 127

double process_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

void process_pause(int ms)
{
	struct timespec pause = { .tv_nsec = ms * 1000000L };

	nanosleep(&pause, NULL);
}

/* Clock ticks after boot at which it started; 0: gone, or a zombie. */
static uint64_t start_time(pid_t pid)
{
	char path[32], text[1024], state;
	unsigned long long start;
	const char *at;
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	at = strrchr(text, ')');	/* the name before it may hold anything */
	if (!at || sscanf(at + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d"
			  " %*d %*d %*d %*d %llu", &state, &start) != 2)
		return 0;
	return state == 'Z' || state == 'X' ? 0 : start;
}

bool process_alive(pid_t pid, uint64_t start)
{
	return pid > 0 && start && start_time(pid) == start;
}

static void __attribute__((noreturn)) child_failed(const char *name, const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", name, what, strerror(errno));
	fflush(stderr);
	_exit(STATUS_NOT_STARTED);
}

static void child_redirect(const struct process_order *order)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (!order->foreground && (null < 0 || dup2(null, 0) < 0 || setsid() < 0))
		child_failed(order->name, "start");
	if (order->err >= 0 && dup2(order->err, 2) < 0)
		child_failed(order->name, "log");
	if (order->out >= 0 && (dup2(order->out, 1) < 0 ||
				(order->err < 0 && dup2(order->out, 2) < 0)))
		child_failed(order->name, "log");
	if (order->pass >= 0 && fcntl(order->pass, F_SETFD, 0))
		child_failed(order->name, "descriptor");
}

static void child_become(const struct process_order *order)
{
	struct passwd *user;

	if (!order->user)
		return;
	user = getpwnam(order->user);
	if (!user)
		child_failed(order->name, order->user);
	if (initgroups(order->user, user->pw_gid) || setgid(user->pw_gid) || setuid(user->pw_uid))
		child_failed(order->name, order->user);
}

static void __attribute__((noreturn)) child_run(const struct process_order *order, int go)
{
	sigset_t none;
	char byte;

	if (read(go, &byte, 1) != 1)	/* our parent died before it had written us down */
		_exit(STATUS_NOT_STARTED);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	child_redirect(order);
	if (order->netns && netns_enter(order->netns))
		child_failed(order->name, order->netns);
	child_become(order);
	for (char *const *variable = order->environment; variable && *variable; variable++)
		putenv(*variable);
	execvp(order->argv[0], order->argv);
	child_failed(order->name, order->argv[0]);
}

pid_t process_start(struct journal *journal, const struct process_order *order, uint64_t *start)
{
	int go[2], err;
	pid_t pid;

	if (pipe2(go, O_CLOEXEC))
		return -errno;
	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		err = -errno;
		close(go[0]);
		close(go[1]);
		return err;
	}
	if (!pid) {
		close(go[1]);
		child_run(order, go[0]);
	}
	close(go[0]);
	*start = start_time(pid);
	err = journal_write(journal, "process %s %d %llu", order->name, (int)pid,
			    (unsigned long long)*start);
	if (!err && write(go[1], "", 1) != 1)
		err = -errno;
	close(go[1]);
	if (err) {
		waitpid(pid, NULL, 0);
		return err;
	}
	return pid;
}

void process_end(const struct process *processes, size_t count, double seconds)
{
	double end = process_clock() + seconds;
	bool left, killed = false;

	for (size_t i = 0; i < count; i++)
		if (process_alive(processes[i].pid, processes[i].start))
			kill(processes[i].pid, SIGTERM);
	for (;;) {
		left = false;
		for (size_t i = 0; i < count; i++) {
			if (!process_alive(processes[i].pid, processes[i].start))
				continue;
			left = true;
			if (killed || process_clock() > end)
				kill(processes[i].pid, SIGKILL);
		}
		if (!left)
			break;
		killed = killed || process_clock() > end;
		process_pause(10);
	}
	for (size_t i = 0; i < count; i++)	/* those that are our own children */
		waitpid(processes[i].pid, NULL, WNOHANG);
}

bool process_find_server(const char *type, char *path, size_t size)
{
	const char *folder = getenv("SINKBRIDGE_SERVERS");
	char own[512], *slash;
	ssize_t len;

	if (folder) {
		snprintf(path, size, "%s/fake%s", folder, type);
		return !access(path, X_OK);
	}
	len = readlink("/proc/self/exe", own, sizeof(own) - 1);
	if (len > 0) {
		own[len] = '\0';
		slash = strrchr(own, '/');
		if (slash)
			*slash = '\0';
		snprintf(path, size, "%s/fake%s", own, type);
		if (!access(path, X_OK))
			return true;
		snprintf(path, size, "%s/../libexec/sinkbridge/fake%s", own, type);
		if (!access(path, X_OK))
			return true;
	}
	snprintf(path, size, SINKBRIDGE_LIBEXEC "/fake%s", type);
	return !access(path, X_OK);
}

bool process_find(const char *name, char *path, size_t size)
{
	const char *at = getenv("PATH");

	if (!at)
		at = "/usr/sbin:/usr/bin:/sbin:/bin";
	while (*at) {
		size_t len = strcspn(at, ":");

		snprintf(path, size, "%.*s/%s", (int)len, at, name);
		if (!access(path, X_OK))
			return true;
		at += len + (at[len] == ':');
	}
	return false;
}
