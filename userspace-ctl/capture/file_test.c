// SPDX-License-Identifier: GPL-2.0-only
/* Files of a capture, read back by libpcap: bytes, times, tags, more frames than one write takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

#define FRAMES	(3 * FILE_BATCH + 1)	/* more than one write, and a rest */
#define TIME	1700000000123456789ULL

static char folder[] = "/tmp/capture-test.XXXXXX";

static const char *in_folder(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* Frame i: of 14 + i % 99 bytes, all of them i. */
static void give(struct file *file, unsigned int i, const struct ring_frame *like)
{
	static uint8_t bytes[FRAMES][128];
	struct ring_frame frame = *like;

	memset(bytes[i], i, sizeof(bytes[i]));
	frame.data = bytes[i];
	frame.captured = 14 + i % 99;
	frame.original = frame.captured;
	frame.time = TIME + i;
	assert_int_equal(file_frame(file, &frame), 0);
}

static pcap_t *reread(const char *path)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *capture = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO,
								  error);

	if (!capture)
		fail_msg("%s", error);
	return capture;
}

static struct file *file_new(const char *name, const struct file_limits *limits)
{
	struct file *file = malloc(sizeof(*file));

	assert_non_null(file);
	assert_int_equal(file_open(file, in_folder(name), limits, 0, 0), 0);
	return file;
}

static void test_frames(void **state)
{
	const struct ring_frame like = { .guest = 1 };	/* lo */
	struct file *file = file_new("frames.pcapng", &(struct file_limits){});
	struct pcap_pkthdr *header;
	const u_char *bytes;
	pcap_t *capture;

	(void)state;
	for (unsigned int i = 0; i < FRAMES; i++)
		give(file, i, &like);
	assert_int_equal(file_close(file, FRAMES, 0), 0);
	assert_int_equal(file->frames, FRAMES);
	free(file);

	capture = reread(in_folder("frames.pcapng"));
	for (unsigned int i = 0; i < FRAMES; i++) {
		assert_int_equal(pcap_next_ex(capture, &header, &bytes), 1);
		assert_int_equal(header->caplen, 14 + i % 99);
		assert_int_equal(header->len, 14 + i % 99);
		assert_int_equal(bytes[0], (uint8_t)i);
		assert_int_equal(bytes[header->caplen - 1], (uint8_t)i);
		assert_int_equal(header->ts.tv_sec * 1000000000ULL + header->ts.tv_usec, TIME + i);
	}
	assert_int_equal(pcap_next_ex(capture, &header, &bytes), PCAP_ERROR_BREAK);
	pcap_close(capture);
}

static void test_tag(void **state)
{
	const struct ring_frame like = {
		.guest = 1, .tagged = true, .tag_protocol = 0x88a8, .tag = 0x2005,
	};
	struct file *file = file_new("tag.pcapng", &(struct file_limits){});
	struct pcap_pkthdr *header;
	const u_char *bytes;
	pcap_t *capture;

	(void)state;
	give(file, 7, &like);
	assert_int_equal(file_close(file, 1, 0), 0);
	free(file);
	capture = reread(in_folder("tag.pcapng"));
	assert_int_equal(pcap_next_ex(capture, &header, &bytes), 1);
	assert_int_equal(header->caplen, 14 + 7 + 4);
	assert_memory_equal(bytes, "\7\7\7\7\7\7\7\7\7\7\7\7\x88\xa8\x20\x05\7\7", 18);
	pcap_close(capture);
}

static void test_rotation(void **state)
{
	const struct ring_frame like = { .guest = 1 };
	struct file *file = file_new("turn.pcapng", &(struct file_limits){ .bytes = 100, .files = 2 });
	struct stat st;

	(void)state;
	for (unsigned int i = 0; i < 5; i++) {
		assert_int_equal(file_rotate(file, i, 0), 0);
		give(file, i, &like);
		assert_int_equal(file_flush(file), 0);
	}
	assert_int_equal(file_close(file, 5, 0), 0);
	free(file);
	assert_int_equal(stat(in_folder("turn-00003.pcapng"), &st), -1);
	for (unsigned int i = 4; i <= 5; i++) {
		char name[32];

		snprintf(name, sizeof(name), "turn-%05u.pcapng", i);
		pcap_close(reread(in_folder(name)));
	}
}

static void test_full_disk(void **state)
{
	struct file *file = malloc(sizeof(*file));

	(void)state;
	assert_non_null(file);
	if (!access("/dev/full", W_OK))
		assert_int_equal(file_open(file, "/dev/full", &(struct file_limits){}, 0, 0), -ENOSPC);
	free(file);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[PATH_MAX];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_tag),
		cmocka_unit_test(test_rotation),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests_name("capture", tests, make_folder, remove_folder);
}
