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

/* A conversation as the server's socket knows it; local is zero if the socket is bound to none. */
struct sb_socket_tuple {
	struct in6_addr	local, peer;
	__be16		local_port, peer_port;
	u8		protocol;
};

/* A socket of IPv6 may speak IPv4, with mapped addresses: as ours are. */
static void sb_socket_addresses(const struct sock *sk, struct sb_socket_tuple *tuple)
{
	const struct inet_sock *inet = inet_sk(sk);

#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6) {
		tuple->local = sk->sk_v6_rcv_saddr;
		tuple->peer = sk->sk_v6_daddr;
		return;
	}
#endif
	tuple->local = sb_addr_v4(READ_ONCE(inet->inet_rcv_saddr));
	tuple->peer = sb_addr_v4(READ_ONCE(inet->inet_daddr));
}

static int sb_socket_read(const struct sock *sk, struct sb_socket_tuple *tuple)
{
	const struct inet_sock *inet = inet_sk(sk);

	*tuple = (struct sb_socket_tuple){
		.local_port	= READ_ONCE(inet->inet_sport),
		.peer_port	= READ_ONCE(inet->inet_dport),
		.protocol	= sk->sk_protocol,
	};
	sb_socket_addresses(sk, tuple);
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

/* What the caller tells of a datagram's ends. */
static void sb_socket_tuple_fill(struct sb_socket_tuple *tuple, const struct in6_addr *peer,
				 __be16 peer_port, const struct in6_addr *local, __be16 local_port)
{
	if (tuple->protocol != IPPROTO_UDP)
		return;
	if (!sb_addr_is_zero(peer)) {
		tuple->peer = *peer;
		tuple->peer_port = peer_port;
	}
	if (!sb_addr_is_zero(local) && sb_addr_is_zero(&tuple->local))
		tuple->local = *local;
	if (local_port)
		tuple->local_port = local_port;
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

static void sb_original_fill(struct sinkbridge_original6 *orig, const struct sb_bridge *bridge,
			     const struct sb_flow *flow)
{
	const struct sb_tuple *tuple = &flow->nodes[SB_DIR_ORIG].tuple;

	orig->flow_id = flow->id;
	memcpy(orig->guest_addr, &tuple->src, sizeof(orig->guest_addr));
	memcpy(orig->dest_addr, &tuple->dst, sizeof(orig->dest_addr));
	orig->guest_port = (__force __u16)tuple->l4_src;
	orig->dest_port = (__force __u16)tuple->l4_dst;
	orig->rule_id = flow->rule->id;
	orig->protocol = tuple->protocol;
	ether_addr_copy(orig->guest_mac, flow->guest_mac);
	strscpy(orig->bridge, bridge->dev->name, sizeof(orig->bridge));
	strscpy(orig->guest_if, flow->guest_if, sizeof(orig->guest_if));
	strscpy(orig->server, sb_flow_server(flow)->name, sizeof(orig->server));
}

/* The answer, with what was asked. */
static int sb_original_find(const struct sock *sk, const struct sb_socket_tuple *tuple,
			    struct sinkbridge_original6 *orig)
{
	u64 cookie = sock_net(sk)->net_cookie;
	struct sb_bridge *bridge;
	struct sb_flow *flow;
	int err = -ENOENT;

	memset(orig, 0, sizeof(*orig));
	memcpy(orig->peer_addr, &tuple->peer, sizeof(orig->peer_addr));
	memcpy(orig->local_addr, &tuple->local, sizeof(orig->local_addr));
	orig->peer_port = (__force __u16)tuple->peer_port;
	orig->local_port = (__force __u16)tuple->local_port;
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

static __u32 sb_original_v4(const __u8 *addr)
{
	return (__force __u32)sb_addr_get_v4((const struct in6_addr *)addr);
}

/* The same in IPv4's form; the caller has a flow of IPv4. */
static void sb_original_shorten(const struct sinkbridge_original6 *from,
				struct sinkbridge_original *to)
{
	*to = (struct sinkbridge_original){
		.peer_addr	= sb_original_v4(from->peer_addr),
		.local_addr	= sb_original_v4(from->local_addr),
		.peer_port	= from->peer_port,
		.local_port	= from->local_port,
		.flow_id	= from->flow_id,
		.guest_addr	= sb_original_v4(from->guest_addr),
		.dest_addr	= sb_original_v4(from->dest_addr),
		.guest_port	= from->guest_port,
		.dest_port	= from->dest_port,
		.rule_id	= from->rule_id,
		.protocol	= from->protocol,
	};
	memcpy(to->guest_mac, from->guest_mac, sizeof(to->guest_mac));
	memcpy(to->bridge, from->bridge, sizeof(to->bridge));
	memcpy(to->guest_if, from->guest_if, sizeof(to->guest_if));
	memcpy(to->server, from->server, sizeof(to->server));
}

static int sb_get_original(struct sock *sk, int optval, void __user *user, int *len)
{
	struct sinkbridge_original orig;
	struct sinkbridge_original6 found;
	struct in6_addr peer, local;
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
	peer = sb_addr_v4((__force __be32)orig.peer_addr);
	local = sb_addr_v4((__force __be32)orig.local_addr);
	sb_socket_tuple_fill(&tuple, &peer, (__force __be16)orig.peer_port, &local,
			     (__force __be16)orig.local_port);
	if (!sb_addr_is_v4(&tuple.peer))
		return -ENOENT;
	err = sb_original_find(sk, &tuple, &found);
	if (err)
		return err;
	sb_original_shorten(&found, &orig);
	*len = sizeof(orig);
	return copy_to_user(user, &orig, sizeof(orig)) ? -EFAULT : 0;
}

static int sb_get_original6(struct sock *sk, int optval, void __user *user, int *len)
{
	struct sinkbridge_original6 orig;
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
	sb_socket_tuple_fill(&tuple, (const struct in6_addr *)orig.peer_addr,
			     (__force __be16)orig.peer_port,
			     (const struct in6_addr *)orig.local_addr,
			     (__force __be16)orig.local_port);
	err = sb_original_find(sk, &tuple, &orig);
	if (err)
		return err;
	*len = sizeof(orig);
	return copy_to_user(user, &orig, sizeof(orig)) ? -EFAULT : 0;
}

/* As getorigdst() of nf_conntrack_proto.c answers: a sockaddr_in. */
static int sb_get_so_original_dst(struct sock *sk, int optval, void __user *user, int *len)
{
	struct sinkbridge_original6 orig;
	struct sb_socket_tuple tuple;
	struct sockaddr_in sin = {};
	int err;

	if (*len < (int)sizeof(sin))
		return -EINVAL;
	err = sb_socket_read(sk, &tuple);
	if (!err && !sb_addr_is_v4(&tuple.peer))
		err = -ENOENT;
	if (!err)
		err = sb_original_find(sk, &tuple, &orig);
	if (err)
		return err;
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = (__force __be32)sb_original_v4(orig.dest_addr);
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

static struct nf_sockopt_ops sb_sockopt6 = {
	.pf		= PF_INET6,
	.get_optmin	= SO_SINKBRIDGE_ORIGINAL,
	.get_optmax	= SO_SINKBRIDGE_ORIGINAL + 1,
	.get		= sb_get_original6,
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

	if (err)
		return err;
	err = nf_register_sockopt(&sb_sockopt6);
	if (err)
		goto err_sockopt;
	if (!so_original_dst)
		return 0;
	err = nf_register_sockopt(&sb_so_original_dst);
	if (!err)
		return 0;
	pr_err("sinkbridge: SO_ORIGINAL_DST is taken (by nf_conntrack?): error %d\n", err);
	nf_unregister_sockopt(&sb_sockopt6);
err_sockopt:
	nf_unregister_sockopt(&sb_sockopt);
	return err;
}

void sb_sockopt_exit(void)
{
	if (so_original_dst)
		nf_unregister_sockopt(&sb_so_original_dst);
	nf_unregister_sockopt(&sb_sockopt6);
	nf_unregister_sockopt(&sb_sockopt);
}
