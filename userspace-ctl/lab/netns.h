/* SPDX-License-Identifier: GPL-2.0-only */
/* netns: network namespaces by name, and iproute2's ip. */
#ifndef SINKCTL_LAB_NETNS_H
#define SINKCTL_LAB_NETNS_H

#include <stdbool.h>

#define IP_ERROR 256

/* Runs ip on commands, one a line, in a namespace or in ours (NULL).  False: error is what it said. */
bool ip_batch(const char *netns, const char *commands, char error[IP_ERROR]);
bool ip_netns(const char *command, const char *name, char error[IP_ERROR]);

/*
 * A descriptor that every ip holds while it runs, or -1: the lock.  If we are
 * killed, nobody goes on before the ip that we had started has ended.
 */
void ip_hold(int fd);

bool netns_exists(const char *name);
int netns_enter(const char *name);	/* 0 or -errno */

/* Calls function within the namespace, in a process of its own.  False: it returned false. */
bool netns_call(const char *name, bool (*function)(void *), void *data);

/* value into /proc/sys/PATH of our network namespace; a missing one is fine. */
bool netns_sysctl(const char *path, const char *value);

#endif /* SINKCTL_LAB_NETNS_H */
