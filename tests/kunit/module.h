/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tested parts leave to the bridge, in the tests' own form. */
#ifndef SB_TEST_MODULE_H
#define SB_TEST_MODULE_H

#include <linux/atomic.h>

struct sb_server {
	atomic_t	puts;	/* how often a rule let it go */
};

#endif /* SB_TEST_MODULE_H */
