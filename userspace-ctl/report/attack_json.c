// SPDX-License-Identifier: GPL-2.0-only
#include "attack_json.h"

#include <math.h>

json_t *attack_varied_json(unsigned int varied)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < ATTACK_VARIED; i++)
		if (varied >> i & 1)
			json_array_append_new(array, json_string(attack_varied_name(i)));
	return array;
}

json_t *attack_samples_json(const struct attack_traffic *traffic)
{
	static const char digits[] = "0123456789abcdef";
	json_t *array = json_array();

	for (size_t i = 0; i < traffic->sample_count && i < 2; i++) {
		const struct attack_sample *sample = &traffic->samples[i];
		char hex[2 * 256 + 1];
		size_t len = sample->len < 256 ? sample->len : 256;

		for (size_t j = 0; j < len; j++) {
			hex[2 * j] = digits[sample->bytes[j] >> 4];
			hex[2 * j + 1] = digits[sample->bytes[j] & 15];
		}
		json_array_append_new(array, json_stringn(hex, 2 * len));
	}
	return array;
}

json_t *attack_curve_json(const struct observe_target *observed, unsigned int parts)
{
	const struct series *series = &observed->series;
	size_t first = series->used, end = 0;
	json_t *rates = json_array();

	for (size_t i = 0; i < series->used; i++)
		for (size_t part = 0; part < OBSERVE_PARTS; part++)
			if (parts >> part & 1 && series->counts[part][i]) {
				first = i < first ? i : first;
				end = i + 1;
			}
	for (size_t i = first; i < end; i++) {
		uint64_t count = 0;

		for (size_t part = 0; part < OBSERVE_PARTS; part++)
			if (parts >> part & 1)
				count += series->counts[part][i];
		json_array_append_new(rates, json_real(round(count / series->step * 10) / 10));
	}
	return json_pack("{s:f, s:f, s:o}", "start", series->start + first * series->step,
			 "step", series->step, "rates", rates);
}

void attack_set_numbers(json_t *attack, const struct attack_traffic *traffic,
			const struct attack_verdict *verdict)
{
	double seconds = traffic->seconds > 0.001 ? traffic->seconds : 0.001;
	int64_t packets = traffic->packets * verdict->share / 100;

	json_object_set_new(attack, "packets", json_integer(packets));
	json_object_set_new(attack, "bytes", json_integer(traffic->bytes * verdict->share / 100));
	json_object_set_new(attack, "seconds", json_real(round(seconds * 1000) / 1000));
	json_object_set_new(attack, "rate", json_real(round(packets / seconds * 10) / 10));
	json_object_set_new(attack, "peak", json_integer((uint64_t)traffic->peak * verdict->share / 100));
	json_object_set_new(attack, "sources", json_integer(traffic->sources));
	json_object_set_new(attack, "destinations", json_integer(traffic->destinations));
	json_object_set_new(attack, "src_ports", json_integer(traffic->src_ports));
	json_object_set_new(attack, "dest_ports", json_integer(traffic->dest_ports));
	json_object_set_new(attack, "src_port", json_integer(traffic->src_port));
	json_object_set_new(attack, "dest_port", json_integer(traffic->dest_port));
	json_object_set_new(attack, "length_min", json_integer(traffic->length_min));
	json_object_set_new(attack, "length_max", json_integer(traffic->length_max));
}
