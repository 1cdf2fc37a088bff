/* SPDX-License-Identifier: GPL-2.0-only */
/* What each type of server can be told: a function a word, as labconf_word.set. */
#ifndef FAKESERVERS_LABCONF_TYPE_H
#define FAKESERVERS_LABCONF_TYPE_H

#include "labconf_read.h"

#define LABCONF_SETTER(name)						\
	bool name(struct labconf_reader *reader, void *object,		\
		  const struct labconf_entry *entry)

LABCONF_SETTER(labconf_telnet_login_prompt);
LABCONF_SETTER(labconf_telnet_password_prompt);
LABCONF_SETTER(labconf_telnet_shell_prompt);
LABCONF_SETTER(labconf_telnet_machine);
LABCONF_SETTER(labconf_cnc_family);
LABCONF_SETTER(labconf_cnc_channel);
LABCONF_SETTER(labconf_cnc_channel_key);
LABCONF_SETTER(labconf_exec_program);
LABCONF_SETTER(labconf_exec_user);
LABCONF_SETTER(labconf_exec_ready_port);

/* labconf_names.c */
LABCONF_SETTER(labconf_dns_answer);
LABCONF_SETTER(labconf_dns_answer6);
LABCONF_SETTER(labconf_dns_pool);
LABCONF_SETTER(labconf_dns_pool6);
LABCONF_SETTER(labconf_dns_nxdomain);
LABCONF_SETTER(labconf_dns_nxdomain_first);
LABCONF_SETTER(labconf_dns_make_up);
LABCONF_SETTER(labconf_dns_ttl);

/* labconf_web.c */
LABCONF_SETTER(labconf_http_body);
LABCONF_SETTER(labconf_http_body_file);
LABCONF_SETTER(labconf_http_status);
LABCONF_SETTER(labconf_http_content_type);
LABCONF_SETTER(labconf_http_connectivity);
LABCONF_SETTER(labconf_http_tls);
LABCONF_SETTER(labconf_http_tls_port);

/* labconf_sense.c */
LABCONF_SETTER(labconf_sink_keep_bytes);
LABCONF_SETTER(labconf_sink_recognise);
LABCONF_SETTER(labconf_sink_banner_after);
LABCONF_SETTER(labconf_sink_first_bytes);

/* labconf_service.c: words that several types know */
LABCONF_SETTER(labconf_files);
LABCONF_SETTER(labconf_banner);
LABCONF_SETTER(labconf_hostname);
LABCONF_SETTER(labconf_accept);
LABCONF_SETTER(labconf_accept_attempt);
LABCONF_SETTER(labconf_passive_ports);
LABCONF_SETTER(labconf_tls_port);

/* labconf_dhcp.c */
LABCONF_SETTER(labconf_dhcp_network);
LABCONF_SETTER(labconf_dhcp_range);
LABCONF_SETTER(labconf_dhcp_gateway);
LABCONF_SETTER(labconf_dhcp_resolver);
LABCONF_SETTER(labconf_dhcp_lease);
void labconf_dhcp_defaults(struct labconf_server *server);
void labconf_dhcp_complete(struct labconf_server *server);
bool labconf_dhcp_check(struct labconf_reader *reader, const struct labconf_server *server);

/* Before the words of the section are set. */
bool labconf_type_defaults(struct labconf_reader *reader, struct labconf_server *server);
/* The sections within: records, commands. */
bool labconf_type_sections(struct labconf_reader *reader, cfg_t *cfg,
			   struct labconf_server *server);
/* labconf_names.c */
bool labconf_records_set(struct labconf_reader *reader, cfg_t *cfg, struct labconf_server *server);
/* labconf_web.c: with a body for those that were given none */
bool labconf_answers_set(struct labconf_reader *reader, cfg_t *cfg, struct labconf_server *server);
/* labconf_telnet.c */
bool labconf_files_set(struct labconf_reader *reader, cfg_t *cfg, struct labconf_server *server);
/* labconf_cnc.c */
bool labconf_commands_set(struct labconf_reader *reader, cfg_t *cfg,
			  struct labconf_server *server);
/* What these files have allocated. */
void labconf_names_free(struct labconf_dns *dns);
void labconf_web_free(struct labconf_http *http);
bool labconf_sense_check(struct labconf_reader *reader, const struct labconf *conf);
void labconf_sense_free(struct labconf_sink *sink);
/* What is missing, or does not go together. */
bool labconf_type_check(struct labconf_reader *reader, const struct labconf_server *server);

#endif /* FAKESERVERS_LABCONF_TYPE_H */
