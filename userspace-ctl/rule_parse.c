// SPDX-License-Identifier: GPL-2.0-only
/* One rule: from words, and back to words. */
#include "rule_parse.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <string.h>

#include "number.h"

#define WORDS_MAX 16	/* the longest rule has as many */

static int bad(char error[RULE_ERROR_MAX], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int bad(char error[RULE_ERROR_MAX], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, RULE_ERROR_MAX, format, args);
	va_end(args);
	return -EINVAL;
}

/* What a parse has seen so far, for "each once". */
struct parse {
	struct rule	*rule;
	char		*error;
	char		*const *words;
	size_t		count;
	size_t		at;
	bool		has_in, has_dst, has_dport, has_flood, has_action;
};

static const char *next_word(struct parse *p)
{
	return p->at < p->count ? p->words[p->at++] : NULL;
}

static int parse_in(struct parse *p)
{
	const char *name = next_word(p);
	char q[QUOTE_MAX];

	if (p->has_in)
		return bad(p->error, "'in' twice, expected it once");
	if (!name)
		return bad(p->error, "nothing after 'in', expected an interface name");
	if (!ifname_valid(name))
		return bad(p->error, "in %s, expected an interface name of 1 to 15 characters",
			   quote(name, q));
	strcpy(p->rule->guest_port, name);
	p->has_in = true;
	return 0;
}

#define DST_EXPECTED "an address or a prefix as 192.0.2.0/24 or 2001:db8::/32"

static int parse_dst(struct parse *p)
{
	const char *word = next_word(p);
	char text[ADDR_TEXT_MAX + 4], room[ADDR_TEXT_MAX], q[QUOTE_MAX];
	struct rule *rule = p->rule;
	uint64_t len;
	char *slash;

	if (p->has_dst)
		return bad(p->error, "'dst' twice, expected it once");
	if (!word)
		return bad(p->error, "nothing after 'dst', expected " DST_EXPECTED);
	if (strlen(word) >= sizeof(text))
		return bad(p->error, "dst %s, expected " DST_EXPECTED, quote(word, q));
	strcpy(text, word);
	slash = strchr(text, '/');
	if (slash)
		*slash = '\0';
	if (!addr_parse(text, &rule->dst))
		return bad(p->error, "dst %s, expected " DST_EXPECTED, quote(word, q));
	len = addr_bits(&rule->dst);
	if (slash && !number_parse(slash + 1, 0, len, &len))
		return bad(p->error, "dst %s, expected a prefix length from 0 to %u",
			   quote(word, q), addr_bits(&rule->dst));
	if (addr_mask(&rule->dst, len))
		return bad(p->error, "dst %s has host bits set, expected %s/%u", quote(word, q),
			   addr_text(&rule->dst, room), (unsigned int)len);
	rule->dst_len = len;
	rule->has_dst = p->has_dst = true;
	return 0;
}

static int parse_dport(struct parse *p)
{
	const char *word = next_word(p);
	uint64_t first, last;
	char text[12], q[QUOTE_MAX];
	char *dash;

	if (p->has_dport)
		return bad(p->error, "'dport' twice, expected it once");
	if (!word)
		return bad(p->error, "nothing after 'dport', expected a port or a range as 1-1023");
	if (strlen(word) >= sizeof(text))
		goto wrong;
	strcpy(text, word);
	dash = strchr(text, '-');
	if (dash)
		*dash = '\0';
	if (!number_parse(text, 1, 65535, &first))
		goto wrong;
	last = first;
	if (dash && !number_parse(dash + 1, 1, 65535, &last))
		goto wrong;
	if (last < first)
		return bad(p->error, "dport %s is a reversed range, expected %u-%u", quote(word, q),
			   (unsigned int)last, (unsigned int)first);
	p->rule->dport_first = first;
	p->rule->dport_last = last;
	p->has_dport = true;
	return 0;
wrong:
	return bad(p->error, "dport %s, expected a port from 1 to 65535, or a range as 1-1023",
		   quote(word, q));
}

static bool take_word(struct parse *p, const char *word)
{
	if (p->at == p->count || strcmp(p->words[p->at], word))
		return false;
	p->at++;
	return true;
}

static int parse_flood(struct parse *p)
{
	const char *word = next_word(p);
	struct rule *rule = p->rule;
	uint64_t number;
	char q[QUOTE_MAX];

	if (p->has_flood)
		return bad(p->error, "'flood' twice, expected it once");
	p->has_flood = true;
	if (!word)
		return bad(p->error, "nothing after 'flood', expected a number of packets a second");
	if (!number_parse(word, 1, UINT32_MAX, &number))
		return bad(p->error, "flood %s, expected a number of packets a second from 1 on",
			   quote(word, q));
	rule->flood_rate = number;
	rule->flood_sample = SINKBRIDGE_DEF_FLOOD_SAMPLE;
	if (take_word(p, "sample")) {
		word = next_word(p);
		if (!word)
			return bad(p->error, "nothing after 'sample', expected a number of frames");
		if (!number_parse(word, 0, SINKBRIDGE_MAX_FLOOD_SAMPLE, &number))
			return bad(p->error, "sample %s, expected a number of frames from 0 to %d",
				   quote(word, q), SINKBRIDGE_MAX_FLOOD_SAMPLE);
		rule->flood_sample = number;
	}
	rule->flood_deliver = take_word(p, "deliver");
	return 0;
}

