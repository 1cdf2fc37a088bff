// SPDX-License-Identifier: GPL-2.0-only
/* Conversations over UDP. */
#include <stdlib.h>
#include <string.h>

#include "carrier.h"
#include "datagram.h"

#define SNAP		65535
#define BUFFER		(1 << 20)
#define SETS		256	/* of peers that have a state */
#define WAYS		4

/* What carries one datagram. */
struct letter {
	struct carrying *carrying;
	struct datagram_socket *socket;
	const struct datagram *datagram;
};

struct peer {
	struct talk talk;
	struct orig orig;
	struct in6_addr addr;
	uint16_t port;
	double active;
};

static struct peer *peers[SETS][WAYS];

static bool on_send(struct talk *talk, const void *bytes, size_t len)
{
	struct letter *letter = talk->carried;

	return letter && datagram_reply(letter->socket, letter->datagram, bytes, len);
}

static void on_event(struct talk *talk, const char *type, json_t *object)
{
	struct letter *letter = talk->carried;

	carry_event(letter->carrying, talk, type, object);
}

static void on_finish(struct talk *talk, const char *why)
{
}

static void on_timer_wanted(struct talk *talk, double seconds)
{
}

static const struct carrier carrier = {
	.send = on_send,
	.finish = on_finish,
	.timer = on_timer_wanted,
	.event = on_event,
};

static void init_talk(struct talk *talk, struct letter *letter)
{
	carry_init(letter->carrying, talk, &carrier);
	talk->carried = letter;
	talk->udp = true;
}

static void end_peer(struct letter *letter, struct peer **place, const char *why)
{
	struct peer *peer = *place;

	*place = NULL;
	peer->talk.carried = letter;
	talk_close(&peer->talk, why);
	free(peer->talk.state);
	free(peer);
}

static struct peer **choose(struct letter *letter, const struct in6_addr *addr, uint16_t port,
			    double now)
{
	const struct service *service = letter->carrying->service;
	unsigned int hash = port, i;
	struct peer **set, **best = NULL;

	for (i = 0; i < sizeof(addr->s6_addr); i++)
		hash = hash * 31 + addr->s6_addr[i];
	set = peers[hash % SETS];
	for (i = 0; i < WAYS; i++) {
		if (set[i] && now - set[i]->active > service->idle_timeout)
			end_peer(letter, &set[i], "timeout");
		if (set[i] && set[i]->port == port && addr_equal(&set[i]->addr, addr))
			return &set[i];
	}
	for (i = 0; i < WAYS; i++)
		if (!best || (*best && (!set[i] || set[i]->active < (*best)->active)))
			best = &set[i];
	if (*best)
		end_peer(letter, best, "evicted");
	return best;
}

static struct peer *new_peer(struct letter *letter, const struct in6_addr *addr, uint16_t port)
{
	struct peer *peer = calloc(1, sizeof(*peer));

	if (!peer)
		return NULL;
	init_talk(&peer->talk, letter);
	peer->addr = *addr;
	peer->port = port;
	peer->talk.orig = &peer->orig;
	peer->talk.state = calloc(1, letter->carrying->service->state_size + 1);
	if (peer->talk.state)
		return peer;
	free(peer);
	return NULL;
}

static void take_of_peer(struct letter *letter, const struct orig *orig)
{
	const struct datagram *datagram = letter->datagram;
	struct in6_addr addr = addr_from_socket(&datagram->peer);
	uint16_t port = addr_socket_port(&datagram->peer);
	double now = ev_now(letter->carrying->server->loop);
	struct peer **place = choose(letter, &addr, port, now);

	if (!*place)
		*place = new_peer(letter, &addr, port);
	if (!*place)
		return;
	(*place)->orig = *orig;
	(*place)->active = now;
	(*place)->talk.carried = letter;
	talk_datagram(&(*place)->talk, datagram->bytes, datagram->len);
	if ((*place)->talk.finished)
		end_peer(letter, place, "finished");
	else
		(*place)->talk.carried = NULL;
}

/* Two services that answer everything, told of each other, would never end. */
static bool may_loop(uint16_t port)
{
	static const uint16_t ports[] = { 0, 7, 13, 17, 19, 37 };
	size_t i;

	for (i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		if (ports[i] == port)
			return true;
	return false;
}

static void on_datagram(struct datagram_socket *socket, const struct datagram *datagram)
{
	struct carrying *carrying = socket->data;
	struct letter letter = { carrying, socket, datagram };
	struct talk talk = {};
	struct orig orig;

	if (may_loop(addr_socket_port(&datagram->peer))) {
		carrying->unanswered++;
		return;
	}
	datagram_orig(datagram, &orig);
	if (carrying->service->peer_state && !carrying->service->guarded) {
		take_of_peer(&letter, &orig);
		return;
	}
	init_talk(&talk, &letter);
	talk.orig = &orig;
	/* the interlock: each answer is to a datagram that the module confirms now */
	if (carrying->service->guarded && !orig.contained) {
		carry_refuse(carrying, &talk);
		return;
	}
	talk_datagram(&talk, datagram->bytes, datagram->len);
}

bool carry_udp(struct carrying *carrying)
{
	return datagram_open(carrying->server, carrying->server->section->port, SNAP, BUFFER,
			     on_datagram, carrying);
}

void carry_udp_end(struct carrying *carrying)
{
	struct letter letter = { .carrying = carrying };
	unsigned int i;

	for (i = 0; i < SETS * WAYS; i++)
		if (peers[i / WAYS][i % WAYS])
			end_peer(&letter, &peers[i / WAYS][i % WAYS], "exit");
}
