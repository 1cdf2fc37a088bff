/* SPDX-License-Identifier: GPL-2.0-only */
/* bytes: a buffer that grows up to a limit; what is beyond is dropped, and noted. */
#ifndef FAKESERVERS_BYTES_H
#define FAKESERVERS_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	uint8_t *data;
	size_t len, size;
	size_t max;
	bool cut;			/* something did not fit, or there was no memory */
};

#define BYTES(limit) { .max = (limit) }

void bytes_put(struct bytes *bytes, const void *data, size_t len);
void bytes_put_byte(struct bytes *bytes, uint8_t byte);
void bytes_put_text(struct bytes *bytes, const char *text);
void bytes_printf(struct bytes *bytes, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Empties it; keeps the memory if that is little. */
void bytes_reset(struct bytes *bytes);
void bytes_free(struct bytes *bytes);

#endif /* FAKESERVERS_BYTES_H */
