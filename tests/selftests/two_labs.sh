#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two labs side by side, in two namespaces: guests with the same MAC and address and port, bridges and servers of the same
# names; neither sees anything of the other.
. "$(dirname "$0")/lib.sh"

MAC=02:00:00:00:00:77
lab() {	# NUMBER ANSWER
	HOST_NS=sbh$1-$ID GUEST_NS=sbg$1-$ID SERVER_NS=sbs$1-$ID
	setup6
	ip -n "$GUEST_NS" link set eth0 address $MAC
	rules "in g0 udp dport 477 to srv port 9" "to srv"
	background "$WORK/serve$1" server peer udp-serve "$SERVER_IP" 9
	listening udp 9
	background "$WORK/watch$1" server frame watch eth0
	busywait 5 grep -q ready "$WORK/watch$1" || fail "no watcher"
}
in_lab() { HOST_NS=sbh$1-$ID GUEST_NS=sbg$1-$ID SERVER_NS=sbs$1-$ID "${@:2}"; }
lab 1
lab 2

say "the same packet in both, in turn and at once"
for i in 1 2 1 2; do
	out=$(in_lab $i guest peer udp-scan 1.2.3.4 3 477 4000) || fail "lab $i: $out"
done
in_lab 1 guest peer udp-scan 1.2.3.4 200 477 4000 >"$WORK/one" 2>&1 &
one=$!
in_lab 2 guest peer udp-scan 1.2.3.4 200 477 4000 >"$WORK/two" 2>&1 || fail "lab 2: $(cat "$WORK/two")"
wait $one || fail "lab 1: $(cat "$WORK/one")"
for i in 1 2; do
	expect "flows of lab $i" "$(in_lab $i flow_count)" 200
	expect "server of lab $i" "$(in_lab $i flows | grep -c " in g0 server srv $SERVER_IP:9 client $GUEST_IP:")" 200
	expect "rule 1 of lab $i" "$(in_lab $i host cat "$SYS/rules/1/packets")" 206
	busywait 5 in_lab $i accounted || fail "lab $i: $(in_lab $i ctl stats show "$BRIDGE")"
done

say "what one guest sends is seen by its own server only"
in_lab 1 guest peer udp-scan 9.9.9.1 1 477 4001 >/dev/null || fail "no answer in lab 1"
in_lab 1 ctl flow flush "$BRIDGE" >/dev/null
expect "flows of lab 1" "$(in_lab 1 flow_count)" 0
expect "flows of lab 2" "$(in_lab 2 flow_count)" 200
in_lab 2 flows | grep -q "9.9.9.1" && fail "lab 2 knows of it"

say "two guests of one bridge, with the same MAC and address: rules and counters by port, answers to each its own"
HOST_NS=sbh1-$ID GUEST_NS=sbg1-$ID SERVER_NS=sbs1-$ID
add_guest g1 "sbo-$ID" "$GUEST_IP/24" 192.168.1.1
ip -n "sbo-$ID" link set eth0 address $MAC
busywait 5 carrier g1
rules "in g0 udp to srv" "in g1 udp to srv"
ip netns exec "sbo-$ID" peer udp-scan 1.2.3.4 50 9 4000 >"$WORK/one" 2>&1 &
one=$!
guest peer udp-scan 1.2.3.4 50 9 4000 || fail "g0"
wait $one || fail "g1: $(cat "$WORK/one")"
expect "rule of g0" "$(host cat "$SYS/rules/1/packets")" 50
expect "rule of g1" "$(host cat "$SYS/rules/2/packets")" 50
expect "flows of g1" "$(flows | grep -c " in g1 ")" 50
exit 0
