/* SPDX-License-Identifier: GPL-2.0-only */
/* What sinkctl prints of a flood: a row, and an EVE event. */
#ifndef SINKCTL_FORMAT_FLOOD_H
#define SINKCTL_FORMAT_FLOOD_H

#include "format.h"

#define FLOOD_ROW_MAX	1024

const char *flood_kind_text(uint8_t kind);	/* "destination", "scan" */
const char *flood_end_text(uint8_t reason);	/* "idle" … */

/* A row in the words of the sysfs file "floods", without the newline. */
size_t flood_row(const struct ipc_flood *flood, uint64_t now, char row[FLOOD_ROW_MAX]);

/* An event of type "flood"; state: "start", "live", "end"; with the sample of packets if wanted. */
json_t *flood_to_json(const struct ipc_flood *flood, const char *state, bool samples);

#endif /* SINKCTL_FORMAT_FLOOD_H */
