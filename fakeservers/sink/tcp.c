// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP connections.  What comes first is only looked at, until it is known what
 * it is: then it goes to the server that speaks it, unread, or stays and is
 * counted.
 */
#include <errno.h>
#include <linux/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "handover.h"
#include "recognise.h"
#include "sink.h"
#include "taker.h"

#define TCP_IDLE_SECONDS	900.0
/* a client that has begun and says no more is taken for what it seems */
#define DECIDE_SECONDS		1.0
#define DISCARD_MAX		(4 << 20)
/* the other server may have its hands full for a moment */
#define RETRY_SECONDS		0.02
#define RETRIES_MAX		100

struct tcp_state {
	bool decided;
	bool handed;
	bool offered;			/* a banner */
	unsigned int retries;
	size_t looked;			/* bytes that were looked at, and are still unread */
	const char *protocol;		/* NULL: unknown */
	size_t first_len;
	uint8_t *first;
};

static void wait_for_bytes(const struct stream *stream, size_t len)
{
	int least = (int)len;

	setsockopt(stream->fd, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof(least));
}

static void tell_handed(struct stream *stream, const char *protocol, const char *to,
			const uint8_t *bytes, size_t len)
{
	struct sink_facts facts = {
		.bytes = len, .first = bytes, .protocol = protocol, .to = to,
		.first_len = len < sink.keep_bytes ? len : sink.keep_bytes,
	};

	if (sink_may_tell_first())
		sink_tell("handed", &stream->orig, &facts);
}

static bool hand_over(struct stream *stream, struct tcp_state *state, const struct sensed *sensed,
		      const uint8_t *bytes, size_t len)
{
	if (!sensed->to)
		return false;
	wait_for_bytes(stream, 1);
	if (!handover_send(sink.server, sensed->to, stream->fd)) {
		if (errno == EAGAIN && state->retries++ < RETRIES_MAX) {
			state->decided = false;
			wait_for_bytes(stream, len + 1);
			stream_timer(stream, RETRY_SECONDS);
			return true;
		}
		sink.not_taken += sink.server->handover != NULL;
		return false;
	}
	sink.handed++;
	state->handed = true;
	tell_handed(stream, sensed->protocol, sensed->to, bytes, len);
	stream_let_go(stream, "handed");
	return true;
}

/* Looks at what waits; true: nothing is to be read now. */
static bool look(struct stream *stream, struct tcp_state *state, bool last)
{
	uint8_t bytes[RECOGNISE_MAX];
	struct sensed sensed = {};
	enum sink_sense sense;
	ssize_t n = recv(stream->fd, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT);

	if (n <= 0)		/* the end, or an error: reading tells */
		return false;
	sense = sense_tcp(bytes, (size_t)n, stream->orig.dest_port, &sensed);
	/* woken without more than before: there will be no more */
	last |= (size_t)n <= state->looked;
	state->looked = (size_t)n;
	if (sense == SENSE_MORE && !last) {
		wait_for_bytes(stream, (size_t)n + 1);
		stream_timer(stream, DECIDE_SECONDS);
		return true;
	}
	state->decided = true;
	state->protocol = sensed.protocol;
	stream_timer(stream, 0);
	wait_for_bytes(stream, 1);
	return hand_over(stream, state, &sensed, bytes, (size_t)n);
}

static ssize_t read_first(struct stream *stream, struct tcp_state *state)
{
	ssize_t n;

	if (!state->first) {
		state->first = malloc(sink.keep_bytes);
		if (!state->first) {
			errno = ENOMEM;
			return -1;
		}
	}
	n = recv(stream->fd, state->first + state->first_len, sink.keep_bytes - state->first_len,
		 MSG_DONTWAIT);
	if (n <= 0)
		return n;
	if (!state->first_len && sink_may_tell_first())
		sink_tell("first", &stream->orig, &(struct sink_facts){
			.packets = 1, .bytes = (uint64_t)n, .first = state->first,
			.first_len = (size_t)n, .protocol = state->protocol,
		});
	state->first_len += (size_t)n;
	return n;
}

static ssize_t read_some(struct stream *stream, struct tcp_state *state)
{
	ssize_t n;

	if (state->first_len < sink.keep_bytes)
		n = read_first(stream, state);
	else	/* TCP: dropped from the queue without a copy */
		n = recv(stream->fd, NULL, DISCARD_MAX, MSG_DONTWAIT | MSG_TRUNC);
	if (n > 0) {
		stream->bytes_in += (uint64_t)n;
		sink.tcp_bytes += (uint64_t)n;
	}
	return n;
}

static ssize_t on_readable(struct stream *stream)
{
	struct tcp_state *state = stream->state;

	if (!state->decided && look(stream, state, false)) {
		errno = EAGAIN;
		return -1;
	}
	return read_some(stream, state);
}

/* The client waits: for somebody who speaks first, it seems. */
static void offer_banner(struct stream *stream, struct tcp_state *state)
{
	const char *protocol = taker_protocol_of_port(stream->orig.dest_port);
	struct sensed sensed = { .protocol = protocol };
	const uint8_t *banner;
	size_t len;

	state->offered = true;
	if (!protocol)
		return;
	sensed.to = taker_find(sink.server->conf, protocol);
	if (hand_over(stream, state, &sensed, NULL, 0))
		return;
	len = taker_banner(protocol, &banner);
	if (!len || !stream_send(stream, banner, len))
		return;
	sink.banners++;
	if (sink_may_tell_first())
		sink_tell("banner", &stream->orig, &(struct sink_facts){
			.first = banner, .first_len = len, .protocol = protocol,
		});
}

static void on_timer(struct stream *stream)
{
	struct tcp_state *state = stream->state;

	if (state->decided)
		return;
	if (state->looked)
		look(stream, state, true);
	else if (!state->offered || state->retries)
		offer_banner(stream, state);
}

static void on_open(struct stream *stream)
{
	struct tcp_state *state = stream->state;

	state->decided = !sink.conf->recognise;
	if (!state->decided && sink.conf->banner_after > 0)
		stream_timer(stream, sink.conf->banner_after);
}

static uint64_t segments(const struct stream *stream)
{
	struct tcp_info info = {};
	socklen_t len = sizeof(info);

	if (getsockopt(stream->fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
		return 0;
	return info.tcpi_data_segs_in;
}

static void on_close(struct stream *stream, const char *why)
{
	struct tcp_state *state = stream->state;
	uint64_t packets;
	int rounds;

	if (state->handed) {
		free(state->first);
		return;
	}
	/* what came before we closed counts, read or not */
	for (rounds = 0; rounds < 16 && read_some(stream, state) > 0; rounds++)
		;
	packets = segments(stream);
	sink.tcp_packets += packets;
	if (sink_may_tell_summary(packets))
		sink_tell("summary", &stream->orig, &(struct sink_facts){
			.packets = packets, .bytes = stream->bytes_in, .first = state->first,
			.first_len = state->first_len, .protocol = state->protocol, .why = why,
		});
	free(state->first);
}

const struct stream_ops sink_tcp_ops = {
	.state_size = sizeof(struct tcp_state),
	.idle_timeout = TCP_IDLE_SECONDS,
	.open = on_open,
	.readable = on_readable,
	.timer = on_timer,
	.close = on_close,
};
