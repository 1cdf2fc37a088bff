#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml qemu-6.12
# sinkctl top on a terminal: flows with rates and names, its keys; without a terminal one list; monitor a line an event.
. "$(dirname "$0")/lib.sh"

command -v tmux >/dev/null || skip "no tmux, which gives a terminal"
setup
rules "udp dport 1000-1999 flood 5 to srv" "udp to srv port 9" "tcp to srv"
serve udp 9
serve tcp 23
mkdir "$WORK/run"
printf '%s\n' '{"event_type":"dns","dns":{"rrname":"cnc\u001b[2Jx.example","answers":[{"rdata":"172.1.0.2"}]}}' >"$WORK/run/events.jsonl"
background "$WORK/monitor" host sinkctl monitor "$BRIDGE"
busywait 10 monitors 2 || fail "the monitor does not listen"

# A conversation, one that goes on while the screen is looked at, and a flood.
guest bash -c 'exec 4<>/dev/tcp/172.1.0.2/23; echo hello >&4; read -t 5 -r <&4; sleep 600' & holder=$!
pids+=("$holder")
background "$WORK/sender" guest bash -c 'exec 5<>/dev/udp/1.2.3.4/5000; exec 6<>/dev/udp/9.9.9.9/1500
	for ((i = 0; i < 100000; i++)); do echo x >&5; for ((j = 0; j < 8; j++)); do echo y >&6; done; sleep 0.01; done'
three() { [ "$(flow_count)" -ge 2 ] && host sinkctl flood show "$BRIDGE" | grep -q 9.9.9.9; }
busywait 30 three || fail "no flows and flood: $(flows) $(host sinkctl flood show "$BRIDGE")"

say "without a terminal: one list"
# while nothing stands still
listed() {
	host sinkctl top "$BRIDGE" run "$WORK/run" </dev/null >"$WORK/list" || fail "top ended with $?"
	grep -qE '^udp +192\.168\.1\.100:[0-9]+ +1\.2\.3\.4:5000 +srv +[a-z]+ +[1-9]' "$WORK/list" &&
		grep -qE '^FLOOD udp +destination +9\.9\.9\.9' "$WORK/list"
}
busywait 10 listed || fail "no flow with a rate, or no flood: $(cat "$WORK/list")"
grep -qE '^tcp .*cnc\\x1b\[2Jx\.example:23 ' "$WORK/list" || fail "no name, or one that commands a terminal: $(cat "$WORK/list")"
grep -q $'\e' "$WORK/list" && fail "an escape of the guest's"

say "on a terminal: keys"
screen() { tmux -S "$WORK/tmux" "$@"; }
shown() { screen capture-pane -p >"$WORK/screen" && grep -qE -- "$1" "$WORK/screen"; }
press() {
	[ -z "$1" ] || screen send-keys "$1"
	busywait 10 shown "$2" || fail "not shown after '$1': $2: $(cat "$WORK/screen")"
}
TERM=xterm host tmux -S "$WORK/tmux" -f /dev/null new-session -d -x 140 -y 40 \
	"sinkctl top $BRIDGE run $WORK/run; echo ended with \$?; sleep 600" || fail "no terminal"
press '' 'rows by packets'
press '' '^FLOOD udp .* 9\.9\.9\.9'
press t 'rows by total'
press d 'rows by destination'
ordered() { screen capture-pane -p >"$WORK/screen" && grep -A1 '^PROTO' "$WORK/screen" | grep -q ' 1\.2\.3\.4:5000 '; }
busywait 10 ordered || fail "not in order: $(cat "$WORK/screen")"
press r 'rows by destination reversed'
press g '^udp +1 flow '
press n ' 172\.1\.0\.2:23 '
press h 'what to sort by'
press h '^PROTO'
press Space 'PAUSED'
press q 'ended with 0'
screen kill-server

say "bad words"
refused "no bridge" host sinkctl top
refused "unknown bridge" host sinkctl top nosuch
refused "unknown word" host sinkctl top "$BRIDGE" quickly
refused "no run" host sinkctl top "$BRIDGE" run /nowhere

say "monitor: a line each"
end_background
grep -qE "^[0-9T:.+-]+ $BRIDGE start tcp 192\.168\.1\.100:[0-9]+ > 172\.1\.0\.2:23 " "$WORK/monitor" || fail "no start of a flow: $(head "$WORK/monitor")"
grep -qE "^[0-9T:.+-]+ $BRIDGE flood start udp " "$WORK/monitor" || fail "no start of a flood: $(head "$WORK/monitor")"
[ "$(grep -cvE "^[0-9T:.+-]+ $BRIDGE " "$WORK/monitor")" = 0 ] || fail "a line of another form: $(cat "$WORK/monitor")"
exit 0
