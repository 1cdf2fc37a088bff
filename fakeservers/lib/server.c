// SPDX-License-Identifier: GPL-2.0-only
/* The life of a fake server. */
#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "datagram.h"
#include "handover.h"
#include "names.h"
#include "priv.h"
#include "stream.h"

#define STATUS_REFUSED	1
#define STATUS_USAGE	2
#define BUSY_SECONDS	0.01	/* between two turns of the loop */
/* descriptors that are not connections: sockets, files, the loop's */
#define OTHER_FILES	(64 + STORE_OPEN_MAX)

struct options {
	const char *config, *name, *bridge, *events, *user, *store, *folder;
	int ready_fd;
	unsigned int max_connections;
	unsigned int idle_timeout;
};

void server_warn(const struct server *server, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "fake%s: %s: ", server->type, server->name);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

static void usage(FILE *out, const char *type)
{
	fprintf(out,
		"Usage: fake%s --config LAB.CONF --server NAME --bridge BRIDGE --events PATH|-\n"
		"       [--ready-fd N] [--user NAME] [--max-connections N] [--idle-timeout SECONDS]\n"
		"       [--store DIR] [--folder DIR]\n",
		type);
}

static void __attribute__((noreturn, format(printf, 2, 3)))
bad_usage(const char *type, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "fake%s: ", type);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(STATUS_USAGE);
}

static unsigned int number(const char *type, const char *option, const char *text,
			   unsigned int least, unsigned int most)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno || value < least || value > most)
		bad_usage(type, "--%s: \"%s\", expected a number from %u to %u", option, text,
			  least, most);
	return (unsigned int)value;
}

static void parse_options(struct options *options, const char *type, int argc, char **argv)
{
	static const struct option known[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "server", required_argument, NULL, 's' },
		{ "bridge", required_argument, NULL, 'b' },
		{ "events", required_argument, NULL, 'e' },
		{ "folder", required_argument, NULL, 'f' },
		{ "ready-fd", required_argument, NULL, 'r' },
		{ "user", required_argument, NULL, 'u' },
		{ "max-connections", required_argument, NULL, 'm' },
		{ "idle-timeout", required_argument, NULL, 'i' },
		{ "store", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	int option;

	*options = (struct options){
		.user = "nobody", .ready_fd = -1, .max_connections = SERVER_MAX_CONNECTIONS,
	};
	opterr = 0;
	while ((option = getopt_long(argc, argv, "+:", known, NULL)) >= 0) {
		switch (option) {
		case 'c':
			options->config = optarg;
			break;
		case 's':
			options->name = optarg;
			break;
		case 'b':
			options->bridge = optarg;
			break;
		case 'e':
			options->events = optarg;
			break;
		case 'f':
			options->folder = optarg;
			break;
		case 'r':
			options->ready_fd = (int)number(type, "ready-fd", optarg, 0, INT_MAX);
			break;
		case 'u':
			options->user = optarg;
			break;
		case 'm':
			options->max_connections = number(type, "max-connections", optarg, 1,
							  1000000);
			break;
		case 'i':
			options->idle_timeout = number(type, "idle-timeout", optarg, 1, 86400);
			break;
		case 'S':
			options->store = optarg;
			break;
		case 'h':
			usage(stdout, type);
			exit(0);
		case ':':
			bad_usage(type, "%s: expected a value after it", argv[optind - 1]);
		default:
			bad_usage(type, "%s: unknown option, expected one of --help's",
				  argv[optind - 1]);
		}
	}
	if (optind < argc)
		bad_usage(type, "\"%s\": unexpected argument, expected only options", argv[optind]);
	if (!options->config || !options->name || !options->bridge || !options->events)
		bad_usage(type, "--%s is missing, expected --config, --server, --bridge and --events",
			  !options->config ? "config" : !options->name ? "server" :
			  !options->bridge ? "bridge" : "events");
	if (options->ready_fd >= 0 && fcntl(options->ready_fd, F_SETFD, FD_CLOEXEC) < 0)
		bad_usage(type, "--ready-fd: %d: %s, expected an open descriptor",
			  options->ready_fd, strerror(errno));
}

static void find_section(struct server *server, const struct options *options)
{
	server->conf = labconf_load(options->config);
	if (!server->conf)
		exit(STATUS_USAGE);	/* it said why */
	server->section = labconf_server(server->conf, server->name);
	if (!server->section)
		bad_usage(server->type, "%s: no server \"%s\", expected one of its sections",
			  options->config, server->name);
	if (!server->section->program || strcmp(server->section->program, server->type) != 0)
		bad_usage(server->type, "%s: server \"%s\" is of type %s, expected %s",
			  options->config, server->name, server->section->type, server->type);
	server->type = server->section->type;
	server->address[SERVER_IPV4] = addr_from_v4(server->section->address);
	server->address[SERVER_IPV6] = server->section->address6;
}

static void on_stop(struct ev_loop *loop, struct ev_signal *signal, int events)
{
	ev_break(loop, EVBREAK_ALL);
}

static void on_turn(struct ev_loop *loop, struct ev_prepare *prepare, int events)
{
	event_log_turn(prepare->data);
}

/*
 * Under load one turn for many costs less than a turn for each: who sends to us has the CPU for a
 * moment, if it waits for it.  What comes alone is served at once.
 */
static void on_woken(struct ev_loop *loop, struct ev_check *check, int events)
{
	struct server *server = check->data;
	double now = ev_now(loop);

	server->busy = now - server->woken_at < BUSY_SECONDS;
	server->woken_at = now;
	if (server->busy)
		sched_yield();
}

static void gather(struct server *server)
{
	ev_check_init(&server->woken, on_woken);
	server->woken.data = server;
	ev_check_start(server->loop, &server->woken);
}

/* What a turn of the loop has told is written before the loop waits. */
static void hold_events(struct server *server)
{
	event_log_hold(&server->log);
	ev_prepare_init(&server->turn, on_turn);
	server->turn.data = &server->log;
	ev_prepare_start(server->loop, &server->turn);
}

static void start_signals(struct server *server)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);	/* a full events file is an error of write(2), no more */
	ev_signal_init(&server->term, on_stop, SIGTERM);
	ev_signal_init(&server->interrupt, on_stop, SIGINT);
	ev_signal_start(server->loop, &server->term);
	ev_signal_start(server->loop, &server->interrupt);
}

