/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * request: HTTP requests from bytes, bounded in everything.  Knows no sockets.
 *
 * One object is one request: feed it until it is complete or bad, then free it
 * and begin another with the bytes that are left.
 */
#ifndef FAKESERVERS_HTTP_REQUEST_H
#define FAKESERVERS_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <http_parser.h>

#define REQUEST_URL_MAX		8192
#define REQUEST_HEAD_MAX	32768		/* request line and headers together */
#define REQUEST_BODY_MAX	(1ULL << 40)	/* counted; the caller keeps what it wants */
#define REQUEST_VALUE_MAX	1024		/* of a header that we keep */
#define REQUEST_RAW_MAX		256		/* first bytes, for the event of a bad one */

enum request_status {
	REQUEST_MORE,		/* all bytes were taken */
	REQUEST_CONTINUE,	/* the client waits for "100 Continue" before its body */
	REQUEST_COMPLETE,
	REQUEST_BAD,		/* see error; nothing more can be read from this client */
};

struct request_value {
	bool seen;
	size_t len;
	char bytes[REQUEST_VALUE_MAX];
};

struct request {
	http_parser parser;
	bool complete;
	bool close;			/* the connection ends after the answer */
	int error;			/* HTTP status of a bad one: 400, 413, 414, 431 */
	uint64_t body_bytes;
	/* the caller's: bytes of the body as they come; NULL: only counted */
	void (*on_body)(void *data, const void *bytes, size_t len);
	void *data;

	char *url;
	size_t url_len, url_size;
	struct request_value host, user_agent, referer, content_type;
	uint8_t raw[REQUEST_RAW_MAX];
	size_t raw_len;

	/* the parser's */
	bool in_value, skip_value, expects_continue, told_continue, headers_done;
	char field[16];			/* name of the header at hand, lower case */
	size_t field_len;
	char expect[16];
	size_t expect_len;
};

struct request *request_new(void);
void request_free(struct request *request);

/* Takes bytes; *taken tells how many. */
enum request_status request_feed(struct request *request, const void *bytes, size_t len,
				 size_t *taken);

const char *request_method(const struct request *request);	/* "GET"; "" if unknown yet */
bool request_is_head(const struct request *request);

#endif /* FAKESERVERS_HTTP_REQUEST_H */
