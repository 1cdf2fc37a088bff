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
 * An address is 4 bytes long for IPv4 and 16 bytes for IPv6.
 *
 * BRIDGE_ADD	BRIDGE, [MAX_FLOWS] [TIMEOUT_*] [MAX_FLOODS] [DISTANCE]
 *		[GUEST_PREFIX].  Put a bridge under control.
 *		From now on it fails closed: all its ports are guest ports
 *		until a server names them.  EEXIST, ENODEV, EOPNOTSUPP (not a
 *		bridge).
 * BRIDGE_DEL	BRIDGE.  Let the bridge go: takes all its ports down first,
 *		then forgets rules, servers and flows.
 * BRIDGE_GET	do: BRIDGE; dump: all.  Answers BRIDGE, BRIDGE_IFINDEX,
 *		MAX_FLOWS, FLOWS, RULES, SERVERS, GENERATION, TIMEOUT_*,
 *		MAX_FLOODS, FLOODS, DISTANCE, GUEST_PREFIX.
 * SERVER_ADD	BRIDGE, nest SERVER {NAME, PORT_NAME, MAC, [IPV4], [IPV6]}, at
 *		least one address.  The port must be a port of the bridge; it
 *		becomes a server port.
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
 * FLOOD_GET	dump: BRIDGE, [nest FLOOD {ID}].  Each message: nest FLOOD, of a
 *		live flood.
 * FLOOD_FLUSH	BRIDGE, [nest FLOOD {ID}].  Answers COUNT, of floods ended.
 * STATS_GET	do: BRIDGE.  Nest STATS: one u64 per counter of
 *		enum sinkbridge_counter, attribute type = counter + 1.
 *
 * Multicast group "events": EVENT_FLOW_START and EVENT_FLOW_END, each BRIDGE,
 * BRIDGE_IFINDEX and nest FLOW (END with final counters and END_REASON), within the bridge's
 * network namespace.  EVENT_FLOOD_START and EVENT_FLOOD_END, each BRIDGE,
 * BRIDGE_IFINDEX and nest FLOOD, likewise.  At most SINKBRIDGE_EVENTS_PER_SECOND a bridge; what is
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
#define SINKBRIDGE_MIN_FLOODS		16
#define SINKBRIDGE_DEF_FLOODS		1024
#define SINKBRIDGE_MAX_FLOODS		65536
#define SINKBRIDGE_DEF_FLOOD_SAMPLE	16	/* frames kept of a flood */
#define SINKBRIDGE_MAX_FLOOD_SAMPLE	64
#define SINKBRIDGE_FLOOD_SAMPLE_LEN	256	/* bytes kept of each */
#define SINKBRIDGE_DEF_DISTANCE		9
#define SINKBRIDGE_MAX_DISTANCE		32

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
	SINKBRIDGE_CMD_FLOOD_GET,
	SINKBRIDGE_CMD_FLOOD_FLUSH,
	SINKBRIDGE_CMD_EVENT_FLOOD_START,
	SINKBRIDGE_CMD_EVENT_FLOOD_END,

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
	SINKBRIDGE_A_TIMEOUT_OTHER,		/* other protocols (120 s) */
	SINKBRIDGE_A_FLOOD,		/* nest: enum sinkbridge_attr_flood */
	SINKBRIDGE_A_FLOODS,		/* u32: live now */
	SINKBRIDGE_A_MAX_FLOODS,	/* u32: SINKBRIDGE_MIN_FLOODS to SINKBRIDGE_MAX_FLOODS */
	SINKBRIDGE_A_DISTANCE,		/* u8: hops to the Internet that guests see, 0: none */
	SINKBRIDGE_A_GUEST_PREFIX,	/* 16 bytes: the /64 that routers announce to guests */

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
	SINKBRIDGE_A_SERVER_IPV6,	/* 16 bytes, unicast */

	__SINKBRIDGE_A_SERVER_MAX
};
#define SINKBRIDGE_A_SERVER_MAX (__SINKBRIDGE_A_SERVER_MAX - 1)

enum sinkbridge_action {
	SINKBRIDGE_ACTION_TO,		/* to a server */
	SINKBRIDGE_ACTION_ABSORB,	/* count and swallow: no state, no answer */
	SINKBRIDGE_ACTION_REJECT,	/* TCP reset; else ICMP port unreachable */
	SINKBRIDGE_ACTION_DROP,		/* swallow; counted as a drop by rule */
	SINKBRIDGE_ACTION_FORWARD,	/* to the other guest of the bridge that has the address */
};

/*
 * A rule without PROTOCOL matches every protocol, one without DST both IPv4 and
 * IPv6 (0.0.0.0/0 only IPv4, ::/0 only IPv6); ports need PROTOCOL to be TCP,
 * UDP or UDP-Lite.  The first rule that matches decides; without one the frame is
 * dropped (drop_no_rule).  A flood policy (FLOOD_RATE) goes with the actions to,
 * absorb and drop.
 */
