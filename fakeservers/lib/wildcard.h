/* SPDX-License-Identifier: GPL-2.0-only */
/* wildcard: "*" is any bytes, "?" is one, letters without regard to case.  Pure; no NUL needed. */
#ifndef FAKESERVERS_WILDCARD_H
#define FAKESERVERS_WILDCARD_H

#include <stdbool.h>
#include <stddef.h>

bool wildcard_matches(const char *pattern, const char *text, size_t len);

#endif /* FAKESERVERS_WILDCARD_H */
