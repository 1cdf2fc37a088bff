#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# Guests of one bridge reach each other where a rule forwards, and nowhere else; both directions are one flow.
. "$(dirname "$0")/lib.sh"

setup6
OTHER=sbo-$ID
OTHER_IP=192.168.1.101
OTHER_IP6=fd53:4201::101
add_guest g1 "$OTHER" "$OTHER_IP/24" 192.168.1.1
guest_ipv6 "$OTHER" eth0 "$OTHER_IP6/64"
busywait 5 carrier g1
other() { ip netns exec "$OTHER" "$@"; }
for protocol in tcp udp; do
	background "$WORK/$protocol" ip netns exec "$OTHER" peer "$protocol-serve" :: 2323
done
busywait 10 other sh -c 'ss -Hlnt | grep -q :2323 && ss -Hlnu | grep -q :2323' || fail "nothing listens"
background "$WORK/watch" ip netns exec "$OTHER" frame watch eth0
busywait 5 grep -q ready "$WORK/watch" || fail "no watcher"

say "without a rule: to the server, if anywhere"
rules "to srv"
guest ping -n -c 1 -W 5 $OTHER_IP >/dev/null || fail "the server did not answer"
guest peer tcp $OTHER_IP 2323 x >/dev/null 2>&1 && fail "the other guest answered without a rule"
me=$(mac_of "$GUEST_NS" eth0 | tr -d :)
grep -q "$me\|c0a80164" "$WORK/watch" && fail "the other guest saw: $(cat "$WORK/watch")"

say "forwarded: unknown until it has been heard of"
ctl flow flush "$BRIDGE" >/dev/null
rules "in g0 dst 192.168.1.0/24 forward" "in g0 dst fd53:4201::/64 forward" "to srv"
guest peer udp 192.168.1.77 2323 x >/dev/null 2>&1 && fail "an answer from nobody"
[ "$(counter drop_unknown_guest)" -gt 0 ] || fail "drop_unknown_guest did not count"
other ping -n -c 1 -W 5 8.8.8.8 >/dev/null
other ping -6 -n -c 1 -W 5 2001:db8::8 >/dev/null
for to in $OTHER_IP $OTHER_IP6; do
	out=$(guest peer tcp $to 2323 hello) || fail "no answer from $to: $(ctl stats show "$BRIDGE")"
	[[ $out == *"none ENOENT"*"hello from "*"$to"*":2323" ]] || fail "answer: $out"
	out=$(guest peer udp $to 2323 x) || fail "no answer by UDP from $to"
	guest ping -n -c 2 -i 0.2 -W 5 $to >/dev/null || fail "no echo from $to"
done
flows | grep -Eq "^udp $GUEST_IP:[0-9]+ > $OTHER_IP:2323 in g0 server g1 $OTHER_IP:2323 client $GUEST_IP:[0-9]+ state established packets 1 1 " ||
	fail "flows: $(flows)"
flows | grep -Eq "^icmp6 \[$GUEST_IP6\]:[0-9]+ > \[$OTHER_IP6\]:0 in g0 server g1 .* packets 2 2 " || fail "flows: $(flows)"
say "an error of the other guest: no such port"
guest python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(10)
s.connect((sys.argv[1], 999))
s.send(b"x")
try:
	s.recv(1)
except ConnectionRefusedError:
	sys.exit(0)
sys.exit(1)' $OTHER_IP || fail "no error"

say "not the other way: g1 has no such rule"
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
forwarded=$(counter forwarded)
background "$WORK/me" guest peer tcp-serve :: 2323
busywait 10 guest sh -c 'ss -Hlnt | grep -q :2323' || fail "nothing listens"
other peer tcp $GUEST_IP 2323 x >/dev/null 2>&1 && fail "the first guest answered without a rule"
expect_counter forwarded "$forwarded"

say "the other guest's port goes: its flows go"
ip -n "$HOST_NS" link set g1 nomaster
flows | grep -q "server g1" && fail "flows: $(flows)"
guest peer udp $OTHER_IP 2323 x >/dev/null 2>&1 && fail "an answer from a guest that is gone"
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
exit 0
