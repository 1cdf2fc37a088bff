// SPDX-License-Identifier: GPL-2.0-only
/* lab.conf: what a good one means, and the one line that a bad one gets. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "labconf.h"

#define TOP "bridge = \"sink0\"\nrules = { \"tcp to dns\" }\n"	/* two lines */
#define DNS "server dns { type = \"dns\" address = \"198.18.0.53\" answer = \"172.1.0.5\" }\n"

static char folder[] = "/tmp/labconf-test-XXXXXX";
static char conf_path[64];
static char said[4096];

/* Loads the text as a file; what is printed on stderr goes to said. */
static struct labconf *load_bytes(const char *bytes, size_t len)
{
	struct labconf *conf;
	FILE *file = fopen(conf_path, "w");
	FILE *err = tmpfile();
	int saved = dup(2);
	size_t n;

	assert_non_null(file);
	assert_non_null(err);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
	dup2(fileno(err), 2);
	conf = labconf_load(conf_path);
	dup2(saved, 2);
	close(saved);
	rewind(err);
	n = fread(said, 1, sizeof(said) - 1, err);
	said[n] = '\0';
	fclose(err);
	return conf;
}

static struct labconf *load(const char *text)
{
	return load_bytes(text, strlen(text));
}

/* The load fails, and says exactly one line, which is "PATH" and then what. */
static void refused(const char *text, const char *what)
{
	struct labconf *conf = load(text);
	char expected[4096];

	snprintf(expected, sizeof(expected), "%s%s\n", conf_path, what);
	assert_null(conf);
	assert_string_equal(said, expected);
}

static const char *addr(struct in_addr in)
{
	static char text[INET_ADDRSTRLEN];

	return inet_ntop(AF_INET, &in, text, sizeof(text));
}

static void test_defaults(void **state)
{
	struct labconf *conf = load(TOP DNS
		"server http { type = http address = 198.18.0.80 }\n"
		"server telnet { type = telnet address = 198.18.0.23 }\n"
		"server cnc { type = cnc address = 198.18.0.66 }\n"
		"server report { type = report address = 198.18.0.48 }\n"
		"server sink { type = sink address = 198.18.0.9 }\n"
		"server web { type = exec address = 198.18.0.81 program = { /bin/true } }\n");
	static const uint16_t ports[] = { 53, 80, 23, 23, 48101, 9, 0 };
	char text[ADDR_TEXT_MAX];

	assert_string_equal(said, "");
	assert_non_null(conf);
	assert_string_equal(conf->bridge, "sink0");
	assert_int_equal(conf->max_flows, 0);
	assert_true(conf->capture);
	assert_string_equal(conf->run_directory, "/var/lib/sinkbridge");
	assert_int_equal(conf->server_count, 7);
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(conf->servers[i].port, ports[i]);
	assert_string_equal(addr_text(&conf->servers[0].address6, text), "fd53:4200::c612:35");
	assert_false(conf->has_distance || conf->has_guest_prefix || conf->max_floods);
	assert_int_equal(conf->servers[0].dns.ttl, 60);
	assert_string_equal(addr(conf->servers[0].dns.answer), "172.1.0.5");
	assert_int_equal(conf->servers[1].http.status, 200);
	assert_string_equal(conf->servers[1].http.content_type, "text/html");
	assert_int_equal(conf->servers[1].http.body_len,
			 strlen((char *)conf->servers[1].http.body));
	assert_string_equal(conf->servers[2].telnet.login_prompt, "login: ");
	assert_int_equal(conf->servers[2].logins.accept_attempt, 0);
	assert_int_equal(conf->servers[3].cnc.command_count, 0);
	assert_int_equal(conf->servers[5].sink.keep_bytes, 256);
	assert_null(conf->servers[6].exec.user);
	assert_null(conf->servers[6].exec.argv[1]);
	assert_ptr_equal(labconf_server(conf, "web"), &conf->servers[6]);
	assert_null(labconf_server(conf, "wed"));
	labconf_free(conf);
}

