// SPDX-License-Identifier: GPL-2.0-only
/* Takes what the scanners of a Mirai botnet report, and answers nothing. */
#include "record.h"
#include "talk.h"

#define RECORDS_MAX	1024		/* of one connection */

struct report {
	struct record_reader reader;
	unsigned int records;
	bool malformed;
	uint64_t bytes;
};

static void write_record(struct talk *talk, const struct record *record, const uint8_t *raw)
{
	json_t *object = talk_event_begin(talk, "report");

	event_put_ipv4(object, "address", record->addr);
	event_put_int(object, "port", record->port);
	if (record->port_implied)
		event_put_bool(object, "port_implied", true);
	event_put_bytes(object, "username", record->username, record->username_len);
	event_put_bytes(object, "password", record->password, record->password_len);
	event_put_hex(object, "raw", raw, record->len);
	talk_event(talk, object);
}

static void write_raw(struct talk *talk, const char *kind)
{
	struct report *report = talk->state;
	json_t *object = talk_event_begin(talk, kind);

	event_put_hex(object, "raw", report->reader.bytes, report->reader.len);
	talk_event(talk, object);
}

static size_t on_input(struct talk *talk, const uint8_t *bytes, size_t len)
{
	struct report *report = talk->state;
	struct record record;
	size_t at = 0, used;

	report->bytes += len;
	for (; at < len && !talk->finished; at += used) {
		switch (record_read(&report->reader, bytes + at, len - at, &used, &record)) {
		case RECORD_COMPLETE:
			write_record(talk, &record, report->reader.bytes);
			if (++report->records == RECORDS_MAX)
				talk_finish(talk, "too-many");
			break;
		case RECORD_MALFORMED:
			/* nothing tells where the next one begins */
			report->malformed = true;
			write_raw(talk, "malformed");
			talk_finish(talk, "malformed");
			break;
		case RECORD_MORE:
			break;
		}
	}
	return len;
}

static void on_ending(struct talk *talk)
{
	struct report *report = talk->state;
	struct record record;

	if (!report->reader.len || report->malformed)
		return;
	if (record_decode_old(report->reader.bytes, report->reader.len, &record)) {
		report->records++;
		write_record(talk, &record, report->reader.bytes);
	} else {
		write_raw(talk, "truncated");
	}
}

static void on_closed(struct talk *talk, json_t *object)
{
	struct report *report = talk->state;

	json_object_del(object, "commands");
	event_put_int(object, "records", report->records);
	event_put_int(object, "bytes", report->bytes);
}

const struct service report_service = {
	.name = "report",
	.transports = TALK_TCP,
	.state_size = sizeof(struct report),
	.idle_timeout = 60,
	.receive_max = 4096,
	.input = on_input,
	.ending = on_ending,
	.closed = on_closed,
};
