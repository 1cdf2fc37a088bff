// SPDX-License-Identifier: GPL-2.0-only
/* Rules about first bytes. */
#include "labconf_first.h"

#include <string.h>

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_hex(struct labconf_first *rule, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i += 2) {
		if (i + 1 >= len || rule->len == LABCONF_FIRST_MAX)
			return false;
		if (text[i] == '?' && text[i + 1] == '?')
			rule->pattern[rule->len++] = 0x100;
		else if (hex(text[i]) >= 0 && hex(text[i + 1]) >= 0)
			rule->pattern[rule->len++] = hex(text[i]) << 4 | hex(text[i + 1]);
		else
			return false;
	}
	return true;
}

static bool take_text(struct labconf_first *rule, const char *text, size_t len)
{
	if (len > LABCONF_FIRST_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		rule->pattern[rule->len++] = (uint8_t)text[i];
	return true;
}

/* If the text ends with " WORD NAME": takes it, and what is left is shorter. */
static bool take_name(char name[LABCONF_FIRST_NAME], const char *word, const char *text, size_t *len)
{
	const char *end = text + *len, *at = memrchr(text, ' ', *len);
	size_t word_len = strlen(word), name_len;

	if (!at)
		return false;
	name_len = (size_t)(end - at - 1);
	if (!name_len || name_len >= LABCONF_FIRST_NAME || (size_t)(at - text) < word_len + 1 ||
	    memcmp(at - word_len, word, word_len) || at[-(long)word_len - 1] != ' ')
		return false;
	memcpy(name, at + 1, name_len);
	name[name_len] = '\0';
	*len = (size_t)(at - word_len - 1 - text);
	return true;
}

bool labconf_first_parse(struct labconf_first *rule, const char *text)
{
	size_t len = strlen(text);
	bool named;

	memset(rule, 0, sizeof(*rule));
	named = take_name(rule->to, "to", text, &len);
	named |= take_name(rule->protocol, "as", text, &len);
	if (!named)
		return false;
	if (len > 4 && !strncmp(text, "hex ", 4))
		return take_hex(rule, text + 4, len - 4) && rule->len;
	return len > 5 && !strncmp(text, "text ", 5) && take_text(rule, text + 5, len - 5);
}
