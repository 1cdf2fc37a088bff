// SPDX-License-Identifier: GPL-2.0-only
/* The store: names, duplicates, caps, and what is left when something is not kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store.h"

#define EMPTY	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ABC	"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static char folder[64], path[64];

static int make_folder(void **state)
{
	strcpy(folder, "/tmp/store-test.XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/store", folder);
	return 0;
}

static unsigned int visit(void (*each)(const char *name))
{
	unsigned int count = 0;
	struct dirent *entry;
	char name[512];
	DIR *dir = opendir(path);

	while (dir && (entry = readdir(dir))) {
		count += entry->d_name[0] != '.' || strncmp(entry->d_name, ".new", 4) == 0;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (each)
			each(name);
	}
	if (dir)
		closedir(dir);
	return count;
}

static void remove_file(const char *name)
{
	unlink(name);
}

static int remove_folder(void **state)
{
	visit(remove_file);
	rmdir(path);
	rmdir(folder);
	return 0;
}

static off_t size_of(const char *sha256)
{
	struct stat st;
	char name[160];

	snprintf(name, sizeof(name), "%s/%s", path, sha256);
	return stat(name, &st) ? -1 : st.st_size;
}

static void test_names_and_duplicates(void **state)
{
	struct store *store = store_open(path, "nobody");
	struct store_result result;
	struct store_file *file;

	assert_non_null(store);
	store_bytes(store, "", 0, &result);
	assert_string_equal(result.sha256, EMPTY);
	assert_true(result.stored);
	assert_int_equal(size_of(EMPTY), 0);
	file = store_begin(store);
	store_write(file, "a", 1);
	store_write(file, "bc", 2);
	assert_int_equal(store_size(file), 3);
	store_end(file, &result);
	assert_string_equal(result.sha256, ABC);
	assert_int_equal(result.size, 3);
	assert_int_equal(size_of(ABC), 3);
	store_bytes(store, "abc", 3, &result);
	assert_true(result.stored);
	assert_int_equal(store_counters(store)->known, 1);
	file = store_begin(store);
	store_write(file, "gone", 4);
	store_drop(file);
	assert_int_equal(visit(NULL), 2);
	store_close(store);
}

static void test_one_budget_for_all(void **state)
{
	static uint8_t bytes[1 << 20];
	struct store *one = store_open(path, "nobody"), *other = store_open(path, "nobody");
	struct store_result result;
	struct store_file *file;
	unsigned int i, kept = 0;

	assert_non_null(one);
	assert_non_null(other);
	file = store_begin(one);
	for (i = 0; i <= STORE_FILE_MAX / sizeof(bytes); i++)
		store_write(file, bytes, sizeof(bytes));
	store_end(file, &result);
	assert_false(result.stored);
	assert_string_equal(result.why, "file too big");
	assert_int_equal(result.size, STORE_FILE_MAX + sizeof(bytes));
	assert_int_equal(visit(NULL), 0);
	/* all of the budget came back: 8 files of the largest size fit, from either server */
	for (i = 0; i < 10; i++) {
		file = store_begin(i % 2 ? one : other);
		bytes[0] = i;
		for (unsigned int n = 0; n < STORE_FILE_MAX / sizeof(bytes); n++)
			store_write(file, bytes, sizeof(bytes));
		store_end(file, &result);
		kept += result.stored;
		assert_true(result.stored || strcmp(result.why, "store full") == 0);
	}
	assert_int_equal(kept, STORE_BYTES_MAX / STORE_FILE_MAX);
	assert_int_equal(visit(NULL), kept);
	store_close(one);
	store_close(other);
}

static void test_open_files(void **state)
{
	struct store *store = store_open(path, "nobody");
	struct store_file *files[STORE_OPEN_MAX + 1];
	struct store_result result;
	unsigned int i;

	for (i = 0; i <= STORE_OPEN_MAX; i++) {
		files[i] = store_begin(store);
		store_write(files[i], "x", 1);
	}
	store_end(files[STORE_OPEN_MAX], &result);
	assert_false(result.stored);
	assert_string_equal(result.why, "too many at a time");
	for (i = 0; i < STORE_OPEN_MAX; i++)
		store_end(files[i], &result);
	assert_true(result.stored);
	assert_int_equal(visit(NULL), 1);
	store_close(store);
}

static void test_nowhere(void **state)
{
	struct store *store = store_open(NULL, "nobody");
	struct store_result result;
	json_t *object;

	store_bytes(store, "abc", 3, &result);
	assert_false(result.stored);
	assert_string_equal(result.sha256, ABC);
	object = store_describe("smtp", "x\xff", 2, &result);
	assert_string_equal(json_string_value(json_object_get(object, "not_stored")), "no folder");
	assert_string_equal(json_string_value(json_object_get(object, "filename")), "x\u00ff");
	json_decref(object);
	store_close(store);
	assert_null(store_open("/nonexistent/store", "nobody"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_names_and_duplicates, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_one_budget_for_all, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_open_files, make_folder, remove_folder),
		cmocka_unit_test(test_nowhere),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
