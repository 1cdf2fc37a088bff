// SPDX-License-Identifier: GPL-2.0-only
/* Files to give out. */
#include "folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BELOW_MAX	512

/* Without what leads out of the folder. */
static bool clean(const uint8_t *name, size_t len, char path[PATH_BELOW_MAX])
{
	size_t used = 0, n, at;

	for (at = 0; at < len; at += n + 1) {
		for (n = 0; at + n < len && name[at + n] != '/' && name[at + n] != '\\'; n++)
			if (!name[at + n])
				return false;
		if (!n || (n == 1 && name[at] == '.'))
			continue;
		if (n == 2 && name[at] == '.' && name[at + 1] == '.')
			return false;
		if (used + 1 + n >= PATH_BELOW_MAX)
			return false;
		if (used)
			path[used++] = '/';
		memcpy(path + used, name + at, n);
		used += n;
	}
	path[used] = '\0';
	return used > 0;
}

/* One component after another, so that no link is followed on the way. */
static int open_below(int folder, char *path, uint64_t *size)
{
	char *slash;
	struct stat st;
	int next;

	while ((slash = strchr(path, '/'))) {
		*slash = '\0';
		next = openat(folder, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(folder);
		if (next < 0)
			return -1;
		folder = next;
		path = slash + 1;
	}
	next = openat(folder, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	close(folder);
	if (next < 0)
		return -1;
	if (fstat(next, &st) == 0 && S_ISREG(st.st_mode)) {
		*size = st.st_size;
		return next;
	}
	close(next);
	return -1;
}

int folder_open(int folder, const uint8_t *name, size_t len, uint64_t *size)
{
	char below[PATH_BELOW_MAX];

	if (folder < 0 || !clean(name, len, below))
		return -1;
	folder = fcntl(folder, F_DUPFD_CLOEXEC, 0);
	return folder < 0 ? -1 : open_below(folder, below, size);
}

static int compare(const void *a, const void *b)
{
	const struct folder_file *one = a, *other = b;

	return strcmp(one->name, other->name);
}

size_t folder_list(int folder, struct folder_file **files)
{
	int fd = folder < 0 ? -1 : openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	size_t count = 0;
	struct stat st;

	*files = dir ? calloc(FOLDER_FILES_MAX, sizeof(**files)) : NULL;
	while (*files && count < FOLDER_FILES_MAX && (entry = readdir(dir))) {
		struct folder_file *file = &(*files)[count];

		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) ||
		    !S_ISREG(st.st_mode))
			continue;
		file->name = strdup(entry->d_name);
		file->size = st.st_size;
		file->mtime = st.st_mtime;
		count += file->name != NULL;
	}
	if (dir)
		closedir(dir);
	if (count)
		qsort(*files, count, sizeof(**files), compare);
	return count;
}

void folder_free(struct folder_file *files, size_t count)
{
	while (count--)
		free(files[count].name);
	free(files);
}
