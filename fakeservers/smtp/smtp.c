// SPDX-License-Identifier: GPL-2.0-only
/* SMTP (RFC 5321) with AUTH (RFC 4954): every mail is accepted, and stored. */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "talk.h"

#define COMMAND_MAX	2048
#define RCPT_MAX	100		/* kept of a mail */
#define HEADER_MAX	8192		/* of a mail, to find its subject in */
#define MAILS_MAX	1000		/* of one connection */

enum auth {
	AUTH_NONE,
	AUTH_PLAIN,			/* waiting for all of it */
	AUTH_USERNAME,
	AUTH_PASSWORD,
};

/* Where in a mail a byte falls: a line with only a dot ends it. */
enum place {
	PLACE_START,			/* of a line */
	PLACE_DOT,			/* behind a dot at the start */
	PLACE_DOT_CR,
	PLACE_LINE,
};

struct smtp {
	struct bytes helo, from;
	json_t *rcpts;			/* NULL: none */
	enum auth auth;
	struct bytes username;		/* of AUTH LOGIN */
	enum place place;
	bool bare;			/* lines of the mail end with a line feed alone */
	uint8_t last;			/* byte of the mail */
	struct bytes header;
	struct store_file *mail;
	unsigned int mails;
};

static void forget_mail(struct smtp *smtp)
{
	bytes_reset(&smtp->from);
	bytes_reset(&smtp->header);
	json_decref(smtp->rcpts);
	smtp->rcpts = NULL;
	store_drop(smtp->mail);
	smtp->mail = NULL;
}

static void on_open(struct talk *talk)
{
	struct smtp *smtp = talk->state;

	smtp->helo.max = smtp->from.max = smtp->username.max = 512;
	smtp->header.max = HEADER_MAX;
	talk_printf(talk, "220 %s %s\r\n", talk_hostname(talk),
		    talk_banner(talk, "ESMTP Postfix"));
}

