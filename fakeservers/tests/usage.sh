#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What cannot work says so in one line; a full disk stops nothing.

. ./lib.sh

# refuses STATUS PATTERN OPTION…
refuses()
{
	local want=$1 pattern=$2 status

	shift 2
	timeout 10 "$BIN/fakedns" "$@" >"$WORK/out" 2>&1
	status=$?
	same "$status" "$want" && same "$(wc -l <"$WORK/out")" 1 && grep -q -- "$pattern" "$WORK/out" ||
		{ cat "$WORK/out"; return 1; }
}

write_conf
all=(--config "$CONF" --server dns --bridge sink0 --events "$EVENTS")
check "an option is missing" refuses 2 '--events is missing' "${all[@]:0:6}"
check "an unknown option" refuses 2 'unknown option' "${all[@]}" --frobnicate
check "an option without its value" refuses 2 'expected a value' "${all[@]}" --user
check "not a number" refuses 2 'expected a number from 1' "${all[@]}" --max-connections many
check "a number out of range" refuses 2 'expected a number' "${all[@]}" --idle-timeout 0
check "a stray argument" refuses 2 'unexpected argument' "${all[@]}" stray
check "a descriptor that is not open" refuses 2 'expected an open descriptor' "${all[@]}" --ready-fd 77
check "no such server" refuses 2 'no server "other"' "${all[@]/#dns/other}"
check "a server of another type" refuses 2 'is of type sink, expected dns' "${all[@]/#dns/sink}"
check "no such file" refuses 2 "$CONF.not" "${all[@]/%lab.conf/lab.conf.not}"
check "events that cannot be written" refuses 1 'No such file' "${all[@]/%events.jsonl/no/events.jsonl}"
check "no such user" refuses 1 'no user "nosuch"' "${all[@]}" --user nosuch
check "root is no user for it" refuses 1 'is root' "${all[@]}" --user root
check "starts" start dns
check "an address in use" refuses 1 'Address already in use' "${all[@]}"
check "ends cleanly" stop dns

disk_full()
{
	EVENTS=/dev/full start dns && same "$(dig +short +tries=1 @198.18.0.53 a.test)" 172.1.0.5
}
check "serves with a full disk" disk_full
says_so()
{
	stop dns
	same "$(cat "$WORK/dns.log")" "fakedns: dns: 2 events dropped: No space left on device"
}
check "and says what was lost" says_so
finish
