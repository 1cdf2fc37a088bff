// SPDX-License-Identifier: GPL-2.0-only
/* Commands in words. */
#include "describe.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "event.h"
#include "mirai.h"
#include "names.h"

static json_t *describe_targets(const struct labconf_command *conf)
{
	json_t *targets = json_array();
	char addr[INET_ADDRSTRLEN], text[INET_ADDRSTRLEN + 4];
	size_t i;

	for (i = 0; i < conf->target_count; i++) {
		inet_ntop(AF_INET, &conf->targets[i].address, addr, sizeof(addr));
		snprintf(text, sizeof(text), "%s/%u", addr, conf->targets[i].prefix);
		json_array_append_new(targets, json_string(text));
	}
	return targets;
}

static json_t *describe_options(const struct labconf_command *conf)
{
	json_t *options = json_object();
	const char *name;
	uint8_t key;
	size_t i;

	for (i = 0; i < conf->option_count; i++) {
		const struct labconf_option *option = &conf->options[i];

		name = option->key;
		if (mirai_option_parse(name, strlen(name), &key) && mirai_option_name(key))
			name = mirai_option_name(key);
		json_object_set_new(options, name,
				    event_string(option->value, strlen(option->value)));
	}
	return options;
}

json_t *describe_mirai(const struct script_command *command)
{
	const char *name = mirai_vector_name(command->vector);
	json_t *object = json_object();

	event_put_int(object, "vector", command->vector);
	if (name)
		event_put_string(object, "vector_name", name);
	event_put_int(object, "duration", command->conf->duration);
	json_object_set_new(object, "targets", describe_targets(command->conf));
	json_object_set_new(object, "options", describe_options(command->conf));
	return object;
}

/* What follows the words: T a target, P a port, S seconds. */
static const struct {
	const char *word, *vector, *arguments;
} attacks[] = {
	{ "UDP", "udp", "TPS" },
	{ "PAN", "syn", "TPS" },
	{ "TSUNAMI", "tsunami", "TS" },
	{ "UNKNOWN", "unknown", "TS" },
};

static void put_argument(json_t *object, char kind, const char *text)
{
	json_t *list;

	if (kind == 'S') {
		event_put_int(object, "duration", strtoul(text, NULL, 10));
	} else if (kind == 'P') {
		list = json_object();
		json_object_set_new(list, "dport", event_string(text, strlen(text)));
		json_object_set_new(object, "options", list);
	} else {
		list = json_array();
		json_array_append_new(list, event_string(text, strlen(text)));
		json_object_set_new(object, "targets", list);
	}
}

json_t *describe_tsunami(const char *message)
{
	json_t *object = json_object();
	char *copy = strdup(message), *rest = copy, *word;
	const char *kind = NULL;
	size_t i;

	event_put_bytes(object, "message", message, strlen(message));
	if (copy && copy[0] == '!') {
		strsep(&rest, " ");		/* for whom */
		word = strsep(&rest, " ");
		for (i = 0; word && i < sizeof(attacks) / sizeof(attacks[0]); i++) {
			if (strcasecmp(word, attacks[i].word) != 0)
				continue;
			event_put_string(object, "vector_name", attacks[i].vector);
			kind = attacks[i].arguments;
		}
	}
	while (kind && *kind && (word = strsep(&rest, " ")))
		if (*word)
			put_argument(object, *kind++, word);
	free(copy);
	return object;
}
