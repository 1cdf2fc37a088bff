// SPDX-License-Identifier: GPL-2.0-only
/* A dhcp server's words: without any of them it serves a household's network. */
#include <stdio.h>
#include <string.h>

#include "labconf_type.h"

#define NETWORK	0xc0a80100U	/* 192.168.1.0/24, .1 the gateway, .100 to .199 for guests */
#define ADDRESS	0xc6120043U	/* 198.18.0.67 */

LABCONF_SETTER(labconf_dhcp_network)
{
	struct labconf_server *server = object;

	server->dhcp.line = entry->line;
	return labconf_prefix(reader, entry, 8, 29, false, &server->dhcp.network,
			      &server->dhcp.network_len);
}

LABCONF_SETTER(labconf_dhcp_range)
{
	struct labconf_server *server = object;
	struct labconf_dhcp *dhcp = &server->dhcp;
	const char *dash = strchr(entry->value, '-');
	size_t len = dash ? (size_t)(dash - entry->value) : 0;
	char first[INET_ADDRSTRLEN] = "";

	dhcp->line = entry->line;
	if (len < sizeof(first))
		memcpy(first, entry->value, len);
	if (inet_pton(AF_INET, first, &dhcp->first) == 1 &&
	    inet_pton(AF_INET, dash + 1, &dhcp->last) == 1 &&
	    ntohl(dhcp->first.s_addr) <= ntohl(dhcp->last.s_addr))
		return true;
	return labconf_expected(reader, entry, "two IPv4 addresses, as 192.168.1.100-192.168.1.199");
}

LABCONF_SETTER(labconf_dhcp_gateway)
{
	struct labconf_server *server = object;

	server->dhcp.line = entry->line;
	return labconf_address(reader, entry, &server->dhcp.gateway);
}

LABCONF_SETTER(labconf_dhcp_resolver)
{
	struct labconf_server *server = object;

	return labconf_address(reader, entry, &server->dhcp.resolver);
}

/* dnsmasq gives none for less than two minutes. */
LABCONF_SETTER(labconf_dhcp_lease)
{
	struct labconf_server *server = object;
	uint64_t seconds;

	if (!labconf_number(reader, entry, 120, INT32_MAX, &seconds))
		return false;
	server->dhcp.lease = seconds;
	return true;
}

void labconf_dhcp_defaults(struct labconf_server *server)
{
	server->dhcp = (struct labconf_dhcp){
		.network.s_addr = htonl(NETWORK), .network_len = 24, .lease = 3600,
		.line = server->line,
	};
	server->address.s_addr = htonl(ADDRESS);
	server->address_line = server->line;
}

/* What the file does not say follows from the network. */
void labconf_dhcp_complete(struct labconf_server *server)
{
	struct labconf_dhcp *dhcp = &server->dhcp;
	uint32_t network = ntohl(dhcp->network.s_addr);
	uint32_t size = 1U << (32 - dhcp->network_len);

	if (!dhcp->gateway.s_addr)
		dhcp->gateway.s_addr = htonl(network + 1);
	if (!dhcp->resolver.s_addr)
		dhcp->resolver = dhcp->gateway;
	if (dhcp->first.s_addr)
		return;
	dhcp->first.s_addr = htonl(network + (size < 256 ? 2 : 100));
	dhcp->last.s_addr = htonl(network + (size < 256 ? size - 2 : 199));
}

/* A host's address within the network. */
static bool inside(const struct labconf_dhcp *dhcp, struct in_addr address)
{
	uint32_t offset = ntohl(address.s_addr) - ntohl(dhcp->network.s_addr);

	return offset > 0 && offset < (1U << (32 - dhcp->network_len)) - 1;
}

bool labconf_dhcp_check(struct labconf_reader *reader, const struct labconf_server *server)
{
	const struct labconf_dhcp *dhcp = &server->dhcp;
	uint32_t gateway = ntohl(dhcp->gateway.s_addr);
	char text[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &dhcp->network, text, sizeof(text));
	if (!inside(dhcp, dhcp->first) || !inside(dhcp, dhcp->last) || !inside(dhcp, dhcp->gateway))
		return labconf_fail(reader, dhcp->line, "server \"%s\": range and gateway, expected "
				    "hosts of its network %s/%u", server->name, text,
				    dhcp->network_len);
	if (gateway >= ntohl(dhcp->first.s_addr) && gateway <= ntohl(dhcp->last.s_addr))
		return labconf_fail(reader, dhcp->line, "server \"%s\": the gateway is in the range, "
				    "expected it outside", server->name);
	return true;
}
