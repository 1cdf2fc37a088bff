#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# Idle flows end by protocol and state, and their end is told.
. "$(dirname "$0")/lib.sh"

setup timeout-udp-opening 500 timeout-udp 1500 timeout-icmp 500 timeout-tcp-opening 500 timeout-tcp-closed 500 timeout-tcp-established 600000
rules "tcp to srv port 9" "udp dport 9 to srv port 9" "udp to srv port 10" "icmp to srv"
serve tcp 9
serve udp 9
background "$WORK/monitor" ip netns exec "$HOST_NS" sinkctl monitor "$BRIDGE"
# the monitor is there when it tells of a flow
told() { guest peer udp 9.9.9.9 9 x >/dev/null; grep -q 9.9.9.9 "$WORK/monitor"; }
busywait 10 told || fail "the monitor does not tell: $(cat "$WORK/monitor")"

guest bash -c 'echo x >/dev/udp/8.8.8.8/10'	# nobody there: stays opening
guest peer tcp-scan 7.7.7.7 1 80 5555 || fail "TCP"
empty() { [ "$(flow_count)" = 0 ]; }
busywait 10 empty || fail "flows that should have ended: $(flows)"
expect_counter flows_ended "$(counter flows_created)"
ended() { grep -q "end timeout udp .*> 8.8.8.8:10" "$WORK/monitor" && grep -q "end closed tcp .*> 7.7.7.7:80" "$WORK/monitor"; }
busywait 10 ended || fail "ends not told: $(cat "$WORK/monitor")"

say "an established connection outlives the others, and a flush"
background "$WORK/nc" guest sh -c 'sleep 600 | nc 6.6.6.6 9'
connected() { flows | grep -q "6.6.6.6:9 .* state established"; }
busywait 5 connected || fail "not established: $(flows)"
guest peer udp 9.9.9.9 9 x >/dev/null || fail "UDP"
one() { [ "$(flow_count)" = 1 ]; }
busywait 5 one || fail "flows: $(flows)"
connected || fail "not established any more: $(flows)"
ctl flow flush "$BRIDGE" dst 6.6.6.6 || fail "flush"
empty || fail "not flushed: $(flows)"
exit 0
