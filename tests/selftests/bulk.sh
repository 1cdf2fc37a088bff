#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# iperf3 both ways between a veth guest and a server: GSO frames, no retransmission storm.
. "$(dirname "$0")/lib.sh"

# long enough that the flows are there to be looked at
setup timeout-tcp-closed 600000
rules "tcp to srv" "udp to srv"
for way in "" -R; do
	background "$WORK/iperf" server iperf3 -s -1
	listening tcp 5201
	# shellcheck disable=SC2086
	guest iperf3 -c 99.98.97.96 $way -n "${BULK:-128M}" --json >"$WORK/out" 2>&1 || fail "iperf3 $way: $(cat "$WORK/out")"
	# the next one needs its port
	wait "${pids[-1]}"
	say "iperf3 $way: $(grep -E '"bits_per_second"' "$WORK/out" | tail -n 1)"
done
flows | grep -q "> 99.98.97.96:5201" || fail "no flow: $(flows)"
expect_counter drop_deliver 0
expect_counter drop_server_deliver 0
exit 0
