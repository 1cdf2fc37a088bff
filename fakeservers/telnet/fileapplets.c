// SPDX-License-Identifier: GPL-2.0-only
/* The applets that read and write files. */
#include <stdlib.h>
#include <string.h>

#include "applets.h"
#include "device.h"

static bool is_option(const char *arg)
{
	return arg[0] == '-' && arg[1];
}

/* The last bytes of a path. */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int cannot(struct call *call, const char *what, const char *name, const char *why)
{
	bytes_printf(call->err, "%s: can't %s '%s': %s\n", call->argv[0], what, name, why);
	return 1;
}

static int cannot_find(struct call *call, const char *what, const char *name)
{
	return cannot(call, what, name, "No such file or directory");
}

static int write_file(struct call *call, const char *name, const void *data, size_t len)
{
	switch (files_write(call->files, name, data, len, false)) {
	case FILES_OK:
		return 0;
	case FILES_FULL:
		bytes_printf(call->err, "%s: write error: No space left on device\n",
			     call->argv[0]);
		return 1;
	case FILES_DENIED:
		break;
	}
	return cannot(call, "create", name, "Permission denied");
}

/* On the terminal cat would wait for ever; a line at a time, the guest has moved on. */
int applet_cat(struct call *call)
{
	unsigned int i, named = 0;
	const uint8_t *data;
	int status = 0;
	size_t len;

	for (i = 1; i < call->argc; i++) {
		if (is_option(call->argv[i]))
			continue;
		named++;
		data = files_read(call->files, call->argv[i], &len);
		if (data)
			bytes_put(call->out, data, len);
		else
			status = cannot_find(call, "open", call->argv[i]);
	}
	if (!named && call->input)
		bytes_put(call->out, call->input, call->input_len);
	return status;
}

static size_t lines_len(const uint8_t *data, size_t len, unsigned long lines)
{
	size_t at = 0;

	while (at < len && lines)
		lines -= data[at++] == '\n';
	return at;
}

/* head [-n N | -c N | -N] [FILE] */
int applet_head(struct call *call)
{
	const uint8_t *data = call->input;
	size_t len = call->input_len;
	unsigned long count = 10;
	bool of_bytes = false;
	unsigned int i;

	for (i = 1; i < call->argc; i++) {
		const char *arg = call->argv[i];

		if (!is_option(arg)) {
			data = files_read(call->files, arg, &len);
			if (!data)
				return cannot_find(call, "open", arg);
			continue;
		}
		of_bytes = arg[1] == 'c';
		arg += 1 + (arg[1] == 'c' || arg[1] == 'n');
		if (!*arg && i + 1 < call->argc)
			arg = call->argv[++i];
		count = strtoul(arg, NULL, 10);
	}
	if (!data)
		return 0;
	if (!of_bytes)
		len = lines_len(data, len, count);
	else if (count < len)
		len = count;
	bytes_put(call->out, data, len);
	return 0;
}

/* grep WORD [FILE]: the word as it is, no pattern */
int applet_grep(struct call *call)
{
	const char *word = NULL, *file = NULL;
	const uint8_t *data = call->input;
	size_t len = call->input_len, n;
	unsigned int i;
	int status = 1;

	for (i = 1; i < call->argc; i++) {
		if (is_option(call->argv[i]))
			continue;
		if (!word)
			word = call->argv[i];
		else
			file = call->argv[i];
	}
	if (file) {
		data = files_read(call->files, file, &len);
		if (!data) {
			bytes_printf(call->err, "grep: %s: No such file or directory\n", file);
			return 2;
		}
	}
	if (!word || !data)
		return 2;
	for (; len; data += n, len -= n) {
		n = lines_len(data, len, 1);
		if (memmem(data, n, word, strlen(word))) {
			bytes_put(call->out, data, n);
			status = 0;
		}
	}
	return status;
}

