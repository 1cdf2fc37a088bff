#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# UDP to any address and port, by datagrams with and without checksum, and the original destination by peer.
. "$(dirname "$0")/lib.sh"

setup
rules "udp dport 53 to srv port 5353" "udp to srv port 9"
serve udp 5353
serve udp 9

out=$(guest peer udp 11.22.33.44 53 question) || fail "no answer"
say "$out"
[[ $out == "$GUEST_IP:"*" 11.22.33.44:53 flow "*" in g0 server srv question from 11.22.33.44:53" ]] ||
	fail "answer: $out"
out=$(guest peer udp 1.2.3.4 477 x) || fail "no answer"
[[ $out == *" 1.2.3.4:477 flow "*" from 1.2.3.4:477" ]] || fail "answer: $out"

say "checksum 0 stays 0, and is delivered"
background "$WORK/watch" server frame watch eth0
busywait 5 grep -q ready "$WORK/watch" || fail "no watcher"
gw=$(mac_of "$HOST_NS" "$BRIDGE")
me=$(mac_of "$GUEST_NS" eth0)
# 192.168.1.100:4660 > 5.6.7.8:9000, "AAAA", UDP checksum 0
guest frame send eth0 "$gw $me 0800 4500 0020 0001 0000 4011 acb2 c0a80164 05060708 1234 2328 000c 0000 41414141"
busywait 5 grep -q "12340009000c000041414141" "$WORK/watch" ||
	fail "not seen at the server: $(cat "$WORK/watch") $(ctl stats show "$BRIDGE")"

say "a socket elsewhere with the same tuple is not confirmed"
quiet_ns "sbx-$ID"
ip -n "sbx-$ID" addr add "$SERVER_IP/32" dev lo
ip -n "sbx-$ID" addr add "$GUEST_IP/32" dev lo
background "$WORK/other" ip netns exec "sbx-$ID" peer udp-serve "$SERVER_IP" 9
busywait 5 ip netns exec "sbx-$ID" sh -c "ss -Hlnu | grep -q :9" || fail "not listening"
out=$(ip netns exec "sbx-$ID" peer udp "$SERVER_IP" 9 x) || fail "no answer there"
[[ $out == *" none ENOENT x from"* ]] || fail "confirmed outside containment: $out"

say "no flow of a server's own making"
server peer udp "$GUEST_IP" 4000 x >/dev/null 2>&1 && fail "the server reached the guest"
[ "$(counter drop_server_no_flow)" -gt 0 ] || fail "drop_server_no_flow did not count"
exit 0
