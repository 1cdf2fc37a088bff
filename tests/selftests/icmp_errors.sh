#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# ICMP errors find back, and tell of what their receiver sent: refused ports, a path MTU smaller than the packets, errors of
# the guest's stack; nothing finds back that tells of no flow.
. "$(dirname "$0")/lib.sh"

setup6 timeout-udp-opening 600000
rules "to srv"
background "$WORK/watch" guest frame watch eth0
background "$WORK/seen" server frame watch eth0
busywait 5 grep -q ready "$WORK/watch" && busywait 5 grep -q ready "$WORK/seen" || fail "no watcher"
hex4() { printf '%02x%02x%02x%02x' ${1//./ }; }
me4=$(hex4 "$GUEST_IP")
me6=fd534201000000000000000000000100

say "a port that nobody serves: refused at once, by the address that was asked, about the packet that was sent"
refused_by() { python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(20)
s.bind(("", 7001))
s.connect((sys.argv[1], int(sys.argv[2])))
s.send(b"hello")
try:
	s.recv(1)
except ConnectionRefusedError:
	sys.exit(0)
sys.exit(1)' "$@"; }
guest bash -c "$(declare -f refused_by); refused_by 11.22.33.44 4660" || fail "IPv4: not refused: $(ctl stats show "$BRIDGE")"
guest bash -c "$(declare -f refused_by); refused_by 2001:db8::44 4660" || fail "IPv6: not refused: $(ctl stats show "$BRIDGE")"
# ICMP 3/3 from 11.22.33.44 to the guest; inside UDP from the guest's port 7001 (1b59) to 11.22.33.44:4660 (1234)
busywait 5 grep -Eq "0b16212c${me4}0303.{12}45.{22}${me4}0b16212c1b591234" "$WORK/watch" || fail "IPv4: $(cat "$WORK/watch")"
v6="20010db8000000000000000000000044${me6}0104.{12}60.{14}${me6}20010db80000000000000000000000441b591234"
busywait 5 grep -Eq "$v6" "$WORK/watch" || fail "IPv6: $(cat "$WORK/watch")"
flows | grep -q "^udp $GUEST_IP:7001 > 11.22.33.44:4660 in g0 .* packets 1 1 " || fail "flows: $(flows)"
expect_counter drop_server_icmp 0

say "a path MTU that is smaller behind the server's first hop: its stack says so, the guest's stack obeys"
server ip link set eth0 mtu 1400
ip -n "$HOST_NS" link set s0 mtu 1400
for dst in 12.0.0.1 2001:db8::12; do
	guest ping -n -c 1 -W 5 $dst >/dev/null || fail "$dst: no answer"
	# the guest's stack learns it from the error about this one
	guest ping -n -c 1 -W 5 -s 1450 -M "do" $dst >/dev/null 2>&1
	out=$(guest ip route get $dst)
	[[ $out == *"mtu 1400"* ]] || fail "$dst: no path MTU: $out; $(ctl stats show "$BRIDGE") $(tail -n 3 "$WORK/watch")"
	guest ping -n -c 1 -W 5 -s 1450 $dst >/dev/null || fail "$dst: no answer to a ping in fragments: $(ctl stats show "$BRIDGE")"
done
server ip link set eth0 mtu 1500
ip -n "$HOST_NS" link set s0 mtu 1500

say "errors of the guest's stack reach the server"
server_sends() { server python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(20)
s.bind((sys.argv[1], 4000))
s.connect((sys.argv[2], 7002))
print("ready", flush=True)
input()
s.send(b"late")
# what the guest sent is still to be read, perhaps before the error arrives
try:
	while True:
		s.recv(1)
except ConnectionRefusedError:
	print("refused")' "$@"; }
for family in "$SERVER_IP $GUEST_IP 13.0.0.1" "$SERVER_IP6 $GUEST_IP6 2001:db8::13"; do
	# shellcheck disable=SC2086
	set -- $family
	mkfifo "$WORK/go$3"
	server_sends "$1" "$2" <"$WORK/go$3" >"$WORK/server$3" 2>&1 &
	pids+=($!)
	exec {go}>"$WORK/go$3"
	busywait 5 grep -q ready "$WORK/server$3" || fail "$3: server: $(cat "$WORK/server$3")"
	# a flow, whose guest's socket is closed before the answer
	guest python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 7002))
s.sendto(b"x", (sys.argv[1], 4000))' "$3"
	has_flow() { flows | grep -Eq "^udp .*7002 > .*4000 in g0 .* packets 1 "; }
	busywait 5 has_flow || fail "$3: no flow: $(flows)"
	echo >&"$go"
	exec {go}>&-
	busywait 10 grep -q refused "$WORK/server$3" || fail "$3: the server heard nothing: $(cat "$WORK/server$3") $(ctl stats show "$BRIDGE")"
done

say "errors about nothing, of either side, end where they are"
E4="$(mac_of "$HOST_NS" "$BRIDGE") $(mac_of "$GUEST_NS" eth0) 0800"
before=$(counter drop_icmp_type)
guest frame send eth0 "$E4 4500 0038 0001 0000 4001 acaa c0a80164 05060708 0303 0000 00000000 4500 001c 0001 0000 4011 0000 05060708 c0a80164 0035 1234 0008 0000"
dropped() { [ "$(counter drop_icmp_type)" = $((before + 1)) ]; }
busywait 5 dropped || fail "an error about no flow: $(ctl stats show "$BRIDGE")"
S4="$(mac_of "$HOST_NS" "$BRIDGE") $(mac_of "$SERVER_NS" eth0) 0800"
before=$(counter drop_server_icmp)
server frame send eth0 "$S4 4500 0038 0001 0000 4001 f29c c6120009 c0a80164 0303 0000 00000000 4500 001c 0001 0000 4011 0000 c0a80164 c6120009 1234 0035 0008 0000"
dropped() { [ "$(counter drop_server_icmp)" = $((before + 1)) ]; }
busywait 5 dropped || fail "a server's error about no flow: $(ctl stats show "$BRIDGE")"
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
exit 0
