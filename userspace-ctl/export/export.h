/* SPDX-License-Identifier: GPL-2.0-only */
/* export: a run in the forms of others. */
#ifndef SINKCTL_EXPORT_EXPORT_H
#define SINKCTL_EXPORT_EXPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "../report/facts.h"

#define EXPORT_MAX	10000	/* of one kind, where a form is one object and not lines */

struct export {
	const char	*folder;
	json_t		*facts;		/* of the report; NULL in forms that are written line by line */
	FILE		*file;
};

/* Each returns 0, or -1: it could not be written. */
int export_eve(struct export *export);
int export_conn(struct export *export);
int export_cape(struct export *export);
int export_stix(struct export *export);
int export_misp(struct export *export);

/*
 * Calls each with the objects of a file of the folder, in order.  False: the
 * file is not there, or each returned false.
 */
bool export_each(struct export *export, const char *name,
		 bool (*each)(struct export *export, json_t *object));

/* One object as a line in ASCII; takes the reference. */
bool export_line(struct export *export, json_t *object);
/* The whole export. */
int export_object(struct export *export, json_t *object);

/* uuid.c: a UUID of version 5 by name in a namespace (NULL: that of sinkbridge) */
#define UUID_TEXT 37
const char *uuid_of(const char *space, const char *name, char text[UUID_TEXT]);

#endif /* SINKCTL_EXPORT_EXPORT_H */
