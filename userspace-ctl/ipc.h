/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Talking to the kernel module: the only part of sinkctl that speaks netlink.
 *
 * Every function returns 0 (or what it says) or a negative errno, and then
 * ipc_error() tells in words what was refused and why, without a newline.
 * Addresses are as addr.h has them, ports and all other numbers in host byte
 * order, times in milliseconds.
 *
 * A handle belongs to the network namespace that was current when it was
 * opened, and to one thread.  Callbacks return 0, or a negative errno that
 * ends the dump and becomes its result; within a callback the handle must not
 * be used.  flow_to_json() and the words for states are in format.h.
 */
#ifndef SINKCTL_IPC_H
#define SINKCTL_IPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/sinkbridge.h>

#include "addr.h"
#include "rule_parse.h"

struct ipc;

enum ipc_timeout {	/* in the order of SINKBRIDGE_A_TIMEOUT_* */
	IPC_TCP_OPENING,
	IPC_TCP_ESTABLISHED,
	IPC_TCP_CLOSING,
	IPC_TCP_CLOSED,
	IPC_UDP_OPENING,
	IPC_UDP,
	IPC_ICMP,
	IPC_OTHER,	/* SINKBRIDGE_A_TIMEOUT_OTHER is apart */
	IPC_TIMEOUTS
};

/* What a bridge is told when it is put under control; 0 or false: the kernel's default. */
struct ipc_settings {
	uint32_t	max_flows;
	uint32_t	max_floods;
	uint32_t	timeouts[IPC_TIMEOUTS];
	bool		has_distance;
	uint8_t		distance;
	bool		has_guest_prefix;
	struct in6_addr	guest_prefix;	/* a /64 */
};

struct ipc_bridge {
	char		name[SINKBRIDGE_NAME_LEN];
	uint32_t	ifindex;
	struct ipc_settings settings;
	uint32_t	flows;
	uint32_t	floods;
	uint32_t	rules;
	uint32_t	servers;
	uint32_t	generation;
};

struct ipc_server {
	char		bridge[SINKBRIDGE_NAME_LEN];	/* filled by the kernel's answer */
	char		name[SINKBRIDGE_NAME_LEN];
	char		port[SINKBRIDGE_NAME_LEN];	/* the bridge port that leads to it */
	uint8_t		mac[6];
	struct in_addr	ipv4;				/* 0.0.0.0: none */
	struct in6_addr	ipv6;				/* ::: none */
	uint32_t	flows;				/* filled by the kernel's answer */
};

struct ipc_port {
	char		bridge[SINKBRIDGE_NAME_LEN];
	char		name[SINKBRIDGE_NAME_LEN];
	uint32_t	ifindex;
	uint8_t		kind;		/* enum sinkbridge_port_kind */
	uint64_t	rx_packets;
	uint64_t	rx_bytes;
	uint64_t	tx_packets;
	uint64_t	tx_bytes;
};

struct ipc_flow {
	uint64_t	id;
	uint8_t		protocol;
	uint8_t		state;		/* enum sinkbridge_flow_state */
	bool		ended;		/* end_reason is valid */
	uint8_t		end_reason;	/* enum sinkbridge_flow_end */
	uint32_t	guest_ifindex;
	char		guest_port[SINKBRIDGE_NAME_LEN];	/* interface name */
	uint8_t		guest_mac[6];
	struct in6_addr	guest_addr;
	struct in6_addr	dest_addr;	/* the original destination */
	struct in6_addr	client_addr;
	struct in6_addr	server_addr;
	uint16_t	guest_l4;
	uint16_t	dest_l4;
	uint16_t	client_l4;
	uint16_t	server_l4;
	char		server[SINKBRIDGE_NAME_LEN];	/* of a forwarded flow the other guest's port */
	uint32_t	vlan;		/* ids of the guest's tags: outer | inner << 16 */
	uint32_t	rule_id;
	uint64_t	orig_packets;	/* guest to server */
	uint64_t	orig_bytes;
	uint64_t	reply_packets;
	uint64_t	reply_bytes;
	uint64_t	start;		/* ms since the epoch */
	uint64_t	last;
	uint32_t	expires;	/* ms from now */
};

/* All zero: every flow. */
struct ipc_flow_filter {
	bool		has_protocol;
	uint8_t		protocol;
	char		guest_port[SINKBRIDGE_NAME_LEN];	/* "": any */
	bool		has_guest_addr;
	struct in6_addr	guest_addr;
	bool		has_dest_addr;
	struct in6_addr	dest_addr;
	uint16_t	dest_port;	/* 0: any */
	char		server[SINKBRIDGE_NAME_LEN];		/* "": any */
};

