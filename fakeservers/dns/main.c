// SPDX-License-Identifier: GPL-2.0-only
/* fakedns: every name exists.  UDP and TCP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "datagram.h"
#include "frame.h"
#include "load.h"
#include "names.h"
#include "server.h"
#include "stream.h"

#define UDP_BUFFER		(8 << 20)
#define TCP_IDLE_SECONDS	30.0
#define TCP_QUERY_SECONDS	10.0	/* from a query's first byte to its last */

static struct server *server;
static struct dns dns;
static uint64_t ignored;

struct tcp_state {
	struct frame *frame;
};

static void put_name(struct writer *writer, const uint8_t *name, size_t len)
{
	char text[DNS_TEXT_MAX];

	writer_bytes(writer, "rrname", text, dns_name_text(text, name, len));
}

static void put_type(struct writer *writer, uint16_t type)
{
	char *text;

	if (type == LDNS_RR_TYPE_A || type == LDNS_RR_TYPE_AAAA) {
		writer_string(writer, "rrtype", type == LDNS_RR_TYPE_A ? "A" : "AAAA");
		return;
	}
	text = ldns_rr_type2str(type);
	writer_string(writer, "rrtype", text ? text : "");
	free(text);
}

static void put_rcode(struct writer *writer, uint8_t rcode)
{
	static const char *const names[] = { "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
					     "NOTIMP", "REFUSED" };

	writer_string(writer, "rcode", rcode < 6 ? names[rcode] : "SERVFAIL");
}

/* All parts of a record's data, as a zone file has them; names without their last dot. */
static void put_data(struct writer *writer, const ldns_rr *rr)
{
	char text[EVENT_BYTES_MAX];
	size_t n = 0, len;

	for (size_t i = 0; i < ldns_rr_rd_count(rr) && n < sizeof(text); i++) {
		char *part = ldns_rdf2str(ldns_rr_rdf(rr, i));

		len = part ? strlen(part) : 0;
		if (len > 1 && part[len - 1] == '.' &&
		    ldns_rdf_get_type(ldns_rr_rdf(rr, i)) == LDNS_RDF_TYPE_DNAME)
			part[len - 1] = '\0';
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", n ? " " : "",
				      part ? part : "");
		free(part);
	}
	writer_bytes(writer, "rdata", text, n < sizeof(text) ? n : sizeof(text) - 1);
}

static void put_answer(struct writer *writer, const ldns_rr *rr)
{
	const ldns_rdf *owner = ldns_rr_owner(rr);

	writer_open(writer, NULL, '{');
	put_name(writer, ldns_rdf_data(owner), ldns_rdf_size(owner));
	put_type(writer, ldns_rr_get_type(rr));
	writer_int(writer, "ttl", ldns_rr_ttl(rr));
	put_data(writer, rr);
	writer_close(writer, '}');
}

static void put_simple_answer(struct writer *writer, const struct dns_result *result)
{
	struct in6_addr addr = result->type == LDNS_RR_TYPE_A ? addr_from_v4(result->reply.v4) :
			       result->reply.v6;

	writer_open(writer, NULL, '{');
	put_name(writer, result->name, result->name_len);
	put_type(writer, result->type);
	writer_int(writer, "ttl", dns.ttl);
	writer_addr(writer, "rdata", &addr);
	writer_close(writer, '}');
}

static void write_event(const struct orig *orig, const struct dns_result *result,
			const uint8_t *query, size_t len)
{
	struct writer *writer = event_line(server->events, orig, "dns");

	writer_int(writer, "version", 2);
	writer_string(writer, "type", "answer");
	writer_int(writer, "id", result->id);
	if (result->has_question) {
		put_name(writer, result->name, result->name_len);
		put_type(writer, result->type);
	}
	put_rcode(writer, result->rcode);
	writer_open(writer, "answers", '[');
	if (result->is_simple)
		put_simple_answer(writer, result);
	for (size_t i = 0; result->answers && i < ldns_rr_list_rr_count(result->answers); i++)
		put_answer(writer, ldns_rr_list_rr(result->answers, i));
	writer_close(writer, ']');
	if (result->truncated)
		writer_bool(writer, "tc", true);
	if (result->malformed)
		writer_hex(writer, "query", query, len);
	event_line_end(server->events);
}

/* So that what goes to the address later is called by it. */
static void remember_name(const struct dns_result *result)
{
	char text[DNS_TEXT_MAX], printable[4 * DNS_TEXT_MAX];
	struct in6_addr addr = addr_from_v4(result->reply.v4);
	size_t len, n = 0;

	if (!result->reply.own || result->reply.rcode)
		return;
	len = dns_name_text(text, result->name, result->name_len);
	for (size_t i = 0; i < len; i++) {
		uint8_t c = (uint8_t)text[i];

		if (c > ' ' && c < 0x7f)
			printable[n++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
		else
			n += (size_t)sprintf(printable + n, "\\%03u", c);
	}
	if (result->reply.has4)
		names_add(server->log.names, &addr, printable, n);
	if (result->reply.has6)
		names_add(server->log.names, &result->reply.v6, printable, n);
}

static void on_datagram(struct datagram_socket *socket, const struct datagram *datagram)
{
	uint8_t out[DNS_ANSWER_MAX];
	struct dns_result result;
	struct orig orig;
	size_t n;

	n = dns_answer(&dns, true, datagram->bytes, datagram->len, out, &result);
	if (result.ignored) {
		ignored++;
		return;
	}
	datagram_orig(datagram, &orig);
	if (n)
		datagram_reply(socket, datagram, out, n);
	remember_name(&result);
	write_event(&orig, &result, datagram->bytes, datagram->len);
	dns_result_free(&result);
}

static void answer_message(struct stream *stream, const uint8_t *message, size_t len)
{
	uint8_t out[2 + DNS_ANSWER_MAX];
	struct dns_result result;
	size_t n;

	n = dns_answer(&dns, false, message, len, out + 2, &result);
	if (result.ignored) {
		ignored++;
		return;
	}
	out[0] = (uint8_t)(n >> 8);
	out[1] = (uint8_t)n;
	if (n)
		stream_send(stream, out, 2 + n);
	remember_name(&result);
	write_event(&stream->orig, &result, message, len);
	dns_result_free(&result);
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

static void put_stats(struct server *of, json_t *stats)
{
	event_put_int(stats, "ignored", ignored);
	event_put_int(stats, "pool_names", zone_pool_names(dns.zone));
	event_put_int(stats, "pool_full", zone_pool_full(dns.zone));
}

int main(int argc, char **argv)
{
	int status;

	server = server_new("dns", argc, argv);
	server->stats = put_stats;
	names_own(server->log.names);
	if (load_zone(server, &dns) &&
	    datagram_open(server, server->section->port, DNS_QUERY_MAX + 1, UDP_BUFFER,
			  on_datagram, NULL) &&
	    stream_listen(server, server->section->port, &tcp_ops, NULL))
		status = server_run(server);
	else
		status = server_fail(server);
	zone_free(dns.zone);
	return status;
}
