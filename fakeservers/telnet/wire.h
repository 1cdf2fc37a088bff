/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire: the telnet protocol around a session (by libtelnet).  Bytes in, bytes
 * out; knows no sockets.
 *
 * We offer to echo and to go without go-ahead, and ask for the window's size,
 * as a telnetd does; whatever else the other side offers or asks is answered as
 * the protocol wants it.
 */
#ifndef FAKESERVERS_TELNET_WIRE_H
#define FAKESERVERS_TELNET_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labconf.h"
#include "login.h"
#include "observer.h"

/* of one wire_receive(); a guest that asks for more at once loses the rest */
#define WIRE_OUTPUT_MAX	(128 * 1024)

struct wire_ops {
	/* once per call of wire_start() or wire_receive(), if there is anything */
	void (*send)(void *data, const uint8_t *bytes, size_t len);
	void (*login)(void *data, const struct login *login);
	void (*command)(void *data, const uint8_t *line, size_t len, bool cut);
	/* the session is over: close when all is sent.  The last call, but for send. */
	void (*end)(void *data, const char *why);
};

struct wire;

/* NULL: no memory.  observer: of the shell; may be NULL. */
struct wire *wire_new(const struct labconf_server *conf, const struct wire_ops *ops, void *data,
		      const struct observer *observer);
void wire_free(struct wire *wire);	/* NULL is fine; not from an op */

void wire_start(struct wire *wire);
void wire_receive(struct wire *wire, const uint8_t *bytes, size_t len);

#endif /* FAKESERVERS_TELNET_WIRE_H */
