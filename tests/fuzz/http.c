// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as HTTP requests: in pieces, or in one, they are the same requests. */
#include <stdlib.h>
#include <string.h>

#include "choose.h"
#include "path.h"
#include "request.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

struct seen {
	size_t requests;
	int error;
	uint64_t body_bytes;
	size_t url_bytes;
};

static struct labconf_answer answers[] = {
	{ .pattern = "*a*b*.test/*c?*", .status = 200 }, { .pattern = "*.s?", .status = 404 },
};

static const struct labconf_http conf = {
	.answers = answers, .answer_count = 2, .content_type = "text/html",
};

static void look(const struct request *request)
{
	const char *url = request->url ? request->url : "";
	char text[PATH_TEXT_MAX];
	struct choice choice;

	if (choose_answer(&choice, &conf, request->host.bytes, request->host.len, url,
			  request->url_len) ||
	    choose_connectivity(&choice, request->host.bytes, request->host.len, url,
				request->url_len)) {
		if (choice.status < 200 || choice.status > 599)
			abort();
	}
	choose_content_type(url, request->url_len);

	if (request->url_len > REQUEST_URL_MAX || request->body_bytes > REQUEST_BODY_MAX)
		abort();
	if (!path_from_url(text, url, request->url_len))
		return;
	if (text[0] == '/' || strcmp(text, "..") == 0 || strncmp(text, "../", 3) == 0 ||
	    strstr(text, "/../"))
		abort();
}

static struct seen feed(const uint8_t *bytes, size_t len, size_t step)
{
	struct request *request = NULL;
	enum request_status status;
	struct seen seen = {};
	size_t taken;

	while (len && !seen.error) {
		if (!request)
			request = request_new();
		status = request_feed(request, bytes, len < step ? len : step, &taken);
		if (taken > len)
			abort();
		bytes += taken;
		len -= taken;
		if (status == REQUEST_MORE || status == REQUEST_CONTINUE)
			continue;
		look(request);
		seen.requests += status == REQUEST_COMPLETE;
		seen.error = status == REQUEST_BAD ? request->error : 0;
		seen.url_bytes += request->complete ? request->url_len : 0;
		seen.body_bytes += request->complete ? request->body_bytes : 0;
		request_free(request);
		request = NULL;
	}
	request_free(request);
	return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct seen whole = feed(bytes, len, len), pieces = feed(bytes, len, 3);

	if (whole.requests != pieces.requests || !whole.error != !pieces.error ||
	    whole.body_bytes != pieces.body_bytes || whole.url_bytes != pieces.url_bytes)
		abort();
	return 0;
}