enum sinkbridge_attr_rule {
	SINKBRIDGE_A_RULE_UNSPEC,
	SINKBRIDGE_A_RULE_PAD,
	SINKBRIDGE_A_RULE_ID,		/* u32: given by the kernel, never 0, never used twice */
	SINKBRIDGE_A_RULE_PROTOCOL,	/* u8: IP protocol number */
	SINKBRIDGE_A_RULE_DPORT_FIRST,	/* u16: 1 to 65535 */
	SINKBRIDGE_A_RULE_DPORT_LAST,	/* u16: not below FIRST; absent: = FIRST */
	SINKBRIDGE_A_RULE_DST,		/* address: host bits zero */
	SINKBRIDGE_A_RULE_DST_LEN,	/* u8: prefix length, to 32 or 128; absent: that */
	SINKBRIDGE_A_RULE_GUEST_PORT,	/* string: interface name; need not exist yet */
	SINKBRIDGE_A_RULE_ACTION,	/* u8: enum sinkbridge_action */
	SINKBRIDGE_A_RULE_SERVER,	/* string: with ACTION_TO */
	SINKBRIDGE_A_RULE_SERVER_PORT,	/* u16: 1 to 65535; absent: the port is kept */
	SINKBRIDGE_A_RULE_PACKETS,	/* u64: guest to server, of flows it made, or that it ended itself */
	SINKBRIDGE_A_RULE_BYTES,	/* u64: of the IP packets */
	SINKBRIDGE_A_RULE_FLOWS,	/* u64: flows it made */
	SINKBRIDGE_A_RULE_FLOOD_RATE,	/* u32: packets a second that are a flood; absent: none */
	SINKBRIDGE_A_RULE_FLOOD_SAMPLE,	/* u16: frames kept of a flood (16) */
	SINKBRIDGE_A_RULE_FLOOD_DELIVER,	/* flag: a flood's packets go on to the action */
	SINKBRIDGE_A_RULE_CAPTURE,	/* u32: packets of a flow that the monitor device shows; absent: all */

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
 * echo the two L4 values are the identifier and 0, for protocols without ports
 * both are 0.  In a flow that a rule forwards, the server is the other guest,
 * and SERVER_NAME its port's name.
 */
enum sinkbridge_attr_flow {
	SINKBRIDGE_A_FLOW_UNSPEC,
	SINKBRIDGE_A_FLOW_PAD,
	SINKBRIDGE_A_FLOW_ID,		/* u64: never 0, never used twice on a bridge */
	SINKBRIDGE_A_FLOW_PROTOCOL,	/* u8 */
	SINKBRIDGE_A_FLOW_STATE,	/* u8: enum sinkbridge_flow_state */
	SINKBRIDGE_A_FLOW_GUEST_PORT,	/* u32: ifindex of the guest port */
	SINKBRIDGE_A_FLOW_GUEST_PORT_NAME,	/* string */
	SINKBRIDGE_A_FLOW_GUEST_ADDR,	/* address */
	SINKBRIDGE_A_FLOW_GUEST_L4,	/* __be16 */
	SINKBRIDGE_A_FLOW_DEST_ADDR,	/* address: the original destination */
	SINKBRIDGE_A_FLOW_DEST_L4,	/* __be16 */
	SINKBRIDGE_A_FLOW_CLIENT_ADDR,	/* address */
	SINKBRIDGE_A_FLOW_CLIENT_L4,	/* __be16 */
	SINKBRIDGE_A_FLOW_SERVER_ADDR,	/* address */
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
	SINKBRIDGE_A_FLOW_VLAN,		/* u32: ids of the guest's tags, outer | inner << 16 */

