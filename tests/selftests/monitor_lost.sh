#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# A monitor that cannot keep up says that events are lost, and goes on; what is lost costs the bridge nothing.
. "$(dirname "$0")/lib.sh"

# no flow ends by itself: their ends would be a flood of events of their own
setup max-flows 100000 timeout-udp-opening 600000 timeout-udp 600000
rules "udp to srv port 9"
serve udp 9
ip netns exec "$HOST_NS" sinkctl monitor "$BRIDGE" >"$WORK/monitor" 2>&1 &
monitor=$!
pids+=("$monitor")
listens() { host awk '$4 != "00000000"' /proc/net/netlink | grep -q "^[^ ]* *16 "; }
busywait 10 listens || fail "the monitor does not listen: $(host cat /proc/net/netlink)"
kill -STOP "$monitor"

count=80000	# more than the monitor's buffer holds
out=$(pktgen "count $((count * 3));dst_min 1.0.0.1;dst_max 1.1.56.128;udp_src_min 1000;udp_src_max 1000;udp_dst_min 7777;udp_dst_max 7777") ||
	fail "pktgen: $out"
expect "flows made" "$(($(counter flows_created) > 50000))" 1

kill -CONT "$monitor"
busywait 20 grep -q ' lost ' "$WORK/monitor" || fail "nothing of a loss in $(wc -l <"$WORK/monitor") lines"
# an event finds room again when all that waited is read: column 5 is what the socket holds
drained() { host awk '$2 == 16 && $4 != "00000000" && $5 != 0 { held = 1 } END { exit held }' /proc/net/netlink; }
busywait 30 drained || fail "the monitor does not read on"
# a table that is full of answered flows may refuse a new one: then the next has its chance
answered() { guest peer udp 99.9.9.9 53 x >/dev/null 2>&1; }
busywait 20 answered || fail "no answer: $(ctl stats show "$BRIDGE")"
busywait 20 grep -q " start udp $GUEST_IP:[0-9]* > 99.9.9.9:53 " "$WORK/monitor" ||
	fail "the monitor does not go on: $(tail -n 3 "$WORK/monitor")"
say "$(grep -c ' start ' "$WORK/monitor") of $(counter flows_created) starts were seen"
kill -INT "$monitor"
wait "$monitor"
expect "status of the monitor" $? 0
exit 0
