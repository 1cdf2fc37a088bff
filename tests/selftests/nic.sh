#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: qemu-6.12
# A guest behind a network card: its frames come from a driver's interrupt, with checksums verified and GRO done.
. "$(dirname "$0")/lib.sh"

# The machine has two cards on one wire (tests/vm/boot-qemu), in the namespace that file 9 is: card MAC NAMESPACE NAME
card() {
	local name

	name=$(nsenter --net=/proc/self/fd/9 ip -j link | jq -r ".[] | select(.address == \"$1\") | .ifname")
	[ -n "$name" ] || fail "no card $1"
	nsenter --net=/proc/self/fd/9 ip link set "$name" netns $$ || fail "card $1: not moved"
	ip link set "$name" down name "$3" netns "$2" || fail "card $1: not moved to $2"
}

modprobe virtio_net || fail "no driver"
add_bridge
add_server srv s0 "$SERVER_NS" "$SERVER_IP"
quiet_ns "$GUEST_NS"
card 52:54:00:5b:00:01 "$HOST_NS" nic0
card 52:54:00:5b:00:02 "$GUEST_NS" eth0
host sysctl -qw net.ipv6.conf.nic0.disable_ipv6=1
ip -n "$HOST_NS" link set nic0 master "$BRIDGE" up
ip -n "$GUEST_NS" addr add "$GUEST_IP/24" dev eth0
ip -n "$GUEST_NS" link set eth0 up
ip -n "$GUEST_NS" route add default via 192.168.1.1
busywait 5 carrier nic0 || fail "the card did not come up"
rules "udp dport 8 to srv port 10" "tcp dport 5201 to srv" "tcp to srv port 9" "udp to srv port 9" "icmp to srv"
serve tcp 9
serve udp 9

out=$(guest peer tcp 22.33.44.55 80 hello) || fail "TCP: $out"
[[ $out == *" 22.33.44.55:80 flow "*" in nic0 "* ]] || fail "TCP: $out"
out=$(guest peer udp 11.22.33.44 53 hello) || fail "UDP: $out"
[[ $out == *"hello from 11.22.33.44:53" ]] || fail "UDP: $out"
guest ping -q -c 3 -i 0.2 8.8.8.8 >/dev/null || fail "no echo"

for way in "" -R; do
	say "bulk $way"
	background "$WORK/iperf" server iperf3 -s -1
	listening tcp 5201
	# shellcheck disable=SC2086
	guest iperf3 -c 99.98.97.96 $way -n 4M >"$WORK/out" 2>&1 || fail "iperf3 $way: $(cat "$WORK/out")"
	# the next one needs its port
	wait "${pids[-1]}"
	grep -E 'sender|receiver' "$WORK/out"
done

say "a burst to a port that nobody listens on, each frame once"
before=$(counter delivered)
gateway=$(mac_of "$HOST_NS" "$BRIDGE")
echo "{ eth(da=$gateway, sa=52:54:00:5b:00:02), ipv4(da=9.9.9.9, sa=$GUEST_IP, ttl=64), udp(sport=5000, dport=8), fill(0x41, 400) }" \
	>"$WORK/trafgen"
guest trafgen --in "$WORK/trafgen" --out eth0 -n 3000 --cpus 1 -t 200us -q >"$WORK/trafgen.log" 2>&1 ||
	fail "trafgen: $(cat "$WORK/trafgen.log")"
burst() { [ "$(flows | sed -n 's/.* > 9.9.9.9:8 .* packets \([0-9]*\) .*/\1/p')" = 3000 ]; }
busywait 10 burst || fail "of 3,000 frames: $(flows | grep '9.9.9.9:8')"
delivered() { [ $(($(counter delivered) - before)) -ge 3000 ]; }
busywait 5 delivered || fail "delivered $(($(counter delivered) - before))"
busywait 10 accounted || fail "frames not accounted for: $(ctl stats show "$BRIDGE")"
expect_counter drop_l4_header 0
expect_counter drop_server_header 0
exit 0