	__SINKBRIDGE_A_FLOW_MAX
};
#define SINKBRIDGE_A_FLOW_MAX (__SINKBRIDGE_A_FLOW_MAX - 1)

enum sinkbridge_flood_kind {
	SINKBRIDGE_FLOOD_DESTINATION,	/* many packets to one address */
	SINKBRIDGE_FLOOD_SCAN,		/* to many addresses: one record for all of them */
};

enum sinkbridge_flood_end {
	SINKBRIDGE_FLOOD_END_IDLE,	/* nothing came any more */
	SINKBRIDGE_FLOOD_END_FLUSHED,	/* by FLOOD_FLUSH */
	SINKBRIDGE_FLOOD_END_EVICTED,	/* made room for another */
	SINKBRIDGE_FLOOD_END_GONE,	/* its port, rule or bridge went away */
};

/*
 * A flood: packets of one guest port that one rule counts together.  How many
 * addresses, ports and lengths there were is exact up to 32, then an estimate.
 */
enum sinkbridge_attr_flood {
	SINKBRIDGE_A_FLOOD_UNSPEC,
	SINKBRIDGE_A_FLOOD_PAD,
	SINKBRIDGE_A_FLOOD_ID,		/* u64: never 0, never used twice on a bridge */
	SINKBRIDGE_A_FLOOD_PROTOCOL,	/* u8 */
	SINKBRIDGE_A_FLOOD_KIND,	/* u8: enum sinkbridge_flood_kind */
	SINKBRIDGE_A_FLOOD_GUEST_PORT,	/* u32: ifindex of the guest port */
	SINKBRIDGE_A_FLOOD_GUEST_PORT_NAME,	/* string */
	SINKBRIDGE_A_FLOOD_SRC_ADDR,	/* address: the first seen */
	SINKBRIDGE_A_FLOOD_DEST_ADDR,	/* address: the destination; of a scan the first seen */
	SINKBRIDGE_A_FLOOD_SRC_ADDRS,	/* u32: how many different */
	SINKBRIDGE_A_FLOOD_DEST_ADDRS,	/* u32 */
	SINKBRIDGE_A_FLOOD_SRC_PORTS,	/* u32 */
	SINKBRIDGE_A_FLOOD_DEST_PORTS,	/* u32 */
	SINKBRIDGE_A_FLOOD_LENGTHS,	/* u32 */
	SINKBRIDGE_A_FLOOD_SRC_PORT,	/* __be16: the first seen */
	SINKBRIDGE_A_FLOOD_DEST_PORT,	/* __be16 */
	SINKBRIDGE_A_FLOOD_LENGTH_MIN,	/* u32: of the IP packets */
	SINKBRIDGE_A_FLOOD_LENGTH_MAX,	/* u32 */
	SINKBRIDGE_A_FLOOD_TTL_MIN,	/* u8: or hop limit */
	SINKBRIDGE_A_FLOOD_TTL_MAX,	/* u8 */
	SINKBRIDGE_A_FLOOD_TCP_FLAGS,	/* u8: all that were seen */
	SINKBRIDGE_A_FLOOD_TCP_FLAGS_COUNT,	/* 6 u64: packets with FIN, SYN, RST, PSH, ACK, URG */
	SINKBRIDGE_A_FLOOD_ICMP_TYPE,	/* u8: the first seen */
	SINKBRIDGE_A_FLOOD_ICMP_CODE,	/* u8 */
	SINKBRIDGE_A_FLOOD_PACKETS,	/* u64 */
	SINKBRIDGE_A_FLOOD_BYTES,	/* u64: of the IP packets */
	SINKBRIDGE_A_FLOOD_PEAK,	/* u32: packets in the busiest second */
	SINKBRIDGE_A_FLOOD_RATE,	/* u32: packets in the last whole second */
	SINKBRIDGE_A_FLOOD_START,	/* u64: first packet, ms since the epoch */
	SINKBRIDGE_A_FLOOD_LAST,	/* u64: last packet, ms since the epoch */
	SINKBRIDGE_A_FLOOD_RULE_ID,	/* u32: the rule with the flood policy */
	SINKBRIDGE_A_FLOOD_SERVER_NAME,	/* string: of a rule to a server */
	SINKBRIDGE_A_FLOOD_DELIVERED,	/* flag: its packets went on to the rule's action */
	SINKBRIDGE_A_FLOOD_END_REASON,	/* u8: enum sinkbridge_flood_end */
	SINKBRIDGE_A_FLOOD_VLAN,	/* u32: as SINKBRIDGE_A_FLOW_VLAN, of the first frame */
	SINKBRIDGE_A_FLOOD_SAMPLE,	/* binary, any number: a packet's first bytes */

