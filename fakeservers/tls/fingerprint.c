// SPDX-License-Identifier: GPL-2.0-only
/* JA3 and JA4. */
#include "fingerprint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#define JA4_HASH_LEN	12

static void hex(char *out, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sprintf(out + 2 * i, "%02x", bytes[i]);
}

static size_t put_list(char *text, const struct hello_list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->count; i++)
		if (!hello_is_grease(list->values[i]))
			n += (size_t)sprintf(text + n, "%s%u", n ? "-" : "", list->values[i]);
	text[n] = '\0';
	return n;
}

void ja3_text(char text[JA3_TEXT_MAX], const struct hello *hello)
{
	const struct hello_list *const lists[] = {
		&hello->ciphers, &hello->extensions, &hello->groups, &hello->point_formats,
	};
	size_t n = (size_t)sprintf(text, "%u", hello->legacy_version);

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		text[n++] = ',';
		n += put_list(text + n, lists[i]);
	}
}

void ja3_hash(char hash[JA3_HASH_SIZE], const char *text)
{
	uint8_t digest[EVP_MAX_MD_SIZE] = {};

	EVP_Digest(text, strlen(text), digest, NULL, EVP_md5(), NULL);
	hex(hash, digest, 16);
}

static const char *version_word(uint16_t version)
{
	switch (version) {
	case 0x0304:
		return "13";
	case 0x0303:
		return "12";
	case 0x0302:
		return "11";
	case 0x0301:
		return "10";
	case 0x0300:
		return "s3";
	case 0x0002:
		return "s2";
	default:
		return "00";
	}
}

static bool is_alphanumeric(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* First and last character of the first protocol; of one that is not text: of its hex digits. */
static void alpn_word(char word[3], const struct hello *hello)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t first, last;

	strcpy(word, "00");
	if (!hello->alpn_len)
		return;
	first = (uint8_t)hello->alpn[0];
	last = (uint8_t)hello->alpn[hello->alpn_len - 1];
	if (is_alphanumeric(first) && is_alphanumeric(last)) {
		word[0] = (char)first;
		word[1] = (char)last;
	} else {
		word[0] = digits[first >> 4];
		word[1] = digits[last & 15];
	}
}

static int compare(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

static struct hello_list without_grease(const struct hello_list *list)
{
	struct hello_list out = {};

	for (size_t i = 0; i < list->count; i++)
		if (!hello_is_grease(list->values[i]))
			out.values[out.count++] = list->values[i];
	return out;
}

static size_t put_hex_list(char *text, const struct hello_list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->count; i++)
		n += (size_t)sprintf(text + n, "%s%04x", n ? "," : "", list->values[i]);
	text[n] = '\0';
	return n;
}

static void short_hash(char out[JA4_HASH_LEN + 1], const char *text)
{
	uint8_t digest[EVP_MAX_MD_SIZE] = {};
	char all[65];

	EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(), NULL);
	hex(all, digest, 32);
	snprintf(out, JA4_HASH_LEN + 1, "%.*s", JA4_HASH_LEN, all);
	if (!*text)
		memset(out, '0', JA4_HASH_LEN);
}

static size_t capped(size_t count)
{
	return count < 99 ? count : 99;
}

void ja4(char text[JA4_SIZE], const struct hello *hello)
{
	struct hello_list ciphers = without_grease(&hello->ciphers);
	struct hello_list extensions = without_grease(&hello->extensions);
	struct hello_list signatures = without_grease(&hello->signatures), others = {};
	char lists[2 * HELLO_LIST_MAX * 5 + 2], alpn[3];
	char cipher_hash[JA4_HASH_LEN + 1], extension_hash[JA4_HASH_LEN + 1];
	size_t n;

	alpn_word(alpn, hello);
	qsort(ciphers.values, ciphers.count, sizeof(ciphers.values[0]), compare);
	put_hex_list(lists, &ciphers);
	short_hash(cipher_hash, lists);
	for (size_t i = 0; i < extensions.count; i++)	/* SNI and ALPN are in the first part */
		if (extensions.values[i] != 0x0000 && extensions.values[i] != 0x0010)
			others.values[others.count++] = extensions.values[i];
	qsort(others.values, others.count, sizeof(others.values[0]), compare);
	n = put_hex_list(lists, &others);
	if (signatures.count) {
		lists[n++] = '_';
		put_hex_list(lists + n, &signatures);
	}
	short_hash(extension_hash, lists);
	snprintf(text, JA4_SIZE, "t%s%c%02zu%02zu%s_%s_%s", version_word(hello->version),
		 hello->has_sni ? 'd' : 'i', capped(ciphers.count), capped(extensions.count), alpn,
		 cipher_hash, extension_hash);
}
