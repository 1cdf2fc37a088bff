// SPDX-License-Identifier: GPL-2.0-only
/* A bot's way through the script. */
#include "wildcard.h"
#include "script.h"

const struct script_command *script_next(const struct script *script, struct script_place *place,
					 const char *id, size_t id_len, uint64_t keepalives,
					 bool waited, double *wait)
{
	const struct script_command *command;

	*wait = 0;
	place->waiting = false;
	for (; place->next < script->count; place->next++) {
		command = script->commands[place->next];
		if (command->conf->bot && !wildcard_matches(command->conf->bot, id, id_len))
			continue;
		if (keepalives < command->conf->keepalive)
			return NULL;
		if (command->after > 0 && !waited) {
			*wait = command->after;
			place->waiting = true;
			return NULL;
		}
		place->next++;
		place->given++;
		return command;
	}
	return NULL;
}
