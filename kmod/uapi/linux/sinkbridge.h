/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * sinkbridge: the interface between the kernel module, sinkctl and the fake
 * servers.  Generic netlink family "sinkbridge", and one socket option.
 *
 * The contract in machine-readable form is
 * Documentation/netlink/specs/sinkbridge.yaml; a test keeps the two equal.
 * Numbers are only ever appended.
 *
 * Bytes of addresses, and ports named __be16, are in network byte order; all
 * other numbers are in host byte order.  All times are milliseconds.
 *
 * Every command acts in the network namespace of the sending socket, and
 * every command but *_GET needs CAP_NET_ADMIN in the user namespace that owns
 * it (EPERM otherwise).  A refusal carries an extended acknowledgement.
 *
 * BRIDGE_ADD	BRIDGE, [MAX_FLOWS] [TIMEOUT_*].  Put a bridge under control.
 *		From now on it fails closed: all its ports are guest ports
 *		until a server names them.  EEXIST, ENODEV, EOPNOTSUPP (not a
 *		bridge).
 * BRIDGE_DEL	BRIDGE.  Let the bridge go: takes all its ports down first,
 *		then forgets rules, servers and flows.
 * BRIDGE_GET	do: BRIDGE; dump: all.  Answers BRIDGE, BRIDGE_IFINDEX,
 *		MAX_FLOWS, FLOWS, RULES, SERVERS, GENERATION, TIMEOUT_*.
 * SERVER_ADD	BRIDGE, nest SERVER {NAME, PORT_NAME, MAC, IPV4}.  The port
 *		must be a port of the bridge; it becomes a server port.
 *		EEXIST (name, port or address taken), ENODEV (no such port).
 * SERVER_DEL	BRIDGE, nest SERVER {NAME}.  EBUSY while a rule names it.  Its
 *		flows end and the port becomes a guest port again, taken down.
 * SERVER_GET	do: BRIDGE, SERVER {NAME}; dump: [BRIDGE].
 * PORT_GET	dump: [BRIDGE].  Answers BRIDGE, PORT_NAME, PORT_IFINDEX,
 *		PORT_KIND, and frame counters of each port.
 * RULE_ADD	BRIDGE, nest RULE, [RULE_BEFORE (id)].  Appends, or inserts
 *		before the rule with that id.  Answers (echo) RULE {ID}.
 *		EEXIST: another rule has the same match.  ENOSPC: 65,536 rules.
 *		ENOENT: unknown server, or no such RULE_BEFORE.
 * RULE_DEL	BRIDGE, nest RULE {ID}.  ENOENT.
 * RULE_REPLACE	BRIDGE, any number of nests RULE, in order, [GENERATION].  The
 *		whole table in one transaction: every frame sees the old or
 *		the new.  With GENERATION: EAGAIN unless the table still is of
 *		that generation.  Errors as RULE_ADD; the answer's
 *		extended acknowledgement points at the offending nest.
 * RULE_GET	dump: BRIDGE.  Each message: GENERATION, nest RULE.
 * FLOW_GET	dump: BRIDGE, [nest FLOW as filter: PROTOCOL, GUEST_PORT_NAME,
 *		GUEST_ADDR, DEST_ADDR, DEST_PORT, SERVER_NAME].  Each message: nest FLOW.
 * FLOW_FLUSH	BRIDGE, [the same filter].  Answers COUNT, of flows ended.
 * STATS_GET	do: BRIDGE.  Nest STATS: one u64 per counter of
 *		enum sinkbridge_counter, attribute type = counter + 1.
 *
 * Multicast group "events": EVENT_FLOW_START and EVENT_FLOW_END, each BRIDGE,
 * BRIDGE_IFINDEX and nest FLOW (END with final counters and END_REASON), within the bridge's
 * network namespace.  At most SINKBRIDGE_EVENTS_PER_SECOND a bridge; what is
 * above is counted in events_lost.
 */
#ifndef _UAPI_LINUX_SINKBRIDGE_H
#define _UAPI_LINUX_SINKBRIDGE_H

#include <linux/types.h>

#define SINKBRIDGE_GENL_NAME		"sinkbridge"
#define SINKBRIDGE_GENL_VERSION		1
#define SINKBRIDGE_MCGRP_EVENTS		"events"

