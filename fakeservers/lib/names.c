// SPDX-License-Identifier: GPL-2.0-only
/* Names of addresses, in a file that all servers share. */
#include "names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUCKETS		16384
#define LINE_MAX_LEN	1200	/* a name of 255 bytes, each as \DDD, and an address */
#define READ_MAX	65536

struct entry {
	struct entry *next;
	struct in6_addr addr;
	char name[];
};

struct names {
	int fd;
	off_t read;		/* up to here */
	size_t count;
	bool is_own, has_turns, has_looked;
	uint64_t seed;
	struct entry *bucket[BUCKETS];
};

struct names *names_open(const char *beside)
{
	struct names *names = calloc(1, sizeof(*names));
	const char *slash = strrchr(beside, '/');
	char *path = NULL;

	if (!names)
		return NULL;
	if (getrandom(&names->seed, sizeof(names->seed), 0) < 0)
		names->seed = 1;
	if (asprintf(&path, "%.*s" NAMES_FILE, slash ? (int)(slash - beside) + 1 : 0, beside) < 0)
		path = NULL;
	names->fd = path ? open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644) : -1;
	free(path);
	if (names->fd >= 0)
		return names;
	free(names);
	return NULL;
}

void names_close(struct names *names)
{
	struct entry *entry;

	for (size_t i = 0; names && i < BUCKETS; i++) {
		while ((entry = names->bucket[i])) {
			names->bucket[i] = entry->next;
			free(entry);
		}
	}
	if (names)
		close(names->fd);
	free(names);
}

static struct entry **bucket_of(struct names *names, const struct in6_addr *addr)
{
	uint64_t half[2], hash;

	memcpy(half, addr, sizeof(half));
	hash = (half[0] ^ names->seed) * 0x9e3779b97f4a7c15ULL;
	hash = (hash ^ half[1] ^ hash >> 29) * 0xbf58476d1ce4e5b9ULL;
	return &names->bucket[(hash ^ hash >> 32) % BUCKETS];
}

static const char *look_up(struct names *names, const struct in6_addr *addr)
{
	struct entry *entry = *bucket_of(names, addr);

	while (entry && !addr_equal(&entry->addr, addr))
		entry = entry->next;
	return entry ? entry->name : NULL;
}

static bool remember(struct names *names, const struct in6_addr *addr, const char *text, size_t len)
{
	struct entry **bucket = bucket_of(names, addr), *entry;

	if (names->count >= NAMES_MAX || look_up(names, addr))
		return false;
	entry = malloc(sizeof(*entry) + len + 1);
	if (!entry)
		return false;
	entry->addr = *addr;
	memcpy(entry->name, text, len);
	entry->name[len] = '\0';
	entry->next = *bucket;
	*bucket = entry;
	names->count++;
	return true;
}

static void take_line(struct names *names, char *line, size_t len)
{
	char *blank = memchr(line, ' ', len);
	struct in6_addr addr;

	if (!blank)
		return;
	*blank = '\0';
	if (addr_parse(line, &addr))
		remember(names, &addr, blank + 1, len - (size_t)(blank + 1 - line));
}

/* What has come since the last time; half a line waits for its end. */
static void read_on(struct names *names)
{
	static char text[READ_MAX];
	char *at, *end;
	struct stat st;
	ssize_t n;

	while (fstat(names->fd, &st) == 0 && st.st_size > names->read) {
		n = pread(names->fd, text, sizeof(text), names->read);
		if (n <= 0)
			return;
		for (at = text; (end = memchr(at, '\n', (size_t)(text + n - at))); at = end + 1)
			take_line(names, at, (size_t)(end - at));
		if (at == text && n == (ssize_t)sizeof(text))	/* no line at all */
			at = text + n;
		if (at == text)
			return;
		names->read += at - text;
	}
}

bool names_add(struct names *names, const struct in6_addr *addr, const char *text, size_t len)
{
	char address[ADDR_TEXT_MAX], line[LINE_MAX_LEN];
	struct stat st;
	int n;

	if (!names)
		return false;
	read_on(names);
	if (fstat(names->fd, &st) < 0 || st.st_size >= NAMES_BYTES_MAX ||
	    !remember(names, addr, text, len))
		return false;
	n = snprintf(line, sizeof(line), "%s %.*s\n", addr_text(addr, address), (int)len, text);
	return n > 0 && (size_t)n < sizeof(line) && write(names->fd, line, (size_t)n) == n;
}

void names_turn(struct names *names)
{
	if (!names)
		return;
	names->has_turns = true;
	names->has_looked = false;
}

void names_own(struct names *names)
{
	if (names)
		names->is_own = true;
}

const char *names_find(struct names *names, const struct in6_addr *addr)
{
	const char *name;

	if (!names)
		return NULL;
	name = look_up(names, addr);
	if (name || names->is_own || (names->has_turns && names->has_looked))
		return name;
	names->has_looked = true;
	read_on(names);
	return look_up(names, addr);
}
