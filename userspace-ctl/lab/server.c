// SPDX-License-Identifier: GPL-2.0-only
/* One server of a lab: its namespace, its port of the bridge, its program. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../command.h"
#include "../format.h"
#include "dhcp.h"
#include "lab.h"
#include "netns.h"

#define READY_SECONDS	60	/* slow kernels under test take their time */
#define LOG_LINES	5

/* Where a server's answers go; nobody is there, the bridge answers for every address. */
#define GATEWAY		"169.254.0.1"
#define GATEWAY6	"fe80::1"
#define GATEWAY_MAC	"02:00:5e:00:53:01"

static bool quiet_namespace(void *data)
{
	(void)data;
	/* addresses are ours alone to give, and usable at once */
	return netns_sysctl("net/ipv6/conf/all/disable_ipv6", "0") &&
	       netns_sysctl("net/ipv6/conf/default/disable_ipv6", "0") &&
	       netns_sysctl("net/ipv6/conf/all/accept_ra", "0") &&
	       netns_sysctl("net/ipv6/conf/default/accept_ra", "0") &&
	       netns_sysctl("net/ipv6/conf/default/accept_redirects", "0") &&
	       netns_sysctl("net/ipv6/conf/default/autoconf", "0") &&
	       netns_sysctl("net/ipv6/conf/default/router_solicitations", "0") &&
	       netns_sysctl("net/ipv6/conf/all/accept_dad", "0") &&
	       netns_sysctl("net/ipv6/conf/default/accept_dad", "0") &&
	       netns_sysctl("net/ipv6/conf/all/forwarding", "0") &&
	       netns_sysctl("net/ipv4/conf/all/rp_filter", "0") &&
	       netns_sysctl("net/ipv4/conf/default/rp_filter", "0") &&
	       netns_sysctl("net/ipv4/ip_forward", "0");
}

static bool said(const struct lab_server *server, const char *what, const char *error)
{
	refused("server \"%s\": %s: %s", server->conf->name, what, error);
	return false;
}

static bool make_namespace(struct lab *lab, struct lab_server *server, char error[IP_ERROR])
{
	if (netns_exists(server->netns))
		return said(server, server->netns, "the namespace is there already");
	if (journal_write(&lab->journal, "netns %s", server->netns))
		return said(server, "journal", strerror(errno));
	if (!ip_netns("add", server->netns, error))
		return said(server, server->netns, error);
	if (!netns_call(server->netns, quiet_namespace, NULL))
		return said(server, server->netns, "the namespace's settings were refused");
	return true;
}

/* A kernel without IPv6 has IPv4 alone. */
static bool has_ipv6(void)
{
	return !access("/proc/sys/net/ipv6", F_OK);
}

static bool give_addresses(const struct lab_server *server, char error[IP_ERROR])
{
	char commands[1024], address[ADDR_TEXT_MAX];

	snprintf(commands, sizeof(commands),
		 "link set lo up\naddr add %s/32 dev eth0\nlink set eth0 addrgenmode none\n"
		 "link set eth0 up\n"
		 "neigh replace " GATEWAY " lladdr " GATEWAY_MAC " nud permanent dev eth0\n"
		 "route add default via " GATEWAY " dev eth0 onlink\n",
		 inet_ntop(AF_INET, &server->conf->address, address, sizeof(address)));
	if (!ip_batch(server->netns, commands, error))
		return false;
	if (server->conf->kind == LABCONF_DHCP) {
		dhcp_commands(server->conf, commands);
		if (!ip_batch(server->netns, commands, error))
			return false;
	}
	if (!has_ipv6())
		return true;
	snprintf(commands, sizeof(commands),
		 "addr add %s/128 dev eth0 nodad\n"
		 "neigh replace " GATEWAY6 " lladdr " GATEWAY_MAC " nud permanent dev eth0\n"
		 "route add default via " GATEWAY6 " dev eth0 onlink\n",
		 addr_text(&server->conf->address6, address));
	return ip_batch(server->netns, commands, error);
}

