#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Floods that vary all that can vary: one record each, exact to the packet, told when they start and end.
. "$(dirname "$0")/lib.sh"

PACKETS=20000
RATE=100

setup
rules "in g1 udp flood $RATE to srv port 9" "udp flood $RATE sample 5 to srv port 9"
background "$WORK/events" host sinkctl -j monitor "$BRIDGE"
busywait 10 monitors 2 || fail "the monitor does not listen"
before=$(counter guest_rx)
# come FLOODS: all of their packets have come, and each has gone its way
come() { [ $(($(counter guest_rx) - before)) = $(($1 * PACKETS)) ] && accounted; }

# Before a flood is one, RATE packets pass in a second; with several processors one less for each that counts at the same
# time, and twice as many where a second ends in between. What has passed, and what has not, is exact.
passed() { # FLOODS
	local delivered

	delivered=$(counter delivered)
	[ "$delivered" -ge $(($1 * (RATE - 2))) ] && [ "$delivered" -le $(($1 * 2 * RATE)) ] ||
		fail "$delivered packets of $1 floods were delivered, expected about $(($1 * RATE))"
	expect_counter flooded $(($1 * PACKETS - delivered))
}

say "random ports, random sources, a scan of one port, a scan of all: at once"
random_ports="flag UDPSRC_RND;udp_src_min 1;udp_src_max 65535;flag UDPDST_RND;udp_dst_min 1;udp_dst_max 65535"
random_destinations="flag IPDST_RND;dst_min 11.0.0.1;dst_max 11.255.255.254"
out=$(pktgen "count $PACKETS;dst 1.1.1.1;$random_ports;pkt_size 500;src_min $GUEST_IP;src_max $GUEST_IP" \
	"count $PACKETS;dst 2.2.2.2;udp_dst_min 53;udp_dst_max 53;flag IPSRC_RND;src_min 10.0.0.1;src_max 10.255.255.254" \
	"count $PACKETS;$random_destinations;udp_dst_min 23;udp_dst_max 23;src_min $GUEST_IP;src_max $GUEST_IP") ||
	fail "pktgen: $out"
busywait 10 come 3 || fail "$(($(counter guest_rx) - before)) frames from the guest: $(ctl stats show "$BRIDGE")"
passed 3
[ "$(flow_count)" -le "$(counter delivered)" ] || fail "$(flow_count) flows: the floods bought state"

say "many ports of many addresses"
out=$(pktgen "count $PACKETS;$random_destinations;$random_ports;src_min $GUEST_IP;src_max $GUEST_IP") || fail "pktgen: $out"
busywait 10 come 4 || fail "$(($(counter guest_rx) - before)) frames from the guest: $(ctl stats show "$BRIDGE")"
passed 4
rule_packets() { [ "$(host cat "$SYS/rules/2/packets")" = $((4 * PACKETS)) ]; }
busywait 5 rule_packets || fail "the rule counted $(host cat "$SYS/rules/2/packets") packets"

say "they end when they are over, with final figures; each start comes before its end"
ended() { [ "$(grep -c '"state":"end"' "$WORK/events")" = 4 ]; }
busywait 10 ended || fail "ends: $(grep -c '"state":"end"' "$WORK/events")"
expect "floods left" "$(ctl flood count "$BRIDGE")" 0
expect_counter floods_started 4
expect_counter floods_ended 4
expect_counter events_lost 0
jq -c 'select(.event_type == "flood")' "$WORK/events" >"$WORK/floods"
expect "order of the events" "$(jq -s '[group_by(.flood.id)[] | map(.flood.state) == ["start", "end"]] | all' "$WORK/floods")" true
expect "reasons" "$(jq -s -c 'map(.flood.reason // empty) | unique' "$WORK/floods")" '["idle"]'

# of CONDITION JQ: what jq makes of the only ended flood for which the condition is true
of() { jq -c "select(.flood.state == \"end\" and $1) | $2" "$WORK/floods"; }
near() { [ "$2" -gt $(($3 * 3 / 4)) ] && [ "$2" -lt $(($3 * 5 / 4)) ] || fail "$1: about $2, there were $3"; }

