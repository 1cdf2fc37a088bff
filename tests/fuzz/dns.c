// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as a DNS message, and as a TCP stream of them. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static struct dns dns = { .ttl = 60, .make_up = true };

/* The short way and the long one say the same. */
static void compare(const uint8_t *query, size_t len, bool is_udp, const uint8_t *out, size_t n)
{
	uint8_t whole[DNS_ANSWER_MAX];
	struct dns_result result;

	if (dns_answer_whole(&dns, is_udp, query, len, whole, &result) != n ||
	    memcmp(whole, out, n) != 0)
		abort();
	dns_result_free(&result);
}

static void one(const uint8_t *query, size_t len)
{
	static bool is_udp;
	uint8_t out[DNS_ANSWER_MAX];
	char text[DNS_TEXT_MAX];
	struct dns_result result;
	size_t n = dns_answer(&dns, is_udp = !is_udp, query, len, out, &result);

	if (n > sizeof(out) || (n && n < 12) || (result.ignored && n))
		abort();
	if (n && (memcmp(out, query, 2) != 0 || !(out[2] & 0x80)))
		abort();
	if (dns_name_text(text, result.name, result.name_len) > sizeof(text))
		abort();
	compare(query, len, is_udp, out, n);
	dns_result_free(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct frame frame = {};
	const uint8_t *message;
	size_t message_len;
	enum frame_status status;

	if (!dns.zone) {
		dns.zone = zone_new(1, NULL);
		zone_set_public_pool(dns.zone);
		zone_set_pool6(dns.zone, &(struct in6_addr){ .s6_addr = { 0x20, 1, 0xd, 0xb8 } });
		zone_set_nxdomain_first(dns.zone, 100);
		zone_add_nxdomain(dns.zone, "*x*y.z*");
		zone_add_record(dns.zone, (const uint8_t *)"\1*\1a", 5,
				&(struct zone_record){ .has4 = true, .rcode = ZONE_RCODE_NONE });
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
