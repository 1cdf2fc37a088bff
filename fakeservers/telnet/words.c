// SPDX-License-Identifier: GPL-2.0-only
/* A shell's line, taken apart. */
#include "words.h"

#include <string.h>

struct scanner {
	const uint8_t *line;
	size_t len, at;
	char *to;			/* where the next word goes */
};

enum redirect {
	REDIRECT_NONE,
	REDIRECT_INPUT,
	REDIRECT_OUTPUT,
	REDIRECT_APPEND,
	REDIRECT_OTHER,			/* of another descriptor: no effect */
};

static int peek(const struct scanner *s, size_t ahead)
{
	return s->at + ahead < s->len ? s->line[s->at + ahead] : -1;
}

static bool is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool ends_word(int c)
{
	return c < 0 || is_blank(c) || c == ';' || c == '&' || c == '|' || c == '<' || c == '>';
}

static void skip_blanks(struct scanner *s)
{
	while (is_blank(peek(s, 0)))
		s->at++;
}

/* Within double quotes a backslash quotes only these. */
static bool is_quotable(int c)
{
	return c == '"' || c == '\\' || c == '$' || c == '`';
}

/* Without the closing quote, all of the rest is quoted. */
static void scan_quoted(struct scanner *s, int quote)
{
	int c;

	s->at++;
	while ((c = peek(s, 0)) >= 0) {
		s->at++;
		if (c == quote)
			return;
		if (quote == '"' && c == '\\' && is_quotable(peek(s, 0)))
			c = s->line[s->at++];
		*s->to++ = c;
	}
}

static const char *scan_word(struct scanner *s)
{
	const char *word = s->to;
	int c;

	while (!ends_word(c = peek(s, 0))) {
		if (c == '\'' || c == '"') {
			scan_quoted(s, c);
			continue;
		}
		s->at++;
		if (c == '\\' && peek(s, 0) >= 0)
			c = s->line[s->at++];
		*s->to++ = c;
	}
	*s->to++ = '\0';
	return word;
}

/* Is here a redirection?  Then behind its sign. */
static enum redirect scan_redirect(struct scanner *s)
{
	int c = peek(s, 0);
	size_t digit = c >= '0' && c <= '9';
	int sign = digit ? peek(s, 1) : c;
	bool twice;

	if (sign != '<' && sign != '>')
		return REDIRECT_NONE;
	twice = peek(s, digit + 1) == sign;
	s->at += digit + 1 + twice;
	if (peek(s, 0) == '&')			/* >&2 */
		s->at++;
	else if (sign == '<')
		return digit && c != '0' ? REDIRECT_OTHER : REDIRECT_INPUT;
	else if (!digit || c == '1')
		return twice ? REDIRECT_APPEND : REDIRECT_OUTPUT;
	return REDIRECT_OTHER;
}

static void take_redirect(struct scanner *s, enum redirect redirect,
			  struct simple_command *command)
{
	const char *name;

	skip_blanks(s);
	name = scan_word(s);
	if (redirect == REDIRECT_INPUT) {
		command->input = name;
	} else if (redirect != REDIRECT_OTHER) {
		command->output = name;
		command->append = redirect == REDIRECT_APPEND;
	}
}

static enum separator scan_separator(struct scanner *s)
{
	int c = peek(s, 0);

	if (c < 0)
		return SEPARATOR_END;
	s->at++;
	if (c == ';' || peek(s, 0) != c)
		return c == '|' ? SEPARATOR_PIPE : SEPARATOR_NEXT;
	s->at++;
	return c == '|' ? SEPARATOR_OR : SEPARATOR_AND;
}

static bool at_separator(const struct scanner *s)
{
	int c = peek(s, 0);

	return c < 0 || c == ';' || c == '&' || c == '|';
}

bool words_next(const uint8_t *line, size_t len, size_t *at, struct simple_command *command)
{
	struct scanner s = {
		.line = line,
		.len = len < WORDS_LINE_MAX ? len : WORDS_LINE_MAX,
		.at = *at,
		.to = command->text,
	};
	enum redirect redirect;
	const char *word;

	if (s.at >= s.len)
		return false;
	command->argc = 0;
	command->input = NULL;
	command->output = NULL;
	command->append = false;
	for (skip_blanks(&s); !at_separator(&s); skip_blanks(&s)) {
		redirect = scan_redirect(&s);
		if (redirect != REDIRECT_NONE) {
			take_redirect(&s, redirect, command);
			continue;
		}
		word = scan_word(&s);
		if (command->argc < WORDS_MAX)
			command->argv[command->argc++] = word;
	}
	command->argv[command->argc] = NULL;
	command->separator = scan_separator(&s);
	*at = s.at;
	return true;
}