/* The loop does not tell its descriptor: it is the only one of that kind. */
static int find_epoll(void)
{
	char path[32], target[64];
	ssize_t n;

	for (int fd = STDERR_FILENO + 1; fd < OTHER_FILES; fd++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		n = readlink(path, target, sizeof(target));
		if (n == 22 && memcmp(target, "anon_inode:[eventpoll]", 22) == 0)
			return fd;
	}
	return -1;
}

struct server *server_new(const char *type, int argc, char **argv)
{
	struct server *server = calloc(1, sizeof(*server));
	struct options options;
	unsigned int files;
	int error;

	parse_options(&options, type, argc, argv);
	if (!server)
		exit(STATUS_REFUSED);
	server->type = type;
	server->name = options.name;
	server->bridge = options.bridge;
	server->user = options.user;
	server->ready_fd = options.ready_fd;
	server->idle_timeout = options.idle_timeout;
	server->max_connections = options.max_connections;
	find_section(server, &options);
	files = priv_raise_files(options.max_connections + OTHER_FILES);
	if (files < options.max_connections + OTHER_FILES)
		server->max_connections = files > 2 * OTHER_FILES ? files - OTHER_FILES : OTHER_FILES;
	error = event_log_open(&server->log, options.events, server->name);
	server->loop = error ? NULL : ev_default_loop(EVFLAG_AUTO);
	if (!server->loop) {
		server_warn(server, "%s: %s", error ? options.events : "event loop",
			    strerror(error ? -error : errno));
		exit(STATUS_REFUSED);
	}
	server->epoll_fd = find_epoll();
	server->store = store_open(options.store, options.user);
	if (!server->store) {
		server_warn(server, "--store: %s: %s", options.store, strerror(errno));
		exit(STATUS_REFUSED);
	}
	server->events = &server->log;
	server->log.has_clock = server->conf->has_clock;
	server->log.clock_offset = clock_offset(server->conf);
	/* without them events lack a name, and nothing else */
	if (event_log_is_file(&server->log))
		server->log.names = names_open(options.events);
	server->folder = options.folder;
	if (server->folder && handover_open(server) < 0)
		exit(STATUS_REFUSED);
	server->started = ev_time();
	start_signals(server);
	hold_events(server);
	gather(server);
	return server;
}

static void put_streams(const struct server *server, json_t *stats)
{
	const struct stream_listener *listener;
	char key[16];

	for (listener = server->streams; listener; listener = listener->next) {
		const struct stream_counters *counters = &listener->counters;
		json_t *tcp = json_object();

		event_put_int(tcp, "port", listener->port);
		event_put_int(tcp, "accepted", counters->accepted);
		event_put_int(tcp, "max_connections", server->max_connections);
		event_put_int(tcp, "refused", counters->refused);
		event_put_int(tcp, "evicted", counters->evicted);
		event_put_int(tcp, "timed_out", counters->timed_out);
		event_put_int(tcp, "overflowed", counters->overflowed);
		event_put_int(tcp, "no_files", counters->no_files);
		if (listener->port == server->section->port)
			strcpy(key, "tcp");
		else
			snprintf(key, sizeof(key), "tcp_%u", listener->port);
		json_object_set_new(stats, key, tcp);
	}
}

