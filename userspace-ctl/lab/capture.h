/* SPDX-License-Identifier: GPL-2.0-only */
/* capture: what the guest sends and receives, by "sinkctl capture" on the bridge's monitor device. */
#ifndef SINKCTL_LAB_CAPTURE_H
#define SINKCTL_LAB_CAPTURE_H

#include <jansson.h>

#include "lab.h"

#define CAPTURE_FILE	"capture.pcapng"	/* in the folder of a run */

struct capture {
	bool		runs;
	struct process	process;
	char		log[PATH_MAX];
};

/*
 * Captures the frames of a guest port into FOLDER/CAPTURE_FILE; returns when it
 * does, or after saying why it does not: a run goes on without.
 */
void capture_start(struct capture *capture, struct lab *lab, const char *interface,
		   const char *folder);
/* What has come until now is in the file. */
void capture_stop(struct capture *capture);

/* How many frames it has, and lacks; null if there is none. */
json_t *capture_to_json(const struct capture *capture);

#endif /* SINKCTL_LAB_CAPTURE_H */
