// SPDX-License-Identifier: GPL-2.0-only
/*
 * The original destination, asked for on a server's socket.
 *
 * The socket lives in the server's namespace, the flow on a bridge in another.
 * A flow counts only if its server port leads into the namespace of the socket
 * that asks: an equal tuple elsewhere on the machine confirms nothing, and
 * servers rely on that before they give a command.
 */
#include <linux/etherdevice.h>
#include <linux/inet.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/rculist.h>
#include <linux/uaccess.h>
#include <net/inet_sock.h>
#include <net/tcp_states.h>

#include "net.h"

static bool so_original_dst;
module_param(so_original_dst, bool, 0444);
MODULE_PARM_DESC(so_original_dst,
		 "answer SO_ORIGINAL_DST too, as conntrack does (excludes nf_conntrack; default 0)");

/* A conversation as the server's socket knows it. */
struct sb_socket_tuple {
	struct in6_addr local, peer;	/* local: any, if the socket is bound to none */
	__be16	local_port, peer_port;
	u32	protocol;
};

static int sb_socket_read(const struct sock *sk, struct sb_socket_tuple *tuple)
{
	const struct inet_sock *inet = inet_sk(sk);

	*tuple = (struct sb_socket_tuple){
		.local		= sb_addr_v4(READ_ONCE(inet->inet_rcv_saddr)),
		.peer		= sb_addr_v4(READ_ONCE(inet->inet_daddr)),
		.local_port	= READ_ONCE(inet->inet_sport),
		.peer_port	= READ_ONCE(inet->inet_dport),
		.protocol	= sk->sk_protocol,
	};
	switch (sk->sk_protocol) {
	case IPPROTO_TCP:
		if ((1 << READ_ONCE(sk->sk_state)) & (TCPF_CLOSE | TCPF_LISTEN | TCPF_SYN_SENT))
			return -ENOTCONN;
		return 0;
	case IPPROTO_UDP:
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

/* Flow of this conversation on one bridge, if it leads into the namespace with that cookie. RCU. */
static struct sb_flow *sb_flow_of_socket(struct sb_bridge *bridge, u64 cookie,
					 const struct sb_socket_tuple *want)
{
	struct sb_tuple tuple = {
		.dst		= want->peer,
		.l4_src		= want->local_port,
		.l4_dst		= want->peer_port,
		.protocol	= want->protocol,
		.dir		= SB_DIR_REPLY,
	};
	struct sb_server *server;
	struct sb_flow *flow;

	list_for_each_entry_rcu(server, &bridge->servers, list) {
		if (READ_ONCE(server->netns_cookie) != cookie)
			continue;
		tuple.src = *sb_server_addr(server, sb_addr_is_v4(&want->peer));
		if (ipv6_addr_any(&tuple.src) ||
		    (!sb_addr_is_zero(&want->local) && !sb_addr_equal(&want->local, &tuple.src)))
			continue;
		tuple.port = server->port_ifindex;
		flow = sb_flow_find(bridge->flows, &tuple);
		if (flow)
			return flow;
	}
	return NULL;
}

static void sb_original_fill(struct sinkbridge_original *orig, const struct sb_bridge *bridge,
			     const struct sb_flow *flow)
{
	const struct sb_tuple *tuple = &flow->nodes[SB_DIR_ORIG].tuple;

	orig->flow_id = flow->id;
	orig->guest_addr = (__force __u32)sb_addr_get_v4(&tuple->src);
	orig->dest_addr = (__force __u32)sb_addr_get_v4(&tuple->dst);
	orig->guest_port = (__force __u16)tuple->l4_src;
	orig->dest_port = (__force __u16)tuple->l4_dst;
	orig->rule_id = flow->rule->id;
	orig->protocol = tuple->protocol;
	ether_addr_copy(orig->guest_mac, flow->guest_mac);
	strscpy(orig->bridge, bridge->dev->name, sizeof(orig->bridge));
	strscpy(orig->guest_if, flow->guest_if, sizeof(orig->guest_if));
	strscpy(orig->server, sb_flow_server(flow)->name, sizeof(orig->server));
}

static int sb_original_find(const struct sock *sk, const struct sb_socket_tuple *tuple,
			    struct sinkbridge_original *orig)
{
	u64 cookie = sock_net(sk)->net_cookie;
	struct sb_bridge *bridge;
	struct sb_flow *flow;
	int err = -ENOENT;

	rcu_read_lock();
	list_for_each_entry_rcu(bridge, &sb_bridges, global) {
		flow = sb_flow_of_socket(bridge, cookie, tuple);
		if (flow) {
			sb_original_fill(orig, bridge, flow);
			err = 0;
			break;
		}
	}
	rcu_read_unlock();
	return err;
}

static int sb_get_original(struct sock *sk, int optval, void __user *user, int *len)
{
	struct sinkbridge_original orig;
	struct sb_socket_tuple tuple;
	int err;

	if (*len < (int)sizeof(orig))
		return -EINVAL;
	if (copy_from_user(&orig, user, sizeof(orig)))
		return -EFAULT;
	if (orig.reserved)
		return -EINVAL;
	err = sb_socket_read(sk, &tuple);
	if (err)
		return err;
	if (tuple.protocol == IPPROTO_UDP) {
		if (orig.peer_addr) {
			tuple.peer = sb_addr_v4((__force __be32)orig.peer_addr);
			tuple.peer_port = (__force __be16)orig.peer_port;
		}
		if (orig.local_addr && sb_addr_is_zero(&tuple.local))
			tuple.local = sb_addr_v4((__force __be32)orig.local_addr);
		if (orig.local_port)
			tuple.local_port = (__force __be16)orig.local_port;
	}
	memset(&orig, 0, sizeof(orig));
	orig.peer_addr = (__force __u32)sb_addr_get_v4(&tuple.peer);
	orig.peer_port = (__force __u16)tuple.peer_port;
	orig.local_addr = (__force __u32)sb_addr_get_v4(&tuple.local);
	orig.local_port = (__force __u16)tuple.local_port;
	err = sb_original_find(sk, &tuple, &orig);
	if (err)
		return err;
	*len = sizeof(orig);
	return copy_to_user(user, &orig, sizeof(orig)) ? -EFAULT : 0;
}

/* As getorigdst() of nf_conntrack_proto.c answers: a sockaddr_in. */
static int sb_get_so_original_dst(struct sock *sk, int optval, void __user *user, int *len)
{
	struct sinkbridge_original orig = {};
	struct sb_socket_tuple tuple;
	struct sockaddr_in sin = {};
	int err;

	if (*len < (int)sizeof(sin))
		return -EINVAL;
	err = sb_socket_read(sk, &tuple);
	if (!err)
		err = sb_original_find(sk, &tuple, &orig);
	if (err)
		return err;
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = (__force __be32)orig.dest_addr;
	sin.sin_port = (__force __be16)orig.dest_port;
	*len = sizeof(sin);
	return copy_to_user(user, &sin, sizeof(sin)) ? -EFAULT : 0;
}

static struct nf_sockopt_ops sb_sockopt = {
	.pf		= PF_INET,
	.get_optmin	= SO_SINKBRIDGE_ORIGINAL,
	.get_optmax	= SO_SINKBRIDGE_ORIGINAL + 1,
	.get		= sb_get_original,
	.owner		= THIS_MODULE,
};

static struct nf_sockopt_ops sb_so_original_dst = {
	.pf		= PF_INET,
	.get_optmin	= SO_ORIGINAL_DST,
	.get_optmax	= SO_ORIGINAL_DST + 1,
	.get		= sb_get_so_original_dst,
	.owner		= THIS_MODULE,
};

int sb_sockopt_init(void)
{
	int err = nf_register_sockopt(&sb_sockopt);

	if (err || !so_original_dst)
		return err;
	err = nf_register_sockopt(&sb_so_original_dst);
	if (err) {
		pr_err("sinkbridge: SO_ORIGINAL_DST is taken (by nf_conntrack?): error %d\n", err);
		nf_unregister_sockopt(&sb_sockopt);
	}
	return err;
}

void sb_sockopt_exit(void)
{
	if (so_original_dst)
		nf_unregister_sockopt(&sb_so_original_dst);
	nf_unregister_sockopt(&sb_sockopt);
}
