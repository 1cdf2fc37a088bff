#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: qemu-6.1 qemu-6.12 uml-debug
# Everything at once on several processors, for a bounded time: traffic, a flood, rule replacement, flow flush, dumps,
# reads of sysfs, ports that come and go, namespaces torn down, a second bridge; then the module is removed.
. "$(dirname "$0")/lib.sh"

seconds=12
[[ $VM_KERNEL != uml* ]] || seconds=4
[ -z "${TEST_LONG:-}" ] || seconds=300

setup max-flows 4096
add_server second s1 "$SERVER_NS-2" 198.18.0.10
rules "tcp to srv port 9" "udp dport 7777 to srv port 9" "udp to second" "icmp to srv"
serve udp 9
serve tcp 9
more() { [ "$SECONDS" -lt "$end" ]; }
mkdir "$WORK/rounds"
all=()

# at NAME FUNCTION: again and again until the time is over; then the number of rounds is told.
at() {
	local rounds=0

	trap - EXIT
	while more; do
		"$2" "$rounds" >"$WORK/at-$1" 2>&1
		rounds=$((rounds + 1))
	done
	echo $rounds >"$WORK/rounds/$1"
}

converse() { guest timeout 2 peer tcp "9.9.$(($1 % 250)).1" 80 hello; guest timeout 2 peer udp "9.8.$(($1 % 250)).1" 7777 hello; }
replace() {
	printf '%s\n' "udp dport $((1 + $1 % 1000)) absorb" "tcp to srv port 9" "udp dport 7777 to srv port 9" "udp to second" "icmp to srv" |
		ctl rule replace "$BRIDGE" -
}
alter() { ctl rule del "$BRIDGE" "$(ctl rule add "$BRIDGE" tcp dport $((1 + $1 % 60000)) drop | grep -o '[0-9]*$')"; }
flush() { ctl flow flush "$BRIDGE"; ctl flow flush "$BRIDGE" udp; }
dump() { ctl flow show "$BRIDGE"; ctl rule show "$BRIDGE"; ctl -j flow show "$BRIDGE" server srv; ctl port show; ctl server show; }
files() { host sh -c "cat $SYS/flows $SYS/stats/* $SYS/rules/*/* $SYS/[a-z]*"; }
ports() {
	ip -n "$HOST_NS" link add churn type veth peer name churn-far
	ip -n "$HOST_NS" link set churn master "$BRIDGE" up
	ip -n "$HOST_NS" link set churn-far up
	[ $(($1 % 2)) = 0 ] || ip -n "$HOST_NS" link set churn nomaster
	ip -n "$HOST_NS" link del churn
}
namespaces() {
	ip netns add "sbx-$ID" && ip -n "$HOST_NS" link add x0 type veth peer name eth0 netns "sbx-$ID"
	ip -n "$HOST_NS" link set x0 master "$BRIDGE" up
	ctl server add "$BRIDGE" gone dev x0 mac 02:00:00:00:00:99 ip 198.18.0.99
	ip netns del "sbx-$ID"
	ctl server del "$BRIDGE" gone
}
second_bridge() {
	ip netns add "sby-$ID" && ip -n "sby-$ID" link add sink1 type bridge
	ip -n "sby-$ID" link add y0 type veth peer name y1
	ip netns exec "sby-$ID" sinkctl bridge add sink1
	ip -n "sby-$ID" link set y0 master sink1 up
	[ $(($1 % 2)) = 0 ] || ip netns exec "sby-$ID" sinkctl bridge del sink1
	ip netns del "sby-$ID"
}
flood() {
	pktgen "count 20000;dst_min 1.0.0.1;dst_max 1.255.255.254;flag IPDST_RND;udp_dst_min 5000;udp_dst_max 6000;flag UDPDST_RND"
}
watch_events() { timeout 3 ip netns exec "$HOST_NS" sinkctl monitor "$BRIDGE"; }

end=$((SECONDS + seconds))
for what in converse replace alter flush dump files ports namespaces second_bridge flood watch_events; do
	at $what $what &
	all+=("$!")
done
wait "${all[@]}"
say "$(nproc) processors, $seconds s, rounds: $(cd "$WORK/rounds" && grep . ./* | sed 's,^\./,,; s/:/ /' | tr '\n' ',')"
for what in replace flush dump files ports namespaces second_bridge; do
	[ "$(cat "$WORK/rounds/$what")" -gt 0 ] || fail "$what: not once: $(cat "$WORK/at-$what")"
done
rules "tcp to srv port 9" "udp to srv port 9"
idle() { [ "$(counter guest_rx)" = "$seen" ] || { seen=$(counter guest_rx); sleep 0.2; false; }; }
seen=0
busywait 10 idle || fail "the flood goes on"
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
say "$(counter guest_rx) guest frames, $(counter delivered) delivered, $(counter flows_created) flows"
busywait 5 guest peer udp 5.6.7.8 9 x >/dev/null || fail "not served afterwards"

say "the module is removed"
end_background
rmmod sinkbridge 2>/dev/null && fail "removed while it controlled a bridge"
ctl bridge del "$BRIDGE" || fail "bridge not let go"
removed() { rmmod sinkbridge 2>"$WORK/rmmod"; }
busywait 10 removed || fail "not removed: $(cat "$WORK/rmmod")"
insmod "$SINKBRIDGE_MODULE" || fail "not loaded again"
exit 0
