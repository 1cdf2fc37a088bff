// SPDX-License-Identifier: GPL-2.0-only
/* Reports: any bytes, and the same records however they are cut. */
#include <stdlib.h>
#include <string.h>

#include "record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads all of the strings of a record. */
static size_t weigh(const struct record *record)
{
	size_t weight = record->addr.s_addr + record->port, i;

	for (i = 0; i < record->username_len; i++)
		weight = weight * 31 + record->username[i];
	for (i = 0; i < record->password_len; i++)
		weight = weight * 31 + record->password[i];
	return weight;
}

static size_t read_records(const uint8_t *data, size_t size, size_t step)
{
	struct record_reader reader = {};
	struct record record;
	size_t at = 0, used, weight = 0;
	enum record_result result;

	while (at < size) {
		size_t n = step < size - at ? step : size - at;

		result = record_read(&reader, data + at, n, &used, &record);
		if (used > n || reader.len > sizeof(reader.bytes))
			abort();
		at += used;
		if (result == RECORD_COMPLETE)
			weight = weight * 31 + weigh(&record);
		if (result == RECORD_MALFORMED)
			return weight + 1;
		if (result == RECORD_MORE && used != n)
			abort();
	}
	if (record_decode_old(reader.bytes, reader.len, &record))
		weight += weigh(&record);
	return weight;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (read_records(data, size, SIZE_MAX) != read_records(data, size, 1))
		abort();
	return 0;
}