static void test_names_and_answers(void **state)
{
	struct labconf *conf = load(TOP "clock = '2024-05-01 12:00:00' ca-folder = ca\n"
		"server dns { type = dns address = 198.18.0.53 pool = public pool6 = '2001:db8::/64'\n"
		"  nxdomain = { '*.local', wpad } nxdomain-first = 3 make-up = false\n"
		"  record '*.a.test' { address6 = '2001:db8::1' data = { 'MX 10 b.test.', 'TXT x' } }\n"
		"  record b.test { rcode = REFUSED } }\n"
		"server http { type = http address = 198.18.0.80 tls-port = 8443 connectivity = false\n"
		"  answer-path '*.test/gate.php' { body = ok content-type = text/plain }\n"
		"  answer-path '*' { location = 'http://a.test/' } }\n"
		"server sink { type = sink address = 198.18.0.9 banner-after = 0.5 recognise = false\n"
		"  first-bytes = { 'hex 00ff to dns' } }\n");
	const struct labconf_dns *dns;
	const struct labconf_http *http;

	assert_string_equal(said, "");
	assert_true(conf->has_clock);
	assert_int_equal(conf->clock, 1714564800);
	assert_string_equal(strrchr(conf->ca_folder, '/'), "/ca");
	dns = &conf->servers[0].dns;
	assert_true(dns->pool_public && dns->has_pool6 && !dns->make_up);
	assert_int_equal(dns->pool6_len, 64);
	assert_int_equal(dns->nxdomain_count, 2);
	assert_int_equal(dns->nxdomain_first, 3);
	assert_true(dns->records[0].has_address6 && !dns->records[0].has_address);
	assert_string_equal(dns->records[0].data[1].text, "TXT x");
	assert_string_equal(dns->records[1].rcode, "REFUSED");
	http = &conf->servers[1].http;
	assert_true(http->tls && !http->connectivity);
	assert_int_equal(http->tls_port, 8443);
	assert_int_equal(http->answers[0].status, 200);
	assert_int_equal(http->answers[0].body_len, 2);
	assert_int_equal(http->answers[1].status, 302);
	assert_true(conf->servers[2].sink.banner_after == 0.5 && !conf->servers[2].sink.recognise);
	assert_string_equal(conf->servers[2].sink.first_bytes[0].text, "hex 00ff to dns");
	labconf_free(conf);
}

static void test_dhcp(void **state)
{
	struct labconf *conf = load(TOP "server a { type = dhcp }\n"
		"server b { type = dhcp address = 198.18.0.68 network = 10.0.0.0/29 lease = 600\n"
		" resolver = 1.1.1.1 }\n");
	const struct labconf_dhcp *dhcp;

	assert_string_equal(said, "");
	assert_non_null(conf);
	assert_string_equal(addr(conf->servers[0].address), "198.18.0.67");
	assert_int_equal(conf->servers[0].port, 67);
	dhcp = &conf->servers[0].dhcp;
	assert_string_equal(addr(dhcp->network), "192.168.1.0");
	assert_int_equal(dhcp->network_len, 24);
	assert_string_equal(addr(dhcp->first), "192.168.1.100");
	assert_string_equal(addr(dhcp->last), "192.168.1.199");
	assert_string_equal(addr(dhcp->gateway), "192.168.1.1");
	assert_string_equal(addr(dhcp->resolver), "192.168.1.1");
	assert_int_equal(dhcp->lease, 3600);
	dhcp = &conf->servers[1].dhcp;
	assert_string_equal(addr(dhcp->first), "10.0.0.2");
	assert_string_equal(addr(dhcp->last), "10.0.0.6");
	assert_string_equal(addr(dhcp->gateway), "10.0.0.1");
	assert_string_equal(addr(dhcp->resolver), "1.1.1.1");
	assert_int_equal(dhcp->lease, 600);
	labconf_free(conf);
}

