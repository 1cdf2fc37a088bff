// SPDX-License-Identifier: GPL-2.0-only
/*
 * A service (SERVICE) under any bytes.  The first byte tells how they are cut,
 * and whether a data connection comes and goes and timers go off.  Over UDP no
 * answer is longer than allowed; events are JSON; what is said is bounded.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "../../fakeservers/tests/stage.h"

#define NAME_(name)	name##_service
#define NAME(name)	NAME_(name)

extern const struct service NAME(SERVICE);
static const struct service *const service = &NAME(SERVICE);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct labconf_target target = { .prefix = 32 };
static struct labconf_command commands[2];

static struct labconf_server conf = {
	.cnc = { .channel = (char *)"#x", .commands = commands, .command_count = 2 },
	.telnet = {
		.banner = (char *)"", .login_prompt = (char *)"login: ", .hostname = (char *)"device",
		.password_prompt = (char *)"Password: ", .shell_prompt = (char *)"# ",
	},
	.type = "service",
	.logins = { .any = true },
	.service = { .hostname = (char *)"server", .passive_first = 30000, .passive_last = 30001 },
};

static const struct labconf lab = { .path = (char *)"lab.conf" };
static void *shared;
static struct store *store;
static int folder = -1;

static void put_file(const char *name, const char *text)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		abort();
	close(fd);
}

static char path[] = "/tmp/fuzz-service.XXXXXX";

static void clean_up(void)
{
	unlinkat(folder, "a", 0);
	unlinkat(folder, "b", 0);
	rmdir(path);
}

static void prepare(void)
{
	if (!mkdtemp(path))
		abort();
	atexit(clean_up);
	folder = open(path, O_RDONLY | O_DIRECTORY);
	put_file("a", "From: a\n\n.dot\nbody\r\n\n");
	put_file("b", "");
	store = store_open(NULL, "nobody");
	if (strcmp(service->name, "tsunami") == 0)
		commands[0] = (struct labconf_command){ .message = (char *)"!* UDP 1.2.3.4 80 5" };
	else
		commands[0] = (struct labconf_command){
			.vector = { (char *)"udp", 1 }, .targets = &target, .target_count = 1,
		};
	commands[1] = commands[0];
	commands[1].keepalive = 2;
	commands[1].after = 1;
	conf.cnc.family = (char *)service->name;
	if (service->prepare)
		shared = service->prepare(&lab, &conf);
}

static void check(struct stage *stage)
{
	if (stage->out.cut || stage->talk.events > TALK_EVENTS_MAX + 100000)
		abort();
}

static void datagrams(struct stage *stage, const uint8_t *data, size_t size)
{
	size_t n, most, before;

	while (size && !stage->finished) {
		/* two bytes of length: a datagram of exactly its size */
		n = size > 2 ? (size_t)(data[0] << 8 | data[1]) % 1500 : size;
		data += size > 2 ? 2 : 0;
		size -= size > 2 ? 2 : 0;
		n = n < size ? n : size;
		uint8_t *exact = malloc(n ? n : 1);

		memcpy(exact, data, n);
		before = stage->out.len;
		most = n > service->reply_max ? n : service->reply_max;
		talk_datagram(&stage->talk, exact, n);
		free(exact);
		if (stage->out.len - before > most)
			abort();
		data += n;
		size -= n;
	}
}

static void connection(struct stage *stage, uint8_t how, const uint8_t *data, size_t size)
{
	size_t step = how & 0x1f ? how & 0x1f : size, n;
	unsigned int round = 0;

	talk_open(&stage->talk);
	for (; size && !stage->finished; data += n, size -= n) {
		n = step < size ? step : size;
		if (how & 0x80 && service->data_open && ++round % 4 == 1 && !stage->data) {
			stage->data = true;
			service->data_open(&stage->talk);
		}
		if (stage->data && round % 4 == 2) {
			service->data_input(&stage->talk, data, n);
		} else if (stage->data && round % 4 == 3) {
			stage->data = false;
			service->data_end(&stage->talk);
		}
		talk_receive(&stage->talk, data, n);
		if (how & 0x40 && service->timer && stage->timer > 0 && !stage->finished)
			service->timer(&stage->talk);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stage stage;
	char *text;

	if (!size)
		return 0;
	if (folder < 0)
		prepare();
	stage_begin(&stage, service, &conf, store);
	stage.talk.folder = folder;
	stage.talk.shared = shared;
	if (service->datagram && (!(service->transports & TALK_TCP) ||
				  data[0] & 0x20))
		datagrams(&stage, data + 1, size - 1);
	else
		connection(&stage, data[0], data + 1, size - 1);
	check(&stage);
	text = json_dumps(stage.events, JSON_COMPACT);
	if (!text)
		abort();
	free(text);
	stage_end(&stage);
	return 0;
}
