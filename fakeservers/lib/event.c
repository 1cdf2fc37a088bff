// SPDX-License-Identifier: GPL-2.0-only
/* Events as JSON lines. */
#include "event.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "names.h"

int event_log_open(struct event_log *log, const char *path, const char *server_name)
{
	*log = (struct event_log){ .server_name = server_name, .max_bytes = EVENT_FILE_MAX };
	if (strcmp(path, "-") == 0)
		log->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		log->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	return log->fd < 0 ? -errno : 0;
}

bool event_log_is_file(const struct event_log *log)
{
	struct stat st;

	return fstat(log->fd, &st) == 0 && S_ISREG(st.st_mode);
}

void event_log_close(struct event_log *log)
{
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
}

json_t *event_begin(const char *kind)
{
	json_t *object = json_object();

	if (kind)
		json_object_set_new(object, "kind", json_string(kind));
	return object;
}

/* Length of the valid UTF-8 sequence at the start of bytes, 0 if there is none. */
static size_t utf8_sequence(const uint8_t *bytes, size_t len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t code;
	size_t want, i;

	if (bytes[0] < 0x80)
		return 1;
	if ((bytes[0] & 0xe0) == 0xc0)
		want = 2;
	else if ((bytes[0] & 0xf0) == 0xe0)
		want = 3;
	else if ((bytes[0] & 0xf8) == 0xf0)
		want = 4;
	else
		return 0;
	if (len < want)
		return 0;
	code = bytes[0] & (0x7f >> want);
	for (i = 1; i < want; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (bytes[i] & 0x3f);
	}
	if (code < least[want] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return want;
}

json_t *event_string(const void *bytes, size_t len)
{
	const uint8_t *in = bytes;
	json_t *string;
	size_t i = 0, n = 0;
	char *out;

	out = malloc(2 * len + 1);
	if (!out)
		return NULL;
	while (i < len) {
		size_t sequence = utf8_sequence(in + i, len - i);

		if (sequence) {
			memcpy(out + n, in + i, sequence);
			n += sequence;
			i += sequence;
		} else {
			out[n++] = (char)(0xc0 | in[i] >> 6);
			out[n++] = (char)(0x80 | (in[i++] & 0x3f));
		}
	}
	string = json_stringn(out, n);
	free(out);
	return string;
}

/* Not in the middle of a character, if it is one. */
static size_t cut(const uint8_t *bytes, size_t len)
{
	size_t back;

	for (back = 0; back < 4 && (bytes[len - back] & 0xc0) == 0x80; back++)
		;
	return utf8_sequence(bytes + len - back, 4) > back ? len - back : len;
}

void event_put_bytes(json_t *object, const char *key, const void *bytes, size_t len)
{
	if (len > EVENT_BYTES_MAX + 4) {
		len = cut(bytes, EVENT_BYTES_MAX);
		json_object_set_new(object, "truncated", json_true());
	}
	json_object_set_new(object, key, event_string(bytes, len));
}

void event_put_hex(json_t *object, const char *key, const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *in = bytes;
	char out[2 * EVENT_BYTES_MAX];
	size_t i;

	if (len > EVENT_BYTES_MAX) {
		len = EVENT_BYTES_MAX;
		json_object_set_new(object, "truncated", json_true());
	}
	for (i = 0; i < len; i++) {
		out[2 * i] = digits[in[i] >> 4];
		out[2 * i + 1] = digits[in[i] & 15];
	}
	json_object_set_new(object, key, json_stringn(out, 2 * len));
}

void event_put_string(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, json_string(text));
}

void event_put_int(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

void event_put_bool(json_t *object, const char *key, bool value)
{
	json_object_set_new(object, key, json_boolean(value));
}

void event_put_addr(json_t *object, const char *key, const struct in6_addr *addr)
{
	char text[ADDR_TEXT_MAX];

	event_put_string(object, key, addr_text(addr, text));
}

void event_put_ipv4(json_t *object, const char *key, struct in_addr addr)
{
	struct in6_addr mapped = addr_from_v4(addr);

	event_put_addr(object, key, &mapped);
}

static void put_time(json_t *line, const char *key, const struct timespec *time)
{
	char text[64];
	struct tm tm;
	size_t n;

	gmtime_r(&time->tv_sec, &tm);
	n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + n, sizeof(text) - n, ".%06ld+0000", time->tv_nsec / 1000);
	event_put_string(line, key, text);
}

