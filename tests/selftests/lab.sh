#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml qemu-6.12
# sinkctl lab: up, status and down; wrong lab.conf changes nothing; a half-failed or killed start leaves nothing.
. "$(dirname "$0")/lib.sh"

conf=$WORK/lab.conf
STATE=/run/sinkbridge/$BRIDGE

# lab RULES [SERVER-SECTIONS]: writes lab.conf, with a DNS server and a sink; the sections begin in line 9
lab() {
	cat >"$conf" <<END
bridge = "$BRIDGE"
rules = { $1 }
server dns { type = "dns"
	address = "198.18.0.53"
	answer = "172.1.0.5"
}
server sink { type = "sink" address = "198.18.0.9" }

${2-}
END
}
rules='"udp dport 53 to dns", "udp to sink port 9"'

nothing_left() {
	local left

	left=$(ip netns list | grep "^sb-$BRIDGE-"; ip -br link | grep "^$BRIDGE"; ls -d "$STATE" 2>/dev/null
		pgrep -af -- "--bridge $BRIDGE")
	[ -z "$left" ] || fail "$1: left over: $left"
}

# wrong WHAT MESSAGE: lab.conf is refused with status 2 and that one line, and nothing is made
wrong() {
	sinkctl lab up "$conf" >"$WORK/out" 2>&1
	expect "$1: exit status" $? 2
	expect "$1" "$(cat "$WORK/out")" "$conf:$2"
	nothing_left "$1"
}

state() { sinkctl -j lab status "$conf" | jq -r .state; }

say "what is wrong with a lab.conf is said in one line, and changes nothing"
lab "$rules" 'colour = "red"'
sinkctl lab up "$conf" 2>&1 | grep -q "^$conf:9: unknown word 'colour', expected one of bridge, max-flows, " ||
	fail "unknown word"
lab "$rules" 'max-flows = "many"'
wrong "wrong type" '9: max-flows = "many", expected a number from 16 to 4194304'
lab "$rules" 'server a { type = "sink" address = "198.18.0.300" }'
wrong "bad address" '9: address = "198.18.0.300", expected an IPv4 address, as 198.18.0.53'
lab "$rules" 'server a { type = "sink" address = "198.18.0.53" }'
wrong "address twice" '9: address 198.18.0.53 is that of server "dns" already, expected each once'
lab "$rules" 'server dns { type = "sink" address = "198.18.0.54" }'
wrong "server twice" "9: found duplicate title 'dns', expected each name once"
lab "$rules" 'server a { type = "gopher" address = "198.18.0.54" }'
sinkctl lab up "$conf" 2>&1 | grep -q "^$conf:9: type = \"gopher\", expected \"dns\", .* or \"dhcp\"$" || fail "unknown type"
for port in 0 65536; do
	lab "$rules" "server a { type = \"sink\" address = \"198.18.0.54\" port = $port }"
	wrong "port $port" "9: port = \"$port\", expected a number from 1 to 65535"
done
lab '"udp to dns",
"tcp to nobody"'
wrong "unknown server in a rule" "3: unknown server 'nobody', expected one that the lab has"
lab '"udp to dns",
"udp to sink"'
wrong "rule twice" '3: the same match as the rule in line 2, expected each match once'
lab "$rules" 'server a { type = "cnc" address = "198.18.0.54"
command { vector = "nuke" targets = { "1.2.3.4" } } }'
sinkctl lab check "$conf" 2>&1 | grep -q "^$conf:10: unknown vector \"nuke\", expected " || fail "unknown vector"
lab '"tcp dport 0 to dns"'
sinkctl lab up "$conf" 2>&1 | grep -q "^$conf:2: .*expected " || fail "bad rule"
lab "$rules" 'server a { type = "exec" address = "198.18.0.54" program = { "/nowhere" } }'
wrong "no program" '9: server "a": /nowhere: No such file or directory, expected a program'
many() { awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "%s\"udp dst 10.%d.%d.%d to dns\"", (i > 1 ? ",\n" : ""), i / 65536, i / 256 % 256, i % 256 }'; }
lab "$(many 65537)"
wrong "65,537 rules" '65538: rules = "udp dst 10.1.0.1 to dns", expected at most 65536 of them'
rm "$conf"
wrong "no file" " No such file or directory, expected a readable file"
head -c 4000 /dev/urandom >"$conf"
refused "garbage" sinkctl lab up "$conf"
nothing_left garbage

say "up, status, down"
lab "$rules"
sinkctl lab up "$conf" || fail "up"
expect "state" "$(state)" up
expect "servers alive" "$(sinkctl -j lab status "$BRIDGE" | jq '[.servers[] | select(.alive)] | length')" 2
expect "table" "$(sinkctl rule save "$BRIDGE" | grep -vc '^#')" 2
for pid in $(sinkctl -j lab status "$conf" | jq '.servers[].pid'); do
	[ "$(awk '/^CapEff/ { print $2 }' "/proc/$pid/status")" = 0000000000000000 ] || fail "a server has privileges"
	[ "$(awk '/^Uid/ { print $2 }' "/proc/$pid/status")" != 0 ] || fail "a server is root"
done
sinkctl check "$BRIDGE" >"$WORK/check" || fail "not contained: $(cat "$WORK/check")"
refused "up twice" sinkctl lab up "$conf"
expect "state, still" "$(state)" up

