// SPDX-License-Identifier: GPL-2.0-only
#include "facts.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LIST_MAX	10000
#define KEPT_MAX	(64 << 20)
#define ENTRY_BYTES	2048	/* of an entry with a dozen members, without its strings */
#define MOMENTS_MAX	2000
#define MOMENTS_EACH	200	/* of one kind */

int facts_init(struct facts *facts)
{
	memset(facts, 0, sizeof(*facts));
	facts->lists = json_object();
	facts->names = json_object();
	facts->not_kept = json_object();
	facts->broken = json_object();
	facts->commands = json_array();
	facts->attacks = json_array();
	facts->moments = json_array();
	facts->missing = json_array();
	facts->series = malloc(sizeof(*facts->series));
	if (!facts->lists || !facts->names || !facts->not_kept || !facts->broken ||
	    !facts->commands || !facts->attacks || !facts->moments || !facts->missing ||
	    !facts->series)
		return -ENOMEM;
	series_init(facts->series, 0, 0.25);
	return 0;
}

void facts_free(struct facts *facts)
{
	json_decref(facts->lists);
	json_decref(facts->names);
	json_decref(facts->not_kept);
	json_decref(facts->broken);
	json_decref(facts->commands);
	json_decref(facts->attacks);
	json_decref(facts->moments);
	json_decref(facts->missing);
	free(facts->series);
	free(facts->key);
}

bool facts_may_append(struct facts *facts, const char *list, json_t *array, size_t max)
{
	if (json_array_size(array) < max && facts->kept < KEPT_MAX) {
		facts->kept += ENTRY_BYTES / 4;
		return true;
	}
	facts_add(facts->not_kept, list, 1);
	return false;
}

json_t *facts_entry(struct facts *facts, const char *name, const char *key)
{
	json_t *list = json_object_get(facts->lists, name), *entry;

	if (!list) {
		list = json_object();
		json_object_set_new(facts->lists, name, list);
	}
	entry = key ? json_object_get(list, key) : NULL;
	if (!entry) {
		if (!key || json_object_size(list) >= LIST_MAX || facts->kept >= KEPT_MAX) {
			facts_add(facts->not_kept, name, 1);
			return NULL;
		}
		entry = json_object();
		if (json_object_set_new(list, key, entry))
			return NULL;
		/* its strings are as long as the key, most of the time */
		facts->kept += ENTRY_BYTES + 3 * strlen(key);
	}
	facts_add(entry, "count", 1);
	return entry;
}

json_t *facts_entry_of(struct facts *facts, const char *list, json_t *const *values, size_t count)
{
	return facts_entry(facts, list, facts_key(facts, values, count));
}

static bool key_room(struct facts *facts, size_t size)
{
	char *grown;

	if (size <= facts->key_room)
		return true;
	grown = realloc(facts->key, 2 * size);
	if (!grown)
		return false;
	facts->key = grown;
	facts->key_room = 2 * size;
	return true;
}

/* A string's bytes, a NUL in two of them: different values have different keys. */
static size_t put_bytes(char *to, const char *bytes, size_t len)
{
	char *at = to;

	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)bytes[i] > 2) {
			*at++ = bytes[i];
		} else {
			*at++ = 1;
			*at++ = bytes[i] + 3;
		}
	}
	return at - to;
}

const char *facts_key(struct facts *facts, json_t *const *values, size_t count)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		size_t len = json_string_length(values[i]);

		if (!key_room(facts, used + 2 * len + 64))
			return NULL;
		if (json_is_string(values[i]))
			used += put_bytes(facts->key + used, json_string_value(values[i]), len);
		else if (json_is_integer(values[i]))
			used += sprintf(facts->key + used, "%lld",
					(long long)json_integer_value(values[i]));
		else if (json_is_real(values[i]))
			used += sprintf(facts->key + used, "%.17g", json_number_value(values[i]));
		else
			facts->key[used++] = json_is_true(values[i]) ? '+' : '-';
		facts->key[used++] = 2;
	}
	if (!key_room(facts, used + 1))
		return NULL;
	facts->key[used] = '\0';
	return facts->key;
}

