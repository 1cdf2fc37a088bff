// SPDX-License-Identifier: GPL-2.0-only
#include "journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "netns.h"

#define MAX_BYTES (1 << 20)

uint64_t journal_netns(void)
{
	struct stat st;

	return stat("/proc/self/ns/net", &st) ? 0 : st.st_ino;
}

static int open_locked(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	while (flock(fd, LOCK_EX)) {
		if (errno == EINTR)
			continue;
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

int journal_lock(struct journal *journal, const char *bridge, bool make)
{
	struct stat locked, there;

	memset(journal, 0, sizeof(*journal));
	journal->fd = -1;
	snprintf(journal->bridge, sizeof(journal->bridge), "%s", bridge);
	snprintf(journal->folder, sizeof(journal->folder), JOURNAL_ROOT "/%s", bridge);
	for (;;) {
		if (make && ((mkdir(JOURNAL_ROOT, 0755) && errno != EEXIST) ||
			     (mkdir(journal->folder, 0755) && errno != EEXIST)))
			return -errno;
		journal->folder_fd = open_locked(journal->folder);
		if (journal->folder_fd == -ENOENT && make)
			continue;
		if (journal->folder_fd < 0)
			return journal->folder_fd;
		/* who held it before may have removed the folder that we waited for */
		if (!fstat(journal->folder_fd, &locked) && !stat(journal->folder, &there) &&
		    locked.st_ino == there.st_ino) {
			ip_hold(journal->folder_fd);
			return 0;
		}
		close(journal->folder_fd);
	}
}

static void remove_files(int folder_fd)
{
	int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			unlinkat(folder_fd, entry->d_name, 0);
	closedir(dir);
}

void journal_unlock(struct journal *journal, bool gone)
{
	if (journal->fd >= 0)
		close(journal->fd);
	journal->fd = -1;
	if (gone) {
		remove_files(journal->folder_fd);
		rmdir(journal->folder);
		rmdir(JOURNAL_ROOT);	/* the last one */
	}
	ip_hold(-1);
	close(journal->folder_fd);
}

int journal_begin(struct journal *journal)
{
	journal->fd = openat(journal->folder_fd, "journal",
			     O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	if (journal->fd < 0)
		return -errno;
	return journal_write(journal, "lab %llu", (unsigned long long)journal_netns());
}

int journal_reopen(struct journal *journal)
{
	journal->fd = openat(journal->folder_fd, "journal", O_WRONLY | O_APPEND | O_CLOEXEC);
	return journal->fd < 0 ? -errno : 0;
}

int journal_write(struct journal *journal, const char *format, ...)
{
	char line[JOURNAL_LINE];
	va_list ap;
	int len;

	va_start(ap, format);
	len = vsnprintf(line, sizeof(line) - 1, format, ap);
	va_end(ap);
	if (len < 0 || len >= (int)sizeof(line) - 1)
		return -EMSGSIZE;
	line[len++] = '\n';
	if (write(journal->fd, line, len) != len)
		return errno ? -errno : -EIO;
	/* a file system in memory has nothing to wait for */
	return fsync(journal->fd) && errno != EINVAL ? -errno : 0;
}

static void split(struct journal_line *line, const char *text, size_t len)
{
	char *at = line->text;

	if (len >= sizeof(line->text))
		len = sizeof(line->text) - 1;
	memcpy(line->text, text, len);
	line->text[len] = '\0';
	for (int i = 0; i < JOURNAL_FIELDS; i++) {
		line->field[i] = at ? strsep(&at, " ") : line->text + len;
	}
}

static char *read_all(const char *bridge, size_t *len, int *err)
{
	char path[128], *bytes = malloc(MAX_BYTES);
	FILE *file;

	snprintf(path, sizeof(path), JOURNAL_ROOT "/%s/journal", bridge);
	file = bytes ? fopen(path, "re") : NULL;
	if (!file) {
		*err = bytes ? -errno : -ENOMEM;
		free(bytes);
		return NULL;
	}
	*len = fread(bytes, 1, MAX_BYTES, file);
	fclose(file);
	return bytes;
}

ssize_t journal_read(const char *bridge, struct journal_line **lines)
{
	size_t len = 0, at = 0;
	ssize_t room = 0, count = 0;
	int err = 0;
	char *bytes = read_all(bridge, &len, &err), *end;

	*lines = NULL;
	if (!bytes)
		return err;
	for (size_t i = 0; i < len; i++)
		room += bytes[i] == '\n';
	*lines = calloc(room + 1, sizeof(**lines));
	if (*lines)
		for (; (end = memchr(bytes + at, '\n', len - at)); at = end + 1 - bytes)
			split(&(*lines)[count++], bytes + at, end - (bytes + at));
	else
		count = -ENOMEM;
	free(bytes);
	return count;
}

bool journal_has(const struct journal_line *lines, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(lines[i].field[0], word))
			return true;
	return false;
}
