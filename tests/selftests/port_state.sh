#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# A port that the bridge lets nothing pass of passes nothing, whichever way its frames have taken before.
. "$(dirname "$0")/lib.sh"

setup
rules "udp to srv port 9"
gateway=$(mac_of "$HOST_NS" "$BRIDGE")
me=$(mac_of "$GUEST_NS" eth0)

# trafgen_send PACKETS: to port 7 of one address, from one port
trafgen_send() {
	echo "{ eth(da=$gateway, sa=$me), ipv4(da=9.9.9.9, sa=$GUEST_IP, ttl=64), udp(sport=5000, dport=7), fill(0x41, 20) }" \
		>"$WORK/trafgen-$1"
	guest trafgen --in "$WORK/trafgen-$1" --out eth0 -n "$1" --cpus 1 -t 100us -q >"$WORK/trafgen.log" 2>&1
}
delivered() { [ "$(counter delivered)" -ge "$1" ]; }
state() { host bridge link set dev g0 state "$1" || fail "state $1"; }

say "many frames in a row: each counted once, in flow, port and rule"
trafgen_send 3000 || fail "trafgen: $(cat "$WORK/trafgen.log")"
busywait 5 delivered 3000 || fail "delivered $(counter delivered) of 3000"
expect_counter delivered 3000
expect "packets of the rule" "$(host cat "$SYS/rules/1/packets")" 3000
expect "packets of the flow" "$(flows | sed -n 's/.* packets \([0-9]*\) .*/\1/p')" 3000
[ "$(host cat /sys/class/net/s0/statistics/tx_packets)" -ge 3000 ] || fail "the server's port sent less"

say "the port is disabled while frames come"
background "$WORK/long" guest trafgen --in "$WORK/trafgen-3000" --out eth0 -n 200000 --cpus 1 -t 100us -q
busywait 5 delivered 3100 || fail "the second flood is not delivered"
sent() { ip netns exec "$GUEST_NS" cat /sys/class/net/eth0/statistics/tx_packets; }
more() { [ "$(sent)" -gt $((mark + 500)) ]; }
# disabled: what the last jiffy has let in may still be counted, and nothing else
disabled() {
	local before

	state 0
	before=$(counter delivered)
	mark=$(sent)
	busywait 20 more || fail "the guest sends no more"
	after=$(counter delivered)
	behind="$((after - before)), and"
	[ $((after - before)) -lt 400 ] || return 1
	mark=$(sent)
	busywait 20 more || fail "the guest sends no more"
	behind+=" $(($(counter delivered) - after))"
	[ "$(counter delivered)" = "$after" ]
}
# a jiffy lasts as long as the processor that counts them is held up: not three times in a row
for ((i = 0; i < 3; i++)); do
	disabled && break
	say "delivered $behind behind a disabled port: once more"
	state 3
done
[ $i -lt 3 ] || fail "delivered $behind behind a disabled port"

say "and enabled again"
state 3
again() { [ "$(counter delivered)" -gt "$after" ]; }
busywait 5 again || fail "nothing is delivered any more"
end_background

say "what no card can have sent, between frames of the guest"
busywait 5 accounted || fail "frames not accounted for: $(ctl stats show "$BRIDGE")"
frame() { echo "{ eth(da=$gateway, sa=$1), ipv4(da=9.9.9.9, sa=$GUEST_IP, ttl=64), udp(sport=5000, dport=7), fill(0x41, 20) }"; }
{ frame "$me"; frame 01:00:5e:00:00:01; } >"$WORK/trafgen-both"
before=$(counter delivered)
received() { host cat /sys/class/net/g0/statistics/rx_packets; }
mark=$(received)
guest trafgen --in "$WORK/trafgen-both" --out eth0 -n 3000 --cpus 1 -t 100us -q >"$WORK/trafgen.log" 2>&1 ||
	fail "trafgen: $(cat "$WORK/trafgen.log")"
all() { [ $(($(received) - mark)) -ge 3000 ] && delivered $((before + 1500)); }
busywait 5 all || fail "received $(($(received) - mark)), delivered $(($(counter delivered) - before))"
expect_counter delivered $((before + 1500))
exit 0
