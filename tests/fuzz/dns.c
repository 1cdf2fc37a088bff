// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as a DNS message, and as a TCP stream of them. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static struct zone *zone;

static void one(const uint8_t *query, size_t len)
{
	uint8_t out[DNS_ANSWER_MAX];
	char text[DNS_TEXT_MAX];
	struct dns_result result;
	size_t n = dns_answer(zone, 60, query, len, out, &result);

	if (n > sizeof(out) || (n && n < 12) || (result.ignored && n))
		abort();
	if (n && (memcmp(out, query, 2) != 0 || !(out[2] & 0x80)))
		abort();
	if (dns_name_text(text, result.name, result.name_len) > sizeof(text))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct frame frame = {};
	const uint8_t *message;
	size_t message_len;
	enum frame_status status;

	if (!zone) {
		zone = zone_new(1);
		zone_set_pool(zone, (struct in_addr){ htonl(0x64400000) }, 16);
	}
	one(bytes, len);
	while (len) {
		status = frame_take(&frame, &bytes, &len, &message, &message_len);
		if (status == FRAME_TOO_LONG)
			break;
		if (status == FRAME_COMPLETE)
			one(message, message_len);
	}
	return 0;
}
