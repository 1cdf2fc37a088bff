// SPDX-License-Identifier: GPL-2.0-only
/* POP3 (RFC 1939): a mailbox with the files of a folder as its mails. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"
#include "talk.h"

#define COMMAND_MAX	512
#define MAIL_MAX	(64 * 1024)	/* of a mail, so much is given */

struct pop3 {
	struct bytes user;
	bool in;
	struct folder_file *mails;
	size_t count;
};

static void on_open(struct talk *talk)
{
	struct pop3 *pop3 = talk->state;

	pop3->user.max = 256;
	talk_printf(talk, "+OK %s\r\n", talk_banner(talk, "Dovecot ready."));
}

static void take_pass(struct talk *talk, const uint8_t *password, size_t len)
{
	struct pop3 *pop3 = talk->state;

	if (!pop3->user.len) {
		talk_puts(talk, "-ERR No username given.\r\n");
		return;
	}
	pop3->in = talk_login(talk, pop3->user.data, pop3->user.len, password, len);
	bytes_reset(&pop3->user);
	if (!pop3->in) {
		talk_puts(talk, "-ERR [AUTH] Authentication failed.\r\n");
		return;
	}
	pop3->count = folder_list(talk->folder, &pop3->mails);
	talk_puts(talk, "+OK Logged in.\r\n");
}

static uint64_t given(const struct folder_file *mail)
{
	return mail->size < MAIL_MAX ? mail->size : MAIL_MAX;
}

/* A message's number, from 1.  NULL: it was told that there is none. */
static const struct folder_file *choose(struct talk *talk, const uint8_t *text, size_t len)
{
	struct pop3 *pop3 = talk->state;
	size_t number = 0, i;

	for (i = 0; i < len && i < 6 && text[i] >= '0' && text[i] <= '9'; i++)
		number = number * 10 + (text[i] - '0');
	if (number && number <= pop3->count)
		return &pop3->mails[number - 1];
	talk_printf(talk, "-ERR There's no message %zu.\r\n", number);
	return NULL;
}

/* LIST or UIDL, of one message or of all. */
static void list(struct talk *talk, const uint8_t *rest, size_t len, bool uidl)
{
	struct pop3 *pop3 = talk->state;
	const struct folder_file *mail;
	size_t i;

	if (len) {
		mail = choose(talk, rest, len);
		if (mail && uidl)
			talk_printf(talk, "+OK %zu %s\r\n", mail - pop3->mails + 1, mail->name);
		else if (mail)
			talk_printf(talk, "+OK %zu %llu\r\n", mail - pop3->mails + 1,
				    (unsigned long long)given(mail));
		return;
	}
	talk_printf(talk, "+OK %zu messages:\r\n", pop3->count);
	for (i = 0; i < pop3->count; i++) {
		if (uidl)
			talk_printf(talk, "%zu %s\r\n", i + 1, pop3->mails[i].name);
		else
			talk_printf(talk, "%zu %llu\r\n", i + 1,
				    (unsigned long long)given(&pop3->mails[i]));
	}
	talk_puts(talk, ".\r\n");
}

/* Lines of the file, however they end; at most so many of the body. */
static void put_lines(struct talk *talk, const uint8_t *text, size_t len, long body)
{
	struct bytes out = BYTES(2 * MAIL_MAX + 16);
	bool in_body = false;
	const uint8_t *end;
	size_t n;

	for (; len && body; text += n, len -= n) {
		end = memchr(text, '\n', len);
		n = end ? (size_t)(end - text) + 1 : len;
		if (text[0] == '.')
			bytes_put_byte(&out, '.');
		bytes_put(&out, text, n - (end ? 1 + (n > 1 && end[-1] == '\r') : 0));
		bytes_put(&out, "\r\n", 2);
		if (in_body && body > 0)
			body--;
		in_body |= n <= 2 && (text[0] == '\r' || text[0] == '\n');
	}
	bytes_put(&out, ".\r\n", 3);
	talk_send(talk, out.data, out.len);
	bytes_free(&out);
}

