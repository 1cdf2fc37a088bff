# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Common ground of the topics, which run inside a test kernel that has the module loaded:
#   TOPIC.sh ROUNDS [NAME…]                 only those names; none: all
# and print lines for tests/bench/run:
#   ROUND NAME PEER OURS PEER'S UNIT [GENERATOR'S]   one round of a pair
#   POINT CURVE PEER X OURS PEER'S UNIT     one round at a place of a curve
#   FACT NAME VALUE UNIT                    a figure without a peer
#
# Each topology lives in three namespaces of its own, of one shape:
#
#   NAME-guest (pktgen)  eth0 ---- g0  NAME-host  s0 ---- eth0  NAME-server (counts and drops at its ingress)
#
# ours: a controlled bridge; plain: a bridge without any hook; nftdrop: that drops in nftables' bridge family;
# dnat: no bridge, routed, nftables DNAT with conntrack; early: the frames end at the ingress of g0.

GUEST_IP=10.1.0.2
GATEWAY_IP=10.1.0.1
SERVER_IP=198.18.0.9
DEST_IP=203.0.113.7
FRAME=554		# bytes of Ethernet frame without checksum: 512 bytes of UDP payload
BENCH_COUNT=${BENCH_COUNT:-500000}

rounds=$1
shift
wanted=" $* "
asked() { [ "$wanted" = "  " ] || [[ $wanted == *" $1 "* ]]; }

fail() { echo "bench: $*" >&2; exit 1; }
in_ns() { ip netns exec "$@"; }
mac_of() { in_ns "$1" cat "/sys/class/net/$2/address"; }

wait_until() {
	local end=$((SECONDS + 20))

	until "$@"; do
		[ $SECONDS -lt $end ] || fail "waited in vain for: $*"
		sleep 0.05
	done
}

# Namespaces and links of a topology: links NAME
links() {
	local role

	for role in guest host server; do
		ip netns add "$1-$role"
		in_ns "$1-$role" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 \
			net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
		ip -n "$1-$role" link set lo up
	done
	ip -n "$1-host" link add g0 type veth peer name eth0 netns "$1-guest"
	ip -n "$1-host" link add s0 type veth peer name eth0 netns "$1-server"
	ip -n "$1-guest" addr add $GUEST_IP/24 dev eth0
	ip -n "$1-server" addr add $SERVER_IP/32 dev eth0
	for role in guest server; do
		ip -n "$1-$role" link set eth0 up
	done
	ip -n "$1-host" link set g0 up
	ip -n "$1-host" link set s0 up
	ip -n "$1-server" route add default via 169.254.0.1 dev eth0 onlink
	ip -n "$1-guest" route add default via $GATEWAY_IP
}

# bridge NAME [WORDS OF ip link add]: the two ports joined
bridge() {
	ip -n "$1-host" link add br0 type bridge mcast_snooping 0
	ip -n "$1-host" link set br0 up
	ip -n "$1-host" link set g0 master br0
	ip -n "$1-host" link set s0 master br0
	wait_until forwarding "$1" g0
	wait_until forwarding "$1" s0
	ip -n "$1-server" neigh replace 169.254.0.1 lladdr "$(mac_of "$1-host" br0)" dev eth0 nud permanent
}

forwarding() { [ "$(in_ns "$1-host" cat "/sys/class/net/$2/brport/state")" = 3 ]; }

# What arrives at the server is counted and dropped there, before its stack: the same for all.
count_and_drop() {
	in_ns "$1-server" nft -f - <<-'END'
		table netdev bench {
			chain in { type filter hook ingress device eth0 priority 0; counter drop; }
		}
	END
}
arrived() {
	in_ns "$1-server" nft list table netdev bench | sed -n "s/.*packets \\([0-9]*\\).*/\\1/p"
}

rules() {
	local ns=$1

	shift
	printf '%s\n' "$@" | in_ns "$ns-host" sinkctl rule replace br0 - || fail "rules refused"
}

# topology_ours [MAX-FLOWS [WORDS OF bridge add]]
topology_ours() {
	links ours
	bridge ours
	in_ns ours-host sinkctl bridge add br0 max-flows "${1:-1200000}" "${@:2}" || fail "no controlled bridge"
	in_ns ours-host sinkctl server add br0 sink dev s0 mac "$(mac_of ours-server eth0)" ip $SERVER_IP ||
		fail "no server"
	count_and_drop ours
}

# It knows the server's port, as it would after the server's first frame.
topology_plain() {
	links plain
	bridge plain
	in_ns plain-host bridge fdb replace "$(mac_of plain-server eth0)" dev s0 master static
	count_and_drop plain
}

