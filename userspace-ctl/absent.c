// SPDX-License-Identifier: GPL-2.0-only
/* For a sinkctl that is built without the folders lab/ and report/. */
#include "command.h"

#define ABSENT(name) \
	__attribute__((weak)) int name(int argc, char **argv) \
	{ \
		(void)argc; \
		return bad_usage("%s: not built into this sinkctl", argv[0]); \
	}

ABSENT(cmd_lab)
ABSENT(cmd_run)
ABSENT(cmd_report)