static void put_datagrams(const struct server *server, json_t *stats)
{
	struct datagram_socket *socket;

	for (socket = server->datagrams; socket; socket = socket->next) {
		json_t *udp = json_object();

		datagram_count_drops(socket);
		event_put_int(udp, "port", socket->port);
		event_put_int(udp, "received", socket->received);
		event_put_int(udp, "received_bytes", socket->received_bytes);
		event_put_int(udp, "dropped", socket->dropped);
		event_put_int(udp, "unsent", socket->unsent);
		json_object_set_new(stats, "udp", udp);
	}
}

static void put_store(const struct server *server, json_t *stats)
{
	const struct store_counters *counters = store_counters(server->store);
	json_t *store;

	if (!counters->files && !counters->known && !counters->refused)
		return;
	store = json_object();
	event_put_int(store, "files", counters->files);
	event_put_int(store, "bytes", counters->bytes);
	event_put_int(store, "known", counters->known);
	event_put_int(store, "refused", counters->refused);
	json_object_set_new(stats, "store", store);
}

static void write_stats(struct server *server)
{
	json_t *stats = event_begin(NULL);

	event_put_int(stats, "uptime", (uint64_t)(ev_time() - server->started));
	put_streams(server, stats);
	put_datagrams(server, stats);
	put_store(server, stats);
	if (server->stats)
		server->stats(server, stats);
	event_log_turn(&server->log);
	event_put_int(stats, "events", server->log.written);
	event_put_int(stats, "events_dropped", server->log.dropped);
	event_end(server->events, NULL, "stats", stats);
	event_log_turn(&server->log);
	if (server->log.dropped)
		server_warn(server, "%llu events dropped: %s",
			    (unsigned long long)server->log.dropped,
			    server->log.error ? strerror(server->log.error) : "too many bytes");
}

static void free_server(struct server *server)
{
	struct stream_listener *listener;
	struct datagram_socket *socket;

	while ((listener = server->streams)) {
		server->streams = listener->next;
		stream_listener_free(listener);
	}
	while ((socket = server->datagrams)) {
		server->datagrams = socket->next;
		datagram_free(socket);
	}
	handover_close(server);
	event_log_close(&server->log);
	ev_signal_stop(server->loop, &server->term);
	ev_signal_stop(server->loop, &server->interrupt);
	ev_prepare_stop(server->loop, &server->turn);
	ev_check_stop(server->loop, &server->woken);
	ev_loop_destroy(server->loop);
	names_close(server->log.names);
	store_close(server->store);
	labconf_free(server->conf);
	free(server);
}

static bool bind_socket(int fd, const struct in6_addr *address, uint16_t port, int type)
{
	union addr_socket local;
	socklen_t len = addr_to_socket(address, port, &local);
	int on = 1;

	if (type == SOCK_STREAM && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
		return false;
	/* whether it has the address is the namespace's matter: one without IPv6 serves IPv4 */
	if (!addr_is_v4(address) &&
	    (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0 ||
	     setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof(on)) < 0))
		return false;
	return !bind(fd, &local.any, len);
}

int server_socket(const struct server *server, enum server_family family, int type, uint16_t port)
{
	int fd = socket(family == SERVER_IPV6 ? AF_INET6 : AF_INET,
			type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error;

	if (fd < 0)
		return family == SERVER_IPV6 && errno == EAFNOSUPPORT ? -1 : -2;
	if (bind_socket(fd, &server->address[family], port, type))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -2;
}

static int say_ready(struct server *server)
{
	static const char text[] = "ready\n";
	ssize_t n;

	if (server->ready_fd < 0)
		return 0;
	n = write(server->ready_fd, text, sizeof(text) - 1);
	if (server->ready_fd > STDERR_FILENO)
		close(server->ready_fd);
	if (n == sizeof(text) - 1)
		return 0;
	server_warn(server, "--ready-fd: %s", strerror(errno));
	return -1;
}

int server_run(struct server *server)
{
	struct stream_listener *listener;

	if (chdir("/") < 0 || priv_drop(server->user) < 0 || say_ready(server) < 0)
		return server_fail(server);
	ev_run(server->loop, 0);
	if (server->stop)
		server->stop(server);
	for (listener = server->streams; listener; listener = listener->next)
		stream_listener_close(listener);
	write_stats(server);
	free_server(server);
	return 0;
}

int server_fail(struct server *server)
{
	free_server(server);
	return STATUS_REFUSED;
}
