#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml qemu-6.12
# A guest that knows IPv6 alone goes through the whole experiment: it finds its router and address, asks for a name, fetches a
# page, logs in, calls its C&C and floods what it is told to; the events and flows say so in IPv6.
. "$(dirname "$0")/lib.sh"

CNC=2001:db8:172:1::2
OTHER=2001:db8:172:1::5
EVENTS=/run/sinkbridge/$BRIDGE/events.jsonl

cat >"$WORK/lab.conf" <<-END
	bridge = "$BRIDGE"
	guest-prefix = "fd53:6666:1:2::/64"
	rules = {
		"udp dport 53 to dns", "tcp dst $CNC dport 23 to cnc", "tcp dport 23 to telnet", "tcp dport 80 to http",
		"icmp6 to sink", "tcp to sink port 9", "udp to sink port 9"
	}
	server dns {
		type = "dns" address = "198.18.0.53" answer = "172.1.0.5" answer6 = "$OTHER"
		record "cnc.example" { address = "172.1.0.2" address6 = "$CNC" }
	}
	server http { type = "http" address = "198.18.0.80" address6 = "fd53:4200:1::80" body = "This is something." }
	server telnet { type = "telnet" address = "198.18.0.23" accept = { "root:1234" } }
	server cnc { type = "cnc" address = "198.18.0.66" command { vector = "udp" duration = 1 targets = { "1.2.3.4/32" } } }
	server sink { type = "sink" address = "198.18.0.9" }
END

sinkctl lab up "$WORK/lab.conf" || fail "lab up"
sinkctl check "$BRIDGE" >"$WORK/check" || fail "not contained: $(cat "$WORK/check")"
expect "address in the server's namespace" \
	"$(ip -n "sb-$BRIDGE-dns" -6 -o addr show dev eth0 | awk '{ print $4 }')" fd53:4200::c612:35/128
ip netns add "$GUEST_NS"
ip -n "$GUEST_NS" link set lo up
# no IPv4 at all, and resolvers as the router tells them
ip link add g0 type veth peer name eth0 netns "$GUEST_NS"
guest sysctl -qw net.ipv6.conf.eth0.accept_ra=2 net.ipv6.conf.eth0.addr_gen_mode=0
guest_port() { [ "$(cat /sys/class/net/g0/brport/state 2>/dev/null)" = 3 ]; }
ip link set g0 master "$BRIDGE" up

say "router, address, resolver"
ip -n "$GUEST_NS" link set eth0 up
busywait 5 guest_port || fail "the guest's port did not come up"
address() { ip -n "$GUEST_NS" -6 -o addr show dev eth0 scope global -tentative | awk '{ sub("/.*", "", $4); print $4; exit }'; }
has_address() { [ -n "$(address)" ]; }
busywait 10 has_address || fail "no address: $(ip -n "$GUEST_NS" -6 addr)"
me=$(address)
[[ $me == fd53:6666:1:2:* ]] || fail "address $me"
resolver=fd53:6666:1:2::53

say "names have IPv6 addresses"
expect "a name" "$(guest dig -6 +short +tries=3 @$resolver aaaa any.example)" $OTHER
expect "the C&C's" "$(guest dig -6 +short +tries=3 @$resolver aaaa cnc.example)" $CNC

say "a page, a login, an echo"
expect "page" "$(guest curl -6 -sS -m 20 "http://[$OTHER]/x")" "This is something."
guest ping -6 -n -c 1 -W 10 2001:db8:9::9 >/dev/null || fail "no echo"
guest bash -c "exec 4<>/dev/tcp/$OTHER/23; printf 'root\r\n1234\r\nexit\r\n' >&4; exec timeout 20 cat <&4" >"$WORK/telnet"
logged_in() { jq -es 'any(.event_type == "telnet" and .telnet.kind == "login" and .telnet.success)' "$EVENTS" >/dev/null; }
busywait 10 logged_in || fail "no login: $(cat "$WORK/telnet"; grep telnet "$EVENTS")"

say "the C&C commands, the guest floods"
: >"$WORK/cnc"
background /dev/null guest bash -c "exec 4<>/dev/tcp/$CNC/23; printf '\0\0\0\1\0\0\0' >&4; exec cat <&4 >$WORK/cnc"
commanded() { [[ $(od -An -v -tx1 "$WORK/cnc" | tr -d ' \n') == *000e000000010001010203042000* ]]; }
busywait 20 commanded || fail "the C&C said $(od -An -v -tx1 "$WORK/cnc")"
guest python3 -c '
import socket, time
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.connect(("2001:db8:f::1", 477))
for i in range(2000):
	s.send(b"x" * 512)
	# slower than a backlog of 1,000 frames fills
	if i % 50 == 0: time.sleep(0.005)
' || fail "no flood"

say "events and flows name IPv6 addresses, and are contained"
told() { jq -es --arg type "$1" --arg me "$me" 'any(.event_type == $type and .src_ip == $me and .contained and
	(.dest_ip | contains(":")))' "$EVENTS" >/dev/null; }
for type in dns http telnet cnc; do
	busywait 5 told $type || fail "no event of $type: $(grep "\"$type\"" "$EVENTS" | tail -3)"
done
commands() { jq -es --arg cnc $CNC 'map(select(.event_type == "cnc" and .cnc.kind == "command" and .dest_ip == $cnc)) | length == 1' \
	"$EVENTS" >/dev/null; }
busywait 5 commands || fail "no command to the bot: $(grep '"cnc"' "$EVENTS")"
flood() {
	sinkctl -j flow show "$BRIDGE" dst 2001:db8:f::1 dport 477 |
		jq -e '.[0].flow.pkts_toserver == 2000 and .[0].src_ip == "'"$me"'" and .[0].server.ip == "fd53:4200::c612:9"' >/dev/null
}
busywait 10 flood || fail "flood: $(sinkctl flow show "$BRIDGE" proto udp)"
sinkctl lab status "$BRIDGE" >/dev/null || fail "status: $(sinkctl lab status "$BRIDGE")"
sinkctl lab down "$BRIDGE" || fail "down"
ip link del g0
exit 0
