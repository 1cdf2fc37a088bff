/* SPDX-License-Identifier: GPL-2.0-only */
/* issue: certificates that were made, by name; a bounded number is remembered. */
#ifndef FAKESERVERS_TLS_ISSUE_H
#define FAKESERVERS_TLS_ISSUE_H

#include <stdint.h>

#include "ca.h"

#define ISSUE_MAX	1024

struct issue;

struct issue *issue_new(struct ca *ca);
void issue_free(struct issue *issue);	/* NULL is fine */

/* It stays the issuer's, until the next call.  NULL: out of memory. */
X509 *issue_for(struct issue *issue, const char *name, size_t len, time_t now);
uint64_t issue_made(const struct issue *issue);

#endif /* FAKESERVERS_TLS_ISSUE_H */