static void test_all_words(void **state)
{
	struct labconf *conf = load("# a comment\nbridge = 'b1'\nmax-flows = 1000\n"
		"max-floods = 32 distance = 0 guest-prefix = '2001:db8:1:2::/64'\n"
		"run-directory = \"runs\"\ncapture = false\nrules = { 'tcp to cnc',\n 'udp to dns' }\n"
		"server dns { type = dns address = 198.18.0.53 port = 5353 pool = 100.64.0.0/16 ttl = 0\n"
		"  record a.test { address = 1.1.1.1 }\n  record 'b.test.' { address = 2.2.2.2 } }\n"
		"server cnc { type = cnc address = 198.18.0.66 address6 = '2001:db8::66'\n"
		"  command { after = 1.5 vector = udp duration = 5 targets = { 1.2.3.4, 10.0.0.1/8 }\n"
		"            options = { 'sport=65084', 'x=' } }\n"
		"  command { vector = syn targets = { 5.6.7.8/32 } } }\n"
		"server telnet { type = telnet address = 198.18.0.23 banner = \"a\\nb\"\n"
		"  accept = { 'root:1234', 'admin:*', '*:a:b' } accept-attempt = 2 }\n"
		"server web { type = exec address = 198.18.0.81 program = { /bin/echo, '-g', 'a b' }\n"
		"  user = nobody ready-port = 80 }\n");
	const struct labconf_command *command;
	char text[ADDR_TEXT_MAX];
	const struct labconf_telnet *telnet;

	assert_string_equal(said, "");
	assert_int_equal(conf->max_flows, 1000);
	assert_int_equal(conf->max_floods, 32);
	assert_true(conf->has_distance);
	assert_int_equal(conf->distance, 0);
	assert_true(conf->has_guest_prefix);
	assert_string_equal(addr_text(&conf->guest_prefix, text), "2001:db8:1:2::");
	assert_false(conf->capture);
	assert_memory_equal(conf->run_directory, folder, strlen(folder));
	assert_int_equal(conf->rule_count, 2);
	assert_string_equal(conf->rules[1].text, "udp to dns");
	assert_int_equal(conf->rules[0].line, 7);
	assert_int_equal(conf->rules[1].line, 8);
	assert_int_equal(conf->servers[0].port, 5353);
	assert_int_equal(conf->servers[0].dns.pool_len, 16);
	assert_int_equal(conf->servers[0].dns.record_count, 2);
	assert_string_equal(conf->servers[0].dns.records[1].name, "b.test");
	assert_string_equal(addr(conf->servers[0].dns.records[1].address), "2.2.2.2");
	assert_int_equal(conf->servers[1].cnc.command_count, 2);
	command = &conf->servers[1].cnc.commands[0];
	assert_true(command->after == 1.5);
	assert_int_equal(command->duration, 5);
	assert_int_equal(command->target_count, 2);
	assert_int_equal(command->targets[0].prefix, 32);
	assert_int_equal(command->targets[1].prefix, 8);
	assert_string_equal(command->options[0].key, "sport");
	assert_string_equal(command->options[0].value, "65084");
	assert_string_equal(command->options[1].value, "");
	telnet = &conf->servers[2].telnet;
	assert_string_equal(telnet->banner, "a\nb");
	assert_int_equal(conf->servers[2].logins.accept_count, 3);
	assert_null(conf->servers[2].logins.accept[1].password);
	assert_null(conf->servers[2].logins.accept[2].user);
	assert_string_equal(conf->servers[2].logins.accept[2].password, "a:b");
	assert_int_equal(conf->servers[3].exec.argc, 3);
	assert_string_equal(conf->servers[3].exec.argv[2], "a b");
	assert_int_equal(conf->servers[3].exec.ready_port, 80);
	labconf_free(conf);
}

#define TYPES										\
	"\"dns\", \"http\", \"telnet\", \"cnc\", \"report\", \"sink\", \"exec\", \"smtp\", "		\
	"\"pop3\", \"ftp\", \"tftp\", \"irc\", \"ntp\", \"syslog\", \"ident\", \"finger\", "		\
	"\"echo\", \"discard\", \"daytime\", \"time\", \"chargen\" or \"dhcp\""

#define PORT_ERROR(value) \
	":3: port = \"" value "\", expected a number from 1 to 65535"
#define EARLY ": the file ends within a section, list or string, expected its end"
#define SERVER(words) TOP "server a { type = sink address = 198.18.0.9 " words " }\n"

