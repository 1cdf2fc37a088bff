/* SPDX-License-Identifier: GPL-2.0-only */
/* put: pieces of the report as text. Nothing of a guest gets out but through safe.h. */
#ifndef SINKCTL_REPORT_PUT_H
#define SINKCTL_REPORT_PUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Precision and text of an EVE timestamp's time of day, for "%.*s" */
#define TIME(text)	(strlen(text) > 18 ? 8 : 0), (strlen(text) > 18 ? (text) + 11 : "")

void title(FILE *file, const char *text);
/* True: the row is one too many, and the rest was told of. */
bool enough(FILE *file, json_t *list, size_t row);
void put_number(FILE *file, int64_t number, int columns);
void put_text(FILE *file, json_t *string, size_t columns);	/* padded */
void put_plain(FILE *file, json_t *string, size_t columns);
void put_count(FILE *file, int64_t count, const char *one, const char *more);
void put_names(FILE *file, json_t *entry);	/* " (cnc.example)", or how many lead there */
void put_place(FILE *file, json_t *entry);	/* dest_ip:dest_port */
void put_rate(FILE *file, json_t *entry);
void put_ports(FILE *file, json_t *contact);

/* text_attacks.c */
void render_attacks(json_t *facts, FILE *file);
void render_cases(json_t *facts, FILE *file);

#endif /* SINKCTL_REPORT_PUT_H */