	__SINKBRIDGE_A_FLOOD_MAX
};
#define SINKBRIDGE_A_FLOOD_MAX (__SINKBRIDGE_A_FLOOD_MAX - 1)

/*
 * Counters of a bridge: X(name, explanation).  One list makes the enum, the
 * sysfs files, the netlink attributes and "sinkctl stats show".
 *
 * Each frame from a guest port is counted once in guest_rx and then in exactly
 * one of: delivered, absorbed, rejected, guest_arp, guest_nd, guest_fragment,
 * forwarded, ttl_exceeded, flooded, drop_*; each frame from a server port once
 * in server_rx and then in exactly one of: returned, server_arp, server_nd,
 * server_fragment, drop_server_*.  A packet put together from fragments is
 * counted once in reassembled (server_reassembled) and then ends like a frame.
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
	X(drop_ethertype,	"guest frames of another protocol than ARP, IPv4 and IPv6") \
	X(drop_ipv6,		"guest packets with a bad IPv6 header: version or length") \
	X(drop_vlan,		"guest frames with more than two VLAN tags, or half a tag") \
	X(drop_arp,		"malformed ARP frames from guest ports") \
	X(drop_ip_header,	"guest packets with a bad IPv4 header: version, length, checksum") \
	X(drop_fragment,	"guest fragments that do not make a packet: overlap, size, position") \
	X(drop_l4_header,	"guest packets with a truncated or malformed transport header") \
	X(drop_protocol,	"guest packets of a protocol of the other IP version: ICMP in IPv6, ICMPv6 in IPv4") \
	X(drop_icmp_type,	"guest ICMP messages other than echo requests, and errors about no flow") \
	X(drop_source,		"guest packets with an impossible source address") \
	X(drop_destination,	"guest packets with an impossible destination address") \
	X(drop_table_full,	"guest packets refused because the flow table was full") \
	X(drop_no_tuple,	"guest packets refused because no server tuple was free") \
	X(drop_memory,		"guest packets dropped for want of memory") \
	X(drop_server_gone,	"guest packets whose server port was down or gone") \
	X(drop_deliver,		"guest packets that the server's or other guest's port did not take") \
	X(drop_host,		"frames between the host's own stack and the bridge, or between two ports, stopped") \
	X(drop_server_no_flow,	"server packets without a flow: a server cannot start a conversation") \
	X(drop_server_ethertype, "server frames of another protocol than ARP, IPv4 and IPv6, or tagged") \
	X(drop_server_header,	"server packets with a bad IP or transport header") \
	X(drop_server_icmp,	"server ICMP messages other than echo replies, and errors about no flow") \
	X(drop_server_multicast, "server packets that would have come from a multicast or broadcast address") \
	X(drop_server_guest_gone, "server packets whose guest port was down or gone") \
	X(drop_server_deliver,	"server packets that the guest port did not take") \
	X(drop_server_memory,	"server packets dropped for want of memory") \
	X(flows_created,	"flows made") \
	X(flows_ended,		"flows ended, for whatever reason") \
	X(flows_evicted,	"flows ended early to make room in a full table") \
	X(tuples_changed,	"flows whose client port had to differ from the guest's") \
	X(events_lost,		"events not sent, above the limit or for want of memory") \
	X(guest_nd,		"IPv6 neighbour, router and multicast listener messages from guest ports") \
	X(server_nd,		"IPv6 neighbour, router and multicast listener messages from server ports") \
	X(guest_fragment,	"guest fragments kept or completing a packet") \
	X(server_fragment,	"server fragments kept or completing a packet") \
	X(reassembled,		"guest packets put together from fragments") \
	X(server_reassembled,	"server packets put together from fragments") \
	X(fragments_expired,	"packets given up because not all of their fragments came") \
	X(forwarded,		"guest packets handed to another guest by a rule") \
	X(ttl_exceeded,		"guest packets whose hops were used up, answered") \
	X(flooded,		"guest packets counted in a flood record and swallowed") \
	X(drop_fragment_full,	"guest fragments for which there was no room") \
	X(drop_ext_header,	"guest packets with bad or too many IPv6 extension headers, or source routes") \
	X(drop_no_address,	"guest packets to a server that has no address of their IP version") \
	X(drop_unknown_guest,	"guest packets forwarded by a rule to an address that no other guest has") \
	X(drop_guest_gone,	"guest packets whose other guest's port was down or gone") \
	X(drop_flood_full,	"guest packets of a flood for which there was no record") \
	X(drop_server_fragment, "server fragments that do not make a packet, or for which there was no room") \
	X(drop_server_nd,	"malformed IPv6 neighbour messages from server ports") \
	X(drop_nd,		"malformed IPv6 neighbour messages from guest ports") \
	X(addresses_learned,	"addresses of guests learned") \
	X(addresses_evicted,	"addresses of guests forgotten to make room for others") \
	X(floods_started,	"flood records made") \
	X(floods_ended,		"flood records ended, for whatever reason") \
	X(captured,		"frames of guests shown to readers of the monitor device") \
	X(capture_limited,	"guest frames not shown to them: above the limit of a rule for its flows or floods")

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

/*
 * The same for an AF_INET6 socket, at level IPPROTO_IPV6, also one that speaks
 * IPv4: IPv4 addresses are mapped (::ffff:0:0/96), as on such a socket.
 */
struct sinkbridge_original6 {
	__u8	peer_addr[16];		/* in; :: for connected sockets */
	__u8	local_addr[16];		/* in; ::, as bound */
	__u16	peer_port;		/* in, __be16 */
	__u16	local_port;		/* in, __be16; 0: as bound */
	__u32	reserved;		/* in, zero */
	__u64	flow_id;		/* out */
	__u8	guest_addr[16];		/* out */
	__u8	dest_addr[16];		/* out: the original destination */
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