topology_nftdrop() {
	links nftdrop
	bridge nftdrop
	in_ns nftdrop-host nft -f - <<-'END'
		table bridge bench {
			chain in { type filter hook prerouting priority -300; udp dport 1-65535 counter drop; }
		}
	END
}

topology_early() {
	links early
	early_drop g0
}
# early_drop PORT,…
early_drop() {
	in_ns early-host nft -f - <<-END
		table netdev bench {}
		delete table netdev bench
		table netdev bench {
			chain in { type filter hook ingress devices = { $1 } priority 0; drop; }
		}
	END
}

# Conntrack's table has room for every flow of the test, and its hash a bucket for each two.
topology_dnat() {
	links dnat
	ip -n dnat-host addr add $GATEWAY_IP/24 dev g0
	ip -n dnat-host route add $SERVER_IP dev s0
	ip -n dnat-host neigh add $SERVER_IP lladdr "$(mac_of dnat-server eth0)" dev s0 nud permanent
	ip -n dnat-host neigh add $GUEST_IP lladdr "$(mac_of dnat-guest eth0)" dev g0 nud permanent
	in_ns dnat-host sysctl -qw net.ipv4.ip_forward=1
	sysctl -qw net.netfilter.nf_conntrack_max=1200000
	echo 600000 >/sys/module/nf_conntrack/parameters/hashsize
	dnat_to_server
	count_and_drop dnat
}
dnat_to_server() {
	in_ns dnat-host nft -f - <<-END
		table ip bench {}
		delete table ip bench
		table ip bench {
			map to { type inet_proto : ipv4_addr; elements = { tcp : $SERVER_IP, udp : $SERVER_IP } }
			chain pre { type nat hook prerouting priority dstnat; dnat to ip protocol map @to; }
		}
	END
}

# The MAC address that the guest of a topology sends to.
next_hop() {
	case $1 in
	ours | nftdrop | early)	echo 02:00:00:00:00:01 ;;
	plain)	mac_of plain-server eth0 ;;
	dnat)	mac_of dnat-host g0 ;;
	esac
}

# pktgen NAMESPACE DEVICES COUNT SETTING…: COUNT packets from each; prints the nanoseconds that a packet took
pktgen() {
	local ns=$1 devices=$2 count=$3

	shift 3
	in_ns "$ns" bash -c '
		devices=$1 count=$2
		shift 2
		cd /proc/net/pktgen
		echo rem_device_all >kpktgend_0
		while grep -q "^Stopped:.*eth" kpktgend_0; do :; done
		for dev in $devices; do
			echo "add_device $dev" >kpktgend_0
			for setting in "count $count" "clone_skb 0" "delay 0" "frags 0" "$@"; do
				echo "$setting" >"$dev" || { echo "pktgen refused: $setting" >&2; exit 1; }
			done
			# a frame of its own for each packet, as from a guest: else the generator keeps a hold on all it sends
			echo "flag !SHARED" >"$dev" || exit 1
		done
		echo start >pgctrl
		sed -n "s/^Result: OK: \([0-9]*\)(.*/\1/p" $devices' - "$devices" "$count" "$@" |
	awk -v count="$count" '$1 > us { us = $1 } END { printf "%.1f\n", us * 1000 / (NR * count) }'
}

# flood TOPOLOGY FLOWS [COUNT [SETTING…]]: from the guest; FLOWS is 1 or at most 49,999 x 20
flood() {
	local name=$1 flows=$2 count=${3:-$BENCH_COUNT} dst=$DEST_IP
	local ports=("udp_src_min 1024" "udp_src_max 1024" "udp_dst_min 9" "udp_dst_max 9")

	[ "$name" = plain ] && dst=$SERVER_IP
	if [ "$flows" -gt 49999 ]; then
		ports=("udp_src_min 1024" "udp_src_max $((1024 + 49999))" "udp_dst_min 9" "udp_dst_max $((9 + flows / 49999))")
	elif [ "$flows" -gt 1 ]; then
		ports=("udp_src_min 1024" "udp_src_max $((1024 + flows))" "udp_dst_min 9" "udp_dst_max 9")
	fi
	pktgen "$name-guest" eth0 "$count" "pkt_size $FRAME" "dst_mac $(next_hop "$name")" \
		"src_min $GUEST_IP" "src_max $GUEST_IP" "dst_min $dst" "dst_max $dst" "${ports[@]}" "${@:4}"
}

# Frames that the generator sent and the server's ingress did not see.
lost() {
	local before=$1 sent=$2 now

	now=$(arrived ours)
	echo "FACT $3 $((sent - (now - before))) frames"
}
