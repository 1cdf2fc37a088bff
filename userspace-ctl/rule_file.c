// SPDX-License-Identifier: GPL-2.0-only
/* A rules file: streamed, so that its longest line and its size cost no memory. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "rule_parse.h"

#define NAME_SHOWN 160	/* bytes of a file's name in an error */

static uint32_t match_hash(const struct rule *rule)
{
	uint32_t hash = 2166136261;	/* FNV-1a; the file is its user's own, no need of a key */
	uint32_t parts[] = {
		rule->dst.s6_addr32[0], rule->dst.s6_addr32[1], rule->dst.s6_addr32[2],
		rule->dst.s6_addr32[3], rule->has_dst, rule->dst_len, rule->dport_first,
		rule->dport_last, rule->any_protocol ? 256 : rule->protocol,
	};
	const uint8_t *bytes = (const uint8_t *)parts;

	for (size_t i = 0; i < sizeof(parts); i++)
		hash = (hash ^ bytes[i]) * 16777619;
	for (const char *c = rule->guest_port; *c; c++)
		hash = (hash ^ (uint8_t)*c) * 16777619;
	return hash ^ hash >> 15;
}

long rule_find_duplicate(const struct rule *rules, size_t count, size_t *first)
{
	size_t size = 64, *slots;
	long found = -1;

	while (size < count * 2)
		size *= 2;
	slots = calloc(size, sizeof(*slots));	/* index + 1; 0: empty */
	if (!slots)
		return -ENOMEM;
	memory_populate(slots, size * sizeof(*slots));
	for (size_t i = 0; i < count && found < 0; i++) {
		size_t slot = match_hash(&rules[i]) & (size - 1);

		while (slots[slot] && !rule_match_equal(&rules[slots[slot] - 1], &rules[i]))
			slot = (slot + 1) & (size - 1);
		if (slots[slot]) {
			*first = slots[slot] - 1;
			found = i;
		}
		slots[slot] = i + 1;
	}
	free(slots);
	return found;
}

/* The next line without its end: 1; at the end of the file: 0; otherwise -errno. */
static int read_line(FILE *file, char line[RULE_LINE_MAX + 1], char error[RULE_ERROR_MAX])
{
	size_t len = 0;
	int c;

	while ((c = getc_unlocked(file)) != EOF && c != '\n') {
		if (!c) {
			sprintf(error, "a NUL byte, expected text");
			return -EINVAL;
		}
		if (len == RULE_LINE_MAX) {
			sprintf(error, "line too long, expected at most %d bytes", RULE_LINE_MAX);
			return -EINVAL;
		}
		line[len++] = c;
	}
	line[len] = '\0';
	if (ferror(file)) {
		int err = errno ? -errno : -EIO;

		snprintf(error, RULE_ERROR_MAX, "cannot be read: %s", strerror(-err));
		return err;
	}
	return c != EOF || len;
}

static int append(struct rule_list *list, const struct rule *rule, unsigned int line,
		  char error[RULE_ERROR_MAX])
{
	if (list->count == SINKBRIDGE_MAX_RULES) {
		sprintf(error, "rule %d, expected at most %d rules", SINKBRIDGE_MAX_RULES + 1,
			SINKBRIDGE_MAX_RULES);
		return -ENOSPC;
	}
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 64;
		struct rule *rules = reallocarray(list->rules, room, sizeof(*rules));
		unsigned int *lines;

		if (!rules)
			goto no_memory;
		list->rules = rules;
		lines = reallocarray(list->lines, room, sizeof(*lines));
		if (!lines)
			goto no_memory;
		list->lines = lines;
		memory_populate(rules + list->room, (room - list->room) * sizeof(*rules));
		list->room = room;
	}
	list->rules[list->count] = *rule;
	list->lines[list->count++] = line;
	return 0;
no_memory:
	sprintf(error, "out of memory");
	return -ENOMEM;
}

/* Errors are without the place; *line says which it is. */
static int read_rules(struct rule_list *list, FILE *file, unsigned int *line,
		      char error[RULE_ERROR_MAX])
{
	char text[RULE_LINE_MAX + 1], match[RULE_TEXT_MAX];
	size_t first = 0;
	long duplicate;
	int ret;

	for (*line = 1; (ret = read_line(file, text, error)) > 0; ++*line) {
		struct rule rule;

		ret = rule_parse_line(&rule, text, error);
		if (!ret)
			ret = append(list, &rule, *line, error);
		if (ret < 0)
			return ret;
	}
	if (ret < 0)
		return ret;
	duplicate = rule_find_duplicate(list->rules, list->count, &first);
	if (duplicate >= 0) {
		*line = list->lines[duplicate];
		rule_format_match(&list->rules[duplicate], match);
		snprintf(error, RULE_ERROR_MAX, "the same match as line %u (%s), expected it once",
			 list->lines[first], match);
		return -EEXIST;
	}
	if (duplicate == -ENOMEM)
		sprintf(error, "out of memory");
	return duplicate == -ENOMEM ? -ENOMEM : 0;
}

int rule_parse_file(struct rule_list *list, FILE *file, const char *name,
		    char error[RULE_ERROR_MAX])
{
	char what[RULE_ERROR_MAX];
	size_t len = strlen(name);
	unsigned int line;
	int err;

	memset(list, 0, sizeof(*list));
	err = read_rules(list, file, &line, what);
	if (!err)
		return 0;
	rule_list_free(list);
	/* of a very long path its end says more than its beginning, and the reason most */
	if (len > NAME_SHOWN)
		name += len - NAME_SHOWN;
	snprintf(error, RULE_ERROR_MAX, "%s%s:%u: %.320s", len > NAME_SHOWN ? "…" : "", name, line,
		 what);
	return err;
}

void rule_list_free(struct rule_list *list)
{
	free(list->rules);
	free(list->lines);
	memset(list, 0, sizeof(*list));
}