static const struct {
	const char *text, *what;
} bad[] = {
	{ "", ": no bridge, expected bridge = \"NAME\"" },
	{ "bridge = b0\n" DNS, ": no rules, expected rules = { \"RULE\", … } or rules-file" },
	{ TOP, ": no server, expected server NAME { … }" },
	{ TOP "colour = 1\n",
	  ":3: unknown word 'colour', expected one of bridge, max-flows, max-floods, distance, "
	  "guest-prefix, run-directory, capture, ca-folder, clock, rules, rules-file, server" },
	{ TOP DNS "server b { type = dns address = 198.18.0.54 answer = 1.1.1.1\n banner = x }\n",
	  ":5: \"banner\" in a server of type dns, expected one of type, address, address6, port, "
	  "answer, pool, answer6, pool6, nxdomain, nxdomain-first, make-up, ttl, record" },
	{ TOP "clock = '2024-05-01'\n",
	  ":3: clock = \"2024-05-01\", expected a time of 1970 to 2099, as 2024-05-01 12:00:00" },
	{ TOP DNS "server b { type = dns address = 198.18.0.54 pool6 = '2001:db8::1/64' }\n",
	  ":4: pool6 = \"2001:db8::1/64\", expected an IPv6 prefix, as 2001:db8::/64, N from 16 to 112" },
	{ TOP DNS "server b { type = dns address = 198.18.0.54\n record x { rcode = NO } }\n",
	  ":5: rcode = \"NO\", expected NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP or REFUSED" },
	{ TOP DNS "server b { type = sink address = 198.18.0.9\n first-bytes = { 'hex 0 as x' } }\n",
	  ":5: first-bytes = \"hex 0 as x\", expected hex 00ff??01 or text HELLO, then as NAME, to SERVER or both" },
	{ TOP DNS "server b { type = sink address = 198.18.0.9\n first-bytes = { 'text a to x' } }\n",
	  ":5: first-bytes to \"x\", expected the name of a server" },
	{ TOP DNS "server b { type = http address = 198.18.0.80\n answer-path '' { } }\n",
	  ":5: answer-path \"\", expected a pattern, as *.example/gate.php or *.sh" },
	{ TOP DNS "server b { type = sink address = 198.18.0.9\n answer-path '*' { } }\n",
	  ":5: answer-path in a server of type sink, expected one of type http" },
	{ TOP DNS "server b { type = http address = 198.18.0.80\n answer-path '*' { location = \"a\\nb\" } }\n",
	  ":5: location = \"a\\x0ab\", expected printable ASCII" },
	{ "bridge = \"a/b\"\n", ":1: bridge = \"a/b\", expected an interface name without spaces, / and :" },
	{ "bridge = \"abcdefghijklmnop\"\n",
	  ":1: bridge = \"abcdefghijklmnop\", expected an interface name of 1 to 15 bytes" },
	{ TOP "bridge = b1\n", ":3: \"bridge\" is given twice, expected it once" },
	{ TOP "rules = { a }\n", ":3: \"rules\" is given twice, expected it once" },
	{ TOP "rules-file = a\n", ":3: \"rules-file\" beside \"rules\", expected one of them" },
	{ TOP "capture = 2\n", ":3: capture = \"2\", expected true or false" },
	{ TOP "max-flows = 15\n", ":3: max-flows = \"15\", expected a number from 16 to 4194304" },
	{ SERVER("port = 0"), PORT_ERROR("0") },
	{ SERVER("port = 65536"), PORT_ERROR("65536") },
	{ SERVER("port = -1"), PORT_ERROR("-1") },
	{ SERVER("port = 0x50"), PORT_ERROR("0x50") },
	{ SERVER("port = \"80 \""), PORT_ERROR("80 ") },
	{ SERVER("port = 99999999999999999999999"), PORT_ERROR("99999999999999999999999") },
	{ SERVER("port = eighty"), PORT_ERROR("eighty") },
	{ SERVER("port 80"), ":3: missing equal sign after option 'port', expected WORD = VALUE" },
	{ TOP "server a { type = sink address = 198.18.0.256 }\n",
	  ":3: address = \"198.18.0.256\", expected an IPv4 address, as 198.18.0.53" },
	{ TOP "server a { type = sink address = 127.0.0.1 }\n",
	  ":3: address = \"127.0.0.1\", expected a host's address, not of 0/8, 127/8, 169.254/16 "
	  "or 224/3" },
	{ TOP DNS "server b { type = sink\n\n address = 198.18.0.53 }\n",
	  ":6: address 198.18.0.53 is that of server \"dns\" already, expected each once" },
	{ SERVER("address6 = 198.18.0.9"),
	  ":3: address6 = \"198.18.0.9\", expected an IPv6 address, as fd53:4200::53" },
	{ SERVER("address6 = '::ffff:198.18.0.9'"),
	  ":3: address6 = \"::ffff:198.18.0.9\", expected an IPv6 address, as fd53:4200::53" },
	{ SERVER("address6 = 'fe80::9'"),
	  ":3: address6 = \"fe80::9\", expected a host's address, not of ::/96, fe80::/10 or ff00::/8" },
	{ TOP DNS "server b { type = sink address = 198.18.0.9\n address6 = 'fd53:4200::c612:35' }\n",
	  ":5: address fd53:4200::c612:35 is that of server \"dns\" already, expected each once" },
	{ TOP "distance = 33\n", ":3: distance = \"33\", expected a number from 0 to 32" },
	{ TOP "max-floods = 8\n", ":3: max-floods = \"8\", expected a number from 16 to 65536" },
	{ TOP "guest-prefix = 'fd53:4201::'\n",
	  ":3: guest-prefix = \"fd53:4201::\", expected a unicast /64, as fd53:4201::/64" },
	{ TOP "guest-prefix = 'fe80::/64'\n",
	  ":3: guest-prefix = \"fe80::/64\", expected a unicast /64, as fd53:4201::/64" },
	{ TOP "guest-prefix = 'fd53:4201::1/64'\n",
	  ":3: guest-prefix = \"fd53:4201::1/64\", expected a unicast /64, as fd53:4201::/64" },
	{ TOP "server d { type = dhcp\n range = '192.168.1.9-192.168.1.5' }\n",
	  ":4: range = \"192.168.1.9-192.168.1.5\", expected two IPv4 addresses, as "
	  "192.168.1.100-192.168.1.199" },
	{ TOP "server d { type = dhcp\n range = 192.168.1.9 }\n",
	  ":4: range = \"192.168.1.9\", expected two IPv4 addresses, as "
	  "192.168.1.100-192.168.1.199" },
	{ TOP "server d { type = dhcp\n range = 10.0.0.1-10.0.0.9 }\n",
	  ":4: server \"d\": range and gateway, expected hosts of its network 192.168.1.0/24" },
	{ TOP "server d { type = dhcp\n gateway = 192.168.1.150 }\n",
	  ":4: server \"d\": the gateway is in the range, expected it outside" },
	{ TOP "server d { type = dhcp\n lease = 119 }\n",
	  ":4: lease = \"119\", expected a number from 120 to 2147483647" },
	{ TOP "server d { type = dhcp\n port = 67 }\n",
	  ":4: \"port\" in a server of type dhcp, expected one of type, address, address6, network, "
	  "range, gateway, resolver, lease" },
	{ TOP DNS DNS, ":4: found duplicate title 'dns', expected each name once" },
	{ TOP "server a { type = sink }\n",
	  ":3: server \"a\" has no address, expected address = \"A.B.C.D\"" },
	{ TOP "server a { type = gopher address = 198.18.0.9 }\n",
	  ":3: type = \"gopher\", expected " TYPES },
	{ TOP "server a { address = 198.18.0.9 }\n",
	  ":3: server \"a\" has no type, expected type = " TYPES },
	{ TOP "server A { type = sink address = 198.18.0.9 }\n",
	  ":3: server \"A\", expected a name of 1 to 15 of a-z, 0-9, _ and -, first a letter" },
	{ TOP "server { type = sink }\n",
	  ":3: missing title for section 'server', expected a name, as in: server NAME {" },
	{ TOP "server a { type = sink\n", ":4" EARLY },
	{ "rules = { a,\n", ":2" EARLY },
	{ "# 1 { \n/* 2 \"\n 3 */ bridge = b # 4\n// 5\n\n" TOP, ":6: \"bridge\" is given twice, expected it once" },
	{ TOP "}\n", ":3: unexpected closing brace, expected an opening brace before it" },
	{ TOP "server a { type = \"sink\n}\n", ":5" EARLY },
	{ TOP "server a { type = dns address = 198.18.0.9 pool = 10.0.0.1/8 }\n",
	  ":3: pool = \"10.0.0.1/8\", expected a prefix whose bits after /8 are zero" },
	{ TOP "server a { type = dns address = 198.18.0.9 }\n",
	  ":3: server \"a\" has no answer, expected answer, pool or a record" },
	{ TOP "server a { type = dns address = 198.18.0.9 record x { } }\n",
	  ":3: a record without an address, expected address = \"A.B.C.D\"" },
	{ TOP "server a { type = sink address = 198.18.0.9 record x { address = 1.1.1.1 } }\n",
	  ":3: a record in a server of type sink, expected one of type dns" },
	{ TOP "server a { type = cnc address = 198.18.0.9\n command { vector = udp } }\n",
	  ":4: a command without targets, expected targets = { \"A.B.C.D/N\" }" },
	{ TOP "server a { type = cnc address = 198.18.0.9\n command { after = -1 } }\n",
	  ":4: after = \"-1\", expected seconds from 0 to 86400, as 1.5" },
	{ TOP "server a { type = cnc address = 198.18.0.9\n command { targets = { 1.2.3.4/33 } } }\n",
	  ":4: targets = \"1.2.3.4/33\", expected an IPv4 prefix A.B.C.D/N, N from 0 to 32" },
	{ TOP "server a { type = cnc address = 198.18.0.9\n command { options = { sport } } }\n",
	  ":4: options = \"sport\", expected \"KEY=VALUE\" with a value of at most 255 bytes" },
	{ TOP "server a { type = ftp address = 198.18.0.9\n passive-ports = 9-8 }\n",
	  ":4: passive-ports = \"9-8\", expected ports N-M, as 30000-30015, at most 256" },
	{ TOP "server a { type = smtp address = 198.18.0.9\n hostname = 'a b' }\n",
	  ":4: hostname = \"a b\", expected a name without blanks" },
	{ TOP "server a { type = ntp address = 198.18.0.9\n accept = { 'a:b' } }\n",
	  ":4: \"accept\" in a server of type ntp, expected one of type, address, address6, port" },
	{ TOP "server a { type = telnet address = 198.18.0.9\n accept = { root } }\n",
	  ":4: accept = \"root\", expected \"USER:PASSWORD\", * for any" },
	{ TOP "server a { type = http address = 198.18.0.9 body = a\nbody-file = b }\n",
	  ":4: \"body-file\" beside another body, expected body or body-file" },
	{ TOP "server a { type = http address = 198.18.0.9\nbody-file = b }\n",
	  ":4: body-file = \"b\", expected a readable file: No such file or directory" },
	{ TOP "server a { type = http address = 198.18.0.9\nfiles = b }\n",
	  ":4: files = \"b\", expected a folder: No such file or directory" },
	{ TOP "server a { type = exec address = 198.18.0.9 }\n",
	  ":3: server \"a\" has no program, expected program = { \"/PROGRAM\", … }" },
	{ TOP "server a { type = exec address = 198.18.0.9 program = { nginx } }\n",
	  ":3: program = \"nginx\", expected the absolute path of a program first" },
	{ TOP "server a { type = exec address = 198.18.0.9 command = { /bin/true } }\n",
	  ":3: missing opening brace for section 'command', expected {, or in a server of type "
	  "exec: program = { … }" },
	{ "bridge = \x1b[2J\n", ":1: byte 0x1b, expected text" },
	{ "bridge = \"\\x1b[2J\"\n",
	  ":1: bridge = \"\\x1b[2J\", expected an interface name without spaces, / and :" },
};

