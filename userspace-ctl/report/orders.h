/* SPDX-License-Identifier: GPL-2.0-only */
/* orders: what the C&C asked for, against what was seen. */
#ifndef SINKCTL_REPORT_ORDERS_H
#define SINKCTL_REPORT_ORDERS_H

#include "facts.h"

#define ORDER_GRACE	10.0	/* seconds after a command's time in which its flood may begin */

/* What carries the packets of a vector, as EVE's "proto"; "": any protocol. */
const char *command_proto(const char *vector);

/*
 * Ties each attack to the command that it can be the answer to: "command" in the
 * attack, "attacks" in the command, both as indexes; and "differs" where another
 * attack was seen than the one asked for.
 */
void orders_match(struct facts *facts);

#endif /* SINKCTL_REPORT_ORDERS_H */
