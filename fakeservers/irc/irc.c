// SPDX-License-Identifier: GPL-2.0-only
/* A client of IRC, as its server sees it. */
#include "irc.h"

#include <string.h>
#include <strings.h>

#define LINE_MAX_LEN	1024

static const struct irc_part *param(const struct irc_message *message, unsigned int i)
{
	static const struct irc_part none = { (const uint8_t *)"", 0 };

	return i < message->count ? &message->params[i] : &none;
}

/* A guest's text becomes a name: cut, and without what would end a line of ours. */
static void take_name(char name[IRC_NAME_MAX], const struct irc_part *part)
{
	size_t i, n = 0;

	for (i = 0; i < part->len && n < IRC_NAME_MAX - 1; i++)
		if (part->text[i] > ' ' && part->text[i] != 0x7f)
			name[n++] = (char)part->text[i];
	name[n] = '\0';
}

static bool is_command(const struct irc_message *message, const char *word)
{
	return message->command.len == strlen(word) &&
	       strncasecmp((const char *)message->command.text, word, strlen(word)) == 0;
}

static void put_part(json_t *object, const char *key, const struct irc_part *part)
{
	if (part->len)
		event_put_bytes(object, key, part->text, part->len);
}

static const char *nick_of(const struct irc *irc)
{
	return irc->nick[0] ? irc->nick : "*";
}

static void welcome(struct talk *talk)
{
	struct irc *irc = talk->state;
	const char *host = talk_hostname(talk);
	json_t *object = talk_event_begin(talk, "client");

	talk_printf(talk, ":%s 001 %s :Welcome to the Internet Relay Network %s!%s@%s\r\n"
		    ":%s 002 %s :Your host is %s, running version u2.10.12\r\n"
		    ":%s 003 %s :This server was created Sat Mar 2 2013\r\n"
		    ":%s 004 %s %s u2.10.12 dioswkg biklmnopstv\r\n",
		    host, irc->nick, irc->nick, irc->user, "host", host, irc->nick, host,
		    host, irc->nick, host, irc->nick, host);
	talk_printf(talk, ":%s 422 %s :MOTD File is missing\r\n", host, irc->nick);
	event_put_bytes(object, "nick", irc->nick, strlen(irc->nick));
	event_put_bytes(object, "user", irc->user, strlen(irc->user));
	if (irc->password[0])
		event_put_bytes(object, "password", irc->password, strlen(irc->password));
	talk_event(talk, object);
}

/* NICK and USER in any order. */
static unsigned int take_nick(struct talk *talk, const struct irc_message *message)
{
	struct irc *irc = talk->state;
	char before[IRC_NAME_MAX];

	strcpy(before, irc->nick);
	if (is_command(message, "NICK"))
		take_name(irc->nick, param(message, 0));
	else
		take_name(irc->user, param(message, 0));
	if (irc->registered) {
		if (strcmp(before, irc->nick) != 0)
			talk_printf(talk, ":%s!%s@host NICK :%s\r\n", before, irc->user, irc->nick);
		return 0;
	}
	if (!irc->nick[0] || !irc->user[0])
		return 0;
	irc->registered = true;
	welcome(talk);
	return IRC_REGISTERED;
}

bool irc_is_in(const struct irc *irc, const char *channel)
{
	unsigned int i;

	for (i = 0; i < irc->channel_count; i++)
		if (strcasecmp(irc->channels[i].name, channel) == 0)
			return true;
	return false;
}

static bool has_key(const struct irc_rules *rules, const char *channel,
		    const struct irc_part *key)
{
	if (!rules || !rules->channel || strcasecmp(rules->channel, channel) != 0 || !rules->key)
		return true;
	return key->len == strlen(rules->key) && memcmp(key->text, rules->key, key->len) == 0;
}

static bool join(struct talk *talk, const struct irc_rules *rules, const struct irc_part *name,
		 const struct irc_part *key)
{
	const char *host = talk_hostname(talk);
	struct irc *irc = talk->state;
	char channel[IRC_NAME_MAX];
	json_t *object;
	bool allowed;

	take_name(channel, name);
	if (!channel[0] || irc_is_in(irc, channel))
		return false;
	allowed = has_key(rules, channel, key);
	object = talk_event_begin(talk, "join");
	event_put_bytes(object, "channel", name->text, name->len);
	put_part(object, "key", key);
	event_put_bool(object, "success", allowed);
	talk_event(talk, object);
	if (!allowed) {
		talk_printf(talk, ":%s 475 %s %s :Cannot join channel (+k)\r\n", host, irc->nick,
			    channel);
		return false;
	}
	if (irc->channel_count == IRC_CHANNELS_MAX) {
		talk_printf(talk, ":%s 405 %s %s :You have joined too many channels\r\n", host,
			    irc->nick, channel);
		return false;
	}
	strcpy(irc->channels[irc->channel_count++].name, channel);
	talk_printf(talk, ":%s!%s@host JOIN :%s\r\n:%s 353 %s = %s :%s @root\r\n"
		    ":%s 366 %s %s :End of /NAMES list.\r\n", irc->nick, irc->user, channel,
		    host, irc->nick, channel, irc->nick, host, irc->nick, channel);
	return true;
}

/* The next of a list with commas. */
static struct irc_part take_item(struct irc_part *list)
{
	const uint8_t *comma = list->len ? memchr(list->text, ',', list->len) : NULL;
	struct irc_part item = { list->text, comma ? (size_t)(comma - list->text) : list->len };

	list->text += item.len + (comma != NULL);
	list->len -= item.len + (comma != NULL);
	return item;
}

