/* SPDX-License-Identifier: GPL-2.0-only */
/* ftp: where a guest says that it listens. */
#ifndef FAKESERVERS_FTP_FTP_H
#define FAKESERVERS_FTP_FTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

/* "1,2,3,4,5,6" of PORT; "|1|1.2.3.4|1286|" and "|2|2001:db8::1|1286|" of EPRT. */
bool ftp_parse_port(const uint8_t *text, size_t len, struct in6_addr *addr, uint16_t *port);
bool ftp_parse_eprt(const uint8_t *text, size_t len, struct in6_addr *addr, uint16_t *port);

#endif /* FAKESERVERS_FTP_FTP_H */
