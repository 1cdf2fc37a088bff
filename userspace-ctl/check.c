// SPDX-License-Identifier: GPL-2.0-only
/* sinkctl check: does the containment promise hold on this host, now? */
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "format.h"
#include "number.h"
#include "output.h"

static const char help[] =
"usage: sinkctl check [BRIDGE]\n"
"\n"
"Looks for whatever breaks the containment promise on a bridge, or on all that are under control:\n"
"hooks that are missing or come too late, ports that are not classified, addresses, routes and\n"
"devices on ports, programs that take frames first, other ways out of a server's namespace. A line a\n"
"finding, with what to do: 'broken' is not contained; 'note' does not break the promise. Exit status 1\n"
"if anything is broken, or could not be looked at.\n";

void check_finding(struct check *check, bool broken, const char *device, const char *code,
		   const char *remedy, const char *what, ...)
{
	char text[256];
	va_list args;

	va_start(args, what);
	vsnprintf(text, sizeof(text), what, args);
	va_end(args);
	check->broken += broken;
	if (json_output)
		list_item(json_pack("{s:o, s:o, s:s, s:b, s:s, s:s}",
				    "bridge", text_to_json(check->bridge),
				    "device", text_to_json(device), "finding", code,
				    "broken", broken, "text", text, "remedy", remedy));
	else
		printf("%-6s  %s%s%s  %s: %s\n", broken ? "broken" : "note", check->bridge,
		       *device ? " " : "", device, text, remedy);
}

/* Not looked at is not the same as in order. */
void check_unseen(struct check *check, const char *device, const char *code, int err,
		  const char *what)
{
	check->unseen++;
	check_finding(check, false, device, code,
		      err == -EPERM || err == -EACCES ? "run as root" :
		      "run it again, or look there by hand",
		      "%s: %s", what, strerror(-err));
}

/*
 * NLMSG_ERROR and NLMSG_DONE begin with an error number: libmnl reads that of the
 * first only, and a dump that is refused after it has begun ends with the second.
 */
static int end_cb(const struct nlmsghdr *nlh, void *data)
{
	int err = -EBADMSG;

	(void)data;
	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(err))
		memcpy(&err, mnl_nlmsg_get_payload(nlh), sizeof(err));
	else if (nlh->nlmsg_type == NLMSG_DONE)
		err = 0;
	if (err >= 0)
		return MNL_CB_STOP;
	errno = -err;
	return MNL_CB_ERROR;
}

int check_dump(int bus, struct nlmsghdr *request, mnl_cb_t fn, void *data)
{
	struct mnl_socket *sock = mnl_socket_open(bus);
	static mnl_cb_t ends[NLMSG_MIN_TYPE] = { [NLMSG_ERROR] = end_cb, [NLMSG_DONE] = end_cb };
	static char reply[1 << 16];
	unsigned int port;
	int ret = -1;

	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID))
		goto out;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = (unsigned int)time(NULL);
	port = mnl_socket_get_portid(sock);
	if (mnl_socket_sendto(sock, request, request->nlmsg_len) < 0)
		goto out;
	do {
		ret = mnl_socket_recvfrom(sock, reply, sizeof(reply));
		if (ret > 0)
			ret = mnl_cb_run2(reply, ret, request->nlmsg_seq, port, fn, data, ends,
					  NLMSG_MIN_TYPE);
	} while (ret > MNL_CB_STOP);
out:
	ret = ret < 0 ? -errno : 0;
	if (sock)
		mnl_socket_close(sock);
	return ret;
}

static int list_port(const struct ipc_port *port, void *data)
{
	struct check *check = data;
	struct check_port *to = &check->ports[check->port_count];

	if (check->port_count == CHECK_PORTS)
		return -E2BIG;
	snprintf(to->name, sizeof(to->name), "%s", port->name);
	to->server = port->kind == SINKBRIDGE_PORT_SERVER;
	check->port_count++;
	return 0;
}

static bool is_listed(const struct check *check, const char *name)
{
	for (int i = 0; i < check->port_count; i++)
		if (!strcmp(check->ports[i].name, name))
			return true;
	return false;
}

