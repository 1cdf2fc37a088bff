// SPDX-License-Identifier: GPL-2.0-only
/* Nothing outside the folder can be named. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "content.h"
#include "path.h"

static char top[] = "/tmp/content_test.XXXXXX";
static int folder_fd;

static void write_file(const char *name, const char *text)
{
	int fd = openat(folder_fd, name, O_CREAT | O_WRONLY | O_EXCL, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* top/{secret,www/{a.sh,"b c",sub/index.html,in -> a.sh,out -> ../secret,up -> ..,fifo}} */
static int setup(void **state)
{
	int top_fd;

	if (!mkdtemp(top))
		return -1;
	top_fd = open(top, O_RDONLY | O_DIRECTORY);
	mkdirat(top_fd, "www", 0755);
	folder_fd = openat(top_fd, "www", O_PATH | O_DIRECTORY);
	close(top_fd);
	write_file("../secret", "secret");
	write_file("a.sh", "#!/bin/sh\n");
	write_file("b c", "space");
	mkdirat(folder_fd, "sub", 0755);
	write_file("sub/index.html", "index");
	if (symlinkat("a.sh", folder_fd, "in") || symlinkat("../secret", folder_fd, "out") ||
	    symlinkat("..", folder_fd, "up") || symlinkat("/etc/passwd", folder_fd, "passwd") ||
	    mkfifoat(folder_fd, "fifo", 0644))
		return -1;
	return 0;
}

static int teardown(void **state)
{
	static const char *const names[] = { "../secret", "a.sh", "b c", "sub/index.html", "in",
					     "out", "up", "passwd", "fifo" };
	char path[64];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlinkat(folder_fd, names[i], 0);
	unlinkat(folder_fd, "sub", AT_REMOVEDIR);
	close(folder_fd);
	snprintf(path, sizeof(path), "%s/www", top);
	rmdir(path);
	return rmdir(top);
}

static void assert_content(const char *url, const char *expected)
{
	struct content content;
	uint8_t buffer[64];
	ssize_t n;

	assert_int_equal(content_open(&content, folder_fd, url, strlen(url)), 0);
	assert_int_equal(content.size, strlen(expected));
	n = content_read(&content, buffer, sizeof(buffer));
	assert_int_equal(n, strlen(expected));
	assert_memory_equal(buffer, expected, (size_t)n);
	assert_int_equal(content_read(&content, buffer, sizeof(buffer)), 0);
	content_close(&content);
}

static void test_files(void **state)
{
	assert_content("/a.sh", "#!/bin/sh\n");
	assert_content("//a.sh?x=1", "#!/bin/sh\n");
	assert_content("/b%20c", "space");
	assert_content("/%62%20%63", "space");
	assert_content("http://1.2.3.4/a.sh", "#!/bin/sh\n");
	assert_content("/sub/", "index");
	assert_content("/./sub/./index.html", "index");
	assert_content("/in", "#!/bin/sh\n");
}

static void test_no_way_out(void **state)
{
	static const char *const urls[] = {
		"/../secret", "/sub/../../secret", "/%2e%2e/secret", "/..%2fsecret",
		"/%2e%2e%2fsecret", "/sub/%2E./%2e%2E/secret", "/out", "/up/secret", "/passwd",
		"/up/www/a.sh", "/fifo", "/sub", "/", "", "/missing", "/a.sh/", "/a.sh%00",
		"/%zz", "/%2", "/%", "//../secret", "/....//secret", "/..", "..", "http://x",
		"/%252e%252e/secret", "/\\..\\secret",
	};
	struct content content;
	size_t i;

	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		if (content_open(&content, folder_fd, urls[i], strlen(urls[i])) == 0)
			fail_msg("%s was opened", urls[i]);
	}
}

static void test_long_paths(void **state)
{
	char url[2 * PATH_TEXT_MAX], text[PATH_TEXT_MAX];
	size_t len;

	for (len = PATH_TEXT_MAX - 16; len < sizeof(url); len++) {
		memset(url, 'a', len);
		url[0] = '/';
		assert_int_equal(path_from_url(text, url, len), len <= PATH_TEXT_MAX);
		url[len - 1] = '/';
		(void)path_from_url(text, url, len);
	}
}

static void test_a_file_that_shrinks(void **state)
{
	struct content content;
	uint8_t buffer[64];
	int fd;

	write_file("shrinks", "0123456789");
	assert_int_equal(content_open(&content, folder_fd, "/shrinks", 8), 0);
	fd = openat(folder_fd, "shrinks", O_WRONLY);
	assert_int_equal(ftruncate(fd, 4), 0);
	assert_int_equal(content_read(&content, buffer, sizeof(buffer)), 4);
	assert_int_equal(content_read(&content, buffer, sizeof(buffer)), -1);
	close(fd);
	content_close(&content);
	unlinkat(folder_fd, "shrinks", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_no_way_out),
		cmocka_unit_test(test_long_paths),
		cmocka_unit_test(test_a_file_that_shrinks),
	};

	return cmocka_run_group_tests_name("content", tests, setup, teardown);
}
