// SPDX-License-Identifier: GPL-2.0-only
/* fakehttp: every path exists on every host. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "content.h"
#include "request.h"
#include "response.h"
#include "server.h"
#include "stream.h"

#define IDLE_SECONDS	60.0
#define REQUEST_SECONDS	30.0	/* from a request's first byte to its last */
#define RECEIVE_MAX	16384
#define SEND_CHUNK	65536

struct http {
	struct server *server;
	const struct labconf_http *conf;
	int folder_fd;			/* -1: none */
};

struct http_state {
	struct request *request;	/* the one at hand */
	bool sending;			/* an answer is not all in the socket yet */
	bool close;			/* after it */
	struct content content;
	uint8_t *held;			/* came behind a request that is being answered */
	size_t held_len;
};

static struct http http = { .folder_fd = -1 };

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

static size_t without_port(const char *host, size_t len)
{
	size_t at = len;

	while (at && host[at - 1] >= '0' && host[at - 1] <= '9')
		at--;
	return at && host[at - 1] == ':' ? at - 1 : len;
}

/* status 0: no answer was given */
static void write_event(struct stream *stream, const struct request *request, int status,
			uint64_t length)
{
	json_t *object = event_begin(NULL);

	if (request->host.seen)
		event_put_bytes(object, "hostname", request->host.bytes,
				without_port(request->host.bytes, request->host.len));
	if (request->url_len)
		event_put_bytes(object, "url", request->url, request->url_len);
	if (request->user_agent.seen)
		event_put_bytes(object, "http_user_agent", request->user_agent.bytes,
				request->user_agent.len);
	if (request->url_len)
		event_put_string(object, "http_method", request_method(request));
	put_version(object, request);
	if (status)
		event_put_int(object, "status", (uint64_t)status);
	event_put_int(object, "length", length);
	event_put_int(object, "request_body_bytes", request->body_bytes);
	if (!request->complete) {
		event_put_bool(object, "incomplete", true);
		event_put_hex(object, "raw", request->raw, request->raw_len);
	}
	event_end(http.server->events, &stream->orig, "http", object);
}

static void end_answer(struct stream *stream, struct http_state *state)
{
	content_close(&state->content);
	state->sending = false;
	if (state->close)
		stream_finish(stream, "closed");
}

/* Sends until the socket does not take more; the next time is when it has drained. */
static void continue_answer(struct stream *stream, struct http_state *state)
{
	static uint8_t chunk[SEND_CHUNK];
	ssize_t n;

	while (!stream_pending(stream)) {
		n = content_read(&state->content, chunk, sizeof(chunk));
		if (n < 0) {	/* the promised length cannot be kept */
			stream_abort(stream, "file shrank");
			return;
		}
		if (n == 0) {
			end_answer(stream, state);
			return;
		}
		if (!stream_send(stream, chunk, (size_t)n))
			return;
	}
}

static void begin_answer(struct stream *stream, struct http_state *state, int status,
			 const char *content_type)
{
	const struct request *request = state->request;
	struct response response = {
		.status = status,
		.content_type = content_type,
		.length = state->content.size,
		.close = request->close,
		.old_keep_alive = request->parser.http_major == 1 && !request->parser.http_minor,
		.date = (time_t)ev_now(http.server->loop),
	};
	char head[RESPONSE_HEAD_MAX];
	size_t len = response_head(head, &response);

	if (!response_has_body(status) || request_is_head(request))
		content_close(&state->content);
	state->close = request->close;
	state->sending = true;
	write_event(stream, request, status, state->content.size);
	request_free(state->request);
	state->request = NULL;
	stream_timer(stream, 0);
	if (stream_send(stream, head, len))
		continue_answer(stream, state);
}

static void answer(struct stream *stream, struct http_state *state)
{
	const struct request *request = state->request;
	const struct labconf_http *conf = http.conf;
	static const char missing[] = "Not Found\n";

	if (http.folder_fd >= 0 &&
	    content_open(&state->content, http.folder_fd, request->url, request->url_len) == 0) {
		begin_answer(stream, state, 200, conf->content_type);
		return;
	}
	if (conf->body || http.folder_fd < 0) {
		state->content = content_of_bytes(conf->body, conf->body_len);
		begin_answer(stream, state, conf->status, conf->content_type);
		return;
	}
	state->content = content_of_bytes(missing, sizeof(missing) - 1);
	begin_answer(stream, state, 404, "text/plain");
}

static void answer_error(struct stream *stream, struct http_state *state, int status)
{
	state->request->close = true;
	state->content = content_of_bytes(NULL, 0);
	begin_answer(stream, state, status, NULL);
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

/*
 * However slowly it trickles in, a request ends; sooner than a silent connection
 * does, so that the client is told.
 */
static double request_seconds(const struct stream *stream)
{
	double idle = stream->listener->idle_timeout;

	return idle / 2 < REQUEST_SECONDS ? idle / 2 : REQUEST_SECONDS;
}

static void on_data(struct stream *stream, const uint8_t *bytes, size_t len)
{
	struct http_state *state = stream->state;
	enum request_status status;
	size_t taken;

	while (len && !state->sending && !stream->finishing && !stream->closing) {
		if (!state->request) {
			state->request = request_new();
			if (!state->request) {
				stream_abort(stream, "memory");
				return;
			}
			stream_timer(stream, request_seconds(stream));
		}
		status = request_feed(state->request, bytes, len, &taken);
		bytes += taken;
		len -= taken;
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
}

static void on_close(struct stream *stream, const char *why)
{
	struct http_state *state = stream->state;

	if (state->request)
		write_event(stream, state->request, 0, 0);
	request_free(state->request);
	content_close(&state->content);
	free(state->held);
}

static void on_open(struct stream *stream)
{
	struct http_state *state = stream->state;

	state->content = content_of_bytes(NULL, 0);
}

static const struct stream_ops http_ops = {
	.state_size = sizeof(struct http_state),
	.receive_max = RECEIVE_MAX,
	.idle_timeout = IDLE_SECONDS,
	.open = on_open,
	.data = on_data,
	.end = on_end,
	.drained = on_drained,
	.timer = on_timer,
	.close = on_close,
};

static int open_folder(struct server *server)
{
	if (!http.conf->files)
		return 0;
	http.folder_fd = open(http.conf->files, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (http.folder_fd >= 0)
		return 0;
	server_warn(server, "files = \"%s\": %s, expected a folder", http.conf->files,
		    strerror(errno));
	return -1;
}

int main(int argc, char **argv)
{
	struct server *server = server_new("http", argc, argv);
	int status;

	http.server = server;
	http.conf = &server->section->http;
	if (open_folder(server) == 0 &&
	    stream_listen(server, server->section->port, &http_ops, NULL))
		status = server_run(server);
	else
		status = server_fail(server);
	if (http.folder_fd >= 0)
		close(http.folder_fd);
	return status;
}
