// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl capture: what the guests of a bridge sent and received, into pcapng files. */
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/file.h"
#include "capture/ring.h"
#include "command.h"
#include "number.h"
#include "output.h"

static const char help[] =
"usage: sinkctl capture BRIDGE FILE [in IFNAME] [count N] [snaplen BYTES] [ring MIB]\n"
"                       [size MIB] [seconds N] [files N]\n"
"\n"
"Writes each frame of the bridge's guests, as they sent or received it, to a pcapng FILE ('-': standard\n"
"output), until interrupted or count frames are written. With size or seconds a new file begins when one is\n"
"that large or old, named FILE-00001 and so on; with files only that many are kept.\n"
"What was dropped because the ring (64 MiB) was full stands in the file's statistics, and is told at the end.\n";

#define RING_MIB	64
#define DRAIN_MS	250	/* several times what a block may wait in the kernel */
#define MONITOR_SUFFIX	"mon"

struct capture_words {
	const char	*bridge, *path, *guest;
	uint64_t	count, snaplen, ring, size, seconds, files;
};

struct capture {
	struct ring	ring;
	struct file	file;
	uint32_t	guest;		/* ifindex; 0: all */
	uint64_t	left;		/* frames to write */
	int		err;
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = stop };	/* no SA_RESTART: poll() must end */

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
}

static void each_frame(const struct ring_frame *frame, void *data)
{
	struct capture *capture = data;

	if (capture->err || !capture->left || (capture->guest && frame->guest != capture->guest))
		return;
	capture->left--;
	capture->err = file_frame(&capture->file, frame);
}

/* Everything that the kernel has handed over. */
static void read_blocks(struct capture *capture)
{
	struct ring *ring = &capture->ring;

	while (!capture->err && capture->left && ring_ready(ring)) {
		/* now that there is something for it */
		capture->err = file_rotate(&capture->file, ring->received, ring->dropped);
		ring_read(ring, each_frame, capture);
		if (!capture->err)
			capture->err = file_flush(&capture->file);
		ring_release(ring);
		ring_count(ring);
	}
}

static void capture_loop(struct capture *capture)
{
	struct pollfd ready = { .fd = capture->ring.fd, .events = POLLIN };

	while (!stopped && !capture->err && capture->left) {
		if (poll(&ready, 1, 1000) < 0 && errno != EINTR)
			capture->err = -errno;
		/* the monitor device has gone, and its bridge with it */
		if (ready.revents & POLLERR)
			break;
		read_blocks(capture);
	}
	/* what has come before the signal is in blocks that the kernel still holds */
	while (!capture->err && capture->left && poll(&ready, 1, DRAIN_MS) > 0 &&
	       !(ready.revents & POLLERR))
		read_blocks(capture);
	read_blocks(capture);
	ring_count(&capture->ring);
}

static void print_result(const struct capture *capture)
{
	const struct file *file = &capture->file;

	fprintf(stderr, "%llu frames written, %llu dropped for want of room in the ring",
		(unsigned long long)file->frames, (unsigned long long)capture->ring.dropped);
	if (file->unwritten)
		fprintf(stderr, ", %llu not written: more than %u guest ports",
			(unsigned long long)file->unwritten, FILE_INTERFACES);
	fprintf(stderr, "\n");
}

static int capture_run(const struct capture_words *words)
{
	const struct file_limits limits = {
		.bytes = words->size << 20, .seconds = words->seconds, .files = words->files,
	};
	struct capture *capture = calloc(1, sizeof(*capture));
	char device[IF_NAMESIZE];
	const char *what;
	int err, closed;

	if (!capture)
		return refused("out of memory");
	capture->left = words->count ? words->count : UINT64_MAX;
	snprintf(device, sizeof(device), "%.*s" MONITOR_SUFFIX,
		 (int)(sizeof(device) - sizeof(MONITOR_SUFFIX)), words->bridge);
	if (words->guest)
		capture->guest = if_nametoindex(words->guest);
	if (words->guest && !capture->guest) {
		err = refused("%s: %s", words->guest, strerror(errno));
		goto out;
	}
	err = ring_open(&capture->ring, device, words->ring * ((1 << 20) / RING_BLOCK),
			words->snaplen, &what);
	if (err) {
		err = refused("capture %s: %s: %s", words->bridge, what, strerror(-err));
		goto out;
	}
	err = file_open(&capture->file, words->path, &limits, words->snaplen,
			capture->guest);
	if (!err) {
		fprintf(stderr, "capturing on %s\n", device);
		capture_loop(capture);
		closed = file_close(&capture->file, capture->ring.received, capture->ring.dropped);
		err = capture->err ? capture->err : closed;
	}
	if (err)
		err = refused("%s: %s", words->path, strerror(-err));
	else
		print_result(capture);
	ring_close(&capture->ring);
out:
	free(capture);
	return err;
}

static int parse(struct words *words, struct capture_words *out)
{
	const struct {
		const char	*word;
		uint64_t	min, max, *value;
	} numbers[] = {
		{ "count", 1, UINT64_MAX, &out->count },
		{ "snaplen", 14, 262144, &out->snaplen },
		{ "ring", 2, 2048, &out->ring },
		{ "size", 1, 1 << 20, &out->size },
		{ "seconds", 1, 31536000, &out->seconds },
		{ "files", 1, 99999, &out->files },
	};
	size_t i;
	int err = words_bridge(words, &out->bridge);

	if (err)
		return err;
	out->path = words_next(words);
	if (!out->path)
		return bad_usage("capture: expected the name of a file, or -");
	while (words->left) {
		if (words_take(words, "in")) {
			out->guest = words_next(words);
			if (!out->guest || !ifname_valid(out->guest))
				return bad_usage("capture: in: expected the name of a guest port");
			continue;
		}
		for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
			if (words_take(words, numbers[i].word))
				break;
		if (i == sizeof(numbers) / sizeof(*numbers))
			return words_end(words);
		err = words_number(words, numbers[i].word, numbers[i].min, numbers[i].max,
				   numbers[i].value);
		if (err)
			return err;
	}
	if (out->files && !out->size && !out->seconds)
		return bad_usage("capture: files: expected size or seconds with it");
	if ((out->size || out->seconds) && !strcmp(out->path, "-"))
		return bad_usage("capture: expected the name of a file with size or seconds, not -");
	return 0;
}

int cmd_capture(int argc, char **argv)
{
	struct words words = { .what = argv[0], .word = argv + 1, .left = argc - 1 };
	struct capture_words wanted = { .ring = RING_MIB };
	struct ipc_bridge answer;
	struct ipc *ipc;
	int err;

	if (words_help(&words, help))
		return 0;
	err = parse(&words, &wanted);
	if (!err)
		err = command_connect(&words, &ipc);
	if (err)
		return err;
	/* "no such bridge" is better said than "no such device" */
	err = ipc_bridge_get(ipc, wanted.bridge, &answer);
	err = command_end(&words, ipc, wanted.bridge, err);
	if (err)
		return err;
	catch_signals();
	return capture_run(&wanted);
}
