/* SPDX-License-Identifier: GPL-2.0-only */
/* response: the head of an HTTP answer. */
#ifndef FAKESERVERS_HTTP_RESPONSE_H
#define FAKESERVERS_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define RESPONSE_HEAD_MAX	2048

struct response {
	int status;
	const char *content_type;	/* NULL: none */
	const char *location;		/* NULL: none */
	const char *header;		/* another whole line; NULL: none */
	uint64_t length;		/* of the body, also when only its head was asked for */
	bool close;
	bool old_keep_alive;		/* HTTP/1.0 that stays open has to be told */
	time_t date;
};

/* Bytes of the head; 0: it did not fit (a content type of absurd length). */
size_t response_head(char head[RESPONSE_HEAD_MAX], const struct response *response);

/* 1xx, 204 and 304 have none, and no length of it. */
bool response_has_body(int status);

#endif /* FAKESERVERS_HTTP_RESPONSE_H */
