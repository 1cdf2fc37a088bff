/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * record: what a scanner of the Mirai family reports: a device and the login
 * that it accepted.  Bytes in, records out; knows no sockets.
 *
 *	[u8 0], u32 address, u16 port, u8 length + user, u8 length + password
 *
 * The zero byte in front came with the port: a receiver that knows of both
 * kinds takes a first byte of 0 for "address and port follow", and any other
 * for the first byte of an address.  That is no guess: 0.0.0.0/8 is "this
 * network", never a destination, and scanners skip it.  So the first byte
 * decides at once, also when bytes come one at a time.
 *
 * Without the zero byte the port is there too in what we know from captures,
 * but the oldest kind has none (23 is meant).  Both look alike until the
 * lengths do not add up, so the port is always expected; only where a
 * connection ends inside a record, and the same bytes are exactly one record
 * without a port, they are taken as such.
 */
#ifndef FAKESERVERS_REPORT_RECORD_H
#define FAKESERVERS_REPORT_RECORD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_MAX	(1 + 4 + 2 + 1 + 255 + 1 + 255)
#define RECORD_OLD_PORT	23	/* of a record without a port */

struct record {
	struct in_addr addr;
	uint16_t port;
	bool port_implied;
	uint8_t username_len;
	uint8_t password_len;
	const uint8_t *username;	/* into the bytes, no NUL */
	const uint8_t *password;
	size_t len;			/* of all of it */
};

enum record_result {
	RECORD_MORE,			/* right so far, incomplete */
	RECORD_COMPLETE,
	RECORD_MALFORMED,		/* no device: address 0.0.0.0/8 or port 0 */
};

enum record_result record_decode(const uint8_t *bytes, size_t len, struct record *record);

/* Is all of bytes one record of the oldest kind? */
bool record_decode_old(const uint8_t *bytes, size_t len, struct record *record);

/* A connection's unfinished record.  All zero: none. */
struct record_reader {
	uint16_t len;
	uint8_t bytes[RECORD_MAX];
};

/*
 * Consumes bytes up to and including the end of a record; *used says how many.
 * The record, or what is malformed, stands in reader->bytes until the next call.
 * RECORD_MORE: all is consumed.
 */
enum record_result record_read(struct record_reader *reader, const uint8_t *bytes, size_t len,
			       size_t *used, struct record *record);

#endif /* FAKESERVERS_REPORT_RECORD_H */
