/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * session: a login and a shell on a terminal.  Takes and gives text as the
 * terminal does (telnet's own bytes are wire's affair); knows no sockets.
 *
 * As on a device: what is typed is echoed, a password is not; a carriage
 * return, a line feed or both end a line; NULs mean nothing; a third wrong login
 * ends the connection.
 */
#ifndef FAKESERVERS_TELNET_SESSION_H
#define FAKESERVERS_TELNET_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "labconf.h"
#include "login.h"
#include "shell.h"
#include "words.h"

#define SESSION_MAX_ATTEMPTS	3	/* as BusyBox's login */
#define SESSION_MAX_EMPTY	10	/* empty user names, as BusyBox's login */
#define SESSION_LOGIN_MAX	256	/* bytes of a user name, or of a password */
#define SESSION_LINE_MAX	WORDS_LINE_MAX

struct session_ops {
	/* text for the terminal */
	void (*print)(void *data, const uint8_t *text, size_t len);
	void (*login)(void *data, const struct login *login);
	/* a line that was typed into the shell, NULs and all; cut: it was longer */
	void (*command)(void *data, const uint8_t *line, size_t len, bool cut);
	/* the session is over; nothing follows */
	void (*end)(void *data, const char *why);
};

enum session_state {
	SESSION_USERNAME,
	SESSION_PASSWORD,
	SESSION_SHELL,
	SESSION_ENDED,
};

struct session {
	const struct labconf_server *conf;
	const struct session_ops *ops;
	void *data;
	enum session_state state;
	bool echo;
	bool after_cr;			/* a line feed now belongs to the end of line before */
	unsigned int attempts, empty;
	struct bytes line;		/* being typed */
	uint8_t username[SESSION_LOGIN_MAX];
	size_t username_len;
	bool username_cut;
	struct shell shell;
};

/* conf, ops: outlive the session.  Prints the banner and the first prompt. */
void session_start(struct session *session, const struct labconf_server *conf,
		   const struct session_ops *ops, void *data, const struct observer *observer);
void session_type(struct session *session, const uint8_t *text, size_t len);
void session_free(struct session *session);

#endif /* FAKESERVERS_TELNET_SESSION_H */
