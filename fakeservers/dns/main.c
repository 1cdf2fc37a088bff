// SPDX-License-Identifier: GPL-2.0-only
/* fakedns: every name exists.  UDP and TCP. */
#include <errno.h>
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "answer.h"
#include "datagram.h"
#include "frame.h"
#include "server.h"
#include "stream.h"

#define UDP_BUFFER		(8 << 20)
#define TCP_IDLE_SECONDS	30.0
#define TCP_QUERY_SECONDS	10.0	/* from a query's first byte to its last */

struct dns {
	struct server *server;
	struct zone *zone;
	uint32_t ttl;
	uint64_t ignored;
};

struct tcp_state {
	struct frame *frame;
};

static struct dns dns;

static void put_name(json_t *object, const char *key, const struct dns_result *result)
{
	char text[DNS_TEXT_MAX];

	event_put_bytes(object, key, text, dns_name_text(text, result->name, result->name_len));
}

static void put_type(json_t *object, const char *key, uint16_t type)
{
	char *text = ldns_rr_type2str(type);

	event_put_string(object, key, text ? text : "");
	free(text);
}

static void put_rcode(json_t *object, uint8_t rcode)
{
	static const char *const names[] = { "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
					     "NOTIMP" };

	event_put_string(object, "rcode", rcode < 5 ? names[rcode] : "SERVFAIL");
}

static json_t *answers(const struct dns_result *result)
{
	json_t *list = json_array(), *answer;

	if (!result->has_address)
		return list;
	answer = json_object();
	put_name(answer, "rrname", result);
	event_put_string(answer, "rrtype", "A");
	event_put_int(answer, "ttl", result->ttl);
	event_put_ipv4(answer, "rdata", result->address);
	json_array_append_new(list, answer);
	return list;
}

static void write_event(const struct orig *orig, const struct dns_result *result,
			const uint8_t *query, size_t len)
{
	json_t *object = event_begin(NULL);

	event_put_int(object, "version", 2);
	event_put_string(object, "type", "answer");
	event_put_int(object, "id", result->id);
	if (result->has_question) {
		put_name(object, "rrname", result);
		put_type(object, "rrtype", result->type);
	}
	put_rcode(object, result->rcode);
	json_object_set_new(object, "answers", answers(result));
	if (result->malformed)
		event_put_hex(object, "query", query, len);
	event_end(dns.server->events, orig, "dns", object);
}

static void on_datagram(struct datagram_socket *socket, const struct datagram *datagram)
{
	uint8_t out[DNS_ANSWER_MAX];
	struct dns_result result;
	struct orig orig;
	size_t n;

	n = dns_answer(dns.zone, dns.ttl, datagram->bytes, datagram->len, out, &result);
	if (result.ignored) {
		dns.ignored++;
		return;
	}
	datagram_orig(datagram, &orig);
	if (n)
		datagram_reply(socket, datagram, out, n);
	write_event(&orig, &result, datagram->bytes, datagram->len);
}

static void answer_message(struct stream *stream, const uint8_t *message, size_t len)
{
	uint8_t out[2 + DNS_ANSWER_MAX];
	struct dns_result result;
	size_t n;

	n = dns_answer(dns.zone, dns.ttl, message, len, out + 2, &result);
	if (result.ignored) {
		dns.ignored++;
		return;
	}
	out[0] = (uint8_t)(n >> 8);
	out[1] = (uint8_t)n;
	if (n)
		stream_send(stream, out, 2 + n);
	write_event(&stream->orig, &result, message, len);
}

static void on_data(struct stream *stream, const uint8_t *bytes, size_t left)
{
	struct tcp_state *state = stream->state;
	enum frame_status status = FRAME_MORE;
	const uint8_t *message;
	bool was_open;
	size_t len;

	if (!state->frame)
		state->frame = calloc(1, sizeof(*state->frame));
	if (!state->frame) {
		stream_abort(stream, "memory");
		return;
	}
	was_open = frame_is_open(state->frame);
	while (left) {
		status = frame_take(state->frame, &bytes, &left, &message, &len);
		if (status != FRAME_COMPLETE)
			break;
		was_open = false;
		answer_message(stream, message, len);
	}
	if (status == FRAME_TOO_LONG)
		stream_finish(stream, "too long");
	else if (!frame_is_open(state->frame))
		stream_timer(stream, 0);
	else if (!was_open)
		stream_timer(stream, TCP_QUERY_SECONDS);
}

static void on_timer(struct stream *stream)
{
	stream_abort(stream, "timeout");
}

static void on_close(struct stream *stream, const char *why)
{
	struct tcp_state *state = stream->state;

	free(state->frame);
}

static const struct stream_ops tcp_ops = {
	.state_size = sizeof(struct tcp_state),
	.receive_max = 16384,	/* of small queries: their answers fit in what is kept */
	.idle_timeout = TCP_IDLE_SECONDS,
	.data = on_data,
	.timer = on_timer,
	.close = on_close,
};

static void put_stats(struct server *server, json_t *stats)
{
	event_put_int(stats, "ignored", dns.ignored);
	event_put_int(stats, "pool_names", zone_pool_names(dns.zone));
	event_put_int(stats, "pool_full", zone_pool_full(dns.zone));
}

static int add_record(const char *text, struct in_addr addr)
{
	ldns_rdf *name = ldns_dname_new_frm_str(text);
	int error;

	if (!name) {
		server_warn(dns.server, "record \"%s\": not a name, expected labels of 1 to 63 bytes",
			    text);
		return -1;
	}
	error = zone_add_record(dns.zone, ldns_rdf_data(name), ldns_rdf_size(name), addr);
	ldns_rdf_deep_free(name);
	if (error)
		server_warn(dns.server, "record \"%s\": %s", text,
			    error == -EEXIST ? "there already, expected each name once" :
			    strerror(-error));
	return error;
}

static int load_zone(const struct labconf_dns *conf)
{
	uint64_t seed = 0;
	size_t i;

	(void)!getrandom(&seed, sizeof(seed), 0);
	dns.zone = zone_new(seed);
	if (!dns.zone) {
		server_warn(dns.server, "out of memory");
		return -1;
	}
	for (i = 0; i < conf->record_count; i++) {
		if (add_record(conf->records[i].name, conf->records[i].address))
			return -1;
	}
	if (conf->has_answer)
		zone_set_answer(dns.zone, conf->answer);
	if (conf->has_pool)
		zone_set_pool(dns.zone, conf->pool, conf->pool_len);
	dns.ttl = conf->ttl;
	return 0;
}

int main(int argc, char **argv)
{
	struct server *server = server_new("dns", argc, argv);
	int status;

	dns.server = server;
	server->stats = put_stats;
	if (load_zone(&server->section->dns) == 0 &&
	    datagram_open(server, server->section->port, DNS_QUERY_MAX + 1, UDP_BUFFER,
			  on_datagram, NULL) &&
	    stream_listen(server, server->section->port, &tcp_ops, NULL))
		status = server_run(server);
	else
		status = server_fail(server);
	zone_free(dns.zone);
	return status;
}
