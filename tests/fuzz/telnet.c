// SPDX-License-Identifier: GPL-2.0-only
/*
 * Telnet: any bytes before and after a login; the first byte tells how they are
 * cut.  One end of the session at most, and output within its bound.
 */
#include <stdlib.h>
#include <string.h>

#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned int ends;
static size_t sent;

static void on_send(void *data, const uint8_t *bytes, size_t len)
{
	sent += len;
	if (sent > WIRE_OUTPUT_MAX || !len)
		abort();
}

static void on_login(void *data, const struct login *login)
{
	if (login->username_len + login->password_len > 512)
		abort();
}

static void on_command(void *data, const uint8_t *line, size_t len, bool cut)
{
	if (!len || ends)
		abort();
}

static void on_end(void *data, const char *why)
{
	ends++;
}

static const struct wire_ops ops = {
	.send = on_send,
	.login = on_login,
	.command = on_command,
	.end = on_end,
};

static struct labconf_login anyone;

static const struct labconf_server conf = {
	.telnet = {
		.banner = "banner\n",
		.login_prompt = "login: ",
		.password_prompt = "Password: ",
		.shell_prompt = "# ",
		.hostname = "device",
	},
	.logins = { .accept = &anyone, .accept_count = 1 },
};

static void receive(struct wire *wire, const uint8_t *bytes, size_t len)
{
	sent = 0;
	wire_receive(wire, bytes, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t login[] = "a\nb\n";
	size_t step, n;
	struct wire *wire;

	if (!size)
		return 0;
	step = data[0] & 0x7f ? data[0] & 0x7f : size;
	wire = wire_new(&conf, &ops, NULL, NULL);
	if (!wire)
		return 0;
	ends = 0;
	sent = 0;
	wire_start(wire);
	if (data[0] & 0x80)
		receive(wire, login, sizeof(login) - 1);
	for (data++, size--; size; data += n, size -= n) {
		n = step < size ? step : size;
		receive(wire, data, n);
	}
	if (ends > 1)
		abort();
	wire_free(wire);
	return 0;
}