#define SINKBRIDGE_NAME_LEN		16	/* interface and server names, with the NUL */
#define SINKBRIDGE_MAX_RULES		65536	/* of one table */
#define SINKBRIDGE_MAX_SERVERS		64	/* of one bridge */
#define SINKBRIDGE_MIN_FLOWS		16
#define SINKBRIDGE_DEF_FLOWS		262144
#define SINKBRIDGE_MAX_FLOWS		4194304
#define SINKBRIDGE_EVENTS_PER_SECOND	100000

enum sinkbridge_cmd {
	SINKBRIDGE_CMD_UNSPEC,
	SINKBRIDGE_CMD_BRIDGE_GET,
	SINKBRIDGE_CMD_BRIDGE_ADD,
	SINKBRIDGE_CMD_BRIDGE_DEL,
	SINKBRIDGE_CMD_SERVER_GET,
	SINKBRIDGE_CMD_SERVER_ADD,
	SINKBRIDGE_CMD_SERVER_DEL,
	SINKBRIDGE_CMD_PORT_GET,
	SINKBRIDGE_CMD_RULE_GET,
	SINKBRIDGE_CMD_RULE_ADD,
	SINKBRIDGE_CMD_RULE_DEL,
	SINKBRIDGE_CMD_RULE_REPLACE,
	SINKBRIDGE_CMD_FLOW_GET,
	SINKBRIDGE_CMD_FLOW_FLUSH,
	SINKBRIDGE_CMD_STATS_GET,
	SINKBRIDGE_CMD_EVENT_FLOW_START,
	SINKBRIDGE_CMD_EVENT_FLOW_END,

	__SINKBRIDGE_CMD_MAX
};
#define SINKBRIDGE_CMD_MAX (__SINKBRIDGE_CMD_MAX - 1)

/* attributes of a message */
enum sinkbridge_attr {
	SINKBRIDGE_A_UNSPEC,
	SINKBRIDGE_A_PAD,
	SINKBRIDGE_A_BRIDGE,		/* string: interface name */
	SINKBRIDGE_A_BRIDGE_IFINDEX,	/* u32 */
	SINKBRIDGE_A_MAX_FLOWS,		/* u32: SINKBRIDGE_MIN_FLOWS to SINKBRIDGE_MAX_FLOWS */
	SINKBRIDGE_A_FLOWS,		/* u32: live now */
	SINKBRIDGE_A_RULES,		/* u32: in the table now */
	SINKBRIDGE_A_SERVERS,		/* u32 */
	SINKBRIDGE_A_GENERATION,	/* u32: of the table; each change adds one */
	SINKBRIDGE_A_SERVER,		/* nest: enum sinkbridge_attr_server */
	SINKBRIDGE_A_RULE,		/* nest: enum sinkbridge_attr_rule */
	SINKBRIDGE_A_RULE_BEFORE,	/* u32: id of a rule */
	SINKBRIDGE_A_FLOW,		/* nest: enum sinkbridge_attr_flow */
	SINKBRIDGE_A_STATS,		/* nest: u64 each, type = counter + 1 */
	SINKBRIDGE_A_COUNT,		/* u32 */
	SINKBRIDGE_A_PORT_NAME,		/* string: interface name */
	SINKBRIDGE_A_PORT_IFINDEX,	/* u32 */
	SINKBRIDGE_A_PORT_KIND,		/* u8: enum sinkbridge_port_kind */
	SINKBRIDGE_A_RX_PACKETS,	/* u64: frames that came from the port */
	SINKBRIDGE_A_RX_BYTES,		/* u64 */
	SINKBRIDGE_A_TX_PACKETS,	/* u64: frames handed to the port */
	SINKBRIDGE_A_TX_BYTES,		/* u64 */
	/* idle times, u32 milliseconds, 100 to 86,400,000 */
	SINKBRIDGE_A_TIMEOUT_TCP_OPENING,	/* no answer to the SYN yet (30 s) */
	SINKBRIDGE_A_TIMEOUT_TCP_ESTABLISHED,	/* (1 h) */
	SINKBRIDGE_A_TIMEOUT_TCP_CLOSING,	/* one side closed (60 s) */
	SINKBRIDGE_A_TIMEOUT_TCP_CLOSED,	/* both closed, or reset (5 s) */
	SINKBRIDGE_A_TIMEOUT_UDP_OPENING,	/* no answer yet (30 s) */
	SINKBRIDGE_A_TIMEOUT_UDP,		/* (120 s) */
	SINKBRIDGE_A_TIMEOUT_ICMP,		/* (10 s) */

	__SINKBRIDGE_A_MAX
};
#define SINKBRIDGE_A_MAX (__SINKBRIDGE_A_MAX - 1)

