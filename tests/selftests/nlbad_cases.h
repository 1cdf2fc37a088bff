/* SPDX-License-Identifier: GPL-2.0-only */
/* The bad messages of nlbad.c: what each holds, and the error it must get. */
#ifndef NLBAD_CASES_H
#define NLBAD_CASES_H

#include <errno.h>
#include <linux/netlink.h>
#include <linux/sinkbridge.h>
#include <stdint.h>

#define A(name)	SINKBRIDGE_A_##name
#define CMD(name) SINKBRIDGE_CMD_##name

/* An attribute to send; a list of them ends with type END. */
struct attr {
	uint16_t type;
	uint16_t len;
	const void *data;
	const struct attr *nest;
};

#define END			0xffff
#define STR(t, s)		{ t, sizeof(s), s, NULL }
#define U8(t, ...)		RAW(t, uint8_t, __VA_ARGS__)
#define U16(t, ...)		RAW(t, uint16_t, __VA_ARGS__)
#define U32(t, ...)		RAW(t, uint32_t, __VA_ARGS__)
#define RAW(t, c, ...)		{ t, sizeof((c[]){ __VA_ARGS__ }), (c[]){ __VA_ARGS__ }, NULL }
#define EMPTY(t)		{ t, 0, "", NULL }
#define LIST(...)		(const struct attr[]){ __VA_ARGS__, { END, 0, NULL, NULL } }
#define NEST(t, ...)		{ (t) | NLA_F_NESTED, 0, NULL, LIST(__VA_ARGS__) }
#define NO_ATTRS		LIST({ END, 0, NULL, NULL })

#define BRIDGE			STR(A(BRIDGE), "sink0")
#define RULE(...)		NEST(A(RULE), __VA_ARGS__)
#define ID(n)			U32(A(RULE_ID), n)
#define PROTO(n)		U8(A(RULE_PROTOCOL), n)
#define FIRST(n)		U16(A(RULE_DPORT_FIRST), n)
#define LAST(n)			U16(A(RULE_DPORT_LAST), n)
#define DST(...)		U8(A(RULE_DST), __VA_ARGS__)
#define DST_LEN(n)		U8(A(RULE_DST_LEN), n)
#define ACTION(n)		U8(A(RULE_ACTION), SINKBRIDGE_ACTION_##n)
#define TO(s)			ACTION(TO), STR(A(RULE_SERVER), s)
#define SERVER(...)		NEST(A(SERVER), __VA_ARGS__)
#define NAME(s)			STR(A(SERVER_NAME), s)
#define PORT(s)			STR(A(SERVER_PORT_NAME), s)
#define MAC(...)		U8(A(SERVER_MAC), __VA_ARGS__)
#define GOOD_MAC		MAC(2, 0, 0, 0, 0, 9)
#define IPV4(...)		U8(A(SERVER_IPV4), __VA_ARGS__)
#define IPV6(...)		U8(A(SERVER_IPV6), __VA_ARGS__)
#define IPV6_ONE		0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
#define MAPPED_ONE		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4
#define GOOD_IPV4		IPV4(198, 18, 0, 99)
#define FILTER(...)		NEST(A(FLOW), __VA_ARGS__)

#define DUMP	(NLM_F_ROOT | NLM_F_MATCH)
#define QUIET	0x8000	/* of struct case: the core refuses without a word of ours */

struct bad_case {
	const char *name;
	int cmd;
	int flags;
	int error;
	const struct attr *attrs;
};

