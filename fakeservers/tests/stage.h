/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stage: a service's conversation without sockets, for unit tests and fuzz
 * targets: what it says and what it tells is kept.
 */
#ifndef FAKESERVERS_TESTS_STAGE_H
#define FAKESERVERS_TESTS_STAGE_H

#include <stdlib.h>
#include <string.h>

#include "event.h"
#include "talk.h"

#define STAGE_OUT_MAX	(8U << 20)
#define STAGE_DATA_PORT	30000

struct stage {
	struct talk talk;
	struct orig orig;
	struct bytes out, data_out;
	json_t *events;			/* [type, object] of each */
	double timer;
	const char *finished;		/* why */
	bool data;			/* a data connection is there */
	bool refuses;			/* nothing goes out: the guest is not contained */
};

static struct stage *stage_of(const struct talk *talk)
{
	return talk->carried;
}

static bool stage_send(struct talk *talk, const void *bytes, size_t len)
{
	struct stage *stage = stage_of(talk);

	if (stage->refuses)
		return false;
	bytes_put(&stage->out, bytes, len);
	return !stage->out.cut;
}

static void stage_finish(struct talk *talk, const char *why)
{
	stage_of(talk)->finished = why;
}

static void stage_timer(struct talk *talk, double seconds)
{
	stage_of(talk)->timer = seconds;
}

static bool stage_secure(struct talk *talk)
{
	return true;
}

static void stage_event(struct talk *talk, const char *type, json_t *object)
{
	json_array_append_new(stage_of(talk)->events, json_pack("[s,o]", type, object));
}

static uint16_t stage_data_port(struct talk *talk)
{
	return STAGE_DATA_PORT;
}

static bool stage_data_send(struct talk *talk, const void *bytes, size_t len)
{
	struct stage *stage = stage_of(talk);

	if (!stage->data)
		return false;
	bytes_put(&stage->data_out, bytes, len);
	return !stage->data_out.cut;
}

static void stage_data_finish(struct talk *talk)
{
	stage_of(talk)->data = false;
}

static const struct carrier stage_carrier = {
	.send = stage_send,
	.finish = stage_finish,
	.timer = stage_timer,
	.secure = stage_secure,
	.event = stage_event,
	.data_port = stage_data_port,
	.data_send = stage_data_send,
	.data_finish = stage_data_finish,
};

static inline void stage_begin(struct stage *stage, const struct service *service,
			       const struct labconf_server *conf, struct store *store)
{
	memset(stage, 0, sizeof(*stage));
	stage->out.max = stage->data_out.max = STAGE_OUT_MAX;
	stage->events = json_array();
	stage->orig.guest_addr = addr_from_v4((struct in_addr){ htonl(0xc0a80164) });
	stage->orig.dest_addr = addr_from_v4((struct in_addr){ htonl(0x0b162c37) });
	talk_init(&stage->talk, service, &stage_carrier, conf);
	stage->talk.carried = stage;
	stage->talk.store = store;
	stage->talk.orig = &stage->orig;
	stage->talk.session = 1;
	stage->talk.state = calloc(1, service->state_size + 1);
	if (!stage->talk.state)
		abort();
}

static inline void stage_end(struct stage *stage)
{
	talk_close(&stage->talk, "closed");
	free(stage->talk.state);
	bytes_free(&stage->out);
	bytes_free(&stage->data_out);
	json_decref(stage->events);
}

#endif /* FAKESERVERS_TESTS_STAGE_H */
