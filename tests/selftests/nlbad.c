// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink messages that no honest tool sends, and tables at their limits.
 *
 *	nlbad cases		bad messages: each must get its error, and a word why
 *	nlbad unprivileged	as nobody: setters are refused, getters answer
 *	nlbad rules N [dup]	replace the table by N rules (dup: the last like the first)
 *	nlbad race N		two tools replace the table N times each, a third dumps it
 *
 * The bridge is sink0, with the server "srv" behind port s0.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "nlbad_cases.h"

#define BUFFER	(8 << 20)	/* 65,537 rules take about 4 MB */

static struct mnl_socket *sock;
static int family;
static char *buffer;

static int die(const char *what)
{
	fprintf(stderr, "nlbad: %s: %s\n", what, strerror(errno));
	exit(2);
}

static struct nlmsghdr *begin(int type, int cmd, int flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | (flags & DUMP ? flags : flags | NLM_F_ACK);
	nlh->nlmsg_seq = 1;
	genl->cmd = cmd;
	genl->version = SINKBRIDGE_GENL_VERSION;
	return nlh;
}

static void put(struct nlmsghdr *nlh, const struct attr *attr)
{
	struct nlattr *nest;

	for (; attr->type != END; attr++) {
		if (!attr->nest) {
			mnl_attr_put(nlh, attr->type, attr->len, attr->data);
			continue;
		}
		nest = mnl_attr_nest_start(nlh, attr->type & NLA_TYPE_MASK);
		put(nlh, attr->nest);
		mnl_attr_nest_end(nlh, nest);
	}
}

/* The answer to a request: 0 or the error, its word and its offset; each other message goes to fn. */
struct answer {
	int error;
	char message[128];
	uint32_t offset;
	void (*fn)(const struct nlmsghdr *nlh, void *data);
	void *data;
};

static void read_ack(struct answer *answer, const struct nlmsghdr *nlh, size_t size)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, size) {
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
			snprintf(answer->message, sizeof(answer->message), "%s",
				 mnl_attr_get_str(attr));
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_OFFS)
			answer->offset = mnl_attr_get_u32(attr);
	}
}

static void ask(const struct nlmsghdr *request, struct answer *answer)
{
	static char reply[65536];
	const struct nlmsghdr *nlh;
	int size;

	if (mnl_socket_sendto(sock, request, request->nlmsg_len) < 0)
		die("send");
	for (;;) {
		size = mnl_socket_recvfrom(sock, reply, sizeof(reply));
		if (size < 0)
			die("no answer");
		for (nlh = (void *)reply; mnl_nlmsg_ok(nlh, size); nlh = mnl_nlmsg_next(nlh, &size)) {
			const int *error = mnl_nlmsg_get_payload(nlh);

			if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE) {
				answer->error = -*error;
				read_ack(answer, nlh, nlh->nlmsg_type == NLMSG_DONE ? sizeof(int) :
					 sizeof(struct nlmsgerr));
				return;
			}
			if (answer->fn)
				answer->fn(nlh, answer->data);
		}
	}
}

static void find_family(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;

	(void)data;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			family = mnl_attr_get_u16(attr);
}

