// SPDX-License-Identifier: GPL-2.0-only
/* Files of the guest, by SHA-256. */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <pwd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is spent of the budget, by all servers: mapped from the file of that name. */
#define USED_NAME	".used"

struct used {
	_Atomic uint64_t bytes, files;
};

struct store {
	int folder;			/* -1: none */
	struct used *used;
	unsigned int open;
	uint64_t names;			/* of temporary files */
	struct store_counters counters;
};

struct store_file {
	struct store *store;
	EVP_MD_CTX *hash;
	uint64_t size, spent;		/* spent: of the budget */
	int fd;				/* -1: not kept, or nothing came yet */
	const char *why;		/* not kept */
	char name[48];
};

/* The folder may be the only thing of the run that user can write to. */
static int open_folder(const char *path, const char *user)
{
	const struct passwd *entry;
	int folder;

	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return -1;
	folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0 || geteuid() != 0)
		return folder;
	entry = getpwnam(user);
	/* an unknown user is told later, when it is to be become */
	if (!entry || fchown(folder, entry->pw_uid, entry->pw_gid) == 0)
		return folder;
	close(folder);
	return -1;
}

static struct used *map_used(int folder, const char *user)
{
	const struct passwd *entry = geteuid() == 0 ? getpwnam(user) : NULL;
	void *used = MAP_FAILED;
	int fd;

	fd = openat(folder, USED_NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return NULL;
	if ((!entry || fchown(fd, entry->pw_uid, entry->pw_gid) == 0) &&
	    ftruncate(fd, sizeof(struct used)) == 0)
		used = mmap(NULL, sizeof(struct used), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return used == MAP_FAILED ? NULL : used;
}

struct store *store_open(const char *path, const char *user)
{
	struct store *store = calloc(1, sizeof(*store));
	int error;

	if (!store)
		return NULL;
	store->folder = -1;
	if (!path)
		return store;
	store->folder = open_folder(path, user);
	if (store->folder >= 0)
		store->used = map_used(store->folder, user);
	if (store->used)
		return store;
	error = errno;
	store_close(store);
	errno = error;
	return NULL;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	if (store->used)
		munmap(store->used, sizeof(*store->used));
	if (store->folder >= 0)
		close(store->folder);
	free(store);
}

const struct store_counters *store_counters(const struct store *store)
{
	return &store->counters;
}

struct store_file *store_begin(struct store *store)
{
	struct store_file *file = calloc(1, sizeof(*file));

	if (!file)
		return NULL;
	file->store = store;
	file->fd = -1;
	file->hash = EVP_MD_CTX_new();
	if (file->hash && EVP_DigestInit_ex(file->hash, EVP_sha256(), NULL) == 1)
		return file;
	store_drop(file);
	return NULL;
}

/* Takes of the shared budget; what is above is given back. */
static bool spend(_Atomic uint64_t *used, uint64_t amount, uint64_t max)
{
	if (atomic_fetch_add(used, amount) + amount <= max)
		return true;
	atomic_fetch_sub(used, amount);
	return false;
}

static void close_file(struct store_file *file)
{
	if (file->fd < 0)
		return;
	close(file->fd);
	file->fd = -1;
	file->store->open--;
}

/* It is not kept: its temporary file goes, and what it spent comes back. */
static void give_up(struct store_file *file, const char *why)
{
	struct store *store = file->store;

	if (file->fd >= 0) {
		close_file(file);
		unlinkat(store->folder, file->name, 0);
		atomic_fetch_sub(&store->used->bytes, file->spent);
		atomic_fetch_sub(&store->used->files, 1);
		file->spent = 0;
	}
	file->why = why;
}

static void create(struct store_file *file)
{
	struct store *store = file->store;

	if (store->folder < 0) {
		file->why = "no folder";
		return;
	}
	if (store->open == STORE_OPEN_MAX) {
		file->why = "too many at a time";
		return;
	}
	if (!spend(&store->used->files, 1, STORE_FILES_MAX)) {
		file->why = "store full";
		return;
	}
	snprintf(file->name, sizeof(file->name), ".new-%d-%llu", (int)getpid(),
		 (unsigned long long)store->names++);
	file->fd = openat(store->folder, file->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (file->fd >= 0) {
		store->open++;
		return;
	}
	atomic_fetch_sub(&store->used->files, 1);
	file->why = strerrordesc_np(errno);
}

static bool write_all(int fd, const uint8_t *bytes, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

static void keep(struct store_file *file, const void *bytes, size_t len)
{
	if (file->fd < 0)
		create(file);
	if (file->why)
		return;
	if (file->size > STORE_FILE_MAX) {
		give_up(file, "file too big");
	} else if (!spend(&file->store->used->bytes, len, STORE_BYTES_MAX)) {
		give_up(file, "store full");
	} else {
		file->spent += len;
		if (!write_all(file->fd, bytes, len))
			give_up(file, "disk full");
	}
}

void store_write(struct store_file *file, const void *bytes, size_t len)
{
	if (!file || !len)
		return;
	file->size += len;
	EVP_DigestUpdate(file->hash, bytes, len);
	if (!file->why)
		keep(file, bytes, len);
}

uint64_t store_size(const struct store_file *file)
{
	return file ? file->size : 0;
}

/* An empty file is a file, too. */
static void name_by_content(struct store_file *file, const char *sha256)
{
	struct store *store = file->store;

	if (file->fd < 0 && !file->why)
		create(file);
	if (file->why)
		return;
	if (faccessat(store->folder, sha256, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		give_up(file, NULL);
		store->counters.known++;
		return;
	}
	if (renameat(store->folder, file->name, store->folder, sha256) < 0) {
		give_up(file, "rename");
		return;
	}
	close_file(file);
	store->counters.files++;
	store->counters.bytes += file->size;
}

static void free_file(struct store_file *file)
{
	EVP_MD_CTX_free(file->hash);
	free(file);
}

void store_end(struct store_file *file, struct store_result *result)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned int i;

	memset(result, 0, sizeof(*result));
	result->why = "no memory";
	if (!file)
		return;
	EVP_DigestFinal_ex(file->hash, hash, NULL);
	for (i = 0; i < 32; i++)
		sprintf(result->sha256 + 2 * i, "%02x", hash[i]);
	name_by_content(file, result->sha256);
	result->size = file->size;
	result->stored = !file->why;
	result->why = file->why;
	file->store->counters.refused += !result->stored;
	free_file(file);
}

void store_drop(struct store_file *file)
{
	if (!file)
		return;
	give_up(file, NULL);
	free_file(file);
}

void store_bytes(struct store *store, const void *bytes, size_t len, struct store_result *result)
{
	struct store_file *file = store_begin(store);

	store_write(file, bytes, len);
	store_end(file, result);
}

json_t *store_describe(const char *app_proto, const void *name, size_t name_len,
		       const struct store_result *result)
{
	json_t *object = event_begin(NULL);

	event_put_string(object, "app_proto", app_proto);
	if (name)
		event_put_bytes(object, "filename", name, name_len);
	event_put_string(object, "state", "CLOSED");
	event_put_int(object, "size", result->size);
	if (result->sha256[0])
		event_put_string(object, "sha256", result->sha256);
	event_put_bool(object, "stored", result->stored);
	if (!result->stored)
		event_put_string(object, "not_stored", result->why);
	return object;
}
