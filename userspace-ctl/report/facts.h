/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * facts: what is gathered while events, flows and floods are read, line by
 * line.  All that a guest could make grow without end is bounded: each list in
 * entries, all of them together in bytes; what was left out is counted.
 */
#ifndef SINKCTL_REPORT_FACTS_H
#define SINKCTL_REPORT_FACTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "series.h"

struct facts {
	json_t		*lists;		/* name of a list -> key -> object */
	json_t		*names;		/* address -> names that were resolved to it */
	json_t		*not_kept;	/* name of a list -> how many found it full */
	json_t		*commands;	/* of the C&C, in order */
	json_t		*attacks;	/* recognised, the most packets first */
	json_t		*moments;	/* for the time line: what came for the first time, and when */
	json_t		*missing;	/* what the report cannot tell, and why */
	json_t		*broken;	/* file -> lines that are no JSON objects */
	struct series	*series;	/* events over time, by type */
	char		*key;		/* the room of facts_key() */
	size_t		key_room;
	size_t		kept;		/* bytes, roughly */
	uint64_t	events;
	uint64_t	flows;
	uint64_t	floods;
	uint64_t	not_contained;	/* events on connections that are no flow of the bridge */
	uint64_t	suppressed;	/* events that the servers counted only */
};

int facts_init(struct facts *facts);	/* 0 or -ENOMEM */
void facts_free(struct facts *facts);

/*
 * The object of key in a list, made when it is new, and its "count" raised.
 * NULL: the list is full, or there is no memory.
 */
json_t *facts_entry(struct facts *facts, const char *list, const char *key);
/* The same by some values of an event. */
json_t *facts_entry_of(struct facts *facts, const char *list, json_t *const *values, size_t count);
/* Entry number NUMBER was left out of a list that has no keys; false: it is to be left out. */
bool facts_may_append(struct facts *facts, const char *list, json_t *array, size_t max);

/* A key of some JSON values; good until the next one. */
const char *facts_key(struct facts *facts, json_t *const *values, size_t count);

bool facts_is_new(json_t *entry);	/* it is there for the first time */
void facts_add(json_t *object, const char *name, int64_t number);
int64_t facts_number(json_t *object, const char *name);	/* 0: none */
double facts_real(json_t *object, const char *name);	/* any number; 0: none */
const char *facts_string(json_t *object, const char *name);	/* "": none */
/* The member goes along, if there is one and object has none yet. */
void facts_copy(json_t *object, json_t *from, const char *name);
void facts_copy_all(json_t *object, json_t *from, const char *const *names);

/*
 * Something for the time line: kind is a word for the page's colours, what and
 * subject are put side by side; subject (may be NULL) is the guest's.
 */
void facts_moment(struct facts *facts, json_t *event, const char *kind, const char *what,
		  json_t *subject);

/* Seconds since the epoch of an EVE timestamp, which is UTC; 0: none. */
double facts_time(const char *timestamp);
/* The reverse: "2026-11-24T18:00:00.123456+0000". */
const char *facts_time_text(double seconds, char room[40]);

/* One line's object; it is not kept. */
void facts_take_event(struct facts *facts, json_t *event);	/* events.c */
void facts_take_telnet(struct facts *facts, json_t *event, json_t *telnet);	/* sessions.c */
void facts_take_flow(struct facts *facts, json_t *flow);	/* flows.c */
void facts_take_flood(struct facts *facts, json_t *flood);	/* floods.c */
void facts_take_rate(struct facts *facts, json_t *line);	/* rates.c */
/* The curve of a flood as the kernel counted it, or NULL. */
json_t *facts_flood_curve(struct facts *facts, json_t *event);	/* rates.c */
/* After the last line. */
void facts_finish_flows(struct facts *facts);			/* flows.c */
void facts_finish_floods(struct facts *facts, const char *folder);	/* floods.c */
void facts_finish_sessions(struct facts *facts);		/* sessions.c */

/* Reads each line of a file of the folder as an object; read.c */
bool facts_read_lines(struct facts *facts, const char *folder, const char *name,
		      void (*take)(struct facts *, json_t *));
void facts_read_floods(struct facts *facts, const char *folder);
json_t *facts_read_object(struct facts *facts, const char *folder, const char *name);
void facts_miss(struct facts *facts, const char *what, const char *why);

/* All of it as one object; root.c */
json_t *facts_root(struct facts *facts, json_t *run);

#endif /* SINKCTL_REPORT_FACTS_H */
