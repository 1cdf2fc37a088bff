#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The containment promise as an adversary would test it: thousands of frames of every kind from a guest port, watched
# in the host's stack, behind an uplink, at another guest and at the servers. Only what the promise allows may arrive.
. "$(dirname "$0")/lib.sh"
. "$TESTS_DIR/closed_lib.sh"

frames=8000
[ "$VM_KERNEL" != uml-debug ] || frames=4000
[ -z "${TEST_LONG:-}" ] || frames=200000

world
say "without control: each watcher hears of it (else this test could see nothing)"
adversary_from "$GUEST_NS:eth0" -s 1 -n 1500 >"$WORK/plain" && fail "no leak through a bridge that is not under control"
for who in "$HOST_NS: the bridge" "$HOST_NS: EtherType 88cc" "$HOST_NS: EtherType 0800" "$HOST_NS: a raw socket" \
	"$UPLINK_NS: the device" "$OTHER_NS: the device" "$SERVER_NS: the device" "$SECOND_NS: the device"; do
	grep -q "^HEARD $who" "$WORK/plain" || fail "nothing leaked to $who: $(tail -n 3 "$WORK/plain")"
done

control
host_before=$(host_counts)
adversary_from "$GUEST_NS:eth0" -n "$frames" >"$WORK/adversary" || fail "$(cat "$WORK/adversary")"
say "$(tail -n 1 "$WORK/adversary")"
expect "what the host's stack counts" "$(host_counts)" "$host_before"
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
[ "$(counter delivered)" -gt $((frames / 100)) ] || fail "too little was delivered: $(ctl stats show "$BRIDGE")"
ctl stats show "$BRIDGE" | sed 's/^/# /'
[ "$(counter guest_rx)" -ge $((frames * 8 / 10)) ] || fail "the module saw only $(counter guest_rx) frames"
exit 0