bool facts_is_new(json_t *entry)
{
	return facts_number(entry, "count") == 1;
}

void facts_add(json_t *object, const char *name, int64_t number)
{
	json_t *value = json_object_get(object, name);
	int64_t sum;

	if (!json_is_integer(value)) {
		json_object_set_new(object, name, json_integer(number));
		return;
	}
	if (__builtin_add_overflow(json_integer_value(value), number, &sum))
		sum = number > 0 ? INT64_MAX : INT64_MIN;
	json_integer_set(value, sum);
}

int64_t facts_number(json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

double facts_real(json_t *object, const char *name)
{
	return json_number_value(json_object_get(object, name));
}

const char *facts_string(json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

void facts_copy(json_t *object, json_t *from, const char *name)
{
	json_t *value = json_object_get(from, name);

	if (value && !json_object_get(object, name))
		json_object_set(object, name, value);
}

void facts_copy_all(json_t *object, json_t *from, const char *const *names)
{
	for (; *names; names++)
		facts_copy(object, from, *names);
}

void facts_moment(struct facts *facts, json_t *event, const char *kind, const char *what,
		  json_t *subject)
{
	json_t *moment, *counts = json_object_get(facts->lists, "moments"), *when;

	if (!counts) {
		counts = json_object();
		json_object_set_new(facts->lists, "moments", counts);
	}
	facts_add(counts, kind, 1);
	if (facts_number(counts, kind) > MOMENTS_EACH ||
	    json_array_size(facts->moments) >= MOMENTS_MAX) {
		facts_add(facts->not_kept, "moments", 1);
		return;
	}
	when = json_object_get(event, "timestamp");
	moment = json_pack("{s:s, s:s}", "kind", kind, "what", what);
	if (when)
		json_object_set(moment, "timestamp", when);
	if (subject)
		json_object_set(moment, "subject", subject);
	facts_copy_all(moment, event, (const char *const[]){ "dest_ip", "dest_port", NULL });
	json_array_append_new(facts->moments, moment);
}

static int digits(const char *text, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + text[i] - '0';
	}
	return value;
}

/* Days from 1970-01-01 of the Gregorian calendar. */
static long days(int year, int month, int day)
{
	year -= month <= 2;
	month += month <= 2 ? 12 : 0;
	return 365L * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 +
	       day - 1 - 719468;
}

/* A million of them are read: strptime() and timegm() take longer than all the rest. */
double facts_time(const char *timestamp)
{
	int year = digits(timestamp, 4), month, day, hour, minute, second;
	double part = 0, scale = 0.1;

	if (year < 0 || timestamp[4] != '-')
		return 0;
	month = digits(timestamp + 5, 2);
	if (month < 1 || month > 12 || timestamp[7] != '-')
		return 0;
	day = digits(timestamp + 8, 2);
	if (day < 1 || day > 31 || timestamp[10] != 'T')
		return 0;
	hour = digits(timestamp + 11, 2);
	if (hour < 0 || timestamp[13] != ':')
		return 0;
	minute = digits(timestamp + 14, 2);
	if (minute < 0 || timestamp[16] != ':')
		return 0;
	second = digits(timestamp + 17, 2);
	if (second < 0)
		return 0;
	if (timestamp[19] == '.')
		for (const char *at = timestamp + 20; *at >= '0' && *at <= '9'; at++, scale /= 10)
			part += (*at - '0') * scale;
	return days(year, month, day) * 86400.0 + hour * 3600 + minute * 60 + second + part;
}

const char *facts_time_text(double seconds, char room[40])
{
	double whole = floor(seconds);
	time_t at = whole;
	struct tm tm;
	size_t len;

	if (!isfinite(seconds) || seconds < 0 || seconds > 253402300799.0 || !gmtime_r(&at, &tm)) {
		room[0] = '\0';
		return room;
	}
	len = strftime(room, 40, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(room + len, 40 - len, ".%06d+0000", (int)((seconds - whole) * 1e6) % 1000000);
	return room;
}
