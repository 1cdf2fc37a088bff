// SPDX-License-Identifier: GPL-2.0-only
/* What an http server can be told. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "labconf_type.h"

#define LOCATION_MAX	1023

static const char default_body[] =
	"<html><head><title>Index</title></head><body></body></html>\n";

static bool has_body(struct labconf_reader *reader, const uint8_t *body,
		     const struct labconf_entry *entry)
{
	if (!body)
		return false;
	labconf_fail(reader, entry->line, "\"%s\" beside another body, expected body or body-file",
		     entry->word);
	return true;
}

static bool set_body(struct labconf_reader *reader, const char *text, uint8_t **body, size_t *len)
{
	*body = (uint8_t *)strdup(text);
	*len = strlen(text);
	return *body || labconf_no_memory(reader);
}

bool labconf_file_bytes(struct labconf_reader *reader, const struct labconf_entry *entry,
			const char *path, uint8_t **body, size_t *len)
{
	FILE *file = fopen(path, "re");
	struct stat st;
	bool right = false;

	if (!file || fstat(fileno(file), &st))
		labconf_expected(reader, entry, "a readable file: %s", strerror(errno));
	else if (!S_ISREG(st.st_mode) || st.st_size > LABCONF_MAX_BODY)
		labconf_expected(reader, entry, "a regular file of at most %u bytes",
				 LABCONF_MAX_BODY);
	else if (!(*body = malloc(st.st_size + 1)))
		labconf_no_memory(reader);
	else
		right = true;
	if (right) {
		*len = fread(*body, 1, st.st_size, file);
		right = !ferror(file) || labconf_expected(reader, entry, "a readable file");
	}
	if (file)
		fclose(file);
	return right;
}

static bool set_body_file(struct labconf_reader *reader, const struct labconf_entry *entry,
			  uint8_t **body, size_t *len)
{
	char *path = NULL;
	bool right;

	if (has_body(reader, *body, entry) || !labconf_path(reader, entry, &path))
		return false;
	right = labconf_file_bytes(reader, entry, path, body, len);
	free(path);
	return right;
}

static bool set_status(struct labconf_reader *reader, const struct labconf_entry *entry, int *value)
{
	uint64_t status;

	if (!labconf_number(reader, entry, 200, 599, &status))
		return false;
	*value = status;
	return true;
}

/* It stands in a header. */
static bool set_header(struct labconf_reader *reader, const struct labconf_entry *entry,
		       size_t max, char **value)
{
	for (const char *c = entry->value; *c; c++)
		if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7f)
			return labconf_expected(reader, entry, "printable ASCII");
	return labconf_string(reader, entry, 1, max, value);
}

LABCONF_SETTER(labconf_http_body)
{
	struct labconf_http *http = &((struct labconf_server *)object)->http;

	return !has_body(reader, http->body, entry) &&
	       set_body(reader, entry->value, &http->body, &http->body_len);
}

LABCONF_SETTER(labconf_http_body_file)
{
	struct labconf_http *http = &((struct labconf_server *)object)->http;

	return set_body_file(reader, entry, &http->body, &http->body_len);
}

LABCONF_SETTER(labconf_http_status)
{
	return set_status(reader, entry, &((struct labconf_server *)object)->http.status);
}

LABCONF_SETTER(labconf_http_content_type)
{
	return set_header(reader, entry, 127,
			  &((struct labconf_server *)object)->http.content_type);
}

LABCONF_SETTER(labconf_http_connectivity)
{
	return labconf_bool(reader, entry, &((struct labconf_server *)object)->http.connectivity);
}

LABCONF_SETTER(labconf_http_tls)
{
	return labconf_bool(reader, entry, &((struct labconf_server *)object)->http.tls);
}

LABCONF_SETTER(labconf_http_tls_port)
{
	uint64_t port;

	if (!labconf_number(reader, entry, 0, 65535, &port))
		return false;
	((struct labconf_server *)object)->http.tls_port = port;
	return true;
}

static bool set_answer_body(struct labconf_reader *reader, void *object,
			    const struct labconf_entry *entry)
{
	struct labconf_answer *answer = object;

	return !has_body(reader, answer->body, entry) &&
	       set_body(reader, entry->value, &answer->body, &answer->body_len);
}

static bool set_answer_body_file(struct labconf_reader *reader, void *object,
				 const struct labconf_entry *entry)
{
	struct labconf_answer *answer = object;

	return set_body_file(reader, entry, &answer->body, &answer->body_len);
}

static bool set_answer_status(struct labconf_reader *reader, void *object,
			      const struct labconf_entry *entry)
{
	return set_status(reader, entry, &((struct labconf_answer *)object)->status);
}

static bool set_answer_content_type(struct labconf_reader *reader, void *object,
				    const struct labconf_entry *entry)
{
	return set_header(reader, entry, 127, &((struct labconf_answer *)object)->content_type);
}

static bool set_answer_location(struct labconf_reader *reader, void *object,
				const struct labconf_entry *entry)
{
	return set_header(reader, entry, LOCATION_MAX,
			  &((struct labconf_answer *)object)->location);
}

const struct labconf_word labconf_answer_words[] = {
	{ "body",		0, false,	set_answer_body },
	{ "body-file",		0, false,	set_answer_body_file },
	{ "status",		0, false,	set_answer_status },
	{ "content-type",	0, false,	set_answer_content_type },
	{ "location",		0, false,	set_answer_location },
	{ }
};

static bool set_answer(struct labconf_reader *reader, cfg_t *cfg, struct labconf_answer *answer)
{
	answer->line = cfg->line;
	answer->pattern = strdup(cfg_title(cfg));
	if (!answer->pattern)
		return labconf_no_memory(reader);
	if (!*answer->pattern)
		return labconf_fail(reader, cfg->line,
				    "answer-path \"\", expected a pattern, as *.example/gate.php or *.sh");
	if (!labconf_section_set(reader, cfg, labconf_answer_words, answer))
		return false;
	if (!answer->status)
		answer->status = answer->location ? 302 : 200;
	return true;
}

bool labconf_answers_set(struct labconf_reader *reader, cfg_t *cfg, struct labconf_server *server)
{
	unsigned int count = cfg_size(cfg, "answer-path");
	struct labconf_http *http = &server->http;

	if (server->kind != LABCONF_HTTP)
		return !count || labconf_fail(reader, cfg_getnsec(cfg, "answer-path", 0)->line,
					      "answer-path in a server of type %s, expected one of type http",
					      server->type);
	if (!http->body && !http->files &&
	    !set_body(reader, default_body, &http->body, &http->body_len))
		return false;
	if (count > LABCONF_MAX_ANSWERS)
		return labconf_fail(reader, server->line,
				    "%u sections answer-path, expected at most %u", count,
				    LABCONF_MAX_ANSWERS);
	http->answers = calloc(count + 1, sizeof(*http->answers));
	if (!http->answers)
		return labconf_no_memory(reader);
	while (http->answer_count < count) {
		unsigned int i = http->answer_count++;

		if (!set_answer(reader, cfg_getnsec(cfg, "answer-path", i), &http->answers[i]))
			return false;
	}
	return true;
}

void labconf_web_free(struct labconf_http *http)
{
	for (size_t i = 0; i < http->answer_count; i++) {
		struct labconf_answer *answer = &http->answers[i];

		free(answer->pattern);
		free(answer->body);
		free(answer->content_type);
		free(answer->location);
	}
	free(http->answers);
	free(http->body);
	free(http->files);
	free(http->content_type);
}
