/* SPDX-License-Identifier: GPL-2.0-only */
/* attack_json: an attack's figures as members of the report. */
#ifndef SINKCTL_REPORT_ATTACK_JSON_H
#define SINKCTL_REPORT_ATTACK_JSON_H

#include <jansson.h>

#include "attack.h"
#include "observe.h"

json_t *attack_varied_json(unsigned int varied);	/* ["source port", …] */
json_t *attack_samples_json(const struct attack_traffic *traffic);	/* the first two, as hex */
/* The lines of the series that the packets are in (a bit each), added up: {"start", "step", "rates"} */
json_t *attack_curve_json(const struct observe_target *observed, unsigned int parts);
/* Packets, bytes, rates, and how many of what. */
void attack_set_numbers(json_t *attack, const struct attack_traffic *traffic,
			const struct attack_verdict *verdict);

#endif /* SINKCTL_REPORT_ATTACK_JSON_H */
