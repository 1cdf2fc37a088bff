// SPDX-License-Identifier: GPL-2.0-only
/* Protocols by their first bytes: going through the rules. */
#include "recognise.h"

#include <stdbool.h>

enum recognise_status recognise_bytes(const uint8_t *bytes, size_t len, const uint16_t *pattern,
				      size_t pattern_len)
{
	for (size_t i = 0; i < pattern_len; i++) {
		if (i == len)
			return RECOGNISE_MORE;
		if (pattern[i] < 0x100 && pattern[i] != bytes[i])
			return RECOGNISE_NO;
	}
	return RECOGNISE_YES;
}

static uint8_t upper(uint8_t c)
{
	return c >= 'a' && c <= 'z' ? c - 0x20 : c;
}

enum recognise_status recognise_text(const uint8_t *bytes, size_t len, const char *text)
{
	for (size_t i = 0; text[i]; i++) {
		if (i == len)
			return RECOGNISE_MORE;
		if (upper((uint8_t)text[i]) != upper(bytes[i]))
			return RECOGNISE_NO;
	}
	return RECOGNISE_YES;
}

enum recognise_status recognise_one_of(const uint8_t *bytes, size_t len, const char *const *texts)
{
	enum recognise_status status, best = RECOGNISE_NO;

	for (; *texts; texts++) {
		status = recognise_text(bytes, len, *texts);
		if (status > best)
			best = status;
	}
	return best;
}

static bool is_of_port(const struct recognise_rule *rule, uint16_t port)
{
	if (!rule->ports[0])
		return true;
	for (size_t i = 0; i < sizeof(rule->ports) / sizeof(rule->ports[0]); i++)
		if (rule->ports[i] && rule->ports[i] == port)
			return true;
	return false;
}

static enum recognise_status look(const struct recognise_rule *rules, const uint8_t *bytes,
				  size_t len, uint16_t port, const char **protocol)
{
	enum recognise_status status;
	bool more = false;

	*protocol = NULL;
	if (!len)
		return RECOGNISE_MORE;
	if (len > RECOGNISE_MAX)
		len = RECOGNISE_MAX;
	for (; rules->protocol; rules++) {
		if (!is_of_port(rules, port))
			continue;
		status = rules->look(bytes, len);
		more |= status == RECOGNISE_MORE;
		if (status != RECOGNISE_YES)
			continue;
		*protocol = rules->protocol;
		break;
	}
	/* one that goes before may still be it */
	if (more && len < RECOGNISE_MAX)
		return RECOGNISE_MORE;
	return *protocol ? RECOGNISE_YES : RECOGNISE_NO;
}

enum recognise_status recognise_tcp(const uint8_t *bytes, size_t len, uint16_t port,
				    const char **protocol)
{
	return look(recognise_tcp_rules, bytes, len, port, protocol);
}

enum recognise_status recognise_udp(const uint8_t *bytes, size_t len, uint16_t port,
				    const char **protocol)
{
	look(recognise_udp_rules, bytes, len, port, protocol);
	return *protocol ? RECOGNISE_YES : RECOGNISE_NO;
}
