/* SPDX-License-Identifier: GPL-2.0-only */
/* services: all the protocols that fakeservice speaks. */
#ifndef FAKESERVERS_SERVICE_SERVICES_H
#define FAKESERVERS_SERVICE_SERVICES_H

#include "talk.h"

/* NULL: no such type. */
const struct service *service_find(const char *type);

#endif /* FAKESERVERS_SERVICE_SERVICES_H */
