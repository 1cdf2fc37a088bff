#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# fakecnc outside containment: not a byte.  (What it says inside needs the kernel module.)

. ./lib.sh
ip addr add 198.18.0.66/32 dev lo

# write_conf [COMMAND]
write_conf()
{
	cat >"$CONF" <<-END
		bridge = "sink0"
		rules = { "tcp to cnc" }
		server cnc {
			type = "cnc" address = "198.18.0.66" port = 23
			${1-command { after = 0 vector = \"udp\" duration = 5 targets = { \"1.2.3.4/32\" \} \}}
		}
	END
}

cnc_events() { events "select(.event_type == \"cnc\") | .cnc | $1"; }

# silent TEXT: the server says nothing to it, and closes by itself
silent()
{
	local bytes status

	trap '' PIPE		# it may have closed already
	exec 4<>/dev/tcp/198.18.0.66/23 || return
	printf "$1" >&4 2>/dev/null
	bytes=$(timeout 10 cat <&4 2>/dev/null | wc -c; exit "${PIPESTATUS[0]}")
	status=$?
	exec 4>&-
	[ $status != 124 ] || { echo "still open"; return 1; }
	same "$bytes" 0
}

write_conf
check "starts" start cnc
check "a bot's seven bytes get nothing" silent '\0\0\0\1\0\0\0'
check "nor does an id, nor more keep-alives" silent '\0\0\0\1\4mips\0\0\0\0\0\0\0\0'
check "nor does silence" silent ''
check "nor does another protocol" silent 'GET / HTTP/1.0\r\n\r\n'

refused() { wait_for eval '[ "$(cnc_events "select(.kind == \"refused\")" | wc -l)" = 4 ]' &&
	same "$(cnc_events .kind | sort | uniq -c | tr -s ' ' | tr '\n' ,)" ' 4 "closed", 4 "refused",'; }
check "each is refused, and nothing else" refused
not_contained() { same "$(events 'select(.event_type == "cnc") | .contained' | sort -u)" false; }
check "events say that they are not contained" not_contained

garbage()
{
	head -c 1000000 /dev/urandom | timeout 20 nc -N 198.18.0.66 23 | wc -c | grep -qx 0
	kill -0 "${pids[cnc]}"
}
check "survives garbage" garbage
many() { start_helper hold "$TESTBIN/fake_hold" 198.18.0.66 23 10000; wait_for grep -q held "$WORK/hold.out" ||
	wait_for grep -q connect "$WORK/hold.out"; }
check "10,000 connections come" many
end_helper hold
check "and still nothing" silent '\0\0\0\1\0\0\0'
check "ends cleanly" stop cnc
sent_nothing() { same "$(events 'select(.event_type == "stats") | .stats | [.bots, .commands]')" '[0,0]'; }
check "has seen no bot and given no command" sent_nothing
check "events are well made" events_are_well_made

# no option opens it
no_switch() { ! strings "$BIN/fakecnc" | grep -Ei '^--?(force|insecure|uncontained|allow)'; }
check "there is no switch" no_switch

# refuses COMMAND TEXT: one line, status 2
refuses()
{
	local status

	write_conf "$1"
	timeout 10 "$BIN/fakecnc" --config "$CONF" --server cnc --bridge sink0 --events "$EVENTS" \
		>"$WORK/out" 2>&1
	status=$?
	same "$status" 2 && same "$(wc -l <"$WORK/out")" 1 && grep -q "^$CONF:[0-9]*: .*$2" "$WORK/out" ||
		{ cat "$WORK/out"; return 1; }
}
target='duration = 1 targets = { "1.2.3.4/32" }'
check "refuses an unknown vector" refuses "command { vector = \"icmp\" $target }" 'unknown vector "icmp", expected udp'
check "refuses an unknown option" refuses "command { vector = \"udp\" $target options = { \"sprot=1\" } }" \
	'unknown option "sprot"'
check "refuses a port in words" refuses "command { vector = \"udp\" $target options = { \"sport=http\" } }" \
	'"http", expected a decimal number'
finish
