// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file, by libconfuse: every word is a string to it, so that a wrong value
 * is refused by us, in one wording and with its line.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "labconf_read.h"

#define FILE_MAX_BYTES	(16U << 20)
#define WORDS_MAX	256
/* behind the file's last line: libconfuse does not mind a section that never ends */
#define LAST_NAME	"end-of-file"
#define LAST_WORD	"\n" LAST_NAME " = true\n"

/* libconfuse's callbacks get no data of their own */
static struct labconf_reader *current;

bool labconf_fail(struct labconf_reader *reader, unsigned int line, const char *format, ...)
{
	va_list ap;

	if (reader->failed)
		return false;
	reader->failed = true;
	fprintf(stderr, "%s:", reader->path);
	if (line)
		fprintf(stderr, "%u:", line);
	fputc(' ', stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	return false;
}

bool labconf_no_memory(struct labconf_reader *reader)
{
	return labconf_fail(reader, 0, "out of memory, expected less or more of it");
}

static struct labconf_section *section_of(struct labconf_reader *reader, const cfg_t *cfg)
{
	struct labconf_section *section;

	if (reader->last < reader->count && reader->sections[reader->last].cfg == cfg)
		return &reader->sections[reader->last];
	for (size_t i = reader->count; i--;) {
		if (reader->sections[i].cfg == cfg) {
			reader->last = i;
			return &reader->sections[i];
		}
	}
	if (reader->count == reader->room) {
		size_t room = reader->room ? 2 * reader->room : 16;

		section = reallocarray(reader->sections, room, sizeof(*section));
		if (!section)
			return NULL;
		reader->sections = section;
		reader->room = room;
	}
	reader->last = reader->count++;
	section = &reader->sections[reader->last];
	*section = (struct labconf_section){ .cfg = cfg };
	return section;
}

const struct labconf_section *labconf_section(const struct labconf_reader *reader,
					      const cfg_t *cfg)
{
	static const struct labconf_section empty;

	for (size_t i = 0; i < reader->count; i++)
		if (reader->sections[i].cfg == cfg)
			return &reader->sections[i];
	return &empty;
}

static bool given(const struct labconf_section *section, const char *word)
{
	for (size_t i = 0; i < section->count; i++)
		if (!strcmp(section->entries[i].word, word))
			return true;
	return false;
}

/* libconfuse calls it for each value, while cfg->line is the value's line. */
static int take_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	struct labconf_section *section = section_of(current, cfg);
	struct labconf_entry *entry;

	if (!section)
		return labconf_no_memory(current) - 1;
	if (cfg_opt_size(opt) == 1 && given(section, opt->name))
		return labconf_fail(current, cfg->line, "\"%s\" is given twice, expected it once",
				    opt->name) - 1;
	if (section->count == section->room) {
		size_t room = section->room ? 2 * section->room : 8;

		entry = reallocarray(section->entries, room, sizeof(*entry));
		if (!entry)
			return labconf_no_memory(current) - 1;
		section->entries = entry;
		section->room = room;
	}
	entry = &section->entries[section->count];
	entry->word = opt->name;
	entry->line = cfg->line;
	entry->value = strdup(value);
	if (!entry->value)
		return labconf_no_memory(current) - 1;
	section->count++;
	*(const char **)result = value;
	return 0;
}

static void list_words(const cfg_t *cfg, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (const cfg_opt_t *opt = cfg->opts; opt->name && used < size; opt++)
		if (strcmp(opt->name, LAST_NAME))
			used += snprintf(text + used, size - used, "%s%s", used ? ", " : "",
					 opt->name);
}

struct complaint {
	const char	*begin;		/* of libconfuse's format */
	const char	*expected;
};

static const struct complaint complaints[] = {
	{ "missing equal sign",		"WORD = VALUE" },
	{ "missing opening brace",	"{, or in a server of type exec: program = { … }" },
	{ "missing title",		"a name, as in: server NAME {" },
	{ "found duplicate title",	"each name once" },
	{ "attempt to append",		"WORD = VALUE" },
	{ "unexpected closing brace",	"an opening brace before it" },
	{ "bad escape",			"\\n, \\t, \\r, \\\\, \\\", \\xNN or \\NNN" },
	{ "invalid octal",		"\\n, \\t, \\r, \\\\, \\\", \\xNN or \\NNN" },
};

static void take_error(cfg_t *cfg, const char *format, va_list ap)
{
	const char *expected = "WORD = VALUE, WORD = { VALUE, … } or a section";
	char text[256], quoted[2 * LABCONF_QUOTE], words[1024];

	vsnprintf(text, sizeof(text), format, ap);
	labconf_quote(text, quoted);
	quoted[strlen(quoted) - 1] = '\0';	/* its quotes are not wanted here */
	if (cfg->line > (int)current->lines) {
		labconf_fail(current, current->lines,
			     "the file ends within a section, list or string, expected its end");
		return;
	}
	if (!strncmp(format, "no such option", 14)) {
		list_words(cfg, words, sizeof(words));
		labconf_fail(current, cfg->line, "unknown word%s, expected one of %s",
			     quoted + 1 + 14, words);
		return;
	}
	for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++)
		if (!strncmp(format, complaints[i].begin, strlen(complaints[i].begin)))
			expected = complaints[i].expected;
	labconf_fail(current, cfg->line, "%s, expected %s", quoted + 1, expected);
}

/* What the lexer would stumble over: it knows no NUL, and no binary file. */
static bool check_bytes(struct labconf_reader *reader, const char *bytes, size_t len)
{
	reader->lines = 1;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = bytes[i];

		if (c == '\n')
			reader->lines++;
		else if ((c < ' ' && c != '\t' && c != '\r') || c == 0x7f)
			return labconf_fail(reader, reader->lines, "byte 0x%02x, expected text", c);
	}
	return true;
}

