// SPDX-License-Identifier: GPL-2.0-only
#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../command.h"

#define START_SECONDS	30
#define STOP_SECONDS	10
#define QUIET_SECONDS	1.5	/* more than libpcap waits for a block to fill */

/* Each writes to its standard output, a file that we opened: it may drop its privileges. */
static char *const dumpcap[] = {
	"dumpcap", "-q", "-P", "-B", "16", "-s", "0", "-i", NULL, "-w", "-", NULL
};
static char *const tcpdump[] = {
	"tcpdump", "-n", "-p", "-U", "-B", "16384", "-s", "0", "-i", NULL, "-w", "-", NULL
};

static const struct tool {
	const char	*name;
	char *const	*argv;
	size_t		interface;	/* its place in argv */
	const char	*captures;	/* what it says when it does */
} tools[] = {
	{ "dumpcap", dumpcap, 8, "Capturing on" },
	{ "tcpdump", tcpdump, 9, "listening on" },
};

static const struct tool *find_tool(void)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(tools) / sizeof(*tools); i++)
		if (process_find(tools[i].name, path, sizeof(path)))
			return &tools[i];
	return NULL;
}

static void read_log(const struct capture *capture, char *text, size_t size)
{
	FILE *file = fopen(capture->log, "re");
	size_t len = file ? fread(text, 1, size - 1, file) : 0;

	text[len] = '\0';
	if (file)
		fclose(file);
}

static bool await(const struct capture *capture, const char *what)
{
	double end = process_clock() + START_SECONDS;
	char text[4096];

	while (process_clock() < end) {
		read_log(capture, text, sizeof(text));
		if (strstr(text, what))
			return true;
		if (!process_alive(capture->process.pid, capture->process.start))
			return false;
		process_pause(10);
	}
	return false;
}

static pid_t start(struct capture *capture, struct lab *lab, const struct tool *tool,
		   const char *interface)
{
	char *argv[16];
	struct process_order order = { .name = "capture", .argv = argv, .pass = -1 };
	size_t n = 0;
	pid_t pid;

	for (; tool->argv[n] || n == tool->interface; n++)
		argv[n] = n == tool->interface ? (char *)interface : tool->argv[n];
	argv[n] = NULL;
	order.out = open(capture->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	order.err = open(capture->log, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
	pid = order.out < 0 || order.err < 0 ? -errno :
		process_start(&lab->journal, &order, &capture->process.start);
	if (order.out >= 0)
		close(order.out);
	if (order.err >= 0)
		close(order.err);
	return pid;
}

void capture_start(struct capture *capture, struct lab *lab, const char *interface,
		   const char *folder)
{
	const struct tool *tool = find_tool();

	memset(capture, 0, sizeof(*capture));
	if (!tool) {
		fprintf(stderr, "sinkctl: no capture: neither dumpcap nor tcpdump is installed\n");
		return;
	}
	snprintf(capture->file, sizeof(capture->file), "%s/capture.pcap", folder);
	snprintf(capture->log, sizeof(capture->log), "%s/capture.log", folder);
	capture->process.pid = start(capture, lab, tool, interface);
	if (capture->process.pid < 0) {
		fprintf(stderr, "sinkctl: no capture: %s: %s\n", tool->name,
			strerror(-capture->process.pid));
		return;
	}
	capture->tool = tool->name;
	if (!await(capture, tool->captures))
		fprintf(stderr, "sinkctl: no capture: %s did not start, see %s\n", tool->name,
			capture->log);
}

/* What the kernel has for it, it only writes when it gets to read it: until nothing more comes. */
static void settle(const struct capture *capture)
{
	double now = process_clock(), end = now + STOP_SECONDS, changed = now;
	struct stat st;
	off_t size = -1;

	for (; now < end && now < changed + QUIET_SECONDS; now = process_clock()) {
		if (!process_alive(capture->process.pid, capture->process.start) ||
		    stat(capture->file, &st))
			break;
		if (st.st_size != size)
			changed = now;
		size = st.st_size;
		process_pause(50);
	}
}

void capture_stop(struct capture *capture)
{
	double end;

	if (!capture->tool)
		return;
	settle(capture);
	end = process_clock() + STOP_SECONDS;
	if (process_alive(capture->process.pid, capture->process.start))
		kill(capture->process.pid, SIGINT);
	while (process_alive(capture->process.pid, capture->process.start)) {
		if (process_clock() > end)
			kill(capture->process.pid, SIGKILL);
		process_pause(10);
	}
	waitpid(capture->process.pid, NULL, WNOHANG);
}

/* tcpdump: "N packets captured", one a line; dumpcap: "… on 'tap0': N/M (…)" */
static void put_counts(json_t *object, const char *text)
{
	static const struct {
		const char *words, *key;
	} counts[] = {
		{ " packets captured", "packets" },
		{ " packets received by filter", "received" },
		{ " packets dropped by kernel", "dropped" },
	};
	const char *at, *slash;

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		at = strstr(text, counts[i].words);
		if (!at)
			continue;
		while (at > text && at[-1] >= '0' && at[-1] <= '9')
			at--;
		json_object_set_new(object, counts[i].key, json_integer(atoll(at)));
	}
	at = strstr(text, "received/dropped on interface");
	at = at ? strstr(at, "': ") : NULL;
	slash = at ? strchr(at, '/') : NULL;
	if (slash) {
		json_object_set_new(object, "packets", json_integer(atoll(at + 3)));
		json_object_set_new(object, "dropped", json_integer(atoll(slash + 1)));
	}
}

json_t *capture_to_json(const struct capture *capture)
{
	char text[4096];
	json_t *object;

	if (!capture->tool)
		return json_null();
	object = json_pack("{s:s, s:s}", "tool", capture->tool, "file", "capture.pcap");
	read_log(capture, text, sizeof(text));
	if (object)
		put_counts(object, text);
	return object;
}