static int parse_capture(struct parse *p)
{
	const char *word = next_word(p);
	uint64_t number;
	char q[QUOTE_MAX];

	if (p->rule->capture_limited)
		return bad(p->error, "'capture' twice, expected it once");
	if (!word)
		return bad(p->error, "nothing after 'capture', expected a number of packets");
	if (!number_parse(word, 0, UINT32_MAX - 1, &number))
		return bad(p->error, "capture %s, expected a number of packets of a flow",
			   quote(word, q));
	p->rule->capture_limited = true;
	p->rule->capture = number;
	return 0;
}

static int parse_to(struct parse *p)
{
	const char *name = next_word(p);
	const char *word;
	uint64_t port;
	char q[QUOTE_MAX];

	if (!name)
		return bad(p->error, "nothing after 'to', expected the name of a server");
	if (!server_name_valid(name))
		return bad(p->error, "to %s, expected a server name: 1 to 15 of a-z 0-9 _ -, a letter first",
			   quote(name, q));
	strcpy(p->rule->server, name);
	p->rule->action = SINKBRIDGE_ACTION_TO;
	if (!take_word(p, "port"))
		return 0;
	word = next_word(p);
	if (!word)
		return bad(p->error, "nothing after 'port', expected a port from 1 to 65535");
	if (!number_parse(word, 1, 65535, &port))
		return bad(p->error, "port %s, expected a port from 1 to 65535", quote(word, q));
	p->rule->server_port = port;
	return 0;
}

static int parse_word(struct parse *p, const char *word)
{
	struct rule *rule = p->rule;
	uint8_t protocol;
	char q[QUOTE_MAX];

	if (!strcmp(word, "in"))
		return parse_in(p);
	if (!strcmp(word, "dst"))
		return parse_dst(p);
	if (!strcmp(word, "dport"))
		return parse_dport(p);
	if (!strcmp(word, "flood"))
		return parse_flood(p);
	if (!strcmp(word, "capture"))
		return parse_capture(p);
	if (protocol_parse(word, &protocol)) {
		if (!rule->any_protocol)
			return bad(p->error, "%s is a second protocol, expected one at most",
				   quote(word, q));
		rule->any_protocol = false;
		rule->protocol = protocol;
		return 0;
	}
	p->has_action = true;
	if (!strcmp(word, "to"))
		return parse_to(p);
	if (!strcmp(word, "absorb"))
		rule->action = SINKBRIDGE_ACTION_ABSORB;
	else if (!strcmp(word, "reject"))
		rule->action = SINKBRIDGE_ACTION_REJECT;
	else if (!strcmp(word, "drop"))
		rule->action = SINKBRIDGE_ACTION_DROP;
	else if (!strcmp(word, "forward"))
		rule->action = SINKBRIDGE_ACTION_FORWARD;
	else
		return bad(p->error, "unknown word %s, expected %sin, dst, dport, flood, capture, to, absorb, "
			   "reject, drop or forward",
			   quote(word, q),
			   rule->any_protocol ?
			   PROTOCOL_WORDS ", a protocol number from 0 to 255, " : "");
	return 0;
}

static bool has_ports(const struct rule *rule)
{
	return !rule->any_protocol &&
	       (rule->protocol == IPPROTO_TCP || rule->protocol == IPPROTO_UDP ||
		rule->protocol == IPPROTO_UDPLITE || rule->protocol == IPPROTO_SCTP);
}

int rule_parse_words(struct rule *rule, char *const *words, size_t count,
		     char error[RULE_ERROR_MAX])
{
	struct parse p = { .rule = rule, .error = error, .words = words, .count = count };
	char q[QUOTE_MAX];

	memset(rule, 0, sizeof(*rule));
	rule->any_protocol = true;
	*error = '\0';
	while (p.at < count && !p.has_action) {
		int err = parse_word(&p, next_word(&p));

		if (err)
			return err;
	}
	if (!p.has_action)
		return bad(error, "no action, expected to SERVER, absorb, reject, drop or forward");
	if (p.at < count)
		return bad(error, "%s after the action, expected %s", quote(words[p.at], q),
			   rule->action == SINKBRIDGE_ACTION_TO && !rule->server_port ?
			   "port N or the end of the rule" : "the end of the rule");
	if (p.has_flood && (rule->action == SINKBRIDGE_ACTION_REJECT ||
			    rule->action == SINKBRIDGE_ACTION_FORWARD))
		return bad(error, "flood with %s, expected to SERVER, absorb or drop",
			   rule->action == SINKBRIDGE_ACTION_REJECT ? "reject" : "forward");
	if (p.has_dport && !has_ports(rule))
		return bad(error, "dport without tcp, udp, udplite or sctp, expected one of them");
	if (rule->server_port && !rule->any_protocol && !has_ports(rule))
		return bad(error, "a server port for a protocol without ports, expected tcp, udp, "
			   "udplite or sctp");
	return 0;
}

