// SPDX-License-Identifier: GPL-2.0-only
/* A conversation between protocol code and whoever carries it. */
#include "talk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "event.h"
#include "login.h"

void talk_init(struct talk *talk, const struct service *service, const struct carrier *carrier,
	       const struct labconf_server *conf)
{
	talk->service = service;
	talk->carrier = carrier;
	talk->conf = conf;
	talk->lines.line.max = service->line_max;
	talk->raw = !service->line;
	talk->reply_max = SIZE_MAX;
	talk->folder = -1;
}

void talk_open(struct talk *talk)
{
	if (talk->service->open)
		talk->service->open(talk);
}

static void take_line(struct talk *talk)
{
	const struct bytes *line = &talk->lines.line;

	talk->commands++;
	talk->service->line(talk, line->data ? line->data : (const uint8_t *)"", line->len);
}

void talk_receive(struct talk *talk, const uint8_t *bytes, size_t len)
{
	size_t used;

	for (; len && !talk->finished; bytes += used, len -= used) {
		if (!talk->raw) {
			if (lines_take(&talk->lines, bytes, len, &used))
				take_line(talk);
			continue;
		}
		used = talk->service->input ? talk->service->input(talk, bytes, len) : len;
		/* code that wants nothing more of it would be asked for ever */
		if (used > len || (!used && talk->raw))
			used = len;
	}
}

void talk_datagram(struct talk *talk, const uint8_t *bytes, size_t len)
{
	talk->udp = true;
	talk->reply_max = len > talk->service->reply_max ? len : talk->service->reply_max;
	talk->service->datagram(talk, bytes, len);
}

static void tell_end(struct talk *talk, const char *why)
{
	json_t *object = talk_event_begin(talk, "closed");

	event_put_int(object, "commands", talk->commands);
	if (talk->service->closed)
		talk->service->closed(talk, object);
	event_put_string(object, "reason", why);
	talk->events = 0;		/* the last one is always written */
	talk_event(talk, object);
}

void talk_close(struct talk *talk, const char *why)
{
	talk->finished = true;
	if (talk->service->ending)
		talk->service->ending(talk);
	if (!talk->udp)
		tell_end(talk, why);
	if (talk->service->close)
		talk->service->close(talk);
	lines_free(&talk->lines);
}

bool talk_send(struct talk *talk, const void *bytes, size_t len)
{
	if (talk->finished || len > talk->reply_max)
		return false;
	if (talk->udp)
		talk->reply_max -= len;
	return !len || talk->carrier->send(talk, bytes, len);
}

void talk_puts(struct talk *talk, const char *text)
{
	talk_send(talk, text, strlen(text));
}

void talk_printf(struct talk *talk, const char *format, ...)
{
	char text[TALK_PRINT_MAX];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len > 0)
		talk_send(talk, text, (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1);
}

void talk_finish(struct talk *talk, const char *why)
{
	if (talk->finished)
		return;
	talk->finished = true;
	talk->carrier->finish(talk, why);
}

void talk_timer(struct talk *talk, double seconds)
{
	if (!talk->finished)
		talk->carrier->timer(talk, seconds);
}

bool talk_secure(struct talk *talk)
{
	if (talk->finished || !talk->can_secure || talk->secure)
		return false;
	talk->secure = talk->carrier->secure(talk);
	return talk->secure;
}

uint16_t talk_data_port(struct talk *talk)
{
	return talk->finished ? 0 : talk->carrier->data_port(talk);
}

bool talk_data_send(struct talk *talk, const void *bytes, size_t len)
{
	return talk->carrier->data_send(talk, bytes, len);
}

void talk_data_finish(struct talk *talk)
{
	talk->carrier->data_finish(talk);
}

struct timespec talk_now(const struct talk *talk)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec += talk->clock_offset;
	return now;
}

json_t *talk_event_begin(struct talk *talk, const char *kind)
{
	json_t *object = event_begin(kind);

	event_put_int(object, "session", talk->session);
	return object;
}

void talk_event_as(struct talk *talk, const char *type, json_t *object)
{
	if (talk->events++ < TALK_EVENTS_MAX)
		talk->carrier->event(talk, type, object);
	else
		json_decref(object);
}

static const char *event_type(const struct talk *talk)
{
	return talk->service->event ? talk->service->event : talk->service->name;
}

void talk_event(struct talk *talk, json_t *object)
{
	talk_event_as(talk, event_type(talk), object);
}

void talk_event_always(struct talk *talk, json_t *object)
{
	talk->always = true;
	talk->carrier->event(talk, event_type(talk), object);
	talk->always = false;
}

void talk_command(struct talk *talk, const uint8_t *line, size_t len)
{
	json_t *object = talk_event_begin(talk, "command");

	event_put_bytes(object, "command", line, len);
	if (talk->lines.line.cut)
		event_put_bool(object, "truncated", true);
	talk_event(talk, object);
}

void talk_file(struct talk *talk, const void *name, size_t name_len, struct store_file *file)
{
	struct store_result result;

	store_end(file, &result);
	talk_event_as(talk, "fileinfo",
		      store_describe(talk->service->name, name, name_len, &result));
}

bool talk_login(struct talk *talk, const uint8_t *user, size_t user_len,
		const uint8_t *password, size_t password_len)
{
	struct login login = {
		.username = user, .username_len = user_len,
		.password = password, .password_len = password_len,
		.attempt = ++talk->logins,
	};
	json_t *object = talk_event_begin(talk, "login");

	login.success = login_accepts(&talk->conf->logins, &login);
	event_put_bytes(object, "username", user, user_len);
	event_put_bytes(object, "password", password, password_len);
	event_put_bool(object, "success", login.success);
	event_put_int(object, "attempt", login.attempt);
	talk_event(talk, object);
	return login.success;
}

const char *talk_hostname(const struct talk *talk)
{
	return talk->conf->service.hostname;
}

const char *talk_banner(const struct talk *talk, const char *otherwise)
{
	return talk->conf->service.banner ? talk->conf->service.banner : otherwise;
}

bool talk_is(const uint8_t *line, size_t len, const char *word, const uint8_t **rest,
	     size_t *rest_len)
{
	size_t n = strlen(word);

	if (len < n || strncasecmp((const char *)line, word, n) != 0 ||
	    (len > n && line[n] != ' ' && line[n] != '\t'))
		return false;
	while (n < len && (line[n] == ' ' || line[n] == '\t'))
		n++;
	*rest = line + n;
	*rest_len = len - n;
	return true;
}
