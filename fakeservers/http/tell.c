// SPDX-License-Identifier: GPL-2.0-only
/* Events of requests. */
#include "tell.h"

#include <stdio.h>
#include <string.h>

#include "path.h"
#include "../tls/tls.h"

static void put_version(json_t *object, const struct request *request)
{
	char text[32] = "HTTP/";
	size_t n = 5;

	if (!request->url_len)
		return;
	n += (size_t)snprintf(text + n, sizeof(text) - n, "%u.%u", request->parser.http_major,
			      request->parser.http_minor);
	event_put_string(object, "protocol", text);
}

size_t tell_host_len(const struct request *request)
{
	const char *host = request->host.bytes;
	size_t at = request->host.len;

	while (at && host[at - 1] >= '0' && host[at - 1] <= '9')
		at--;
	return at && host[at - 1] == ':' ? at - 1 : request->host.len;
}

static void put_value(json_t *object, const char *key, const struct request_value *value)
{
	if (value->seen)
		event_put_bytes(object, key, value->bytes, value->len);
}

static void put_upload(struct stream *stream, const struct request *request,
		       struct store_file *upload, json_t *object)
{
	struct store_result result;
	size_t len = request->url_len;
	const char *path;

	store_end(upload, &result);
	event_put_string(object, "request_sha256", result.sha256);
	event_put_bool(object, "request_stored", result.stored);
	path = path_only(request->url ? request->url : "", &len);
	event_end(stream->server->events, &stream->orig, "fileinfo",
		  store_describe("http", path, len, &result));
}

void tell_request(struct stream *stream, const struct request *request, const struct told *told)
{
	json_t *object = event_begin(NULL);

	if (request->host.seen)
		event_put_bytes(object, "hostname", request->host.bytes, tell_host_len(request));
	if (request->url_len)
		event_put_bytes(object, "url", request->url, request->url_len);
	put_value(object, "http_user_agent", &request->user_agent);
	put_value(object, "http_refer", &request->referer);
	put_value(object, "request_content_type", &request->content_type);
	if (request->url_len)
		event_put_string(object, "http_method", request_method(request));
	put_version(object, request);
	if (told->status)
		event_put_int(object, "status", (uint64_t)told->status);
	event_put_int(object, "length", told->length);
	event_put_int(object, "request_body_bytes", request->body_bytes);
	if (told->by)
		event_put_string(object, "answered_by", told->by);
	if (told->upload)
		put_upload(stream, request, told->upload, object);
	if (!request->complete) {
		event_put_bool(object, "incomplete", true);
		event_put_hex(object, "raw", request->raw, request->raw_len);
	}
	event_end_with(stream->server->events, &stream->orig, "http", object, "tls",
		       tls_describe(stream));
}
