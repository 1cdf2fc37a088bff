#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# fakedns with the clients that guests have.

. ./lib.sh

ask() { dig +short +tries=1 +timeout=5 @198.18.0.53 "$@"; }
answers() { local want=$1; shift; same "$(ask "$@")" "$want"; }

write_conf
check "starts" start dns --idle-timeout 2

unprivileged()
{
	same "$(awk '/^(Uid|Gid)/ { print $2, $3, $4, $5 } /^(Groups|Cap|NoNewPrivs)/ { print $1, $2 }' \
		"/proc/${pids[dns]}/status" | tr -s ' \n' ' ')" \
		"65534 65534 65534 65534 65534 65534 65534 65534 Groups: CapInh: 0000000000000000 CapPrm: 0000000000000000 CapEff: 0000000000000000 CapBnd: 0000000000000000 CapAmb: 0000000000000000 NoNewPrivs: 1 "
}
check "keeps no privilege" unprivileged

check "any name has the address" answers 172.1.0.5 test.com
check "a record wins, whatever its case" answers 172.1.0.2 CNC.test
check "TCP" answers 172.1.0.5 +tcp other.test
check "without EDNS" answers 172.1.0.5 +noedns other.test
check "the root has an address" answers 172.1.0.5 .

no_data()
{
	local text
	text=$(dig +tries=1 @198.18.0.53 "$1" x.test)
	grep -q 'status: NOERROR' <<<"$text" && grep -q 'QUERY: 1, ANSWER: 0' <<<"$text"
}
for type in AAAA TXT SRV TYPE4711; do
	check "no data of type $type" no_data $type
done
check "mail goes somewhere" answers "10 mail.x.test." x.test MX
check "and that is there" answers 172.1.0.5 mail.x.test
check "name servers" answers $'ns1.x.test.\nns2.x.test.' x.test NS
check "an address has a name" answers host-1-2-3-4.static.example.net. -x 1.2.3.4
check "an IPv6 address, too" answers host-2001-db8--1.static.example.net. -x 2001:db8::1
check "Windows finds itself on line" answers 131.107.255.255 dns.msftncsi.com

case_is_kept() { dig @198.18.0.53 MiXeD.TeSt | grep -q '^MiXeD\.TeSt\..*172\.1\.0\.5'; }
check "the case of a name is kept" case_is_kept

nslookup_works() { busybox nslookup test.com 198.18.0.53 | grep -q 'Address.*172\.1\.0\.5'; }
check "BusyBox nslookup" nslookup_works

# bytes in, hexadecimal bytes out; until one datagram has come, or none for so many seconds
exchange() { printf "$1" | timeout 60 nc -u -w "${2:-20}" -W 1 198.18.0.53 53 | od -An -v -tx1 | tr -d ' \n'; }
exchanges() { same "$(exchange "$1")" "$2"; }
silent() { same "$(exchange "$1" 2)" ''; }
check "garbage with an id gets FORMERR" exchanges '\x12\x34\x01\x02garbage' 123481810000000000000000
check "a compression loop gets FORMERR" \
	exchanges '\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x0c\x00\x01\x00\x01' \
	123481810000000000000000
check "an answer gets none" silent '\x12\x34\x81\x00'

batch()
{
	local i

	for i in $(seq 500); do echo "name$i.batch.test A"; done >"$WORK/batch"
	dig +short +tries=1 @198.18.0.53 -f "$WORK/batch" >"$WORK/answers"
	same "$(grep -c '^172\.1\.0\.5$' "$WORK/answers")" 500 &&
	soon have_count 'select(.dns.rrname // "" | test("\\.batch\\.test$"))' 500
}
check "one event for each of 500 queries" batch

# nc ends when the server does
half_a_query() { printf '\x01' | timeout 60 nc 198.18.0.53 53; }
check "half a query over TCP is given up" half_a_query