/* Each port that the bridge has is one that the module has. */
static void check_ports(struct check *check)
{
	char path[64];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/class/net/%s/brif", check->bridge);
	dir = opendir(path);
	if (!dir) {
		check_unseen(check, "", "ports-unseen", -errno, "has ports that cannot be listed");
		return;
	}
	while ((entry = readdir(dir)))
		if (*entry->d_name != '.' && !is_listed(check, entry->d_name))
			check_finding(check, true, entry->d_name, "port-unknown",
				      "ip link set PORT nomaster, then master again",
				      "is a port that the module does not know");
	closedir(dir);
}

static void summary(const struct check *check)
{
	int servers = 0;

	for (int i = 0; i < check->port_count; i++)
		servers += check->ports[i].server;
	if (json_output || check->broken)
		return;
	if (check->unseen)
		printf("%s: perhaps contained: not everything could be looked at\n", check->bridge);
	else
		printf("%s: contained: %d guest port%s, %d server port%s, %d hooks in place\n",
		       check->bridge, check->port_count - servers,
		       check->port_count - servers == 1 ? "" : "s", servers,
		       servers == 1 ? "" : "s", check->hooks);
}

struct checks {
	struct ipc_bridge	*bridges;
	size_t			count;
};

static int list_bridge(const struct ipc_bridge *bridge, void *data)
{
	struct checks *checks = data;
	struct ipc_bridge *more = reallocarray(checks->bridges, checks->count + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	checks->bridges = more;
	more[checks->count++] = *bridge;
	return 0;
}

/* How many findings break the promise, or may hide what does; or a negative errno. */
static int check_bridge(struct ipc *ipc, const char *bridge)
{
	struct check *check = calloc(1, sizeof(*check));
	int ret;

	if (!check)
		return -ENOMEM;
	snprintf(check->bridge, sizeof(check->bridge), "%s", bridge);
	ret = ipc_port_dump(ipc, bridge, list_port, check);
	if (!ret) {
		check_ports(check);
		check_hooks(check);
		check_devices(check);
		check_servers(check);
		summary(check);
		ret = check->broken + check->unseen;
	}
	free(check);
	return ret;
}

static void no_control(const char *bridge, const char *remedy, const char *what)
{
	struct check check = { 0 };

	snprintf(check.bridge, sizeof(check.bridge), "%s", bridge);
	check_finding(&check, true, "", "no-control", remedy, "%s", what);
}

/* Not a wrong use of the command, but its first finding. */
static int find_control(struct ipc **ipc, const char *bridge, struct checks *checks)
{
	struct ipc_bridge one;
	int err = ipc_open(ipc);

	if (err) {
		no_control(bridge ? bridge : "host", "modprobe sinkbridge",
			   err == -ENOENT ? "the module is not loaded" : ipc_error());
		return EXIT_REFUSED;
	}
	err = bridge ? ipc_bridge_get(*ipc, bridge, &one) : ipc_bridge_dump(*ipc, list_bridge, checks);
	if (!err && bridge)
		err = list_bridge(&one, checks);
	if (err || !checks->count) {
		no_control(bridge ? bridge : "host", "sinkctl bridge add BRIDGE",
			   err ? ipc_error() : "no bridge is under control in this network namespace");
		return EXIT_REFUSED;
	}
	return 0;
}

int cmd_check(int argc, char **argv)
{
	struct words words = { .what = argv[0], .word = argv + 1, .left = argc - 1 };
	struct checks checks = { 0 };
	const char *bridge = NULL;
	struct ipc *ipc = NULL;
	int err = 0, found;

	if (words_help(&words, help))
		return 0;
	if (words.left)
		err = words_bridge(&words, &bridge);
	if (!err)
		err = words_end(&words);
	if (err)
		return err;
	list_begin();
	err = find_control(&ipc, bridge, &checks);
	for (size_t i = 0; i < checks.count; i++) {
		found = check_bridge(ipc, checks.bridges[i].name);
		if (found < 0)
			refused("check %s: %s", checks.bridges[i].name, ipc_error());
		if (found)
			err = EXIT_REFUSED;
	}
	list_end();
	free(checks.bridges);
	ipc_close(ipc);
	return err;
}
