#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: qemu-6.1 qemu-6.12
# Floods on two processors at once, through one flow, one rule, one server, and through many: each counter is exact
# to the packet, of the flows, rules, ports and of the bridge.
. "$(dirname "$0")/lib.sh"

[ "$(nproc)" -ge 2 ] || skip "one processor"
PACKETS=20000
[ -z "${TEST_LONG:-}" ] || PACKETS=1000000
OTHER_NS=sbo-$ID

modprobe pktgen 2>/dev/null
setup max-flows 10000
add_server second s1 "$SERVER_NS-2" 198.18.0.10
add_guest g1 "$OTHER_NS" 192.168.1.101/24 192.168.1.1
busywait 5 carrier g1 && busywait 5 carrier s1 || fail "ports did not come up"
gateway=$(mac_of "$HOST_NS" "$BRIDGE")

# prepare NAMESPACE CPU WORD…: the generator of a processor gets a stream
prepare() {
	ip netns exec "$1" bash -s "$gateway" "${@:2}" <<-'END' || fail "pktgen refuses"
		cd /proc/net/pktgen || exit 1
		device=eth0@$2
		echo "add_device $device" >kpktgend_$2 || exit 1
		for word in "clone_skb 0" "delay 0" "pkt_size 60" "dst_mac $1" "${@:3}"; do
			echo "$word" >$device || { echo "$word"; exit 1; }
		done
	END
}
# The generators of these namespaces run at once; then they have nothing to do any more. each: nanoseconds that a
# packet took its processor.
run() {
	local ns all=()

	for ns; do
		ip netns exec "$ns" sh -c 'echo start >/proc/net/pktgen/pgctrl' &
		all+=("$!")
	done
	wait "${all[@]}"
	# one that has not begun after an eighth of a second has ended, for who started it
	for ns; do
		busywait 30 has_run "$ns" || fail "pktgen in $ns"
	done
	each=$(for ns; do
		ip netns exec "$ns" sh -c 'sed -n "s/^Result: OK: \([0-9]*\)(.*/\1/p" /proc/net/pktgen/eth0@*'
	done | awk -v count=$PACKETS '{ sum += $1 } END { printf "%.0f", sum * 1000 / NR / count }')
	for ns; do
		ip netns exec "$ns" sh -c 'cd /proc/net/pktgen && for t in kpktgend_*; do echo rem_device_all >$t; done'
		busywait 10 is_idle "$ns" || fail "pktgen keeps its streams"
	done
}
has_run() { ip netns exec "$1" sh -c 'cd /proc/net/pktgen && ! grep -L "Result: OK" eth0@* | grep -q .'; }
is_idle() { ! ip netns exec "$1" sh -c 'cat /proc/net/pktgen/kpktgend_*' | grep -q eth0@; }

# What has left a guest: a frame for which the other end's backlog had no room is not counted by the link.
left() { ip netns exec "$1" cat /sys/class/net/eth0/statistics/tx_packets; }
port_rx() { ctl -j port show "$BRIDGE" | jq "[.. | objects | select(.port? == \"$1\") | .rx_packets] | add"; }
# Packets to the server, of all flows that match.
flow_packets() {
	flows | grep -E "${1:-.}" |
		awk '{ for (i = 1; i < NF; i++) if ($i == "packets") sum += $(i + 1) } END { print sum + 0 }'
}
rule_packets() { host cat "$SYS/rules/$1/packets"; }

# begin NAMESPACE…, end_with COUNTER: what the guests have sent in between is what the bridge and that counter saw.
begin() {
	local ns

	sources=("$@")
	ctl flow flush "$BRIDGE" >/dev/null
	sent=0
	for ns; do
		sent=$((sent - $(left "$ns")))
	done
	for counter in guest_rx delivered absorbed flooded flows_created; do
		before[$counter]=$(counter $counter)
	done
}
declare -A before
grown() { echo $(($(counter "$1") - before[$1])); }
all_there() { [ "$(grown guest_rx)" = "$sent" ]; }
end_with() {
	local ns

	for ns in "${sources[@]}"; do
		sent=$((sent + $(left "$ns")))
	done
	busywait 10 all_there || fail "guests sent $sent frames, the bridge counted $(grown guest_rx)"
	[ "$sent" -gt $((PACKETS / 2)) ] || fail "only $sent frames left the guests"
	# the last ones are counted as come, but may be on their way
	busywait 5 accounted || fail "frames not accounted for: $(ctl stats show "$BRIDGE")"
	expect "frames $1" "$(grown "$1")" "$sent"
	say "$sent frames from ${#sources[@]} guest(s): $1; $each ns each"
}

