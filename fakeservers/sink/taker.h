/* SPDX-License-Identifier: GPL-2.0-only */
/* taker: which server of the lab speaks a protocol, and what is said where none does.  Pure. */
#ifndef FAKESERVERS_SINK_TAKER_H
#define FAKESERVERS_SINK_TAKER_H

#include <stddef.h>
#include <stdint.h>

#include "labconf.h"

/* The server's name; NULL: none. */
const char *taker_find(const struct labconf *conf, const char *protocol);

/* The protocol of a port where the server speaks first; NULL: none that is known. */
const char *taker_protocol_of_port(uint16_t port);

/* Its likely greeting; 0: none.  In *bytes, static. */
size_t taker_banner(const char *protocol, const uint8_t **bytes);

#endif /* FAKESERVERS_SINK_TAKER_H */
