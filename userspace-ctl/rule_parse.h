/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rules as text: one rule's words, a rules file, and back to words.  Pure: no
 * sockets, no globals; everything wrong comes back as one line of text.
 *
 *	RULE   := [in IFNAME] [PROTO] [dst PREFIX] [dport N[-M]] [FLOOD] [capture N] ACTION
 *	PROTO  := tcp | udp | icmp | icmp6 | gre | sctp | udplite | 0..255
 *	FLOOD  := flood RATE [sample N] [deliver]
 *	ACTION := to SERVER [port N] | absorb | reject | drop | forward
 */
#ifndef SINKCTL_RULE_PARSE_H
#define SINKCTL_RULE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <linux/sinkbridge.h>

#include "addr.h"

#define RULE_TEXT_MAX	192	/* any rule in words, with the NUL */
#define RULE_ERROR_MAX	512	/* any error, with the NUL */
#define RULE_LINE_MAX	1024	/* a line of a rules file, without the newline */

struct rule {
	uint32_t	id;		/* 0: the kernel has not given one yet */
	bool		any_protocol;
	uint8_t		protocol;
	bool		has_dst;	/* otherwise any destination of either family */
	uint8_t		dst_len;	/* in the bits of dst's family */
	struct in6_addr	dst;		/* host bits zero */
	uint16_t	dport_first;	/* 0: any port */
	uint16_t	dport_last;
	char		guest_port[SINKBRIDGE_NAME_LEN];	/* "": any */
	uint8_t		action;		/* enum sinkbridge_action */
	char		server[SINKBRIDGE_NAME_LEN];		/* with ACTION_TO */
	uint16_t	server_port;	/* 0: the port is kept */
	uint32_t	flood_rate;	/* packets a second that are a flood; 0: no policy */
	uint16_t	flood_sample;	/* frames kept of a flood */
	bool		flood_deliver;	/* its packets go on to the action */
	bool		capture_limited;
	uint32_t	capture;	/* if limited: packets of a flow that a capture shows */
	/* from the kernel only */
	uint64_t	packets;
	uint64_t	bytes;
	uint64_t	flows;
};

struct rule_list {
	struct rule	*rules;
	unsigned int	*lines;		/* where each rule stands in its file */
	size_t		count;
	size_t		room;
};

/*
 * The rule in count words.  0, or -EINVAL with "what, expected …" in error.
 */
int rule_parse_words(struct rule *rule, char *const *words, size_t count,
		     char error[RULE_ERROR_MAX]);

/* The same from one line of text; '#' begins a comment.  1: the line is empty. */
int rule_parse_line(struct rule *rule, const char *line, char error[RULE_ERROR_MAX]);

/*
 * A whole rules file; name is how errors call it: "NAME:LINE: what, expected …".
 * 0 or -errno; on error the list is empty.  The caller frees the list.
 */
int rule_parse_file(struct rule_list *list, FILE *file, const char *name,
		    char error[RULE_ERROR_MAX]);
void rule_list_free(struct rule_list *list);

/* Index of the first rule whose match an earlier one has (*first), or -1; -ENOMEM. */
long rule_find_duplicate(const struct rule *rules, size_t count, size_t *first);

bool rule_match_equal(const struct rule *a, const struct rule *b);

/* The rule in canonical words; returns the length. */
size_t rule_format(const struct rule *rule, char text[RULE_TEXT_MAX]);

/* Only the words before the action; "any" if it matches everything. */
size_t rule_format_match(const struct rule *rule, char text[RULE_TEXT_MAX]);

#endif /* SINKCTL_RULE_PARSE_H */
