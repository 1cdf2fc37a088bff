#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# C&C servers outside containment: not a byte.  (What it says inside needs the kernel module.)

. ./lib.sh
ip addr add 198.18.0.66/32 dev lo

# write_conf [COMMAND]
write_conf()
{
	cat >"$CONF" <<-END
		bridge = "sink0"
		rules = { "tcp to cnc" }
		server cnc {
			type = "cnc" address = "198.18.0.66"
			${1-command { after = 0 vector = \"udp\" duration = 5 targets = { \"1.2.3.4/32\" \} \}}
		}
	END
}

PORT=23
cnc_events() { events "select(.event_type == \"cnc\") | .cnc | $1"; }

# silent TEXT: the server says nothing to it, and closes by itself
silent()
{
	local bytes status

	trap '' PIPE		# it may have closed already
	exec 4<>/dev/tcp/198.18.0.66/$PORT || return
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

refused() { same "$(cnc_events .kind | sort | uniq -c | tr -s ' ' | tr '\n' ,)" ' 4 "closed", 4 "refused",'; }
check "each is refused, and nothing else" soon refused
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
sent_nothing() { same "$(cnc_events .kind | sort -u | tr '\n' ,)" '"closed","refused",' &&
	same "$(events 'select(.event_type == "stats") | .stats | .refused == .conversations')" true; }
check "has seen no bot and given no command" sent_nothing
check "events are well made" events_are_well_made

# the other families
write_conf 'family = tsunami channel = "#x" command { message = "!* UDP 1.2.3.4 80 5" }'
PORT=6667
check "Tsunami starts" start cnc
check "a bot of Tsunami's gets nothing" silent 'NICK bot\r\nUSER a 0 * :b\r\nJOIN #x\r\nPING :1\r\n'
check "Tsunami ends cleanly" stop cnc
write_conf 'family = mozi'
check "Mozi starts" start cnc
dht_silent() { [ -z "$(printf 'd1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe' | timeout 3 nc -u -w 1 198.18.0.66 6881)" ] &&
	wait_for eval '[ "$(cnc_events "select(.kind == \"refused\" and .family == \"mozi\")" | wc -l)" = 1 ]'; }
check "a ping of the DHT gets nothing" dht_silent
check "Mozi ends cleanly" stop cnc
gave_nothing() { same "$(cnc_events 'select(.kind == "command")')" ""; }
check "no family gave a command" gave_nothing

# no option opens it
no_switch() { ! strings "$BIN/fakeservice" | grep -Ei '^--?(force|insecure|uncontained|allow)'; }
check "there is no switch" no_switch

# refuses COMMAND TEXT: one line, status 2
refuses()
{
	local status

	write_conf "$1"
	timeout 10 "$BIN/fakeservice" --config "$CONF" --server cnc --bridge sink0 --events "$EVENTS" \
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
check "refuses a message for Mirai" refuses "command { message = x }" 'expected vector and targets'
check "refuses vectors for Tsunami" refuses "family = tsunami command { vector = udp $target }" 'expected message'
check "refuses commands for Mozi" refuses "family = mozi command { vector = udp $target }" 'it only answers'
finish
