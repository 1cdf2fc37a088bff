#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# IPv6 has the rights of IPv4: rules, flows, translation, original destination, ICMP both ways, refusals, clients that no
# server could answer, and servers without an address of that family.
. "$(dirname "$0")/lib.sh"

setup6 timeout-tcp-closed 600000
rules "tcp dst 2001:db8:bad::/48 reject" "dst 2001:db8:bad::/48 reject" "udp dport 53 to srv port 5353" \
	"dst 2001:db8::/32 to srv" "dst fe80::/10 to srv" "dst ff00::/8 to srv" "dst 10.0.0.0/8 to srv"
background "$WORK/tcp" server peer tcp-serve :: 80
background "$WORK/udp" server peer udp-serve "$SERVER_IP6" 9
background "$WORK/dns" server peer udp-serve "$SERVER_IP6" 5353
listening tcp 80 && listening udp 9 && listening udp 5353
dst=2001:db8:1::5

say "TCP, UDP, a translated port; the original destination"
out=$(guest peer tcp $dst 80 hello) || fail "no answer by TCP"
[[ $out == "[$GUEST_IP6]:"*" [$dst]:80 flow "*" in g0 server srv"*"hello from [$dst]:80" ]] || fail "TCP: $out"
out=$(guest peer udp $dst 9 x) || fail "no answer by UDP"
[[ $out == "[$GUEST_IP6]:"*" [$dst]:9 flow "*" x from [$dst]:9" ]] || fail "UDP: $out"
out=$(guest peer udp $dst 53 q) || fail "no answer at another port"
[[ $out == *" [$dst]:53 flow "*" q from [$dst]:53" ]] || fail "port: $out"
flows | grep -Eq "^tcp \[$GUEST_IP6\]:[0-9]+ > \[$dst\]:80 in g0 server srv \[$SERVER_IP6\]:80 client \[$GUEST_IP6\]:[0-9]+ state " ||
	fail "flows: $(flows)"
say "a socket of both families tells of IPv4, too"
out=$(guest peer tcp 10.1.2.3 80 four) || fail "no answer to IPv4"
[[ $out == "[::ffff:$GUEST_IP]:"*" [::ffff:10.1.2.3]:80 flow "*"four from 10.1.2.3:80" ]] || fail "IPv4: $out"

say "ping, a port without a server, refusals"
out=$(guest ping -6 -n -c 2 -i 0.2 -W 5 $dst) || fail "no echo: $out"
[[ $out == *"64 bytes from $dst: icmp_seq=2 ttl="* ]] || fail "echo: $out"
flows | grep -Eq "^icmp6 \[$GUEST_IP6\]:[0-9]+ > \[$dst\]:0 in g0 " || fail "flows: $(flows)"
refused_by() { python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET6, getattr(socket, sys.argv[1]))
s.settimeout(10)
try:
	s.connect((sys.argv[2], int(sys.argv[3])))
	s.send(b"x")
	s.recv(1)
except ConnectionRefusedError:
	sys.exit(0)
sys.exit(1)' "$@"; }
for what in "SOCK_DGRAM $dst 77" "SOCK_STREAM 2001:db8:bad::1 80" "SOCK_DGRAM 2001:db8:bad::1 77"; do
	# shellcheck disable=SC2086
	guest bash -c "$(declare -f refused_by); refused_by $what" || fail "not refused: $what"
done
# a SYN that had to wait was sent twice
expect "refused by the second rule" "$(host cat "$SYS/rules/2/packets")" 1
expect_counter rejected $(($(host cat "$SYS/rules/1/packets") + 1))

say "link-local guests and destinations: the server sees a client that it can answer"
local=$(ip -n "$GUEST_NS" -6 -o addr show dev eth0 scope link | sed 's,.*inet6 \([^/]*\)/.*,\1,')
gw=$(mac_of "$HOST_NS" "$BRIDGE")
out=$(guest python3 -c '
import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.settimeout(10)
s.connect(("fe80::53", 9, 0, socket.if_nametoindex("eth0")))
s.send(b"x")
print(s.recv(1000).decode())') || fail "no answer from a link-local address"
[[ $out == "[fd53:4219:"*"]:"*" [fe80::53]:9 flow "* ]] || fail "link-local: $out"
flows | grep -q "^udp \[$local\]:" || fail "flows: $(flows)"

say "a scan from one port: TCP and UDP"
out=$(guest peer udp-scan 2001:db8:2::1 300 9 7000) || fail "UDP scan: $out"
out=$(guest peer tcp-scan 2001:db8:2::1 100 80 7001) || fail "TCP scan: $out"

say "a server without IPv6"
add_server old s1 "sbs1-$ID" 198.18.0.8
busywait 5 carrier s1
rules "to old"
guest ping -6 -n -c 1 -W 1 2001:db8::7 >/dev/null && fail "an answer without an address"
expect_counter drop_no_address 1
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
exit 0
