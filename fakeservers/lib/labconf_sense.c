// SPDX-License-Identifier: GPL-2.0-only
/* What a sink can be told. */
#include <stdlib.h>

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

	return labconf_add_text(reader, entry, &sink->first_bytes, &sink->first_bytes_count,
				LABCONF_MAX_PATTERNS);
}

void labconf_sense_free(struct labconf_sink *sink)
{
	for (size_t i = 0; i < sink->first_bytes_count; i++)
		free(sink->first_bytes[i].text);
	free(sink->first_bytes);
}
