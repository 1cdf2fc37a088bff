/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * facts: what is gathered while events and flows are read, line by line.  All
 * that a guest could make grow without end is bounded, and counted above.
 */
#ifndef SINKCTL_REPORT_FACTS_H
#define SINKCTL_REPORT_FACTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct facts {
	json_t		*lists;		/* name of a list -> key -> object */
	json_t		*names;		/* address -> names that were resolved to it */
	json_t		*not_kept;	/* name of a list -> how many found it full */
	json_t		*commands;	/* of the C&C, in order */
	json_t		*missing;	/* what the report cannot tell, and why */
	json_t		*broken;	/* file -> lines that are no JSON objects */
	uint64_t	events;
	uint64_t	flows;
	uint64_t	not_contained;	/* events on connections that are no flow of the bridge */
	uint64_t	suppressed;	/* events that the servers counted only */
};

/*
 * The object of key in a list, made when it is new, and its "count" raised.
 * NULL: the list is full, or there is no memory.
 */
json_t *facts_entry(struct facts *facts, const char *list, const char *key);

/* A key of some JSON values, as compact text; to be freed. */
char *facts_key(json_t *const *values, size_t count);

void facts_add(json_t *object, const char *name, int64_t number);
int64_t facts_number(json_t *object, const char *name);	/* 0: none */
const char *facts_string(json_t *object, const char *name);	/* "": none */
/* The member goes along, if there is one and object has none yet. */
void facts_copy(json_t *object, json_t *from, const char *name);

/* Seconds since the epoch of an EVE timestamp; 0: none. */
double facts_time(const char *timestamp);

/* One line's object; it is not kept. */
void facts_take_event(struct facts *facts, json_t *event);	/* events.c */
void facts_take_flow(struct facts *facts, json_t *flow);	/* flows.c */
/* After the last flow: floods, and what became of each command. */
void facts_finish_flows(struct facts *facts);			/* flows.c */

#endif /* SINKCTL_REPORT_FACTS_H */
