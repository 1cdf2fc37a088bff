// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/inetdevice.h>
#include <linux/jhash.h>
#include <linux/udp.h>

#include "dhcp.h"

#define SB_DHCP_COOKIE		0x63825363
#define SB_DHCP_OPTIONS		64	/* are looked at */
#define SB_DHCP_PAD		0
#define SB_DHCP_SERVER_ID	54
#define SB_DHCP_END		255

/* The fixed part, which is BOOTP's (RFC 951), and what says that options follow. */
struct sb_bootp {
	u8	op;
	u8	htype, hlen, hops;
	__be32	xid;
	__be16	secs, flags;
	__be32	ciaddr, yiaddr, siaddr, giaddr;
	u8	chaddr[16];
	u8	sname[64];
	u8	file[128];
	__be32	cookie;
} __packed;

/* The address in the option, 0 if there is none; at and end count from skb->data. */
static __be32 sb_dhcp_server_id(const struct sk_buff *skb, unsigned int at, unsigned int end)
{
	unsigned int i;
	__be32 addr;
	u8 head[2];

	for (i = 0; i < SB_DHCP_OPTIONS && at + sizeof(head) <= end; i++) {
		if (skb_copy_bits(skb, at, head, sizeof(head)) || head[0] == SB_DHCP_END)
			break;
		if (head[0] == SB_DHCP_PAD) {
			at++;
			continue;
		}
		at += sizeof(head);
		if (at + head[1] > end)
			break;
		if (head[0] == SB_DHCP_SERVER_ID)
			return head[1] == sizeof(addr) &&
			       !skb_copy_bits(skb, at, &addr, sizeof(addr)) ? addr : 0;
		at += head[1];
	}
	return 0;
}

static bool sb_dhcp_is_host(__be32 addr)
{
	return !ipv4_is_zeronet(addr) && !ipv4_is_loopback(addr) && !ipv4_is_multicast(addr) &&
	       !ipv4_is_lbcast(addr);
}

bool sb_dhcp_read(const struct sk_buff *skb, const struct sb_packet *pkt, enum sb_dhcp_op op,
		  struct sb_dhcp *dhcp)
{
	unsigned int at = pkt->l4_offset + sizeof(struct udphdr);
	struct sb_bootp bootp;
	__be32 server;

	*dhcp = (struct sb_dhcp){};
	if (at + sizeof(bootp) > pkt->total_len || skb_copy_bits(skb, at, &bootp, sizeof(bootp)))
		return false;
	if (bootp.op != op || bootp.htype != ARPHRD_ETHER || bootp.hlen != ETH_ALEN ||
	    bootp.cookie != htonl(SB_DHCP_COOKIE))
		return false;
	dhcp->exchange = jhash(bootp.chaddr, ETH_ALEN, (__force u32)bootp.xid);
	if (op == SB_DHCP_REQUEST)
		return true;
	server = sb_dhcp_server_id(skb, at + sizeof(bootp), pkt->total_len);
	if (!sb_dhcp_is_host(server))
		server = bootp.siaddr;
	if (sb_dhcp_is_host(server))
		dhcp->server = sb_addr_v4(server);
	return true;
}

void sb_dhcp_orig(struct sb_tuple *orig, const struct sb_dhcp *dhcp)
{
	orig->exchange = dhcp->exchange ^ dhcp->exchange >> 16;
}

void sb_dhcp_reply(struct sb_tuple *reply, const struct in6_addr *server, u32 port,
		   const struct sb_dhcp *dhcp)
{
	*reply = (struct sb_tuple){
		.src		= *server,
		.dst		= sb_addr_v4(0),
		.l4_src		= htons(SB_DHCP_SERVER_PORT),
		.l4_dst		= htons(SB_DHCP_CLIENT_PORT),
		.port		= port,
		/* a server's frames have no tags: there is room */
		.vid		= { dhcp->exchange >> 16, dhcp->exchange & 0xffff },
		.protocol	= IPPROTO_UDP,
		.dir		= SB_DIR_REPLY,
	};
}
