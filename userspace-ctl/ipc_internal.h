/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the ipc*.c files and by nothing else. */
#ifndef SINKCTL_IPC_INTERNAL_H
#define SINKCTL_IPC_INTERNAL_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "ipc.h"

#define IPC_ROOM	65536	/* the kernel sends dumps in pieces of at most 32 KiB */

struct ipc {
	struct mnl_socket	*socket;
	unsigned int		port;
	unsigned int		sequence;
	uint16_t		family;
	uint32_t		group;		/* of the events */
	uint32_t		offender;	/* offset of the attribute last refused, or 0 */
	char			request[1024];	/* any request but RULE_REPLACE */
	char			answer[IPC_ROOM];
};

/* Sets the text of ipc_error() and returns err. */
int ipc_fail(int err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A request in room (NULL: ipc->request) with BRIDGE, unless that is NULL; NULL: bad name. */
struct nlmsghdr *ipc_request(struct ipc *ipc, void *room, uint8_t cmd, uint16_t flags,
			     const char *bridge);

/* Sends, and calls each message of the answer until the acknowledgement or the end of a dump.
 * -EINTR: the dump is not of one moment.
 */
typedef int (*ipc_each_fn)(const struct nlmsghdr *message, void *data);
int ipc_talk(struct ipc *ipc, struct nlmsghdr *request, ipc_each_fn each, void *data);

/* A dump as an array of items of one moment, each filled in by take(); free(list->items). */
struct ipc_list {
	size_t	size;
	size_t	count;
	size_t	room;
	char	*items;
	void	(*take)(const struct nlmsghdr *message, void *item);
};
int ipc_dump(struct ipc *ipc, uint8_t cmd, const char *bridge, struct ipc_list *list);

/* Attributes of a message of the family; values of another size than to's are left alone. */
#define ipc_for_each(attr, message) mnl_attr_for_each(attr, message, GENL_HDRLEN)
void ipc_take(const struct nlattr *attr, void *to, size_t size);
void ipc_take_name(const struct nlattr *attr, char to[SINKBRIDGE_NAME_LEN]);
/* An address of either family, as struct in6_addr. */
void ipc_take_addr(const struct nlattr *attr, struct in6_addr *to);
void ipc_put_addr(struct nlmsghdr *request, uint16_t type, const struct in6_addr *addr);

void ipc_take_l4(const struct nlattr *attr, uint16_t *port);
int ipc_take_count(const struct nlmsghdr *message, void *data);	/* ipc_each_fn; data: uint32_t */
void ipc_take_flood(const struct nlattr *nest, struct ipc_flood *flood);

#define IPC_TAKE(attr, field) ipc_take(attr, &(field), sizeof(field))

#endif /* SINKCTL_IPC_INTERNAL_H */
