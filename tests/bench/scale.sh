#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What grows: rules, flows, guests, and what is read of them.
# Names: flow_bytes rules_scale flows_scale guests_scale replace sysfs_read

set -u
. "$(dirname "$0")/lib.sh"

RANDOM_SOURCES=("src_min 10.0.0.1" "src_max 10.250.0.1" "flag IPSRC_RND")
MILLION=999980		# as many flows as flood makes
turns=$((rounds < 3 ? rounds : 3))	# of what varies little, or is a point of a curve
GUESTS=64

# Live flows or entries of a topology, and none of them.
live() {
	case $1 in
	ours)	in_ns ours-host cat /sys/class/net/br0/sinkbridge/flow_count ;;
	dnat)	in_ns dnat-host cat /proc/sys/net/netfilter/nf_conntrack_count ;;
	esac
}
is_empty() { [ "$(live "$1")" = 0 ]; }
empty() {
	case $1 in
	ours)	in_ns ours-host sinkctl flow flush br0 >/dev/null ;;
	dnat)	in_ns dnat-host conntrack -F 2>/dev/null ;;
	esac
	wait_until is_empty "$1"
}

# fill TOPOLOGY FLOWS: each of them has had a packet (again, should the backlog have run over)
fill() {
	local i

	empty "$1"
	for ((i = 0; i < 5; i++)); do
		flood "$1" "$2" "$2" >/dev/null
		[ "$(live "$1")" != "$2" ] || return 0
	done
	fail "$1 has $(live "$1") flows, expected $2"
}

# Slab memory after what is freed late, by RCU, is gone.
slab_bytes() {
	local now last=0

	for ((;;)); do
		[ ! -e /proc/sys/vm/stat_refresh ] || cat /proc/sys/vm/stat_refresh >/dev/null
		now=$(awk '$1 == "SUnreclaim:" { print $2 * 1024 }' /proc/meminfo)
		[ "$now" != "$last" ] || break
		last=$now
		sleep 0.2
	done
	echo "$now"
}

# What the slabs grow by with each flow; the hash tables, which are there before, are not in it.
flow_bytes() {
	local i ours acct
	local -A peers=([0]=conntrack-nat [1]=conntrack-nat-acct)

	asked flow_bytes || return 0
	rules ours "udp to sink port 9"
	for ((i = 0; i < turns; i++)); do
		ours=$(grown ours) || exit 1
		for acct in 0 1; do
			in_ns dnat-host sysctl -qw net.netfilter.nf_conntrack_acct=$acct \
				net.netfilter.nf_conntrack_timestamp=$acct
			echo "ROUND flow_bytes ${peers[$acct]} $ours $(grown dnat) bytes"
		done
		in_ns dnat-host sysctl -qw net.netfilter.nf_conntrack_acct=0 net.netfilter.nf_conntrack_timestamp=0
	done
}
grown() {
	local flows=299994 before

	empty "$1"
	before=$(slab_bytes)
	fill "$1" $flows
	echo "$before $(slab_bytes)" | awk -v flows=$flows '{ printf "%.1f", ($2 - $1) / flows }'
	empty "$1"
}

# other_rules COUNT FORMAT…: lines of as many rules, none of them for the flood's port 9
other_rules() {
	local count=$1 udp=$1

	[ "$count" -le 65526 ] || udp=65526
	[ "$udp" -le 0 ] || seq -f "udp %.0f" 10 $((9 + udp))
	[ "$count" -le "$udp" ] || seq -f "tcp %.0f" 10 $((9 + count - udp))
}
our_rules() {
	{
		other_rules $(($1 - 1)) | sed 's/ / dport /; s/$/ drop/'
		echo "udp to sink port 9"
	} >/tmp/bench-rules
	in_ns ours-host sinkctl rule replace br0 /tmp/bench-rules || fail "$1 rules refused"
}
# The same as nftables takes it: a list, or a map.
nft_load() {
	{
		echo "add table ip bench"
		echo "delete table ip bench"
		echo "add table ip bench"
		echo "add chain ip bench pre { type nat hook prerouting priority dstnat; }"
		cat
	} >/tmp/bench-nft
	in_ns dnat-host nft -f /tmp/bench-nft || fail "nft: refused"
}
nft_rules() {
	{
		other_rules $(($1 - 1)) | sed "s/\(.*\) \(.*\)/add rule ip bench pre \1 dport \2 dnat to $SERVER_IP/"
		echo "add rule ip bench pre udp dport 9 dnat to $SERVER_IP"
	} | nft_load
}
nft_map() {
	{
		echo "add map ip bench to { type inet_proto . inet_service : ipv4_addr; size $1; elements = {"
		other_rules $(($1 - 1)) | sed "s/\(.*\) \(.*\)/\1 . \2 : $SERVER_IP,/"
		echo "udp . 9 : $SERVER_IP } }"
		echo "add rule ip bench pre dnat ip to meta l4proto . th dport map @to"
	} | nft_load
}
new_flows() {
	empty "$1"
	flood "$1" 1 "$2" "${RANDOM_SOURCES[@]}"
}

