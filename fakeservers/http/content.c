// SPDX-License-Identifier: GPL-2.0-only
/* Bodies of answers. */
#include "content.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "path.h"

static int open_beneath(int folder_fd, const char *path)
{
	/* the kernel checks each step: "..", links and mounts cannot lead out */
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
	};

	return (int)syscall(SYS_openat2, folder_fd, path, &how, sizeof(how));
}

int content_open(struct content *content, int folder_fd, const char *url, size_t len)
{
	char path[PATH_TEXT_MAX];
	struct stat stat;
	int fd;

	if (!path_from_url(path, url, len))
		return -ENOENT;
	fd = open_beneath(folder_fd, path);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &stat) < 0 || !S_ISREG(stat.st_mode)) {
		close(fd);
		return -ENOENT;
	}
	*content = (struct content){ .fd = fd, .size = (uint64_t)stat.st_size };
	return 0;
}

struct content content_of_bytes(const void *bytes, size_t len)
{
	return (struct content){ .bytes = bytes, .fd = -1, .size = len };
}

void content_close(struct content *content)
{
	if (content->fd >= 0)
		close(content->fd);
	*content = content_of_bytes(NULL, 0);
}

ssize_t content_read(struct content *content, uint8_t *buffer, size_t len)
{
	ssize_t n;

	/* never more than was promised, even if the file grew */
	if (len > content->size - content->at)
		len = content->size - content->at;
	if (!len)
		return 0;
	if (content->fd < 0) {
		memcpy(buffer, content->bytes + content->at, len);
		n = (ssize_t)len;
	} else {
		n = pread(content->fd, buffer, len, (off_t)content->at);
		if (n <= 0)
			return -1;
	}
	content->at += (uint64_t)n;
	return n;
}
