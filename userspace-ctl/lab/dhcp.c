// SPDX-License-Identifier: GPL-2.0-only
#include "dhcp.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>

/*
 * What it sends has to come from the server's address, which is what the module
 * knows; the gateway's is for dnsmasq to look at, and for its payload.
 */
void dhcp_commands(const struct labconf_server *server, char text[DHCP_COMMANDS])
{
	const struct labconf_dhcp *dhcp = &server->dhcp;
	char gateway[INET_ADDRSTRLEN], network[INET_ADDRSTRLEN], address[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &dhcp->gateway, gateway, sizeof(gateway));
	inet_ntop(AF_INET, &dhcp->network, network, sizeof(network));
	inet_ntop(AF_INET, &server->address, address, sizeof(address));
	snprintf(text, DHCP_COMMANDS,
		 "addr add %s/%u dev eth0 noprefixroute\n"
		 "route add %s/%u dev eth0 scope link src %s\n",
		 gateway, dhcp->network_len, network, dhcp->network_len, address);
}

struct writer {
	struct dhcp_arguments	*arguments;
	size_t			words, texts;
};

static void add_word(struct writer *writer, const char *word)
{
	writer->arguments->argv[writer->words++] = (char *)word;
}

static void add_text(struct writer *writer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add_text(struct writer *writer, const char *format, ...)
{
	char *text = writer->arguments->texts[writer->texts++];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(writer->arguments->texts[0]), format, ap);
	va_end(ap);
	add_word(writer, text);
}

void dhcp_arguments(const struct lab *lab, const struct lab_server *server,
		    struct dhcp_arguments *arguments)
{
	/* no DNS; nobody else serves here; nobody answers a ping before an address is given */
	static const char *const fixed[] = {
		"--keep-in-foreground", "--conf-file=/dev/null", "--log-facility=-", "--log-dhcp",
		"--pid-file=", "--user=nobody", "--group=nogroup", "--port=0", "--interface=eth0",
		"--no-resolv", "--no-hosts", "--dhcp-authoritative", "--no-ping",
	};
	const struct labconf_dhcp *dhcp = &server->conf->dhcp;
	struct in_addr mask = { htonl(~0U << (32 - dhcp->network_len)) };
	struct writer writer = { .arguments = arguments };
	char a[INET_ADDRSTRLEN], b[INET_ADDRSTRLEN], c[INET_ADDRSTRLEN];

	add_word(&writer, server->program);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		add_word(&writer, fixed[i]);
	add_text(&writer, "--dhcp-range=%s,%s,%s,%u",
		 inet_ntop(AF_INET, &dhcp->first, a, sizeof(a)),
		 inet_ntop(AF_INET, &dhcp->last, b, sizeof(b)),
		 inet_ntop(AF_INET, &mask, c, sizeof(c)), dhcp->lease);
	add_text(&writer, "--dhcp-option=option:router,%s",
		 inet_ntop(AF_INET, &dhcp->gateway, a, sizeof(a)));
	add_text(&writer, "--dhcp-option=option:dns-server,%s",
		 inet_ntop(AF_INET, &dhcp->resolver, a, sizeof(a)));
	add_text(&writer, "--dhcp-leasefile=%s/%s.leases", lab->journal.folder, server->conf->name);
	add_word(&writer, NULL);
}
