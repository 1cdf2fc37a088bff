#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml qemu-6.12
# Floods of other protocols, of two guests at once, delivered ones, flushed ones, and what is no flood.
. "$(dirname "$0")/lib.sh"

PACKETS=5000
RATE=50

setup
add_guest g1 "sbg1-$ID" 192.168.1.101/24 192.168.1.1
busywait 5 carrier g1 || fail "g1 did not come up"
rules "tcp dport 9 flood $RATE to srv" "udp dport 7 flood $RATE deliver to srv" "gre flood $RATE sample 1 absorb" \
	"icmp flood $RATE to srv" "udp dst ::/0 flood $RATE absorb" "udp flood $RATE to srv port 9"
serve tcp 9
background "$WORK/events" host sinkctl -j monitor "$BRIDGE"
busywait 10 monitors 2 || fail "the monitor does not listen"
gateway=$(mac_of "$HOST_NS" "$BRIDGE")
me=$(mac_of "$GUEST_NS" eth0)

# event DESTINATION STATE JQ: what jq makes of the flood of a destination when it started or ended
event() { jq -c "select(.event_type == \"flood\" and .dest_ip == \"$1\" and .flood.state == \"$2\") | $3" "$WORK/events"; }
# trafgen PACKETS TEXT…: frames as trafgen's language says
trafgen_send() {
	echo "{ eth(da=$gateway, sa=$me), $2 }" >"$WORK/trafgen"
	guest trafgen --in "$WORK/trafgen" --out eth0 -n "$1" --cpus 1 -q >"$WORK/trafgen.log" 2>&1 ||
		fail "trafgen: $(cat "$WORK/trafgen.log")"
}
# How a counter has grown since it was noted: note NAME…; grown NAME
declare -A noted
note() { for name; do noted[$name]=$(counter "$name"); done; }
grown() { echo $(($(counter "$1") - ${noted[$1]})); }
# The counters have grown by N together: expect_sum N NAME…
sum() { (( $(for name in "${@:2}"; do grown "$name"; done | paste -sd +) == $1 )); }
expect_sum() { busywait 5 sum "$@" || fail "expected $1: $(for name in "${@:2}"; do echo "$name $(grown "$name") "; done)"; }
# RATE pass before a flood is one, and up to twice as many if a second ends in between: few WHAT PACKETS
few() { [ "$2" -ge $RATE ] && [ "$2" -le $((2 * RATE)) ] || fail "$1: $2 packets passed, expected about $RATE"; }

say "an answered conversation is none, however fast"
guest ping -q -f -c 300 5.5.5.5 >/dev/null || fail "ping"
expect "floods of the ping" "$(ctl flood count "$BRIDGE")" 0

say "SYNs of forged sources; the connection to the same port goes on"
background "$WORK/nc" guest sh -c '(i=0; while [ $((i += 1)) -lt 600 ]; do echo tick; sleep 0.1; done) | nc 6.6.6.6 9'
connected() { flows | grep -q "6.6.6.6:9 .* state established"; }
busywait 5 connected || fail "not established"
note flooded
trafgen_send $PACKETS "ipv4(da=6.6.6.6, sa=drnd(0x0a000001, 0x0affffff), ttl=64), tcp(sport=drnd(1024, 65535), dport=9, syn)"
# The connection's own SYN may have begun the second in which the first are counted: twice RATE may pass, but
# each is a flow or in the flood.
forged() { flows | grep -c '^tcp 10\..* > 6\.6\.6\.6:9 '; }
all_counted() { [ $(($(grown flooded) + $(forged))) = $PACKETS ]; }
busywait 5 all_counted || fail "flooded $(grown flooded), flows $(forged), of $PACKETS"
syns=$(grown flooded)
[ "$(forged)" -ge $((RATE - 1)) ] && [ "$(forged)" -le $((2 * RATE)) ] || fail "$(forged) of the SYNs passed"
before=$(flows | sed -n 's/.*192.168.1.100:[0-9]* > 6.6.6.6:9 .* packets \([0-9]*\) .*/\1/p')
more() { [ "$(flows | sed -n 's/.*192.168.1.100:[0-9]* > 6.6.6.6:9 .* packets \([0-9]*\) .*/\1/p')" -gt "$before" ]; }
busywait 5 more || fail "the connection is stuck"

say "GRE, absorbed by its rule before and by the flood after"
note flooded absorbed
trafgen_send $PACKETS "ipv4(da=7.7.7.7, sa=192.168.1.100, proto=47, ttl=64), fill(0x00, 4), rnd(40)"
expect_sum $PACKETS flooded absorbed
few GRE "$(grown absorbed)"
gre=$(grown flooded)

say "IPv6, random ports"
note flooded absorbed drop_l4_header
trafgen_send $PACKETS "ipv6(da=2001:db8::7, sa=2001:db8::1, ttl=64), udp(sport=drnd(1, 65535), dport=drnd(1024, 65535)), fill(0x41, 100)"
# one sum in 65,536 is 0, which trafgen writes as it is, and which in IPv6 is no checksum
expect_sum $PACKETS flooded absorbed drop_l4_header
few IPv6 "$(grown absorbed)"
six=$(grown flooded)

