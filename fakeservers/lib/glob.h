/* SPDX-License-Identifier: GPL-2.0-only */
/* glob: "*" is any bytes, "?" is one, letters without regard to case.  Pure; no NUL needed. */
#ifndef FAKESERVERS_GLOB_H
#define FAKESERVERS_GLOB_H

#include <stdbool.h>
#include <stddef.h>

bool glob_matches(const char *pattern, const char *text, size_t len);

#endif /* FAKESERVERS_GLOB_H */
