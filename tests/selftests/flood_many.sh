#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml qemu-6.12
# So many conversations that nobody answers, through a small table: memory stays bounded, the answered one is
# served, each packet is counted; and with a flood policy they cost no state at all.
. "$(dirname "$0")/lib.sh"

PACKETS=200000
[ -z "${TEST_LONG:-}" ] || PACKETS=2000000
MAX_FLOWS=1000
RATE=100

setup max-flows $MAX_FLOWS
rules "tcp to srv port 9" "udp dport 7 to srv port 9" "udp flood $RATE to srv port 9"
serve tcp 9
background "$WORK/nc" guest sh -c '(i=0; while [ $((i += 1)) -lt 3000 ]; do echo tick; sleep 0.1; done) | nc 6.6.6.6 9'
connected() { flows | grep -q "6.6.6.6:9 .* state established"; }
busywait 5 connected || fail "not established"
ticks() { flows | sed -n 's/.*6.6.6.6:9 .* packets \([0-9]*\) .*/\1/p'; }
kernel_memory() { awk '/^(Slab|Percpu|VmallocUsed):/ { sum += $2 } END { print sum }' /proc/meminfo; }

forged="count $PACKETS;flag IPDST_RND;dst_min 11.0.0.1;dst_max 11.255.255.254;flag IPSRC_RND;src_min 10.0.0.1;src_max 10.255.255.254"
say "$PACKETS forged conversations, no policy: flows come and go"
memory=$(kernel_memory)
before=$(ticks)
out=$(pktgen "$forged;udp_dst_min 7;udp_dst_max 7") || fail "pktgen: $out"
grew=$(($(kernel_memory) - memory))
say "memory of the kernel: $memory kB, and $grew kB more"
[ $grew -lt 32768 ] || fail "the kernel took $grew kB"
[ "$(flow_count)" -le $MAX_FLOWS ] || fail "$(flow_count) flows"
busywait 20 accounted || fail "frames not accounted for: $(ctl stats show "$BRIDGE")"
[ "$(counter guest_rx)" -ge "$PACKETS" ] || fail "only $(counter guest_rx) frames came"
connected || fail "the answered connection went away"
more() { [ "$(ticks)" -gt "$before" ]; }
busywait 10 more || fail "the answered connection is stuck"

say "the same with a policy: one record"
created=$(counter flows_created)
memory=$(kernel_memory)
out=$(pktgen "$forged;udp_dst_min 8;udp_dst_max 8") || fail "pktgen: $out"
say "memory: $(($(kernel_memory) - memory)) kB more"
busywait 20 accounted || fail "frames not accounted for: $(ctl stats show "$BRIDGE")"
# before it is a flood: RATE, and up to twice as many if a second ends in between
made=$(($(counter flows_created) - created))
[ $made -ge $RATE ] && [ $made -lt $((2 * RATE)) ] || fail "$made flows were made"
expect_counter flooded $((PACKETS - made))
expect_counter floods_started 1
before=$(ticks)
busywait 10 more || fail "the answered connection is stuck"
exit 0
