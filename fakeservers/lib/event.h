/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event: what a server saw, as JSON lines in Suricata's EVE shape.
 *
 * Several servers append to one file: whole lines in one write(2) to an O_APPEND
 * descriptor.  An event that cannot be written (disk full, cap reached) is
 * dropped and counted, never waited for.  A server that holds its events writes
 * those of one turn of its loop together, when the turn ends.
 *
 *	json_t *telnet = event_begin("login");		 // {"kind":"login"}
 *	event_put_bytes(telnet, "username", name, len);	 // hostile bytes are fine
 *	event_put_int(telnet, "attempt", 2);
 *	event_end(server->events, &conn->orig, "telnet", telnet);
 *
 * and where there are very many, without an object between:
 *
 *	struct writer *dns = event_line(server->events, &orig, "dns");
 *	writer_bytes(dns, "rrname", name, len);
 *	event_line_end(server->events);
 */
#ifndef FAKESERVERS_EVENT_H
#define FAKESERVERS_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <jansson.h>

#include "orig.h"
#include "writer.h"

#define EVENT_BYTES_MAX	1024		/* of the guest, in one string of an event */
#define EVENT_LINE_MAX	65536		/* a longer line is dropped and counted */
#define EVENT_FILE_MAX	(1ULL << 30)	/* bytes that one server writes in its life */
#define EVENT_HELD_MAX	262144		/* bytes held; then they are written before their time */
#define EVENT_TIME_MAX	40

struct event_log {
	int fd;
	bool torn;			/* the last line was cut: end it first */
	const char *server_name;	/* not owned */
	struct names *names;		/* of destinations; not owned; NULL: none */
	bool has_clock;			/* the guests have a time of their own */
	int64_t clock_offset;		/* seconds it is ahead */
	uint64_t max_bytes;
	uint64_t bytes;			/* written or held */
	uint64_t written;		/* events; those held too */
	uint64_t dropped;		/* events */
	int error;			/* errno of the last drop, 0: a cap */

	/* the library's */
	bool holds, has_now;
	struct timespec now;		/* of the events of this turn */
	time_t second;			/* whose text is below */
	char time[EVENT_TIME_MAX], guest_time[EVENT_TIME_MAX];
	struct writer writer;		/* of the line at hand */
	bool is_stats;			/* that line is */
	char *held;
	size_t held_len;		/* its first byte is free, for the end of a torn line */
	size_t held_events;
};

/* path "-" is the standard output.  0 or -errno. */
int event_log_open(struct event_log *log, const char *path, const char *server_name);
bool event_log_is_file(const struct event_log *log);	/* a regular one */
void event_log_close(struct event_log *log);	/* writes what is held */

/* From now on events wait for event_log_turn(). */
void event_log_hold(struct event_log *log);
/* The moment has passed: writes what is held; the next events are of another time. */
void event_log_turn(struct event_log *log);
/* Another batch begins in the same turn: the next events are of another time. */
void event_log_batch(struct event_log *log);
/* The end of a line that was written at held + held_len: keeps or drops it. */
bool event_log_take(struct event_log *log);

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

/* One line at a time, to be ended before another event begins.  orig: as above. */
struct writer *event_line(struct event_log *log, const struct orig *orig, const char *type);
bool event_line_end(struct event_log *log);
/* The same with a member beside the event's object; more may be NULL, and is released. */
bool event_line_end_with(struct event_log *log, const char *key, json_t *more);

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
