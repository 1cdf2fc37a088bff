// SPDX-License-Identifier: GPL-2.0-only
/* What a sink can be told. */
#include <stdlib.h>

#include "labconf_first.h"
#include "labconf_type.h"

LABCONF_SETTER(labconf_sink_keep_bytes)
{
	struct labconf_server *server = object;
	uint64_t bytes;

	if (!labconf_number(reader, entry, 0, LABCONF_MAX_KEEP, &bytes))
		return false;
	server->sink.keep_bytes = bytes;
	return true;
}

LABCONF_SETTER(labconf_sink_recognise)
{
	struct labconf_server *server = object;

	return labconf_bool(reader, entry, &server->sink.recognise);
}

LABCONF_SETTER(labconf_sink_banner_after)
{
	struct labconf_server *server = object;

	return labconf_seconds(reader, entry, 3600, &server->sink.banner_after);
}

LABCONF_SETTER(labconf_sink_first_bytes)
{
	struct labconf_server *server = object;
	struct labconf_sink *sink = &server->sink;
	struct labconf_first rule;

	if (!labconf_first_parse(&rule, entry->value))
		return labconf_expected(reader, entry,
					"hex 00ff??01 or text HELLO, then as NAME, to SERVER or both");
	return labconf_add_text(reader, entry, &sink->first_bytes, &sink->first_bytes_count,
				LABCONF_MAX_PATTERNS);
}

/* Once all servers are known: those that rules name are there. */
bool labconf_sense_check(struct labconf_reader *reader, const struct labconf *conf)
{
	struct labconf_first rule;

	for (size_t i = 0; i < conf->server_count; i++) {
		const struct labconf_sink *sink = &conf->servers[i].sink;

		for (size_t j = 0; j < sink->first_bytes_count; j++)
			if (labconf_first_parse(&rule, sink->first_bytes[j].text) && *rule.to &&
			    !labconf_server(conf, rule.to))
				return labconf_fail(reader, sink->first_bytes[j].line,
						    "first-bytes to \"%s\", expected the name of a server",
						    rule.to);
	}
	return true;
}

void labconf_sense_free(struct labconf_sink *sink)
{
	for (size_t i = 0; i < sink->first_bytes_count; i++)
		free(sink->first_bytes[i].text);
	free(sink->first_bytes);
}