/* Base64 as it is on the wire.  False: it is not. */
static bool decode(const uint8_t *text, size_t len, struct bytes *out)
{
	uint8_t *room;
	int n;

	while (len && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	bytes_reset(out);
	if (len % 4 || len > COMMAND_MAX)
		return false;
	room = malloc(len / 4 * 3 + 1);
	if (!room)
		return false;
	n = EVP_DecodeBlock(room, text, (int)len);
	while (n > 0 && len && text[len - 1] == '=') {
		n--;
		len--;
	}
	if (n > 0)
		bytes_put(out, room, (size_t)n);
	free(room);
	return n >= 0;
}

static void say_auth(struct talk *talk, bool success)
{
	talk_puts(talk, success ? "235 2.7.0 Authentication successful\r\n" :
		  "535 5.7.8 Error: authentication failed: authentication failure\r\n");
}

static void bad_base64(struct talk *talk)
{
	talk_puts(talk, "501 5.5.2 Error: cannot decode response\r\n");
}

/* authzid NUL authcid NUL password */
static void take_plain(struct talk *talk, const uint8_t *text, size_t len)
{
	struct bytes all = BYTES(COMMAND_MAX);
	const uint8_t *user = NULL, *password = NULL;

	if (decode(text, len, &all) && all.len) {
		user = memchr(all.data, 0, all.len);
		if (user)
			password = memchr(user + 1, 0, all.data + all.len - user - 1);
	}
	if (password)
		say_auth(talk, talk_login(talk, user + 1, password - user - 1, password + 1,
					  all.data + all.len - password - 1));
	else
		bad_base64(talk);
	bytes_free(&all);
}

static void take_username(struct talk *talk, const uint8_t *text, size_t len)
{
	struct smtp *smtp = talk->state;

	if (!decode(text, len, &smtp->username)) {
		bad_base64(talk);
		return;
	}
	smtp->auth = AUTH_PASSWORD;
	talk_puts(talk, "334 UGFzc3dvcmQ6\r\n");
}

static void take_password(struct talk *talk, const uint8_t *text, size_t len)
{
	struct smtp *smtp = talk->state;
	struct bytes password = BYTES(512);

	if (decode(text, len, &password))
		say_auth(talk, talk_login(talk, smtp->username.data, smtp->username.len,
					  password.data, password.len));
	else
		bad_base64(talk);
	bytes_free(&password);
}

static void continue_auth(struct talk *talk, const uint8_t *line, size_t len)
{
	struct smtp *smtp = talk->state;
	enum auth auth = smtp->auth;

	smtp->auth = AUTH_NONE;
	if (len == 1 && line[0] == '*')
		talk_puts(talk, "501 5.7.0 Authentication aborted\r\n");
	else if (auth == AUTH_PLAIN)
		take_plain(talk, line, len);
	else if (auth == AUTH_USERNAME)
		take_username(talk, line, len);
	else
		take_password(talk, line, len);
}

static void begin_auth(struct talk *talk, const uint8_t *rest, size_t len)
{
	struct smtp *smtp = talk->state;
	const uint8_t *first;
	size_t first_len;

	if (talk_is(rest, len, "PLAIN", &first, &first_len)) {
		if (first_len) {
			take_plain(talk, first, first_len);
			return;
		}
		smtp->auth = AUTH_PLAIN;
		talk_puts(talk, "334 \r\n");
	} else if (talk_is(rest, len, "LOGIN", &first, &first_len)) {
		if (first_len) {
			take_username(talk, first, first_len);
			return;
		}
		smtp->auth = AUTH_USERNAME;
		talk_puts(talk, "334 VXNlcm5hbWU6\r\n");
	} else {
		talk_puts(talk, "535 5.7.8 Error: authentication failed: no mechanism available\r\n");
	}
}

/* "FROM:<a@b> SIZE=1": what is between the brackets, or up to the next blank */
static bool take_address(const uint8_t *text, size_t len, const char *word, const uint8_t **addr,
			 size_t *addr_len)
{
	size_t n = strlen(word), end;

	if (len < n || strncasecmp((const char *)text, word, n) != 0)
		return false;
	while (n < len && text[n] == ' ')
		n++;
	end = n;
	if (n < len && text[n] == '<') {
		end = ++n;
		while (end < len && text[end] != '>')
			end++;
	} else {
		while (end < len && text[end] != ' ')
			end++;
	}
	*addr = text + n;
	*addr_len = end - n;
	return true;
}

static void take_mail(struct talk *talk, const uint8_t *rest, size_t len)
{
	struct smtp *smtp = talk->state;
	const uint8_t *addr;
	size_t n;

	if (!take_address(rest, len, "FROM:", &addr, &n)) {
		talk_puts(talk, "501 5.5.4 Syntax: MAIL FROM:<address>\r\n");
		return;
	}
	if (smtp->mails == MAILS_MAX) {
		talk_puts(talk, "421 4.7.0 Error: too many mails\r\n");
		talk_finish(talk, "too-many");
		return;
	}
	forget_mail(smtp);
	bytes_put(&smtp->from, addr, n);
	talk_puts(talk, "250 2.1.0 Ok\r\n");
}

static void take_rcpt(struct talk *talk, const uint8_t *rest, size_t len)
{
	struct smtp *smtp = talk->state;
	const uint8_t *addr;
	size_t n;

	if (!take_address(rest, len, "TO:", &addr, &n)) {
		talk_puts(talk, "501 5.5.4 Syntax: RCPT TO:<address>\r\n");
		return;
	}
	if (!smtp->rcpts)
		smtp->rcpts = json_array();
	if (json_array_size(smtp->rcpts) == RCPT_MAX) {
		talk_puts(talk, "452 4.5.3 Error: too many recipients\r\n");
		return;
	}
	json_array_append_new(smtp->rcpts, event_string(addr, n < 320 ? n : 320));
	talk_puts(talk, "250 2.1.5 Ok\r\n");
}

static void begin_data(struct talk *talk)
{
	struct smtp *smtp = talk->state;

	if (!smtp->rcpts) {
		talk_puts(talk, "554 5.5.1 Error: no valid recipients\r\n");
		return;
	}
	smtp->mail = store_begin(talk->store);
	smtp->place = PLACE_START;
	/* as the client has ended this line; any else would end mails that are no text */
	smtp->bare = talk->lines.bare;
	talk->raw = true;
	talk_puts(talk, "354 End data with <CR><LF>.<CR><LF>\r\n");
}

/* The value of a header line, without its folded rest. */
static void put_header(json_t *object, const char *key, const struct bytes *header,
		       const char *name)
{
	const uint8_t *at = header->data, *end = at ? at + header->len : at, *line_end;
	size_t n = strlen(name);

	while (at < end) {
		line_end = memchr(at, '\n', end - at);
		if (!line_end)
			line_end = end;
		if ((size_t)(line_end - at) >= n &&
		    strncasecmp((const char *)at, name, n) == 0) {
			for (at += n; at < line_end && *at == ' '; at++)
				;
			if (line_end > at && line_end[-1] == '\r')
				line_end--;
			event_put_bytes(object, key, at, line_end - at);
			return;
		}
		if (line_end - at <= 1)		/* the empty line ends the header */
			return;
		at = line_end + 1;
	}
}

static void end_data(struct talk *talk)
{
	struct smtp *smtp = talk->state;
	json_t *object = talk_event_begin(talk, "mail");

	event_put_bytes(object, "helo", smtp->helo.data, smtp->helo.len);
	event_put_bytes(object, "mail_from", smtp->from.data, smtp->from.len);
	json_object_set(object, "rcpt_to", smtp->rcpts);
	put_header(object, "subject", &smtp->header, "Subject:");
	event_put_int(object, "size", store_size(smtp->mail));
	talk_event(talk, object);
	talk_file(talk, NULL, 0, smtp->mail);
	smtp->mail = NULL;
	smtp->mails++;
	talk->raw = false;
	talk_printf(talk, "250 2.0.0 Ok: queued as %08X%02X\r\n",
		    (unsigned int)(0x5eed0000 + talk->session), smtp->mails & 0xff);
	forget_mail(smtp);
}

static void put(struct smtp *smtp, const uint8_t *bytes, size_t len)
{
	smtp->last = bytes[len - 1];
	store_write(smtp->mail, bytes, len);
	bytes_put(&smtp->header, bytes, len);
}

/* The dots that were put before dots go; the rest of a line goes in one piece. */
static size_t on_input(struct talk *talk, const uint8_t *bytes, size_t len)
{
	struct smtp *smtp = talk->state;
	const uint8_t *end;
	size_t at = 0, n;
	uint8_t before;

	while (at < len) {
		switch (smtp->place) {
		case PLACE_START:
			if (bytes[at] == '.') {
				smtp->place = PLACE_DOT;
				at++;
				break;
			}
			smtp->place = PLACE_LINE;
			break;
		case PLACE_DOT:
			if (bytes[at] == '\r') {
				smtp->place = PLACE_DOT_CR;
				at++;
				break;
			}
			if (bytes[at] == '\n' && smtp->bare) {
				end_data(talk);
				return at + 1;
			}
			smtp->place = PLACE_LINE;
			break;
		case PLACE_DOT_CR:
			if (bytes[at] == '\n') {
				end_data(talk);
				return at + 1;
			}
			put(smtp, (const uint8_t *)"\r", 1);
			smtp->place = PLACE_LINE;
			break;
		case PLACE_LINE:
			end = memchr(bytes + at, '\n', len - at);
			n = end ? (size_t)(end - bytes) + 1 - at : len - at;
			before = n > 1 ? bytes[at + n - 2] : smtp->last;
			put(smtp, bytes + at, n);
			at += n;
			if (end && (smtp->bare || before == '\r'))
				smtp->place = PLACE_START;
			break;
		}
	}
	return len;
}

static void take_hello(struct talk *talk, const uint8_t *rest, size_t len, bool extended)
{
	struct smtp *smtp = talk->state;

	forget_mail(smtp);
	bytes_reset(&smtp->helo);
	bytes_put(&smtp->helo, rest, len);
	if (!extended) {
		talk_printf(talk, "250 %s\r\n", talk_hostname(talk));
		return;
	}
	talk_printf(talk, "250-%s\r\n250-PIPELINING\r\n250-SIZE 67108864\r\n250-VRFY\r\n"
		    "%s250-AUTH PLAIN LOGIN\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n"
		    "250 SMTPUTF8\r\n", talk_hostname(talk),
		    talk->can_secure && !talk->secure ? "250-STARTTLS\r\n" : "");
}

/* RFC 3207: afterwards all begins anew. */
static void start_tls(struct talk *talk)
{
	struct smtp *smtp = talk->state;

	if (!talk->can_secure || talk->secure) {
		talk_puts(talk, "502 5.5.1 Error: command not implemented\r\n");
		return;
	}
	talk_puts(talk, "220 2.0.0 Ready to start TLS\r\n");
	forget_mail(smtp);
	if (!talk_secure(talk))
		talk_finish(talk, "memory");
}

static void on_line(struct talk *talk, const uint8_t *line, size_t len)
{
	struct smtp *smtp = talk->state;
	const uint8_t *rest;
	size_t n;

	if (smtp->auth != AUTH_NONE) {
		continue_auth(talk, line, len);
		return;
	}
	talk_command(talk, line, len);
	if (talk->lines.line.cut) {
		talk_puts(talk, "500 5.5.2 Error: line too long\r\n");
	} else if (talk_is(line, len, "EHLO", &rest, &n) || talk_is(line, len, "HELO", &rest, &n)) {
		take_hello(talk, rest, n, (line[0] | 0x20) == 'e');
	} else if (talk_is(line, len, "STARTTLS", &rest, &n)) {
		start_tls(talk);
	} else if (talk_is(line, len, "AUTH", &rest, &n)) {
		begin_auth(talk, rest, n);
	} else if (talk_is(line, len, "MAIL", &rest, &n)) {
		take_mail(talk, rest, n);
	} else if (talk_is(line, len, "RCPT", &rest, &n)) {
		take_rcpt(talk, rest, n);
	} else if (talk_is(line, len, "DATA", &rest, &n)) {
		begin_data(talk);
	} else if (talk_is(line, len, "RSET", &rest, &n)) {
		forget_mail(smtp);
		talk_puts(talk, "250 2.0.0 Ok\r\n");
	} else if (talk_is(line, len, "NOOP", &rest, &n)) {
		talk_puts(talk, "250 2.0.0 Ok\r\n");
	} else if (talk_is(line, len, "VRFY", &rest, &n)) {
		talk_puts(talk, "252 2.0.0 ok\r\n");
	} else if (talk_is(line, len, "QUIT", &rest, &n)) {
		talk_puts(talk, "221 2.0.0 Bye\r\n");
		talk_finish(talk, "quit");
	} else {
		talk_puts(talk, "502 5.5.2 Error: command not recognized\r\n");
	}
}

/* A mail that was not ended is an observation, too. */
static void on_ending(struct talk *talk)
{
	struct smtp *smtp = talk->state;

	if (store_size(smtp->mail)) {
		talk_file(talk, NULL, 0, smtp->mail);
		smtp->mail = NULL;
	}
}

static void on_close(struct talk *talk)
{
	struct smtp *smtp = talk->state;

	forget_mail(smtp);
	bytes_free(&smtp->helo);
	bytes_free(&smtp->from);
	bytes_free(&smtp->username);
	bytes_free(&smtp->header);
}

const struct service smtp_service = {
	.name = "smtp",
	.transports = TALK_TCP,
	.state_size = sizeof(struct smtp),
	.idle_timeout = 300,
	.line_max = COMMAND_MAX,
	.open = on_open,
	.line = on_line,
	.input = on_input,
	.ending = on_ending,
	.close = on_close,
};