int rule_parse_line(struct rule *rule, const char *line, char error[RULE_ERROR_MAX])
{
	char *words[WORDS_MAX];
	char copy[RULE_LINE_MAX + 1];
	size_t count = 0;
	char *save, *word;

	if (strlen(line) > RULE_LINE_MAX)
		return bad(error, "line too long, expected at most %d bytes", RULE_LINE_MAX);
	strcpy(copy, line);
	for (word = strtok_r(copy, " \t\r\n", &save); word && *word != '#';
	     word = strtok_r(NULL, " \t\r\n", &save)) {
		if (count == WORDS_MAX)
			return bad(error, "more than %d words, expected one rule a line", WORDS_MAX);
		words[count++] = word;
	}
	if (!count) {
		*error = '\0';
		return 1;
	}
	return rule_parse_words(rule, words, count, error);
}

/* A fixed order of fields; a name or prefix always fits: the room is for the longest of all. */
size_t rule_format_match(const struct rule *rule, char text[RULE_TEXT_MAX])
{
	const char *protocol = protocol_word(rule->protocol);
	char addr[ADDR_TEXT_MAX];
	size_t at = 0;

	*text = '\0';
	if (*rule->guest_port)
		at += sprintf(text + at, "in %.15s ", rule->guest_port);
	if (rule->any_protocol)
		;
	else if (protocol)
		at += sprintf(text + at, "%s ", protocol);
	else
		at += sprintf(text + at, "%u ", rule->protocol);
	if (rule->has_dst) {
		at += sprintf(text + at, "dst %s", addr_text(&rule->dst, addr));
		if (rule->dst_len < addr_bits(&rule->dst))
			at += sprintf(text + at, "/%u", rule->dst_len);
		text[at++] = ' ';
	}
	if (rule->dport_first) {
		at += sprintf(text + at, "dport %u", rule->dport_first);
		if (rule->dport_last != rule->dport_first)
			at += sprintf(text + at, "-%u", rule->dport_last);
		text[at++] = ' ';
	}
	if (!at)
		return sprintf(text, "any");
	text[--at] = '\0';
	return at;
}

static size_t format_flood(const struct rule *rule, char *text)
{
	size_t at;

	if (!rule->flood_rate)
		return 0;
	at = sprintf(text, "flood %u ", rule->flood_rate);
	if (rule->flood_sample != SINKBRIDGE_DEF_FLOOD_SAMPLE)
		at += sprintf(text + at, "sample %u ", rule->flood_sample);
	if (rule->flood_deliver)
		at += sprintf(text + at, "deliver ");
	return at;
}

size_t rule_format(const struct rule *rule, char text[RULE_TEXT_MAX])
{
	size_t at = rule_format_match(rule, text);

	if (!strcmp(text, "any"))	/* matching everything has no word of its own */
		at = 0;
	else
		text[at++] = ' ';
	at += format_flood(rule, text + at);
	if (rule->capture_limited)
		at += sprintf(text + at, "capture %u ", rule->capture);
	switch (rule->action) {
	case SINKBRIDGE_ACTION_TO:
		at += sprintf(text + at, "to %.15s", rule->server);
		if (rule->server_port)
			at += sprintf(text + at, " port %u", rule->server_port);
		return at;
	case SINKBRIDGE_ACTION_ABSORB:
		return at + sprintf(text + at, "absorb");
	case SINKBRIDGE_ACTION_REJECT:
		return at + sprintf(text + at, "reject");
	case SINKBRIDGE_ACTION_DROP:
		return at + sprintf(text + at, "drop");
	case SINKBRIDGE_ACTION_FORWARD:
		return at + sprintf(text + at, "forward");
	}
	return at + sprintf(text + at, "action-%u", rule->action);
}

bool rule_match_equal(const struct rule *a, const struct rule *b)
{
	return a->any_protocol == b->any_protocol &&
	       (a->any_protocol || a->protocol == b->protocol) &&
	       a->has_dst == b->has_dst && a->dst_len == b->dst_len &&
	       addr_equal(&a->dst, &b->dst) &&
	       a->dport_first == b->dport_first && a->dport_last == b->dport_last &&
	       !strcmp(a->guest_port, b->guest_port);
}