static unsigned int take_join(struct talk *talk, const struct irc_rules *rules,
			      const struct irc_message *message)
{
	struct irc_part names = *param(message, 0), keys = *param(message, 1), name, key;
	unsigned int what = 0, i;

	for (i = 0; names.len && i < IRC_CHANNELS_MAX; i++) {
		name = take_item(&names);
		key = take_item(&keys);
		if (join(talk, rules, &name, &key))
			what = IRC_JOINED;
	}
	return what;
}

static void take_text(struct talk *talk, const struct irc_message *message)
{
	json_t *object = talk_event_begin(talk, "message");

	put_part(object, "target", param(message, 0));
	put_part(object, "text", param(message, 1));
	talk_event(talk, object);
}

static void part(struct talk *talk, const struct irc_message *message)
{
	struct irc *irc = talk->state;
	char channel[IRC_NAME_MAX];
	unsigned int i;

	take_name(channel, param(message, 0));
	for (i = 0; i < irc->channel_count; i++) {
		if (strcasecmp(irc->channels[i].name, channel) != 0)
			continue;
		irc->channels[i] = irc->channels[--irc->channel_count];
		talk_printf(talk, ":%s!%s@host PART %s\r\n", irc->nick, irc->user, channel);
		return;
	}
}

/* Questions with short answers. */
static void take_question(struct talk *talk, const struct irc_message *message)
{
	const char *host = talk_hostname(talk);
	struct irc *irc = talk->state;
	char name[IRC_NAME_MAX];

	take_name(name, param(message, 0));
	if (is_command(message, "MODE"))
		talk_printf(talk, name[0] == '#' ? ":%s 324 %s %s +nt\r\n" : ":%s 221 %s +i%.0s\r\n",
			    host, nick_of(irc), name);
	else if (is_command(message, "WHO"))
		talk_printf(talk, ":%s 315 %s %s :End of /WHO list.\r\n", host, nick_of(irc), name);
	else if (is_command(message, "WHOIS"))
		talk_printf(talk, ":%s 318 %s %s :End of /WHOIS list.\r\n", host, nick_of(irc), name);
	else if (is_command(message, "NAMES"))
		talk_printf(talk, ":%s 366 %s %s :End of /NAMES list.\r\n", host, nick_of(irc), name);
	else if (is_command(message, "LIST"))
		talk_printf(talk, ":%s 323 %s :End of /LIST\r\n", host, nick_of(irc));
	else if (is_command(message, "TOPIC"))
		talk_printf(talk, ":%s 331 %s %s :No topic is set\r\n", host, nick_of(irc), name);
	else if (is_command(message, "USERHOST"))
		talk_printf(talk, ":%s 302 %s :%s=+%s@host\r\n", host, nick_of(irc), nick_of(irc),
			    irc->user);
	else if (is_command(message, "CAP") && strcasecmp(name, "LS") == 0)
		talk_printf(talk, ":%s CAP * LS :\r\n", host);
	else if (!is_command(message, "CAP") && !is_command(message, "AWAY"))
		talk_printf(talk, ":%s 421 %s %.*s :Unknown command\r\n", host, nick_of(irc),
			    message->command.len < 32 ? (int)message->command.len : 32,
			    (const char *)message->command.text);
}

/* Not a "command": those are what a C&C gives. */
static void tell_line(struct talk *talk, const uint8_t *line, size_t len)
{
	json_t *object = talk_event_begin(talk, "line");

	event_put_bytes(object, "line", line, len);
	talk_event(talk, object);
}

unsigned int irc_line(struct talk *talk, const struct irc_rules *rules, const uint8_t *line,
		      size_t len)
{
	struct irc *irc = talk->state;
	struct irc_message message;
	const struct irc_part *first;

	if (!irc_parse(line, len, &message))
		return 0;
	first = param(&message, 0);
	if (is_command(&message, "PING")) {
		talk_printf(talk, ":%s PONG %s :%.*s\r\n", talk_hostname(talk), talk_hostname(talk),
			    first->len < 256 ? (int)first->len : 256, (const char *)first->text);
		return IRC_ALIVE;
	}
	if (is_command(&message, "PONG"))
		return IRC_ALIVE;
	if (is_command(&message, "PRIVMSG") || is_command(&message, "NOTICE")) {
		take_text(talk, &message);
		return 0;
	}
	tell_line(talk, line, len);
	if (is_command(&message, "NICK") || is_command(&message, "USER"))
		return take_nick(talk, &message);
	if (is_command(&message, "PASS")) {
		take_name(irc->password, first);
	} else if (is_command(&message, "QUIT")) {
		talk_printf(talk, "ERROR :Closing Link: %s\r\n", nick_of(irc));
		talk_finish(talk, "quit");
	} else if (!irc->registered && !is_command(&message, "CAP")) {
		talk_printf(talk, ":%s 451 * :You have not registered\r\n", talk_hostname(talk));
	} else if (is_command(&message, "JOIN")) {
		return take_join(talk, rules, &message);
	} else if (is_command(&message, "PART")) {
		part(talk, &message);
	} else {
		take_question(talk, &message);
	}
	return 0;
}

static void on_open(struct talk *talk)
{
	if (talk_banner(talk, NULL))
		talk_printf(talk, ":%s NOTICE AUTH :%s\r\n", talk_hostname(talk),
			    talk_banner(talk, NULL));
}

static void on_line(struct talk *talk, const uint8_t *line, size_t len)
{
	irc_line(talk, NULL, line, len);
}

const struct service irc_service = {
	.name = "irc",
	.transports = TALK_TCP,
	.state_size = sizeof(struct irc),
	.idle_timeout = 600,
	.line_max = LINE_MAX_LEN,
	.open = on_open,
	.line = on_line,
};