enum sinkbridge_port_kind {
	SINKBRIDGE_PORT_GUEST,
	SINKBRIDGE_PORT_SERVER,
};

enum sinkbridge_attr_server {
	SINKBRIDGE_A_SERVER_UNSPEC,
	SINKBRIDGE_A_SERVER_NAME,	/* string: 1 to 15 of [a-z0-9_-], first a letter */
	SINKBRIDGE_A_SERVER_PORT_NAME,	/* string: bridge port that leads to it */
	SINKBRIDGE_A_SERVER_MAC,	/* 6 bytes, unicast, not zero */
	SINKBRIDGE_A_SERVER_IPV4,	/* 4 bytes, unicast */
	SINKBRIDGE_A_SERVER_FLOWS,	/* u32: live now */

	__SINKBRIDGE_A_SERVER_MAX
};
#define SINKBRIDGE_A_SERVER_MAX (__SINKBRIDGE_A_SERVER_MAX - 1)

enum sinkbridge_action {
	SINKBRIDGE_ACTION_TO,		/* to a server */
	SINKBRIDGE_ACTION_ABSORB,	/* count and swallow: no state, no answer */
	SINKBRIDGE_ACTION_REJECT,	/* TCP reset; else ICMP port unreachable */
	SINKBRIDGE_ACTION_DROP,		/* swallow; counted as a drop by rule */
};

/*
 * A rule without PROTOCOL matches every protocol; ports need PROTOCOL to be
 * TCP or UDP.  The first rule that matches decides; without one the frame is
 * dropped (drop_no_rule).
 */
enum sinkbridge_attr_rule {
	SINKBRIDGE_A_RULE_UNSPEC,
	SINKBRIDGE_A_RULE_PAD,
	SINKBRIDGE_A_RULE_ID,		/* u32: given by the kernel, never 0, never used twice */
	SINKBRIDGE_A_RULE_PROTOCOL,	/* u8: IP protocol number */
	SINKBRIDGE_A_RULE_DPORT_FIRST,	/* u16: 1 to 65535 */
	SINKBRIDGE_A_RULE_DPORT_LAST,	/* u16: not below FIRST; absent: = FIRST */
	SINKBRIDGE_A_RULE_DST,		/* 4 bytes: host bits zero */
	SINKBRIDGE_A_RULE_DST_LEN,	/* u8: prefix length 0 to 32; absent: 32 */
	SINKBRIDGE_A_RULE_GUEST_PORT,	/* string: interface name; need not exist yet */
	SINKBRIDGE_A_RULE_ACTION,	/* u8: enum sinkbridge_action */
	SINKBRIDGE_A_RULE_SERVER,	/* string: with ACTION_TO */
	SINKBRIDGE_A_RULE_SERVER_PORT,	/* u16: 1 to 65535; absent: the port is kept */
	SINKBRIDGE_A_RULE_PACKETS,	/* u64: guest to server, of flows it made, or that it ended itself */
	SINKBRIDGE_A_RULE_BYTES,	/* u64: of the IP packets */
	SINKBRIDGE_A_RULE_FLOWS,	/* u64: flows it made */

	__SINKBRIDGE_A_RULE_MAX
};
#define SINKBRIDGE_A_RULE_MAX (__SINKBRIDGE_A_RULE_MAX - 1)

enum sinkbridge_flow_state {
	SINKBRIDGE_FLOW_OPENING,	/* nothing from the server yet */
	SINKBRIDGE_FLOW_ESTABLISHED,
	SINKBRIDGE_FLOW_CLOSING,	/* TCP: one side sent FIN */
	SINKBRIDGE_FLOW_CLOSED,		/* TCP: both did, or a RST was seen */
};

enum sinkbridge_flow_end {
	SINKBRIDGE_END_TIMEOUT,		/* idle */
	SINKBRIDGE_END_CLOSED,		/* TCP: closed, and its time was over */
	SINKBRIDGE_END_REUSED,		/* TCP: a new SYN took the tuple */
	SINKBRIDGE_END_FLUSHED,		/* by FLOW_FLUSH */
	SINKBRIDGE_END_EVICTED,		/* made room in a full table */
	SINKBRIDGE_END_GONE,		/* its port, server or bridge went away */
};

/*
 * A flow.  Original tuple: GUEST_ADDR:GUEST_L4 -> DEST_ADDR:DEST_L4, as the
 * guest sent it.  Server tuple: CLIENT_ADDR:CLIENT_L4 -> SERVER_ADDR:SERVER_L4,
 * as the server sees it; CLIENT is GUEST unless another flow had it.  For ICMP
 * echo the two L4 values are the identifier and 0.
 */
