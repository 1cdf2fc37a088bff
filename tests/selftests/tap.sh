#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A guest behind a real tap with vnet header, its stack's offloads on: partial checksums and GSO frames both ways.
. "$(dirname "$0")/lib.sh"

modprobe tun 2>/dev/null
[ -e /dev/net/tun ] || skip "no /dev/net/tun"
# long enough that the flows are there to be looked at
add_bridge timeout-tcp-closed 600000
add_server_port s0 "$SERVER_NS" "$SERVER_IP"
server_ipv6 "$SERVER_NS" "$SERVER_IP6"
ctl server add "$BRIDGE" srv dev s0 mac "$(mac_of "$SERVER_NS" eth0)" ip "$SERVER_IP" ip6 "$SERVER_IP6" ||
	fail "server not added"
# the guest's stack: one end of a veth; tapguest carries the other end's frames to the tap
quiet_ns "$GUEST_NS"
RELAY_NS=sbr-$ID
quiet_ns "$RELAY_NS"
ip -n "$RELAY_NS" link add relay type veth peer name eth0 netns "$GUEST_NS"
ip -n "$RELAY_NS" link set relay up
ip -n "$GUEST_NS" addr add "$GUEST_IP/24" dev eth0
ip -n "$GUEST_NS" link set eth0 up
ip -n "$GUEST_NS" route add default via 192.168.1.1
guest_ipv6 "$GUEST_NS" eth0 "$GUEST_IP6/64"
ip netns exec "$HOST_NS" tapguest tap0 relay 3<"/run/netns/$RELAY_NS" >"$WORK/tapguest" 2>&1 &
pids+=("$!")
busywait 5 grep -q ready "$WORK/tapguest" || fail "tap: $(cat "$WORK/tapguest")"
ip -n "$HOST_NS" link set tap0 master "$BRIDGE" up
busywait 5 carrier tap0 || fail "the tap did not come up"
rules "tcp dport 5201 to srv" "tcp to srv port 9" "udp to srv port 9"
serve tcp 9
serve udp 9

out=$(guest peer tcp 22.33.44.55 80 hello) || fail "TCP: $out"
[[ $out == *" 22.33.44.55:80 flow "*" in tap0 "* ]] || fail "TCP: $out"
out=$(guest peer udp 11.22.33.44 53 hello) || fail "UDP: $out"
[[ $out == *"hello from 11.22.33.44:53" ]] || fail "UDP: $out"

for dst in 99.98.97.96 2001:db8::96; do
	for way in "" -R; do
		say "bulk, $dst $way"
		background "$WORK/iperf" server iperf3 -s -1
		listening tcp 5201
		# shellcheck disable=SC2086
		guest iperf3 -c $dst $way -n "${BULK:-16M}" >"$WORK/out" 2>&1 || fail "iperf3 $dst $way: $(cat "$WORK/out")"
		# the next one needs its port
		wait "${pids[-1]}"
		grep -E 'sender|receiver' "$WORK/out"
	done
	flows | grep -qF "$dst" || fail "no flow to $dst: $(flows)"
done
for seen in "out gso" "out partial checksum" "in gso" "in partial checksum"; do
	grep -q "$seen" "$WORK/tapguest" || fail "no frame with '$seen' went through the tap: $(cat "$WORK/tapguest")"
done
expect_counter drop_l4_header 0
expect_counter drop_server_header 0
expect_counter drop_server_memory 0
expect_counter drop_deliver 0
exit 0
