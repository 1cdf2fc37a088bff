#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# fakesink: exact counts, whatever comes.

. ./lib.sh

write_conf
check "starts" start sink

tcp_bytes()
{
	head -c 30000000 /dev/zero | nc -N 198.18.0.9 9
	wait_for tcp_summary 30000000
}
tcp_summary() { [ -n "$(events "select(.proto == \"TCP\" and .sink.kind == \"summary\" and .sink.bytes == $1)")" ]; }
check "a TCP conversation's bytes are exact" tcp_bytes

tcp_first()
{
	printf 'GET /\xff\0' | nc -N 198.18.0.9 9
	wait_for tcp_summary 7
	same "$(events 'select(.sink.kind == "first" and .sink.bytes == 7) | .sink.first_bytes, .sink.first_text')" \
		$'"474554202fff00"\n"GET /.."'
}
check "the first bytes are in the event" tcp_first

# Nothing waits in a socket's buffer (column 5 of /proc/net/udp: tx_queue:rx_queue)
drained() { awk 'NR > 1 && $5 !~ /:0+$/ { exit 1 }' /proc/net/udp; }
# After what came before: a full buffer would drop all of it
datagrams() # COUNT SIZE SOCKETS [SOURCE]
{
	wait_for drained || return
	same "$("$TESTBIN/fake_flood" 198.18.0.9 9 "$@")" "$1"
}
# from a port that the kernel gives to none of the others
check "takes 100,000 datagrams of one peer" datagrams 100000 512 1 701
check "takes 60,000 datagrams of 6,000 peers" datagrams 60000 100 6000
check "takes 20,000 datagrams of one peer among them" datagrams 20000 700 1 702
check "takes 60,000 more of 6,000 peers" datagrams 60000 100 6000
check "takes datagrams of 60,000 bytes" datagrams 10 60000 1
check "takes empty datagrams" datagrams 10 0 1
# what waits in the socket's buffer when the end comes still counts
stop_in_a_flood()
{
	local begun

	wait_for drained || return
	kill -STOP "${pids[sink]}"
	datagrams 5000 512 1 703 || return
	begun=$EPOCHREALTIME
	kill -TERM "${pids[sink]}"
	kill -CONT "${pids[sink]}"
	stop sink || return
	stopped_in=$((${EPOCHREALTIME/./} - ${begun/./}))
}
stopped_in=0
check "ends cleanly, in the middle of a flood" stop_in_a_flood
# It takes a second for that, and then no more: a server that was held up for so long leaves
# the rest, but for the 2,048 that it takes at once.
left=0
[ "$stopped_in" -lt 1000000 ] || left=$((5000 - 2048))
check "events are well made" events_are_well_made

totals() { events 'select(.sink.kind == "totals") | .sink'; }
udp_is_exact()
{
	local known

	totals
	known=$(totals | jq '.udp.packets + .udp.dropped')
	[ "$known" -ge $((245020 - left)) ] && [ "$known" -le 245020 ] || same "$known" "245020 or $left less"
}
check "datagrams received and dropped are all of them" udp_is_exact
# A starved machine may drop some in the kernel; they are counted, but nobody knows how long each was.
bytes_are_exact()
{
	local all=$((105000 * 512 + 20000 * 700 + 120000 * 100 + 10 * 60000)) dropped bytes

	dropped=$((245020 - $(totals | jq .udp.packets)))
	bytes=$(totals | jq .udp.bytes)
	if [ "$dropped" = 0 ]; then
		same "$bytes" "$all"
	else
		echo "# $dropped dropped: too little time for the server here"
		[ "$bytes" -lt "$all" ] && [ "$bytes" -ge $((all - dropped * 60000)) ]
	fi
}
check "the bytes are exact" bytes_are_exact
evictions() { [ "$(totals | jq '.udp.conversations')" -ge 6000 ] && [ "$(totals | jq '.udp.evicted')" -gt 0 ]; }
check "conversations above the table's size were evicted and counted" evictions
summaries()
{
	local in_events suppressed

	in_events=$(events 'select(.proto == "UDP" and .sink.kind == "summary")' | wc -l)
	suppressed=$(totals | jq '.summary_suppressed')
	same $((in_events + suppressed)) "$(totals | jq '.udp.conversations')"
}
check "each conversation has a summary or is counted as suppressed" summaries
# Those of the scan before and after it are suppressed.  What a starved machine has dropped in the
# kernel is missing of one or the other.
one_flood() # SOURCE COUNT LENGTH
{
	local least=$(($2 - 245020 + $(totals | jq .udp.packets)))

	same "$(events "select(.sink.kind == \"summary\" and .src_port == $1) | .sink |
		.packets > 0 and .packets >= $least and .packets <= $2 and .bytes == $3 * .packets")" true
}
check "the flood of one peer is one summary" one_flood 701 100000 512
check "the flood between two scans is one summary" one_flood 702 20000 700
check "the flood that the end broke off is one summary" one_flood 703 5000 512
finish
