/* SPDX-License-Identifier: GPL-2.0-only */
/* path: from the target of a request to a file name below a folder. */
#ifndef FAKESERVERS_HTTP_PATH_H
#define FAKESERVERS_HTTP_PATH_H

#include <stdbool.h>
#include <stddef.h>

#define PATH_TEXT_MAX	1024	/* a longer one is no file of ours */

/* The path of a target, without host, query and fragment; *len becomes its length. */
const char *path_only(const char *url, size_t *len);

/*
 * Decodes "/a%20b?query" or "http://host/a%20b" to "a b"; a path that ends in
 * '/' gets "index.html".  False: it cannot name a file (too long, a NUL, a bad
 * escape, a ".." component).  The text has no leading '/' and ends with a NUL.
 */
bool path_from_url(char text[PATH_TEXT_MAX], const char *url, size_t len);

#endif /* FAKESERVERS_HTTP_PATH_H */
