/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fingerprint: what program a TLS client is, by the shape of its ClientHello:
 * JA3 (MD5 over all lists in their order) and JA4 (readable counts, and SHA-256
 * over sorted lists).  Pure.
 */
#ifndef FAKESERVERS_TLS_FINGERPRINT_H
#define FAKESERVERS_TLS_FINGERPRINT_H

#include "hello.h"

#define JA3_TEXT_MAX	(4 * HELLO_LIST_MAX * 6 + 16)
#define JA3_HASH_SIZE	33
#define JA4_SIZE	37

/* Both with a NUL at the end. */
void ja3_text(char text[JA3_TEXT_MAX], const struct hello *hello);
void ja3_hash(char hash[JA3_HASH_SIZE], const char *text);
void ja4(char text[JA4_SIZE], const struct hello *hello);

#endif /* FAKESERVERS_TLS_FINGERPRINT_H */
