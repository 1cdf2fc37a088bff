#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What grows: rules, flows, and what is read of them.
# Names: flow_bytes rules_scale replace flows_scale

set -u
. "$(dirname "$0")/lib.sh"

# Cost of a new flow with a full table against one rule: the rules' own destinations are not those of the flood.
rules_scale() {
	local i one many count=100000 random

	asked rules_scale || return 0
	random=("src_min 10.0.0.1" "src_max 10.250.0.1" "flag IPSRC_RND")
	{
		seq 1 65535 | sed 's/.*/tcp dport & drop/'
		echo "udp to sink port 9"
	} >/tmp/bench-rules
	for ((i = 0; i < rounds; i++)); do
		rules ours "udp to sink port 9"
		in_ns ours-host sinkctl flow flush br0 >/dev/null
		one=$(flood ours 1 $count "${random[@]}")
		in_ns ours-host sinkctl rule replace br0 /tmp/bench-rules || fail "65,536 rules refused"
		in_ns ours-host sinkctl flow flush br0 >/dev/null
		many=$(flood ours 1 $count "${random[@]}")
		echo "ROUND rules_scale one-rule $many $one ns/packet 0"
	done
	in_ns ours-host sinkctl flow flush br0 >/dev/null
	rules ours "udp to sink port 9"
}

# Cost of a packet with a million live flows against one.
flows_scale() {
	local i one many flows=999980

	asked flows_scale || return 0
	rules ours "udp to sink port 9"
	in_ns ours-host sinkctl flow flush br0 >/dev/null
	for ((i = 0; i < rounds; i++)); do
		in_ns ours-host sinkctl flow flush br0 >/dev/null
		flood ours 1 10 >/dev/null
		one=$(flood ours 1 $flows)
		flood ours $flows $flows >/dev/null
		many=$(flood ours $flows $flows)
		echo "ROUND flows_scale one-flow $many $one ns/packet 0"
	done
	sysfs_read
	in_ns ours-host sinkctl flow flush br0 >/dev/null
}

# Rows per second of the flows file, with a million of them.
sysfs_read() {
	local seconds

	seconds=$({ time -p in_ns ours-host cat /sys/class/net/br0/sinkbridge/flows >/dev/null; } 2>&1 |
		awk '/real/ { print $2 }')
	echo "FACT sysfs_read $(awk -v s="$seconds" 'BEGIN { printf "%d", 999980 / s }') rows/s"
}

# What the slabs grow by with each of the first flows of this boot; conntrack's entry has NAT.
flow_bytes() {
	local flows=99998 before ours

	asked flow_bytes || return 0
	rules ours "udp to sink port 9"
	before=$(slab_bytes)
	flood ours $flows $flows >/dev/null
	ours=$((($(slab_bytes) - before) / flows))
	before=$(slab_bytes)
	flood dnat $flows $flows >/dev/null
	echo "ROUND flow_bytes conntrack-with-nat $ours $((($(slab_bytes) - before) / flows)) bytes"
}
slab_bytes() { awk '$1 == "SUnreclaim:" { print $2 * 1024 }' /proc/meminfo; }

# 65,536 rules replaced while a flood runs.
replace() {
	local i start stop before generator

	asked replace || return 0
	rules ours "udp to sink port 9"
	{
		seq 1 65535 | sed 's/.*/tcp dport & drop/'
		echo "udp to sink port 9"
	} >/tmp/bench-rules
	for ((i = 0; i < rounds; i++)); do
		before=$(arrived ours)
		flood ours 1 1500000 >/dev/null &
		generator=$!
		start=$(date +%s%N)
		in_ns ours-host sinkctl rule replace br0 /tmp/bench-rules || fail "65,536 rules refused"
		stop=$(date +%s%N)
		wait $generator
		echo "FACT replace $(((stop - start) / 1000000)) ms"
		lost "$before" 1500000 replace_lost
	done
	rules ours "udp to sink port 9"
}

modprobe pktgen || fail "this kernel has no pktgen"
topology_ours
topology_dnat
flow_bytes
rules_scale
replace
flows_scale
