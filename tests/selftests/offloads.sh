#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Frames as devices leave them: GSO of TCP and UDP, lists of frames, checksums to be finished, behind VLAN tags and not, IPv4
# and IPv6; and the same without any of it. A GSO frame counts as one frame, each of a list as one.
. "$(dirname "$0")/lib.sh"

command -v ethtool >/dev/null || skip "no ethtool"
setup6
rules "to srv"
add_vlan "$GUEST_NS" v5 eth0 802.1Q 5 10.5.0.2/24
guest sysctl -qw net.ipv6.conf.v5.disable_ipv6=1
ip -n "$GUEST_NS" route add 15.0.0.0/8 via 10.5.0.1 dev v5
# a guest's device that knows of nothing
host ethtool -K g0 gro off >/dev/null

# bulk ADDRESS: 4 MB each way
bulk() {
	local way

	for way in "" -R; do
		background "$WORK/iperf" server iperf3 -s -1
		listening tcp 5201
		# shellcheck disable=SC2086
		guest iperf3 -c "$1" $way -n "${BULK:-4M}" >"$WORK/out" 2>&1 ||
			fail "iperf3 $1 $way: $(cat "$WORK/out") $(ctl stats show "$BRIDGE")"
		# the next one needs its port
		wait "${pids[-1]}"
	done
}

# Datagrams of one socket call, cut by the stack (UDP_SEGMENT, which needs a device with checksums; else one call each):
# burst ADDRESS PORT COUNT SIZE
burst() {
	guest python3 -c '
import socket, sys
address, port, count, size = sys.argv[1], *map(int, sys.argv[2:])
s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
s.connect((address, port))
datagrams = [bytes([i]) * size for i in range(count)]
try:
	s.setsockopt(17, 103, size)
	s.send(b"".join(datagrams))
except OSError:
	s.setsockopt(17, 103, 0)
	for datagram in datagrams:
		s.send(datagram)' "$@"
}
# Prints who sent each datagram, its length and its first byte.
background "$WORK/udp" server python3 -uc '
import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUFFORCE if hasattr(socket, "SO_RCVBUFFORCE") else 33, 8 << 20)
s.bind(("::", 9))
while True:
	data, peer = s.recvfrom(65536)
	print(peer[0], len(data), data[0], "mixed" if data.strip(data[:1]) else "whole")'
listening udp 9
# bursts ADDRESS CLIENT: 40 datagrams of 1,000 bytes arrive as they were sent
bursts() {
	: >"$WORK/udp"
	burst "$1" 9 40 1000 || fail "$1: not sent"
	arrived() { [ "$(grep -c "^$2 1000 [0-9]* whole" "$WORK/udp")" = 40 ]; }
	busywait 5 arrived "" "$2" ||
		fail "$1: $(grep -c . "$WORK/udp") datagrams: $(tail -n 3 "$WORK/udp") $(ctl stats show "$BRIDGE")"
	[ "$(awk '{ print $3 }' "$WORK/udp" | sort -un | wc -l)" = 40 ] || fail "$1: some twice"
}
frames_of() {	# COMMAND…: how many frames came from guests meanwhile
	local before

	before=$(counter guest_rx)
	"$@"
	frames=$(($(counter guest_rx) - before))
}

say "all offloads"
bulk 99.98.97.96
bulk 2001:db8::96
bulk 15.0.0.1
for dst in "99.98.97.96 ::ffff:$GUEST_IP" "2001:db8::96 $GUEST_IP6" "15.0.0.1 ::ffff:10.5.0.2"; do
	# shellcheck disable=SC2086
	frames_of bursts $dst
	say "40 datagrams to ${dst% *}: $frames frames"
	[ "$frames" -lt 40 ] || fail "no GSO frame of UDP"
done

say "lists of frames: GRO merges what the guest's stack has cut, and each is a frame of its own again"
guest ethtool -K eth0 tx-udp-segmentation off >/dev/null
if host ethtool -K g0 gro on rx-gro-list on >/dev/null 2>&1; then
	background "$WORK/longest" host python3 -uc '
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.bind(("g0", 3))
longest = 0
print(longest)
while True:
	data, peer = s.recvfrom(200000)
	if peer[2] != socket.PACKET_OUTGOING and len(data) > longest:
		longest = len(data)
		print(longest)'
	busywait 10 grep -q . "$WORK/longest" || fail "no watcher"
	for dst in "99.98.97.96 ::ffff:$GUEST_IP" "2001:db8::96 $GUEST_IP6" "15.0.0.1 ::ffff:10.5.0.2"; do
		# shellcheck disable=SC2086
		frames_of bursts $dst
		[ "$frames" -ge 40 ] || fail "${dst% *}: $frames frames of 40: a list was counted as one"
	done
	say "the longest frame was of $(tail -n 1 "$WORK/longest") bytes"
	[ "$(tail -n 1 "$WORK/longest")" -gt 2000 ] || fail "no list was made: nothing was tested"
	host ethtool -K g0 rx-gro-list off >/dev/null
	bulk 99.98.97.96
else
	say "this kernel's devices make none"
fi

say "no offloads"
guest ethtool -K eth0 tx off tso off gso off gro off sg off >/dev/null 2>&1
server ethtool -K eth0 tx off tso off gso off gro off sg off >/dev/null 2>&1
host ethtool -K g0 gro off >/dev/null
BULK=1M
bulk 99.98.97.96
bulk 2001:db8::96
bursts 99.98.97.96 "::ffff:$GUEST_IP"

for name in drop_l4_header drop_ip_header drop_ipv6 drop_deliver drop_memory drop_server_header drop_server_deliver drop_server_memory; do
	expect_counter $name 0
done
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
exit 0
