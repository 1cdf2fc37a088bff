/* SPDX-License-Identifier: GPL-2.0-only */
/* carrier: brings a service's conversations, over TCP and UDP. */
#ifndef FAKESERVERS_SERVICE_CARRIER_H
#define FAKESERVERS_SERVICE_CARRIER_H

#include "rate.h"
#include "server.h"
#include "stream.h"
#include "talk.h"

struct carrying {
	struct server *server;
	const struct service *service;
	struct rate events;
	int folder;			/* of files to give out; -1: none */
	void *shared;			/* of service->prepare */
	struct tls *tls;		/* NULL: none */
	uint64_t conversations;
	uint64_t unanswered;		/* datagrams that might begin a loop */
	uint64_t unexpected;		/* data connections that nobody waited for */
	uint64_t refused;		/* conversations outside containment, of a guarded service */
};

/* A TCP conversation: the state of its stream. */
struct connection {
	struct talk talk;
	struct stream *stream;
	bool opened;			/* the service has been told of it */
	bool refused;
	uint16_t data_port;		/* the guest was told to connect there; 0: no more */
	struct stream *data;		/* its second connection */
	struct connection *next;	/* of those with a data_port */
};

/* Each false after saying why. */
bool carry_tcp(struct carrying *carrying);
bool carry_udp(struct carrying *carrying);
bool carry_data(struct carrying *carrying);
void carry_udp_end(struct carrying *carrying);

void carry_init(struct carrying *carrying, struct talk *talk, const struct carrier *carrier);
void carry_event(struct carrying *carrying, const struct talk *talk, const char *type,
		 json_t *object);
/* The guest is not contained: it hears nothing, and that is told. */
void carry_refuse(struct carrying *carrying, struct talk *talk);

/* data.c, for tcp.c */
uint16_t data_expect(struct connection *connection);
bool data_send(struct connection *connection, const void *bytes, size_t len);
void data_finish(struct connection *connection);
void data_forget(struct connection *connection);

#endif /* FAKESERVERS_SERVICE_CARRIER_H */
