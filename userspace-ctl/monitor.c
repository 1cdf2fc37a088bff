// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl monitor: flows and floods as they start and end. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "format.h"
#include "format_flood.h"
#include "output.h"

static const char help[] =
"usage: sinkctl monitor [BRIDGE]\n"
"\n"
"Prints a line for every flow or flood that starts or ends, until interrupted; with -j a JSON object a line.\n"
"A line 'lost' means that events came faster than they could be read.\n";

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static json_t *event_to_json(const struct ipc_event *event)
{
	static const char *const types[] = {
		[IPC_FLOW_START] = "flow_start", [IPC_FLOW_END] = "flow",
		[IPC_FLOOD_START] = "flood", [IPC_FLOOD_END] = "flood", [IPC_LOST] = "lost",
	};
	char time[TIME_TEXT_MAX];
	json_t *object;

	if (event->kind == IPC_LOST)
		return json_pack("{s:s, s:s}", "timestamp", time_text(now_ms(), time),
				 "event_type", types[IPC_LOST]);
	object = !event->flood ? flow_to_json(&event->flow) :
		 flood_to_json(event->flood, event->kind == IPC_FLOOD_START ? "start" : "end", true);
	if (object) {
		json_object_set_new(object, "event_type", json_string(types[event->kind]));
		json_object_set_new(object, "bridge", text_to_json(event->bridge));
	}
	return object;
}

static void print_flood(const struct ipc_event *event, const char *time)
{
	const struct ipc_flood *flood = event->flood;
	char row[FLOOD_ROW_MAX];

	flood_row(flood, now_ms(), row);
	if (event->kind == IPC_FLOOD_START)
		printf("%s %s flood start %s\n", time, event->bridge, row);
	else
		printf("%s %s flood end %s %s\n", time, event->bridge,
		       flood_end_text(flood->end_reason), row);
}

static void print_event(const struct ipc_event *event)
{
	char time[TIME_TEXT_MAX], row[FLOW_ROW_MAX];
	uint64_t now = now_ms();

	time_text(now, time);
	if (event->kind == IPC_LOST) {
		printf("%s lost some events\n", time);
		return;
	}
	if (event->flood) {
		print_flood(event, time);
		return;
	}
	flow_row(&event->flow, now, row);
	if (event->kind == IPC_FLOW_START)
		printf("%s %s start %s\n", time, event->bridge, row);
	else
		printf("%s %s end %s %s\n", time, event->bridge, end_text(event->flow.end_reason),
		       row);
}

/* data: the only bridge wanted, or NULL */
static int each_event(const struct ipc_event *event, void *data)
{
	if (data && event->kind != IPC_LOST && strcmp(event->bridge, data))
		return 0;
	if (json_output)
		line_item(event_to_json(event));
	else
		print_event(event);
	return stopped || ferror(stdout) ? -EINTR : 0;
}

static int watch(struct ipc *ipc, const char *bridge)
{
	/* POLLERR on standard output: its reader has gone */
	struct pollfd fds[] = {
		{ .fd = ipc_monitor_fd(ipc), .events = POLLIN },
		{ .fd = STDOUT_FILENO },
	};
	int ret = 0;

	while (!stopped && ret >= 0) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents & POLLERR)
			return 0;
		if (fds[0].revents)
			ret = ipc_monitor_read(ipc, each_event, (void *)bridge);
	}
	return ret == -EINTR ? 0 : ret < 0 ? ret : 0;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = stop };	/* no SA_RESTART: poll() must end */

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
}

int cmd_monitor(int argc, char **argv)
{
	struct words words = { .what = argv[0], .word = argv + 1, .left = argc - 1 };
	const char *bridge = NULL;
	struct ipc_bridge answer;
	struct ipc *ipc;
	int err = 0;

	if (words_help(&words, help))
		return 0;
	if (words.left)
		err = words_bridge(&words, &bridge);
	if (!err)
		err = words_end(&words);
	if (!err)
		err = command_connect(&words, &ipc);
	if (err)
		return err;
	setvbuf(stdout, NULL, _IOLBF, 0);
	catch_signals();
	/* a mistyped name would be silent for ever */
	if (bridge)
		err = ipc_bridge_get(ipc, bridge, &answer);
	if (!err)
		err = ipc_monitor_start(ipc);
	if (!err)
		err = watch(ipc, bridge);
	return command_end(&words, ipc, bridge, err);
}
