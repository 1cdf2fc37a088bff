#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A scanner's clash: one source port to many addresses at once; every conversation has its own server
# tuple, and every answer comes from the address that was asked.
. "$(dirname "$0")/lib.sh"

# all conversations have to last until they are counted
setup timeout-tcp-closed 600000 timeout-udp 600000
rules "tcp to srv port 9" "udp to srv port 9"
serve tcp 9
serve udp 9
guest peer tcp-scan 50.0.0.0 500 23 31337 || fail "TCP"
expect "TCP flows" "$(ctl flow count "$BRIDGE" proto tcp)" 500
guest peer udp-scan 60.0.0.0 2000 53 31337 || fail "UDP"
expect "UDP flows" "$(ctl flow count "$BRIDGE" proto udp)" 2000
expect_counter tuples_changed $((499 + 1999))
twice=$(flows | sed 's/^\([a-z]*\) .* client \([^ ]*\) .*/\1 \2/' | sort | uniq -d | wc -l)
expect "clients that two conversations of a protocol share" "$twice" 0
exit 0
