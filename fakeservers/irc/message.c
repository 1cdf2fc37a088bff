// SPDX-License-Identifier: GPL-2.0-only
/* A line of IRC: [":" prefix] command parameters [":" the last one]. */
#include "irc.h"

static void skip(const uint8_t **at, const uint8_t *end)
{
	while (*at < end && (**at == ' ' || **at == '\t'))
		++*at;
}

static struct irc_part take_word(const uint8_t **at, const uint8_t *end)
{
	struct irc_part part = { .text = *at };

	while (*at < end && **at != ' ' && **at != '\t')
		++*at;
	part.len = *at - part.text;
	skip(at, end);
	return part;
}

bool irc_parse(const uint8_t *line, size_t len, struct irc_message *message)
{
	const uint8_t *at = line, *end = line + len;

	message->count = 0;
	message->prefix = (struct irc_part){ .text = line };
	skip(&at, end);
	if (at < end && *at == ':') {
		at++;
		message->prefix = take_word(&at, end);
	}
	message->command = take_word(&at, end);
	while (at < end && message->count < IRC_PARAMS_MAX) {
		struct irc_part *part = &message->params[message->count++];

		if (*at == ':' || message->count == IRC_PARAMS_MAX) {
			at += *at == ':';
			*part = (struct irc_part){ at, end - at };
			break;
		}
		*part = take_word(&at, end);
	}
	return message->command.len > 0;
}
