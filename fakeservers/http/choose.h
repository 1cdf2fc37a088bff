/* SPDX-License-Identifier: GPL-2.0-only */
/* choose: what a request is answered with, of all that needs no file.  Pure. */
#ifndef FAKESERVERS_HTTP_CHOOSE_H
#define FAKESERVERS_HTTP_CHOOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labconf.h"

struct choice {
	const char *by;			/* for the event: "answer-path", "connectivity" */
	int status;
	const char *content_type;	/* NULL: none */
	const char *location;		/* NULL: none */
	const char *header;		/* another whole line; NULL: none */
	const uint8_t *body;
	size_t body_len;
};

/* host: without its port.  url: as it stands in the request.  False: nothing fits. */
bool choose_answer(struct choice *choice, const struct labconf_http *conf, const char *host,
		   size_t host_len, const char *url, size_t url_len);
/* What systems ask for to see whether they are on line. */
bool choose_connectivity(struct choice *choice, const char *host, size_t host_len,
			 const char *url, size_t url_len);

/* By the extension of a path; NULL: it has none that is known. */
const char *choose_content_type(const char *url, size_t len);

#endif /* FAKESERVERS_HTTP_CHOOSE_H */
