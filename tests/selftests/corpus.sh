#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml-debug
# Malformed captures that packet tools ship as their own tests (tests/vm/corpora), replayed from a guest port, each
# frame as it is and mutated: nothing breaks, every frame is accounted for, the host takes in nothing.
. "$(dirname "$0")/lib.sh"
. "$TESTS_DIR/closed_lib.sh"

captures=("$TOP"/build/corpus/*/*)
[ -e "${captures[0]}" ] || skip "no captures: the archive's source packages could not be fetched (tests/vm/corpus)"
copies=1
[ -z "${TEST_LONG:-}" ] || copies=20

world
control
rules "to srv"
# frames of any size that a tap could bring
ip -n "$HOST_NS" link set g0 mtu 65521
ip -n "$GUEST_NS" link set eth0 mtu 65521
host_before=$(host_counts | cut -d ' ' -f 1-4)
guest replay -m $copies eth0 "${captures[@]}" >"$WORK/replay" || fail "not replayed: $(cat "$WORK/replay")"
say "$(cat "$WORK/replay")"
expect "what the host's stack counts" "$(host_counts | cut -d ' ' -f 1-4)" "$host_before"
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
ctl stats show "$BRIDGE" | sed 's/^/# /'
say "and from a server"
server replay -m 0 eth0 "${captures[@]}" >"$WORK/replay" || fail "not replayed: $(cat "$WORK/replay")"
say "$(cat "$WORK/replay")"
expect "what the host's stack counts" "$(host_counts | cut -d ' ' -f 1-4)" "$host_before"
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
serve udp 9
ip -n "$GUEST_NS" link set eth0 mtu 1500 arp on
ip -n "$GUEST_NS" route add default via 192.168.1.1
guest peer udp 5.6.7.8 9 x >/dev/null || fail "not served afterwards"
exit 0
