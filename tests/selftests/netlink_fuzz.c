// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink messages made from the specification, and spoilt.
 *
 *	netlink_fuzz [-s SEED] [-n MESSAGES] [-f] FACTS
 *
 * FACTS is what tests/unit/spec_yaml.awk makes of the specification: the commands, their attributes
 * with type and limits, the numbers of all.  Each message is a valid one of some command, most with
 * values at the limits, and then, mostly, spoilt: lengths, types, nesting, duplicates, what is missing.
 * -f: one of the first allocations that the kernel makes for each message fails (fail-nth).  Prints
 * how many the kernel took and refused; anything it thinks of them is fine.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/sinkbridge.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM	65536
#define FIELDS	256
#define DEPTH	4

/* "policy-SET NAME TYPE CHECKS", or "attributes-SET NAME NUMBER", or "commands NAME NUMBER" */
struct field {
	char		set[32];
	char		name[32];
	char		type[16];
	char		nest[32];	/* of a nest: the set of its fields */
	long long	number, min, max, exact, max_len, min_len;
};

static struct field policies[FIELDS], numbers[FIELDS], commands[FIELDS];
static int policy_count, number_count, command_count;
static uint64_t state;
static uint8_t message[ROOM * 2];
static size_t at;
static unsigned long taken, refused, silent, spoilt, failed;
static int fault = -1;

static uint64_t draw(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;	/* splitmix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static unsigned int below(unsigned int n)
{
	return (unsigned int)(draw() % n);
}

static bool chance(unsigned int percent)
{
	return below(100) < percent;
}

static void read_check(struct field *field, const char *word)
{
	long long *limit = !strncmp(word, "min:", 4) ? &field->min :
			   !strncmp(word, "max:", 4) ? &field->max :
			   !strncmp(word, "exact-len:", 10) ? &field->exact :
			   !strncmp(word, "max-len:", 8) ? &field->max_len :
			   !strncmp(word, "min-len:", 8) ? &field->min_len : NULL;

	if (limit)
		*limit = atoll(strchr(word, ':') + 1);
	else
		snprintf(field->nest, sizeof(field->nest), "%s", word);
}

static void read_fact(char *line)
{
	char *kind = strtok(line, " \n"), *name = strtok(NULL, " \n"), *third = strtok(NULL, " \n");
	struct field field = { .min = -1, .max = -1, .exact = -1, .max_len = -1, .min_len = -1 };
	char *word;

	if (!third)
		return;
	snprintf(field.name, sizeof(field.name), "%s", name);
	if (!strncmp(kind, "policy-", 7) && policy_count < FIELDS) {
		snprintf(field.set, sizeof(field.set), "%s", kind + 7);
		snprintf(field.type, sizeof(field.type), "%s", third);
		while ((word = strtok(NULL, " \n")))
			read_check(&field, word);
		policies[policy_count++] = field;
	} else if (!strncmp(kind, "attributes-", 11) && number_count < FIELDS) {
		snprintf(field.set, sizeof(field.set), "%s", kind + 11);
		field.number = atoll(third);
		numbers[number_count++] = field;
	} else if (!strcmp(kind, "commands") && command_count < FIELDS) {
		field.number = atoll(third);
		commands[command_count++] = field;
	}
}

static void read_facts(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[512];

	if (!file) {
		perror(path);
		exit(2);
	}
	while (fgets(line, sizeof(line), file))
		read_fact(line);
	fclose(file);
	if (!policy_count || !number_count || !command_count) {
		fprintf(stderr, "netlink_fuzz: %s: no facts, expected those of spec_yaml.awk\n", path);
		exit(2);
	}
}

static unsigned int number_of(const char *set, const char *name)
{
	for (int i = 0; i < number_count; i++)
		if (!strcmp(numbers[i].set, set) && !strcmp(numbers[i].name, name))
			return (unsigned int)numbers[i].number;
	fprintf(stderr, "netlink_fuzz: no number of %s in %s\n", name, set);
	exit(2);
}

static void put(const void *data, size_t len)
{
	if (len > ROOM - at)
		len = ROOM - at;
	memcpy(message + at, data, len);
	at += len;
}

static void put_noise(size_t len)
{
	for (; len; len--) {
		uint8_t byte = (uint8_t)draw();

		put(&byte, 1);
	}
}

static void put_string(const struct field *field)
{
	static const char *const words[] = { "sink0", "sink9", "srv", "second", "g0", "s0", "s1", "nosuch",
					     "", "lo", "123456789012345", "1234567890123456",
					     "a/b", "\xff\xfe", "Dns", "udp dport 5" };
	unsigned int all = sizeof(words) / sizeof(*words);
	const char *word = words[!chance(80) ? below(all) : strcmp(field->name, "bridge") ? 2 + below(5) :
							    chance(15)];

	put(word, strlen(word) + !chance(5));
}

static void put_number(const struct field *field, size_t size)
{
	static const long long odd[] = { 0, 1, 2, 6, 17, 32, 53, 64, 127, 128, 255, 256, 1000, 65535,
					 65536, 0x7fffffff, 0xffffffff };
	long long min = field->min < 0 ? 0 : field->min, value;
	uint64_t raw;

	/* limits of tables are memory: seldom */
	if (field->max > 1000000 && !chance(1))
		value = min + below(1000);
	else if (chance(50) && field->max > min)
		value = field->max < 300 ? min + below((unsigned int)(field->max - min + 1)) :
			chance(50) ? field->max - 1 + below(3) : min + below(100);
	else
		value = chance(60) ? min - 1 + below(4) : odd[below(sizeof(odd) / sizeof(*odd))];
	raw = (uint64_t)value;
	if (field->type[0] == 'b' && size == 2)
		raw = htons((uint16_t)value);
	put(&raw, size);
}

