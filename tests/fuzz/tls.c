// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as a ClientHello: fingerprints have their shape. */
#include <stdlib.h>
#include <string.h>

#include "fingerprint.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char text[JA3_TEXT_MAX], hash[JA3_HASH_SIZE], ja4_text[JA4_SIZE];
	struct hello hello;

	if (!hello_parse(&hello, bytes, len))
		return 0;
	if (hello.ciphers.count > HELLO_LIST_MAX || hello.sni_len > HELLO_NAME_MAX ||
	    hello.alpn_len > HELLO_NAME_MAX)
		abort();
	ja3_text(text, &hello);
	ja3_hash(hash, text);
	ja4(ja4_text, &hello);
	if (strlen(hash) != 32 || strlen(ja4_text) != 36 || ja4_text[10] != '_' ||
	    ja4_text[23] != '_')
		abort();
	return 0;
}
