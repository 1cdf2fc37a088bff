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
for type in AAAA MX TXT PTR SOA TYPE4711; do
	check "no data of type $type" no_data $type
done

case_is_kept() { dig @198.18.0.53 MiXeD.TeSt | grep -q '^MiXeD\.TeSt\..*172\.1\.0\.5'; }
check "the case of a name is kept" case_is_kept

nslookup_works() { busybox nslookup test.com 198.18.0.53 | grep -q 'Address.*172\.1\.0\.5'; }
check "BusyBox nslookup" nslookup_works

# bytes in, hexadecimal bytes out
exchange() { printf "$1" | timeout 5 nc -u -w 2 -W 1 198.18.0.53 53 | od -An -v -tx1 | tr -d ' \n'; }
exchanges() { same "$(exchange "$1")" "$2"; }
check "garbage with an id gets FORMERR" exchanges '\x12\x34\x01\x02garbage' 123481810000000000000000
check "a compression loop gets FORMERR" \
	exchanges '\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x0c\x00\x01\x00\x01' \
	123481810000000000000000
check "an answer gets none" exchanges '\x12\x34\x81\x00' ''

batch()
{
	local i

	for i in $(seq 500); do echo "name$i.batch.test A"; done >"$WORK/batch"
	dig +short +tries=1 @198.18.0.53 -f "$WORK/batch" >"$WORK/answers"
	same "$(grep -c '^172\.1\.0\.5$' "$WORK/answers")" 500 &&
	same "$(events 'select(.dns.rrname // "" | test("\\.batch\\.test$"))' | wc -l)" 500
}
check "one event for each of 500 queries" batch

connections() { ss -Htn state established sport = :53; }
has_one() { [ -n "$(connections)" ]; }
has_none() { [ -z "$(connections)" ]; }
half_a_query()
{
	local start=$SECONDS

	start_helper half "$TESTBIN/fake_hold" 198.18.0.53 53 1 $'\x01'
	wait_for has_one && wait_for has_none && [ $((SECONDS - start)) -lt 8 ]
}
check "half a query over TCP times out" half_a_query
end_helper half

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

DNS_MORE='pool = "100.64.0.0/30"' write_conf
check "starts with a pool" start dns
pool()
{
	answers 100.64.0.1 a.test && answers 100.64.0.2 b.test && answers 100.64.0.1 A.test &&
	answers 172.1.0.5 c.test && answers 172.1.0.2 cnc.test
}
check "each name has its own address, then falls back" pool
check "ends cleanly with a pool" stop dns
finish
