// SPDX-License-Identifier: GPL-2.0-only
/* The files of one connection. */
#include "files.h"

#include <stdlib.h>
#include <string.h>

#include "device.h"

void files_init(struct files *files, const struct labconf_telnet *conf,
		const struct observer *observer)
{
	memset(files, 0, sizeof(*files));
	files->conf = conf;
	files->observer = observer;
	strcpy(files->cwd, "/");
}

static void tell(const struct files *files, const struct file *file)
{
	if (files->observer && file->len)
		files->observer->file(files->observer->data, file->path, file->data, file->len);
}

void files_free(struct files *files)
{
	struct file *file;

	while ((file = files->first)) {
		files->first = file->next;
		tell(files, file);
		free(file->data);
		free(file);
	}
	files->count = 0;
	files->bytes = 0;
}

/* Appends one component to a path that begins with a slash, or takes one away. */
static bool add_component(char *path, const char *name, size_t len)
{
	size_t had = strlen(path);

	if (len == 0 || (len == 1 && name[0] == '.'))
		return true;
	if (len == 2 && name[0] == '.' && name[1] == '.') {
		char *slash = strrchr(path, '/');

		slash[slash == path] = '\0';
		return true;
	}
	if (had + 1 + len >= FILES_PATH_MAX)
		return false;
	if (had > 1)
		path[had++] = '/';
	memcpy(path + had, name, len);
	path[had + len] = '\0';
	return true;
}

bool files_resolve(const struct files *files, const char *name, char path[FILES_PATH_MAX])
{
	size_t len;

	strcpy(path, name[0] == '/' ? "/" : files->cwd);
	for (;;) {
		len = strcspn(name, "/");
		if (!add_component(path, name, len))
			return false;
		if (!name[len])
			return true;
		name += len + 1;
	}
}

bool files_chdir(struct files *files, const char *name)
{
	char path[FILES_PATH_MAX];

	if (!files_resolve(files, name, path))
		return false;
	strcpy(files->cwd, path);
	return true;
}

/* The link that leads to the file, or to the end. */
static struct file **find(struct files *files, const char *path)
{
	struct file **link = &files->first;

	while (*link && strcmp((*link)->path, path) != 0)
		link = &(*link)->next;
	return link;
}

const uint8_t *files_read(const struct files *files, const char *name, size_t *len)
{
	char path[FILES_PATH_MAX];
	const struct file *file;

	if (!files_resolve(files, name, path))
		return NULL;
	for (file = files->first; file; file = file->next) {
		if (strcmp(file->path, path) == 0) {
			*len = file->len;
			return file->data ? file->data : (const uint8_t *)"";
		}
	}
	return device_file(files->conf, path, len);
}

static bool is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && (path[len] == '/' || !path[len]);
}

static struct file *create(struct files *files, const char *path)
{
	struct file *file;

	if (files->count == FILES_MAX)
		return NULL;
	file = calloc(1, sizeof(*file));
	if (!file)
		return NULL;
	strcpy(file->path, path);
	*find(files, path) = file;
	files->count++;
	return file;
}

static void empty(struct files *files, struct file *file)
{
	files->bytes -= file->len;
	free(file->data);
	file->data = NULL;
	file->len = 0;
}

/* The old content lives until the new one is there: data may be the file's own. */
static enum files_error set_content(struct files *files, struct file *file, const void *data,
				    size_t len, bool append)
{
	size_t keep = append ? file->len : 0;
	uint8_t *content;

	if (len > FILES_BYTES_MAX - (files->bytes - file->len + keep))
		return FILES_FULL;
	content = malloc(keep + len + 1);
	if (!content)
		return FILES_FULL;
	if (keep)
		memcpy(content, file->data, keep);
	if (len)
		memcpy(content + keep, data, len);
	if (!append)
		tell(files, file);
	empty(files, file);
	file->data = content;
	file->len = keep + len;
	files->bytes += file->len;
	return FILES_OK;
}

enum files_error files_write(struct files *files, const char *name, const void *data, size_t len,
			     bool append)
{
	char path[FILES_PATH_MAX];
	struct file *file;

	if (!*name || !files_resolve(files, name, path) || strcmp(path, "/") == 0 ||
	    is_below(path, "/proc") || is_below(path, "/sys"))
		return FILES_DENIED;
	if (strcmp(path, "/dev/null") == 0)
		return FILES_OK;
	file = *find(files, path);
	if (!file)
		file = create(files, path);
	if (!file)
		return FILES_FULL;
	return set_content(files, file, data, len, append);
}

bool files_remove(struct files *files, const char *name)
{
	char path[FILES_PATH_MAX];
	struct file **link, *file;

	if (!files_resolve(files, name, path))
		return false;
	link = find(files, path);
	file = *link;
	if (!file)
		return false;
	*link = file->next;
	tell(files, file);
	empty(files, file);
	free(file);
	files->count--;
	return true;
}
