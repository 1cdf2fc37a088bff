/* SPDX-License-Identifier: GPL-2.0-only */
/* load: the zone, as lab.conf has it. */
#ifndef FAKESERVERS_DNS_LOAD_H
#define FAKESERVERS_DNS_LOAD_H

#include "answer.h"
#include "server.h"

/* False: said why on stderr. */
bool load_zone(struct server *server, struct dns *dns);

#endif /* FAKESERVERS_DNS_LOAD_H */
