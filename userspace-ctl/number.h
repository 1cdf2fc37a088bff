/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers, names and MAC addresses from foreign text, strictly.  Pure; IP addresses: addr.h. */
#ifndef SINKCTL_NUMBER_H
#define SINKCTL_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decimal digits only: no sign, no space, no leading zero, nothing behind. */
bool number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value);

/* tcp, udp, icmp, icmp6, gre, sctp, udplite, or a number from 0 to 255 */
#define PROTOCOL_WORDS "tcp, udp, icmp, icmp6, gre, sctp, udplite"
bool protocol_parse(const char *word, uint8_t *protocol);
/* The word for it, or NULL. */
const char *protocol_word(uint8_t protocol);

/* An interface name as the kernel takes it; a server name as the module takes it. */
bool ifname_valid(const char *name);
bool server_name_valid(const char *name);

bool mac_parse(const char *text, uint8_t mac[6]);	/* unicast and not zero */

/* Text for an error message: quoted, unprintable bytes escaped, cut when long. */
#define QUOTE_MAX 64
const char *quote(const char *text, char room[QUOTE_MAX]);

#endif /* SINKCTL_NUMBER_H */
