#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# Frames that wait for a processor when their port is let go: what the bridge would give to the host, the host does not
# get, neither from a port that leaves nor from a bridge that is released, however many come; and what a server sent is
# not taken for a guest's when the server is taken away.
. "$(dirname "$0")/lib.sh"

rounds=4
[ -z "${TEST_LONG:-}" ] || rounds=200

setup
ctl bridge del "$BRIDGE" || fail "bridge not let go"
# before any softirq that has been put off: nothing else runs in between, unless the module lets it
first() { chrt -f 1 ip netns exec "$HOST_NS" "$@"; }
up() { ip -n "$HOST_NS" link set g0 up && ip -n "$HOST_NS" link set s0 up; }
# whoever listens to that EtherType, on all devices: it hears what is given to the host, and not what the bridge takes
background "$WORK/host" host python3 -uc '
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88b5))
print("ready")
while True:
	data, peer = s.recvfrom(2000)
	print("heard", peer[0], data.hex()[:28])'
busywait 10 grep -q ready "$WORK/host" || fail "nobody listens: $(cat "$WORK/host")"
heard() { grep -c "heard g0 $1" "$WORK/host"; }

say "a bridge that nobody controls gives them to the host"
rest="$(mac_of "$GUEST_NS" eth0) 88b5 $(printf '41%.0s' {1..50})"
up
guest_sends() { guest frame send eth0 "0180c2000003 $rest" 2>/dev/null && [ "$(heard 0180c2000003)" -gt 0 ]; }
busywait 10 guest_sends || fail "the host hears nothing at all"
ip -n "$HOST_NS" link set g0 down

ctl bridge add "$BRIDGE" || fail "bridge not taken"
up
background "$WORK/flood" guest frame flood eth0 "0180c200000e $rest"
stopped=$(counter drop_link_local)
going() { [ "$(counter drop_link_local)" -gt $((stopped + 1000)) ]; }
frames=0
for ((round = 1; round <= rounds; round++)); do
	stopped=$(counter drop_link_local)
	busywait 20 going || fail "the flood does not come"
	first ip link set g0 nomaster || fail "the port does not leave"
	ip -n "$HOST_NS" link set g0 master "$BRIDGE" up
	stopped=$(counter drop_link_local)
	busywait 20 going || fail "the flood does not come"
	frames=$((frames + $(counter drop_link_local)))
	first sinkctl bridge del "$BRIDGE" || fail "bridge not let go"
	ctl bridge add "$BRIDGE" || fail "bridge not taken"
	up
done
end_background
say "$rounds times out of $frames frames"
[ "$(heard 0180c200000e)" = 0 ] || fail "the host heard $(heard 0180c200000e): $(tail -n 3 "$WORK/host")"

say "a server is taken away"
background "$WORK/flood" server frame flood eth0 "0180c200000e $(mac_of "$SERVER_NS" eth0) 88b5 $(printf '41%.0s' {1..50})"
sends() { [ "$(counter drop_server_ethertype)" -gt $((stopped + 1000)) ]; }
guests_frames() { echo "$(counter guest_rx) $(counter drop_link_local)"; }
quiet() { [ "$(guests_frames)" = "$before" ] || { before=$(guests_frames); false; }; }
for ((round = 1; round <= rounds; round++)); do
	ctl server add "$BRIDGE" srv dev s0 mac "$(mac_of "$SERVER_NS" eth0)" ip "$SERVER_IP" || fail "server not added"
	up
	stopped=$(counter drop_server_ethertype)
	busywait 20 sends || fail "the server's frames do not come"
	before=
	busywait 10 quiet || fail "a guest goes on"
	first sinkctl server del "$BRIDGE" srv || fail "server not taken away"
	expect "frames of guests" "$(guests_frames)" "$before"
done
exit 0
