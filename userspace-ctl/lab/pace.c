// SPDX-License-Identifier: GPL-2.0-only
#include "pace.h"

#include <errno.h>
#include <string.h>

#include "../command.h"
#include "../format.h"

int pace_open(struct pace *pace, const char *folder)
{
	char path[4096 + 32];

	memset(pace, 0, sizeof(*pace));
	snprintf(path, sizeof(path), "%s/flood_rates.jsonl", folder);
	pace->file = fopen(path, "wxe");
	return pace->file ? 0 : refused("%s: %s", path, strerror(errno));
}

static int write_flood(const struct ipc_flood *flood, void *data)
{
	struct pace *pace = data;
	char at[TIME_TEXT_MAX];
	json_t *line;

	if (pace->lines >= PACE_LINES_MAX)
		return 0;
	/* of one that has become quiet the last packet's time is told, again and again */
	line = json_pack("{s:s, s:o, s:I, s:I}", "at", time_text(flood->last, at),
			 "in_iface", text_to_json(flood->guest_port), "id", (json_int_t)flood->id,
			 "packets", (json_int_t)flood->packets);
	if (line && !json_dumpf(line, pace->file, JSON_COMPACT))
		putc('\n', pace->file);
	json_decref(line);
	pace->lines++;
	return 0;
}

void pace_take(struct pace *pace, struct ipc *ipc, const char *bridge, uint64_t now)
{
	if (!pace->file || now < pace->next)
		return;
	pace->next = now + PACE_MS;
	/* a dump that is not of one moment is made again the next time */
	ipc_flood_dump(ipc, bridge, 0, write_flood, pace);
}

void pace_close(struct pace *pace)
{
	if (pace->file)
		fclose(pace->file);
	pace->file = NULL;
}
