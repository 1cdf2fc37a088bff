// SPDX-License-Identifier: GPL-2.0-only
#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../command.h"

#define START_SECONDS	30
#define STOP_SECONDS	60	/* for what is in the ring: the disk may be slow */

static void read_log(const struct capture *capture, char *text, size_t size)
{
	FILE *file = fopen(capture->log, "re");
	size_t len = file ? fread(text, 1, size - 1, file) : 0;

	text[len] = '\0';
	if (file)
		fclose(file);
}

static bool alive(const struct capture *capture)
{
	return process_alive(capture->process.pid, capture->process.start);
}

static bool await(const struct capture *capture, const char *what)
{
	double end = process_clock() + START_SECONDS;
	char text[4096];

	while (process_clock() < end) {
		read_log(capture, text, sizeof(text));
		if (strstr(text, what))
			return true;
		if (!alive(capture))
			return false;
		process_pause(10);
	}
	return false;
}

/* This program again, by its own path. */
static pid_t start(struct capture *capture, struct lab *lab, const char *interface,
		   const char *folder)
{
	char file[PATH_MAX], self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *argv[] = { self, "capture", lab->conf->bridge, file, "in", (char *)interface, NULL };
	struct process_order order = { .name = "capture", .argv = argv, .pass = -1, .out = -1 };
	pid_t pid;

	if (len < 0)
		return -errno;
	self[len] = '\0';
	snprintf(file, sizeof(file), "%s/" CAPTURE_FILE, folder);
	order.err = open(capture->log, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
	if (order.err < 0)
		return -errno;
	order.out = order.err;
	pid = process_start(&lab->journal, &order, &capture->process.start);
	close(order.err);
	return pid;
}

void capture_start(struct capture *capture, struct lab *lab, const char *interface,
		   const char *folder)
{
	memset(capture, 0, sizeof(*capture));
	snprintf(capture->log, sizeof(capture->log), "%s/capture.log", folder);
	capture->process.pid = start(capture, lab, interface, folder);
	if (capture->process.pid < 0) {
		fprintf(stderr, "sinkctl: no capture: %s\n", strerror(-capture->process.pid));
		return;
	}
	capture->runs = true;
	if (!await(capture, "capturing on"))
		fprintf(stderr, "sinkctl: no capture: see %s\n", capture->log);
}

void capture_stop(struct capture *capture)
{
	double end = process_clock() + STOP_SECONDS;

	if (!capture->runs)
		return;
	if (alive(capture))
		kill(capture->process.pid, SIGINT);
	while (alive(capture)) {
		if (process_clock() > end)
			kill(capture->process.pid, SIGKILL);
		process_pause(10);
	}
	waitpid(capture->process.pid, NULL, WNOHANG);
}

json_t *capture_to_json(const struct capture *capture)
{
	unsigned long long frames, dropped;
	char text[4096], *at;
	json_t *object;

	if (!capture->runs)
		return json_null();
	object = json_pack("{s:s}", "file", CAPTURE_FILE);
	read_log(capture, text, sizeof(text));
	at = strchr(text, '\n');
	if (object && at &&
	    sscanf(at, " %llu frames written, %llu dropped", &frames, &dropped) == 2) {
		json_object_set_new(object, "frames", json_integer(frames));
		json_object_set_new(object, "dropped", json_integer(dropped));
	}
	return object;
}
