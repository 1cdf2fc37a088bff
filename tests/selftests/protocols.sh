#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# Protocols without ports go by number, with a flow each: GRE, SCTP, IGMP, 253; ICMP errors find back; fragments; hops.
. "$(dirname "$0")/lib.sh"

setup6
rules "gre to srv" "sctp to srv" "253 to srv" "to srv"
background "$WORK/watch" server frame watch eth0
busywait 5 grep -q ready "$WORK/watch" || fail "no watcher"

say "raw datagrams of protocols 47, 132 and 253, IPv4 and IPv6, from the guest's stack"
raw() { guest python3 -c '
import socket, sys
s = socket.socket(getattr(socket, sys.argv[1]), socket.SOCK_RAW, int(sys.argv[2]))
s.sendto(bytes.fromhex("00000800deadbeef") * 4, (sys.argv[3], 0))' "$@"; }
for protocol in 47 132 253; do
	raw AF_INET "$protocol" 11.0.0.1
	raw AF_INET "$protocol" 11.0.0.2
	raw AF_INET6 "$protocol" 2001:db8::1
done
has_flows() { [ "$(flows | grep -c " in g0 server srv .* packets 1 [01] ")" = 9 ]; }
busywait 5 has_flows || fail "flows: $(flows) $(ctl stats show "$BRIDGE")"
flows | grep -q "^gre $GUEST_IP:0 > 11.0.0.1:0 in g0 server srv $SERVER_IP:0 client $GUEST_IP:0 " || fail "$(flows)"
flows | grep -q "^sctp \[$GUEST_IP6\]:0 > \[2001:db8::1\]:0 in g0 server srv \[$SERVER_IP6\]:0 " || fail "$(flows)"
flows | grep -q "^253 $GUEST_IP:0 > 11.0.0.2:0 in g0 server srv $SERVER_IP:0 client 198.19." || fail "$(flows)"
arrived() { [ "$(grep -c "00000800deadbeef" "$WORK/watch")" = 9 ]; }
busywait 5 arrived || fail "at the server: $(cat "$WORK/watch")"

say "a server's answer of such a protocol returns to the guest that began"
background "$WORK/guest" guest frame watch eth0
busywait 5 grep -q ready "$WORK/guest" || fail "no watcher"
server python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 253)
s.bind(("'"$SERVER_IP"'", 0))
s.sendto(bytes.fromhex("feedface") * 4, ("'"$GUEST_IP"'", 0))'
# the flow to 11.0.0.1 has the guest itself as client
busywait 5 grep -Eq "0b000001c0a80164(feedface){4}" "$WORK/guest" || fail "no answer: $(cat "$WORK/guest")"

say "ICMP errors of the server reach the program that caused them, with the original packet inside"
for to in 11.0.0.9 2001:db8::9; do
	guest python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(10)
s.connect((sys.argv[1], 9999))
s.send(b"x")
try:
	s.recv(1)
except ConnectionRefusedError:
	sys.exit(0)
sys.exit(1)' "$to" || fail "no error from $to: $(ctl stats show "$BRIDGE")"
done

say "fragments, both families and ways"
for to in 11.0.0.3 2001:db8::3; do
	out=$(guest ping -n -c 2 -i 0.2 -s 5000 -W 5 $to) || fail "no answer to fragments from $to: $out $(ctl stats show "$BRIDGE")"
done
expect_counter reassembled 4
[ "$(counter guest_fragment)" -ge 16 ] || fail "guest_fragment: $(counter guest_fragment)"

say "hops: a TTL that is used up is answered by a router on the way, and answers arrive from a distance"
for to in 11.0.0.3 2001:db8::3; do
	out=$(guest ping -n -c 1 -t 1 -W 5 $to 2>&1)
	[[ $out == *"Time to live exceeded"* || $out == *"Hop limit"* || $out == *"ime exceeded"* ]] || fail "TTL 1 to $to: $out"
	out=$(guest ping -n -c 1 -W 5 $to) || fail "no echo from $to"
	ttl=$(sed -n 's/.* ttl=\([0-9]*\) .*/\1/p' <<<"$out")
	[ "$ttl" -ge 55 ] && [ "$ttl" -le 63 ] || fail "TTL of an answer from $to: $ttl"
done
expect_counter ttl_exceeded 2
busywait 5 accounted || fail "frames uncounted: $(ctl stats show "$BRIDGE")"
exit 0