static const struct bad_case cases[] = {
	/* of the message */
	{ "command 0", 0, QUIET, EOPNOTSUPP, LIST(BRIDGE) },
	{ "a command after the last", CMD(MAX) + 1, QUIET, EOPNOTSUPP, LIST(BRIDGE) },
	{ "command 255", 255, QUIET, EOPNOTSUPP, LIST(BRIDGE) },
	{ "an event as a command", CMD(EVENT_FLOW_START), QUIET, EOPNOTSUPP, LIST(BRIDGE) },
	{ "a dump-only command as one", CMD(RULE_GET), QUIET, EOPNOTSUPP, LIST(BRIDGE) },
	{ "a setter as a dump", CMD(RULE_REPLACE), DUMP | QUIET, EOPNOTSUPP, LIST(BRIDGE) },
	{ "flags of no meaning", CMD(BRIDGE_GET), NLM_F_CREATE, EINVAL, LIST(BRIDGE) },
	/* of the attributes */
	{ "no bridge", CMD(BRIDGE_GET), 0, EINVAL, NO_ATTRS },
	{ "no bridge to add", CMD(BRIDGE_ADD), 0, EINVAL, NO_ATTRS },
	{ "no bridge to dump the rules of", CMD(RULE_GET), DUMP, EINVAL, NO_ATTRS },
	{ "no bridge to dump the flows of", CMD(FLOW_GET), DUMP, EINVAL, NO_ATTRS },
	{ "two bridges", CMD(BRIDGE_GET), 0, EINVAL, LIST(BRIDGE, BRIDGE) },
	{ "two bridges to add", CMD(BRIDGE_ADD), 0, EINVAL, LIST(BRIDGE, BRIDGE) },
	{ "two bridges to dump", CMD(BRIDGE_GET), DUMP, EINVAL, LIST(BRIDGE, BRIDGE) },
	{ "two bridges and a rule", CMD(RULE_REPLACE), 0, EINVAL,
	  LIST(BRIDGE, RULE(ACTION(DROP)), BRIDGE) },
	{ "another bridge", CMD(BRIDGE_GET), 0, ENODEV, LIST(STR(A(BRIDGE), "other")) },
	{ "a device that is no bridge", CMD(BRIDGE_ADD), 0, EOPNOTSUPP, LIST(STR(A(BRIDGE), "lo")) },
	{ "a bridge twice", CMD(BRIDGE_ADD), 0, EEXIST, LIST(BRIDGE) },
	{ "another bridge to dump", CMD(FLOW_GET), DUMP, ENODEV, LIST(STR(A(BRIDGE), "other")) },
	{ "a name of no length", CMD(BRIDGE_GET), 0, EINVAL, LIST(EMPTY(A(BRIDGE))) },
	{ "an empty name", CMD(BRIDGE_GET), 0, ENODEV, LIST(STR(A(BRIDGE), "")) },
	{ "a name without its end", CMD(BRIDGE_GET), 0, EINVAL,
	  LIST(U8(A(BRIDGE), 's', 'i', 'n', 'k', '0')) },
	{ "a name too long", CMD(BRIDGE_GET), 0, EINVAL, LIST(STR(A(BRIDGE), "sixteen-of-these")) },
	{ "an attribute of type 0", CMD(BRIDGE_GET), 0, EINVAL, LIST(BRIDGE, EMPTY(0)) },
	{ "padding as a request", CMD(BRIDGE_GET), 0, EINVAL, LIST(BRIDGE, EMPTY(A(PAD))) },
	{ "an attribute after the last", CMD(BRIDGE_GET), 0, EINVAL,
	  LIST(BRIDGE, U32(A(MAX) + 1, 0)) },
	{ "an attribute far away", CMD(BRIDGE_GET), 0, EINVAL, LIST(BRIDGE, U32(0x3fff, 0)) },
	{ "an attribute of another command", CMD(BRIDGE_DEL), 0, EINVAL,
	  LIST(BRIDGE, U32(A(MAX_FLOWS), 1000)) },
	{ "an attribute of answers", CMD(FLOW_FLUSH), 0, EINVAL, LIST(BRIDGE, U32(A(COUNT), 1)) },
	{ "a short number", CMD(BRIDGE_ADD), 0, EINVAL, LIST(BRIDGE, U16(A(MAX_FLOWS), 1000)) },
	{ "a long number", CMD(BRIDGE_ADD), 0, EINVAL, LIST(BRIDGE, U32(A(MAX_FLOWS), 1000, 0)) },
	{ "too few flows", CMD(BRIDGE_ADD), 0, ERANGE, LIST(BRIDGE, U32(A(MAX_FLOWS), 15)) },
	{ "too many flows", CMD(BRIDGE_ADD), 0, ERANGE, LIST(BRIDGE, U32(A(MAX_FLOWS), 4194305)) },
	{ "a timeout too short", CMD(BRIDGE_ADD), 0, ERANGE,
	  LIST(BRIDGE, U32(A(TIMEOUT_UDP), 99)) },
	{ "a timeout too long", CMD(BRIDGE_ADD), 0, ERANGE,
	  LIST(BRIDGE, U32(A(TIMEOUT_ICMP), 86400001)) },
	/* of servers */
	{ "no server", CMD(SERVER_ADD), 0, EINVAL, LIST(BRIDGE) },
	{ "a server without a name", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(PORT("g0"), GOOD_MAC, GOOD_IPV4)) },
	{ "a server without a port", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("new"), GOOD_MAC, GOOD_IPV4)) },
	{ "a server without a MAC", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("new"), PORT("g0"), GOOD_IPV4)) },
	{ "a server without an address", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("new"), PORT("g0"), GOOD_MAC)) },
	{ "a nest that is not marked", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, U32(A(SERVER), 0)) },
	{ "a server's name in capitals", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("New"), PORT("g0"), GOOD_MAC, GOOD_IPV4)) },
	{ "a server's name from a digit", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("1new"), PORT("g0"), GOOD_MAC, GOOD_IPV4)) },
	{ "a server's name with a blank", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("n w"), PORT("g0"), GOOD_MAC, GOOD_IPV4)) },
	{ "a server's name beyond ASCII", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("n\xe9w"), PORT("g0"), GOOD_MAC, GOOD_IPV4)) },
	{ "a server's empty name", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME(""), PORT("g0"), GOOD_MAC, GOOD_IPV4)) },
	{ "a server's name twice", CMD(SERVER_ADD), 0, EEXIST,
	  LIST(BRIDGE, SERVER(NAME("srv"), PORT("g0"), GOOD_MAC, GOOD_IPV4)) },
	{ "a server's port twice", CMD(SERVER_ADD), 0, EEXIST,
	  LIST(BRIDGE, SERVER(NAME("new"), PORT("s0"), GOOD_MAC, GOOD_IPV4)) },
	{ "a server's address twice", CMD(SERVER_ADD), 0, EEXIST,
	  LIST(BRIDGE, SERVER(NAME("new"), PORT("g0"), GOOD_MAC, IPV4(198, 18, 0, 9))) },
	{ "a port that is none", CMD(SERVER_ADD), 0, ENODEV,
	  LIST(BRIDGE, SERVER(NAME("new"), PORT("lo"), GOOD_MAC, GOOD_IPV4)) },
	{ "a short MAC", CMD(SERVER_ADD), 0, ERANGE,
	  LIST(BRIDGE, SERVER(NAME("new"), PORT("g0"), MAC(2, 0, 0, 0, 9), GOOD_IPV4)) },
	{ "a MAC of zeros", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("new"), PORT("g0"), MAC(0, 0, 0, 0, 0, 0), GOOD_IPV4)) },
	{ "a group's MAC", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("new"), PORT("g0"), MAC(1, 0, 0x5e, 0, 0, 1), GOOD_IPV4)) },
	{ "a long address", CMD(SERVER_ADD), 0, ERANGE,
	  LIST(BRIDGE, SERVER(NAME("new"), PORT("g0"), GOOD_MAC, IPV4(1, 2, 3, 4, 5, 6, 7, 8))) },
	{ "a group's address", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("new"), PORT("g0"), GOOD_MAC, IPV4(224, 0, 0, 1))) },
	{ "an IPv6 group's address", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("new"), PORT("g0"), GOOD_MAC,
			      IPV6(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1))) },
	{ "a link-local address", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("new"), PORT("g0"), GOOD_MAC,
			      IPV6(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1))) },
	{ "a mapped address", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("new"), PORT("g0"), GOOD_MAC, IPV6(MAPPED_ONE))) },
	{ "an address of zeros", CMD(SERVER_ADD), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("new"), PORT("g0"), GOOD_MAC, IPV4(0, 0, 0, 0))) },
	{ "two names in a nest", CMD(SERVER_GET), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("other"), NAME("srv"))) },
	{ "two nests", CMD(SERVER_GET), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("other")), SERVER(NAME("srv"))) },
	{ "a server that is not there", CMD(SERVER_DEL), 0, ENOENT,
	  LIST(BRIDGE, SERVER(NAME("other"))) },
	{ "a server that a rule names", CMD(SERVER_DEL), 0, EBUSY,
	  LIST(BRIDGE, SERVER(NAME("srv"))) },
	{ "more than a name to delete", CMD(SERVER_DEL), 0, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("srv"), PORT("s0"))) },
	{ "a dump of one server", CMD(SERVER_GET), DUMP, EINVAL,
	  LIST(BRIDGE, SERVER(NAME("srv"))) },
	/* of rules */
	{ "no rule", CMD(RULE_ADD), 0, EINVAL, LIST(BRIDGE) },
	{ "two rules to add", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(PROTO(1), ACTION(DROP)), RULE(PROTO(2), ACTION(DROP))) },
	{ "a rule without an action", CMD(RULE_ADD), 0, EINVAL, LIST(BRIDGE, RULE(PROTO(1))) },
	{ "an empty rule", CMD(RULE_REPLACE), 0, EINVAL,
	  LIST(BRIDGE, NEST(A(RULE), { END, 0, NULL, NULL })) },
	{ "an action of no meaning", CMD(RULE_ADD), 0, ERANGE,
	  LIST(BRIDGE, RULE(PROTO(1), U8(A(RULE_ACTION), SINKBRIDGE_ACTION_FORWARD + 1))) },
	{ "an id that is chosen", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(ID(7), PROTO(1), ACTION(DROP))) },
	{ "an attribute after the last of a rule", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(PROTO(1), ACTION(DROP), U8(A(RULE_MAX) + 1, 0))) },
	{ "two protocols", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(PROTO(1), PROTO(2), ACTION(DROP))) },
	{ "a port without a protocol", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(FIRST(5), ACTION(DROP))) },
	{ "a port of ICMP", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(PROTO(1), FIRST(5), ACTION(DROP))) },
	{ "port 0", CMD(RULE_ADD), 0, ERANGE,
	  LIST(BRIDGE, RULE(PROTO(6), FIRST(0), ACTION(DROP))) },
	{ "a last port only", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(PROTO(6), LAST(5), ACTION(DROP))) },
	{ "ports from high to low", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(PROTO(6), FIRST(6), LAST(5), ACTION(DROP))) },
	{ "a destination's host bits", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(DST(10, 0, 0, 1), DST_LEN(24), ACTION(DROP))) },
	{ "a prefix of 33 bits", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(DST(10, 0, 0, 1), DST_LEN(33), ACTION(DROP))) },
	{ "a prefix of nothing", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(DST_LEN(24), ACTION(DROP))) },
	{ "an IPv6 prefix of 129 bits", CMD(RULE_ADD), 0, ERANGE,
	  LIST(BRIDGE, RULE(DST(IPV6_ONE), DST_LEN(129), ACTION(DROP))) },
	{ "an IPv6 destination's host bits", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(DST(IPV6_ONE), DST_LEN(127), ACTION(DROP))) },
	{ "a mapped destination", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(DST(MAPPED_ONE), ACTION(DROP))) },
	{ "a destination of 8 bytes", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(DST(1, 2, 3, 4, 5, 6, 7, 8), ACTION(DROP))) },
	{ "a flood policy without its rate", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(PROTO(6), ACTION(DROP), U16(A(RULE_FLOOD_SAMPLE), 4))) },
	{ "a flood of no packets", CMD(RULE_ADD), 0, ERANGE,
	  LIST(BRIDGE, RULE(PROTO(6), ACTION(DROP), U32(A(RULE_FLOOD_RATE), 0))) },
	{ "a flood's sample too large", CMD(RULE_ADD), 0, ERANGE,
	  LIST(BRIDGE, RULE(PROTO(6), ACTION(DROP), U32(A(RULE_FLOOD_RATE), 9),
			    U16(A(RULE_FLOOD_SAMPLE), 65))) },
	{ "a flood policy that rejects", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(PROTO(6), ACTION(REJECT), U32(A(RULE_FLOOD_RATE), 9))) },
	{ "a short destination", CMD(RULE_ADD), 0, ERANGE,
	  LIST(BRIDGE, RULE(DST(10, 0, 1), ACTION(DROP))) },
	{ "a guest port that cannot be", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(STR(A(RULE_GUEST_PORT), "a/b"), ACTION(DROP))) },
	{ "a guest port too long", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(STR(A(RULE_GUEST_PORT), "sixteen-of-these"), ACTION(DROP))) },
	{ "to no server", CMD(RULE_ADD), 0, EINVAL, LIST(BRIDGE, RULE(PROTO(1), ACTION(TO))) },
	{ "to an unknown server", CMD(RULE_ADD), 0, ENOENT, LIST(BRIDGE, RULE(PROTO(1), TO("no"))) },
	{ "drop to a server", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(PROTO(1), ACTION(DROP), STR(A(RULE_SERVER), "srv"))) },
	{ "drop to a port", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(PROTO(6), ACTION(DROP), U16(A(RULE_SERVER_PORT), 9))) },
	{ "to port 0", CMD(RULE_ADD), 0, ERANGE,
	  LIST(BRIDGE, RULE(PROTO(6), TO("srv"), U16(A(RULE_SERVER_PORT), 0))) },
	{ "ICMP to a port", CMD(RULE_ADD), 0, EINVAL,
	  LIST(BRIDGE, RULE(PROTO(1), TO("srv"), U16(A(RULE_SERVER_PORT), 9))) },
	{ "a match that is there", CMD(RULE_ADD), 0, EEXIST,
	  LIST(BRIDGE, RULE(PROTO(17), FIRST(53), ACTION(DROP))) },
	{ "before no rule", CMD(RULE_ADD), 0, ENOENT,
	  LIST(BRIDGE, RULE(PROTO(1), ACTION(DROP)), U32(A(RULE_BEFORE), 0x7fffffff)) },
	{ "before rule 0", CMD(RULE_ADD), 0, ERANGE,
	  LIST(BRIDGE, RULE(PROTO(1), ACTION(DROP)), U32(A(RULE_BEFORE), 0)) },
	{ "no rule to delete", CMD(RULE_DEL), 0, EINVAL, LIST(BRIDGE) },
	{ "a rule without an id to delete", CMD(RULE_DEL), 0, EINVAL,
	  LIST(BRIDGE, NEST(A(RULE), { END, 0, NULL, NULL })) },
	{ "a rule to delete by its match", CMD(RULE_DEL), 0, EINVAL, LIST(BRIDGE, RULE(PROTO(17))) },
	{ "a rule to delete that is not there", CMD(RULE_DEL), 0, ENOENT,
	  LIST(BRIDGE, RULE(ID(0x7fffffff))) },
	{ "a table of another generation", CMD(RULE_REPLACE), 0, EAGAIN,
	  LIST(BRIDGE, U32(A(GENERATION), 0x7fffffff), RULE(ACTION(DROP))) },
	{ "two generations", CMD(RULE_REPLACE), 0, EINVAL,
	  LIST(BRIDGE, U32(A(GENERATION), 1), U32(A(GENERATION), 2), RULE(ACTION(DROP))) },
	{ "a bad rule behind good ones", CMD(RULE_REPLACE), 0, EINVAL,
	  LIST(BRIDGE, RULE(PROTO(1), ACTION(DROP)), RULE(ACTION(TO))) },
	{ "equal matches", CMD(RULE_REPLACE), 0, EEXIST,
	  LIST(BRIDGE, RULE(PROTO(6), ACTION(DROP)), RULE(PROTO(6), ACTION(REJECT))) },
	{ "matches that say the same in other words", CMD(RULE_REPLACE), 0, EEXIST,
	  LIST(BRIDGE, RULE(PROTO(6), FIRST(5), ACTION(DROP)),
	       RULE(PROTO(6), FIRST(5), LAST(5), ACTION(DROP))) },
	/* of flows */
	{ "two filters", CMD(FLOW_FLUSH), 0, EINVAL,
	  LIST(BRIDGE, FILTER(U8(A(FLOW_PROTOCOL), 6)), FILTER(U8(A(FLOW_PROTOCOL), 17))) },
	{ "a filter with two protocols", CMD(FLOW_GET), DUMP, EINVAL,
	  LIST(BRIDGE, FILTER(U8(A(FLOW_PROTOCOL), 6), U8(A(FLOW_PROTOCOL), 17))) },
	{ "a filter by what is no filter", CMD(FLOW_FLUSH), 0, EINVAL,
	  LIST(BRIDGE, FILTER(U8(A(FLOW_STATE), 0))) },
	{ "a filter by half an address", CMD(FLOW_FLUSH), 0, ERANGE,
	  LIST(BRIDGE, FILTER(U8(A(FLOW_DEST_ADDR), 10, 0))) },
	{ "a filter by half a port", CMD(FLOW_GET), DUMP, EINVAL,
	  LIST(BRIDGE, FILTER(U8(A(FLOW_DEST_L4), 10))) },
};

#endif /* NLBAD_CASES_H */
