/* SPDX-License-Identifier: GPL-2.0-only */
/* tell: the events of a request. */
#ifndef FAKESERVERS_HTTP_TELL_H
#define FAKESERVERS_HTTP_TELL_H

#include "request.h"
#include "store.h"
#include "stream.h"

struct told {
	int status;			/* 0: no answer was given */
	uint64_t length;
	const char *by;			/* what the answer is from; NULL: the default */
	struct store_file *upload;	/* ends here; NULL: none */
};

void tell_request(struct stream *stream, const struct request *request, const struct told *told);

/* Of the host that it names, without the port. */
size_t tell_host_len(const struct request *request);

#endif /* FAKESERVERS_HTTP_TELL_H */
