// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "recognise.h"

struct sample {
	const char *protocol;
	uint16_t port;
	const char *bytes;
	size_t len;
};

#define SAMPLE(protocol, port, text)	{ protocol, port, text, sizeof(text) - 1 }

static const struct sample tcp[] = {
	SAMPLE("tls", 8443, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
	SAMPLE("http", 81, "GET /bins/mirai.mips HTTP/1.0\r\n"),
	SAMPLE("http", 81, "post /x"),
	SAMPLE("http", 81, "CONNECT a:443 HTTP/1.1\r\n"),
	SAMPLE("rtsp", 554, "OPTIONS rtsp://1.2.3.4/ RTSP/1.0\r\n"),
	SAMPLE("ssh", 2222, "SSH-2.0-Go\r\n"),
	SAMPLE("mirai", 1024, "\x00\x00\x00\x01"),
	SAMPLE("gafgyt", 443, "BUILD MIPS\n"),
	SAMPLE("mirai", 1024, "\x00\x00\x00\x01\x07telnet.\x00\x00"),
	SAMPLE("irc", 8080, "NICK [a]bot\r\nUSER a b c :d\r\n"),
	SAMPLE("irc", 8080, "USER bot localhost localhost :bot\r\n"),
	SAMPLE("irc", 8080, "PASS secret\r\nNICK x\r\n"),
	SAMPLE("ftp", 2121, "USER root\r\n"),
	SAMPLE("pop3", 110, "USER root\r\n"),
	SAMPLE("telnet", 99, "\xff\xfd\x01\xff\xfb\x18"),
	SAMPLE("smb", 445, "\x00\x00\x00\x85\xffSMB\x72"),
	SAMPLE("smb", 445, "\x00\x00\x00\xb2\xfeSMB\x40"),
	SAMPLE("rdp", 3389, "\x03\x00\x00\x2b\x26\xe0\x00\x00\x00\x00\x00" "Cookie: mstshash=a\r\n"),
	SAMPLE("smtp", 26, "EHLO there\r\n"),
	SAMPLE("imap", 1143, "a1 LOGIN a b\r\n"),
	SAMPLE("mqtt", 1883, "\x10\x10\x00\x04MQTT\x04\x02"),
	SAMPLE("mqtt", 1883, "\x10\x90\x01\x00\x06MQIsdp\x03"),
	SAMPLE("socks", 1080, "\x05\x01\x00"),
	SAMPLE("socks", 1080, "\x04\x01\x00\x50\x01\x02\x03\x04" "u\x00"),
	SAMPLE("redis", 6379, "*1\r\n$4\r\nPING\r\n"),
	SAMPLE("stratum", 3333, "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[]}\n"),
	SAMPLE("stratum", 3333, "{\"method\":\"login\",\"params\":{\"login\":\"4\"}}\n"),
	SAMPLE("postgresql", 5432, "\x00\x00\x00\x08\x04\xd2\x16\x2f"),
	SAMPLE("mssql", 1433, "\x12\x01\x00\x2f\x00\x00\x01\x00"),
	SAMPLE("ldap", 389, "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00"),
	SAMPLE("adb", 5555, "CNXN\x00\x00\x00\x01\x00\x10\x00\x00"),
	SAMPLE("bittorrent", 6881, "\x13" "BitTorrent protocol"),
	SAMPLE("dns", 5353, "\x00\x1d\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04test"),
};

static const struct sample udp[] = {
	SAMPLE("dht", 6881, "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe"),
	SAMPLE("dns", 99, "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04test\x00\x00\x01\x00\x01"),
	SAMPLE("source-query", 27015, "\xff\xff\xff\xffTSource Engine Query\x00"),
	SAMPLE("ssdp", 1900, "M-SEARCH * HTTP/1.1\r\n"),
	SAMPLE("snmp", 161, "\x30\x26\x02\x01\x01\x04\x06public\xa0"),
	SAMPLE("stun", 3478, "\x00\x01\x00\x00\x21\x12\xa4\x42"),
	SAMPLE("tftp", 1069, "\x00\x01mirai.arm\x00octet\x00"),
	SAMPLE("syslog", 515, "<13>Jan  1 00:00:00 a b"),
};

static const struct sample nothing[] = {
	SAMPLE(NULL, 1, "\x00\x00\x00\x02"),
	SAMPLE(NULL, 1, "hello, world\n"),
	SAMPLE(NULL, 1, "\xff\xff\xff\xff"),
	SAMPLE(NULL, 1, "\x05\x01\x00\x00"),
	SAMPLE(NULL, 1, "\x16\x03\x01\x02\x00\x02"),
	SAMPLE(NULL, 1, "GETTING,"),
	SAMPLE(NULL, 1, "\x00\x00\x00\x01\x21"),
};

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static void tcp_samples(void **state)
{
	const char *protocol;

	for (size_t i = 0; i < COUNT(tcp); i++) {
		protocol = "nothing";
		assert_int_equal(recognise_tcp((const uint8_t *)tcp[i].bytes, tcp[i].len,
					       tcp[i].port, &protocol), RECOGNISE_YES);
		assert_string_equal(protocol, tcp[i].protocol);
	}
}

/* However a client's bytes are cut, no beginning says no, nor another protocol. */
static void beginnings(void **state)
{
	enum recognise_status status;
	const char *protocol;
	uint8_t *exact;

	for (size_t i = 0; i < COUNT(tcp); i++) {
		for (size_t len = 0; len < tcp[i].len; len++) {
			exact = malloc(len + 1);
			memcpy(exact + 1, tcp[i].bytes, len);
			status = recognise_tcp(exact + 1, len, tcp[i].port, &protocol);
			free(exact);
			assert_int_not_equal(status, RECOGNISE_NO);
			if (status == RECOGNISE_YES)
				assert_string_equal(protocol, tcp[i].protocol);
		}
	}
}

static void udp_samples(void **state)
{
	const char *protocol;

	for (size_t i = 0; i < COUNT(udp); i++) {
		protocol = "nothing";
		assert_int_equal(recognise_udp((const uint8_t *)udp[i].bytes, udp[i].len,
					       udp[i].port, &protocol), RECOGNISE_YES);
		assert_string_equal(protocol, udp[i].protocol);
	}
}

static void unknown(void **state)
{
	const char *protocol = NULL;

	for (size_t i = 0; i < COUNT(nothing); i++) {
		assert_int_not_equal(recognise_tcp((const uint8_t *)nothing[i].bytes,
						   nothing[i].len, nothing[i].port, &protocol),
				     RECOGNISE_YES);
		assert_null(protocol);
		assert_int_equal(recognise_udp((const uint8_t *)nothing[i].bytes, nothing[i].len,
					       nothing[i].port, &protocol), RECOGNISE_NO);
	}
}

/* What may go on for ever ends. */
static void never_more_for_ever(void **state)
{
	uint8_t bytes[RECOGNISE_MAX];
	const char *protocol;

	memset(bytes, 'a', sizeof(bytes));
	memcpy(bytes, "USER ", 5);
	assert_int_equal(recognise_tcp(bytes, sizeof(bytes), 1, &protocol), RECOGNISE_YES);
	bytes[0] = '{';
	assert_int_equal(recognise_tcp(bytes, sizeof(bytes), 1, &protocol), RECOGNISE_NO);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_samples),
		cmocka_unit_test(beginnings),
		cmocka_unit_test(udp_samples),
		cmocka_unit_test(unknown),
		cmocka_unit_test(never_more_for_ever),
	};

	return cmocka_run_group_tests_name("recognise", tests, NULL, NULL);
}
