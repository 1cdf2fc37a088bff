// SPDX-License-Identifier: GPL-2.0-only
/* What a client speaks, and who shall answer it. */
#include "recognise.h"
#include "sink.h"
#include "taker.h"

static enum sink_sense by_rules(const uint8_t *bytes, size_t len, struct sensed *sensed)
{
	enum sink_sense best = SENSE_UNKNOWN;

	for (size_t i = 0; i < sink.rule_count; i++) {
		const struct labconf_first *rule = &sink.rules[i];

		switch (recognise_bytes(bytes, len, rule->pattern, rule->len)) {
		case RECOGNISE_YES:
			sensed->protocol = *rule->protocol ? rule->protocol : NULL;
			sensed->to = *rule->to ? rule->to : NULL;
			return SENSE_KNOWN;
		case RECOGNISE_MORE:
			best = SENSE_MORE;
			break;
		case RECOGNISE_NO:
			break;
		}
	}
	return best;
}

static void find_taker(struct sensed *sensed)
{
	if (sensed->protocol)
		sensed->to = taker_find(sink.server->conf, sensed->protocol);
}

enum sink_sense sense_tcp(const uint8_t *bytes, size_t len, uint16_t port, struct sensed *sensed)
{
	enum sink_sense ruled = by_rules(bytes, len, sensed);
	enum recognise_status status;

	if (ruled == SENSE_KNOWN)
		return SENSE_KNOWN;
	status = recognise_tcp(bytes, len, port, &sensed->protocol);
	find_taker(sensed);
	if (ruled == SENSE_MORE || status == RECOGNISE_MORE)
		return SENSE_MORE;
	return status == RECOGNISE_YES ? SENSE_KNOWN : SENSE_UNKNOWN;
}

enum sink_sense sense_udp(const uint8_t *bytes, size_t len, uint16_t port, struct sensed *sensed)
{
	if (by_rules(bytes, len, sensed) == SENSE_KNOWN)
		return SENSE_KNOWN;
	if (recognise_udp(bytes, len, port, &sensed->protocol) != RECOGNISE_YES)
		return SENSE_UNKNOWN;
	find_taker(sensed);
	return SENSE_KNOWN;
}
