/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DHCP (RFC 2131) before a guest has an address: requests to everybody, and the
 * answers to them, which are not sent to the guest's address as other answers
 * are.  One exchange is one flow; what tells it from others is the client's MAC
 * address and transaction number, in the message.  The message stays as it is.
 *
 * Renewals go from address to address: for them nothing of this is needed.
 */
#ifndef SB_DHCP_H
#define SB_DHCP_H

#include "flow.h"
#include "parse.h"

#define SB_DHCP_SERVER_PORT	67
#define SB_DHCP_CLIENT_PORT	68

enum sb_dhcp_op {
	SB_DHCP_REQUEST	= 1,
	SB_DHCP_ANSWER	= 2,
};

struct sb_dhcp {
	u32		exchange;	/* of the client and its transaction */
	struct in6_addr	server;		/* as an answer says; :: if it does not */
};

/* From a client's port to the server's of everybody. */
static inline bool sb_dhcp_is_request(const struct sb_packet *pkt)
{
	return pkt->l4_dst == htons(SB_DHCP_SERVER_PORT) &&
	       pkt->l4_src == htons(SB_DHCP_CLIENT_PORT) &&
	       pkt->protocol == IPPROTO_UDP && !pkt->ipv6 &&
	       ipv4_is_lbcast(sb_addr_get_v4(&pkt->dst));
}

/* From a server's port to a client's. */
static inline bool sb_dhcp_is_answer(const struct sb_packet *pkt)
{
	return pkt->l4_src == htons(SB_DHCP_SERVER_PORT) &&
	       pkt->l4_dst == htons(SB_DHCP_CLIENT_PORT) &&
	       pkt->protocol == IPPROTO_UDP && !pkt->ipv6;
}

/* Read the message that pkt describes.  False: none of that kind. */
bool sb_dhcp_read(const struct sk_buff *skb, const struct sb_packet *pkt, enum sb_dhcp_op op,
		  struct sb_dhcp *dhcp);

/* Make the tuple of a request that of its exchange. */
void sb_dhcp_orig(struct sb_tuple *orig, const struct sb_dhcp *dhcp);
/* The tuple by which answers of that server are found. */
void sb_dhcp_reply(struct sb_tuple *reply, const struct in6_addr *server, u32 port,
		   const struct sb_dhcp *dhcp);

#endif /* SB_DHCP_H */
