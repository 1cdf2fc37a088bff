/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * store: files that a guest gave away (uploads, mails, what it wrote in a
 * shell), kept in one folder under the SHA-256 of their content.
 *
 * All servers of a run share the folder, and one budget of bytes and files,
 * which is counted in a small file of the folder.  What does not fit is hashed
 * all the same, and not kept.  Without a folder nothing is kept.
 *
 *	struct store_file *file = store_begin(server->store);
 *	store_write(file, bytes, len);			// as they come
 *	store_end(file, &result);			// frees file
 *	event_end(server->events, &stream->orig, "fileinfo",
 *		  store_describe("smtp", name, name_len, &result));
 */
#ifndef FAKESERVERS_STORE_H
#define FAKESERVERS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "event.h"

#define STORE_FILE_MAX	(64ULL << 20)	/* bytes of one file */
#define STORE_BYTES_MAX	(512ULL << 20)	/* of all files of a run */
#define STORE_FILES_MAX	16384ULL	/* of a run */
#define STORE_OPEN_MAX	256		/* being written at a time, by one server */

struct store;
struct store_file;

struct store_result {
	char sha256[65];		/* lower case hex; the file's name */
	uint64_t size;
	bool stored;			/* now, or the same content before */
	const char *why;		/* not: "no folder", "file too big", "store full", … */
};

struct store_counters {
	uint64_t files, bytes;		/* kept by this server */
	uint64_t known;			/* were there already */
	uint64_t refused;		/* not kept */
};

/*
 * Opens the folder, making it if there is none, for user to write into.  NULL:
 * errno says why.  path NULL: a store that keeps nothing.  To be called before
 * privileges are dropped.
 */
struct store *store_open(const char *path, const char *user);
void store_close(struct store *store);		/* NULL is fine */
const struct store_counters *store_counters(const struct store *store);

/* NULL: no memory; the other calls take that. */
struct store_file *store_begin(struct store *store);
void store_write(struct store_file *file, const void *bytes, size_t len);
uint64_t store_size(const struct store_file *file);	/* so far */
void store_end(struct store_file *file, struct store_result *result);
void store_drop(struct store_file *file);		/* NULL is fine */

/* All three in one. */
void store_bytes(struct store *store, const void *bytes, size_t len, struct store_result *result);

/* The members of a "fileinfo" event: filename (of the guest; may be NULL), size, sha256, stored. */
json_t *store_describe(const char *app_proto, const void *name, size_t name_len,
		       const struct store_result *result);

#endif /* FAKESERVERS_STORE_H */
