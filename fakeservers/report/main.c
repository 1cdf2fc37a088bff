// SPDX-License-Identifier: GPL-2.0-only
/* fakereport: takes what the scanners of a Mirai botnet report, and answers nothing. */
#include <string.h>

#include "rate.h"
#include "record.h"
#include "server.h"
#include "stream.h"

#define IDLE_SECONDS		60.0
#define LIFE_SECONDS		3600.0
#define RECORDS_MAX		1024	/* of one connection */
#define EVENTS_PER_SECOND	1000
#define EVENTS_BURST		10000

struct report {
	struct server *server;
	struct rate events;
	uint64_t records, malformed, truncated;
};

struct state {
	struct record_reader reader;
	unsigned int records;
	bool malformed;
};

static struct report report;

static void write_event(struct stream *stream, json_t *object)
{
	if (rate_allows(&report.events, ev_now(report.server->loop)))
		event_end(report.server->events, &stream->orig, "report", object);
	else
		json_decref(object);
}

static void write_record(struct stream *stream, const struct record *record, const uint8_t *raw)
{
	json_t *object = event_begin("report");

	event_put_ipv4(object, "address", record->addr);
	event_put_int(object, "port", record->port);
	if (record->port_implied)
		event_put_bool(object, "port_implied", true);
	event_put_bytes(object, "username", record->username, record->username_len);
	event_put_bytes(object, "password", record->password, record->password_len);
	event_put_hex(object, "raw", raw, record->len);
	write_event(stream, object);
}

static void write_raw(struct stream *stream, const char *kind)
{
	struct state *state = stream->state;
	json_t *object = event_begin(kind);

	event_put_hex(object, "raw", state->reader.bytes, state->reader.len);
	write_event(stream, object);
}

static void take_record(struct stream *stream, const struct record *record)
{
	struct state *state = stream->state;

	report.records++;
	write_record(stream, record, state->reader.bytes);
	if (++state->records == RECORDS_MAX)
		stream_finish(stream, "too-many");
}

static void on_data(struct stream *stream, const uint8_t *bytes, size_t len)
{
	struct state *state = stream->state;
	struct record record;
	size_t used;

	for (; len && !stream->closing && !stream->finishing; bytes += used, len -= used) {
		switch (record_read(&state->reader, bytes, len, &used, &record)) {
		case RECORD_COMPLETE:
			take_record(stream, &record);
			break;
		case RECORD_MALFORMED:
			/* nothing tells where the next one begins */
			state->malformed = true;
			report.malformed++;
			write_raw(stream, "malformed");
			stream_finish(stream, "malformed");
			return;
		case RECORD_MORE:
			break;
		}
	}
}

static void take_rest(struct stream *stream)
{
	struct state *state = stream->state;
	struct record record;

	if (!state->reader.len || state->malformed)
		return;
	if (record_decode_old(state->reader.bytes, state->reader.len, &record)) {
		report.records++;
		state->records++;
		write_record(stream, &record, state->reader.bytes);
		return;
	}
	report.truncated++;
	write_raw(stream, "truncated");
}

static void on_close(struct stream *stream, const char *why)
{
	struct state *state = stream->state;
	json_t *object;

	take_rest(stream);
	object = event_begin("closed");
	event_put_int(object, "records", state->records);
	event_put_int(object, "bytes", stream->bytes_in);
	event_put_string(object, "reason", why);
	write_event(stream, object);
}

static const struct stream_ops ops = {
	.state_size = sizeof(struct state),
	.receive_max = 4096,
	.idle_timeout = IDLE_SECONDS,
	.life_timeout = LIFE_SECONDS,
	.data = on_data,
	.close = on_close,
};

static void on_stats(struct server *server, json_t *stats)
{
	event_put_int(stats, "records", report.records);
	event_put_int(stats, "malformed", report.malformed);
	event_put_int(stats, "truncated", report.truncated);
	event_put_int(stats, "suppressed", report.events.refused);
}

int main(int argc, char **argv)
{
	struct server *server = server_new("report", argc, argv);

	report.server = server;
	report.events = rate_init(EVENTS_PER_SECOND, EVENTS_BURST);
	server->stats = on_stats;
	if (!stream_listen(server, server->section->port, &ops, NULL))
		return server_fail(server);
	return server_run(server);
}
