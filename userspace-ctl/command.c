// SPDX-License-Identifier: GPL-2.0-only
#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "number.h"

static void complain(const char *before, const char *format, va_list args)
{
	fflush(stdout);
	fputs(before, stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

int bad_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain("sinkctl: ", format, args);
	va_end(args);
	return EXIT_USAGE;
}

int refused(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain("sinkctl: ", format, args);
	va_end(args);
	return EXIT_REFUSED;
}

int bad_place(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain("", format, args);
	va_end(args);
	return EXIT_USAGE;
}

const char *words_next(struct words *words)
{
	if (!words->left)
		return NULL;
	words->left--;
	return *words->word++;
}

bool words_take(struct words *words, const char *word)
{
	if (!words->left || strcmp(*words->word, word))
		return false;
	words_next(words);
	return true;
}

int words_bridge(struct words *words, const char **bridge)
{
	char q[QUOTE_MAX];

	*bridge = words_next(words);
	if (!*bridge)
		return bad_usage("%s: no bridge, expected its interface name", words->what);
	if (!ifname_valid(*bridge))
		return bad_usage("%s: bridge %s, expected an interface name of 1 to 15 characters",
				 words->what, quote(*bridge, q));
	return 0;
}

int words_number(struct words *words, const char *name, uint64_t min, uint64_t max,
		 uint64_t *value)
{
	const char *word = words_next(words);
	char q[QUOTE_MAX];

	if (!word)
		return bad_usage("%s: nothing after '%s', expected a number from %llu to %llu",
				 words->what, name, (unsigned long long)min,
				 (unsigned long long)max);
	if (!number_parse(word, min, max, value))
		return bad_usage("%s: %s %s, expected a number from %llu to %llu", words->what, name,
				 quote(word, q), (unsigned long long)min, (unsigned long long)max);
	return 0;
}

int words_end(struct words *words)
{
	char q[QUOTE_MAX];

	if (!words->left)
		return 0;
	return bad_usage("%s: unknown word %s, expected the end of the command", words->what,
			 quote(*words->word, q));
}

/* "add, del or show" */
static const char *list_names(const struct command *commands, char *room, size_t size)
{
	size_t at = 0;

	*room = '\0';
	for (const struct command *c = commands; c->name; c++)
		at += snprintf(room + at, size - at, "%s%s",
			       c == commands ? "" : c[1].name ? ", " : " or ", c->name);
	return room;
}

bool words_help(const struct words *words, const char *help)
{
	const char *word = words->left ? *words->word : "";

	if (strcmp(word, "help") && strcmp(word, "-h") && strcmp(word, "--help"))
		return false;
	fputs(help, stdout);
	return true;
}

int command_run(int argc, char **argv, const struct command *commands, const char *help)
{
	char what[64], names[128], q[QUOTE_MAX];
	struct words words = { .what = what, .word = argv + 1, .left = argc - 1 };
	const struct command *c = commands;

	list_names(commands, names, sizeof(names));
	if (argc < 2)
		return bad_usage("%s: no command, expected %s", argv[0], names);
	if (words_help(&words, help))
		return 0;
	while (c->name && strcmp(c->name, argv[1]))
		c++;
	if (!c->name)
		return bad_usage("%s: unknown command %s, expected %s", argv[0], quote(argv[1], q),
				 names);
	snprintf(what, sizeof(what), "%s %s", argv[0], argv[1]);
	words.word = argv + 2;
	words.left = argc - 2;
	return c->run(&words);
}

int command_connect(struct words *words, struct ipc **ipc)
{
	return ipc_open(ipc) ? refused("%s: %s", words->what, ipc_error()) : 0;
}

int command_begin(struct words *words, bool needed, const char **bridge, struct ipc **ipc)
{
	int err = 0;

	*bridge = NULL;
	if (needed || words->left)
		err = words_bridge(words, bridge);
	if (!err)
		err = words_end(words);
	return err ? err : command_connect(words, ipc);
}

int command_end(struct words *words, struct ipc *ipc, const char *bridge, int err)
{
	ipc_close(ipc);
	if (!err)
		return 0;
	if (bridge)
		return refused("%s %s: %s", words->what, bridge, ipc_error());
	return refused("%s: %s", words->what, ipc_error());
}
