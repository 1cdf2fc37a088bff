// SPDX-License-Identifier: GPL-2.0-only
/* The file of events: lines held, and written. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "event.h"
#include "names.h"

#define HELD_SIZE	(EVENT_HELD_MAX + EVENT_LINE_MAX + 2)

int event_log_open(struct event_log *log, const char *path, const char *server_name)
{
	*log = (struct event_log){
		.fd = -1, .server_name = server_name, .max_bytes = EVENT_FILE_MAX, .held_len = 1,
	};
	log->held = malloc(HELD_SIZE);
	if (!log->held)
		return -ENOMEM;
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

static bool dropped(struct event_log *log, size_t events, int error)
{
	log->dropped += events;
	log->error = error;
	return false;
}

static size_t lines_in(const char *text, size_t len)
{
	const char *end = text + len;
	size_t lines = 0;

	while ((text = memchr(text, '\n', (size_t)(end - text)))) {
		text++;
		lines++;
	}
	return lines;
}

/* What could not be written after the first so many bytes is gone, and counted. */
static bool give_up(struct event_log *log, const char *text, size_t done, size_t len, int error)
{
	size_t lines = lines_in(text + done, len - done);

	if (done)
		log->torn = text[done - 1] != '\n';
	log->written -= lines;
	log->bytes -= len - done;
	return dropped(log, lines, error);
}

static bool write_held(struct event_log *log)
{
	bool ends_torn = log->torn;
	const char *text = log->held + !ends_torn;
	size_t len = log->held_len - !ends_torn, done = 0, nobodys;
	ssize_t n;

	if (!log->held_events)
		return true;
	log->held[0] = '\n';
	log->held_len = 1;
	log->held_events = 0;
	while (done < len) {
		n = write(log->fd, text + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			nobodys = ends_torn && !done;	/* the end of the torn line */
			return give_up(log, text + nobodys, done, len - nobodys,
				       n < 0 ? errno : EIO);
		}
		done += (size_t)n;
	}
	log->torn = false;
	return true;
}

bool event_log_take(struct event_log *log)
{
	const struct writer *writer = &log->writer;

	if (writer->cut)
		return dropped(log, 1, EMSGSIZE);
	if (log->bytes + writer->len > log->max_bytes && !log->is_stats)
		return dropped(log, 1, 0);
	writer->text[writer->len] = '\n';
	log->held_len += writer->len + 1;
	log->bytes += writer->len + 1;
	log->written++;
	log->held_events++;
	if (log->holds && log->held_len < EVENT_HELD_MAX)
		return true;
	return write_held(log);
}

void event_log_hold(struct event_log *log)
{
	log->holds = true;
}

void event_log_batch(struct event_log *log)
{
	log->has_now = false;
	names_turn(log->names);
}

void event_log_turn(struct event_log *log)
{
	write_held(log);
	event_log_batch(log);
}

void event_log_close(struct event_log *log)
{
	if (log->fd >= 0) {
		write_held(log);
		close(log->fd);
	}
	log->fd = -1;
	free(log->held);
	log->held = NULL;
}
