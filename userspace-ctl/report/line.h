/* SPDX-License-Identifier: GPL-2.0-only */
/* line: one line of JSON as an object, fast: a run has a million of them. Pure. */
#ifndef SINKCTL_REPORT_LINE_H
#define SINKCTL_REPORT_LINE_H

#include <jansson.h>

/*
 * The same value that json_loadb() with JSON_ALLOW_NUL gives; NULL: broken, or
 * no object or array.  What servers write (ASCII, whole numbers) is read here;
 * jansson has to judge all the rest.
 */
json_t *line_parse(const char *line, size_t len);

#endif /* SINKCTL_REPORT_LINE_H */
