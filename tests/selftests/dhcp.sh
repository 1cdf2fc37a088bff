#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A guest without an address asks by DHCP: the lab's dnsmasq answers it, and nobody else hears of it.
. "$(dirname "$0")/lib.sh"

command -v dnsmasq >/dev/null || skip "dnsmasq is not installed"
busybox udhcpc --help 2>&1 | grep -q BusyBox || skip "busybox has no udhcpc"

stat_of() { cat "/sys/class/net/$1/sinkbridge/stats/$2"; }

# a lab with DHCP and DNS: lab BRIDGE NETWORK
lab() {
	cat >"$WORK/$1.conf" <<-END
		bridge = "$1"
		rules = { "udp dport 67 to dhcp", "udp dport 53 to dns" }
		server dhcp { type = "dhcp" network = "$2" lease = 120 }
		server dns { type = "dns" address = "198.18.0.53" answer = "172.1.0.5" }
	END
	sinkctl lab up "$WORK/$1.conf" || fail "lab of $1"
}

guest_port() { [ "$(cat "/sys/class/net/$1/brport/state" 2>/dev/null)" = 3 ]; }
# guest PORT NAMESPACE BRIDGE
attach() {
	quiet_ns "$2"
	ip link add "$1" type veth peer name eth0 netns "$2"
	ip -n "$2" link set eth0 up
	ip link set "$1" master "$3" up
	busywait 5 guest_port "$1" || fail "port $1 did not come up"
}

cat >"$WORK/script" <<'END'
#!/bin/sh
echo "$1 $ip $mask $router $dns $serverid $lease"
[ "$1" = bound ] || [ "$1" = renew ] || exit 0
ip addr replace "$ip/$mask" dev "$interface"
ip route replace default via "$router"
END
chmod +x "$WORK/script"
# ask NAMESPACE [OPTION…]: one lease, what the script said is in $WORK/NAMESPACE
ask() {
	local ns=$1

	shift
	ip netns exec "$ns" busybox udhcpc -f -n -q -t 8 -T 2 -i eth0 -s "$WORK/script" "$@" >"$WORK/$ns" 2>&1 ||
		fail "no lease: $(cat "$WORK/$ns")"
}
lease() { awk '$1 == "bound" { print $'"$2"' }' "$WORK/$1"; }

a=sba-$ID b=sbb-$ID c=sbc-$ID d=sbd-$ID
lab "$BRIDGE" 192.168.1.0/24
lab sink1 10.7.0.0/16
attach g0 "$a" "$BRIDGE"
attach g1 "$b" "$BRIDGE"
attach g2 "$c" "$BRIDGE"
attach g3 "$d" sink1
background "$WORK/watch" ip netns exec "$c" frame watch eth0
busywait 5 grep -q ready "$WORK/watch" || fail "no watcher"

say "two guests of one bridge, one asks for a broadcast; one of another bridge"
ask "$a" & pa=$!
ask "$b" -B & pb=$!
ask "$d" & pd=$!
wait $pa && wait $pb && wait $pd || exit 1
for ns in "$a" "$b"; do
	[[ $(lease "$ns" 2) =~ ^192\.168\.1\.1[0-9][0-9]$ ]] || fail "address: $(cat "$WORK/$ns")"
	expect "gateway, resolver and server" "$(lease "$ns" 4) $(lease "$ns" 5) $(lease "$ns" 6)" \
		"192.168.1.1 192.168.1.1 192.168.1.1"
done
[ "$(lease "$a" 2)" != "$(lease "$b" 2)" ] || fail "one address for two guests"
[[ $(lease "$d" 2) =~ ^10\.7\.0\.1[0-9][0-9]$ ]] || fail "address: $(cat "$WORK/$d")"
sinkctl flow show "$BRIDGE" | grep -q '^udp 0.0.0.0:68 > 255.255.255.255:67 in g0 server dhcp 198.18.0.67:67 client 0.0.0.0:68 ' ||
	fail "flows: $(sinkctl flow show "$BRIDGE")"

say "what it was given works"
expect "a name" "$(ip netns exec "$a" dig +short +tries=3 @192.168.1.1 test.com)" 172.1.0.5
expect "a name" "$(ip netns exec "$d" dig +short +tries=3 @10.7.0.1 test.com)" 172.1.0.5

say "a renewal goes from address to address"
# it takes the address that the lease before has put on the interface
background "$WORK/renew" ip netns exec "$a" busybox udhcpc -f -t 8 -T 2 -i eth0 -s "$WORK/script" -r "$(lease "$a" 2)"
busywait 10 grep -q '^bound ' "$WORK/renew" || fail "no lease: $(cat "$WORK/renew")"
udhcpc=$(pgrep -f "udhcpc -f -t 8 -T 2 -i eth0 -s $WORK/script -r")
kill -USR1 "${udhcpc##*$'\n'}"
busywait 10 grep -q '^renew ' "$WORK/renew" || fail "not renewed: $(cat "$WORK/renew")"
expect "the same address" "$(awk '$1 == "renew" { print $2; exit }' "$WORK/renew")" "$(lease "$a" 2)"
sinkctl flow show "$BRIDGE" proto udp dst 192.168.1.1 dport 67 | grep -Eq "packets [1-9][0-9]* [1-9]" ||
	fail "no flow of the renewal: $(sinkctl flow show "$BRIDGE")"
end_background

say "another guest has heard nothing of all this"
! grep -q '^[0-9a-f]\{24\}08004' "$WORK/watch" || fail "heard: $(cat "$WORK/watch")"

say "a request that is none, and the server's port cannot begin a conversation"
before=$(stat_of "$BRIDGE" drop_l4_header)
me=$(mac_of "$a" eth0 | tr -d :)
ip netns exec "$a" frame send eth0 "ffffffffffff $me 0800 4500 0020 0000 0000 4011 7ace 00000000 ffffffff 0044 0043 000c 0000 01010600"
refused_one() { [ "$(stat_of "$BRIDGE" drop_l4_header)" = $((before + 1)) ]; }
busywait 5 refused_one || fail "drop_l4_header: $(stat_of "$BRIDGE" drop_l4_header), was $before"
kill "$(sinkctl -j lab status "$BRIDGE" | jq '.servers[] | select(.name == "dhcp") | .pid')"
before=$(stat_of "$BRIDGE" drop_server_no_flow)
offer() {
	printf '\2\1\6\0\1\2\3\4\0\0\0\0\0\0\0\0\300\250\1\144'
	head -c 216 /dev/zero
	printf '\143\202\123\143\65\1\2\377'
}
offer >"$WORK/offer"
free_port() { ip netns exec "sb-$BRIDGE-dhcp" sh -c "ss -Hlun 'sport = :67'" | grep -q . && return 1; return 0; }
busywait 10 free_port || fail "dnsmasq is still there"
for to in "$(lease "$b" 2)" 8.8.8.8; do
	ip netns exec "sb-$BRIDGE-dhcp" nc -u -q 0 -w 1 -s 198.18.0.67 -p 67 "$to" 68 <"$WORK/offer"
done
stopped() { [ "$(stat_of "$BRIDGE" drop_server_no_flow)" -ge $((before + 2)) ]; }
busywait 5 stopped || fail "drop_server_no_flow: $(stat_of "$BRIDGE" drop_server_no_flow), was $before"
sinkctl lab down "$BRIDGE" && sinkctl lab down sink1 || fail "down"
ip link del g0; ip link del g1; ip link del g2; ip link del g3
exit 0