static void put_binary(const struct field *field)
{
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 9 }, v4[] = { 198, 18, 0, 77 };
	static const uint8_t v6[] = { 0xfd, 0x53, 0x42, [15] = 7 };
	long long len = field->exact >= 0 ? field->exact : chance(50) ? field->min_len :
			chance(90) ? field->max_len : (long long)below(20);

	if (len == 6 && chance(80))
		put(mac, 6);
	else if (len == 4 && chance(60))
		put(v4, 4);
	else if (len == 16 && chance(60))
		put(v6, 16);
	else
		put_noise(len > 0 && len < 64 ? (size_t)len : 0);
}

static void put_fields(const char *set, const char *attributes, int depth);

static void put_value(const struct field *field, int depth)
{
	if (!strcmp(field->type, "string"))
		put_string(field);
	else if (!strcmp(field->type, "u8"))
		put_number(field, 1);
	else if (!strcmp(field->type, "u16") || !strcmp(field->type, "be16"))
		put_number(field, 2);
	else if (!strcmp(field->type, "u32"))
		put_number(field, 4);
	else if (!strcmp(field->type, "u64"))
		put_number(field, 8);
	else if (!strcmp(field->type, "binary"))
		put_binary(field);
	else if (!strcmp(field->type, "nest") && depth < DEPTH)
		put_fields(field->nest, field->name, depth + 1);
}

static void put_attribute(const struct field *field, unsigned int type, int depth)
{
	size_t start = at;
	struct nlattr attr;

	if (at + 64 > ROOM)
		return;
	at += sizeof(attr);
	put_value(field, depth);
	attr.nla_len = (uint16_t)(at - start);
	attr.nla_type = (uint16_t)(type | (*field->type == 'n' ? NLA_F_NESTED : 0));
	memcpy(message + start, &attr, sizeof(attr));
	while (at % 4)
		message[at++] = 0;
}