say "delivered: all of it, and recorded"
note flooded
out=$(pktgen "count $PACKETS;dst 8.8.8.8;udp_dst_min 7;udp_dst_max 7;flag UDPSRC_RND;udp_src_min 1;udp_src_max 65535;src_min $GUEST_IP;src_max $GUEST_IP") ||
	fail "pktgen: $out"
rule_packets() { [ "$(host cat "$SYS/rules/2/packets")" = $PACKETS ]; }
busywait 5 rule_packets || fail "packets of the rule: $(host cat "$SYS/rules/2/packets")"
expect_sum 0 flooded

say "two guests, one destination, at once: two records"
note flooded
stream="count $PACKETS;dst 9.9.9.9;udp_dst_min 4000;udp_dst_max 4000;flag UDPSRC_RND;udp_src_min 1;udp_src_max 65535"
(GUEST_NS=sbg1-$ID pktgen "$stream;src_min 192.168.1.101;src_max 192.168.1.101" >"$WORK/pktgen" || echo failed >>"$WORK/pktgen") &
other=$!
out=$(pktgen "$stream;src_min $GUEST_IP;src_max $GUEST_IP") || fail "pktgen: $out"
wait $other
[ ! -s "$WORK/pktgen" ] || fail "pktgen of g1: $(cat "$WORK/pktgen")"
# passed PORT: what has become flows
passed() {
	flows | awk -v port="$1" '$4 == "9.9.9.9:4000" && $6 == port {
			for (i = 1; i < NF; i++)
				if ($i == "packets")
					sum += $(i + 1)
		}
		END { print sum + 0 }'
}
both() { [ $(($(grown flooded) + $(passed g0) + $(passed g1))) = $((2 * PACKETS)) ]; }
busywait 5 both || fail "flooded $(grown flooded), passed $(passed g0) and $(passed g1), of $PACKETS each"
early_g0=$(passed g0) early_g1=$(passed g1)
few g0 "$early_g0"
few g1 "$early_g1"

say "flushed, and gone with its port"
# for a while, since both must happen before the flood is over; in the background
lasting() { # GUEST_NS DESTINATION SOURCE
	(GUEST_NS=$1 pktgen "count 5000;delay 1000000;dst $2;udp_dst_min 4000;udp_dst_max 4000;src_min $3;src_max $3") &
}
started() { [ -n "$(event "$1" start .flood.id)" ]; }
lasting "$GUEST_NS" 4.4.4.4 192.168.1.100
busywait 5 started 4.4.4.4 || fail "no start: $(cat "$WORK/events")"
expect "flush" "$(ctl flood flush "$BRIDGE" id "$(event 4.4.4.4 start .flood.id)")" "flushed 1"
first=$!
lasting "sbg1-$ID" 3.3.3.3 192.168.1.101
busywait 5 started 3.3.3.3 || fail "no start: $(cat "$WORK/events")"
ip -n "$HOST_NS" link set g1 nomaster
wait "$first" $!

say "the records"
all_ended() { [ "$(grep -c '"state":"end"' "$WORK/events")" -ge 8 ] && [ -n "$(event 3.3.3.3 end .flood.id)" ]; }
busywait 10 all_ended || fail "events: $(cat "$WORK/events")"
expect "record of the SYNs" "$(event 6.6.6.6 end '[.flood.packets, .flood.tcp_flags, .flood.dest_ports]')" \
	"[$syns,{\"fin\":0,\"syn\":$syns,\"rst\":0,\"psh\":0,\"ack\":0,\"urg\":0},1]"
expect "record of GRE" "$(event 7.7.7.7 end '[.proto, .flood.packets, .flood.bytes, .flood.src_ports, (.flood.samples | length)]')" \
	"[\"GRE\",$gre,$((gre * 64)),0,1]"
expect "record of IPv6" "$(event 2001:db8::7 end '[.proto, .src_ip, .flood.packets, .flood.bytes, .flood.ttl_max, .flood.sources]')" \
	"[\"UDP\",\"2001:db8::1\",$six,$((six * 148)),64,1]"
few "what was delivered" $((PACKETS - $(event 8.8.8.8 end .flood.packets)))
expect "record of what was delivered" "$(event 8.8.8.8 end .flood.delivered)" true
expect "records of both" "$(event 9.9.9.9 end '[.in_iface, .src_ip, .flood.packets]' | sort | tr -d '\n')" \
	"[\"g0\",\"192.168.1.100\",$((PACKETS - early_g0))][\"g1\",\"192.168.1.101\",$((PACKETS - early_g1))]"
expect "flushed" "$(event 4.4.4.4 end .flood.reason | head -n 1)" '"flushed"'
expect "gone" "$(event 3.3.3.3 end .flood.reason)" '"gone"'

say "in words"
ctl rule save "$BRIDGE" | grep -qx "udp dport 7 flood $RATE deliver to srv" || fail "$(ctl rule save "$BRIDGE")"
expect "match of the rule" "$(host cat "$SYS/rules/3/match")" "gre flood $RATE sample 1 absorb"
refused "flood with reject" ctl rule add "$BRIDGE" udp dport 1 flood 5 reject
busywait 20 accounted || fail "frames not accounted for: $(ctl stats show "$BRIDGE")"
exit 0
