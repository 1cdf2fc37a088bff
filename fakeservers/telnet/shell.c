// SPDX-License-Identifier: GPL-2.0-only
/* BusyBox's ash, as far as a bot can tell. */
#include "shell.h"

#include <string.h>

#include "applets.h"
#include "device.h"
#include "words.h"

#define DEPTH_MAX	16		/* shells within shells */
#define SCRIPT_DEPTH_MAX 3		/* sh -c within sh -c */

/* Where a command's streams lead. */
struct streams {
	struct bytes *terminal;
	struct bytes *out;
	const uint8_t *input;
	size_t input_len;
	unsigned int scripts;		/* depth of sh -c */
};

static void run_line(struct shell *shell, const uint8_t *line, size_t len, struct bytes *terminal,
		     unsigned int scripts);

void shell_init(struct shell *shell, const struct labconf_telnet *conf,
		const struct observer *observer)
{
	memset(shell, 0, sizeof(*shell));
	shell->conf = conf;
	files_init(&shell->files, conf, observer);
}

void shell_free(struct shell *shell)
{
	files_free(&shell->files);
}

void shell_greet(struct bytes *out)
{
	bytes_put_text(out, "\n\n" DEVICE_BUSYBOX " built-in shell (ash)\n"
		       "Enter 'help' for a list of built-in commands.\n\n");
}

void shell_exit(struct shell *shell)
{
	if (shell->depth)
		shell->depth--;
	else
		shell->ended = true;
}

static int run_cd(struct shell *shell, const struct simple_command *command,
		  struct streams *streams)
{
	const char *to = command->argc > 1 ? command->argv[1] : "/";

	if (files_chdir(&shell->files, to))
		return 0;
	bytes_printf(streams->terminal, "sh: cd: can't cd to %s\n", to);
	return 2;
}

/* sh, sh -c SCRIPT, sh FILE */
static int run_sh(struct shell *shell, const char *const *argv, struct streams *streams)
{
	size_t len;

	if (argv[1] && strcmp(argv[1], "-c") == 0) {
		if (argv[2] && streams->scripts < SCRIPT_DEPTH_MAX)
			run_line(shell, (const uint8_t *)argv[2], strlen(argv[2]), streams->out,
				 streams->scripts + 1);
		return shell->status;
	}
	if (argv[1] && argv[1][0] != '-') {
		if (files_read(&shell->files, argv[1], &len))
			return 0;
		bytes_printf(streams->terminal, "sh: can't open '%s'\n", argv[1]);
		return 2;
	}
	if (streams->input)			/* a script from a pipe */
		return 0;
	if (shell->depth < DEPTH_MAX)
		shell->depth++;
	shell_greet(streams->terminal);
	return 0;
}

static int run_applet(struct shell *shell, const struct applet *applet, const char *const *argv,
		      unsigned int argc, struct streams *streams)
{
	struct call call = {
		.argv = argv,
		.argc = argc,
		.input = streams->input,
		.input_len = streams->input_len,
		.out = streams->out,
		.err = streams->terminal,
		.files = &shell->files,
		.conf = shell->conf,
	};

	return applet->run ? applet->run(&call) : run_sh(shell, argv, streams);
}

static int run_busybox(struct shell *shell, const char *const *argv, unsigned int argc,
		       struct streams *streams)
{
	const struct applet *applet;

	/* busybox busybox X is X */
	while (argc > 1 && strcmp(argv[1], "busybox") == 0) {
		argv++;
		argc--;
	}
	if (argc == 1 || strcmp(argv[1], "--help") == 0) {
		applet_list(streams->out);
		return 0;
	}
	applet = applet_find(argv[1]);
	if (applet)
		return run_applet(shell, applet, argv + 1, argc - 1, streams);
	bytes_printf(streams->terminal, "%s: applet not found\n", argv[1]);
	return 127;
}

/* A name with a slash: a file of the guest's that it wants to start, or one of ours. */
static int run_path(struct shell *shell, const struct simple_command *command,
		    struct streams *streams)
{
	const char *const *argv = command->argv;
	char path[FILES_PATH_MAX];
	const struct applet *applet = NULL;
	size_t len;

