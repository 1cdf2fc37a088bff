// SPDX-License-Identifier: GPL-2.0-only
/* What a C&C server can be told: its family, and commands for its bots. */
#include <stdlib.h>
#include <string.h>

#include "labconf_type.h"

LABCONF_SETTER(labconf_cnc_family)
{
	struct labconf_server *server = object;

	if (strcmp(entry->value, "mirai") && strcmp(entry->value, "tsunami") &&
	    strcmp(entry->value, "mozi"))
		return labconf_expected(reader, entry, "\"mirai\", \"tsunami\" or \"mozi\"");
	return labconf_string(reader, entry, 1, 15, &server->cnc.family);
}

LABCONF_SETTER(labconf_cnc_channel)
{
	struct labconf_server *server = object;

	if ((entry->value[0] != '#' && entry->value[0] != '&') || strpbrk(entry->value, " ,\r\n"))
		return labconf_expected(reader, entry, "a channel, as #bots");
	return labconf_string(reader, entry, 2, 63, &server->cnc.channel);
}

LABCONF_SETTER(labconf_cnc_channel_key)
{
	struct labconf_server *server = object;

	if (strpbrk(entry->value, " ,\r\n"))
		return labconf_expected(reader, entry, "a key without blanks");
	return labconf_string(reader, entry, 1, 63, &server->cnc.channel_key);
}

static bool set_after(struct labconf_reader *reader, void *object,
		      const struct labconf_entry *entry)
{
	struct labconf_command *command = object;

	return labconf_seconds(reader, entry, 86400, &command->after);
}

static bool set_vector(struct labconf_reader *reader, void *object,
		       const struct labconf_entry *entry)
{
	struct labconf_command *command = object;

	command->vector.line = entry->line;
	return labconf_string(reader, entry, 1, 31, &command->vector.text);
}

static bool set_duration(struct labconf_reader *reader, void *object,
			 const struct labconf_entry *entry)
{
	struct labconf_command *command = object;
	uint64_t seconds;

	if (!labconf_number(reader, entry, 0, UINT32_MAX, &seconds))
		return false;
	command->duration = seconds;
	return true;
}

static bool add_target(struct labconf_reader *reader, void *object,
		       const struct labconf_entry *entry)
{
	struct labconf_command *command = object;
	struct labconf_target *target;
	unsigned int len;

	target = labconf_grow(reader, entry, command->targets, &command->target_count,
			      sizeof(*target), 255);
	if (!target)
		return false;
	command->targets = target;
	target += command->target_count;
	if (!labconf_prefix(reader, entry, 0, 32, true, &target->address, &len))
		return false;
	target->prefix = len;
	command->target_count++;
	return true;
}

static bool add_option(struct labconf_reader *reader, void *object,
		       const struct labconf_entry *entry)
{
	struct labconf_command *command = object;
	const char *equal = strchr(entry->value, '=');
	struct labconf_option *option;

	if (!equal || equal == entry->value || strlen(equal + 1) > 255)
		return labconf_expected(reader, entry,
					"\"KEY=VALUE\" with a value of at most 255 bytes");
	option = labconf_grow(reader, entry, command->options, &command->option_count,
			      sizeof(*option), 255);
	if (!option)
		return false;
	command->options = option;
	option += command->option_count++;
	option->line = entry->line;
	option->key = strndup(entry->value, equal - entry->value);
	option->value = strdup(equal + 1);
	return (option->key && option->value) || labconf_no_memory(reader);
}

static bool set_keepalive(struct labconf_reader *reader, void *object,
			  const struct labconf_entry *entry)
{
	struct labconf_command *command = object;
	uint64_t number;

	if (!labconf_number(reader, entry, 1, 1000000, &number))
		return false;
	command->keepalive = number;
	return true;
}

static bool set_bot(struct labconf_reader *reader, void *object, const struct labconf_entry *entry)
{
	struct labconf_command *command = object;

	return labconf_string(reader, entry, 1, 255, &command->bot);
}

