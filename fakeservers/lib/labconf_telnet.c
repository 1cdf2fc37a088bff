// SPDX-License-Identifier: GPL-2.0-only
/* What a telnet server's device is: its processor, its files. */
#include <stdlib.h>
#include <string.h>

#include "labconf_type.h"

#define CONTENT_MAX	(64 * 1024)

LABCONF_SETTER(labconf_telnet_machine)
{
	static const char *const machines[] = {
		"mips", "mipsel", "arm", "arm7", "aarch64", "x86", "x86_64", "powerpc", "sh4",
		"m68k", "sparc",
	};
	struct labconf_server *server = object;

	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
		if (!strcmp(machines[i], entry->value))
			return labconf_string(reader, entry, 1, 15, &server->telnet.machine);
	return labconf_expected(reader, entry, "mips, mipsel, arm, arm7, aarch64, x86, x86_64, "
				"powerpc, sh4, m68k or sparc");
}

static bool is_given(struct labconf_reader *reader, const struct labconf_file *file,
		     const struct labconf_entry *entry)
{
	if (!file->content)
		return false;
	labconf_fail(reader, entry->line, "\"%s\" beside the other, expected content or source",
		     entry->word);
	return true;
}

static bool set_content(struct labconf_reader *reader, void *object,
			const struct labconf_entry *entry)
{
	struct labconf_file *file = object;

	if (is_given(reader, file, entry))
		return false;
	file->content = (uint8_t *)strdup(entry->value);
	file->len = strlen(entry->value);
	return file->content || labconf_no_memory(reader);
}

static bool set_source(struct labconf_reader *reader, void *object,
		       const struct labconf_entry *entry)
{
	struct labconf_file *file = object;
	char *path = NULL;
	bool right;

	if (is_given(reader, file, entry) || !labconf_path(reader, entry, &path))
		return false;
	right = labconf_file_bytes(reader, entry, path, &file->content, &file->len) &&
		(file->len <= CONTENT_MAX ||
		 labconf_expected(reader, entry, "a file of at most %u bytes", CONTENT_MAX));
	free(path);
	return right;
}

const struct labconf_word labconf_file_words[] = {
	{ "content",	0, false,	set_content },
	{ "source",	0, false,	set_source },
	{ }
};

static bool set_file(struct labconf_reader *reader, cfg_t *cfg, struct labconf_file *file)
{
	file->path = strdup(cfg_title(cfg));
	if (!file->path)
		return labconf_no_memory(reader);
	if (file->path[0] != '/' || strlen(file->path) >= LABCONF_MAX_PATH)
		return labconf_fail(reader, cfg->line, "file %s, expected an absolute path of at "
				    "most %u bytes", file->path, LABCONF_MAX_PATH - 1);
	if (!labconf_section_set(reader, cfg, labconf_file_words, file))
		return false;
	return file->content || labconf_fail(reader, cfg->line, "a file without content, "
					     "expected content = \"TEXT\" or source = \"PATH\"");
}

bool labconf_files_set(struct labconf_reader *reader, cfg_t *cfg, struct labconf_server *server)
{
	unsigned int count = cfg_size(cfg, "file");
	struct labconf_telnet *telnet = &server->telnet;

	if (!count)
		return true;
	if (server->kind != LABCONF_TELNET)
		return labconf_fail(reader, cfg_getnsec(cfg, "file", 0)->line,
				    "a file in a server of type %s, expected one of type telnet",
				    server->type);
	if (count > LABCONF_MAX_DEVICE_FILES)
		return labconf_fail(reader, server->line, "%u files, expected at most %u", count,
				    LABCONF_MAX_DEVICE_FILES);
	telnet->files = calloc(count, sizeof(*telnet->files));
	if (!telnet->files)
		return labconf_no_memory(reader);
	while (telnet->file_count < count) {
		unsigned int i = telnet->file_count++;

		if (!set_file(reader, cfg_getnsec(cfg, "file", i), &telnet->files[i]))
			return false;
	}
	return true;
}
