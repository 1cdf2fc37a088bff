/* SPDX-License-Identifier: GPL-2.0-only */
/* sinkctl check: what its parts tell each other. */
#ifndef SINKCTL_CHECK_H
#define SINKCTL_CHECK_H

#include <stdbool.h>

#include <libmnl/libmnl.h>
#include <linux/sinkbridge.h>

#define CHECK_PORTS	1024

struct check_port {
	char	name[SINKBRIDGE_NAME_LEN];
	bool	server;
};

/* One bridge under examination. */
struct check {
	char			bridge[SINKBRIDGE_NAME_LEN];
	struct check_port	ports[CHECK_PORTS];
	int			port_count;
	int			broken;		/* findings so far that break the promise */
	int			unseen;		/* what could not be looked at */
	int			hooks;		/* ours, seen in place */
};

/*
 * One finding, printed at once: code is its name for programs, device "" for
 * the host as a whole; what ends in no full stop, remedy is a command or words.
 */
void check_finding(struct check *check, bool broken, const char *device, const char *code,
		   const char *remedy, const char *what, ...) __attribute__((format(printf, 6, 7)));

/* A finding of its own: what could not be looked at, for the reason err, a negative errno. */
void check_unseen(struct check *check, const char *device, const char *code, int err,
		  const char *what);

/* Addresses, routes, what stands upon a device or in front of it. */
void check_devices(struct check *check);

/* Where servers' ports lead, and what else their namespaces have. */
void check_servers(struct check *check);

/* Which hooks the kernel has, and in which order. */
void check_hooks(struct check *check);

/* A dump: fn gets each message.  0, or a negative errno. */
int check_dump(int bus, struct nlmsghdr *request, mnl_cb_t fn, void *data);

#endif /* SINKCTL_CHECK_H */
