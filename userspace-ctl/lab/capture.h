/* SPDX-License-Identifier: GPL-2.0-only */
/* capture: what the guest sends and receives, by dumpcap or tcpdump on its port. */
#ifndef SINKCTL_LAB_CAPTURE_H
#define SINKCTL_LAB_CAPTURE_H

#include <jansson.h>

#include "lab.h"

struct capture {
	const char	*tool;		/* NULL: none runs */
	struct process	process;
	char		file[PATH_MAX];
	char		log[PATH_MAX];
};

/*
 * Captures interface into FOLDER/capture.pcap; returns when it does, or after
 * saying why it does not: a run goes on without.
 */
void capture_start(struct capture *capture, struct lab *lab, const char *interface,
		   const char *folder);
void capture_stop(struct capture *capture);

/* The tool, and what it said of packets captured and dropped; null without a tool. */
json_t *capture_to_json(const struct capture *capture);

#endif /* SINKCTL_LAB_CAPTURE_H */