enum sinkbridge_attr_flow {
	SINKBRIDGE_A_FLOW_UNSPEC,
	SINKBRIDGE_A_FLOW_PAD,
	SINKBRIDGE_A_FLOW_ID,		/* u64: never 0, never used twice on a bridge */
	SINKBRIDGE_A_FLOW_PROTOCOL,	/* u8 */
	SINKBRIDGE_A_FLOW_STATE,	/* u8: enum sinkbridge_flow_state */
	SINKBRIDGE_A_FLOW_GUEST_PORT,	/* u32: ifindex of the guest port */
	SINKBRIDGE_A_FLOW_GUEST_PORT_NAME,	/* string */
	SINKBRIDGE_A_FLOW_GUEST_ADDR,	/* 4 bytes */
	SINKBRIDGE_A_FLOW_GUEST_L4,	/* __be16 */
	SINKBRIDGE_A_FLOW_DEST_ADDR,	/* 4 bytes: the original destination */
	SINKBRIDGE_A_FLOW_DEST_L4,	/* __be16 */
	SINKBRIDGE_A_FLOW_CLIENT_ADDR,	/* 4 bytes */
	SINKBRIDGE_A_FLOW_CLIENT_L4,	/* __be16 */
	SINKBRIDGE_A_FLOW_SERVER_ADDR,	/* 4 bytes */
	SINKBRIDGE_A_FLOW_SERVER_L4,	/* __be16 */
	SINKBRIDGE_A_FLOW_SERVER_NAME,	/* string */
	SINKBRIDGE_A_FLOW_RULE_ID,	/* u32: the rule that made it */
	SINKBRIDGE_A_FLOW_ORIG_PACKETS,	/* u64: guest to server */
	SINKBRIDGE_A_FLOW_ORIG_BYTES,	/* u64: of the IP packets */
	SINKBRIDGE_A_FLOW_REPLY_PACKETS,	/* u64: server to guest */
	SINKBRIDGE_A_FLOW_REPLY_BYTES,	/* u64 */
	SINKBRIDGE_A_FLOW_START,	/* u64: ms since the epoch, CLOCK_REALTIME */
	SINKBRIDGE_A_FLOW_LAST,		/* u64: last packet, ms since the epoch */
	SINKBRIDGE_A_FLOW_EXPIRES,	/* u32: ms until it ends if nothing comes */
	SINKBRIDGE_A_FLOW_END_REASON,	/* u8: enum sinkbridge_flow_end */
	SINKBRIDGE_A_FLOW_GUEST_MAC,	/* 6 bytes */

	__SINKBRIDGE_A_FLOW_MAX
};
#define SINKBRIDGE_A_FLOW_MAX (__SINKBRIDGE_A_FLOW_MAX - 1)

/*
 * Counters of a bridge: X(name, explanation).  One list makes the enum, the
 * sysfs files, the netlink attributes and "sinkctl stats show".
 *
 * Each frame from a guest port is counted once in guest_rx and then in exactly
 * one of: delivered, absorbed, rejected, guest_arp, drop_*; each frame from a
 * server port once in server_rx and then in exactly one of: returned,
 * server_arp, drop_server_*.
 */
