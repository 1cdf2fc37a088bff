/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * names: which address was handed out for which name, so that what goes to the
 * address later can be called by it.
 *
 * One file, beside the events, for all servers of a run: a line "ADDRESS NAME"
 * for each, appended by the DNS server; the others read on when it has grown.
 * An address keeps the first name.
 */
#ifndef FAKESERVERS_NAMES_H
#define FAKESERVERS_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

#define NAMES_FILE	"names"
#define NAMES_MAX	131072		/* addresses */
#define NAMES_BYTES_MAX	(64 << 20)	/* of the file */

struct names;

/* The file in the folder where that file is.  NULL: errno says why. */
struct names *names_open(const char *beside);
void names_close(struct names *names);	/* NULL is fine */

/* False: it has a name already, or there is no room.  Text: printable, without blanks. */
bool names_add(struct names *names, const struct in6_addr *addr, const char *text, size_t len);

/*
 * From the first call on, names_find() looks into the file only once after each
 * call: for what is older than that.
 */
void names_turn(struct names *names);	/* NULL is fine */

/* We are who adds them: names_find() does not look into the file from now on. */
void names_own(struct names *names);	/* NULL is fine */

/* NULL: none.  names may be NULL. */
const char *names_find(struct names *names, const struct in6_addr *addr);

#endif /* FAKESERVERS_NAMES_H */
