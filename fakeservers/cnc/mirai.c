// SPDX-License-Identifier: GPL-2.0-only
/* The wire of the Mirai family's C&C. */
#include "mirai.h"

#include <arpa/inet.h>
#include <string.h>

const uint8_t mirai_registration[4] = { 0, 0, 0, 1 };
const uint8_t mirai_keepalive[2] = { 0, 0 };

enum state {
	STATE_MAGIC,			/* within 00 00 00 01 */
	STATE_ID_LEN,
	STATE_ID,
	STATE_REGISTERED,		/* within 00 00 */
	STATE_UNKNOWN,
};

/* A bounded place to write to: past its end nothing is written, but counted. */
struct writer {
	uint8_t *bytes;
	size_t size, len;
};

static void put(struct writer *w, const void *bytes, size_t len)
{
	if (len && w->len <= w->size && len <= w->size - w->len)
		memcpy(w->bytes + w->len, bytes, len);
	w->len += len;
}

static void put_u8(struct writer *w, uint8_t value)
{
	put(w, &value, 1);
}

static void put_u16(struct writer *w, uint16_t value)
{
	value = htons(value);
	put(w, &value, sizeof(value));
}

static void put_u32(struct writer *w, uint32_t value)
{
	value = htonl(value);
	put(w, &value, sizeof(value));
}

size_t mirai_encode(const struct mirai_command *command, uint8_t *bytes, size_t size)
{
	struct writer w = { .bytes = bytes, .size = size };
	unsigned int i;
	size_t total;

	put_u16(&w, 0);
	put_u32(&w, command->duration);
	put_u8(&w, command->vector);
	put_u8(&w, command->target_count);
	for (i = 0; i < command->target_count; i++) {
		const struct mirai_target *target = &command->targets[i];

		if (target->prefix > 32)
			return 0;
		put(&w, &target->addr.s_addr, 4);
		put_u8(&w, target->prefix);
	}
	put_u8(&w, command->option_count);
	for (i = 0; i < command->option_count; i++) {
		const struct mirai_option *option = &command->options[i];

		put_u8(&w, option->key);
		put_u8(&w, option->len);
		put(&w, option->value, option->len);
	}
	total = w.len;
	if (total > size || total > MIRAI_COMMAND_MAX)
		return 0;
	w.len = 0;
	put_u16(&w, total);
	return total;
}

struct reader {
	const uint8_t *bytes;
	size_t left;
};

static bool get(struct reader *r, void *to, size_t len)
{
	if (r->left < len)
		return false;
	memcpy(to, r->bytes, len);
	r->bytes += len;
	r->left -= len;
	return true;
}

static bool get_target(struct reader *r, struct mirai_target *target)
{
	return get(r, &target->addr.s_addr, 4) && get(r, &target->prefix, 1) &&
	       target->prefix <= 32;
}

static bool get_option(struct reader *r, struct mirai_option *option)
{
	if (!get(r, &option->key, 1) || !get(r, &option->len, 1) || r->left < option->len)
		return false;
	option->value = r->bytes;
	r->bytes += option->len;
	r->left -= option->len;
	return true;
}

static bool get_command(struct reader *r, struct mirai_command *command)
{
	unsigned int i;

	if (!get(r, &command->duration, 4) || !get(r, &command->vector, 1) ||
	    !get(r, &command->target_count, 1))
		return false;
	command->duration = ntohl(command->duration);
	for (i = 0; i < command->target_count; i++)
		if (!get_target(r, &command->targets[i]))
			return false;
	if (!get(r, &command->option_count, 1))
		return false;
	for (i = 0; i < command->option_count; i++)
		if (!get_option(r, &command->options[i]))
			return false;
	return r->left == 0;
}

ssize_t mirai_decode(const uint8_t *bytes, size_t len, struct mirai_command *command)
{
	struct reader r;
	uint16_t total;

	command->duration = 0;
	command->vector = 0;
	command->target_count = 0;
	command->option_count = 0;
	if (len < sizeof(total))
		return 0;
	memcpy(&total, bytes, sizeof(total));
	total = ntohs(total);
	if (total == 0)
		return sizeof(mirai_keepalive);
	if (total < MIRAI_COMMAND_MIN || total > MIRAI_COMMAND_MAX)
		return -1;
	if (len < total)
		return 0;
	r.bytes = bytes + sizeof(total);
	r.left = total - sizeof(total);
	return get_command(&r, command) ? total : -1;
}

/* The state after byte, which is right so far. */
static enum mirai_input next_of_magic(struct mirai_bot *bot, uint8_t byte)
{
	if (byte != mirai_registration[bot->have]) {
		bot->state = STATE_UNKNOWN;
		return MIRAI_UNKNOWN;
	}
	if (++bot->have == sizeof(mirai_registration))
		bot->state = STATE_ID_LEN;
	return MIRAI_MORE;
}

static enum mirai_input registered(struct mirai_bot *bot)
{
	bot->state = STATE_REGISTERED;
	bot->have = 0;
	return MIRAI_REGISTERED;
}

static enum mirai_input next_of_keepalive(struct mirai_bot *bot, uint8_t byte)
{
	if (byte != mirai_keepalive[bot->have]) {
		bot->state = STATE_UNKNOWN;
		return MIRAI_UNKNOWN;
	}
	if (++bot->have < sizeof(mirai_keepalive))
		return MIRAI_MORE;
	bot->have = 0;
	return MIRAI_KEEPALIVE;
}

static enum mirai_input next(struct mirai_bot *bot, uint8_t byte)
{
	switch ((enum state)bot->state) {
	case STATE_MAGIC:
		return next_of_magic(bot, byte);
	case STATE_ID_LEN:
		bot->id_len = byte;
		bot->have = 0;
		bot->state = STATE_ID;
		return byte ? MIRAI_MORE : registered(bot);
	case STATE_ID:
		bot->id[bot->have++] = byte;
		return bot->have < bot->id_len ? MIRAI_MORE : registered(bot);
	case STATE_REGISTERED:
		return next_of_keepalive(bot, byte);
	case STATE_UNKNOWN:
		break;
	}
	return MIRAI_UNKNOWN;
}

enum mirai_input mirai_receive(struct mirai_bot *bot, const uint8_t *bytes, size_t len,
			       size_t *used)
{
	enum mirai_input input;

	for (*used = 0; *used < len; ++*used) {
		input = next(bot, bytes[*used]);
		if (input == MIRAI_UNKNOWN)
			return input;
		if (input != MIRAI_MORE) {
			++*used;
			return input;
		}
	}
	return MIRAI_MORE;
}

/* The bytes that were right are known without having been kept. */
size_t mirai_unfinished(const struct mirai_bot *bot, uint8_t *bytes, size_t size)
{
	struct writer w = { .bytes = bytes, .size = size };

	switch ((enum state)bot->state) {
	case STATE_MAGIC:
	case STATE_REGISTERED:
	case STATE_UNKNOWN:
		/* registration and keep-alive begin alike: zeros */
		put(&w, mirai_registration, bot->have);
		break;
	case STATE_ID_LEN:
		put(&w, mirai_registration, sizeof(mirai_registration));
		break;
	case STATE_ID:
		put(&w, mirai_registration, sizeof(mirai_registration));
		put_u8(&w, bot->id_len);
		put(&w, bot->id, bot->have);
		break;
	}
	return w.len <= size ? w.len : 0;
}