/* What hardly any message makes sense without. */
static bool is_needed(const struct field *field)
{
	static const char *const names[] = { "bridge", "name", "port-name", "mac", "ipv4", "action",
					     "id" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(field->name, names[i]))
			return true;
	return *field->type == 'n';
}

static void put_fields(const char *set, const char *attributes, int depth)
{
	for (int i = 0; i < policy_count; i++) {
		const struct field *field = &policies[i];
		unsigned int times = 1;

		if (strcmp(field->set, set) || !chance(is_needed(field) ? 96 : 25))
			continue;
		if (chance(3))
			times = below(3);
		if (*field->type == 'n' && !strcmp(set, "rule-replace"))
			times = below(chance(95) ? 6 : 200);
		while (times--)
			put_attribute(field, number_of(attributes, field->name), depth);
	}
}

/* One attribute's header, wherever it stands. */
static void spoil_attribute(size_t where)
{
	struct nlattr attr;

	memcpy(&attr, message + where, sizeof(attr));
	switch (below(6)) {
	case 0:	attr.nla_len = (uint16_t)below(24); break;
	case 1:	attr.nla_len = (uint16_t)(attr.nla_len + below(9) - 4); break;
	case 2:	attr.nla_len = (uint16_t)draw(); break;
	case 3:	attr.nla_type ^= NLA_F_NESTED; break;
	case 4:	attr.nla_type = (uint16_t)(chance(80) ? below(80) : draw()); break;
	case 5:	attr.nla_type |= NLA_F_NET_BYTEORDER; break;
	}
	memcpy(message + where, &attr, sizeof(attr));
}

static void spoil(size_t first)
{
	unsigned int times = 1 + below(3);

	spoilt++;
	while (times--) {
		size_t body = at > first ? at - first : 0;

		switch (below(7)) {
		case 0:
		case 1:
		case 2:	/* attributes are aligned: some of these places are headers */
			if (body >= 8)
				spoil_attribute(first + 4 * below((unsigned int)body / 4));
			break;
		case 3:
			if (body)
				message[first + below((unsigned int)body)] ^= (uint8_t)(1 << below(8));
			break;
		case 4:
			at = first + (body ? below((unsigned int)body + 1) : 0);
			break;
		case 5:
			put_noise(below(64));
			break;
		case 6:	/* a piece once more, or deeper */
			if (body >= 8 && at + body < ROOM)
				put(message + first, 4 * (1 + below((unsigned int)body / 4)));
			break;
		}
	}
}

static void make(int family)
{
	const struct field *command = &commands[below((unsigned int)command_count)];
	struct nlmsghdr *nlh = (void *)message;
	struct genlmsghdr *genl = (void *)(message + sizeof(*nlh));

	/* what ends everything seldom, what changes most often */
	if (!strcmp(command->name, "bridge-del") && chance(90))
		command = &commands[below((unsigned int)command_count)];
	if (chance(30))
		while (strncmp(command->name, "rule-", 5) && strncmp(command->name, "server-", 7))
			command = &commands[below((unsigned int)command_count)];
	*nlh = (struct nlmsghdr){ .nlmsg_type = (uint16_t)family, .nlmsg_seq = (uint32_t)draw(),
				  .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK };
	if (strstr(command->name, "-get") && chance(60))
		nlh->nlmsg_flags |= NLM_F_DUMP;
	if (chance(5))
		nlh->nlmsg_flags ^= (uint16_t)draw() & ~NLM_F_REQUEST;
	*genl = (struct genlmsghdr){ .cmd = (uint8_t)command->number,
				     .version = SINKBRIDGE_GENL_VERSION };
	if (chance(2))
		genl->cmd = (uint8_t)draw();
	at = sizeof(*nlh) + sizeof(*genl);
	put_fields(command->name, "message", 0);
	if (chance(50))
		spoil(sizeof(*nlh) + sizeof(*genl));
	nlh->nlmsg_len = (uint32_t)at;
	if (chance(2))
		nlh->nlmsg_len = (uint32_t)(at + below(40) - 20);
}

