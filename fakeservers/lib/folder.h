/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * folder: files that a server gives out, from one folder of the host.  What a
 * guest names is looked up strictly below it: no "..", no links, only regular
 * files.
 */
#ifndef FAKESERVERS_FOLDER_H
#define FAKESERVERS_FOLDER_H

#include <stddef.h>
#include <stdint.h>

#define FOLDER_FILES_MAX	256	/* listed */

/*
 * Opens the file that name (of a guest, any bytes; "\" counts as "/") stands
 * for.  The descriptor and its size, or -1.  folder -1: there is none.
 */
int folder_open(int folder, const uint8_t *name, size_t len, uint64_t *size);

struct folder_file {
	char *name;
	uint64_t size;
	int64_t mtime;
};

/* The regular files right in it, by name; to be freed by folder_free(). */
size_t folder_list(int folder, struct folder_file **files);
void folder_free(struct folder_file *files, size_t count);

#endif /* FAKESERVERS_FOLDER_H */
