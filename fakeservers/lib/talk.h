/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * talk: one conversation of a service, as its protocol code sees it.
 *
 * A protocol is a struct service: functions that are given what the guest said
 * and that say something by talk_send() and its like.  They know no sockets: a
 * carrier (service/carrier.c, a test, a fuzz target) brings the bytes and takes
 * them away.
 */
#ifndef FAKESERVERS_TALK_H
#define FAKESERVERS_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <jansson.h>

#include "labconf.h"
#include "lines.h"
#include "orig.h"
#include "store.h"

#define TALK_TCP	1u
#define TALK_UDP	2u

#define TALK_EVENTS_MAX	2000		/* of one conversation */
#define TALK_PRINT_MAX	2048		/* bytes of one talk_printf() */

struct talk;

struct service {
	const char *name;		/* the type in lab.conf; a C&C's family */
	const char *event;		/* type of its events; NULL: name */
	unsigned int transports;
	size_t state_size;		/* of talk->state, all zero at first */
	double idle_timeout;		/* seconds */
	size_t line_max;		/* longest line, if line is there */
	size_t receive_max;		/* bytes of one input at most; 0: 8192 */
	/*
	 * What it says can make a guest attack: it is heard only where the module
	 * confirms, then and there, that the guest is contained.  It has no
	 * peer_state, no second connections and no TLS.
	 */
	bool guarded;

	/* Once, before all: what all conversations share.  NULL: it said why not. */
	void *(*prepare)(const struct labconf *conf, const struct labconf_server *server);
	void (*release)(void *shared);

	/* TCP.  Each may be NULL. */
	void (*open)(struct talk *talk);
	/* a line, without its end; while talk->raw is false */
	void (*line)(struct talk *talk, const uint8_t *line, size_t len);
	/* other bytes; how many it consumed: all, unless it sets talk->raw to false */
	size_t (*input)(struct talk *talk, const uint8_t *bytes, size_t len);
	/* all that was sent is gone, after talk_send() said that it was not */
	void (*sent)(struct talk *talk);
	/* the time of talk_timer() has come */
	void (*timer)(struct talk *talk);
	/* it is over: events of what was not complete; then members of the closing event */
	void (*ending)(struct talk *talk);
	void (*closed)(struct talk *talk, json_t *object);
	/* the last call: release what the state points to */
	void (*close)(struct talk *talk);

	/*
	 * UDP.  Without peer_state each datagram is a conversation of its own;
	 * with it talk and state live as long as the peer goes on.
	 */
	void (*datagram)(struct talk *talk, const uint8_t *bytes, size_t len);
	bool peer_state;
	size_t reply_max;		/* bytes; but always as many as the guest sent */

	/* A second connection, which the guest makes to talk_data_port(). */
	void (*data_open)(struct talk *talk);
	void (*data_input)(struct talk *talk, const uint8_t *bytes, size_t len);
	void (*data_sent)(struct talk *talk);		/* room for more */
	void (*data_end)(struct talk *talk);		/* the guest closed it, or it broke */
};

struct carrier {
	bool (*send)(struct talk *talk, const void *bytes, size_t len);
	void (*finish)(struct talk *talk, const char *why);
	void (*timer)(struct talk *talk, double seconds);
	bool (*secure)(struct talk *talk);
	void (*event)(struct talk *talk, const char *type, json_t *object);
	/* a port where the guest may connect to next, 0: none */
	uint16_t (*data_port)(struct talk *talk);
	bool (*data_send)(struct talk *talk, const void *bytes, size_t len);
	void (*data_finish)(struct talk *talk);
};

struct talk {
	const struct service *service;
	const struct carrier *carrier;
	void *carried;			/* of the carrier */
	const struct labconf_server *conf;
	struct store *store;
	int folder;			/* files to give out, for folder_open(); -1: none */
	const struct orig *orig;
	int64_t clock_offset;		/* of the guests' time, seconds */
	void *state;
	void *shared;			/* of service->prepare */
	uint64_t session;		/* number of the conversation */
	bool udp;
	bool raw;			/* bytes go to input, not to line */
	bool always;			/* the event that is being written is never suppressed */
	bool can_secure;		/* TLS may begin within the conversation */
	bool secure;			/* it has */
	bool finished;
	struct lines lines;
	unsigned int logins;		/* tried so far */
	unsigned int events, commands;	/* written; lines that came */
	size_t reply_max;		/* of this datagram; what is above is not sent */
};

/* For carriers.  What talk_init() does not take is all zero. */
void talk_init(struct talk *talk, const struct service *service, const struct carrier *carrier,
	       const struct labconf_server *conf);
void talk_open(struct talk *talk);
void talk_receive(struct talk *talk, const uint8_t *bytes, size_t len);
void talk_datagram(struct talk *talk, const uint8_t *bytes, size_t len);
/* service->ending, the closing event of a TCP conversation, service->close. */
void talk_close(struct talk *talk, const char *why);

/* For protocol code.  True: all of it is on its way, more is welcome. */
bool talk_send(struct talk *talk, const void *bytes, size_t len);
void talk_puts(struct talk *talk, const char *text);
void talk_printf(struct talk *talk, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void talk_finish(struct talk *talk, const char *why);
void talk_timer(struct talk *talk, double seconds);

/* What follows is TLS, after a command like STARTTLS.  False: it cannot be. */
bool talk_secure(struct talk *talk);

/*
 * The second connection: a port for the guest to connect to (0: there is none),
 * bytes for it (false: wait for data_sent, or it is gone), its end.
 */
uint16_t talk_data_port(struct talk *talk);
bool talk_data_send(struct talk *talk, const void *bytes, size_t len);
void talk_data_finish(struct talk *talk);

/* The time that guests are told. */
struct timespec talk_now(const struct talk *talk);

/* An object for an event of this conversation. */
json_t *talk_event_begin(struct talk *talk, const char *kind);
void talk_event(struct talk *talk, json_t *object);
/* One that is never suppressed: of what we did ourselves. */
void talk_event_always(struct talk *talk, json_t *object);
void talk_event_as(struct talk *talk, const char *type, json_t *object);
/* A command and what belongs to it, as one event of the kind "command". */
void talk_command(struct talk *talk, const uint8_t *line, size_t len);
/* Ends the file; its event is of type "fileinfo".  name may be NULL. */
void talk_file(struct talk *talk, const void *name, size_t name_len, struct store_file *file);

/* A login: the policy of lab.conf decides, and it becomes an event. */
bool talk_login(struct talk *talk, const uint8_t *user, size_t user_len,
		const uint8_t *password, size_t password_len);

/* The host name of lab.conf, and its banner or what stands in for it. */
const char *talk_hostname(const struct talk *talk);
const char *talk_banner(const struct talk *talk, const char *otherwise);

/*
 * Does line begin with word, in any case, at its end or before a blank?  Then
 * *rest is what follows, without blanks in front.
 */
bool talk_is(const uint8_t *line, size_t len, const char *word, const uint8_t **rest,
	     size_t *rest_len);

#endif /* FAKESERVERS_TALK_H */
