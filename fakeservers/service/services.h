/* SPDX-License-Identifier: GPL-2.0-only */
/* services: all the protocols that fakeservice speaks. */
#ifndef FAKESERVERS_SERVICE_SERVICES_H
#define FAKESERVERS_SERVICE_SERVICES_H

#include "talk.h"

/* Of a section of lab.conf whose program is this one. */
const struct service *service_find(const struct labconf_server *server);

#endif /* FAKESERVERS_SERVICE_SERVICES_H */
