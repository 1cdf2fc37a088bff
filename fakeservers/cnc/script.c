// SPDX-License-Identifier: GPL-2.0-only
/* From lab.conf's words to the bytes that a bot understands. */
#include "script.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mirai.h"
#include "names.h"

static bool __attribute__((format(printf, 3, 4)))
refuse(struct script_error *error, unsigned int line, const char *format, ...)
{
	va_list args;

	error->line = line;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return false;
}

static bool take_option(const struct labconf_option *conf, struct mirai_option *option,
			struct script_error *error)
{
	const char *expected;

	if (!mirai_option_parse(conf->key, strlen(conf->key), &option->key))
		return refuse(error, conf->line, "unknown option \"%.64s\", expected len, sport, "
			      "dport, domain or another of the family, or a number up to 255",
			      conf->key);
	expected = mirai_value_check(option->key, conf->value);
	if (expected)
		return refuse(error, conf->line, "option %.64s: \"%.64s\", expected %s", conf->key,
			      conf->value, expected);
	option->value = (const uint8_t *)conf->value;
	option->len = strlen(conf->value);
	return true;
}

static bool take_command(const struct labconf_command *conf, struct mirai_command *command,
			 struct script_error *error)
{
	size_t i;

	memset(command, 0, sizeof(*command));
	command->duration = conf->duration;
	if (!mirai_vector_parse(conf->vector.text, &command->vector))
		return refuse(error, conf->vector.line, "unknown vector \"%.64s\", expected udp, "
			      "vse, dns, syn, ack, stomp, greip, greeth, udpplain, http, "
			      "or a number up to 255", conf->vector.text);
	if (conf->target_count > MIRAI_TARGETS_MAX || conf->option_count > MIRAI_OPTIONS_MAX)
		return refuse(error, conf->line, "a command with %zu targets and %zu options, "
			      "expected at most 255 of each", conf->target_count,
			      conf->option_count);
	command->target_count = conf->target_count;
	command->option_count = conf->option_count;
	for (i = 0; i < conf->target_count; i++) {
		command->targets[i].addr = conf->targets[i].address;
		command->targets[i].prefix = conf->targets[i].prefix;
	}
	for (i = 0; i < conf->option_count; i++)
		if (!take_option(&conf->options[i], &command->options[i], error))
			return false;
	return true;
}

static struct script_command *encode(const struct labconf_command *conf,
				     struct script_error *error)
{
	struct mirai_command command;
	struct script_command *encoded;

	if (!conf->message && !take_command(conf, &command, error))
		return NULL;
	encoded = malloc(sizeof(*encoded) + MIRAI_COMMAND_MAX);
	if (!encoded) {
		refuse(error, conf->line, "out of memory");
		return NULL;
	}
	encoded->conf = conf;
	encoded->after = conf->after;
	encoded->len = 0;
	if (conf->message)		/* text: its family puts it on the wire */
		return encoded;
	encoded->vector = command.vector;
	encoded->len = mirai_encode(&command, encoded->bytes, MIRAI_COMMAND_MAX);
	if (encoded->len)
		return encoded;
	refuse(error, conf->line, "a command too long for a bot, expected at most %d bytes",
	       MIRAI_COMMAND_MAX);
	free(encoded);
	return NULL;
}

struct script *script_new(const struct labconf_cnc *conf, struct script_error *error)
{
	struct script *script = calloc(1, sizeof(*script));

	if (script)
		script->commands = calloc(conf->command_count + 1, sizeof(*script->commands));
	if (!script || !script->commands) {
		refuse(error, 0, "out of memory");
		free(script);
		return NULL;
	}
	for (; script->count < conf->command_count; script->count++) {
		script->commands[script->count] = encode(&conf->commands[script->count], error);
		if (!script->commands[script->count]) {
			script_free(script);
			return NULL;
		}
	}
	return script;
}

void *script_prepare(const struct labconf *conf, const struct labconf_server *server)
{
	struct script_error error;
	struct script *script = script_new(&server->cnc, &error);

	if (!script)
		fprintf(stderr, "%s:%u: %s\n", conf->path, error.line, error.text);
	return script;
}

void script_release(void *script)
{
	script_free(script);
}

void script_free(struct script *script)
{
	size_t i;

	if (!script)
		return;
	for (i = 0; i < script->count; i++)
		free(script->commands[i]);
	free(script->commands);
	free(script);
}