/* Addresses, ports, vlan and ICMP type are of the first packet. */
struct ipc_flood {
	uint64_t	id;
	uint8_t		protocol;
	uint8_t		kind;		/* enum sinkbridge_flood_kind */
	bool		ended;		/* end_reason is valid */
	uint8_t		end_reason;	/* enum sinkbridge_flood_end */
	bool		delivered;	/* its packets went on to the rule's action */
	uint32_t	vlan;		/* as of a flow */
	uint32_t	guest_ifindex;
	char		guest_port[SINKBRIDGE_NAME_LEN];	/* interface name */
	struct in6_addr	src_addr;
	struct in6_addr	dest_addr;
	uint16_t	src_port;
	uint16_t	dest_port;
	uint32_t	src_addrs;	/* how many different */
	uint32_t	dest_addrs;
	uint32_t	src_ports;
	uint32_t	dest_ports;
	uint32_t	lengths;
	uint32_t	length_min;
	uint32_t	length_max;
	uint8_t		ttl_min;
	uint8_t		ttl_max;
	uint8_t		tcp_flags;
	uint64_t	tcp_flags_count[6];	/* FIN, SYN, RST, PSH, ACK, URG */
	uint8_t		icmp_type;
	uint8_t		icmp_code;
	uint64_t	packets;
	uint64_t	bytes;
	uint32_t	peak;		/* packets in the busiest second */
	uint32_t	rate;		/* in the last whole second */
	uint64_t	start;		/* ms since the epoch */
	uint64_t	last;
	uint32_t	rule_id;
	char		server[SINKBRIDGE_NAME_LEN];	/* "": the rule leads to none */
	size_t		sample_count;
	struct {
		const uint8_t	*data;	/* from the IP header on; valid within the callback */
		size_t		len;
	} samples[SINKBRIDGE_MAX_FLOOD_SAMPLE];
};

enum ipc_event_kind {
	IPC_FLOW_START,
	IPC_FLOW_END,
	IPC_FLOOD_START,
	IPC_FLOOD_END,
	IPC_LOST,	/* the receive buffer overflowed: some events are missing */
};

struct ipc_event {
	enum ipc_event_kind	kind;
	char			bridge[SINKBRIDGE_NAME_LEN];
	uint32_t		ifindex;
	struct ipc_flow		flow;	/* of IPC_FLOW_* */
	const struct ipc_flood	*flood;	/* of IPC_FLOOD_*; valid within the callback */
};

/* What went wrong last, e.g. "no server of this name".  Never NULL. */
const char *ipc_error(void);

/* -ENOENT: the module is not loaded. */
int ipc_open(struct ipc **ipc);
void ipc_close(struct ipc *ipc);	/* NULL is fine */

int ipc_bridge_add(struct ipc *ipc, const char *bridge, const struct ipc_settings *settings);
int ipc_bridge_del(struct ipc *ipc, const char *bridge);
/* -ENOENT or -ENODEV: not under control, or no such interface */
int ipc_bridge_get(struct ipc *ipc, const char *bridge, struct ipc_bridge *answer);
int ipc_bridge_dump(struct ipc *ipc, int (*cb)(const struct ipc_bridge *, void *), void *data);

int ipc_server_add(struct ipc *ipc, const char *bridge, const struct ipc_server *server);
int ipc_server_del(struct ipc *ipc, const char *bridge, const char *name);
int ipc_server_get(struct ipc *ipc, const char *bridge, const char *name,
		   struct ipc_server *answer);
/* bridge NULL: the servers of all bridges; the same for ports */
int ipc_server_dump(struct ipc *ipc, const char *bridge,
		    int (*cb)(const struct ipc_server *, void *), void *data);
int ipc_port_dump(struct ipc *ipc, const char *bridge,
		  int (*cb)(const struct ipc_port *, void *), void *data);

/* before 0: at the end.  *id (may be NULL): the new rule's id */
int ipc_rule_add(struct ipc *ipc, const char *bridge, const struct rule *rule,
		 uint32_t before, uint32_t *id);
int ipc_rule_del(struct ipc *ipc, const char *bridge, uint32_t id);
/*
 * The whole table at once.  generation 0: whatever the table is now; otherwise
 * -EAGAIN if it is not of that generation any more.  *bad (may be NULL): index
 * of the rule that the kernel refused, or n if it named none.
 */
int ipc_rule_replace(struct ipc *ipc, const char *bridge, const struct rule *rules, size_t n,
		     uint32_t generation, size_t *bad);
int ipc_rule_dump(struct ipc *ipc, const char *bridge,
		  int (*cb)(const struct rule *, uint32_t generation, void *), void *data);

/* filter NULL: all */
int ipc_flow_dump(struct ipc *ipc, const char *bridge, const struct ipc_flow_filter *filter,
		  int (*cb)(const struct ipc_flow *, void *), void *data);
int ipc_flow_flush(struct ipc *ipc, const char *bridge, const struct ipc_flow_filter *filter,
		   uint32_t *count);

/* id 0: all */
int ipc_flood_dump(struct ipc *ipc, const char *bridge, uint64_t id,
		   int (*cb)(const struct ipc_flood *, void *), void *data);
int ipc_flood_flush(struct ipc *ipc, const char *bridge, uint64_t id, uint32_t *count);

/* counters[SINKBRIDGE_COUNTER_…] */
int ipc_stats_get(struct ipc *ipc, const char *bridge, uint64_t counters[__SINKBRIDGE_COUNTERS]);

/*
 * Events of flows and floods of all bridges in this network namespace.  Takes a handle of its
 * own: after ipc_monitor_start() only these functions and ipc_close() may be
 * used with it.  ipc_monitor_fd() is for poll(); ipc_monitor_read() never
 * blocks, calls back for every event that has arrived, and returns how many
 * (0: none).
 */
int ipc_monitor_start(struct ipc *ipc);
int ipc_monitor_fd(const struct ipc *ipc);
int ipc_monitor_read(struct ipc *ipc, int (*cb)(const struct ipc_event *, void *), void *data);

#endif /* SINKCTL_IPC_H */
