// SPDX-License-Identifier: GPL-2.0-only
/* A login and a shell on a terminal. */
#include "session.h"

#include <string.h>

enum {
	KEY_NUL = 0x00,
	KEY_INTERRUPT = 0x03,		/* ^C */
	KEY_END = 0x04,			/* ^D */
	KEY_BACKSPACE = 0x08,
	KEY_KILL = 0x15,		/* ^U */
	KEY_DELETE = 0x7f,
};

static void print(struct session *session, const void *text, size_t len)
{
	session->ops->print(session->data, text, len);
}

/* As a terminal driver does: a line feed becomes carriage return, line feed. */
static void print_lines(struct session *session, const uint8_t *text, size_t len)
{
	const uint8_t *feed;
	size_t n;

	while (len) {
		feed = memchr(text, '\n', len);
		n = feed ? (size_t)(feed - text) : len;
		if (n)
			print(session, text, n);
		if (!feed)
			return;
		print(session, "\r\n", 2);
		text += n + 1;
		len -= n + 1;
	}
}

static void print_text(struct session *session, const char *text)
{
	print_lines(session, (const uint8_t *)text, strlen(text));
}

static void prompt(struct session *session)
{
	const struct labconf_telnet *conf = &session->conf->telnet;

	switch (session->state) {
	case SESSION_USERNAME:
		print_text(session, conf->login_prompt);
		break;
	case SESSION_PASSWORD:
		print_text(session, conf->password_prompt);
		break;
	case SESSION_SHELL:
		print_text(session, conf->shell_prompt);
		break;
	case SESSION_ENDED:
		break;
	}
}

static void end(struct session *session, const char *why)
{
	session->state = SESSION_ENDED;
	session->ops->end(session->data, why);
}

static void enter_shell(struct session *session)
{
	struct bytes greeting = BYTES(SHELL_OUTPUT_MAX);

	session->state = SESSION_SHELL;
	session->line.max = SESSION_LINE_MAX;
	shell_greet(&greeting);
	print_lines(session, greeting.data, greeting.len);
	bytes_free(&greeting);
}

static void take_username(struct session *session)
{
	const struct bytes *line = &session->line;

	if (!line->len) {
		if (++session->empty == SESSION_MAX_EMPTY)
			end(session, "empty-logins");
		return;
	}
	memcpy(session->username, line->data, line->len);
	session->username_len = line->len;
	session->username_cut = line->cut;
	session->state = SESSION_PASSWORD;
}

static void take_password(struct session *session)
{
	struct login login = {
		.username = session->username,
		.username_len = session->username_len,
		.password = session->line.data,
		.password_len = session->line.len,
		.attempt = ++session->attempts,
		.cut = session->line.cut || session->username_cut,
	};

	if (!login.password)
		login.password = (const uint8_t *)"";
	login.success = login_accepts(&session->conf->logins, &login);
	session->ops->login(session->data, &login);
	if (login.success) {
		enter_shell(session);
		return;
	}
	print_text(session, "Login incorrect\n");
	session->state = SESSION_USERNAME;
	/* the attempt that is to succeed has to come */
	if (session->attempts >= SESSION_MAX_ATTEMPTS &&
	    session->attempts >= session->conf->logins.accept_attempt)
		end(session, "login-incorrect");
}

/* In place; the new length. */
static size_t drop_nuls(uint8_t *bytes, size_t len)
{
	size_t from, to = 0;

	for (from = 0; from < len; from++)
		if (bytes[from] != KEY_NUL)
			bytes[to++] = bytes[from];
	return to;
}

static void take_command(struct session *session)
{
	struct bytes out = BYTES(SHELL_OUTPUT_MAX);
	struct bytes *line = &session->line;

	if (line->len)
		session->ops->command(session->data, line->data, line->len, line->cut);
	line->len = drop_nuls(line->data, line->len);
	shell_run(&session->shell, line->data, line->len, &out);
	print_lines(session, out.data, out.len);
	bytes_free(&out);
	if (session->shell.ended)
		end(session, "exit");
}

static void take_line(struct session *session)
{
	if (session->echo || session->state == SESSION_PASSWORD)
		print(session, "\r\n", 2);
	switch (session->state) {
	case SESSION_USERNAME:
		take_username(session);
		break;
	case SESSION_PASSWORD:
		take_password(session);
		break;
	case SESSION_SHELL:
		take_command(session);
		break;
	case SESSION_ENDED:
		break;
	}
	bytes_reset(&session->line);
	prompt(session);
}

static bool echoes(const struct session *session)
{
	return session->echo && session->state != SESSION_PASSWORD;
}

static void erase(struct session *session, size_t count)
{
	while (count-- && session->line.len) {
		session->line.len--;
		if (echoes(session))
			print(session, "\b \b", 3);
	}
}

static void interrupt(struct session *session)
{
	bytes_reset(&session->line);
	print(session, "^C\r\n", 4);
	if (session->state != SESSION_SHELL)
		end(session, "interrupt");
	prompt(session);
}

static void end_of_input(struct session *session)
{
	if (session->line.len)
		return;
	if (session->state != SESSION_SHELL) {
		end(session, "end-of-input");
		return;
	}
	print(session, "\r\n", 2);
	shell_exit(&session->shell);
	if (session->shell.ended)
		end(session, "exit");
	prompt(session);
}

static void type_character(struct session *session, uint8_t c)
{
	bool was_cut = session->line.cut;

	session->line.cut = false;
	bytes_put_byte(&session->line, c);
	/* control characters would move the guest's cursor, and are not echoed */
	if (!session->line.cut && c >= ' ' && echoes(session))
		print(session, &c, 1);
	session->line.cut |= was_cut;
}

static void type_key(struct session *session, uint8_t key)
{
	bool after_cr = session->after_cr;

	session->after_cr = key == '\r';
	switch (key) {
	case KEY_NUL:
		/* telnet puts one behind a bare carriage return */
		if (!after_cr && session->state == SESSION_SHELL)
			type_character(session, key);
		break;
	case '\n':
		if (!after_cr)
			take_line(session);
		break;
	case '\r':
		take_line(session);
		break;
	case KEY_BACKSPACE:
	case KEY_DELETE:
		erase(session, 1);
		break;
	case KEY_KILL:
		erase(session, session->line.len);
		break;
	case KEY_INTERRUPT:
		interrupt(session);
		break;
	case KEY_END:
		end_of_input(session);
		break;
	default:
		type_character(session, key);
	}
}

void session_type(struct session *session, const uint8_t *text, size_t len)
{
	size_t i;

	for (i = 0; i < len && session->state != SESSION_ENDED; i++)
		type_key(session, text[i]);
}

void session_start(struct session *session, const struct labconf_server *conf,
		   const struct session_ops *ops, void *data, const struct observer *observer)
{
	memset(session, 0, sizeof(*session));
	session->conf = conf;
	session->ops = ops;
	session->data = data;
	session->echo = true;
	session->line.max = SESSION_LOGIN_MAX;
	shell_init(&session->shell, &conf->telnet, observer);
	print_text(session, conf->telnet.banner);
	prompt(session);
}

void session_free(struct session *session)
{
	bytes_free(&session->line);
	shell_free(&session->shell);
}
