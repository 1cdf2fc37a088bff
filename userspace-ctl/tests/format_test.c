// SPDX-License-Identifier: GPL-2.0-only
/* Rows and JSON of flows and rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "format.h"

static struct ipc_flow example(void)
{
	struct ipc_flow flow = {
		.id = 17, .protocol = 17, .state = SINKBRIDGE_FLOW_OPENING,
		.guest_port = "tap0", .guest_mac = { 2, 0, 0, 0, 0, 1 },
		.guest_l4 = 65084, .client_l4 = 65084, .dest_l4 = 477, .server_l4 = 9,
		.server = "sink", .rule_id = 3,
		.orig_packets = 40000, .orig_bytes = 21600000,
		.start = 1764007200123, .last = 1764007205221, .expires = 29998,
	};

	addr_parse("192.168.1.100", &flow.guest_addr);
	addr_parse("192.168.1.100", &flow.client_addr);
	addr_parse("1.2.3.4", &flow.dest_addr);
	addr_parse("198.18.0.9", &flow.server_addr);
	return flow;
}

static void rows(void **state)
{
	struct ipc_flow flow = example();
	char row[FLOW_ROW_MAX];
	size_t len;

	(void)state;
	len = flow_row(&flow, flow.last + 2, row);
	assert_int_equal(len, strlen(row));
	assert_string_equal(row, "udp 192.168.1.100:65084 > 1.2.3.4:477 in tap0 "
			    "server sink 198.18.0.9:9 client 192.168.1.100:65084 state opening "
			    "packets 40000 0 bytes 21600000 0 age 5.100 idle 0.002 expires 29.998 "
			    "rule 3 id 17");
	/* a clock that was set back */
	flow_row(&flow, flow.start - 5000, row);
	assert_non_null(strstr(row, " age 0.000 idle 0.000 "));
	flow.vlan = 5;
	flow_row(&flow, flow.last, row);
	assert_non_null(strstr(row, " rule 3 id 17 vlan 5"));
	flow.vlan = 0xe005 | 0x2007 << 16;	/* with priorities */
	flow_row(&flow, flow.last, row);
	assert_non_null(strstr(row, " id 17 vlan 5.7"));
	addr_parse("fd53:4201::100", &flow.guest_addr);
	addr_parse("2001:db8::1", &flow.dest_addr);
	flow_row(&flow, flow.last, row);
	assert_memory_equal(row, "udp [fd53:4201::100]:65084 > [2001:db8::1]:477 in tap0 server",
			    61);
	/* the longest of all */
	memset(&flow, 0xff, sizeof(flow));
	memset(flow.guest_port, 'x', 15);
	memset(flow.server, 'x', 15);
	flow.guest_port[15] = flow.server[15] = '\0';
	flow.start = flow.last = 0;
	assert_true(flow_row(&flow, UINT64_MAX, row) < FLOW_ROW_MAX);
	assert_non_null(strstr(row, " state unknown "));
}

static void check_string(json_t *object, const char *key, const char *value)
{
	assert_string_equal(json_string_value(json_object_get(object, key)), value);
}

static void flow_json(void **state)
{
	struct ipc_flow flow = example();
	json_t *object, *inner;

	(void)state;
	object = flow_to_json(&flow);
	assert_non_null(object);
	check_string(object, "timestamp", "2025-11-24T18:00:05.221000+0000");
	check_string(object, "event_type", "flow");
	check_string(object, "in_iface", "tap0");
	check_string(object, "src_ip", "192.168.1.100");
	check_string(object, "dest_ip", "1.2.3.4");
	check_string(object, "proto", "UDP");
	assert_int_equal(json_integer_value(json_object_get(object, "flow_id")), 17);
	assert_int_equal(json_integer_value(json_object_get(object, "src_port")), 65084);
	assert_int_equal(json_integer_value(json_object_get(object, "dest_port")), 477);
	assert_true(json_is_true(json_object_get(object, "contained")));
	inner = json_object_get(object, "server");
	check_string(inner, "name", "sink");
	check_string(inner, "ip", "198.18.0.9");
	inner = json_object_get(object, "flow");
	check_string(inner, "state", "opening");
	assert_int_equal(json_integer_value(json_object_get(inner, "pkts_toserver")), 40000);
	assert_int_equal(json_integer_value(json_object_get(inner, "age")), 5);
	assert_null(json_object_get(inner, "reason"));
	assert_null(json_object_get(object, "vlan"));
	json_decref(object);

	addr_parse("2001:db8::1", &flow.dest_addr);
	flow.vlan = 5 | 7 << 16;
	flow.protocol = IPPROTO_ICMPV6;
	flow.ended = true;
	flow.end_reason = SINKBRIDGE_END_EVICTED;
	strcpy(flow.guest_port, "t\xe4p");	/* the kernel allows any bytes */
	object = flow_to_json(&flow);
	assert_non_null(object);
	check_string(object, "in_iface", "t\xc3\xa4p");
	check_string(object, "dest_ip", "2001:db8::1");
	check_string(object, "proto", "IPv6-ICMP");
	inner = json_object_get(object, "vlan");
	assert_int_equal(json_array_size(inner), 2);
	assert_int_equal(json_integer_value(json_array_get(inner, 0)), 5);
	assert_int_equal(json_integer_value(json_array_get(inner, 1)), 7);
	check_string(json_object_get(object, "flow"), "reason", "evicted");
	json_decref(object);
}

static void rule_json(void **state)
{
	char error[RULE_ERROR_MAX];
	struct rule rule;
	json_t *object;

	(void)state;
	assert_int_equal(rule_parse_line(&rule, "in tap0 tcp dst 10.0.0.0/8 dport 1-9 to sink port 9",
					 error), 0);
	rule.id = 5;
	object = rule_to_json(&rule);
	check_string(object, "rule", "in tap0 tcp dst 10.0.0.0/8 dport 1-9 to sink port 9");
	check_string(object, "in", "tap0");
	check_string(object, "protocol", "tcp");
	check_string(object, "dst", "10.0.0.0/8");
	check_string(object, "action", "to");
	check_string(object, "server", "sink");
	assert_int_equal(json_integer_value(json_object_get(object, "id")), 5);
	assert_int_equal(json_integer_value(json_object_get(object, "dport_last")), 9);
	assert_int_equal(json_integer_value(json_object_get(object, "server_port")), 9);
	json_decref(object);

	assert_int_equal(rule_parse_line(&rule, "drop", error), 0);
	object = rule_to_json(&rule);
	assert_null(json_object_get(object, "protocol"));
	assert_null(json_object_get(object, "server"));
	check_string(object, "rule", "drop");
	json_decref(object);
}

static void unknown_numbers(void **state)
{
	(void)state;
	assert_string_equal(state_text(200), "unknown");
	assert_string_equal(end_text(200), "unknown");
	assert_string_equal(action_text(200), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows),
		cmocka_unit_test(flow_json),
		cmocka_unit_test(rule_json),
		cmocka_unit_test(unknown_numbers),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
