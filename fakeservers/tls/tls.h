/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tls: a stream's layer.  Every name has a certificate, made when a client asks
 * for it and signed by the lab's CA; every version and cipher that the library
 * has is taken, as the clients here are old devices.
 *
 *	struct tls *tls = tls_new(server);
 *	tls_start(tls, stream);			// at the first byte, before data
 *
 * One "tls" event a connection: when the handshake is done, or has failed.
 */
#ifndef FAKESERVERS_TLS_TLS_H
#define FAKESERVERS_TLS_TLS_H

#include "server.h"
#include "stream.h"

struct tls;

/* With the CA of server->conf, before privileges are dropped.  NULL: said why on stderr. */
struct tls *tls_new(struct server *server);
void tls_free(struct tls *tls);		/* after the streams */

uint64_t tls_certificates(const struct tls *tls);	/* made so far */

/* False: no memory; the stream is as before. */
bool tls_start(struct tls *tls, struct stream *stream);

/* Its handshake is done: version, sni, ja3, ja4, …  NULL: no TLS. */
json_t *tls_describe(const struct stream *stream);
bool tls_is_established(const struct stream *stream);

#endif /* FAKESERVERS_TLS_TLS_H */
