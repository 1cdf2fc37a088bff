/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * server: the life of a fake server, from its command line to SIGTERM.
 *
 *	fakeTYPE --config LAB.CONF --server NAME --bridge BRIDGE
 *		 --events PATH|- [--ready-fd N] [--user NAME] [--max-connections N]
 *		 [--idle-timeout SECONDS] [--store DIR] [--folder DIR]
 *
 *	int main(int argc, char **argv)
 *	{
 *		struct server *server = server_new("telnet", argc, argv);
 *
 *		if (!stream_listen(server, server->section->port, &telnet_ops, NULL))
 *			return server_fail(server);
 *		return server_run(server);
 *	}
 */
#ifndef FAKESERVERS_SERVER_H
#define FAKESERVERS_SERVER_H

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "labconf.h"
#include "store.h"

#define SERVER_MAX_CONNECTIONS	16384

enum server_family {
	SERVER_IPV4,
	SERVER_IPV6,
	SERVER_FAMILIES
};

struct stream_listener;
struct datagram_socket;
struct handover;

struct server {
	struct ev_loop *loop;
	struct event_log *events;
	struct store *store;			/* for files of the guest; never NULL */
	struct labconf *conf;
	const struct labconf_server *section;	/* ours, of conf */
	const char *type;			/* "telnet" */
	const char *name;			/* of the section */
	const char *bridge;
	struct in6_addr address[SERVER_FAMILIES];	/* of the section: listen here */
	unsigned int max_connections;
	double idle_timeout;			/* seconds; 0: not given, the server's own */

	/* which listener takes the connections that other servers hand over; NULL: the newest */
	struct stream_listener *adopts;
	/* a server may hook in: called on SIGTERM before connections are closed */
	void (*stop)(struct server *server);
	/* members of its own for the final "stats" event */
	void (*stats)(struct server *server, json_t *stats);
	void *data;

	/* the library's */
	const char *folder;		/* the lab's; NULL: none */
	struct handover *handover;
	int epoll_fd;			/* the loop's; -1: it has none */
	const char *user;
	int ready_fd;
	struct event_log log;
	struct ev_signal term, interrupt;
	struct ev_prepare turn;
	struct ev_check woken;
	double woken_at;
	bool busy;			/* the loop turns often */
	struct stream_listener *streams;
	struct datagram_socket *datagrams;
	double started;
};

/*
 * Parses the command line, loads the configuration, opens the events.  Bad
 * usage or configuration: prints one line and exits with status 2; what the
 * system refuses: status 1.
 */
struct server *server_new(const char *type, int argc, char **argv);

/*
 * Drops privileges, says ready, serves until SIGTERM or SIGINT, closes every
 * connection, writes the final "stats" event, frees the server.  The exit status.
 */
int server_run(struct server *server);

/* After a failed listen (which printed why): frees the server; exit status 1. */
int server_fail(struct server *server);

/*
 * A socket of that family, non-blocking, bound to the server's address: the
 * descriptor, -1 for a family that the system does not have, or -2 and errno.
 */
int server_socket(const struct server *server, enum server_family family, int type, uint16_t port);

/* "fakedns: NAME: …\n" on stderr, one line */
void server_warn(const struct server *server, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* FAKESERVERS_SERVER_H */
