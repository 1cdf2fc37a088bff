// SPDX-License-Identifier: GPL-2.0-only
/*
 * xdppass NETNS IF: attaches an XDP program that lets everything pass, there.
 */
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

static int load(void)
{
	static const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = { 0 };

	attr.prog_type = BPF_PROG_TYPE_XDP;
	attr.insns = (uintptr_t)program;
	attr.insn_cnt = 2;
	attr.license = (uintptr_t)"GPL";
	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static int attach(int prog, int ifindex)
{
	struct mnl_socket *sock = mnl_socket_open(NETLINK_ROUTE);
	char buffer[512];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	struct nlattr *nest = mnl_attr_nest_start(nlh, IFLA_XDP);
	int n;

	nlh->nlmsg_type = RTM_SETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = 1;
	ifi->ifi_index = ifindex;
	mnl_attr_put_u32(nlh, IFLA_XDP_FD, (uint32_t)prog);
	mnl_attr_put_u32(nlh, IFLA_XDP_FLAGS, XDP_FLAGS_SKB_MODE);
	mnl_attr_nest_end(nlh, nest);
	if (!sock || mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) < 0)
		return -1;
	n = mnl_socket_recvfrom(sock, buffer, sizeof(buffer));
	return n < 0 ? -1 : mnl_cb_run(buffer, (size_t)n, 1, mnl_socket_get_portid(sock), NULL, NULL);
}

int main(int argc, char **argv)
{
	int ns = argc == 3 ? open(argv[1], O_RDONLY) : -1, prog = load();

	if (ns < 0 || prog < 0 || setns(ns, CLONE_NEWNET) ||
	    attach(prog, (int)if_nametoindex(argv[2])) < 0) {
		fprintf(stderr, "xdppass: %s\n", strerror(errno));
		return 1;
	}
	return 0;
}
