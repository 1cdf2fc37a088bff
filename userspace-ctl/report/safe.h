/* SPDX-License-Identifier: GPL-2.0-only */
/* safe: text of a guest, so that no byte of it commands a terminal. */
#ifndef SINKCTL_REPORT_SAFE_H
#define SINKCTL_REPORT_SAFE_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#define SAFE_MAX	256	/* bytes of one printed text, with the NUL */
#define NUMBER_MAX	32

/*
 * UTF-8 of len bytes as printable text: control, format and private characters,
 * and what is no UTF-8, become \xNN or \u{N}; cut after columns with "…".
 */
const char *safe_text(const char *bytes, size_t len, size_t columns, char room[SAFE_MAX]);
const char *safe_json(json_t *string, size_t columns, char room[SAFE_MAX]);	/* no string: "" */

/* Pads to columns: bytes of UTF-8 that go on are none. */
void safe_pad(FILE *file, const char *text, size_t columns);

/* As JSON, on one line without its end, of printable ASCII alone. 0, or -1. */
int safe_dump(json_t *json, FILE *file);

const char *safe_number(int64_t number, char room[NUMBER_MAX]);	/* 12,345,678 */

#endif /* SINKCTL_REPORT_SAFE_H */
