/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dhcp: dnsmasq as the lab's DHCP server.  It looks at its interface's
 * addresses to know which network it serves: there it is the gateway.
 */
#ifndef SINKCTL_LAB_DHCP_H
#define SINKCTL_LAB_DHCP_H

#include "lab.h"

#define DHCP_COMMANDS	512
#define DHCP_PROGRAM	"dnsmasq"

/* What ip has to do in the namespace besides. */
void dhcp_commands(const struct labconf_server *server, char text[DHCP_COMMANDS]);

struct dhcp_arguments {
	char	*argv[24];
	char	texts[8][192];
};

/* The command line; argv points into it and into server. */
void dhcp_arguments(const struct lab *lab, const struct lab_server *server,
		    struct dhcp_arguments *arguments);

#endif /* SINKCTL_LAB_DHCP_H */
