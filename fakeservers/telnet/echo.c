// SPDX-License-Identifier: GPL-2.0-only
/* echo, as BusyBox has it: loaders write programs with it, byte by byte. */
#include <stdbool.h>
#include <string.h>

#include "applets.h"

struct echo_flags {
	bool escapes;			/* -e */
	bool newline;			/* no -n */
};

/* An argument of other letters is text. */
static bool take_flags(const char *arg, struct echo_flags *flags)
{
	const char *c;

	if (arg[0] != '-' || !arg[1] || arg[1 + strspn(arg + 1, "neE")])
		return false;
	for (c = arg + 1; *c; c++) {
		if (*c == 'n')
			flags->newline = false;
		else
			flags->escapes = *c == 'e';
	}
	return true;
}

static int digit(char c, int base)
{
	int value = -1;

	if (c >= '0' && c <= '9')
		value = c - '0';
	else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		value = (c | 0x20) - 'a' + 10;
	return value < base ? value : -1;
}

/* At most max digits of base; without any, *text stays. */
static bool take_number(const char **text, int base, int max, uint8_t *value)
{
	unsigned int number = 0;
	int taken = 0, d;

	while (taken < max && (d = digit((*text)[taken], base)) >= 0) {
		number = number * base + d;
		taken++;
	}
	*text += taken;
	*value = number;
	return taken > 0;
}

static bool take_letter(char c, uint8_t *byte)
{
	static const char letters[] = "abefnrtv\\";
	static const char meanings[] = "\a\b\033\f\n\r\t\v\\";
	const char *at = c ? strchr(letters, c) : NULL;

	if (!at)
		return false;
	*byte = meanings[at - letters];
	return true;
}

/* What stands behind a backslash.  False: \c, no more output. */
static bool put_escape(struct bytes *out, const char **text)
{
	const char *at = *text;
	uint8_t byte = 0;

	if (*at == 'c')
		return false;
	if (*at == 'x') {
		at++;
		if (take_number(&at, 16, 2, &byte)) {
			bytes_put_byte(out, byte);
			*text = at;
			return true;
		}
	} else if (take_number(&at, 8, *at == '0' ? 4 : 3, &byte)) {
		bytes_put_byte(out, byte);
		*text = at;
		return true;
	} else if (take_letter(*at, &byte)) {
		bytes_put_byte(out, byte);
		++*text;
		return true;
	}
	bytes_put_byte(out, '\\');
	return true;
}

static bool put_escaped(struct bytes *out, const char *text)
{
	while (*text) {
		if (*text != '\\') {
			bytes_put_byte(out, *text++);
			continue;
		}
		text++;
		if (!put_escape(out, &text))
			return false;
	}
	return true;
}

int applet_echo(struct call *call)
{
	struct echo_flags flags = { .newline = true };
	unsigned int i = 1, first;

	while (i < call->argc && take_flags(call->argv[i], &flags))
		i++;
	for (first = i; i < call->argc; i++) {
		if (i > first)
			bytes_put_byte(call->out, ' ');
		if (!flags.escapes)
			bytes_put_text(call->out, call->argv[i]);
		else if (!put_escaped(call->out, call->argv[i]))
			return 0;
	}
	if (flags.newline)
		bytes_put_byte(call->out, '\n');
	return 0;
}
