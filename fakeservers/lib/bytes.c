// SPDX-License-Identifier: GPL-2.0-only
/* A growing buffer with a limit. */
#include "bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE	64
#define KEPT_SIZE	512

static bool grow(struct bytes *bytes, size_t needed)
{
	size_t size = bytes->size ? bytes->size : FIRST_SIZE;
	uint8_t *data;

	while (size < needed)
		size *= 2;
	if (size > bytes->max)
		size = bytes->max;
	data = realloc(bytes->data, size);
	if (!data)
		return false;
	bytes->data = data;
	bytes->size = size;
	return true;
}

void bytes_put(struct bytes *bytes, const void *data, size_t len)
{
	if (len > bytes->max - bytes->len) {
		len = bytes->max - bytes->len;
		bytes->cut = true;
	}
	if (!len)
		return;
	if (len > bytes->size - bytes->len && !grow(bytes, bytes->len + len)) {
		bytes->cut = true;
		return;
	}
	memcpy(bytes->data + bytes->len, data, len);
	bytes->len += len;
}

void bytes_put_byte(struct bytes *bytes, uint8_t byte)
{
	bytes_put(bytes, &byte, 1);
}

void bytes_put_text(struct bytes *bytes, const char *text)
{
	bytes_put(bytes, text, strlen(text));
}

void bytes_printf(struct bytes *bytes, const char *format, ...)
{
	char text[5120];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len > 0)
		bytes_put(bytes, text, (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1);
}

void bytes_reset(struct bytes *bytes)
{
	bytes->len = 0;
	bytes->cut = false;
	if (bytes->size > KEPT_SIZE) {
		free(bytes->data);
		bytes->data = NULL;
		bytes->size = 0;
	}
}

void bytes_free(struct bytes *bytes)
{
	free(bytes->data);
	bytes->data = NULL;
	bytes->len = 0;
	bytes->size = 0;
}
