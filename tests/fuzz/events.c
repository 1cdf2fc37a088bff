// SPDX-License-Identifier: GPL-2.0-only
/* Fuzz target: the report's reader of events, flows, floods and captured packets. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/facts.h"
#include "report/line.h"
#include "report/observe.h"
#include "report/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The fast reader and jansson must be of one mind. */
static json_t *parse(const char *line, size_t len)
{
	json_t *fast = line_parse(line, len), *slow = json_loadb(line, len, JSON_ALLOW_NUL, NULL);

	if (!fast != !slow || (fast && !json_equal(fast, slow)))
		abort();
	json_decref(slow);
	return fast;
}

static void take(struct facts *facts, json_t *object)
{
	if (!json_is_object(object))
		return;
	facts_take_event(facts, object);
	if (json_object_get(object, "flow"))
		facts_take_flow(facts, object);
	if (json_object_get(object, "flood"))
		facts_take_flood(facts, object);
}

/* The first byte chooses: a packet, or lines. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct facts facts;
	json_t *run, *root, *page;
	const char *at, *end;

	if (!size)
		return 0;
	if (*data == 'P') {
		struct observe *observe = observe_new();

		observe_target(observe, size > 1 ? data[1] : 17, "1.2.3.4");
		if (size > 2)
			observe_take(observe, 1.5, data + 2, size - 2);
		observe_free(observe);
		return 0;
	}
	if (facts_init(&facts))
		abort();
	end = (const char *)data + size;
	for (at = (const char *)data; at < end;) {
		const char *newline = memchr(at, '\n', end - at);
		size_t len = (newline ? newline : end) - at;
		json_t *object = parse(at, len);

		take(&facts, object);
		json_decref(object);
		at += len + 1;
	}
	facts_finish_flows(&facts);
	facts_finish_floods(&facts, "/nonexistent");
	facts_finish_sessions(&facts);
	run = json_object();
	root = facts_root(&facts, run);
	page = page_facts(root, 20);
	if (!root || !page)
		abort();
	json_decref(page);
	json_decref(root);
	json_decref(run);
	facts_free(&facts);
	return 0;
}