static void open_socket(void)
{
	struct answer answer = { .fn = find_family };
	struct timeval patience = { .tv_sec = 60 };
	int one = 1, room = BUFFER;
	struct nlmsghdr *nlh;

	buffer = malloc(BUFFER);
	sock = mnl_socket_open(NETLINK_GENERIC);
	if (!buffer || !sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID))
		die("socket");
	mnl_socket_setsockopt(sock, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(sock, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(mnl_socket_get_fd(sock), SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	setsockopt(mnl_socket_get_fd(sock), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	nlh = begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, SINKBRIDGE_GENL_NAME);
	ask(nlh, &answer);
	if (!family) {
		errno = answer.error;
		die("family " SINKBRIDGE_GENL_NAME);
	}
}

static int check(const char *name, const struct answer *answer, int error, bool word)
{
	bool good = answer->error == error && (!word || *answer->message);

	printf("%s - %s: %s%s%s\n", good ? "ok" : "not ok", name,
	       answer->error ? strerrorname_np(answer->error) : "accepted",
	       *answer->message ? ", " : "", answer->message);
	if (!good)
		printf("# expected %s%s\n", error ? strerrorname_np(error) : "success",
		       word ? " and a word why" : "");
	return !good;
}

/* What attributes alone cannot say. */
static int bad_lengths(void)
{
	struct answer answer = {};
	struct nlmsghdr *nlh = begin(family, CMD(BRIDGE_GET), 0);
	struct nlattr *attr = mnl_nlmsg_get_payload_tail(nlh);
	int failed = 0;

	mnl_attr_put_strz(nlh, A(BRIDGE), "sink0");
	attr->nla_len += 64;
	ask(nlh, &answer);
	failed += check("an attribute longer than its message", &answer, EINVAL, true);
	attr->nla_len = 3;
	ask(nlh, &answer);
	failed += check("an attribute shorter than its header", &answer, EINVAL, true);

	nlh = begin(family, CMD(BRIDGE_GET), 0);
	mnl_attr_put_strz(nlh, A(BRIDGE), "sink0");
	memset(mnl_nlmsg_get_payload_tail(nlh), 0, 4);
	nlh->nlmsg_len += 2;
	ask(nlh, &answer);
	failed += check("bytes behind the attributes", &answer, EINVAL, true);

	nlh = begin(family, CMD(BRIDGE_GET), 0);
	((struct genlmsghdr *)mnl_nlmsg_get_payload(nlh))->reserved = 1;
	mnl_attr_put_strz(nlh, A(BRIDGE), "sink0");
	ask(nlh, &answer);
	failed += check("a reserved field", &answer, EINVAL, true);

	nlh = begin(family, CMD(BRIDGE_GET), 0);
	nlh->nlmsg_len = NLMSG_HDRLEN + 2;
	memset(answer.message, 0, sizeof(answer.message));
	ask(nlh, &answer);
	return failed + check("half a header", &answer, EINVAL, false);
}

static int run_cases(void)
{
	int failed = bad_lengths();
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct nlmsghdr *nlh = begin(family, cases[i].cmd, cases[i].flags & ~QUIET);
		struct answer answer = {};

		put(nlh, cases[i].attrs);
		ask(nlh, &answer);
		failed += check(cases[i].name, &answer, cases[i].error,
				!(cases[i].flags & QUIET));
	}
	return failed;
}

static int run_unprivileged(void)
{
	static const int setters[] = {
		CMD(BRIDGE_ADD), CMD(BRIDGE_DEL), CMD(SERVER_ADD), CMD(SERVER_DEL), CMD(RULE_ADD),
		CMD(RULE_DEL), CMD(RULE_REPLACE), CMD(FLOW_FLUSH),
	};
	static const int getters[] = {
		CMD(BRIDGE_GET), CMD(SERVER_GET), CMD(PORT_GET), CMD(RULE_GET), CMD(FLOW_GET),
	};
	char name[32];
	int failed = 0;
	size_t i;

	if (setgroups(0, NULL) || setgid(65534) || setuid(65534))
		die("become nobody");
	/* the credentials that count are those of the socket's opener, too */
	mnl_socket_close(sock);
	open_socket();
	for (i = 0; i < sizeof(setters) / sizeof(*setters) + sizeof(getters) / sizeof(*getters); i++) {
		bool set = i < sizeof(setters) / sizeof(*setters);
		int cmd = set ? setters[i] : getters[i - sizeof(setters) / sizeof(*setters)];
		struct nlmsghdr *nlh = begin(family, cmd, set ? 0 : DUMP);
		struct answer answer = {};

		put(nlh, LIST(BRIDGE));
		ask(nlh, &answer);
		snprintf(name, sizeof(name), "nobody's command %d", cmd);
		failed += check(name, &answer, set ? EPERM : 0, false);
	}
	return failed;
}

/* Rule n of a table of that kind (0 to 127): all of its matches differ from all others. */
static void put_rule(struct nlmsghdr *nlh, unsigned int kind, unsigned int n)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, A(RULE));

	mnl_attr_put_u32(nlh, A(RULE_DST), htonl((kind + 1) << 24 | n));
	mnl_attr_put_u8(nlh, A(RULE_PROTOCOL), 17);
	mnl_attr_put_u16(nlh, A(RULE_DPORT_FIRST), 53);
	mnl_attr_put_u8(nlh, A(RULE_ACTION), SINKBRIDGE_ACTION_TO);
	mnl_attr_put_strz(nlh, A(RULE_SERVER), "srv");
	mnl_attr_nest_end(nlh, nest);
}

static int run_rules(unsigned int count, bool dup)
{
	struct nlmsghdr *nlh = begin(family, CMD(RULE_REPLACE), 0);
	struct timespec start, end;
	struct answer answer = {};
	unsigned int i, last = 0;

	mnl_attr_put_strz(nlh, A(BRIDGE), "sink0");
	for (i = 0; i < count; i++) {
		last = nlh->nlmsg_len;
		put_rule(nlh, 9, dup && i == count - 1 ? 0 : i);
	}
	clock_gettime(CLOCK_MONOTONIC, &start);
	ask(nlh, &answer);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%s%s%s; %ld ms\n", answer.error ? strerrorname_np(answer.error) : "accepted",
	       *answer.message ? ", " : "", answer.message,
	       (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000);
	if (dup && answer.offset != last)
		printf("# points at byte %u, the rule is at %u\n", answer.offset, last);
	return dup ? answer.error != EEXIST || answer.offset != last : answer.error != 0;
}

