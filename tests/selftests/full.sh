#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# A full table: bounded, unanswered flows make room, established ones are served on, everything is counted.
. "$(dirname "$0")/lib.sh"

setup max-flows 1000
rules "tcp to srv port 9" "udp to srv port 9"
serve tcp 9
serve udp 9

background "$WORK/nc" guest sh -c '(i=0; while [ $((i += 1)) -lt 600 ]; do echo tick; sleep 0.2; done) | nc 6.6.6.6 9'
connected() { flows | grep -q "6.6.6.6:9 .* state established"; }
busywait 5 connected || fail "not established"

say "20,000 conversations of forged sources that nobody answers"
out=$(pktgen "count 20000;dst_min 1.0.0.1;dst_max 1.255.255.254;flag IPDST_RND;src_min 10.0.0.1;src_max 10.255.255.254;flag IPSRC_RND;udp_dst_min 7777;udp_dst_max 7777") ||
	fail "pktgen: $out"
say "$(ctl stats show "$BRIDGE")"
busywait 20 accounted || fail "frames not accounted for: $(ctl stats show "$BRIDGE")"
[ "$(counter guest_rx)" -ge 20000 ] || fail "only $(counter guest_rx) frames came"
[ "$(flow_count)" -le 1000 ] || fail "$(flow_count) flows, 1,000 are allowed"
[ "$(($(counter flows_evicted) + $(counter drop_table_full)))" -ge 18000 ] || fail "evicted: $(counter flows_evicted)"
connected || fail "the established connection went away"
before=$(flows | sed -n 's/.*6.6.6.6:9 .* packets \([0-9]*\) .*/\1/p')
more() { [ "$(flows | sed -n 's/.*6.6.6.6:9 .* packets \([0-9]*\) .*/\1/p')" -gt "$before" ]; }
busywait 10 more || fail "the established connection is stuck"
exit 0
