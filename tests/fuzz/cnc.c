// SPDX-License-Identifier: GPL-2.0-only
/*
 * The C&C's wire: what decodes is encoded again to the same bytes, and what a
 * bot said does not depend on how it was cut.
 */
#include <stdlib.h>
#include <string.h>

#include "mirai.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_decode(const uint8_t *data, size_t size)
{
	struct mirai_command command;
	uint8_t bytes[MIRAI_COMMAND_MAX];
	ssize_t len = mirai_decode(data, size, &command);

	if (len < MIRAI_COMMAND_MIN)
		return;
	if (mirai_encode(&command, bytes, sizeof(bytes)) != (size_t)len ||
	    memcmp(bytes, data, len) != 0)
		abort();
}

struct heard {
	size_t registered, keepalives, unknown_at;
	struct mirai_bot bot;
};

static void hear(struct heard *heard, const uint8_t *data, size_t size, size_t step)
{
	uint8_t raw[5 + MIRAI_ID_MAX];
	size_t at = 0, used;

	memset(heard, 0, sizeof(*heard));
	while (at < size) {
		size_t n = step < size - at ? step : size - at;
		enum mirai_input input = mirai_receive(&heard->bot, data + at, n, &used);

		if (used > n)
			abort();
		at += used;
		heard->registered += input == MIRAI_REGISTERED;
		heard->keepalives += input == MIRAI_KEEPALIVE;
		if (input == MIRAI_UNKNOWN) {
			heard->unknown_at = at + 1;
			break;
		}
	}
	if (mirai_unfinished(&heard->bot, raw, sizeof(raw)) > sizeof(raw))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct heard whole, bytes;

	try_decode(data, size);
	hear(&whole, data, size, SIZE_MAX);
	hear(&bytes, data, size, 1);
	if (memcmp(&whole, &bytes, sizeof(whole)) != 0)
		abort();
	return 0;
}
