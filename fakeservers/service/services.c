// SPDX-License-Identifier: GPL-2.0-only
/* The table of services: what a type in lab.conf means. */
#include "services.h"

#include <string.h>

extern const struct service telnet_service, report_service, mirai_service, tsunami_service,
	mozi_service, smtp_service, pop3_service, ftp_service, tftp_service, irc_service,
	ntp_service, syslog_service, ident_service, finger_service, echo_service, discard_service,
	daytime_service, time_service, chargen_service;

static const struct service *const services[] = {
	&telnet_service, &report_service, &mirai_service, &tsunami_service, &mozi_service,
	&smtp_service, &pop3_service, &ftp_service, &tftp_service, &irc_service,
	&ntp_service, &syslog_service, &ident_service, &finger_service, &echo_service,
	&discard_service, &daytime_service, &time_service, &chargen_service,
};

const struct service *service_find(const struct labconf_server *server)
{
	const char *name = server->kind == LABCONF_CNC ? server->cnc.family : server->type;
	size_t i;

	for (i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (strcmp(services[i]->name, name) == 0)
			return services[i];
	return NULL;
}
