/* SPDX-License-Identifier: GPL-2.0-only */
/* observer: what a shell tells of what is done in it. */
#ifndef FAKESERVERS_TELNET_OBSERVER_H
#define FAKESERVERS_TELNET_OBSERVER_H

#include <stddef.h>
#include <stdint.h>

/* A file that the guest would fetch. */
struct fetch {
	const char *tool;		/* "wget" */
	const char *url;
	const char *file;		/* where it would go to */
};

struct observer {
	void (*fetch)(void *data, const struct fetch *fetch);
	/* a file that the guest wrote, as it goes away: removed, overwritten, at the end */
	void (*file)(void *data, const char *path, const uint8_t *content, size_t len);
	void *data;
};

#endif /* FAKESERVERS_TELNET_OBSERVER_H */