# Cost of a new flow with a full table against one rule, and the curve between.
rules_scale() {
	local i one many count=100000

	asked rules_scale || return 0
	for ((i = 0; i < rounds; i++)); do
		our_rules 1
		one=$(new_flows ours $count)
		our_rules 65536
		many=$(new_flows ours $count)
		echo "ROUND rules_scale one-rule $many $one ns/packet $(flood early 1 $count "${RANDOM_SOURCES[@]}")"
	done
	rules_curve
	empty ours
	empty dnat
	rules ours "udp to sink port 9"
	dnat_to_server
}
# A list's cost is per rule: as few packets as its last points need to take half a second.
rules_curve() {
	local i n count=50000 listed

	for n in 1 16 256 4096 65536; do
		our_rules $n
		listed=$((20000000 / (n + 400)))
		nft_rules $n
		for ((i = 0; i < turns; i++)); do
			echo "POINT rules_curve nft-rules $n $(new_flows ours $count) $(new_flows dnat $listed) ns/packet"
		done
		nft_map $n
		for ((i = 0; i < turns; i++)); do
			echo "POINT rules_curve nft-map $n $(new_flows ours $count) $(new_flows dnat $count) ns/packet"
		done
	done
}

# Cost of a packet with a million live flows, each packet of the next, against one; and the curve between.
flows_scale() {
	local i n count ours theirs
	local -A cost

	asked flows_scale || return 0
	rules ours "udp to sink port 9"
	for ((i = 0; i < rounds; i++)); do
		for n in 1 1000 10000 99998 $MILLION; do
			[ $n = 1 ] || [ $n = $MILLION ] || [ $i -lt $turns ] || continue
			count=$((n > BENCH_COUNT ? n : BENCH_COUNT))
			fill ours $n
			ours=$(flood ours $n $count)
			fill dnat $n
			theirs=$(flood dnat $n $count)
			echo "POINT flows_curve nft-dnat $n $ours $theirs ns/packet"
			cost[$n]=$ours
		done
		echo "ROUND flows_scale one-flow ${cost[$MILLION]} ${cost[1]} ns/packet $(flood early 1)"
	done
	empty dnat
	empty ours
}

# A flood that is ended when something else is done: forever TOPOLOGY, stop TOPOLOGY; sent TOPOLOGY: its packets so far
forever() {
	flood "$1" 1 50000000 >/dev/null &
	generator=$!
	wait_until is_sending "$1"
}
sent() { in_ns "$1-guest" sed -n 's/.*pkts-sofar: \([0-9]*\).*/\1/p' /proc/net/pktgen/eth0; }
is_sending() { [ "$(sent "$1" 2>/dev/null)" -gt 10000 ] 2>/dev/null; }
stop() {
	kill -0 $generator 2>/dev/null || fail "the flood was over too early"
	in_ns "$1-guest" sh -c 'echo stop >/proc/net/pktgen/pgctrl'
	wait $generator
}

