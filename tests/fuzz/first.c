// SPDX-License-Identifier: GPL-2.0-only
/* Any text as a rule about first bytes; what it matches is within its pattern. */
#include <stdlib.h>
#include <string.h>

#include "labconf_first.h"
#include "recognise.h"
#include "wildcard.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct labconf_first rule;
	char *text = malloc(len + 1);
	const char *blank;

	if (!text)
		exit(1);
	memcpy(text, bytes, len);
	text[len] = '\0';
	if (labconf_first_parse(&rule, text)) {
		if (!rule.len || rule.len > LABCONF_FIRST_MAX || (!*rule.protocol && !*rule.to) ||
		    strlen(rule.to) >= sizeof(rule.to))
			abort();
		if (recognise_bytes(bytes, len, rule.pattern, rule.len) == RECOGNISE_YES &&
		    len < rule.len)
			abort();
	}
	blank = strchr(text, ' ');
	if (blank)	/* the text's first word as a pattern for the rest */
		wildcard_matches(strndupa(text, (size_t)(blank - text)), blank + 1, strlen(blank + 1));
	free(text);
	return 0;
}