garbage_flood()
{
	same "$("$TESTBIN/fake_flood" 198.18.0.53 53 20000 300 10)" 20000 &&
	wait_for answers 172.1.0.5 after.test
}
check "survives a flood of garbage" garbage_flood

check "ends cleanly" stop dns
check "events are well made" events_are_well_made
malformed_has_bytes()
{
	[ "$(events 'select(.dns.query == "1234010267617262616765") | .dns.rcode')" = '"FORMERR"' ]
}
check "a malformed query is in its event" malformed_has_bytes
check "half a query was idle for too long" have 'select(.event_type == "stats") | .stats.tcp.timed_out >= 1' true

DNS_MORE='pool = "100.64.0.0/30"' write_conf
check "starts with a pool" start dns
pool()
{
	answers 100.64.0.1 a.test && answers 100.64.0.2 b.test && answers 100.64.0.1 A.test &&
	answers 172.1.0.5 c.test && answers 172.1.0.2 cnc.test
}
check "each name has its own address, then falls back" pool
names() { same "$(cat "$WORK/names")" $'172.1.0.2 cnc.test\n131.107.255.255 dns.msftncsi.com\nfd3e:4f5a:5b81::1 dns.msftncsi.com\n100.64.0.1 a.test\n100.64.0.2 b.test'; }
check "addresses and their names are in a file" soon names
check "an address of the pool has its name" answers a.test. -x 100.64.0.1
check "ends cleanly with a pool" stop dns

DNS_MORE='pool = public pool6 = "2001:db8::/64" nxdomain = { "*.local" } nxdomain-first = 2
	record "*.mail.test" { data = { "MX 5 mx.test.", "TXT \"v=spf1 -all\"", "SRV 0 0 25 mx.test." } }
	record alias.test { data = { "CNAME cnc.test." } }
	record refused.test { rcode = REFUSED }' write_conf
sed -i 's/ answer = "172.1.0.5"//' "$CONF"
check "starts with all of it" start dns
rcode() { dig +tries=1 @198.18.0.53 "$1" | grep -q "status: $2"; }
check "the first name does not exist" rcode dga1.test NXDOMAIN
check "nor the second" rcode dga2.test NXDOMAIN
check "the third does" rcode dga3.test NOERROR
check "the first still does not" rcode dga1.test NXDOMAIN
check "nor what a pattern says" rcode wpad.local NXDOMAIN
check "a record with an rcode" rcode refused.test REFUSED
check "a wildcard's MX" answers "5 mx.test." a.mail.test MX
check "and TXT" answers '"v=spf1 -all"' b.mail.test TXT
check "and SRV" answers "0 0 25 mx.test." b.mail.test SRV
check "an alias is followed" answers $'cnc.test.\n172.1.0.2' alias.test
check "an IPv6 address of the pool" answers 2001:db8::1 dga3.test AAAA
back() { answers dga3.test. -x "$(ask dga3.test)" && answers dga3.test. -x 2001:db8::1; }
check "and back, both" back
any() { same "$(dig +tcp +noall +answer +tries=1 @198.18.0.53 dga3.test ANY | awk '{ print $4 }' | sort | tr '\n' ' ')" "A AAAA MX NS NS SOA "; }
check "ANY" any
check "ends cleanly" stop dns
in_events()
{
	same "$(events 'select(.dns.rrname == "a.mail.test" and .dns.rrtype == "MX") | .dns.answers[0] | [.rrtype, .rdata]')" \
		'["MX","5 mx.test"]' &&
	same "$(events 'select(.dns.rrname == "wpad.local") | .dns.rcode')" '"NXDOMAIN"'
}
check "the events have them" in_events
bad_data()
{
	DNS_MORE='record bad.test { data = { "MX mx.test." } }' write_conf
	timeout 10 "$BIN/fakedns" --config "$CONF" --server dns --bridge sink0 --events "$EVENTS" 2>&1 | grep -q 'lab.conf:[0-9]*: data = "MX mx.test."'
}
check "bad data of a record is named" bad_data
finish
