// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device with a weak password, and everything that is tried on it.  Events
 * have Cowrie's ids beside our own kinds.
 */
#include <string.h>
#include <time.h>

#include "observer.h"
#include "session.h"
#include "talk.h"
#include "wire.h"

struct telnet {
	struct wire *wire;
	struct observer observer;
	unsigned int attempts, commands;
	bool logged_in;
	struct timespec opened;
};

static json_t *begin(struct talk *talk, const char *kind, const char *cowrie)
{
	json_t *object = talk_event_begin(talk, kind);

	event_put_string(object, "eventid", cowrie);
	return object;
}

static void on_send(void *data, const uint8_t *bytes, size_t len)
{
	talk_send(data, bytes, len);
}

static void on_login(void *data, const struct login *login)
{
	struct talk *talk = data;
	struct telnet *telnet = talk->state;
	json_t *object = begin(talk, "login", login->success ? "cowrie.login.success" :
			       "cowrie.login.failed");

	event_put_bytes(object, "username", login->username, login->username_len);
	event_put_bytes(object, "password", login->password, login->password_len);
	event_put_bool(object, "success", login->success);
	event_put_int(object, "attempt", login->attempt);
	if (login->cut)
		event_put_bool(object, "truncated", true);
	talk_event(talk, object);
	telnet->attempts = login->attempt;
	telnet->logged_in |= login->success;
}

static bool is_text(const uint8_t *line, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((line[i] < ' ' && line[i] != '\t') || line[i] >= 0x7f)
			return false;
	return true;
}

static void on_command(void *data, const uint8_t *line, size_t len, bool cut)
{
	struct talk *talk = data;
	struct telnet *telnet = talk->state;
	uint8_t text[SESSION_LINE_MAX];
	json_t *object;
	size_t i, text_len = 0;

	telnet->commands++;
	/* to be read by people; all of it is in bytes_hex */
	for (i = 0; i < len; i++)
		if (line[i])
			text[text_len++] = line[i];
	object = begin(talk, "command", "cowrie.command.input");
	event_put_bytes(object, "command", text, text_len);
	if (!is_text(line, len))
		event_put_hex(object, "bytes_hex", line, len);
	if (cut)
		event_put_bool(object, "truncated", true);
	talk_event(talk, object);
}

static void on_end(void *data, const char *why)
{
	talk_finish(data, why);
}

static const struct wire_ops wire_ops = {
	.send = on_send,
	.login = on_login,
	.command = on_command,
	.end = on_end,
};

/* Nothing is fetched: in Cowrie's words, it failed. */
static void on_fetch(void *data, const struct fetch *fetch)
{
	struct talk *talk = data;
	json_t *object = begin(talk, "fetch", "cowrie.session.file_download.failed");

	event_put_string(object, "tool", fetch->tool);
	event_put_bytes(object, "url", fetch->url, strlen(fetch->url));
	event_put_bytes(object, "dest", fetch->file, strlen(fetch->file));
	talk_event_as(talk, "loader", object);
}

static void on_file(void *data, const char *path, const uint8_t *content, size_t len)
{
	struct talk *talk = data;
	struct store_result result;
	json_t *object;

	store_bytes(talk->store, content, len, &result);
	object = begin(talk, "file", "cowrie.session.file_download");
	event_put_bytes(object, "destfile", path, strlen(path));
	event_put_int(object, "size", len);
	event_put_string(object, "shasum", result.sha256);
	talk_event(talk, object);
	talk_event_as(talk, "fileinfo",
		      store_describe("telnet", path, strlen(path), &result));
}

static void on_open(struct talk *talk)
{
	struct telnet *telnet = talk->state;

	clock_gettime(CLOCK_MONOTONIC, &telnet->opened);
	talk_event(talk, begin(talk, "connect", "cowrie.session.connect"));
	telnet->observer = (struct observer){ on_fetch, on_file, talk };
	telnet->wire = wire_new(talk->conf, &wire_ops, talk, &telnet->observer);
	if (telnet->wire)
		wire_start(telnet->wire);
	else
		talk_finish(talk, "memory");
}

static size_t on_input(struct talk *talk, const uint8_t *bytes, size_t len)
{
	struct telnet *telnet = talk->state;

	wire_receive(telnet->wire, bytes, len);
	return len;
}

static void on_ending(struct talk *talk)
{
	struct telnet *telnet = talk->state;

	wire_free(telnet->wire);
	telnet->wire = NULL;
}

static void on_closed(struct talk *talk, json_t *object)
{
	struct telnet *telnet = talk->state;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	event_put_string(object, "eventid", "cowrie.session.closed");
	event_put_bool(object, "success", telnet->logged_in);
	event_put_int(object, "attempts", telnet->attempts);
	event_put_int(object, "commands", telnet->commands);
	json_object_set_new(object, "duration", json_real(now.tv_sec - telnet->opened.tv_sec +
							  (now.tv_nsec - telnet->opened.tv_nsec) / 1e9));
}

const struct service telnet_service = {
	.name = "telnet",
	.transports = TALK_TCP,
	.state_size = sizeof(struct telnet),
	.idle_timeout = 120,
	/* what one piece of input can make us print is bounded by its length */
	.receive_max = 1024,
	.open = on_open,
	.input = on_input,
	.ending = on_ending,
	.closed = on_closed,
};
