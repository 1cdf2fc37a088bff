// SPDX-License-Identifier: GPL-2.0-only
/* NTP (RFC 5905), the client's question and the server's answer; 48 bytes each. */
#include <arpa/inet.h>
#include <string.h>
#include <time.h>

#include "talk.h"

#define NTP_LEN		48
#define NTP_EPOCH	2208988800u	/* 1970, in seconds since 1900 */

enum { MODE_CLIENT = 3, MODE_SERVER = 4 };

static void put_u32(uint8_t *to, uint32_t value)
{
	value = htonl(value);
	memcpy(to, &value, sizeof(value));
}

static void put_timestamp(uint8_t *to, const struct timespec *time)
{
	put_u32(to, (uint32_t)((uint64_t)time->tv_sec + NTP_EPOCH));
	put_u32(to + 4, (uint32_t)(((uint64_t)time->tv_nsec << 32) / 1000000000));
}

static void tell(struct talk *talk, const uint8_t *bytes, size_t len, bool answered)
{
	json_t *object = talk_event_begin(talk, answered ? "request" : "unknown");

	event_put_int(object, "bytes", len);
	if (len) {
		event_put_int(object, "version", bytes[0] >> 3 & 7);
		event_put_int(object, "mode", bytes[0] & 7);
	}
	talk_event(talk, object);
}

static void on_datagram(struct talk *talk, const uint8_t *bytes, size_t len)
{
	unsigned int version = len ? bytes[0] >> 3 & 7 : 0;
	uint8_t answer[NTP_LEN] = {};
	struct timespec now = talk_now(talk), set = now;

	/* other modes (control, private) are what amplifies: they get nothing */
	if (len < NTP_LEN || (bytes[0] & 7) != MODE_CLIENT || version < 1 || version > 4) {
		tell(talk, bytes, len, false);
		return;
	}
	set.tv_sec -= 37;
	answer[0] = version << 3 | MODE_SERVER;
	answer[1] = 1;			/* stratum: has a clock of its own */
	answer[2] = bytes[2];		/* poll, as it was asked */
	answer[3] = (uint8_t)-20;	/* precision: a microsecond */
	put_u32(answer + 8, 0x10);	/* root dispersion */
	memcpy(answer + 12, "GPS", 3);
	put_timestamp(answer + 16, &set);
	memcpy(answer + 24, bytes + 40, 8);
	put_timestamp(answer + 32, &now);
	put_timestamp(answer + 40, &now);
	talk_send(talk, answer, sizeof(answer));
	tell(talk, bytes, len, true);
}

const struct service ntp_service = {
	.name = "ntp",
	.transports = TALK_UDP,
	.idle_timeout = 60,
	.datagram = on_datagram,
};
