// SPDX-License-Identifier: GPL-2.0-only
/*
 * fakesink: takes whatever comes, on TCP and UDP, and says how much it was.
 *
 * Only the first bytes of a conversation are copied to user space, the rest is
 * counted: a flood costs system calls by the batch and nothing by the byte.
 */
#include <errno.h>
#include <linux/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "conversation.h"
#include "datagram.h"
#include "rate.h"
#include "server.h"
#include "stream.h"

#define UDP_BUFFER		(32 << 20)
/* shorter than a flow's life in the module: a client port used again is a new one */
#define UDP_IDLE_SECONDS	20.0
/* after such a silence ask again whether it still is the same flow */
#define UDP_ASK_SECONDS		1.0
#define TCP_IDLE_SECONDS	900.0
#define DISCARD_MAX		(4 << 20)
#define EVENTS_PER_SECOND	500
#define EVENTS_BURST		2000

struct sink {
	struct server *server;
	struct datagram_socket *udp;
	struct stream_listener *tcp;
	struct conversation_table *table;
	struct ev_timer expire;
	size_t keep_bytes;
	struct rate firsts, summaries;
	bool stopping;			/* the last summaries: as many as the table holds */
	uint64_t udp_conversations;
	uint64_t tcp_bytes, tcp_packets;
};

struct tcp_state {
	size_t first_len;
	uint8_t *first;
};

static struct sink sink;

static void put_first(json_t *object, const uint8_t *bytes, size_t len)
{
	char text[FIRST_BYTES_MAX + 1];
	size_t i;

	for (i = 0; i < len && i < FIRST_BYTES_MAX; i++)
		text[i] = bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char)bytes[i] : '.';
	text[i] = '\0';
	event_put_hex(object, "first_bytes", bytes, i);
	event_put_string(object, "first_text", text);
}

static void write_event(const char *kind, const struct orig *orig, uint64_t packets,
			uint64_t bytes, const uint8_t *first, size_t first_len, const char *why)
{
	json_t *object = event_begin(kind);

	event_put_int(object, "bytes", bytes);
	event_put_int(object, "packets", packets);
	put_first(object, first, first_len);
	if (why)
		event_put_string(object, "reason", why);
	event_end(sink.server->events, orig, "sink", object);
}

static void udp_end(struct conversation *conversation, void *data)
{
	if (sink.stopping || rate_allows(&sink.summaries, ev_now(sink.server->loop)))
		write_event("summary", &conversation->orig, conversation->packets,
			    conversation->bytes, conversation->first, conversation->first_len,
			    NULL);
}

static struct conversation *udp_begin(const struct datagram *datagram)
{
	struct conversation *conversation;

	conversation = conversation_add(sink.table, &datagram->peer, datagram->bytes,
					datagram->len);
	datagram_orig(datagram, &conversation->orig);
	sink.udp_conversations++;
	if (rate_allows(&sink.firsts, ev_now(sink.server->loop)))
		write_event("first", &conversation->orig, 1, datagram->wire_len,
			    conversation->first, conversation->first_len, NULL);
	return conversation;
}

/* The module may have given the client port to another flow meanwhile. */
static bool is_another_flow(const struct conversation *conversation,
			    const struct datagram *datagram, double now)
{
	struct orig orig;

	if (now - conversation->last < UDP_ASK_SECONDS)
		return false;
	datagram_orig(datagram, &orig);
	return orig.contained && orig.flow_id != conversation->orig.flow_id;
}

static void on_datagram(struct datagram_socket *socket, const struct datagram *datagram)
{
	double now = ev_now(sink.server->loop);
	struct conversation *conversation;

	conversation = conversation_find(sink.table, &datagram->peer);
	if (conversation && is_another_flow(conversation, datagram, now)) {
		conversation_remove(sink.table, conversation);
		conversation = NULL;
	}
	if (!conversation)
		conversation = udp_begin(datagram);
	conversation_count(sink.table, conversation, datagram->wire_len, now);
}

static void on_expire(struct ev_loop *loop, struct ev_timer *timer, int events)
{
	conversation_expire(sink.table, ev_now(loop) - UDP_IDLE_SECONDS);
}

static ssize_t tcp_first(struct stream *stream, struct tcp_state *state)
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
	if (!state->first_len && rate_allows(&sink.firsts, ev_now(sink.server->loop)))
		write_event("first", &stream->orig, 1, (uint64_t)n, state->first, (size_t)n, NULL);
	state->first_len += (size_t)n;
	return n;
}

