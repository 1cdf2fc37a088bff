#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels: uml uml-debug qemu-6.12
# What a rule can do: to a server, absorb, reject, drop; the first that matches; prefixes, ranges, guest ports.
. "$(dirname "$0")/lib.sh"

setup
serve tcp 9
serve udp 9
rules "tcp dport 23 reject" "tcp dport 24 drop" "udp dport 100-200 absorb" "udp dport 300 reject" "47 absorb" "89 reject" \
	"tcp dst 10.9.0.0/16 reject" "in g9 absorb" "tcp to srv port 9" "udp to srv port 9"

say "reject: a reset, at once"
out=$(guest peer tcp 5.5.5.5 23 x 2>&1) && fail "connected"
[[ $out == *refused* ]] || fail "expected a refusal: $out"
out=$(guest peer tcp 10.9.8.7 80 x 2>&1) && fail "connected by prefix"
[[ $out == *refused* ]] || fail "expected a refusal by prefix: $out"
expect "SYNs that were refused, each connection's first" "$(counter rejected)" 2
out=$(guest peer udp 5.5.5.5 300 x 2>&1) && fail "an answer"
[[ $out == *refused* ]] || fail "expected port unreachable: $out"
expect_counter rejected 3

say "drop and absorb: silence, counted"
timeout 5 ip netns exec "$GUEST_NS" peer tcp 5.5.5.5 24 x >/dev/null 2>&1 && fail "connected to 24"
[ "$(counter drop_rule)" -gt 0 ] || fail "drop_rule did not count"
for port in 100 150 200; do
	guest bash -c "echo abcd >/dev/udp/5.5.5.5/$port"
done
absorbed() { [ "$(counter absorbed)" = "$1" ]; }
busywait 10 absorbed 3 || fail "absorbed is $(counter absorbed), expected 3"
expect "rules/3/packets" "$(host cat "$SYS/rules/3/packets")" 3
expect "rules/3/bytes" "$(host cat "$SYS/rules/3/bytes")" $((3 * 33))
expect "no flows of them" "$(flow_count)" 0

say "GRE by number is absorbed; another protocol is refused with an ICMP error"
gw=$(mac_of "$HOST_NS" "$BRIDGE")
me=$(mac_of "$GUEST_NS" eth0)
guest frame send eth0 "$gw $me 0800 4500 0018 0001 0000 402f ac9c c0a80164 05060708 00000800"
busywait 10 absorbed 4 || fail "GRE: absorbed is $(counter absorbed), $(ctl stats show "$BRIDGE")"
background "$WORK/watch" guest frame watch eth0
busywait 5 grep -q ready "$WORK/watch" || fail "no watcher"
guest frame send eth0 "$gw $me 0800 4500 0018 0001 0000 4059 ac72 c0a80164 05060708 00000800"
busywait 5 grep -Eq "05060708c0a801640302" "$WORK/watch" || fail "no protocol unreachable: $(cat "$WORK/watch")"

say "order: outside of the ranges and prefixes the last rules serve"
guest peer tcp 10.10.8.7 80 x >/dev/null || fail "10.10.8.7 not served"
guest peer udp 5.5.5.5 99 x >/dev/null || fail "99 not served"
guest peer udp 5.5.5.5 201 x >/dev/null || fail "201 not served"

say "a rule of a guest port: only that one, also when it is renamed"
add_guest g9 "sbg9-$ID" 192.168.1.9/24 192.168.1.1
busywait 5 carrier g9
before=$(counter absorbed)
ip netns exec "sbg9-$ID" peer udp 5.5.5.5 99 x >/dev/null 2>&1 && fail "g9 was served"
[ "$(counter absorbed)" -gt "$before" ] || fail "g9 was not absorbed"
ip -n "$HOST_NS" link set g9 down
ip -n "$HOST_NS" link set g9 name g8
ip -n "$HOST_NS" link set g8 up
busywait 5 carrier g8
ip netns exec "sbg9-$ID" peer udp 5.5.5.5 99 x >/dev/null || fail "g8 was not served"
exit 0