expect "packets of all records" "$(of true .flood.packets | paste -sd + | bc)" "$(counter flooded)"
# recorded CONDITION: the packets of the record, which are the flood's without those that passed
recorded() {
	local packets

	packets=$(of "$1" .flood.packets)
	[ "$packets" -ge $((PACKETS - 2 * RATE)) ] && [ "$packets" -le $((PACKETS - RATE + 2)) ] ||
		fail "$1: $packets packets recorded, expected about $((PACKETS - RATE))" >&2
	echo "$packets"
}
packets=$(recorded '.dest_ip == "1.1.1.1"')
what='[.flood.kind, .flood.packets, .flood.bytes, .flood.sources, .flood.destinations, .flood.lengths,
	.flood.length_min, .flood.ttl_min, .flood.delivered, (.flood.samples | length), .in_iface, .server.name]'
expect "random ports" "$(of '.dest_ip == "1.1.1.1"' "$what")" \
	"[\"destination\",$packets,$((packets * 486)),1,1,1,486,32,false,5,\"g0\",\"srv\"]"
near "source ports" "$(of '.dest_ip == "1.1.1.1"' .flood.src_ports)" $((PACKETS * 9 / 10))
near "destination ports" "$(of '.dest_ip == "1.1.1.1"' .flood.dest_ports)" $((PACKETS * 9 / 10))
sample=$(of '.dest_ip == "1.1.1.1"' '.flood.samples[0]')
[[ $sample == '"450001e6'* ]] || fail "the sample does not begin with the IP header: $sample"
expect "length of the sample" "${#sample}" $((2 * 256 + 2))
expect "random sources" "$(of '.dest_ip == "2.2.2.2"' '[.flood.packets, .flood.destinations, .flood.dest_ports, .dest_port]')" \
	"[$(recorded '.dest_ip == "2.2.2.2"'),1,1,53]"
near "sources" "$(of '.dest_ip == "2.2.2.2"' .flood.sources)" $PACKETS
expect "scan" "$(of '.flood.kind == "scan" and .flood.dest_ports == 1' '[.flood.packets, .flood.sources, .flood.dest_ports, .dest_port]')" \
	"[$(recorded '.flood.kind == "scan" and .flood.dest_ports == 1'),1,1,23]"
near "destinations" "$(of '.flood.kind == "scan" and .flood.dest_ports == 1' .flood.destinations)" $PACKETS
recorded '.flood.kind == "scan" and .flood.dest_ports > 1000' >/dev/null
peak=$(of '.dest_ip == "1.1.1.1"' .flood.peak)
[ "$peak" -gt $((PACKETS / 20)) ] && [ "$peak" -le "$packets" ] || fail "peak $peak"

say "while it lives, a row in sysfs and in sinkctl"
strip() { sed -E 's/ (age|idle|rate|peak|packets|bytes) [0-9.]+//g' "$WORK/$1" | sort; }
(pktgen "count 0;delay 1000000;dst 3.3.3.3;udp_dst_min 7;udp_dst_max 7;src_min $GUEST_IP;src_max $GUEST_IP" >"$WORK/pktgen" 2>&1) &
stream=$!
live() {
	host sh -c "cat $SYS/floods >$WORK/sysfs; sinkctl flood show $BRIDGE >$WORK/sinkctl; cat $SYS/flood_count >$WORK/count"
	grep -q "^udp $GUEST_IP:9 > 3.3.3.3:7 in g0 kind destination packets [0-9]" "$WORK/sysfs" && [ "$(strip sysfs)" = "$(strip sinkctl)" ] &&
		[ "$(cat "$WORK/count")" = 1 ]
}
busywait 10 live || fail "rows: $(cat "$WORK/sysfs" "$WORK/sinkctl" "$WORK/count" "$WORK/pktgen")"
guest sh -c 'echo stop >/proc/net/pktgen/pgctrl'
wait "$stream"
exit 0
