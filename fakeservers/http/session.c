// SPDX-License-Identifier: GPL-2.0-only
/* HTTP connections: a request, its answer, the next. */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "choose.h"
#include "clock.h"
#include "content.h"
#include "request.h"
#include "response.h"
#include "tell.h"
#include "../tls/tls.h"

#define IDLE_SECONDS	60.0
#define REQUEST_SECONDS	30.0	/* from a request's first byte to its last, a body in steps */
#define BODY_STEP	65536	/* so much of a body gives it as much time again */
#define RECEIVE_MAX	16384
#define SEND_CHUNK	65536
#define TLS_HANDSHAKE	0x16	/* the first byte of a client that begins with it */

struct http_state {
	struct request *request;	/* the one at hand */
	struct store_file *upload;	/* its body; NULL: none yet */
	uint64_t body_seen;		/* when the time was given last */
	bool sending;			/* an answer is not all in the socket yet */
	bool close;			/* after it */
	bool all_heard;			/* and the client has said all it had to */
	bool begun;			/* whether it is TLS is known */
	struct content content;
	uint8_t *held;			/* came behind a request that is being answered */
	size_t held_len;
};

static struct http *http_of(const struct stream *stream)
{
	return stream->listener->data;
}

/* Only one answer is put together at a time. */
static uint8_t chunk[RESPONSE_HEAD_MAX + SEND_CHUNK];

static void end_answer(struct stream *stream, struct http_state *state)
{
	content_close(&state->content);
	state->sending = false;
	if (state->close && state->all_heard)
		stream_close(stream, "closed");
	else if (state->close)
		stream_finish(stream, "closed");
}

/* What goes out next: behind the bytes of a head, if there is one.  -1: nothing more can. */
static ssize_t fill_chunk(struct stream *stream, struct http_state *state, size_t head)
{
	ssize_t n = content_read(&state->content, chunk + head, SEND_CHUNK);

	if (n >= 0)
		return n + (ssize_t)head;
	stream_abort(stream, "file shrank");	/* the promised length cannot be kept */
	return -1;
}

/* Sends until the socket does not take more; the next time is when it has drained. */
static void continue_answer(struct stream *stream, struct http_state *state)
{
	ssize_t n;

	while (!stream_pending(stream)) {
		n = fill_chunk(stream, state, 0);
		if (n < 0)
			return;
		if (n == 0) {
			end_answer(stream, state);
			return;
		}
		if (!stream_send(stream, chunk, (size_t)n))
			return;
	}
}

/* The event, and what was uploaded; the request is gone then. */
static void end_request(struct stream *stream, struct http_state *state, int status,
			uint64_t length, const char *by)
{
	tell_request(stream, state->request, &(struct told){
		.status = status, .length = length, .by = by, .upload = state->upload,
	});
	http_of(stream)->requests++;
	http_of(stream)->uploads += state->upload != NULL;
	state->upload = NULL;
	request_free(state->request);
	state->request = NULL;
}

static void begin_answer(struct stream *stream, struct http_state *state,
			 const struct choice *choice)
{
	const struct request *request = state->request;
	struct response response = {
		.status = choice->status,
		.content_type = choice->content_type,
		.location = choice->location,
		.header = choice->header,
		.length = state->content.size,
		.close = request->close,
		.old_keep_alive = request->parser.http_major == 1 && !request->parser.http_minor,
		.date = clock_now(stream->server),
	};
	ssize_t n = (ssize_t)response_head((char *)chunk, &response);

	if (!response_has_body(choice->status) || request_is_head(request))
		content_close(&state->content);
	state->close = request->close;
	state->sending = true;
	end_request(stream, state, choice->status, state->content.size, choice->by);
	stream_timer(stream, 0);
	n = fill_chunk(stream, state, (size_t)n);
	if (n >= 0 && stream_send(stream, chunk, (size_t)n))
		continue_answer(stream, state);
}

static void answer_bytes(struct stream *stream, struct http_state *state,
			 const struct choice *choice)
{
	state->content = content_of_bytes(choice->body, choice->body_len);
	begin_answer(stream, state, choice);
}

static bool answer_file(struct stream *stream, struct http_state *state)
{
	const struct request *request = state->request;
	const struct http *http = http_of(stream);
	struct choice choice = { .by = "files", .status = 200 };

	if (http->folder_fd < 0 ||
	    content_open(&state->content, http->folder_fd, request->url, request->url_len))
		return false;
	choice.content_type = choose_content_type(request->url, request->url_len);
	if (!choice.content_type)
		choice.content_type = "application/octet-stream";
	begin_answer(stream, state, &choice);
	return true;
}

static void answer(struct stream *stream, struct http_state *state)
{
	static const struct choice missing = {
		.status = 404, .content_type = "text/plain",
		.body = (const uint8_t *)"Not Found\n", .body_len = 10,
	};
	const struct request *request = state->request;
	const struct labconf_http *conf = http_of(stream)->conf;
	size_t host_len = tell_host_len(request);
	struct choice choice;

	if (choose_answer(&choice, conf, request->host.bytes, host_len, request->url,
			  request->url_len) ||
	    (conf->connectivity && choose_connectivity(&choice, request->host.bytes, host_len,
						       request->url, request->url_len))) {
		answer_bytes(stream, state, &choice);
		return;
	}
	if (answer_file(stream, state))
		return;
	choice = (struct choice){
		.status = conf->status, .content_type = conf->content_type,
		.body = conf->body, .body_len = conf->body_len,
	};
	answer_bytes(stream, state, conf->body || http_of(stream)->folder_fd < 0 ? &choice : &missing);
}