/* All that the kernel has to say; a dump goes on with each read. */
static void listen_to(struct mnl_socket *sock)
{
	static char reply[ROOM];
	bool answered = false;
	ssize_t n;

	while ((n = recv(mnl_socket_get_fd(sock), reply, sizeof(reply), MSG_DONTWAIT)) > 0 ||
	       (n < 0 && errno == ENOBUFS)) {
		const struct nlmsghdr *nlh = (const void *)reply;
		int left = (int)n;

		for (; n > 0 && mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
			const int *error = mnl_nlmsg_get_payload(nlh);

			if (nlh->nlmsg_type != NLMSG_ERROR && nlh->nlmsg_type != NLMSG_DONE)
				continue;
			answered = true;
			*(*error ? &refused : &taken) += 1;
		}
	}
	silent += !answered;
}

/* n 0: no more; tells whether it has happened. */
static bool fail_nth(unsigned int n)
{
	char text[16];
	ssize_t len;

	if (fault < 0)
		return false;
	if (n) {
		len = snprintf(text, sizeof(text), "%u", n);
		return pwrite(fault, text, (size_t)len, 0) == len;
	}
	len = pread(fault, text, sizeof(text) - 1, 0);
	return len > 0 && text[0] == '0' && pwrite(fault, "0", 1, 0) == 1;
}

static int find_family(struct mnl_socket *sock)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(message);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	const struct nlattr *attr;
	char reply[8192];

	nlh->nlmsg_type = GENL_ID_CTRL;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	genl->cmd = CTRL_CMD_GETFAMILY;
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, SINKBRIDGE_GENL_NAME);
	if (mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) < 0 ||
	    mnl_socket_recvfrom(sock, reply, sizeof(reply)) < 0)
		return -1;
	mnl_attr_for_each(attr, (struct nlmsghdr *)reply, sizeof(*genl))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			return mnl_attr_get_u16(attr);
	return -1;
}

int main(int argc, char **argv)
{
	struct mnl_socket *sock = mnl_socket_open(NETLINK_GENERIC);
	unsigned long count = 1000;
	int option, family;

	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) || getrandom(&state, 4, 0) != 4)
		return 2;
	while ((option = getopt(argc, argv, "s:n:f")) != -1) {
		switch (option) {
		case 's':	state = strtoull(optarg, NULL, 0); break;
		case 'n':	count = strtoul(optarg, NULL, 0); break;
		case 'f':	fault = open("/proc/thread-self/fail-nth", O_RDWR); break;
		default:	return 2;
		}
	}
	if (argc - optind != 1) {
		fprintf(stderr, "usage: netlink_fuzz [-s SEED] [-n MESSAGES] FACTS\n");
		return 2;
	}
	read_facts(argv[optind]);
	family = find_family(sock);
	if (family < 0) {
		fprintf(stderr, "netlink_fuzz: no family " SINKBRIDGE_GENL_NAME "\n");
		return 2;
	}
	printf("seed %llu: ", (unsigned long long)state);
	fflush(stdout);
	for (unsigned long i = 0; i < count; i++) {
		bool sent;

		make(family);
		fail_nth(1 + below(80));
		sent = mnl_socket_sendto(sock, message, at) >= 0;
		if (sent)
			listen_to(sock);
		else
			refused++;
		/* what has happened has been counted down to nothing; the rest is called off */
		if (fail_nth(0))
			failed++;
		else if (fault >= 0 && pwrite(fault, "0", 1, 0) != 1)
			return 1;
	}
	printf("%lu messages, %lu of them spoilt; %lu taken, %lu refused, %lu without an answer", count,
	       spoilt, taken, refused, silent);
	if (fault >= 0)
		printf("; in %lu an allocation failed", failed);
	putchar('\n');
	return 0;
}