static char *blank(char *at, const char *end)
{
	while (*at && at < end) {
		if (*at != '\n')
			*at = ' ';
		at++;
	}
	return at;
}

/*
 * Blanks comments out, as libconfuse 3.3 counts the lines of a comment more
 * than once.  Within an unquoted word only '#' begins one.
 */
static void blank_comments(char *bytes)
{
	char quote = '\0', before = ' ', *at = bytes, *end;

	while (*at) {
		bool begins = strchr(" \t\r\n{}=,", before);

		if (quote) {
			if (*at == '\\' && at[1])
				at++;
			else if (*at == quote)
				quote = '\0';
		} else if (*at == '#' || (begins && at[0] == '/' && at[1] == '/')) {
			at = blank(at, at + strcspn(at, "\n"));
			before = ' ';
			continue;
		} else if (begins && at[0] == '/' && at[1] == '*') {
			end = strstr(at + 2, "*/");
			at = blank(at, end ? end + 2 : at + strlen(at));
			before = ' ';
			continue;
		} else if (*at == '"' || *at == '\'') {
			quote = *at;
		}
		before = *at++;
	}
}

static char *read_bytes(struct labconf_reader *reader)
{
	FILE *file = fopen(reader->path, "re");
	size_t len = 0, room;
	char *bytes = NULL;
	struct stat st;

	if (!file || fstat(fileno(file), &st)) {
		labconf_fail(reader, 0, "%s, expected a readable file", strerror(errno));
	} else if (!S_ISREG(st.st_mode) || st.st_size > FILE_MAX_BYTES) {
		labconf_fail(reader, 0, "expected a regular file of at most %u bytes",
			     FILE_MAX_BYTES);
	} else {
		room = st.st_size;
		bytes = malloc(room + sizeof(LAST_WORD));
		len = bytes ? fread(bytes, 1, room, file) : 0;
		if (!bytes)
			labconf_no_memory(reader);
		else if (ferror(file))
			labconf_fail(reader, 0, "%s, expected a readable file", strerror(errno));
		else
			check_bytes(reader, bytes, len);
	}
	if (file)
		fclose(file);
	if (reader->failed) {
		free(bytes);
		return NULL;
	}
	bytes[len] = '\0';
	blank_comments(bytes);
	memcpy(bytes + len, LAST_WORD, sizeof(LAST_WORD));
	return bytes;
}

static size_t add_words(cfg_opt_t *opts, size_t n, const struct labconf_word *words)
{
	for (; words->name && n < WORDS_MAX; words++) {
		cfg_opt_t one = CFG_STR_CB(words->name, NULL, CFGF_NODEFAULT, take_value);
		cfg_opt_t list = CFG_STR_LIST_CB(words->name, NULL, CFGF_NODEFAULT, take_value);

		opts[n++] = words->list ? list : one;
	}
	return n;
}

static cfg_t *make_parser(void)
{
	cfg_opt_t record[WORDS_MAX] = {}, command[WORDS_MAX] = {}, answer[WORDS_MAX] = {};
	cfg_opt_t file[WORDS_MAX] = {};
	cfg_opt_t server[WORDS_MAX + 5] = {}, top[WORDS_MAX + 3] = {};
	cfg_opt_t record_section = CFG_SEC("record", record,
					   CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
	cfg_opt_t answer_section = CFG_SEC("answer-path", answer,
					   CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
	cfg_opt_t file_section = CFG_SEC("file", file,
					 CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
	cfg_opt_t command_section = CFG_SEC("command", command, CFGF_MULTI);
	cfg_opt_t server_section = CFG_SEC("server", server,
					   CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
	cfg_opt_t last_word = CFG_STR(LAST_NAME, NULL, CFGF_NODEFAULT);
	size_t n;

	add_words(record, 0, labconf_record_words);
	add_words(command, 0, labconf_command_words);
	add_words(file, 0, labconf_file_words);
	n = add_words(server, 0, labconf_server_words);
	add_words(answer, 0, labconf_answer_words);
	server[n++] = record_section;
	server[n++] = answer_section;
	server[n++] = file_section;
	server[n] = command_section;
	n = add_words(top, 0, labconf_top_words);
	top[n++] = last_word;
	top[n] = server_section;
	return cfg_init(top, CFGF_NONE);	/* it copies the tables */
}

bool labconf_read(struct labconf_reader *reader)
{
	char *bytes = read_bytes(reader);

	if (!bytes)
		return false;
	reader->cfg = make_parser();
	if (!reader->cfg) {
		free(bytes);
		return labconf_no_memory(reader);
	}
	current = reader;
	cfg_set_error_function(reader->cfg, take_error);
	if (cfg_parse_buf(reader->cfg, bytes) != CFG_SUCCESS)
		labconf_fail(reader, reader->cfg->line, "unreadable, expected WORD = VALUE");
	current = NULL;
	free(bytes);
	return !reader->failed;
}

void labconf_reader_free(struct labconf_reader *reader)
{
	for (size_t i = 0; i < reader->count; i++) {
		for (size_t j = 0; j < reader->sections[i].count; j++)
			free(reader->sections[i].entries[j].value);
		free(reader->sections[i].entries);
	}
	free(reader->sections);
	if (reader->cfg)
		cfg_free(reader->cfg);
}

bool labconf_section_set(struct labconf_reader *reader, const cfg_t *cfg,
			 const struct labconf_word *words, void *object)
{
	const struct labconf_section *section = labconf_section(reader, cfg);

	for (size_t i = 0; i < section->count; i++) {
		const struct labconf_word *word = words;

		while (strcmp(word->name, section->entries[i].word))
			word++;
		if (!word->set(reader, object, &section->entries[i]))
			return false;
	}
	return true;
}
