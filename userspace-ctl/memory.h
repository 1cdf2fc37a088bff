/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory for much at once. */
#ifndef SINKCTL_MEMORY_H
#define SINKCTL_MEMORY_H

#include <stddef.h>

/*
 * These bytes will be written soon: their pages, if they are many, come by one system call instead of a
 * fault each.  Only saves time; a kernel that cannot (before 5.14) changes nothing.
 */
void memory_populate(void *start, size_t len);

#endif /* SINKCTL_MEMORY_H */
