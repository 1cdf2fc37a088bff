// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target: any bytes as a rules file.  What is taken must survive the
 * way to text and back; what is refused must say where and what, on one line.
 */
#include <stdlib.h>
#include <string.h>

#include "rule_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_rule(const struct rule *rule)
{
	char text[RULE_TEXT_MAX], error[RULE_ERROR_MAX];
	struct rule again;
	size_t len = rule_format(rule, text);

	if (len != strlen(text))
		abort();
	if (rule_parse_line(&again, text, error))
		abort();
	if (!rule_match_equal(rule, &again) || again.action != rule->action ||
	    again.server_port != rule->server_port || strcmp(again.server, rule->server))
		abort();
}

static void check_error(const char *error)
{
	if (strncmp(error, "fuzz:", 5))
		abort();
	for (; *error; error++)
		if ((unsigned char)*error < ' ')
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[RULE_ERROR_MAX];
	struct rule_list list;
	FILE *file;

	if (!size)
		return 0;
	file = fmemopen((void *)data, size, "r");
	if (!file)
		return 0;
	memset(error, 0x55, sizeof(error));
	if (rule_parse_file(&list, file, "fuzz", error)) {
		check_error(error);
	} else {
		for (size_t i = 0; i < list.count; i++)
			check_rule(&list.rules[i]);
		rule_list_free(&list);
	}
	fclose(file);
	return 0;
}