/* dd if=FILE of=FILE bs=N count=N */
int applet_dd(struct call *call)
{
	unsigned long block = 512, count = ~0UL, records;
	const uint8_t *data = call->input;
	size_t len = call->input_len;
	const char *to = NULL;
	unsigned int i;

	for (i = 1; i < call->argc; i++) {
		const char *arg = call->argv[i];

		if (strncmp(arg, "bs=", 3) == 0) {
			block = strtoul(arg + 3, NULL, 10);
		} else if (strncmp(arg, "count=", 6) == 0) {
			count = strtoul(arg + 6, NULL, 10);
		} else if (strncmp(arg, "of=", 3) == 0) {
			to = arg + 3;
		} else if (strncmp(arg, "if=", 3) == 0) {
			data = files_read(call->files, arg + 3, &len);
			if (!data)
				return cannot_find(call, "open", arg + 3);
		}
	}
	if (!data)
		len = 0;
	if (!block)
		block = 512;
	if (count <= len / block)
		len = count * block;
	records = len / block;
	if (to && write_file(call, to, data, len))
		return 1;
	if (!to)
		bytes_put(call->out, data, len);
	bytes_printf(call->err, "%lu+%d records in\n%lu+%d records out\n", records,
		     len % block != 0, records, len % block != 0);
	return 0;
}

/* The two names of cp and mv. */
static bool take_names(struct call *call, const char **from, const char **to)
{
	unsigned int i;

	*from = NULL;
	*to = NULL;
	for (i = 1; i < call->argc; i++) {
		if (is_option(call->argv[i]))
			continue;
		if (!*from)
			*from = call->argv[i];
		else
			*to = call->argv[i];
	}
	if (*to)
		return true;
	bytes_printf(call->err, DEVICE_BUSYBOX " multi-call binary.\n\nUsage: %s SOURCE DEST\n\n",
		     call->argv[0]);
	return false;
}

int applet_cp(struct call *call)
{
	const char *from, *to;
	const uint8_t *data;
	size_t len;

	if (!take_names(call, &from, &to))
		return 1;
	data = files_read(call->files, from, &len);
	if (!data)
		return cannot_find(call, "stat", from);
	return write_file(call, to, data, len);
}

int applet_mv(struct call *call)
{
	const char *from, *to;
	const uint8_t *data;
	size_t len;

	if (!take_names(call, &from, &to))
		return 1;
	data = files_read(call->files, from, &len);
	if (!data)
		return cannot_find(call, "rename", from);
	if (strcmp(from, to) == 0)
		return 0;
	if (write_file(call, to, data, len))
		return 1;
	files_remove(call->files, from);
	return 0;
}

static bool has_flag(const struct call *call, char flag)
{
	unsigned int i;

	for (i = 1; i < call->argc; i++)
		if (is_option(call->argv[i]) && strchr(call->argv[i], flag))
			return true;
	return false;
}

int applet_rm(struct call *call)
{
	bool force = has_flag(call, 'f');
	unsigned int i;
	int status = 0;

	for (i = 1; i < call->argc; i++) {
		if (is_option(call->argv[i]) || files_remove(call->files, call->argv[i]) || force)
			continue;
		status = cannot_find(call, "remove", call->argv[i]);
	}
	return status;
}

int applet_touch(struct call *call)
{
	unsigned int i;
	int status = 0;

	for (i = 1; i < call->argc; i++) {
		if (is_option(call->argv[i]))
			continue;
		switch (files_write(call->files, call->argv[i], "", 0, true)) {
		case FILES_OK:
			break;
		case FILES_FULL:
			status = cannot(call, "create", call->argv[i], "No space left on device");
			break;
		case FILES_DENIED:
			status = cannot(call, "create", call->argv[i], "Permission denied");
			break;
		}
	}
	return status;
}

/* The guest's own files of the folder it is in. */
int applet_ls(struct call *call)
{
	char path[FILES_PATH_MAX];
	const struct file *file;
	const char *name;
	size_t len;

	for (file = call->files->first; file; file = file->next) {
		name = base_name(file->path);
		len = name - file->path;
		memcpy(path, file->path, len);
		path[len > 1 ? len - 1 : len] = '\0';
		if (strcmp(path, call->files->cwd) == 0)
			bytes_printf(call->out, "%s\n", name);
	}
	return 0;
}
