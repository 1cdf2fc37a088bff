/* SPDX-License-Identifier: GPL-2.0-only */
/* session: connections of HTTP clients, with TLS or without. */
#ifndef FAKESERVERS_HTTP_SESSION_H
#define FAKESERVERS_HTTP_SESSION_H

#include "stream.h"

struct tls;

struct http {
	struct server *server;
	const struct labconf_http *conf;
	int folder_fd;			/* -1: none */
	struct tls *tls;		/* NULL: a client that begins with it gets an error */
	uint64_t requests, uploads;
};

/* As a listener's data. */
extern const struct stream_ops http_ops;

#endif /* FAKESERVERS_HTTP_SESSION_H */
