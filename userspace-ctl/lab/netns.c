// SPDX-License-Identifier: GPL-2.0-only
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int held = -1;

void ip_hold(int fd)
{
	held = fd;
}

/* The first line is what matters; the rest of what ip says repeats it. */
static void read_error(int fd, char error[IP_ERROR])
{
	size_t len = 0;
	char rest[512];
	ssize_t n;

	while (len < IP_ERROR - 1 && (n = read(fd, error + len, IP_ERROR - 1 - len)) > 0)
		len += n;
	while (read(fd, rest, sizeof(rest)) > 0)
		;
	error[len] = '\0';
	error[strcspn(error, "\n")] = '\0';
}

static bool ip(char *const *argv, const char *input, char error[IP_ERROR])
{
	posix_spawn_file_actions_t actions;
	int in[2], err[2], status = -1, failed;
	pid_t pid;

	if (pipe2(in, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) {
		snprintf(error, IP_ERROR, "pipe: %s", strerror(errno));
		return false;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in[0], 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, err[1], 2);
	if (held >= 0)	/* onto itself: it stays open */
		posix_spawn_file_actions_adddup2(&actions, held, held);
	failed = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(in[0]);
	close(err[1]);
	/* far less than a pipe holds */
	if (!failed && write(in[1], input, strlen(input)) < 0)
		failed = errno;
	close(in[1]);
	if (failed)
		snprintf(error, IP_ERROR, "ip: %s", strerror(failed));
	else
		read_error(err[0], error);
	close(err[0]);
	if (!failed)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	if (!failed && status && !*error)
		snprintf(error, IP_ERROR, "ip: failed with status %d", status);
	return !failed && !status;
}

bool ip_batch(const char *netns, const char *commands, char error[IP_ERROR])
{
	char *here[] = { "ip", "-batch", "-", NULL };
	char *there[] = { "ip", "-n", (char *)netns, "-batch", "-", NULL };

	return ip(netns ? there : here, commands, error);
}

bool ip_netns(const char *command, const char *name, char error[IP_ERROR])
{
	char *argv[] = { "ip", "netns", (char *)command, (char *)name, NULL };

	return ip(argv, "", error);
}

static void netns_path(const char *name, char path[64])
{
	snprintf(path, 64, "/run/netns/%s", name);
}

bool netns_exists(const char *name)
{
	char path[64];

	netns_path(name, path);
	return !access(path, F_OK);
}

int netns_enter(const char *name)
{
	char path[64];
	int fd, err = 0;

	netns_path(name, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (setns(fd, CLONE_NEWNET))
		err = -errno;
	close(fd);
	return err;
}

bool netns_call(const char *name, bool (*function)(void *), void *data)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		_exit(netns_enter(name) || !function(data));
	if (pid < 0)
		return false;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return !status;
}

bool netns_sysctl(const char *path, const char *value)
{
	char full[128];
	bool right;
	int fd;

	snprintf(full, sizeof(full), "/proc/sys/%s", path);
	fd = open(full, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT;
	right = write(fd, value, strlen(value)) == (ssize_t)strlen(value);
	close(fd);
	return right;
}
