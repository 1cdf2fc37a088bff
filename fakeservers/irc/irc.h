/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * irc: the server's side of IRC (RFC 2812): registration, channels, PING.  As a
 * service of its own, and below the C&C servers that speak it.
 */
#ifndef FAKESERVERS_IRC_IRC_H
#define FAKESERVERS_IRC_IRC_H

#include "talk.h"

#define IRC_NAME_MAX		64	/* of a nick, a user, a channel */
#define IRC_CHANNELS_MAX	16	/* of one client */
#define IRC_PARAMS_MAX		15

/* One message, taken apart.  Parts point into the line. */
struct irc_part {
	const uint8_t *text;
	size_t len;
};

struct irc_message {
	struct irc_part prefix, command;
	struct irc_part params[IRC_PARAMS_MAX];
	unsigned int count;
};

bool irc_parse(const uint8_t *line, size_t len, struct irc_message *message);

/* What a line of the client's brought about. */
enum {
	IRC_REGISTERED = 1,
	IRC_JOINED = 2,
	IRC_ALIVE = 4,			/* PONG, or PING of its own */
};

struct irc_channel {
	char name[IRC_NAME_MAX];
};

/* A client.  The first member of a talk's state. */
struct irc {
	char nick[IRC_NAME_MAX], user[IRC_NAME_MAX], password[IRC_NAME_MAX];
	bool registered;
	struct irc_channel channels[IRC_CHANNELS_MAX];
	unsigned int channel_count;
};

struct irc_rules {
	const char *channel;		/* the only one that has a key; NULL: none has */
	const char *key;
};

/* What it brought about.  rules: may be NULL. */
unsigned int irc_line(struct talk *talk, const struct irc_rules *rules, const uint8_t *line,
		      size_t len);
bool irc_is_in(const struct irc *irc, const char *channel);

#endif /* FAKESERVERS_IRC_IRC_H */