static void test_bad(void **state)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(bad[i].text, bad[i].what);
}

static void test_missing(void **state)
{
	struct labconf *conf;

	unlink(conf_path);
	conf = labconf_load(conf_path);
	assert_null(conf);
	assert_null(labconf_load(folder));
}

static unsigned int next(unsigned int *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 16;
}

/* Random bytes, and a good file with random bytes in it: an error or a labconf, never a crash. */
static void test_garbage(void **state)
{
	static const char good[] = TOP DNS "server cnc { type = cnc address = 1.2.3.4 command "
		"{ vector = 'udp' targets = { \"1.2.3.4\" } options = { \"a=b\" } } }\n";
	char bytes[sizeof(good) - 1];
	unsigned int seed = 1;

	for (int i = 0; i < 1000; i++) {
		memcpy(bytes, good, sizeof(bytes));
		if (i % 4 == 0)
			for (size_t j = 0; j < sizeof(bytes); j++)
				bytes[j] = next(&seed);
		for (int j = i % 8; j >= 0; j--)
			bytes[next(&seed) % sizeof(bytes)] = i % 2 ? (char)next(&seed) :
				"{}\"'=,#\n\\/* $"[next(&seed) % 13];
		labconf_free(load_bytes(bytes, sizeof(bytes)));
		if (said[0])
			assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
	}
}

/* Lines are right far down; a table as large as the module takes is tests/selftests/lab.sh's. */
static void test_many_rules(void **state)
{
	const unsigned int n = 4000;
	char *text = malloc((n + 10) * 40);
	struct labconf *conf;
	size_t len;

	len = sprintf(text, "bridge = b0\nrules = {\n");
	for (unsigned int i = 0; i < n; i++)
		len += sprintf(text + len, "%s\"udp dport %u to dns\"", i ? ",\n" : "", i);
	sprintf(text + len, "}\n" DNS);
	conf = load(text);
	assert_non_null(conf);
	assert_int_equal(conf->rule_count, n);
	assert_int_equal(conf->rules[n - 1].line, n + 2);
	labconf_free(conf);
	free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_dhcp),
		cmocka_unit_test(test_all_words),
		cmocka_unit_test(test_names_and_answers),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_many_rules),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(conf_path, sizeof(conf_path), "%s/lab.conf", folder);
	failed = cmocka_run_group_tests_name("labconf", tests, NULL, NULL);
	unlink(conf_path);
	rmdir(folder);
	return failed;
}