#define SINKBRIDGE_COUNTERS(X) \
	X(guest_rx,		"frames received from guest ports") \
	X(server_rx,		"frames received from server ports") \
	X(delivered,		"guest packets handed to a server") \
	X(returned,		"server packets handed back to a guest") \
	X(absorbed,		"guest packets absorbed by a rule") \
	X(rejected,		"guest packets refused with a reset or an ICMP error by a rule") \
	X(guest_arp,		"ARP frames from guest ports, answered or heard") \
	X(server_arp,		"ARP frames from server ports, answered or heard") \
	X(drop_rule,		"guest packets dropped by a rule") \
	X(drop_no_rule,		"guest packets that no rule matched") \
	X(drop_link_local,	"guest frames to a reserved group address (STP, LLDP, pause)") \
	X(drop_ethertype,	"guest frames of another protocol than ARP and IPv4") \
	X(drop_ipv6,		"guest IPv6 packets") \
	X(drop_vlan,		"guest frames with a VLAN tag") \
	X(drop_arp,		"malformed ARP frames from guest ports") \
	X(drop_ip_header,	"guest packets with a bad IPv4 header: version, length, checksum") \
	X(drop_fragment,	"guest IPv4 fragments, which are not reassembled") \
	X(drop_l4_header,	"guest packets with a truncated or malformed transport header") \
	X(drop_protocol,	"guest packets of a protocol that cannot be translated, sent to a server by a rule") \
	X(drop_icmp_type,	"guest ICMP messages other than echo request") \
	X(drop_source,		"guest packets with an impossible source address") \
	X(drop_destination,	"guest packets with an impossible destination address") \
	X(drop_table_full,	"guest packets refused because the flow table was full") \
	X(drop_no_tuple,	"guest packets refused because no server tuple was free") \
	X(drop_memory,		"guest packets dropped for want of memory") \
	X(drop_server_gone,	"guest packets whose server port was down or gone") \
	X(drop_deliver,		"guest packets that the server port did not take") \
	X(drop_host,		"frames between the host's own stack and the bridge, or between two ports, stopped") \
	X(drop_server_no_flow,	"server packets without a flow: a server cannot start a conversation") \
	X(drop_server_ethertype, "server frames of another protocol than ARP and IPv4, or tagged") \
	X(drop_server_header,	"server packets with a bad IPv4 or transport header") \
	X(drop_server_icmp,	"server ICMP messages other than echo reply") \
	X(drop_server_multicast, "server packets that would have come from a multicast or broadcast address") \
	X(drop_server_guest_gone, "server packets whose guest port was down or gone") \
	X(drop_server_deliver,	"server packets that the guest port did not take") \
	X(drop_server_memory,	"server packets dropped for want of memory") \
	X(flows_created,	"flows made") \
	X(flows_ended,		"flows ended, for whatever reason") \
	X(flows_evicted,	"flows ended early to make room in a full table") \
	X(tuples_changed,	"flows whose client port had to differ from the guest's") \
	X(events_lost,		"flow events not sent, above the limit or for want of memory")

enum sinkbridge_counter {
#define SINKBRIDGE_COUNTER_ENUM(name, text) SINKBRIDGE_COUNTER_##name,
	SINKBRIDGE_COUNTERS(SINKBRIDGE_COUNTER_ENUM)
#undef SINKBRIDGE_COUNTER_ENUM
	__SINKBRIDGE_COUNTERS
};

/*
 * getsockopt(fd, IPPROTO_IP, SO_SINKBRIDGE_ORIGINAL, &orig, &len): which flow
 * of a controlled bridge is this conversation?
 *
 * On a connected TCP socket (also an accepted one) nothing has to be filled
 * in.  On a UDP socket, or for another conversation of the same socket,
 * peer_addr and peer_port name the client as the server sees it (as recvfrom()
 * tells), and, if the socket is bound to the any-address, local_addr and
 * local_port may name the server's side (0: as bound).
 *
 * ENOENT: no live flow of any controlled bridge has this server tuple and
 * leads into this socket's network namespace: the conversation is not
 * contained.  EINVAL: len below sizeof(struct sinkbridge_original), or reserved
 * fields not zero.  ENOPROTOOPT: the module is not loaded.
 * ENOTCONN: TCP socket without a peer.  EOPNOTSUPP: other socket types.
 */
#define SO_SINKBRIDGE_ORIGINAL		0x5342

struct sinkbridge_original {
	__u32	peer_addr;		/* in, __be32; 0 for connected sockets */
	__u32	local_addr;		/* in, __be32; 0: as bound */
	__u16	peer_port;		/* in, __be16 */
	__u16	local_port;		/* in, __be16; 0: as bound */
	__u32	reserved;		/* in, zero */
	__u64	flow_id;		/* out */
	__u32	guest_addr;		/* out, __be32 */
	__u32	dest_addr;		/* out, __be32: the original destination */
	__u16	guest_port;		/* out, __be16: the guest's source port */
	__u16	dest_port;		/* out, __be16: the original port */
	__u32	rule_id;		/* out */
	__u8	protocol;		/* out: IPPROTO_TCP or IPPROTO_UDP */
	__u8	guest_mac[6];		/* out */
	__u8	pad;
	char	bridge[SINKBRIDGE_NAME_LEN];	/* out: name of the bridge */
	char	guest_if[SINKBRIDGE_NAME_LEN];	/* out: name of the guest port */
	char	server[SINKBRIDGE_NAME_LEN];	/* out: name of the server */
};

#endif /* _UAPI_LINUX_SINKBRIDGE_H */
