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
out=$(pktgen "${streams[@]}") || fail "pktgen: $out"
expect_counter delivered $((20 * RATE))
started=$(counter floods_started)
expect "flooded, or dropped" $(($(counter flooded) + $(counter drop_flood_full))) $((20 * (EACH - RATE)))
[ "$started" -ge 16 ] && [ "$(ctl flood count "$BRIDGE")" -le 16 ] || fail "$started floods started, $(ctl flood count "$BRIDGE") live"
if [ "$started" = 16 ]; then
	expect_counter flooded $((16 * (EACH - RATE)))
else
	say "it took longer than a second: silent ones made room"
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
