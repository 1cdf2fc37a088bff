#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# More floods than records: bounded, refused packets counted, a silent record makes room for a new one.
. "$(dirname "$0")/lib.sh"

RATE=100
EACH=300

setup max-floods 16
rules "udp flood $RATE to srv port 9"
streams=()
for ((i = 1; i <= 20; i++)); do
	streams+=("count $EACH;dst 1.1.1.$i;udp_dst_min 7;udp_dst_max 7;src_min $GUEST_IP;src_max $GUEST_IP")
done
start=${EPOCHREALTIME/./}
out=$(pktgen "${streams[@]}") || fail "pktgen: $out"
took=$((${EPOCHREALTIME/./} - start))
come() { [ "$(counter guest_rx)" = $((20 * EACH)) ] && accounted; }
busywait 10 come || fail "$(counter guest_rx) frames from the guest: $(ctl stats show "$BRIDGE")"
delivered=$(counter delivered)
started=$(counter floods_started)
expect "delivered, flooded, or dropped" $((delivered + $(counter flooded) + $(counter drop_flood_full))) $((20 * EACH))
# A stream lets RATE pass, and as many again if it takes longer than a second; then silent ones make room, too.
say "$delivered of $((20 * EACH)) were delivered; the streams took $((took / 1000)) ms"
[ "$delivered" -ge $((20 * RATE)) ] && [ "$delivered" -le $((20 * RATE * (1 + took / 1000000))) ] ||
	fail "$delivered frames were delivered, expected $((20 * RATE))"
[ "$started" -ge 16 ] && [ "$(ctl flood count "$BRIDGE")" -le 16 ] || fail "$started floods started, $(ctl flood count "$BRIDGE") live"
[ "$started" = 16 ] || [ $took -ge 1000000 ] || fail "$started floods started in $((took / 1000)) ms, one of them too early"
if [ "$started" = 16 ] && [ "$delivered" = $((20 * RATE)) ]; then
	expect_counter flooded $((16 * (EACH - RATE)))
fi
expect "limit" "$(host cat "$SYS/max_floods")" 16
say "a silent one makes room"
room() {
	out=$(pktgen "count $EACH;dst 2.2.2.2;udp_dst_min 7;udp_dst_max 7;src_min $GUEST_IP;src_max $GUEST_IP") || fail "pktgen: $out"
	[ "$(counter floods_started)" -gt "$started" ]
}
busywait 5 room || fail "$(host cat "$SYS/floods")"
[ "$(ctl flood count "$BRIDGE")" -le 16 ] || fail "$(ctl flood count "$BRIDGE") floods"
busywait 20 accounted || fail "frames not accounted for: $(ctl stats show "$BRIDGE")"
exit 0
