// SPDX-License-Identifier: GPL-2.0-only
/* The netlink conversation itself: socket, requests, answers, refusals. */
#include "ipc_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define DUMP_TRIES 16

static char error_text[512] = "no error";

const char *ipc_error(void)
{
	return error_text;
}

int ipc_fail(int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error_text, sizeof(error_text), format, args);
	va_end(args);
	return err;
}

void ipc_take(const struct nlattr *attr, void *to, size_t size)
{
	if (mnl_attr_get_payload_len(attr) == size)
		memcpy(to, mnl_attr_get_payload(attr), size);
}

void ipc_take_name(const struct nlattr *attr, char to[SINKBRIDGE_NAME_LEN])
{
	size_t len = strnlen(mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr));

	if (len >= SINKBRIDGE_NAME_LEN)
		return;
	memcpy(to, mnl_attr_get_payload(attr), len);
	to[len] = '\0';
}

void ipc_take_addr(const struct nlattr *attr, struct in6_addr *to)
{
	struct in_addr v4 = { 0 };

	ipc_take(attr, to, sizeof(*to));
	if (mnl_attr_get_payload_len(attr) != sizeof(v4))
		return;
	ipc_take(attr, &v4, sizeof(v4));
	*to = addr_from_v4(v4);
}

void ipc_put_addr(struct nlmsghdr *request, uint16_t type, const struct in6_addr *addr)
{
	struct in_addr v4 = addr_get_v4(addr);

	if (addr_is_v4(addr))
		mnl_attr_put(request, type, sizeof(v4), &v4);
	else
		mnl_attr_put(request, type, sizeof(*addr), addr);
}

struct nlmsghdr *ipc_request(struct ipc *ipc, void *room, uint8_t cmd, uint16_t flags,
			     const char *bridge)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(room ? room : ipc->request);
	struct genlmsghdr *genl;

	request->nlmsg_type = ipc->family;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	request->nlmsg_seq = ++ipc->sequence;
	genl = mnl_nlmsg_put_extra_header(request, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = SINKBRIDGE_GENL_VERSION;
	if (!bridge)
		return request;
	if (!*bridge || strlen(bridge) >= SINKBRIDGE_NAME_LEN) {
		ipc_fail(-EINVAL, "the name of a bridge has 1 to %d characters",
			 SINKBRIDGE_NAME_LEN - 1);
		return NULL;
	}
	mnl_attr_put_strz(request, SINKBRIDGE_A_BRIDGE, bridge);
	return request;
}

/* The kernel's own words if it sent some, otherwise ours for the number. */
static int refused(struct ipc *ipc, int err, const struct nlmsghdr *message, size_t header)
{
	const char *text = NULL;
	struct nlattr *attr;

	ipc->offender = 0;
	if (message->nlmsg_flags & NLM_F_ACK_TLVS && mnl_nlmsg_get_payload_len(message) >= header) {
		mnl_attr_for_each(attr, message, header) {
			uint16_t len = mnl_attr_get_payload_len(attr);

			if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG && len &&
			    !mnl_attr_get_str(attr)[len - 1])
				text = mnl_attr_get_str(attr);
			if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_OFFS)
				IPC_TAKE(attr, ipc->offender);
		}
	}
	if (text && *text)
		return ipc_fail(err, "%.480s", text);
	if (err == -EPERM)
		return ipc_fail(err, "not permitted, it needs CAP_NET_ADMIN");
	/* kernels before 6.3 lose the text when it is the start of a dump that fails */
	if (err == -ENODEV)
		return ipc_fail(err, "no bridge of that name is under control");
	return ipc_fail(err, "%s", strerror(-err));
}

static int error_message(struct ipc *ipc, const struct nlmsghdr *message)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(message);
	size_t header = sizeof(*error);

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*error))
		return ipc_fail(-EPROTO, "the kernel's answer is too short");
	if (error->error >= 0)
		return 0;
	/* without NLM_F_CAPPED the whole request comes back in front of the attributes */
	if (!(message->nlmsg_flags & NLM_F_CAPPED))
		header += MNL_ALIGN(error->msg.nlmsg_len - sizeof(error->msg));
	return refused(ipc, error->error, message, header);
}

static int done_message(struct ipc *ipc, const struct nlmsghdr *message)
{
	int err = 0;

	if (mnl_nlmsg_get_payload_len(message) >= sizeof(err))
		memcpy(&err, mnl_nlmsg_get_payload(message), sizeof(err));
	return err < 0 ? refused(ipc, err, message, MNL_ALIGN(sizeof(err))) : 0;
}

struct talk {
	struct ipc	*ipc;
	unsigned int	sequence;
	ipc_each_fn	each;
	void		*data;
	bool		interrupted;
	bool		over;
	int		err;	/* of each(), then the rest is only read away */
};

static int answer_message(struct talk *talk, const struct nlmsghdr *message)
{
	if (message->nlmsg_seq != talk->sequence)
		return 0;
	if (message->nlmsg_flags & NLM_F_DUMP_INTR)
		talk->interrupted = true;
	switch (message->nlmsg_type) {
	case NLMSG_NOOP:
		return 0;
	case NLMSG_ERROR:
		talk->over = true;
		return error_message(talk->ipc, message);
	case NLMSG_DONE:
		talk->over = true;
		return done_message(talk->ipc, message);
	}
	if (talk->each && !talk->err && mnl_nlmsg_get_payload_len(message) >= GENL_HDRLEN)
		talk->err = talk->each(message, talk->data);
	return 0;
}

