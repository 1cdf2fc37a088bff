#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Frames into files.
# Names: capture capture_flood
# And capture_rate, which needs two processors: tests/bench/capture-rate
#
# capture: the CPU time of a frame on its way into a file on tmpfs, on one CPU: what a burst that fits the ring
# takes longer than one without a reader, and what the reader then takes to write it.

set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/reader.sh"

cpu=0		# of the reader
ring=32		# MiB
burst=40000	# frames that fit it
BURSTS=5
DIR=/run/capture
NO_DROPS=' 0 dropped for|^0 packets dropped by kernel|pcap:0/dumpcap:0'

# start READER: on our monitor device, or on the guest's port of the plain bridge
start() {
	local -a command

	case $1 in
	ours)	command=(sinkctl capture br0 $DIR/file ring $ring) ;;
	tcpdump)
		command=(tcpdump -i g0 -n -s 0 -B $((ring << 10)) -Z root -w $DIR/file) ;;
	dumpcap)
		command=(dumpcap -i g0 -q -s 0 -B $ring -w $DIR/file) ;;
	esac
	rm -f $DIR/file
	ip netns exec "$(topology "$1")-host" taskset -c "$cpu" "${command[@]}" >$DIR/said 2>&1 &
	reader=$!
	wait_until reading "$1"
}
topology() { [ "$1" = ours ] && echo ours || echo plain; }
reading() { in_ns "$(topology "$1")-host" grep -q 0003 /proc/net/packet; }

finish() {
	kill -INT "$reader"
	wait "$reader" || fail "the reader ended badly: $(cat $DIR/said)"
}

# All but what a reader keeps for its next write, and libpcap's last block.
written() { [ "$(stat -c %s $DIR/file)" -ge $(($1 * FRAME - 512 * 1024)) ]; }
# By its own words; and all that it has not read when it is interrupted is such a block.
lossless() {
	grep -Eq "$NO_DROPS" $DIR/said &&
		[ "$(frames_in_file)" -ge $(($1 - 1024)) ]
}
frames_in_file() { capinfos -cMTr $DIR/file | cut -f 2; }

# measure READER: prints what a frame costs. The first two bursts go once round the ring, whose pages are mapped
# and whose file is warm then.
measure() {
	local i time before early frame

	ring=32 burst=40000
	# where a frame takes 50 us
	[ "$1" != dumpcap ] || ring=8 burst=10000
	for ((i = 0; i < 3; i++)); do
		flood "$(topology "$1")" 1 "$burst"
	done >$DIR/without
	start "$1"
	wait_until is_asleep "$reader"
	: >$DIR/with
	: >$DIR/drain
	early=0
	for ((i = 0; i < BURSTS; i++)); do
		before=$early
		halt "$reader"
		flood "$(topology "$1")" 1 "$burst" >>$DIR/with
		time=$(drain "$reader")
		early=$(stat -c %s $DIR/file)
		echo "$time $((early - before))" >>$DIR/drain
		wait_until written $(((i + 1) * burst))
		early=$(stat -c %s $DIR/file)
	done
	finish
	frame=$(($(stat -c %s $DIR/file) / burst / BURSTS))
	lossless $((BURSTS * burst)) ||
		fail "$1: of $((BURSTS * burst)) frames $(frames_in_file) in the file: $(cat $DIR/said)"
	awk -v without="$(least <$DIR/without)" -v with="$(tail -n +3 $DIR/with | least)" \
		-v write="$(tail -n +3 $DIR/drain | awk -v frame="$frame" '{ print $1 * frame / $2 }' | least)" \
		'BEGIN { printf "%.1f\n", with - without + write }'
}

capture() {
	local i ours tcpdump dumpcap

	asked capture || return 0
	in_ns ours-host sinkctl flow flush br0 >/dev/null
	rules ours "udp to sink port 9"
	for ((i = 0; i < rounds; i++)); do
		ours=$(measure ours) && tcpdump=$(measure tcpdump) && dumpcap=$(measure dumpcap) || exit
		echo "ROUND capture tcpdump $ours $tcpdump ns/frame"
		echo "ROUND capture dumpcap $ours $dumpcap ns/frame"
	done
}

# Floods of which only the first packets are shown, with a reader and without. What is sent is in the file, or
# counted as not shown.
capture_flood() {
	local i ours limited count=$((5 * BENCH_COUNT))

	asked capture_flood || return 0
	in_ns ours-host sinkctl flow flush br0 >/dev/null
	rules ours "udp flood 1000 sample 64 absorb"
	for ((i = 0; i < rounds; i++)); do
		limited=$(stat_of capture_limited)
		start ours
		ours=$(new_flood $count)
		finish
		limited=$(($(stat_of capture_limited) - limited))
		echo "FACT capture_flood_in_file $(frames_in_file) frames"
		echo "FACT capture_flood_unaccounted $((count - $(frames_in_file) - limited)) frames"
		echo "ROUND capture_flood absorb $ours $(new_flood $count) ns/packet $(flood early 1 $count)"
	done
}
new_flood() {
	in_ns ours-host sinkctl flood flush br0 >/dev/null
	flood ours 1 "$1"
}
stat_of() { in_ns ours-host cat "/sys/class/net/br0/sinkbridge/stats/$1"; }

# The generator on one processor, the reader on another, and a ring that holds 12,000 frames: the highest rate of
# which two seconds are without loss, within a tenth; beside it the highest that the generator reaches.
capture_rate() {
	local name

	[[ $wanted == *" capture_rate "* ]] || return 0
	ring=8 cpu=1
	in_ns ours-host sinkctl flow flush br0 >/dev/null
	rules ours "udp absorb"
	for name in ours tcpdump dumpcap; do
		highest_rate $name 20000 30000 >/dev/null
		echo "FACT capture_rate_$name $(highest_rate $name) frames/s"
		echo "FACT capture_rate_generator_$name $(per_second "$(flood "$(topology $name)" 1 50000)") frames/s"
	done
}
per_second() { awk -v ns="$1" 'BEGIN { printf "%d\n", 1e9 / ns }'; }
# highest_rate READER [FROM TO]
highest_rate() {
	local low=${2:-5000} high=${3:-300000} rate reached best=0

	while [ $((high * 10)) -gt $((low * 11)) ]; do
		rate=$(awk -v a=$low -v b=$high 'BEGIN { printf "%d\n", sqrt(a * b) }')
		start "$1"
		reached=$(per_second "$(flood "$(topology "$1")" 1 $((2 * rate)) "ratep $rate")")
		finish
		if grep -Eq "$NO_DROPS" $DIR/said && [ $((reached * 10)) -gt $((rate * 9)) ]; then
			low=$rate best=$reached
		else
			high=$rate
		fi
	done
	echo "$best"
}

mkdir -p $DIR
modprobe pktgen || fail "this kernel has no pktgen"
topology_ours
topology_plain
topology_early
# what the machine gives this kernel only when it is used first
head -c 300M /dev/zero >$DIR/file
capture
capture_flood
capture_rate
