#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The report of a large run: time, memory, the page's size, and that nothing is lost unsaid. TEST_LONG=1: 1,000,000 events and
# 10,000 Telnet sessions, in less than 10 s and 200 MB.
# usage: large_test.sh SINKCTL      the one of build/bin beside it is measured: sanitizers take their own

sinkctl=${1/san\/bin/bin}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
events=60000 sessions=2000 seconds=10
[ -z "${TEST_LONG:-}" ] || events=1000000 sessions=10000
bad=0

result()
{
	[ "$1" = 0 ] && echo "ok - large: $2" || { echo "not ok - large: $2"; bad=1; }
}

[ -x "$sinkctl" ] || { echo "ok - large # SKIP $sinkctl is not there"; exit 0; }
bash "$(dirname "$0")/large_run.sh" "$work/run" $events $sessions || { echo "not ok - large: no run"; exit 1; }
begun=$EPOCHREALTIME
# all of its address space counts, so what it has in memory is less
(ulimit -v $((200 * 1024)); exec "$sinkctl" report "$work/run" --html "$work/page.html")
result $? "$events events in 200 MB"
took=$((${EPOCHREALTIME/./} - ${begun/./}))
# who shares the processors waits longer: what was computed counts
used=$({ TIMEFORMAT='%U %S'; time "$sinkctl" -j report "$work/run" >"$work/json"; } 2>&1 | awk '{ print $1 + $2 }')
awk "BEGIN { exit !($used < $seconds) }"
result $? "$used s of a processor, less than $seconds (the page took $((took / 1000)) ms in all)"
size=$(stat -c %s "$work/page.html")
[ "$size" -lt $((5 << 20)) ]
result $? "a page of $size bytes, less than 5 MiB"
[ "$(jq -c '[.events, (.sessions | length), .flows]' "$work/json")" = "[$events,$sessions,$((4 * sessions))]" ]
result $? "all events, sessions and flows"
# each command that was typed is in a session or counted as left out of it
typed=$(grep -c '"kind":"command"' "$work/run/events.jsonl")
[ "$(jq '([.sessions[] | (.commands | length) + (.more_commands // 0)] | add) == '"$typed" "$work/json")" = true ]
result $? "all $typed commands"
exit $bad
