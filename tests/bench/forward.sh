#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The path of a frame against its peers.
# Names: deliver_1 deliver_100k deliver_nft_1 deliver_nft_30k reply absorb newflow tcp_bulk

set -u
. "$(dirname "$0")/lib.sh"

# pair NAME PEER FLOWS PACKETS: both once to make the flows, then in turns
pair() {
	local name=$1 peer=$2 flows=$3 count=${4:-$BENCH_COUNT} i ours theirs before

	asked "$name" || return 0
	in_ns ours-host sinkctl flow flush br0 >/dev/null
	rules ours "udp to sink port 9"
	[ "$count" -gt "$flows" ] || count=$flows
	flood ours "$flows" "$count" >/dev/null
	flood "$peer" "$flows" "$count" >/dev/null
	before=$(arrived ours)
	for ((i = 0; i < rounds; i++)); do
		ours=$(flood ours "$flows" "$count")
		theirs=$(flood "$peer" "$flows" "$count")
		ground=$(flood early "$flows" "$count")
		echo "ROUND $name $peer $ours $theirs ns/packet $ground"
	done
	lost "$before" $((count * rounds)) "${name}_lost"
}

# The same with one rule's flood of the peer's drop.
absorb() {
	local i ours theirs before

	asked absorb || return 0
	in_ns ours-host sinkctl flow flush br0 >/dev/null
	rules ours "udp absorb"
	before=$(in_ns ours-host cat /sys/class/net/br0/sinkbridge/stats/absorbed)
	flood nftdrop 1 >/dev/null
	for ((i = 0; i < rounds; i++)); do
		ours=$(flood ours 1)
		theirs=$(flood nftdrop 1)
		echo "ROUND absorb nft-bridge-drop $ours $theirs ns/packet $(flood early 1)"
	done
	before=$(($(in_ns ours-host cat /sys/class/net/br0/sinkbridge/stats/absorbed) - before))
	echo "FACT absorb_uncounted $((BENCH_COUNT * rounds - before)) frames"
}

# Every packet a new flow: forged sources; both tables are emptied before each turn.
newflow() {
	local i ours theirs count=100000 random

	asked newflow || return 0
	rules ours "udp to sink port 9"
	random=("src_min 10.0.0.1" "src_max 10.250.0.1" "flag IPSRC_RND")
	for ((i = 0; i < rounds; i++)); do
		in_ns ours-host sinkctl flow flush br0 >/dev/null
		ours=$(flood ours 1 $count "${random[@]}")
		in_ns dnat-host conntrack -F 2>/dev/null
		theirs=$(flood dnat 1 $count "${random[@]}")
		echo "ROUND newflow nft-dnat $ours $theirs ns/packet $(flood early 1 $count "${random[@]}")"
	done
	in_ns ours-host sinkctl flow flush br0 >/dev/null
	in_ns dnat-host conntrack -F 2>/dev/null
}

# From the server's namespace back to the guest.
reply() {
	local i ours theirs

	asked reply || return 0
	in_ns ours-host sinkctl flow flush br0 >/dev/null
	rules ours "udp to sink port 9"
	flood ours 1 10 >/dev/null
	for name in ours plain; do
		in_ns $name-guest nft -f - <<-'END'
			table netdev bench {
				chain in { type filter hook ingress device eth0 priority 0; drop; }
			}
		END
	done
	for ((i = 0; i < rounds; i++)); do
		ours=$(answer ours "$(mac_of ours-host br0)")
		theirs=$(answer plain "$(mac_of plain-guest eth0)")
		echo "ROUND reply plain-bridge $ours $theirs ns/packet 0"
	done
	for name in ours plain; do
		in_ns $name-guest nft delete table netdev bench
	done
}
answer() {
	pktgen "$1-server" eth0 "$BENCH_COUNT" "pkt_size $FRAME" "dst_mac $2" \
		"src_min $SERVER_IP" "src_max $SERVER_IP" "dst_min $GUEST_IP" "dst_max $GUEST_IP" \
		"udp_src_min 9" "udp_src_max 9" "udp_dst_min 1024" "udp_dst_max 1024"
}

# TCP in bulk, to a server and from it, against a plain bridge.
tcp_bulk() {
	local i name ours theirs

	asked tcp_bulk || return 0
	rules ours "tcp to sink"
	for name in ours plain; do
		in_ns $name-server nft delete table netdev bench
	done
	ip -n plain-guest route replace $SERVER_IP dev eth0
	ip -n plain-server route replace $GUEST_IP dev eth0
	for ((i = 0; i < rounds; i++)); do
		ours=$(bulk ours $DEST_IP) || exit 1
		theirs=$(bulk plain $SERVER_IP) || exit 1
		echo "ROUND tcp_bulk plain-bridge $ours $theirs Mbit/s"
	done
	for name in ours plain; do
		count_and_drop $name
	done
}
bulk() {
	in_ns "$1-server" iperf3 -s -D -1
	wait_until in_ns "$1-server" sh -c 'ss -Hltn "sport = :5201" | grep -q .'
	in_ns "$1-guest" iperf3 -J -t 2 -c "$2" |
		jq -e '.end.sum_received.bits_per_second // error(.error) | . / 1e6 | floor' || fail "iperf3 in $1"
}

modprobe pktgen || fail "this kernel has no pktgen"
topology_ours
topology_plain
topology_nftdrop
topology_early
topology_dnat
pair deliver_1 plain 1
pair deliver_100k plain 99998
pair deliver_nft_1 dnat 1
pair deliver_nft_30k dnat 30000
reply
absorb
newflow
tcp_bulk
