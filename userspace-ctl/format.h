/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What sinkctl prints: words for the kernel's numbers, rows, and JSON objects.
 */
#ifndef SINKCTL_FORMAT_H
#define SINKCTL_FORMAT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "ipc.h"

#define FLOW_ROW_MAX	512
#define ADDR_PORT_MAX	(ADDR_TEXT_MAX + 8)
#define PROTO_TEXT_MAX	4	/* of a number; words are elsewhere */
#define MAC_TEXT_MAX	18
#define TIME_TEXT_MAX	40
#define VLAN_TEXT_MAX	20

const char *proto_text(uint8_t protocol, char room[PROTO_TEXT_MAX]);	/* "tcp", "gre", "89" */
const char *state_text(uint8_t state);			/* "opening" … */
const char *end_text(uint8_t reason);			/* "timeout" … */
const char *action_text(uint8_t action);		/* "to" … */
const char *port_kind_text(uint8_t kind);		/* "guest", "server" */
const char *timeout_text(enum ipc_timeout timeout);	/* "tcp-opening" … */

/* "192.0.2.1:80", "[2001:db8::1]:80" */
const char *addr_port_text(const struct in6_addr *addr, uint16_t port, char room[ADDR_PORT_MAX]);
const char *eve_proto(uint8_t protocol, char room[PROTO_TEXT_MAX]);	/* "TCP", "IPv6-ICMP", "89" */
const char *mac_text(const uint8_t mac[6], char room[MAC_TEXT_MAX]);
/* "2026-11-24T18:00:00.123456+0000", as Suricata writes it */
const char *time_text(uint64_t epoch_ms, char room[TIME_TEXT_MAX]);
uint64_t now_ms(void);	/* CLOCK_REALTIME */

/* " vlan 5", " vlan 5.7", or nothing: of the ids, outer | inner << 16 */
const char *vlan_text(uint32_t vlan, char room[VLAN_TEXT_MAX]);
/* The same as Suricata's "vlan": an array, the outer one first; nothing without tags, or without object. */
void put_vlan(json_t *object, uint32_t vlan);

/* A row in the words of the sysfs file "flows", without the newline. */
size_t flow_row(const struct ipc_flow *flow, uint64_t now, char row[FLOW_ROW_MAX]);

/*
 * An event of type "flow" in Suricata's EVE shape; reason only if the flow has
 * ended.  New references, NULL when out of memory.
 */
json_t *flow_to_json(const struct ipc_flow *flow);
json_t *rule_to_json(const struct rule *rule);
json_t *text_to_json(const char *bytes);	/* an interface name may be any bytes */

#endif /* SINKCTL_FORMAT_H */
