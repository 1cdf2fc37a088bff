#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Datagrams into the sink server.
# Names: sink_udp
#
# sink_udp: the CPU time of a datagram of 512 bytes from the guest until the server has counted it, on one CPU;
# the generator's part is given beside it. A burst fits the socket's buffer, which is the same for both. Ours: the
# module, and fakesink with its event log; from the second burst on the peer is known and busy. The other: a plain
# bridge, and a loop of recvmmsg that counts.

set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/reader.sh"

BURST=40000
BURSTS=5
DIR=/run/sink

start() {
	case $1 in
	ours)
		ip netns exec ours-server fakesink --config $DIR/lab.conf --server sink --bridge br0 \
			--events $DIR/events --ready-fd 3 3>$DIR/ready >$DIR/said 2>&1 & ;;
	plain)
		ip netns exec plain-server ../../build/tests/recvmmsg 9 >$DIR/said 2>&1 & ;;
	esac
	reader=$!
	wait_until listening "$1"
	wait_until is_asleep "$reader"
}
listening() { in_ns "$1-server" grep -q ':0009 00000000:0000' /proc/net/udp; }

finish() {
	kill -INT "$reader"
	wait "$reader" || fail "the server ended badly: $(cat $DIR/said)"
}

# What the server has counted, and what its socket dropped
counted() {
	case $1 in
	ours)	jq -r 'select(.sink.kind == "totals") | "\(.sink.udp.packets) \(.sink.udp.dropped)"' $DIR/events ;;
	plain)	cat $DIR/said ;;
	esac
}
dropped() { in_ns "$1-server" awk '$2 ~ /:0009$/ { sum += $NF } END { print sum }' /proc/net/udp; }

# measure TOPOLOGY FLOWS: prints what a datagram costs, with the generator's part
measure() {
	local i received lost

	: >$DIR/burst
	: >$DIR/drain
	rm -f $DIR/events
	start "$1"
	for ((i = 0; i < BURSTS; i++)); do
		halt "$reader"
		flood "$1" "$2" $BURST >>$DIR/burst
		drain "$reader" >>$DIR/drain
	done
	lost=$(dropped "$1")
	finish
	read -r received _ < <(counted "$1")
	[ $((received + lost)) = $((BURST * BURSTS)) ] || fail "$1: $received received, $lost dropped"
	echo "$lost" >>"$DIR/lost.$1"
	awk -v burst="$(least <$DIR/burst)" -v drain="$(least <$DIR/drain)" -v count=$BURST \
		'BEGIN { printf "%.1f\n", burst + drain / count }'
}

sink_udp() {
	local i ours plain

	asked sink_udp || return 0
	for ((i = 0; i < rounds; i++)); do
		ours=$(measure ours 1) && plain=$(measure plain 1) || exit
		echo "ROUND sink_udp recvmmsg $ours $plain ns/datagram $(flood early 1 $BURST)"
	done
	# too many peers for sockets of their own
	echo "FACT sink_udp_1000_flows $(measure ours 1000) ns/datagram"
	echo "FACT sink_udp_1000_flows_recvmmsg $(measure plain 1000) ns/datagram"
	echo "FACT sink_udp_dropped $(awk '{ sum += $1 } END { print sum }' $DIR/lost.ours) datagrams"
	echo "FACT sink_udp_recvmmsg_dropped $(awk '{ sum += $1 } END { print sum }' $DIR/lost.plain) datagrams"
}

mkdir -p $DIR
chmod 755 $DIR
cat >$DIR/lab.conf <<END
bridge = "br0"
rules = { "udp to sink port 9" }
server sink { type = "sink" address = "$SERVER_IP" port = 9 }
END
modprobe pktgen || fail "this kernel has no pktgen"
topology_ours
topology_plain
topology_early
for name in ours plain; do
	in_ns $name-server nft delete table netdev bench
done
rules ours "udp to sink port 9"
sink_udp
