/* SPDX-License-Identifier: GPL-2.0-only */
/* sink: what the parts of this server share. */
#ifndef FAKESERVERS_SINK_SINK_H
#define FAKESERVERS_SINK_SINK_H

#include "conversation.h"
#include "datagram.h"
#include "labconf_first.h"
#include "rate.h"
#include "server.h"
#include "stream.h"

/* of a datagram: as much as a server that it is handed to may want */
#define SINK_LOOK_BYTES	2048

struct sink {
	struct server *server;
	const struct labconf_sink *conf;
	size_t keep_bytes;
	struct labconf_first *rules;	/* of the file, in order */
	size_t rule_count;
	struct rate firsts, summaries;	/* events */
	struct rate floods;		/* summaries of those with many packets */
	bool stopping;			/* the last summaries: as many as the tables hold */

	struct stream_listener *tcp;
	uint64_t tcp_bytes, tcp_packets;

	struct datagram_socket *udp;
	struct conversation_table *udp_table;
	uint64_t udp_conversations;

	struct other *other;		/* packets of other protocols; NULL: not allowed to see them */

	uint64_t handed;		/* conversations that went to another server */
	uint64_t not_taken;		/* there was one, but it took no more */
	uint64_t banners;
};

extern struct sink sink;

/* What is said of a conversation; NULL and 0 for what is not known. */
struct sink_facts {
	uint64_t packets, bytes;
	const uint8_t *first;
	size_t first_len;
	const char *protocol;		/* recognised */
	const char *to;			/* the server it was handed to */
	const char *why;
};

void sink_tell(const char *kind, const struct orig *orig, const struct sink_facts *facts);
bool sink_may_tell_first(void);
/* Of so many packets: those of floods have a rate of their own, a scan does not hide them. */
bool sink_may_tell_summary(uint64_t packets);

/* By the rules of the file, then by what is known.  The status as recognise.h has it. */
enum sink_sense {
	SENSE_UNKNOWN,
	SENSE_MORE,
	SENSE_KNOWN,
};

struct sensed {
	const char *protocol;		/* NULL: unknown, or not named */
	const char *to;			/* a server; NULL: none */
};

enum sink_sense sense_tcp(const uint8_t *bytes, size_t len, uint16_t port, struct sensed *sensed);
enum sink_sense sense_udp(const uint8_t *bytes, size_t len, uint16_t port, struct sensed *sensed);

/* tcp.c, udp.c, other.c */
extern const struct stream_ops sink_tcp_ops;

bool sink_udp_open(void);
void sink_udp_stop(void);
void sink_udp_free(void);

void other_open(void);
void other_stop(void);
json_t *other_totals(void);		/* NULL: nothing is seen */

#endif /* FAKESERVERS_SINK_SINK_H */
