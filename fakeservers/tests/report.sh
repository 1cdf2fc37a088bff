#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The report server: the talk's sixteen bytes, and what is not quite like them.

. ./lib.sh
ip addr add 198.18.0.48/32 dev lo

cat >"$CONF" <<-END
	bridge = "sink0"
	rules = { "tcp to report" }
	server report { type = "report" address = "198.18.0.48" port = 48101 }
END
talk='\x5e\xa6\xa2\x36\x00\x17\x04root\x04\x31\x32\x33\x34'
answers() { same "$(printf "$1" | timeout 10 nc -N 198.18.0.48 48101 | wc -c)" 0; }
report_events() { events "select(.event_type == \"report\") | .report | $1"; }
# sees BYTES EVENTS: what it says of one connection, but for its end
sees()
{
	local before=0

	[ -s "$EVENTS" ] && before=$(wc -l <"$EVENTS")
	answers "$1" || return
	wait_for eval "tail -n +$((before + 1)) '$EVENTS' | grep -q '\"kind\":\"closed\"'" || return
	same "$(tail -n +$((before + 1)) "$EVENTS" | jq -c '.report | select(.kind != "closed") | del(.session)')" "$2"
}

check "starts" start report --idle-timeout 5
record='{"kind":"report","address":"94.166.162.54","port":23,"username":"root","password":"1234","raw":'
check "the talk's record" sees "$talk" "$record\"5ea6a2360017""04726f6f740431323334\"}"
check "a zero byte in front" sees "\\x00$talk" "$record\"005ea6a236001704726f6f740431323334\"}"
check "three in one connection" sees "$talk\\x00$talk$talk" \
"$record\"5ea6a236001704726f6f740431323334\"}
$record\"005ea6a236001704726f6f740431323334\"}
$record\"5ea6a236001704726f6f740431323334\"}"
check "cut off" sees '\x5e\xa6\xa2\x36\x00\x17\x04ro' '{"kind":"truncated","raw":"5ea6a236001704726f"}'
check "without a port" sees '\x5e\xa6\xa2\x36\x04root\x04\x31\x32\x33\x34' \
	'{"kind":"report","address":"94.166.162.54","port":23,"port_implied":true,"username":"root","password":"1234","raw":"5ea6a23604726f6f740431323334"}'
check "no device" sees '\x00\x00\x00\x00\x00\x00' '{"kind":"malformed","raw":"000000000000"}'
check "hostile strings" sees '\x01\x02\x03\x04\x00\x17\x03\xff"\n\x00' \
	'{"kind":"report","address":"1.2.3.4","port":23,"username":"ÿ\"\n","password":"","raw":"01020304001703ff220a00"}'

by_bytes()
{
	local i

	for i in '\x5e' '\xa6\xa2' '\x36' '\x00' '\x17\x04' 'r' 'oot' '\x04' '\x31\x32' '\x33' '\x34'; do
		printf "$i"
		sleep 0.05
	done | timeout 10 nc -N 198.18.0.48 48101
	wait_for eval '[ "$(report_events "select(.kind == \"report\" and .raw == \"5ea6a236001704726f6f740431323334\")" | wc -l)" = 4 ]'
}
check "a byte at a time" by_bytes

half()
{
	{ printf '\x5e\xa6'; sleep 15; } | timeout 12 nc 198.18.0.48 48101 &
	pids[half]=$!
	wait_for eval 'report_events "select(.raw == \"5ea6\") | .kind" | grep -qx "\"truncated\""'
}
check "half a record times out, and is told" half
end_helper half
garbage()
{
	head -c 1000000 /dev/urandom | timeout 20 nc -N 198.18.0.48 48101
	for i in $(seq 2000); do printf "$talk"; done | timeout 20 nc -N 198.18.0.48 48101
	answers "$talk"
}
check "survives garbage and a flood of records" garbage
too_many() { report_events 'select(.reason == "too-many") | .records' | grep -qx 1024; }
check "takes so many and no more" wait_for too_many
check "ends cleanly" stop report
check "events are well made" events_are_well_made
finish