static void read_generation(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == A(GENERATION))
			*(uint32_t *)data = mnl_attr_get_u32(attr);
}

static uint32_t generation(void)
{
	struct nlmsghdr *nlh = begin(family, CMD(BRIDGE_GET), 0);
	uint32_t value = 0;
	struct answer answer = { .fn = read_generation, .data = &value };

	mnl_attr_put_strz(nlh, A(BRIDGE), "sink0");
	ask(nlh, &answer);
	return value;
}

#define RACE_RULES	500

/* One of the two tools: reads the generation, and replaces if it still is that one. */
static int race_tool(unsigned int kind, unsigned int times)
{
	unsigned int again = 0, i;

	while (times) {
		uint32_t seen = generation();
		struct nlmsghdr *nlh = begin(family, CMD(RULE_REPLACE), 0);
		struct answer answer = {};

		mnl_attr_put_strz(nlh, A(BRIDGE), "sink0");
		mnl_attr_put_u32(nlh, A(GENERATION), seen);
		for (i = 0; i < RACE_RULES; i++)
			put_rule(nlh, kind, i);
		ask(nlh, &answer);
		if (!answer.error)
			times--;
		else if (answer.error == EAGAIN)
			again++;
		else
			return check("a replacement", &answer, 0, false);
	}
	printf("# tool %u: %u times too late\n", kind, again);
	fflush(stdout);
	return 0;
}

struct table_seen {
	unsigned int rules;
	unsigned int kinds;	/* a bit for each kind */
	bool interrupted;
};

static void see_rule(const struct nlmsghdr *nlh, void *data)
{
	struct table_seen *seen = data;
	const struct nlattr *attr, *inner;

	seen->rules++;
	seen->interrupted |= nlh->nlmsg_flags & NLM_F_DUMP_INTR;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != A(RULE))
			continue;
		mnl_attr_for_each_nested(inner, attr)
			if (mnl_attr_get_type(inner) == A(RULE_DST))
				seen->kinds |= 1 << (ntohl(mnl_attr_get_u32(inner)) >> 24);
	}
}

static int race_watch(unsigned int *whole, unsigned int *interrupted)
{
	struct nlmsghdr *nlh = begin(family, CMD(RULE_GET), DUMP);
	struct table_seen seen = {};
	struct answer answer = { .fn = see_rule, .data = &seen };

	mnl_attr_put_strz(nlh, A(BRIDGE), "sink0");
	ask(nlh, &answer);
	if (answer.error)
		return check("a dump", &answer, 0, false);
	if (seen.interrupted) {
		++*interrupted;
		return 0;
	}
	++*whole;
	if (seen.rules == RACE_RULES && (seen.kinds & (seen.kinds - 1)) == 0)
		return 0;
	printf("not ok - a mixed table: %u rules, kinds %x\n", seen.rules, seen.kinds);
	return 1;
}

static int run_race(unsigned int times)
{
	unsigned int whole = 0, interrupted = 0, left = 2, kind;
	uint32_t before;
	int failed, status;

	failed = run_rules(0, false) || race_tool(3, 1);
	before = generation();
	fflush(stdout);
	for (kind = 1; kind <= 2; kind++)
		if (!fork()) {
			open_socket();
			exit(race_tool(kind, times));
		}
	while (left) {
		failed |= race_watch(&whole, &interrupted);
		while (left && waitpid(-1, &status, WNOHANG) > 0) {
			failed |= status;
			left--;
		}
	}
	printf("# %u dumps whole, %u marked as interrupted\n", whole, interrupted);
	if (generation() - before != 2 * times) {
		printf("not ok - %u changes told, %u made\n", generation() - before, 2 * times);
		failed = 1;
	}
	return failed || !whole;
}

int main(int argc, char **argv)
{
	unsigned int n = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;

	open_socket();
	if (argc == 2 && !strcmp(argv[1], "cases"))
		return run_cases() != 0;
	if (argc == 2 && !strcmp(argv[1], "unprivileged"))
		return run_unprivileged() != 0;
	if (argc >= 3 && !strcmp(argv[1], "rules") && n <= 70000)
		return run_rules(n, argc > 3);
	if (argc == 3 && !strcmp(argv[1], "race"))
		return run_race(n);
	fprintf(stderr, "usage: nlbad cases | unprivileged | rules N [dup] | race N\n");
	return 2;
}