static void put_times(const struct event_log *log, json_t *line)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	put_time(line, "timestamp", &now);
	now.tv_sec += log->clock_offset;
	if (log->has_clock)
		put_time(line, "guest_time", &now);
}

static bool has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
}

/* As Suricata calls them; others by their number */
static void put_protocol(json_t *line, uint8_t protocol)
{
	static const struct {
		uint8_t protocol;
		const char *name;
	} names[] = {
		{ IPPROTO_TCP, "TCP" }, { IPPROTO_UDP, "UDP" }, { IPPROTO_GRE, "GRE" },
		{ IPPROTO_SCTP, "SCTP" }, { IPPROTO_IPIP, "IPv4-in-IPv4" },
		{ IPPROTO_IPV6, "IPv6-in-IPv4" }, { IPPROTO_ESP, "ESP" }, { IPPROTO_AH, "AH" },
	};
	char text[4];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].protocol == protocol) {
			event_put_string(line, "proto", names[i].name);
			return;
		}
	}
	snprintf(text, sizeof(text), "%u", protocol);
	event_put_string(line, "proto", text);
}

static void put_conversation(json_t *line, const struct orig *orig)
{
	event_put_addr(line, "src_ip", &orig->guest_addr);
	if (has_ports(orig->protocol))
		event_put_int(line, "src_port", orig->guest_port);
	event_put_addr(line, "dest_ip", &orig->dest_addr);
	if (has_ports(orig->protocol))
		event_put_int(line, "dest_port", orig->dest_port);
	put_protocol(line, orig->protocol);
}

static json_t *make_line(struct event_log *log, const struct orig *orig, const char *type,
			 json_t *object)
{
	json_t *line = json_object(), *server = json_object();
	const char *name;

	put_times(log, line);
	if (orig && orig->contained) {
		event_put_int(line, "flow_id", orig->flow_id);
		json_object_set_new(line, "in_iface",
				    event_string(orig->guest_if, strlen(orig->guest_if)));
	}
	event_put_string(line, "event_type", type);
	event_put_string(server, "name", log->server_name);
	if (orig) {
		put_conversation(line, orig);
		name = names_find(log->names, &orig->dest_addr);
		if (name)
			event_put_string(line, "dest_name", name);
		event_put_addr(server, "ip", &orig->server_addr);
		event_put_int(server, "port", orig->server_port);
	}
	json_object_set_new(line, "server", server);
	if (orig)
		event_put_bool(line, "contained", orig->contained);
	json_object_set_new(line, type, object);
	return line;
}

static bool dropped(struct event_log *log, int error)
{
	log->dropped++;
	log->error = error;
	return false;
}

static bool write_line(struct event_log *log, const char *text, size_t len)
{
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = write(log->fd, text + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			log->torn |= done > 0;
			return dropped(log, n < 0 ? errno : EIO);
		}
		done += (size_t)n;
	}
	log->torn = false;
	log->bytes += len;
	log->written++;
	return true;
}

bool event_end(struct event_log *log, const struct orig *orig, const char *type, json_t *object)
{
	return event_end_with(log, orig, type, object, NULL, NULL);
}

bool event_end_with(struct event_log *log, const struct orig *orig, const char *type,
		    json_t *object, const char *key, json_t *more)
{
	static char text[EVENT_LINE_MAX + 2];
	json_t *line = make_line(log, orig, type, object);
	size_t len;

	if (more)
		json_object_set_new(line, key, more);
	/* all of it in ASCII: a terminal that shows the file cannot be steered by a guest */
	len = json_dumpb(line, text + 1, EVENT_LINE_MAX, JSON_COMPACT | JSON_ENSURE_ASCII);
	json_decref(line);
	if (len == 0 || len > EVENT_LINE_MAX)
		return dropped(log, len ? EMSGSIZE : ENOMEM);
	if (log->bytes + len > log->max_bytes && strcmp(type, "stats") != 0)
		return dropped(log, 0);
	text[0] = '\n';
	text[len + 1] = '\n';
	return log->torn ? write_line(log, text, len + 2) : write_line(log, text + 1, len + 1);
}