static bool make_port(struct lab *lab, struct lab_server *server, char error[IP_ERROR])
{
	char commands[1024], mac[MAC_TEXT_MAX], path[64];

	if (getrandom(server->mac, sizeof(server->mac), 0) != sizeof(server->mac))
		return said(server, "address", strerror(errno));
	server->mac[0] = (server->mac[0] & 0xfc) | 2;	/* unicast, locally administered */
	mac_text(server->mac, mac);
	if (if_nametoindex(server->port))
		return said(server, server->port, "the interface is there already");
	if (journal_write(&lab->journal, "port %s", server->port))
		return said(server, "journal", strerror(errno));
	snprintf(commands, sizeof(commands),
		 "link add %s type veth peer name eth0 address %s netns %s\n"
		 "link set %s addrgenmode none\n", server->port, mac, server->netns, server->port);
	if (!ip_batch(NULL, commands, error))
		return said(server, server->port, error);
	snprintf(path, sizeof(path), "net/ipv6/conf/%s/disable_ipv6", server->port);
	netns_sysctl(path, "1");
	snprintf(commands, sizeof(commands), "link set %s master %s up\n", server->port,
		 lab->conf->bridge);
	if (!ip_batch(NULL, commands, error))
		return said(server, server->port, error);
	if (!give_addresses(server, error))
		return said(server, server->netns, error);
	return true;
}

bool lab_server_make(struct lab *lab, struct lab_server *server)
{
	struct ipc_server add = { .ipv4 = server->conf->address };
	char error[IP_ERROR];

	if (!make_namespace(lab, server, error) || !make_port(lab, server, error))
		return false;
	snprintf(add.name, sizeof(add.name), "%s", server->conf->name);
	snprintf(add.port, sizeof(add.port), "%s", server->port);
	memcpy(add.mac, server->mac, sizeof(add.mac));
	if (has_ipv6())
		add.ipv6 = server->conf->address6;
	if (ipc_server_add(lab->ipc, lab->conf->bridge, &add))
		return said(server, "add", ipc_error());
	return true;
}

static pid_t start_fake(struct lab *lab, struct lab_server *server, int log, int ready)
{
	char number[12];
	char *argv[] = {
		server->program, "--config", lab->path, "--server", server->conf->name,
		"--bridge", lab->conf->bridge, "--events", lab->events, "--ready-fd", number,
		"--folder", lab->journal.folder,
		lab->store[0] ? "--store" : NULL, lab->store, NULL
	};
	struct process_order order = {
		.name = server->conf->name, .netns = server->netns, .argv = argv,
		.out = log, .err = -1, .pass = ready,
	};

	snprintf(number, sizeof(number), "%d", ready);
	return process_start(&lab->journal, &order, &server->process.start);
}

static pid_t start_dhcp(struct lab *lab, struct lab_server *server, int log)
{
	struct dhcp_arguments arguments;
	struct process_order order = {
		.name = server->conf->name, .netns = server->netns, .argv = arguments.argv,
		.out = log, .err = -1, .pass = -1,
	};

	dhcp_arguments(lab, server, &arguments);
	return process_start(&lab->journal, &order, &server->process.start);
}

static pid_t start_exec(struct lab *lab, struct lab_server *server, int log)
{
	struct process_order order = {
		.name = server->conf->name, .netns = server->netns,
		.user = server->conf->exec.user, .argv = server->conf->exec.argv,
		.environment = lab->clock.environment,
		.out = log, .err = -1, .pass = -1,
	};

	return process_start(&lab->journal, &order, &server->process.start);
}

bool lab_server_start(struct lab *lab, struct lab_server *server)
{
	char path[128], address[ADDR_TEXT_MAX], address6[ADDR_TEXT_MAX];
	int log, ready[2] = { -1, -1 };

	snprintf(path, sizeof(path), "%s/%s.log", lab->journal.folder, server->conf->name);
	if (journal_write(&lab->journal, "server %s %s %s %u %s", server->conf->name,
			  server->conf->type,
			  inet_ntop(AF_INET, &server->conf->address, address, sizeof(address)),
			  server->conf->port, addr_text(&server->conf->address6, address6)))
		return said(server, "journal", strerror(errno));
	log = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	if (log < 0)
		return said(server, path, strerror(errno));
	if (server->conf->kind == LABCONF_EXEC)
		server->process.pid = start_exec(lab, server, log);
	else if (server->conf->kind == LABCONF_DHCP)
		server->process.pid = start_dhcp(lab, server, log);
	else if (pipe2(ready, O_CLOEXEC))
		server->process.pid = -errno;
	else
		server->process.pid = start_fake(lab, server, log, ready[1]);
	close(log);
	if (ready[1] >= 0)
		close(ready[1]);
	server->ready_fd = ready[0];
	if (server->process.pid < 0)
		return said(server, "start", strerror(-server->process.pid));
	return true;
}

