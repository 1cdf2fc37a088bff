// SPDX-License-Identifier: GPL-2.0-only
/* The telnet protocol around a session. */
#include "wire.h"

#include <libtelnet.h>
#include <stdlib.h>

#include "bytes.h"
#include "session.h"

struct wire {
	const struct labconf_server *conf;
	const struct wire_ops *ops;
	void *data;
	const struct observer *observer;
	telnet_t *telnet;
	struct bytes out;
	struct session session;
	const char *ended;		/* why; NULL: not */
};

/* What we are ready for; libtelnet refuses the rest. */
static const telnet_telopt_t options[] = {
	{ TELNET_TELOPT_ECHO, TELNET_WILL, TELNET_DONT },
	{ TELNET_TELOPT_SGA, TELNET_WILL, TELNET_DO },
	{ TELNET_TELOPT_BINARY, TELNET_WILL, TELNET_DO },
	{ TELNET_TELOPT_NAWS, TELNET_WONT, TELNET_DO },
	{ TELNET_TELOPT_TTYPE, TELNET_WONT, TELNET_DO },
	{ -1, 0, 0 },
};

static void end(struct wire *wire, const char *why)
{
	if (!wire->ended)
		wire->ended = why;
}

static void on_telnet(telnet_t *telnet, telnet_event_t *event, void *data)
{
	struct wire *wire = data;

	switch (event->type) {
	case TELNET_EV_SEND:
		bytes_put(&wire->out, event->data.buffer, event->data.size);
		break;
	case TELNET_EV_DATA:
		if (!wire->ended)
			session_type(&wire->session, (const uint8_t *)event->data.buffer,
				     event->data.size);
		break;
	case TELNET_EV_DO:
	case TELNET_EV_DONT:
		/*
		 * Not told when the very first offer is refused; then we echo,
		 * as BusyBox's telnetd does whatever is answered.
		 */
		if (event->neg.telopt == TELNET_TELOPT_ECHO)
			wire->session.echo = event->type == TELNET_EV_DO;
		break;
	case TELNET_EV_COMPRESS:
		/*
		 * libtelnet inflates what follows whether it was negotiated or
		 * not: a guest could make a thousand bytes out of one.
		 */
		end(wire, "compression");
		break;
	case TELNET_EV_ERROR:
		end(wire, "telnet-error");
		break;
	default:
		break;
	}
}

static void on_print(void *data, const uint8_t *text, size_t len)
{
	struct wire *wire = data;

	/* nothing of it would be sent; libtelnet doubles the byte 255 */
	if (!wire->out.cut)
		telnet_send(wire->telnet, (const char *)text, len);
}

static void on_login(void *data, const struct login *login)
{
	struct wire *wire = data;

	wire->ops->login(wire->data, login);
}

static void on_command(void *data, const uint8_t *line, size_t len, bool cut)
{
	struct wire *wire = data;

	wire->ops->command(wire->data, line, len, cut);
}

static void on_end(void *data, const char *why)
{
	end(data, why);
}

static const struct session_ops session_ops = {
	.print = on_print,
	.login = on_login,
	.command = on_command,
	.end = on_end,
};

struct wire *wire_new(const struct labconf_server *conf, const struct wire_ops *ops, void *data,
		      const struct observer *observer)
{
	struct wire *wire = calloc(1, sizeof(*wire));

	if (!wire)
		return NULL;
	wire->conf = conf;
	wire->ops = ops;
	wire->data = data;
	wire->observer = observer;
	wire->out.max = WIRE_OUTPUT_MAX;
	wire->telnet = telnet_init(options, on_telnet, 0, wire);
	if (!wire->telnet) {
		free(wire);
		return NULL;
	}
	return wire;
}

void wire_free(struct wire *wire)
{
	if (!wire)
		return;
	telnet_free(wire->telnet);
	session_free(&wire->session);
	bytes_free(&wire->out);
	free(wire);
}

static void flush(struct wire *wire)
{
	if (wire->out.len)
		wire->ops->send(wire->data, wire->out.data, wire->out.len);
	bytes_reset(&wire->out);
}

void wire_start(struct wire *wire)
{
	telnet_negotiate(wire->telnet, TELNET_WILL, TELNET_TELOPT_ECHO);
	telnet_negotiate(wire->telnet, TELNET_WILL, TELNET_TELOPT_SGA);
	telnet_negotiate(wire->telnet, TELNET_DO, TELNET_TELOPT_NAWS);
	session_start(&wire->session, wire->conf, &session_ops, wire, wire->observer);
	flush(wire);
}

void wire_receive(struct wire *wire, const uint8_t *bytes, size_t len)
{
	if (wire->ended)
		return;
	telnet_recv(wire->telnet, (const char *)bytes, len);
	flush(wire);
	if (wire->ended)
		wire->ops->end(wire->data, wire->ended);
}
