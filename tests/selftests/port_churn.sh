#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A port removed during a flood, and rules replaced during a flood: nothing leaks, nothing breaks.
. "$(dirname "$0")/lib.sh"

setup
rules "udp to srv port 9"
serve udp 9
background "$WORK/host" host frame watch "$BRIDGE"
busywait 5 grep -q ready "$WORK/host" || fail "no watcher"
# flood COUNT NANOSECONDS: a packet each so many
flood() {
	pktgen "count $1;delay $2;dst_min 1.0.0.1;dst_max 1.255.255.254;flag IPDST_RND;udp_dst_min 7777;udp_dst_max 7777" \
		>"$WORK/flood" 2>&1
}

say "rules replaced"
flood 100000 20000 &
flood_pid=$!
running() { [ "$(counter guest_rx)" -gt 1000 ]; }
busywait 10 running || fail "no flood: $(cat "$WORK/flood")"
for i in 1 2 3 4 5 6 7 8 9 10; do
	rules "udp dport $i absorb" "udp to srv port 9"
	rules "udp dport $i absorb" "udp absorb"
done
say "the guest's port leaves, comes back, and is deleted"
for _ in 1 2 3; do
	ip -n "$HOST_NS" link set g0 nomaster
	ip -n "$HOST_NS" link set g0 master "$BRIDGE" up
done
wait "$flood_pid"
ip -n "$HOST_NS" link set g0 up
busywait 5 carrier g0
before=$(counter guest_rx)
flood 50000 20000 &
flood_pid=$!
going() { [ "$(counter guest_rx)" -gt $((before + 100)) ]; }
busywait 10 going || fail "no second flood: $(cat "$WORK/flood")"
ip -n "$HOST_NS" link del g0
wait "$flood_pid"
[ "$(grep -vc ready "$WORK/host")" = 0 ] || fail "the host's stack saw $(grep -vc ready "$WORK/host") frames"
no_guest_flows() { [ "$(flow_count)" = 0 ]; }
busywait 5 no_guest_flows || fail "flows of a port that is gone: $(flow_count)"

say "a new guest is served"
GUEST_NS=sbn-$ID
rules "udp to srv port 9"
add_guest g0 "$GUEST_NS" "$GUEST_IP/24" 192.168.1.1
busywait 5 carrier g0
guest peer udp 9.9.9.9 53 x >/dev/null || fail "not served"
exit 0
