/* SPDX-License-Identifier: GPL-2.0-only */
/* describe: a command in words, for its event. */
#ifndef FAKESERVERS_CNC_DESCRIBE_H
#define FAKESERVERS_CNC_DESCRIBE_H

#include <jansson.h>

#include "script.h"

json_t *describe_mirai(const struct script_command *command);

/*
 * A line of Tsunami's: "!PATTERN WORD ARGUMENTS".  Attacks get a vector's name,
 * targets, duration and options, as those of Mirai have them.
 */
json_t *describe_tsunami(const char *message);

#endif /* FAKESERVERS_CNC_DESCRIBE_H */
