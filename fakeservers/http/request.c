// SPDX-License-Identifier: GPL-2.0-only
/* HTTP requests, through http-parser. */
#include "request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int on_url(http_parser *parser, const char *at, size_t len)
{
	struct request *request = parser->data;
	size_t size = request->url_size ? request->url_size : 256;
	char *bigger;

	if (request->url_len + len > REQUEST_URL_MAX) {
		request->error = 414;
		return -1;
	}
	while (size < request->url_len + len)
		size *= 2;
	if (size > request->url_size) {
		bigger = realloc(request->url, size);
		if (!bigger) {
			request->error = 414;
			return -1;
		}
		request->url = bigger;
		request->url_size = size;
	}
	memcpy(request->url + request->url_len, at, len);
	request->url_len += len;
	return 0;
}

static int on_header_field(http_parser *parser, const char *at, size_t len)
{
	struct request *request = parser->data;
	size_t i;

	if (request->in_value) {
		request->in_value = false;
		request->field_len = 0;
	}
	/* longer than any that we keep: the length alone makes it different */
	for (i = 0; i < len && request->field_len < sizeof(request->field); i++, request->field_len++)
		request->field[request->field_len] =
			at[i] >= 'A' && at[i] <= 'Z' ? at[i] | 0x20 : at[i];
	return 0;
}

static bool field_is(const struct request *request, const char *name)
{
	return request->field_len == strlen(name) &&
	       memcmp(request->field, name, request->field_len) == 0;
}

static void append(char *value, size_t *value_len, size_t size, const char *at, size_t len)
{
	if (len > size - *value_len)
		len = size - *value_len;
	memcpy(value + *value_len, at, len);
	*value_len += len;
}

/* Of a header that comes twice the first one counts; a value may come in pieces. */
static void append_value(struct request *request, struct request_value *value, bool begins,
			 const char *at, size_t len)
{
	if (begins)
		request->skip_value = value->seen;
	if (request->skip_value)
		return;
	value->seen = true;
	append(value->bytes, &value->len, sizeof(value->bytes), at, len);
}

static int on_header_value(http_parser *parser, const char *at, size_t len)
{
	struct request *request = parser->data;
	bool begins = !request->in_value;

	request->in_value = true;
	if (field_is(request, "host"))
		append_value(request, &request->host, begins, at, len);
	else if (field_is(request, "user-agent"))
		append_value(request, &request->user_agent, begins, at, len);
	else if (field_is(request, "referer"))
		append_value(request, &request->referer, begins, at, len);
	else if (field_is(request, "content-type"))
		append_value(request, &request->content_type, begins, at, len);
	else if (field_is(request, "expect"))
		append(request->expect, &request->expect_len, sizeof(request->expect), at, len);
	return 0;
}

static int on_headers_complete(http_parser *parser)
{
	struct request *request = parser->data;

	request->headers_done = true;
	request->expects_continue = request->expect_len == 12 &&
		strncasecmp(request->expect, "100-continue", 12) == 0 &&
		(parser->http_major > 1 || (parser->http_major == 1 && parser->http_minor));
	if (parser->content_length != UINT64_MAX && parser->content_length > REQUEST_BODY_MAX) {
		request->error = 413;
		return -1;
	}
	return 0;
}

static int on_body(http_parser *parser, const char *at, size_t len)
{
	struct request *request = parser->data;

	request->body_bytes += len;
	if (request->body_bytes > REQUEST_BODY_MAX) {
		request->error = 413;
		return -1;
	}
	if (request->on_body)
		request->on_body(request->data, at, len);
	return 0;
}

static int on_message_complete(http_parser *parser)
{
	struct request *request = parser->data;

	request->complete = true;
	request->close = !http_should_keep_alive(parser) || parser->upgrade;
	/* the bytes that follow are another request's */
	http_parser_pause(parser, 1);
	return 0;
}

static const http_parser_settings settings = {
	.on_url = on_url,
	.on_header_field = on_header_field,
	.on_header_value = on_header_value,
	.on_headers_complete = on_headers_complete,
	.on_body = on_body,
	.on_message_complete = on_message_complete,
};

struct request *request_new(void)
{
	struct request *request = calloc(1, sizeof(*request));

	if (!request)
		return NULL;
	http_parser_set_max_header_size(REQUEST_HEAD_MAX);
	http_parser_init(&request->parser, HTTP_REQUEST);
	request->parser.data = request;
	return request;
}

void request_free(struct request *request)
{
	if (request)
		free(request->url);
	free(request);
}

static enum request_status bad(struct request *request)
{
	if (!request->error)
		request->error = HTTP_PARSER_ERRNO(&request->parser) == HPE_HEADER_OVERFLOW ?
				 431 : 400;
	request->close = true;
	return REQUEST_BAD;
}

enum request_status request_feed(struct request *request, const void *bytes, size_t len,
				 size_t *taken)
{
	size_t raw = sizeof(request->raw) - request->raw_len;
	enum http_errno error;

	if (request->error) {
		*taken = 0;
		return REQUEST_BAD;
	}
	raw = len < raw ? len : raw;
	memcpy(request->raw + request->raw_len, bytes, raw);
	request->raw_len += raw;
	*taken = http_parser_execute(&request->parser, &settings, bytes, len);
	error = HTTP_PARSER_ERRNO(&request->parser);
	if (request->complete && (error == HPE_OK || error == HPE_PAUSED))
		return REQUEST_COMPLETE;
	if (error != HPE_OK)
		return bad(request);
	if (request->headers_done && request->expects_continue && !request->told_continue) {
		request->told_continue = true;
		if (!request->body_bytes)
			return REQUEST_CONTINUE;
	}
	return REQUEST_MORE;
}

const char *request_method(const struct request *request)
{
	/* until the request line is read the parser says 0, "DELETE" */
	return request->url_len ? http_method_str(request->parser.method) : "";
}

bool request_is_head(const struct request *request)
{
	return request->parser.method == HTTP_HEAD;
}
