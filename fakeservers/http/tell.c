// SPDX-License-Identifier: GPL-2.0-only
/* Events of requests. */
#include "tell.h"

#include <stdio.h>
#include <string.h>

#include "path.h"
#include "../tls/tls.h"

static void put_version(struct writer *writer, const struct request *request)
{
	char text[32];

	snprintf(text, sizeof(text), "HTTP/%u.%u", request->parser.http_major,
		 request->parser.http_minor);
	writer_string(writer, "protocol", text);
}

size_t tell_host_len(const struct request *request)
{
	const char *host = request->host.bytes;
	size_t at = request->host.len;

	while (at && host[at - 1] >= '0' && host[at - 1] <= '9')
		at--;
	return at && host[at - 1] == ':' ? at - 1 : request->host.len;
}

static void put_value(struct writer *writer, const char *key, const struct request_value *value)
{
	if (value->seen)
		writer_bytes(writer, key, value->bytes, value->len);
}

/* An event of its own, before the request's. */
static void tell_upload(struct stream *stream, const struct request *request,
			struct store_file *upload, struct store_result *result)
{
	size_t len = request->url_len;
	const char *path;

	store_end(upload, result);
	path = path_only(request->url ? request->url : "", &len);
	event_end(stream->server->events, &stream->orig, "fileinfo",
		  store_describe("http", path, len, result));
}

static void put_request(struct writer *writer, const struct request *request)
{
	if (request->host.seen)
		writer_bytes(writer, "hostname", request->host.bytes, tell_host_len(request));
	if (request->url_len)
		writer_bytes(writer, "url", request->url, request->url_len);
	put_value(writer, "http_user_agent", &request->user_agent);
	put_value(writer, "http_refer", &request->referer);
	put_value(writer, "request_content_type", &request->content_type);
	if (!request->url_len)
		return;
	writer_string(writer, "http_method", request_method(request));
	put_version(writer, request);
}

void tell_request(struct stream *stream, const struct request *request, const struct told *told)
{
	struct event_log *log = stream->server->events;
	struct store_result upload;
	struct writer *writer;

	if (told->upload)
		tell_upload(stream, request, told->upload, &upload);
	writer = event_line(log, &stream->orig, "http");
	put_request(writer, request);
	if (told->status)
		writer_int(writer, "status", (uint64_t)told->status);
	writer_int(writer, "length", told->length);
	writer_int(writer, "request_body_bytes", request->body_bytes);
	if (told->by)
		writer_string(writer, "answered_by", told->by);
	if (told->upload) {
		writer_string(writer, "request_sha256", upload.sha256);
		writer_bool(writer, "request_stored", upload.stored);
	}
	if (!request->complete) {
		writer_bool(writer, "incomplete", true);
		writer_hex(writer, "raw", request->raw, request->raw_len);
	}
	event_line_end_with(log, "tls", tls_describe(stream));
}
