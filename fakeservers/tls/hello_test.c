// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fingerprint.h"

/* Builds a ClientHello: the test's own, as the parser's counterpart. */
struct builder {
	uint8_t bytes[4096];
	size_t len;
};

static void put(struct builder *builder, size_t value, size_t bytes)
{
	while (bytes--)
		builder->bytes[builder->len++] = (uint8_t)(value >> 8 * bytes);
}

static void put_list(struct builder *builder, const uint16_t *values, size_t count, size_t length_bytes)
{
	put(builder, 2 * count, length_bytes);
	while (count--)
		put(builder, *values++, 2);
}

static void begin(struct builder *builder, uint16_t version)
{
	builder->len = 0;
	put(builder, 0x01000000, 4);
	put(builder, version, 2);
	for (int i = 0; i < 32; i++)
		put(builder, i, 1);
	put(builder, 0, 1);
}

/* Sets the lengths of the extensions, which begin there, and of the message. */
static void end(struct builder *builder, size_t extensions)
{
	if (extensions) {
		builder->bytes[extensions] = (uint8_t)((builder->len - extensions - 2) >> 8);
		builder->bytes[extensions + 1] = (uint8_t)(builder->len - extensions - 2);
	}
	builder->bytes[2] = (uint8_t)((builder->len - 4) >> 8);
	builder->bytes[3] = (uint8_t)(builder->len - 4);
}

/* The example of the JA4 specification. */
static void build_example(struct builder *builder)
{
	static const uint16_t ciphers[] = { 0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c,
					    0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d,
					    0x002f, 0x0035 };
	static const uint16_t signatures[] = { 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501,
					       0x0806, 0x0601 };
	static const uint16_t versions[] = { 0x4a4a, 0x0304, 0x0303 };
	static const uint16_t empty[] = { 0x001b, 0x0033, 0x4469, 0x0017, 0x002d, 0x0005, 0x0023,
					  0x0012, 0xff01, 0x000b, 0x000a, 0x0015 };
	size_t extensions;

	begin(builder, 0x0303);
	put_list(builder, ciphers, 16, 2);
	put(builder, 0x0100, 2);
	extensions = builder->len;
	put(builder, 0, 2);
	put(builder, 0x00000009, 4);	/* SNI */
	put(builder, 0x0007, 2);
	put(builder, 0, 1);
	put(builder, 4, 2);
	memcpy(builder->bytes + builder->len, "a.bc", 4);
	builder->len += 4;
	put(builder, 0x0010000e, 4);	/* ALPN */
	put(builder, 0x000c, 2);
	memcpy(builder->bytes + builder->len, "\x02h2\x08http/1.1", 12);
	builder->len += 12;
	put(builder, 0x000d, 2);
	put(builder, 18, 2);
	put_list(builder, signatures, 8, 2);
	put(builder, 0x002b, 2);
	put(builder, 7, 2);
	put_list(builder, versions, 3, 1);
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		put(builder, (size_t)empty[i] << 16, 4);
	put(builder, 0x0a0a0000, 4);
	end(builder, extensions);
}

static void ja4_example(void **state)
{
	struct builder builder = {};
	char text[JA4_SIZE];
	struct hello hello;

	build_example(&builder);
	assert_true(hello_parse(&hello, builder.bytes, builder.len));
	assert_int_equal(hello.version, 0x0304);
	assert_int_equal(hello.sni_len, 4);
	assert_memory_equal(hello.sni, "a.bc", 4);
	assert_int_equal(hello.alpn_len, 2);
	ja4(text, &hello);
	assert_string_equal(text, "t13d1516h2_8daaf6152771_e5627efa2ab1");
}

/* The example of JA3's description. */
static void ja3_example(void **state)
{
	static const uint16_t ciphers[] = { 47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4 };
	struct builder builder = {};
	char text[JA3_TEXT_MAX], hash[JA3_HASH_SIZE];
	struct hello hello;
	size_t extensions;

	begin(&builder, 769);
	put_list(&builder, ciphers, 12, 2);
	put(&builder, 0x0100, 2);
	extensions = builder.len;
	put(&builder, 0, 2);
	put(&builder, 0, 4);
	put(&builder, 0x000a0008, 4);
	put_list(&builder, (const uint16_t[]){ 23, 24, 25 }, 3, 2);
	put(&builder, 0x000b0002, 4);
	put(&builder, 0x0100, 2);
	end(&builder, extensions);
	assert_true(hello_parse(&hello, builder.bytes, builder.len));
	ja3_text(text, &hello);
	assert_string_equal(text, "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0");
	ja3_hash(hash, text);
	assert_string_equal(hash, "ada70206e40642a3e4461f35503241d5");
}

static void without_extensions(void **state)
{
	struct builder builder = {};
	char text[JA3_TEXT_MAX], hash[JA3_HASH_SIZE], ja4_text[JA4_SIZE];
	struct hello hello;

	begin(&builder, 769);
	put_list(&builder, (const uint16_t[]){ 4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99 }, 11, 2);
	put(&builder, 0x0100, 2);
	end(&builder, 0);
	assert_true(hello_parse(&hello, builder.bytes, builder.len));
	ja3_text(text, &hello);
	assert_string_equal(text, "769,4-5-10-9-100-98-3-6-19-18-99,,,");
	ja3_hash(hash, text);
	assert_string_equal(hash, "de350869b8c85de67a350c8d186f11e6");
	ja4(ja4_text, &hello);
	assert_memory_equal(ja4_text, "t10i110000_", 11);
	assert_string_equal(ja4_text + 24, "000000000000");
}

/* Cut anywhere, from a buffer of that size: read within it, and refused. */
static void cut(void **state)
{
	struct builder builder = {};
	struct hello hello;
	uint8_t *exact;

	build_example(&builder);
	for (size_t len = 0; len < builder.len; len++) {
		exact = malloc(len ? len : 1);
		memcpy(exact, builder.bytes, len);
		assert_false(hello_parse(&hello, exact, len));
		free(exact);
	}
}

static void too_many(void **state)
{
	static uint16_t values[1000];
	struct builder builder = {};
	char text[JA3_TEXT_MAX], ja4_text[JA4_SIZE];
	struct hello hello;

	for (size_t i = 0; i < 1000; i++)
		values[i] = 65535;
	begin(&builder, 0x0303);
	put_list(&builder, values, 1000, 2);
	put(&builder, 0x0100, 2);
	end(&builder, 0);
	assert_true(hello_parse(&hello, builder.bytes, builder.len));
	assert_int_equal(hello.ciphers.count, HELLO_LIST_MAX);
	ja3_text(text, &hello);
	ja4(ja4_text, &hello);
	assert_memory_equal(ja4_text, "t12i990000_", 11);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ja4_example),
		cmocka_unit_test(ja3_example),
		cmocka_unit_test(without_extensions),
		cmocka_unit_test(cut),
		cmocka_unit_test(too_many),
	};

	return cmocka_run_group_tests_name("hello", tests, NULL, NULL);
}