say "a guest is answered; a server that dies shows"
quiet_ns "$GUEST_NS"
ip link add g0 type veth peer name eth0 netns "$GUEST_NS"
ip -n "$GUEST_NS" addr add "$GUEST_IP/24" dev eth0
ip -n "$GUEST_NS" link set eth0 up
ip -n "$GUEST_NS" route add default via 192.168.1.1
guest_port() { [ "$(cat /sys/class/net/g0/brport/state 2>/dev/null)" = 3 ]; }
ip link set g0 master "$BRIDGE" up
busywait 5 guest_port || fail "the guest's port did not come up"
# asked once: a second try would be a second flow
expect "answer" "$(guest dig +short +tries=1 +timeout=30 @11.22.33.44 test.com)" 172.1.0.5
expect "flows of the server" "$(sinkctl -j lab status "$conf" | jq '.servers[] | select(.name == "dns") | .flows')" 1
told() { jq -es 'map(select(.event_type == "dns" and .dest_ip == "11.22.33.44")) | length == 1' "$STATE/events.jsonl" >/dev/null; }
busywait 5 told || fail "no event: $(cat "$STATE/events.jsonl")"
kill -9 "$(sinkctl -j lab status "$conf" | jq '.servers[0].pid')"
dead() { [ "$(state)" = broken ]; }
busywait 5 dead || fail "the dead server does not show"
sinkctl lab down "$conf" || fail "down"
expect "the guest's port is down" "$(cat /sys/class/net/g0/operstate)" down
ip link del g0
nothing_left down
sinkctl lab down "$conf" || fail "down, again"

say "a server that does not start: its words, and all is undone"
lab "$rules" 'server bad { type = "exec" address = "198.18.0.81" ready-port = 80
program = { "/bin/sh", "-c", "echo one; echo the reason; exit 3" } }'
sinkctl lab up "$conf" >"$WORK/out" 2>&1 && fail "a dead server was taken"
grep -q 'server "bad" ended at its start with status 3' "$WORK/out" || fail "no word of it: $(cat "$WORK/out")"
grep -q 'bad: the reason' "$WORK/out" || fail "no log: $(cat "$WORK/out")"
nothing_left "a server that did not start"

say "a bridge that was there stays, released; somebody else's program is waited for"
ip link add "$BRIDGE" type bridge
lab "$rules" 'server web { type = "exec" address = "198.18.0.81" ready-port = 80
program = { "/bin/sh", "-c", "sleep 0.3; exec nc -lk 80" } }'
sinkctl lab up "$conf" || fail "up on a bridge that is there"
ip netns exec "sb-$BRIDGE-web" ss -Hltn 'sport = :80' | grep -q . || fail "ready before it listens"
sinkctl lab down "$conf" || fail "down"
[ -d "/sys/class/net/$BRIDGE" ] || fail "the bridge is gone"
refused "released" sinkctl bridge del "$BRIDGE"
ip link del "$BRIDGE"
nothing_left "a bridge of somebody else"

say "two at once: one does it"
lab "$rules"
sinkctl lab up "$conf" 2>"$WORK/a" & a=$!
sinkctl lab up "$conf" 2>"$WORK/b" & b=$!
wait $a; a=$?
wait $b; b=$?
expect "exit status of both" "$((a + b))" 1
expect "state" "$(state)" up
sinkctl lab down "$conf" || fail "down"
nothing_left "two at once"

say "killed at any step, down leaves nothing"
steps=
kinds() { printf '%s\n' $steps | sort -u | wc -l; }
# a kill may come late: then once more
for lines in 1 3 4 5 6 9 11 1 3 4 5 6 9 11 1 3 4 5 6 9 11; do
	[ "$(wc -w <<<"$steps")" -lt 7 ] || [ "$(kinds)" -lt 3 ] || break
	sinkctl lab up "$conf" 2>"$WORK/err" & up=$!
	# without a fork: it is a race
	journal=()
	until [ ${#journal[@]} -ge $lines ] || ! kill -0 $up 2>/dev/null; do
		mapfile -t journal 2>/dev/null <"$STATE/journal"
	done 2>/dev/null
	kill -9 $up 2>/dev/null
	wait $up 2>/dev/null
	steps="$steps $(wc -l <"$STATE/journal")"
	sinkctl lab down "$conf" || fail "down after a kill at line $lines"
	nothing_left "killed at line $lines of the journal"
done
say "killed at lines$steps of the journal"
[ "$(kinds)" -ge 3 ] || fail "the kills came too late to tell anything"

say "what a kill has left is swept by the next start; a killed down goes on"
for ((i = 0; i < 20; i++)); do
	sinkctl lab up "$conf" & up=$!
	until [ -e "$STATE/journal" ]; do :; done
	kill -9 $up
	wait $up 2>/dev/null
	grep -q '^up$' "$STATE/journal" || break
	# too late
	sinkctl lab down "$conf" || fail "down"
done
sinkctl lab up "$conf" || fail "up after a kill"
expect "state" "$(state)" up
sinkctl lab down "$conf" & down=$!
until [ ! -d "/run/netns/sb-$BRIDGE-sink" ]; do :; done
kill -9 $down 2>/dev/null
wait $down 2>/dev/null
sinkctl lab down "$BRIDGE" 2>/dev/null || sinkctl lab down "$conf" || fail "down after a killed down"
nothing_left "a killed down"
exit 0
