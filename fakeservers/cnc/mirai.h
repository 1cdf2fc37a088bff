/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mirai: the wire between a bot of the Mirai family and its C&C server.
 * Bytes in, bytes out; knows no sockets.
 *
 * Bot to C&C:	00 00 00 01, u8 length of the id, the id; then, every minute,
 *		a keep-alive 00 00, which the C&C echoes.
 * C&C to bot:	u16 total length (its own two bytes included), u32 duration in
 *		seconds, u8 vector, u8 number of targets, each u32 address and
 *		u8 prefix length, u8 number of options, each u8 key, u8 length,
 *		value as text.  All big endian.
 */
#ifndef FAKESERVERS_CNC_MIRAI_H
#define FAKESERVERS_CNC_MIRAI_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MIRAI_ID_MAX		255
#define MIRAI_TARGETS_MAX	255
#define MIRAI_OPTIONS_MAX	255
/* a bot reads a command into a buffer of this size, and hangs up on a longer one */
#define MIRAI_COMMAND_MAX	1024
#define MIRAI_COMMAND_MIN	9	/* no target, no option */

struct mirai_target {
	struct in_addr addr;
	uint8_t prefix;			/* 0 to 32 */
};

struct mirai_option {
	uint8_t key;
	uint8_t len;
	const uint8_t *value;		/* not owned, no NUL */
};

struct mirai_command {
	uint32_t duration;		/* seconds */
	uint8_t vector;
	uint8_t target_count;
	uint8_t option_count;
	struct mirai_target targets[MIRAI_TARGETS_MAX];
	struct mirai_option options[MIRAI_OPTIONS_MAX];
};

/* Bytes written, or 0: more than size or MIRAI_COMMAND_MAX, or a prefix above 32. */
size_t mirai_encode(const struct mirai_command *command, uint8_t *bytes, size_t size);

/*
 * The command at the beginning of bytes: its length (2 for a keep-alive, then
 * *command is empty); 0: incomplete, wants more; -1: not a command.  Values of
 * options point into bytes.
 */
ssize_t mirai_decode(const uint8_t *bytes, size_t len, struct mirai_command *command);

enum mirai_input {
	MIRAI_MORE,			/* all is consumed */
	MIRAI_REGISTERED,		/* id and id_len are known */
	MIRAI_KEEPALIVE,		/* to be echoed */
	MIRAI_UNKNOWN,			/* does not speak this protocol; nothing more is consumed */
};

/* What a C&C server knows of one bot.  All zero: nothing yet. */
struct mirai_bot {
	uint8_t state;
	uint8_t have;			/* bytes of the unfinished part */
	uint8_t id_len;
	uint8_t id[MIRAI_ID_MAX];
};

/*
 * Consumes bytes up to and including the next thing that a bot said; *used says
 * how many.  After MIRAI_UNKNOWN, *used counts what was still right.
 */
enum mirai_input mirai_receive(struct mirai_bot *bot, const uint8_t *bytes, size_t len,
			       size_t *used);

/* The unfinished part: what a bot said of something that it did not end.  Bytes written. */
size_t mirai_unfinished(const struct mirai_bot *bot, uint8_t *bytes, size_t size);

extern const uint8_t mirai_registration[4];
extern const uint8_t mirai_keepalive[2];

#endif /* FAKESERVERS_CNC_MIRAI_H */
