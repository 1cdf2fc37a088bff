/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * handover: a connection goes to the server of the lab that speaks its protocol.
 *
 * Servers live in network namespaces of their own and cannot call each other;
 * but each has a local socket in the lab's folder, FOLDER/NAME.take, and a
 * connection's descriptor can be sent through it.  It stays the same socket:
 * bytes that were only looked at are read by whom it goes to, and the module
 * still tells where it was meant to go.
 */
#ifndef FAKESERVERS_HANDOVER_H
#define FAKESERVERS_HANDOVER_H

#include <stdbool.h>
#include <stddef.h>

#include "datagram.h"
#include "server.h"

/* As server_new() does if the lab has a folder.  0, or -1 after saying why. */
int handover_open(struct server *server);
void handover_close(struct server *server);

/* A datagram for its first handler; answers go out where it came in. */
bool handover_send_datagram(struct server *server, const char *to,
			    const struct datagram *datagram);

/*
 * False: nobody took it (no such server; errno EAGAIN: too many at once); fd is
 * the caller's either way.
 */
bool handover_send(struct server *server, const char *to, int fd);

#endif /* FAKESERVERS_HANDOVER_H */
