// SPDX-License-Identifier: GPL-2.0-only
/* Values of lab.conf: each is right, or named with what was expected. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labconf_read.h"

const char *labconf_quote(const char *text, char room[LABCONF_QUOTE])
{
	size_t used = 0;

	room[used++] = '"';
	for (; *text; text++) {
		unsigned char c = *text;
		bool plain = c >= ' ' && c != 0x7f && c != '"' && c != '\\' && c < 0x80;

		if (used + 9 > LABCONF_QUOTE) {	/* \xNN, the dots, quote and NUL */
			used += sprintf(room + used, "…");
			break;
		}
		used += sprintf(room + used, plain ? "%c" : "\\x%02x", c);
	}
	strcpy(room + used, "\"");
	return room;
}

bool labconf_expected(struct labconf_reader *reader, const struct labconf_entry *entry,
		      const char *format, ...)
{
	char quoted[LABCONF_QUOTE], text[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return labconf_fail(reader, entry->line, "%s = %s, expected %s", entry->word,
			    labconf_quote(entry->value, quoted), text);
}

/* Digits only, without a leading zero. */
static bool digits(const char *text, size_t len, uint64_t *value)
{
	uint64_t sum = 0;

	if (!len || len > 18 || (text[0] == '0' && len > 1))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		sum = sum * 10 + (text[i] - '0');
	}
	*value = sum;
	return true;
}

bool labconf_number(struct labconf_reader *reader, const struct labconf_entry *entry,
		    uint64_t min, uint64_t max, uint64_t *value)
{
	if (digits(entry->value, strlen(entry->value), value) && *value >= min && *value <= max)
		return true;
	return labconf_expected(reader, entry, "a number from %llu to %llu",
				(unsigned long long)min, (unsigned long long)max);
}

bool labconf_seconds(struct labconf_reader *reader, const struct labconf_entry *entry,
		     double max, double *value)
{
	const char *text = entry->value;
	size_t whole = strspn(text, "0123456789");
	bool right = whole && whole < 10;

	if (right && text[whole] == '.') {
		size_t part = strspn(text + whole + 1, "0123456789");

		right = part && !text[whole + 1 + part];
	} else if (right) {
		right = !text[whole];
	}
	if (right) {
		*value = strtod(text, NULL);
		if (*value <= max)
			return true;
	}
	return labconf_expected(reader, entry, "seconds from 0 to %g, as 1.5", max);
}

bool labconf_bool(struct labconf_reader *reader, const struct labconf_entry *entry, bool *value)
{
	*value = !strcmp(entry->value, "true");
	if (*value || !strcmp(entry->value, "false"))
		return true;
	return labconf_expected(reader, entry, "true or false");
}

bool labconf_string(struct labconf_reader *reader, const struct labconf_entry *entry,
		    size_t min, size_t max, char **value)
{
	size_t len = strlen(entry->value);

	if (len < min || len > max)
		return labconf_expected(reader, entry, "%zu to %zu bytes", min, max);
	free(*value);
	*value = strdup(entry->value);
	return *value || labconf_no_memory(reader);
}

bool labconf_path(struct labconf_reader *reader, const struct labconf_entry *entry, char **value)
{
	const char *slash = strrchr(reader->path, '/');
	int len = slash ? (int)(slash + 1 - reader->path) : 0;

	if (!*entry->value)
		return labconf_expected(reader, entry, "a path");
	if (*entry->value == '/')
		len = 0;
	free(*value);
	if (asprintf(value, "%.*s%s", len, reader->path, entry->value) < 0) {
		*value = NULL;
		return labconf_no_memory(reader);
	}
	return true;
}

bool labconf_address(struct labconf_reader *reader, const struct labconf_entry *entry,
		     struct in_addr *value)
{
	if (inet_pton(AF_INET, entry->value, value) == 1)
		return true;
	return labconf_expected(reader, entry, "an IPv4 address, as 198.18.0.53");
}

bool labconf_address6(struct labconf_reader *reader, const struct labconf_entry *entry,
		      struct in6_addr *value)
{
	if (addr_parse(entry->value, value) && !addr_is_v4(value))
		return true;
	return labconf_expected(reader, entry, "an IPv6 address, as fd53:4200::53");
}

bool labconf_prefix(struct labconf_reader *reader, const struct labconf_entry *entry,
		    unsigned int min_len, unsigned int max_len, bool host_bits,
		    struct in_addr *address, unsigned int *len)
{
	const char *slash = strchr(entry->value, '/');
	size_t part = slash ? (size_t)(slash - entry->value) : strlen(entry->value);
	uint64_t number = 32;
	char text[INET_ADDRSTRLEN] = "";

	if (part < sizeof(text))
		memcpy(text, entry->value, part);
	if (inet_pton(AF_INET, text, address) != 1 ||
	    (slash && !digits(slash + 1, strlen(slash + 1), &number)) ||
	    number < min_len || number > max_len)
		return labconf_expected(reader, entry, "an IPv4 prefix A.B.C.D/N, N from %u to %u",
					min_len, max_len);
	*len = number;
	if (!host_bits && (ntohl(address->s_addr) & ((1ULL << (32 - number)) - 1)))
		return labconf_expected(reader, entry, "a prefix whose bits after /%u are zero",
					*len);
	return true;
}

void *labconf_grow(struct labconf_reader *reader, const struct labconf_entry *entry, void *array,
		   size_t *count, size_t size, size_t max)
{
	char *grown;

	if (*count >= max) {
		labconf_expected(reader, entry, "at most %zu of them", max);
		return NULL;
	}
	/* doubled when the count is a power of two, so the room needs no field */
	if (*count & (*count - 1)) {
		grown = array;
	} else {
		grown = reallocarray(array, *count ? 2 * *count : 1, size);
		if (!grown) {
			labconf_no_memory(reader);
			return NULL;
		}
	}
	memset(grown + *count * size, 0, size);
	return grown;
}

bool labconf_add_text(struct labconf_reader *reader, const struct labconf_entry *entry,
		      struct labconf_text **list, size_t *count, size_t max)
{
	struct labconf_text *text = labconf_grow(reader, entry, *list, count, sizeof(*text), max);

	if (!text)
		return false;
	*list = text;
	text += (*count)++;
	text->line = entry->line;
	text->text = strdup(entry->value);
	return text->text || labconf_no_memory(reader);
}
