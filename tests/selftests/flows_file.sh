#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# The file "flows" with 100,000 live flows: complete, each row once, and quick; also read in odd pieces.
. "$(dirname "$0")/lib.sh"

setup max-flows 200000 timeout-udp-opening 600000 timeout-udp 600000
rules "udp to srv port 9"
count=${FLOWS:-100000}
# a debug kernel keeps several times an object's size for it, and is slow
[ ! -e /sys/kernel/debug/kmemleak ] || count=20000
last=$(printf "1.%d.%d.%d" $((count >> 16 & 255)) $((count >> 8 & 255)) $((count & 255)))
out=$(pktgen "count $((count * 3));dst_min 1.0.0.1;dst_max $last;udp_src_min 1000;udp_src_max 1000;udp_dst_min 7777;udp_dst_max 7777") ||
	fail "pktgen: $out"
full() { [ "$(flow_count)" = "$count" ]; }
busywait 30 full || fail "$(flow_count) flows, expected $count: $(ctl stats show "$BRIDGE")"

start=$(date +%s%N)
flows >"$WORK/flows"
took=$(($(date +%s%N) - start))
say "cat of $count rows, $(stat -c %s "$WORK/flows") bytes: $((took / 1000000)) ms"
expect "rows" "$(wc -l <"$WORK/flows")" "$count"
expect "rows that are whole" "$(grep -Ec '^udp .* id [0-9]+$' "$WORK/flows")" "$count"
expect "different ids" "$(sed 's/.* id //' "$WORK/flows" | sort -u | wc -l)" "$count"
[ "$took" -lt 20000000000 ] || fail "20 s are not quick"

say "in pieces of 1,000 bytes the first rows are the same"
host dd if="$SYS/flows" bs=1000 count=20 2>/dev/null | head -n 50 | sed 's/ age .*//' >"$WORK/pieces"
head -n 50 "$WORK/flows" | sed 's/ age .*//' | cmp - "$WORK/pieces" || fail "pieces differ"

say "netlink tells the same"
expect "flow count" "$(ctl flow count "$BRIDGE" proto udp)" "$count"
expect "flow show" "$(ctl flow show "$BRIDGE" | grep -c '^udp ')" "$count"
ctl flow flush "$BRIDGE" >/dev/null || fail "flush"
expect "after the flush" "$(flow_count)" 0
exit 0
