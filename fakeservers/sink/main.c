// SPDX-License-Identifier: GPL-2.0-only
/*
 * fakesink: takes whatever comes, on TCP, UDP and any other protocol, says what
 * it is and how much it was, and hands it to the server that speaks it.
 *
 * Only the first bytes of a conversation are copied to user space, the rest is
 * counted: a flood costs system calls by the batch and nothing by the byte.
 */
#include <stdlib.h>

#include "sink.h"

#define EVENTS_PER_SECOND	500
#define EVENTS_BURST		2000

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
	event_put_int(udp, "evicted", conversation_evicted(sink.udp_table));
	event_put_int(udp, "bytes", sink.udp->received_bytes);
	event_put_int(udp, "packets", sink.udp->received);
	event_put_int(udp, "dropped", sink.udp->dropped);
	return udp;
}

static void on_stop(struct server *server)
{
	json_t *totals = event_begin("totals");

	sink.stopping = true;
	sink_udp_stop();
	conversation_table_flush(sink.udp_table);
	other_stop();
	stream_listener_close(sink.tcp);
	event_put_int(totals, "bytes", sink.udp->received_bytes + sink.tcp_bytes);
	event_put_int(totals, "packets", sink.udp->received + sink.tcp_packets);
	json_object_set_new(totals, "udp", udp_totals());
	json_object_set_new(totals, "tcp", tcp_totals());
	if (sink.other)
		json_object_set_new(totals, "other", other_totals());
	event_put_int(totals, "handed", sink.handed);
	event_put_int(totals, "not_taken", sink.not_taken);
	event_put_int(totals, "banners", sink.banners);
	event_put_int(totals, "first_suppressed", sink.firsts.refused);
	event_put_int(totals, "summary_suppressed",
		      sink.summaries.refused + sink.floods.refused);
	event_end(server->events, NULL, "sink", totals);
	free(sink.other);
}

static bool load_rules(void)
{
	const struct labconf_sink *conf = sink.conf;

	sink.rules = calloc(conf->first_bytes_count + 1, sizeof(*sink.rules));
	while (sink.rules && sink.rule_count < conf->first_bytes_count) {
		/* labconf has checked them */
		labconf_first_parse(&sink.rules[sink.rule_count],
				    conf->first_bytes[sink.rule_count].text);
		sink.rule_count++;
	}
	if (!sink.rules)
		server_warn(sink.server, "out of memory");
	return sink.rules;
}

int main(int argc, char **argv)
{
	struct server *server = server_new("sink", argc, argv);
	int status;

	sink.server = server;
	sink.conf = &server->section->sink;
	sink.keep_bytes = sink.conf->keep_bytes;
	if (sink.keep_bytes > FIRST_BYTES_MAX)
		sink.keep_bytes = FIRST_BYTES_MAX;
	sink.firsts = rate_init(EVENTS_PER_SECOND, EVENTS_BURST);
	sink.summaries = rate_init(EVENTS_PER_SECOND, EVENTS_BURST);
	sink.floods = rate_init(EVENTS_PER_SECOND, EVENTS_BURST);
	sink.tcp = stream_listen(server, server->section->port, &sink_tcp_ops, NULL);
	if (sink.tcp && load_rules() && sink_udp_open()) {
		other_open();
		server->stop = on_stop;
		status = server_run(server);
	} else {
		status = server_fail(server);
	}
	sink_udp_free();
	free(sink.rules);
	return status;
}
