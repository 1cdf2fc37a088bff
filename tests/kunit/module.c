// SPDX-License-Identifier: GPL-2.0-only
/* The unit tests' module: insmod runs all suites, the kernel log has the results (KTAP). */
#include <linux/module.h>

#include "module.h"
#include "table.h"

void sb_server_put(struct sb_server *server)
{
	if (server)
		atomic_inc(&server->puts);
}

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Unit tests of sinkbridge");