static ssize_t receive(struct ipc *ipc)
{
	ssize_t len;

	do {
		len = mnl_socket_recvfrom(ipc->socket, ipc->answer, sizeof(ipc->answer));
	} while (len < 0 && errno == EINTR);
	return len < 0 ? -errno : len;
}

static int send_request(struct ipc *ipc, const struct nlmsghdr *request)
{
	ssize_t len;

	do {
		len = mnl_socket_sendto(ipc->socket, request, request->nlmsg_len);
	} while (len < 0 && errno == EINTR);
	if (len >= 0)
		return 0;
	if (errno == EMSGSIZE)
		return ipc_fail(-errno, "%u bytes do not fit into the socket's send buffer",
				request->nlmsg_len);
	return ipc_fail(-errno, "cannot ask the kernel: %s", strerror(errno));
}

int ipc_talk(struct ipc *ipc, struct nlmsghdr *request, ipc_each_fn each, void *data)
{
	struct talk talk = {
		.ipc = ipc, .sequence = request->nlmsg_seq, .each = each, .data = data,
	};
	int err = send_request(ipc, request);

	while (!err && !talk.over) {
		ssize_t len = receive(ipc);
		const struct nlmsghdr *message = (const struct nlmsghdr *)ipc->answer;
		int left = len;

		if (len < 0)
			return ipc_fail(len, "cannot read the kernel's answer: %s", strerror(-len));
		while (!err && !talk.over && mnl_nlmsg_ok(message, left)) {
			err = answer_message(&talk, message);
			message = mnl_nlmsg_next(message, &left);
		}
	}
	if (err || talk.err)
		return err ? err : talk.err;
	return talk.interrupted ? ipc_fail(-EINTR, "it changed while it was read") : 0;
}

static int collect(const struct nlmsghdr *message, void *data)
{
	struct ipc_list *list = data;

	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 64;
		char *items = reallocarray(list->items, room, list->size);

		if (!items)
			return ipc_fail(-ENOMEM, "out of memory");
		list->items = items;
		list->room = room;
	}
	memset(list->items + list->count * list->size, 0, list->size);
	list->take(message, list->items + list->count * list->size);
	list->count++;
	return 0;
}

int ipc_dump(struct ipc *ipc, uint8_t cmd, const char *bridge, struct ipc_list *list)
{
	int err = -EINTR;

	for (int i = 0; err == -EINTR && i < DUMP_TRIES; i++) {
		struct nlmsghdr *request = ipc_request(ipc, NULL, cmd, NLM_F_DUMP, bridge);

		if (!request)
			return -EINVAL;
		list->count = 0;
		err = ipc_talk(ipc, request, collect, list);
	}
	if (!err)
		return 0;
	free(list->items);
	list->items = NULL;
	list->count = 0;
	return err;
}

static int take_groups(struct ipc *ipc, const struct nlattr *groups)
{
	struct nlattr *group, *attr;

	mnl_attr_for_each_nested(group, groups) {
		const char *name = NULL;
		uint32_t id = 0;

		mnl_attr_for_each_nested(attr, group) {
			if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME)
				name = mnl_attr_get_str(attr);
			if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
				IPC_TAKE(attr, id);
		}
		if (name && !strcmp(name, SINKBRIDGE_MCGRP_EVENTS))
			ipc->group = id;
	}
	return 0;
}

static int take_family(const struct nlmsghdr *message, void *data)
{
	struct ipc *ipc = data;
	struct nlattr *attr;

	ipc_for_each(attr, message) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			IPC_TAKE(attr, ipc->family);
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GROUPS)
			take_groups(ipc, attr);
	}
	return 0;
}

static int find_family(struct ipc *ipc)
{
	struct nlmsghdr *request;
	int err;

	ipc->family = GENL_ID_CTRL;
	request = ipc_request(ipc, NULL, CTRL_CMD_GETFAMILY, 0, NULL);
	mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, SINKBRIDGE_GENL_NAME);
	err = ipc_talk(ipc, request, take_family, ipc);
	if (err == -ENOENT)
		return ipc_fail(err, "the module sinkbridge is not loaded, expected: modprobe sinkbridge");
	return err;
}

int ipc_open(struct ipc **handle)
{
	struct ipc *ipc = calloc(1, sizeof(*ipc));
	int on = 1, err;

	if (!ipc)
		return ipc_fail(-ENOMEM, "out of memory");
	ipc->socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!ipc->socket || mnl_socket_bind(ipc->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = ipc_fail(-errno, "cannot open a netlink socket: %s", strerror(errno));
		ipc_close(ipc);
		return err;
	}
	/* older kernels without these tell less, and that is all */
	mnl_socket_setsockopt(ipc->socket, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(ipc->socket, NETLINK_CAP_ACK, &on, sizeof(on));
	ipc->port = mnl_socket_get_portid(ipc->socket);
	err = find_family(ipc);
	if (err) {
		ipc_close(ipc);
		return err;
	}
	*handle = ipc;
	return 0;
}

void ipc_close(struct ipc *ipc)
{
	if (!ipc)
		return;
	if (ipc->socket)
		mnl_socket_close(ipc->socket);
	free(ipc);
}
