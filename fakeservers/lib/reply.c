// SPDX-License-Identifier: GPL-2.0-only
/* Datagrams that leave together. */
#include "reply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define QUEUE_MAX	128
#define QUEUE_BYTES	65536

struct message {
	union addr_socket peer;
	struct iovec vector;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

struct reply_queue {
	unsigned int count;
	size_t len;
	struct mmsghdr headers[QUEUE_MAX];
	struct message messages[QUEUE_MAX];
	unsigned char bytes[QUEUE_BYTES];
};

struct reply_queue *reply_queue_new(void)
{
	return calloc(1, sizeof(struct reply_queue));
}

void reply_queue_free(struct reply_queue *queue)
{
	free(queue);
}

bool reply_is_empty(const struct reply_queue *queue)
{
	return !queue->count;
}

static void put_source(struct msghdr *header, const union addr_socket *local)
{
	struct cmsghdr *first = header->msg_control;
	struct in6_pktinfo info6 = { .ipi6_addr = local->v6.sin6_addr };
	struct in_pktinfo info = { .ipi_spec_dst = local->v4.sin_addr };

	if (local->any.sa_family == AF_INET6) {
		*first = (struct cmsghdr){
			.cmsg_level = IPPROTO_IPV6, .cmsg_type = IPV6_PKTINFO,
			.cmsg_len = CMSG_LEN(sizeof(info6)),
		};
		memcpy(CMSG_DATA(first), &info6, sizeof(info6));
		header->msg_controllen = CMSG_SPACE(sizeof(info6));
	} else {
		*first = (struct cmsghdr){
			.cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO,
			.cmsg_len = CMSG_LEN(sizeof(info)),
		};
		memcpy(CMSG_DATA(first), &info, sizeof(info));
		header->msg_controllen = CMSG_SPACE(sizeof(info));
	}
}

static void make_header(struct msghdr *header, struct message *message,
			const union addr_socket *peer, const union addr_socket *local,
			const void *bytes, size_t len)
{
	message->peer = *peer;
	message->vector = (struct iovec){ .iov_base = (void *)bytes, .iov_len = len };
	*header = (struct msghdr){
		.msg_name = &message->peer,
		.msg_namelen = peer->any.sa_family == AF_INET6 ? sizeof(peer->v6) : sizeof(peer->v4),
		.msg_iov = &message->vector,
		.msg_iovlen = 1,
		.msg_control = message->control,
	};
	put_source(header, local);
}

bool reply_add(struct reply_queue *queue, const union addr_socket *peer,
	       const union addr_socket *local, const void *bytes, size_t len)
{
	unsigned char *copy = queue->bytes + queue->len;

	if (queue->count == QUEUE_MAX || len > QUEUE_BYTES - queue->len)
		return false;
	memcpy(copy, bytes, len);
	make_header(&queue->headers[queue->count].msg_hdr, &queue->messages[queue->count], peer,
		    local, copy, len);
	queue->count++;
	queue->len += len;
	return true;
}

size_t reply_send(struct reply_queue *queue, int fd)
{
	unsigned int done = 0;
	size_t refused = 0;
	int n;

	while (done < queue->count) {
		n = sendmmsg(fd, queue->headers + done, queue->count - done, MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n > 0) {
			done += (unsigned int)n;
		} else {	/* it is about the first: the others may do better */
			refused++;
			done++;
		}
	}
	queue->count = 0;
	queue->len = 0;
	return refused;
}

bool reply_now(int fd, const union addr_socket *peer, const union addr_socket *local,
	       const void *bytes, size_t len)
{
	struct message message = {};
	struct msghdr header;

	make_header(&header, &message, peer, local, bytes, len);
	return sendmsg(fd, &header, MSG_DONTWAIT) == (ssize_t)len;
}