static void retrieve(struct talk *talk, const uint8_t *rest, size_t len, long body)
{
	const struct folder_file *mail = choose(talk, rest, len);
	uint8_t *text = mail ? malloc(MAIL_MAX) : NULL;
	uint64_t size;
	ssize_t n = -1;
	int fd;

	if (!text)
		return;
	fd = folder_open(talk->folder, (const uint8_t *)mail->name, strlen(mail->name), &size);
	if (fd >= 0) {
		n = read(fd, text, MAIL_MAX);
		close(fd);
	}
	if (n < 0) {
		talk_puts(talk, "-ERR Message disappeared.\r\n");
	} else {
		talk_printf(talk, "+OK %zd octets\r\n", n);
		put_lines(talk, text, n, body);
	}
	free(text);
}

static void stat_mails(struct talk *talk)
{
	struct pop3 *pop3 = talk->state;
	uint64_t size = 0;
	size_t i;

	for (i = 0; i < pop3->count; i++)
		size += given(&pop3->mails[i]);
	talk_printf(talk, "+OK %zu %llu\r\n", pop3->count, (unsigned long long)size);
}

/* What is known after the login. */
static bool take_transaction(struct talk *talk, const uint8_t *line, size_t len)
{
	const uint8_t *rest, *lines;
	size_t n;

	if (talk_is(line, len, "STAT", &rest, &n)) {
		stat_mails(talk);
	} else if (talk_is(line, len, "LIST", &rest, &n)) {
		list(talk, rest, n, false);
	} else if (talk_is(line, len, "UIDL", &rest, &n)) {
		list(talk, rest, n, true);
	} else if (talk_is(line, len, "RETR", &rest, &n)) {
		retrieve(talk, rest, n, -1);
	} else if (talk_is(line, len, "TOP", &rest, &n)) {
		lines = n ? memchr(rest, ' ', n) : NULL;
		retrieve(talk, rest, n, lines && lines[1] >= '1' && lines[1] <= '9' &&
			 lines + 1 < rest + n ? lines[1] - '0' + 1 : 1);
	} else if (talk_is(line, len, "DELE", &rest, &n)) {
		if (choose(talk, rest, n))
			talk_puts(talk, "+OK Marked to be deleted.\r\n");
	} else if (talk_is(line, len, "NOOP", &rest, &n) || talk_is(line, len, "RSET", &rest, &n)) {
		talk_puts(talk, "+OK\r\n");
	} else {
		return false;
	}
	return true;
}

/* The password is in its own event. */
static void tell(struct talk *talk, const uint8_t *line, size_t len)
{
	const uint8_t *rest;
	size_t n;

	if (!talk_is(line, len, "PASS", &rest, &n))
		talk_command(talk, line, len);
}

static void on_line(struct talk *talk, const uint8_t *line, size_t len)
{
	struct pop3 *pop3 = talk->state;
	const uint8_t *rest;
	size_t n;

	tell(talk, line, len);
	if (talk_is(line, len, "QUIT", &rest, &n)) {
		talk_puts(talk, "+OK Logging out.\r\n");
		talk_finish(talk, "quit");
	} else if (talk_is(line, len, "CAPA", &rest, &n)) {
		talk_printf(talk, "+OK\r\nCAPA\r\nTOP\r\nUIDL\r\nUSER\r\n%s.\r\n",
			    talk->can_secure && !talk->secure ? "STLS\r\n" : "");
	} else if (talk->can_secure && !talk->secure && talk_is(line, len, "STLS", &rest, &n)) {
		talk_puts(talk, "+OK Begin TLS negotiation now.\r\n");
		if (!talk_secure(talk))
			talk_finish(talk, "memory");
	} else if (!pop3->in && talk_is(line, len, "USER", &rest, &n)) {
		bytes_reset(&pop3->user);
		bytes_put(&pop3->user, rest, n);
		talk_puts(talk, "+OK\r\n");
	} else if (!pop3->in && talk_is(line, len, "PASS", &rest, &n)) {
		take_pass(talk, rest, n);
	} else if (!pop3->in || !take_transaction(talk, line, len)) {
		talk_puts(talk, "-ERR Unknown command.\r\n");
	}
}

static void on_close(struct talk *talk)
{
	struct pop3 *pop3 = talk->state;

	bytes_free(&pop3->user);
	folder_free(pop3->mails, pop3->count);
}

const struct service pop3_service = {
	.name = "pop3",
	.transports = TALK_TCP,
	.state_size = sizeof(struct pop3),
	.idle_timeout = 300,
	.line_max = COMMAND_MAX,
	.open = on_open,
	.line = on_line,
	.close = on_close,
};
