// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any first bytes, from buffers of exactly their size: an answer, and no "more"
 * for ever.
 */
#include <stdlib.h>
#include <string.h>

#include "recognise.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static enum recognise_status look(const uint8_t *bytes, size_t len, uint16_t port,
				  const char **protocol)
{
	uint8_t *exact = malloc(len ? len : 1);
	enum recognise_status status;

	if (!exact)
		exit(1);
	memcpy(exact, bytes, len);
	status = recognise_tcp(exact, len, port, protocol);
	free(exact);
	return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const char *protocol;
	uint16_t port;

	if (len < 2)
		return 0;
	port = (uint16_t)(bytes[0] << 8 | bytes[1]);
	bytes += 2;
	len -= 2;
	if (look(bytes, len, port, &protocol) == RECOGNISE_MORE && len >= RECOGNISE_MAX)
		abort();
	if (len)
		look(bytes, len / 2, port, &protocol);
	if (recognise_udp(bytes, len, port, &protocol) == RECOGNISE_MORE && len)
		abort();
	return 0;
}