static ssize_t on_readable(struct stream *stream)
{
	struct tcp_state *state = stream->state;
	ssize_t n;

	if (state->first_len < sink.keep_bytes)
		n = tcp_first(stream, state);
	else	/* TCP: dropped from the queue without a copy */
		n = recv(stream->fd, NULL, DISCARD_MAX, MSG_DONTWAIT | MSG_TRUNC);
	if (n > 0) {
		stream->bytes_in += (uint64_t)n;
		sink.tcp_bytes += (uint64_t)n;
	}
	return n;
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

	/* what came before we closed counts, read or not */
	for (rounds = 0; rounds < 16 && on_readable(stream) > 0; rounds++)
		;
	packets = segments(stream);
	sink.tcp_packets += packets;
	if (sink.stopping || rate_allows(&sink.summaries, ev_now(sink.server->loop)))
		write_event("summary", &stream->orig, packets, stream->bytes_in, state->first,
			    state->first_len, why);
	free(state->first);
}

static const struct stream_ops tcp_ops = {
	.state_size = sizeof(struct tcp_state),
	.idle_timeout = TCP_IDLE_SECONDS,
	.readable = on_readable,
	.close = on_close,
};

static json_t *tcp_totals(void)
{
	json_t *tcp = json_object();

	event_put_int(tcp, "connections", sink.tcp->counters.accepted);
	event_put_int(tcp, "bytes", sink.tcp_bytes);
	event_put_int(tcp, "packets", sink.tcp_packets);
	return tcp;
}

static json_t *udp_totals(void)
{
	json_t *udp = json_object();

	datagram_count_drops(sink.udp);
	event_put_int(udp, "conversations", sink.udp_conversations);
	event_put_int(udp, "evicted", conversation_evicted(sink.table));
	event_put_int(udp, "bytes", sink.udp->received_bytes);
	event_put_int(udp, "packets", sink.udp->received);
	event_put_int(udp, "dropped", sink.udp->dropped);
	return udp;
}

static void on_stop(struct server *server)
{
	json_t *totals = event_begin("totals");

	datagram_drain(sink.udp);
	sink.stopping = true;
	conversation_table_flush(sink.table);
	stream_listener_close(sink.tcp);
	event_put_int(totals, "bytes", sink.udp->received_bytes + sink.tcp_bytes);
	event_put_int(totals, "packets", sink.udp->received + sink.tcp_packets);
	json_object_set_new(totals, "udp", udp_totals());
	json_object_set_new(totals, "tcp", tcp_totals());
	event_put_int(totals, "first_suppressed", sink.firsts.refused);
	event_put_int(totals, "summary_suppressed", sink.summaries.refused);
	event_end(server->events, NULL, "sink", totals);
	ev_timer_stop(server->loop, &sink.expire);
	conversation_table_free(sink.table);
}

int main(int argc, char **argv)
{
	struct server *server = server_new("sink", argc, argv);
	uint64_t seed = 0;

	sink.server = server;
	sink.keep_bytes = server->section->sink.keep_bytes;
	if (sink.keep_bytes > FIRST_BYTES_MAX)
		sink.keep_bytes = FIRST_BYTES_MAX;
	sink.firsts = rate_init(EVENTS_PER_SECOND, EVENTS_BURST);
	sink.summaries = rate_init(EVENTS_PER_SECOND, EVENTS_BURST);
	(void)!getrandom(&seed, sizeof(seed), 0);
	sink.table = conversation_table_new(CONVERSATIONS_MAX, sink.keep_bytes, seed, udp_end, NULL);
	if (!sink.table) {
		server_warn(server, "out of memory");
		return server_fail(server);
	}
	sink.tcp = stream_listen(server, server->section->port, &tcp_ops, NULL);
	sink.udp = datagram_open(server, server->section->port, sink.keep_bytes, UDP_BUFFER,
				 on_datagram, NULL);
	if (!sink.tcp || !sink.udp) {
		conversation_table_free(sink.table);
		return server_fail(server);
	}
	ev_timer_init(&sink.expire, on_expire, 1., 1.);
	ev_timer_start(server->loop, &sink.expire);
	server->stop = on_stop;
	return server_run(server);
}
