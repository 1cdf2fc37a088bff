/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event: what a server saw, as JSON lines in Suricata's EVE shape.
 *
 * Several servers append to one file: each event is one write(2) to an
 * O_APPEND descriptor.  An event that cannot be written (disk full, cap
 * reached) is dropped and counted, never waited for.
 *
 *	json_t *telnet = event_begin("login");		 // {"kind":"login"}
 *	event_put_bytes(telnet, "username", name, len);	 // hostile bytes are fine
 *	event_put_int(telnet, "attempt", 2);
 *	event_end(server->events, &conn->orig, "telnet", telnet);
 */
#ifndef FAKESERVERS_EVENT_H
#define FAKESERVERS_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "orig.h"

#define EVENT_BYTES_MAX	1024		/* of the guest, in one string of an event */
#define EVENT_LINE_MAX	65536		/* a longer line is dropped and counted */
#define EVENT_FILE_MAX	(1ULL << 30)	/* bytes that one server writes in its life */

struct event_log {
	int fd;
	bool torn;			/* the last line was cut: end it first */
	const char *server_name;	/* not owned */
	struct names *names;		/* of destinations; not owned; NULL: none */
	bool has_clock;			/* the guests have a time of their own */
	int64_t clock_offset;		/* seconds it is ahead */
	uint64_t max_bytes;
	uint64_t bytes;			/* written */
	uint64_t written;		/* events */
	uint64_t dropped;		/* events */
	int error;			/* errno of the last drop, 0: a cap */
};

/* path "-" is the standard output.  0 or -errno. */
int event_log_open(struct event_log *log, const char *path, const char *server_name);
bool event_log_is_file(const struct event_log *log);	/* a regular one */
void event_log_close(struct event_log *log);

/* The object of one event; kind may be NULL (no "kind" member). */
json_t *event_begin(const char *kind);

/*
 * Writes the event and releases the object.  False: dropped, and counted.
 * orig may be NULL for an event that belongs to no conversation.
 */
bool event_end(struct event_log *log, const struct orig *orig, const char *type, json_t *object);

/* The same with a member beside the object; more may be NULL. */
bool event_end_with(struct event_log *log, const struct orig *orig, const char *type,
		    json_t *object, const char *key, json_t *more);

/*
 * Members.  Keys are literals.  Bytes of a guest: valid UTF-8 is kept, any
 * other byte becomes U+00XX; after EVENT_BYTES_MAX bytes they are cut and
 * "truncated":true is added to the object.  hex: lower case, without spaces.
 */
void event_put_bytes(json_t *object, const char *key, const void *bytes, size_t len);
void event_put_hex(json_t *object, const char *key, const void *bytes, size_t len);
void event_put_string(json_t *object, const char *key, const char *text);	/* our own text */
void event_put_int(json_t *object, const char *key, uint64_t value);
void event_put_bool(json_t *object, const char *key, bool value);
void event_put_addr(json_t *object, const char *key, const struct in6_addr *addr);
void event_put_ipv4(json_t *object, const char *key, struct in_addr addr);

/* A JSON string from any bytes (no cap); never NULL unless out of memory. */
json_t *event_string(const void *bytes, size_t len);

#endif /* FAKESERVERS_EVENT_H */
