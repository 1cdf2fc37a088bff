/* SPDX-License-Identifier: GPL-2.0-only */
/* tap: the guest's port. */
#ifndef SINKCTL_LAB_TAP_H
#define SINKCTL_LAB_TAP_H

#include "lab.h"

/* Makes a persistent tap, attaches it to the lab's bridge, and sets it up.  False: said why. */
bool tap_make(struct lab *lab, char name[SINKBRIDGE_NAME_LEN]);

#endif /* SINKCTL_LAB_TAP_H */
