// SPDX-License-Identifier: GPL-2.0-only
/* UDP conversations. */
#include <sys/random.h>

#include "busy.h"
#include "handover.h"
#include "sink.h"

#define UDP_BUFFER		(32 << 20)
/* shorter than a flow's life in the module: a client port used again is a new one */
#define UDP_IDLE_SECONDS	20.0
/* after such a silence ask again whether it still is the same flow */
#define UDP_ASK_SECONDS		1.0
/* before that a conversation is seen again of which packets were only counted */
#define UDP_LOOK_SECONDS	(UDP_ASK_SECONDS / 2)
/* of one conversation, to a server that answers; the rest is a flood */
#define HANDED_MAX		256
/* of all conversations; a server on its own port has its own limits */
#define HANDED_PER_SECOND	2000

_Static_assert(BUSY_PACKETS > HANDED_MAX, "what is handed over is whole");

static struct ev_timer expire;
static struct rate handed;

static void on_end(struct conversation *conversation, void *data)
{
	busy_end(conversation);
	if (sink_may_tell_summary(conversation->packets))
		sink_tell("summary", &conversation->orig, &(struct sink_facts){
			.packets = conversation->packets, .bytes = conversation->bytes,
			.first = conversation->first, .first_len = conversation->first_len,
			.protocol = conversation->protocol, .to = conversation->to,
		});
}

static struct conversation *begin(const struct datagram *datagram)
{
	struct conversation *conversation;
	struct sensed sensed = {};

	conversation = conversation_add(sink.udp_table, &datagram->peer, datagram->bytes,
					datagram->len);
	datagram_orig(datagram, &conversation->orig);
	if (sink.conf->recognise && datagram->len)
		sense_udp(datagram->bytes, datagram->len, conversation->orig.dest_port, &sensed);
	conversation->protocol = sensed.protocol;
	conversation->to = sink.server->handover ? sensed.to : NULL;
	sink.udp_conversations++;
	sink.handed += conversation->to != NULL;
	if (sink_may_tell_first())
		sink_tell(conversation->to ? "handed" : "first", &conversation->orig,
			  &(struct sink_facts){
			.packets = 1, .bytes = datagram->wire_len, .first = conversation->first,
			.first_len = conversation->first_len, .protocol = conversation->protocol,
			.to = conversation->to,
		});
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

	conversation = conversation_find(sink.udp_table, &datagram->peer);
	if (conversation && is_another_flow(conversation, datagram, now)) {
		conversation_remove(sink.udp_table, conversation);
		conversation = NULL;
	}
	if (!conversation)
		conversation = begin(datagram);
	conversation_count(sink.udp_table, conversation, 1, datagram->wire_len, now);
	busy_look(conversation);
	if (conversation->to && conversation->packets <= HANDED_MAX &&
	    datagram->len == datagram->wire_len && rate_allows(&handed, now) &&
	    !handover_send_datagram(sink.server, conversation->to, datagram))
		sink.not_taken++;
}

static void on_expire(struct ev_loop *loop, struct ev_timer *timer, int events)
{
	busy_expire(ev_now(loop) - UDP_LOOK_SECONDS);
	conversation_expire(sink.udp_table, ev_now(loop) - UDP_IDLE_SECONDS);
}

bool sink_udp_open(void)
{
	struct server *server = sink.server;
	uint64_t seed = 0;
	size_t snap = sink.keep_bytes;

	if (sink.conf->recognise && snap < SINK_LOOK_BYTES)
		snap = SINK_LOOK_BYTES;
	(void)!getrandom(&seed, sizeof(seed), 0);
	handed = rate_init(HANDED_PER_SECOND, HANDED_PER_SECOND);
	sink.udp_table = conversation_table_new(CONVERSATIONS_MAX, sink.keep_bytes, seed, on_end,
						NULL);
	if (!sink.udp_table) {
		server_warn(server, "out of memory");
		return false;
	}
	sink.udp = datagram_open(server, server->section->port, snap, UDP_BUFFER, on_datagram,
				 NULL);
	if (!sink.udp)
		return false;
	busy_open(UDP_BUFFER);
	ev_timer_init(&expire, on_expire, UDP_LOOK_SECONDS, UDP_LOOK_SECONDS);
	ev_timer_start(server->loop, &expire);
	return true;
}

/* What waits is still counted. */
void sink_udp_stop(void)
{
	busy_close();
	datagram_drain(sink.udp);
	ev_timer_stop(sink.server->loop, &expire);
}

void sink_udp_free(void)
{
	conversation_table_free(sink.udp_table);
}