/* It becomes a part of a line of IRC. */
static bool set_message(struct labconf_reader *reader, void *object,
			const struct labconf_entry *entry)
{
	struct labconf_command *command = object;

	if (strpbrk(entry->value, "\r\n"))
		return labconf_expected(reader, entry, "one line");
	return labconf_string(reader, entry, 1, 400, &command->message);
}

static bool set_to(struct labconf_reader *reader, void *object, const struct labconf_entry *entry)
{
	struct labconf_command *command = object;

	if (strpbrk(entry->value, " ,\r\n"))
		return labconf_expected(reader, entry, "a channel or a nick");
	return labconf_string(reader, entry, 1, 63, &command->to);
}

const struct labconf_word labconf_command_words[] = {
	{ "after",	0, false,	set_after },
	{ "keepalive",	0, false,	set_keepalive },
	{ "bot",	0, false,	set_bot },
	{ "message",	0, false,	set_message },
	{ "to",		0, false,	set_to },
	{ "vector",	0, false,	set_vector },
	{ "duration",	0, false,	set_duration },
	{ "targets",	0, true,	add_target },
	{ "options",	0, true,	add_option },
	{ }
};

static bool check_message(struct labconf_reader *reader, const struct labconf_command *command)
{
	if (command->vector.text || command->target_count || command->option_count)
		return labconf_fail(reader, command->line,
				    "a command with vector, targets or options for family tsunami, "
				    "expected message = \"TEXT\"");
	return command->message ||
	       labconf_fail(reader, command->line, "a command without a message, expected "
			    "message = \"!* UDP 192.0.2.1 80 5\" or another");
}

static bool set_command(struct labconf_reader *reader, cfg_t *cfg,
			const struct labconf_cnc *cnc, struct labconf_command *command)
{
	command->line = cfg->line;
	if (!labconf_section_set(reader, cfg, labconf_command_words, command))
		return false;
	if (!strcmp(cnc->family, "tsunami"))
		return check_message(reader, command);
	if (command->message || command->to)
		return labconf_fail(reader, cfg->line, "a command with a message for family %s, "
				    "expected vector and targets", cnc->family);
	if (!command->vector.text)
		return labconf_fail(reader, cfg->line,
				    "a command without a vector, expected vector = \"udp\" or another");
	if (!command->target_count)
		return labconf_fail(reader, cfg->line,
				    "a command without targets, expected targets = { \"A.B.C.D/N\" }");
	return true;
}

static uint16_t port_of(const char *family)
{
	return !strcmp(family, "tsunami") ? 6667 : !strcmp(family, "mozi") ? 6881 : 23;
}

bool labconf_commands_set(struct labconf_reader *reader, cfg_t *cfg,
			  struct labconf_server *server)
{
	unsigned int count = cfg_size(cfg, "command");
	struct labconf_cnc *cnc = &server->cnc;

	if (server->kind == LABCONF_CNC && !server->port_given)
		server->port = port_of(cnc->family);
	if (!count)
		return true;
	if (server->kind != LABCONF_CNC)
		return labconf_fail(reader, cfg_getnsec(cfg, "command", 0)->line,
				    "a command section in a server of type %s, expected one of type cnc",
				    server->type);
	if (!strcmp(cnc->family, "mozi"))
		return labconf_fail(reader, cfg_getnsec(cfg, "command", 0)->line,
				    "a command for family mozi, expected none: it only answers");
	if (count > LABCONF_MAX_COMMANDS)
		return labconf_fail(reader, server->line, "%u commands, expected at most %u",
				    count, LABCONF_MAX_COMMANDS);
	cnc->commands = calloc(count, sizeof(*cnc->commands));
	if (!cnc->commands)
		return labconf_no_memory(reader);
	while (cnc->command_count < count) {
		unsigned int i = cnc->command_count++;

		if (!set_command(reader, cfg_getnsec(cfg, "command", i), cnc,
				 &cnc->commands[i]))
			return false;
	}
	return true;
}