stream=("count $PACKETS" "dst_min 5.5.5.5" "dst_max 5.5.5.5" "src_min $GUEST_IP" "src_max $GUEST_IP"
	"udp_src_min 1024" "udp_src_max 1024" "udp_dst_min 9" "udp_dst_max 9")

say "one flow on one processor"
rules "udp to srv port 9"
begin "$GUEST_NS"
prepare "$GUEST_NS" 0 "${stream[@]}"
run "$GUEST_NS"
end_with delivered

say "one flow on both processors"
rules "udp dport 9 to srv port 9"
begin "$GUEST_NS"
prepare "$GUEST_NS" 0 "${stream[@]}"
prepare "$GUEST_NS" 1 "${stream[@]}"
run "$GUEST_NS"
end_with delivered
expect flows "$(flow_count)" 1
expect "flows made" "$(grown flows_created)" 1
expect "packets of the flow" "$(flow_packets)" "$sent"
expect "packets of the rule" "$(rule_packets 1)" "$sent"
expect "frames of the port" "$(port_rx g0)" "$(left "$GUEST_NS")"

say "two guests, a flow each, one rule, one server"
rules "udp to srv port 9"
begin "$GUEST_NS" "$OTHER_NS"
prepare "$GUEST_NS" 0 "${stream[@]}"
prepare "$OTHER_NS" 1 "${stream[@]}"
run "$GUEST_NS" "$OTHER_NS"
end_with delivered
expect flows "$(flow_count)" 2
expect "packets of the flows" "$(flow_packets)" "$sent"
expect "packets of the rule" "$(rule_packets 1)" "$sent"
expect "frames of g0" "$(port_rx g0)" "$(left "$GUEST_NS")"
expect "frames of g1" "$(port_rx g1)" "$(left "$OTHER_NS")"

say "two guests, a thousand flows each, four rules, two servers"
rules "udp dport 10 to srv port 9" "udp dport 11 to second port 9" "udp dport 12 to srv" "udp to second"
many=("${stream[@]}" "udp_src_max 2024" "udp_dst_min 10" "udp_dst_max 14")
begin "$GUEST_NS" "$OTHER_NS"
prepare "$GUEST_NS" 0 "${many[@]}"
prepare "$OTHER_NS" 1 "${many[@]}"
run "$GUEST_NS" "$OTHER_NS"
end_with delivered
expect flows "$(flow_count)" 2000
expect "packets of the flows" "$(flow_packets)" "$sent"
for i in 1 2 3 4; do
	expect "packets of rule $i" "$(rule_packets $i)" "$(flow_packets ":1$((i - 1)) in ")"
done
expect "packets of the rules" $(($(rule_packets 1) + $(rule_packets 2) + $(rule_packets 3) + $(rule_packets 4))) "$sent"

say "absorbed by one rule on both processors"
rules "udp absorb"
begin "$GUEST_NS" "$OTHER_NS"
prepare "$GUEST_NS" 0 "${stream[@]}" "flag UDPSRC_RND" "udp_src_max 65535"
prepare "$OTHER_NS" 1 "${stream[@]}" "flag UDPSRC_RND" "udp_src_max 65535"
run "$GUEST_NS" "$OTHER_NS"
end_with absorbed
expect "packets of the rule" "$(rule_packets 1)" "$sent"

say "one flood of both guests"
rules "udp flood 100 absorb"
begin "$GUEST_NS" "$OTHER_NS"
prepare "$GUEST_NS" 0 "${stream[@]}"
prepare "$OTHER_NS" 1 "${stream[@]}"
run "$GUEST_NS" "$OTHER_NS"
end_with guest_rx
expect "absorbed and flooded" $(($(grown absorbed) + $(grown flooded))) "$sent"
[ "$(grown flooded)" -gt 0 ] || fail "no flood"
counted() { [ "$(rule_packets 1)" = "$sent" ]; }
busywait 5 counted || fail "the rule counted $(rule_packets 1) of $sent packets"
exit 0