/* Does anything in the process's namespace listen on that port? */
static bool listens(pid_t pid, bool udp, uint16_t port)
{
	static const char *const files[] = { "tcp", "tcp6", "udp", "udp6" };
	const unsigned int listening = udp ? 7 : 10;	/* TCP_CLOSE, TCP_LISTEN */
	char path[64], line[512];
	unsigned int local, state;
	bool found = false;

	for (int i = 0; i < 2 && !found; i++) {
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%d/net/%s", (int)pid, files[i + 2 * udp]);
		file = fopen(path, "re");
		while (file && !found && fgets(line, sizeof(line), file))
			found = sscanf(line, " %*u: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x",
				       &local, &state) == 2 && local == port && state == listening;
		if (file)
			fclose(file);
	}
	return found;
}

/* 1: ready, 0: not yet, -1: it ended */
static int ask(struct lab_server *server)
{
	struct pollfd poll_fd = { .fd = server->ready_fd, .events = POLLIN };
	bool dhcp = server->conf->kind == LABCONF_DHCP;
	uint16_t port = dhcp ? server->conf->port : server->conf->exec.ready_port;
	char byte;

	if (dhcp || server->conf->kind == LABCONF_EXEC) {
		if (!process_alive(server->process.pid, server->process.start))
			return -1;
		return !port || listens(server->process.pid, dhcp, port);
	}
	if (poll(&poll_fd, 1, 0) <= 0)
		return 0;
	return read(server->ready_fd, &byte, 1) == 1 ? 1 : -1;
}

/* The log's last lines, on stderr; a server's own words are printable, a foreign program's may not be. */
static void show_log(const struct lab *lab, const struct lab_server *server)
{
	char path[128], text[2048];
	const char *from = text;
	unsigned int lines = 0;
	size_t len = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.log", lab->journal.folder, server->conf->name);
	file = fopen(path, "re");
	if (file) {
		if (fseek(file, -(long)(sizeof(text) - 1), SEEK_END))
			rewind(file);
		len = fread(text, 1, sizeof(text) - 1, file);
		fclose(file);
	}
	while (len && text[len - 1] == '\n')
		len--;
	text[len] = '\0';
	for (size_t i = len; i > 0 && lines < LOG_LINES; i--)
		if (text[i - 1] == '\n' && ++lines == LOG_LINES)
			from = text + i;
	for (; *from; from++) {
		if (from == text || from[-1] == '\n')
			fprintf(stderr, "  %s: ", server->conf->name);
		fputc((unsigned char)*from < ' ' && *from != '\n' ? '?' : *from, stderr);
	}
	if (len)
		fputc('\n', stderr);
}

static bool died(const struct lab *lab, const struct lab_server *server)
{
	int status = 0;

	if (waitpid(server->process.pid, &status, 0) < 0)
		refused("server \"%s\" ended at its start", server->conf->name);
	else if (WIFSIGNALED(status))
		refused("server \"%s\" ended at its start by signal %d", server->conf->name,
			WTERMSIG(status));
	else
		refused("server \"%s\" ended at its start with status %d", server->conf->name,
			WEXITSTATUS(status));
	show_log(lab, server);
	return false;
}

bool lab_servers_wait(struct lab *lab)
{
	double end = process_clock() + READY_SECONDS;
	size_t waiting = lab->server_count;

	while (waiting) {
		for (size_t i = 0; i < lab->server_count; i++) {
			struct lab_server *server = &lab->servers[i];
			int answer = server->ready ? 0 : ask(server);

			if (answer < 0)
				return died(lab, server);
			if (answer > 0) {
				server->ready = true;
				waiting--;
			} else if (!server->ready && process_clock() > end) {
				refused("server \"%s\" is not ready after %d seconds",
					server->conf->name, READY_SECONDS);
				show_log(lab, server);
				return false;
			}
		}
		if (waiting)
			process_pause(10);
	}
	return true;
}
