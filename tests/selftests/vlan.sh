#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Guests behind VLAN tags, single and stacked, with one address in each: every conversation its own, answers with its tags.
. "$(dirname "$0")/lib.sh"

setup6 timeout-udp 600000
rules "to srv"
background "$WORK/tcp" server peer tcp-serve :: 80
listening tcp 80
serve udp 9
background "$WORK/udp6" server peer udp-serve "$SERVER_IP6" 9
ip -n "$GUEST_NS" addr flush dev eth0
guest sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1

say "one address in VLAN 5, VLAN 6, and VLAN 7 of VLAN 5 (802.1ad outside)"
for vlan in "v5 eth0 802.1Q 5" "v6 eth0 802.1Q 6" "a9 eth0 802.1ad 9" "q7 a9 802.1Q 7"; do
	# shellcheck disable=SC2086
	set -- $vlan
	add_vlan "$GUEST_NS" "$1" "$2" "$3" "$4"
done
guest_in() {	# NAME COMMAND…
	local name=$1 dev

	shift
	for dev in v5 v6 q7; do
		ip -n "$GUEST_NS" addr flush dev $dev
		ip -n "$GUEST_NS" -6 route flush dev $dev
		guest sysctl -qw net.ipv6.conf.$dev.disable_ipv6=1
	done
	ip -n "$GUEST_NS" addr add "$GUEST_IP/24" dev "$name"
	ip -n "$GUEST_NS" route add default via 192.168.1.1 dev "$name"
	plain_ipv6 "$GUEST_NS" "$name"
	ip -n "$GUEST_NS" addr add "$GUEST_IP6/64" dev "$name" nodad
	ip -n "$GUEST_NS" -6 route add default via fe80::1 dev "$name" onlink
	guest "$@"
}
for name in v5 v6 q7; do
	out=$(guest_in "$name" peer udp-scan 1.2.3.4 1 9 7000) || fail "no answer by UDP in $name: $out $(ctl stats show "$BRIDGE")"
	out=$(guest peer tcp 1.2.3.4 80 hello) || fail "no answer by TCP in $name"
	[[ $out == *" [::ffff:1.2.3.4]:80 flow "*"hello from 1.2.3.4:80" ]] || fail "TCP in $name: $out"
	out=$(guest peer tcp 2001:db8::4 80 hello) || fail "no answer by IPv6 in $name: $(ctl stats show "$BRIDGE")"
	guest peer udp-scan 2001:db8::4 1 9 7000 || fail "no answer by UDP and IPv6 in $name"
	out=$(guest ping -n -c 1 -s 4000 -W 5 1.2.3.4) || fail "no answer to fragments in $name: $(ctl stats show "$BRIDGE")"
done
for tags in 5 6 9.7; do
	flows | grep -Eq "^udp $GUEST_IP:7000 > 1.2.3.4:9 in g0 .* id [0-9]+ vlan $tags\$" || fail "no flow of VLAN $tags: $(flows)"
	flows | grep -Eq "^udp \[$GUEST_IP6\]:7000 > \[2001:db8::4\]:9 in g0 .* vlan $tags\$" || fail "no flow of VLAN $tags: $(flows)"
done
[ "$(flows | grep '^udp 192' | sed 's/.* client \([^ ]*\) .*/\1/' | sort -u | wc -l)" = 3 ] || fail "clients: $(flows)"

say "a flood tells its first frame's tags, as long as it is there and when it is over"
rules "udp dport 99 flood 20 absorb" "to srv"
background "$WORK/events" host sinkctl -j monitor "$BRIDGE"
busywait 10 monitors 2 || fail "the monitor does not listen"
to_99() { pktgen "$1;udp_dst_min 99;udp_dst_max 99;src_min $GUEST_IP;src_max $GUEST_IP"; }
to_99 "count 20000;delay 2000000;dst 3.3.3.1;vlan_id 7;svlan_id 9" >"$WORK/pktgen" &
row="> 3.3.3.1:99 .* id [0-9]+ vlan 9.7\$"
in_sysfs() { host cat "$SYS/floods" | grep -Eq "$row"; }
busywait 10 in_sysfs || fail "no such flood: $(host cat "$SYS/floods")"
ctl flood show "$BRIDGE" | grep -Eq "$row" || fail "sinkctl: $(ctl flood show "$BRIDGE")"
guest sh -c 'echo stop >/proc/net/pktgen/pgctrl'
wait $!
for frames in "dst 3.3.3.2;vlan_id 5" "dst 3.3.3.3"; do
	out=$(to_99 "count 100;$frames") || fail "pktgen: $out"
done
ended() { [ "$(jq -c 'select(.flood.state == "end") | [.dest_ip, .vlan]' "$WORK/events" | sort -u | tr -d '\n')" = "$1" ]; }
busywait 10 ended '["3.3.3.1",[9,7]]["3.3.3.2",[5]]["3.3.3.3",null]' || fail "events: $(cat "$WORK/events")"

say "three tags are too many, a tag alone is too little, and none reaches the server"
gw=$(mac_of "$HOST_NS" "$BRIDGE")
me=$(mac_of "$GUEST_NS" eth0)
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
before=$(counter drop_vlan)
delivered=$(counter delivered)
guest frame send eth0 "$gw $me 88a8 0005 8100 0006 8100 0007 0800 4500 0020 0001 0000 4011 acb2 c0a80164 05060708 1234 2328 000c 0000 41414141" \
	"$gw $me 88a8 0005 8100 0006 8100"
dropped() { [ "$(counter drop_vlan)" = $((before + 2)) ]; }
busywait 5 dropped || fail "drop_vlan: $(counter drop_vlan)"
expect_counter delivered "$delivered"
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
exit 0