static void answer_error(struct stream *stream, struct http_state *state, int status)
{
	state->request->close = true;
	answer_bytes(stream, state, &(struct choice){ .status = status });
}

/*
 * However slowly it trickles in, a request ends; sooner than a silent connection
 * does, so that the client is told.
 */
static double request_seconds(const struct stream *stream)
{
	double idle = stream->listener->idle_timeout;

	return idle / 2 < REQUEST_SECONDS ? idle / 2 : REQUEST_SECONDS;
}

static void on_body(void *data, const void *bytes, size_t len)
{
	struct stream *stream = data;
	struct http_state *state = stream->state;

	if (!state->upload)
		state->upload = store_begin(stream->server->store);
	store_write(state->upload, bytes, len);
	if (state->request->body_bytes - state->body_seen < BODY_STEP)
		return;
	state->body_seen = state->request->body_bytes;
	stream_timer(stream, request_seconds(stream));
}

static bool begin_request(struct stream *stream, struct http_state *state)
{
	state->request = request_new();
	if (!state->request) {
		stream_abort(stream, "memory");
		return false;
	}
	state->request->on_body = on_body;
	state->request->data = stream;
	state->body_seen = 0;
	stream_timer(stream, request_seconds(stream));
	return true;
}

static void step(struct stream *stream, struct http_state *state, enum request_status status)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

	if (status == REQUEST_COMPLETE)
		answer(stream, state);
	else if (status == REQUEST_BAD)
		answer_error(stream, state, state->request->error);
	else if (status == REQUEST_CONTINUE)
		stream_send(stream, go_on, sizeof(go_on) - 1);
}

static void hold(struct stream *stream, struct http_state *state, const uint8_t *bytes, size_t len)
{
	state->held = malloc(len);
	if (!state->held) {
		stream_abort(stream, "memory");
		return;
	}
	memcpy(state->held, bytes, len);
	state->held_len = len;
}

/* At the first byte of a connection: the layer takes all of it if that is TLS. */
static bool is_taken_by_tls(struct stream *stream, struct http_state *state, const uint8_t *bytes,
			    size_t len)
{
	struct tls *tls = http_of(stream)->tls;

	if (state->begun)
		return false;
	state->begun = true;
	if (bytes[0] != TLS_HANDSHAKE || !tls || !tls_start(tls, stream))
		return false;
	stream_timer(stream, request_seconds(stream));
	stream->layer->data(stream, bytes, len);
	return true;
}

static void on_data(struct stream *stream, const uint8_t *bytes, size_t len)
{
	struct http_state *state = stream->state;
	enum request_status status;
	size_t taken;

	if (is_taken_by_tls(stream, state, bytes, len))
		return;
	while (len && !state->sending && !stream->finishing && !stream->closing) {
		if (!state->request && !begin_request(stream, state))
			return;
		status = request_feed(state->request, bytes, len, &taken);
		bytes += taken;
		len -= taken;
		state->all_heard = status == REQUEST_COMPLETE && !len && !stream->layer &&
				   !state->request->body_bytes;
		step(stream, state, status);
	}
	/* nothing more is read until the answer is out: this is at most one receive */
	if (len && state->sending && !state->close)
		hold(stream, state, bytes, len);
}

static void on_drained(struct stream *stream)
{
	struct http_state *state = stream->state;
	uint8_t *held;

	if (state->sending)
		continue_answer(stream, state);
	held = state->held;
	if (state->sending || !held)
		return;
	state->held = NULL;
	on_data(stream, held, state->held_len);
	free(held);
}

/* The guest may shut its direction down after the request and still read. */
static void on_end(struct stream *stream)
{
	struct http_state *state = stream->state;

	state->close = true;
	if (!state->sending)
		stream_finish(stream, "closed");
}

static void on_timer(struct stream *stream)
{
	struct http_state *state = stream->state;

	if (state->request && !state->sending)
		answer_error(stream, state, 408);
	else if (stream->layer && !tls_is_established(stream))
		stream_abort(stream, "timeout");
}

static void on_close(struct stream *stream, const char *why)
{
	struct http_state *state = stream->state;

	if (state->request)
		end_request(stream, state, 0, 0, NULL);
	content_close(&state->content);
	free(state->held);
}

static void on_open(struct stream *stream)
{
	struct http_state *state = stream->state;

	state->content = content_of_bytes(NULL, 0);
}

const struct stream_ops http_ops = {
	.state_size = sizeof(struct http_state),
	.receive_max = RECEIVE_MAX,
	.idle_timeout = IDLE_SECONDS,
	.client_first = true,
	.open = on_open,
	.data = on_data,
	.end = on_end,
	.drained = on_drained,
	.timer = on_timer,
	.close = on_close,
};