# 65,536 rules replaced while a flood runs.
replace() {
	local i time before count

	asked replace || return 0
	our_rules 65536
	for ((i = 0; i < rounds; i++)); do
		before=$(arrived ours)
		forever ours
		time=$(in_ns ours-host bash -c '
			TIMEFORMAT=%R
			time sinkctl rule replace br0 /tmp/bench-rules' 2>&1)
		stop ours
		count=$(sent ours)
		echo "FACT replace $(awk -v s="$time" 'BEGIN { print s * 1000 }') ms"
		lost "$before" "$count" replace_lost
	done
	rules ours "udp to sink port 9"
}

# Rows per second of the flows file with a million of them, and what reading it takes from a flood. On one
# processor any program takes its share of that: the peer is one that only computes.
sysfs_read() {
	local i flows=/sys/class/net/br0/sinkbridge/flows rows from until alone reading busy

	asked sysfs_read || return 0
	rules ours "udp to sink port 9"
	fill ours $MILLION
	for ((i = 0; i < rounds; i++)); do
		from=$(date +%s%N)
		rows=$(in_ns ours-host sh -c "wc -l <$flows")
		until=$(date +%s%N)
		echo "FACT sysfs_read $((rows * 1000000 / ((until - from) / 1000))) rows/s"
		alone=$(flood_beside)
		reading=$(flood_beside cat $flows)
		busy=$(flood_beside sh -c 'i=0; while [ $i -lt 1000000 ]; do i=$((i + 1)); done')
		echo "ROUND sysfs_read_flood busy-loop $reading $busy packets/s"
		echo "FACT sysfs_read_flood_alone $alone packets/s"
	done
	empty ours
}
# flood_beside [COMMAND…]: packets/s while it runs again and again
flood_beside() {
	local beside=

	if [ $# -gt 0 ]; then
		setsid bash -c 'while "$@"; do :; done' - ip netns exec ours-host "$@" >/dev/null &
		beside=$!
	fi
	flood ours 1 1000000 | awk '{ printf "%d", 1e9 / $1 }'
	[ -z "$beside" ] || { kill -- -$beside; wait $beside; } 2>/dev/null
}

# How the cost of a packet grows with guests, each at its own port and each in turn the one that sends.
guests_scale() {
	local i n name
	local -A ours

	asked guests_scale || return 0
	rules ours "udp to sink port 9"
	for name in ours plain early; do
		more_guests $name
	done
	for ((i = 0; i < rounds; i++)); do
		for n in 1 4 16 $GUESTS; do
			ours[$n]=$(flood_of_many ours $n)
			echo "POINT guests_curve plain-bridge $n ${ours[$n]} $(flood_of_many plain $n) ns/packet"
		done
		echo "ROUND guests_scale one-guest ${ours[$GUESTS]} ${ours[1]} ns/packet $(flood_of_many early $GUESTS)"
	done
}

# A topology gets more guest ports: g1, g2, … with eth1, eth2, … at the guests' end.
more_guests() {
	local i

	for ((i = 1; i < GUESTS; i++)); do
		ip -n "$1-host" link add g$i type veth peer name eth$i netns "$1-guest"
		ip -n "$1-guest" link set eth$i up
		[ "$1" = early ] || ip -n "$1-host" link set g$i master br0
		ip -n "$1-host" link set g$i up
	done
	if [ "$1" = early ]; then
		early_drop "$(seq -s, -f g%.0f 0 $((GUESTS - 1)))"
	else
		wait_until forwarding "$1" g$((GUESTS - 1))
	fi
}

# flood_of_many TOPOLOGY GUESTS: nanoseconds a packet. The generator has as many streams for few guests as for many.
flood_of_many() {
	local dst=$DEST_IP

	[ "$1" != plain ] || dst=$SERVER_IP
	pktgen "$1-guest" "$(for ((i = 0; i < GUESTS; i++)); do echo "eth$((i % $2))@$i"; done)" $((BENCH_COUNT / GUESTS)) \
		"pkt_size $FRAME" "dst_mac $(next_hop "$1")" "src_min $GUEST_IP" "src_max $GUEST_IP" \
		"dst_min $dst" "dst_max $dst" "udp_src_min 1024" "udp_src_max 1024" "udp_dst_min 9" "udp_dst_max 9"
}

modprobe pktgen || fail "this kernel has no pktgen"
topology_ours 1200000 timeout-udp-opening 600000
topology_plain
topology_early
topology_dnat
in_ns dnat-host sysctl -qw net.netfilter.nf_conntrack_udp_timeout=600
flow_bytes
rules_scale
flows_scale
replace
sysfs_read
guests_scale
