/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * files: what a login sees of a file system: a few files of a small MIPS
 * device, and those that the guest wrote, which live as long as its
 * connection.  Bounded in number and bytes; a full one behaves as a full disk.
 */
#ifndef FAKESERVERS_TELNET_FILES_H
#define FAKESERVERS_TELNET_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labconf.h"
#include "observer.h"

#define FILES_MAX	32
#define FILES_BYTES_MAX	(32 * 1024)	/* of all files of a connection */
#define FILES_PATH_MAX	128

struct file {
	struct file *next;
	uint8_t *data;
	size_t len;
	char path[FILES_PATH_MAX];
};

struct files {
	const struct labconf_telnet *conf;
	const struct observer *observer;	/* may be NULL */
	struct file *first;
	unsigned int count;
	size_t bytes;
	char cwd[FILES_PATH_MAX];
};

enum files_error {
	FILES_OK,
	FILES_FULL,			/* No space left on device */
	FILES_DENIED,			/* /proc, /sys, or a name that is too long */
};

void files_init(struct files *files, const struct labconf_telnet *conf,
		const struct observer *observer);
void files_free(struct files *files);

/* The full path of name, into path.  False: too long. */
bool files_resolve(const struct files *files, const char *name, char path[FILES_PATH_MAX]);
/* Changes to a folder; any plausible one exists. */
bool files_chdir(struct files *files, const char *name);

/* NULL: no such file.  Valid until the next change. */
const uint8_t *files_read(const struct files *files, const char *name, size_t *len);
enum files_error files_write(struct files *files, const char *name, const void *data, size_t len,
			     bool append);
/* Only what the guest wrote can go. */
bool files_remove(struct files *files, const char *name);

#endif /* FAKESERVERS_TELNET_FILES_H */