	if (files_resolve(&shell->files, argv[0], path))
		applet = applet_of_path(path);
	if (applet && strcmp(applet->name, "busybox") == 0)
		return run_busybox(shell, argv, command->argc, streams);
	if (applet)
		return run_applet(shell, applet, argv, command->argc, streams);
	if (files_read(&shell->files, argv[0], &len))
		return 0;
	bytes_printf(streams->terminal, "sh: %s: not found\n", argv[0]);
	return 127;
}

static int run_simple(struct shell *shell, const struct simple_command *command,
		      struct streams *streams)
{
	const struct applet *applet;
	const char *name = command->argc ? command->argv[0] : "";

	if (!command->argc)
		return 0;
	if (strchr(name, '/'))
		return run_path(shell, command, streams);
	if (strcmp(name, "exit") == 0 || strcmp(name, "logout") == 0) {
		/* within sh -c it would only end that */
		if (!streams->scripts)
			shell_exit(shell);
		return 0;
	}
	if (strcmp(name, "cd") == 0)
		return run_cd(shell, command, streams);
	if (strcmp(name, "export") == 0 || strcmp(name, ":") == 0 || strcmp(name, "ulimit") == 0 ||
	    strcmp(name, "unset") == 0)
		return 0;
	if (strcmp(name, "busybox") == 0)
		return run_busybox(shell, command->argv, command->argc, streams);
	applet = applet_find(name);
	if (applet)
		return run_applet(shell, applet, command->argv, command->argc, streams);
	bytes_printf(streams->terminal, "sh: %s: not found\n", name);
	return 127;
}

static int write_output(struct shell *shell, const struct simple_command *command,
			const struct bytes *written, struct bytes *terminal)
{
	switch (files_write(&shell->files, command->output, written->data, written->len,
			    command->append)) {
	case FILES_OK:
		return 0;
	case FILES_FULL:
		bytes_put_text(terminal, "sh: write error: No space left on device\n");
		return 1;
	case FILES_DENIED:
		break;
	}
	bytes_printf(terminal, "sh: can't create %s: Permission denied\n", command->output);
	return 1;
}

/* Runs one command between its redirections; what it pipes on replaces *pipe. */
static int run_redirected(struct shell *shell, const struct simple_command *command,
			  struct bytes *pipe, bool piped, struct bytes *terminal,
			  unsigned int scripts)
{
	struct bytes written = BYTES(SHELL_OUTPUT_MAX);
	bool captured = command->output || command->separator == SEPARATOR_PIPE;
	struct streams streams = {
		.terminal = terminal,
		.out = captured ? &written : terminal,
		.scripts = scripts,
	};
	int status;

	if (piped) {
		streams.input = pipe->data ? pipe->data : (const uint8_t *)"";
		streams.input_len = pipe->len;
	}
	if (command->input) {
		streams.input = files_read(&shell->files, command->input, &streams.input_len);
		if (!streams.input) {
			bytes_printf(terminal, "sh: can't open %s: no such file\n", command->input);
			return 1;
		}
	}
	status = run_simple(shell, command, &streams);
	if (command->output && write_output(shell, command, &written, terminal))
		status = 1;
	bytes_free(pipe);
	if (command->output)
		bytes_free(&written);
	*pipe = written;
	return status;
}

static bool is_skipped(enum separator before, int status)
{
	return (before == SEPARATOR_AND && status != 0) || (before == SEPARATOR_OR && status == 0);
}

static void run_line(struct shell *shell, const uint8_t *line, size_t len, struct bytes *terminal,
		     unsigned int scripts)
{
	struct bytes pipe = BYTES(SHELL_OUTPUT_MAX);
	enum separator before = SEPARATOR_NEXT;
	struct simple_command command;
	size_t at = 0;

	while (!shell->ended && words_next(line, len, &at, &command)) {
		/* of a skipped pipeline all is skipped: before stays until it ends */
		if (is_skipped(before, shell->status)) {
			if (command.separator != SEPARATOR_PIPE)
				before = command.separator;
			continue;
		}
		shell->status = run_redirected(shell, &command, &pipe, before == SEPARATOR_PIPE,
					       terminal, scripts);
		before = command.separator;
	}
	bytes_free(&pipe);
}

void shell_run(struct shell *shell, const uint8_t *line, size_t len, struct bytes *out)
{
	run_line(shell, line, len, out, 0);
}
