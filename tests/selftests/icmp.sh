#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Ping to any address; two guests with the same identifier; other ICMP is dropped.
. "$(dirname "$0")/lib.sh"

setup timeout-icmp 600000
rules "icmp to srv"
out=$(guest ping -n -c 3 -i 0.2 -W 10 8.8.4.4) || fail "no answer: $out"
[[ $out == *"64 bytes from 8.8.4.4: icmp_seq=3"* ]] || fail "answer: $out"
out=$(guest ping -n -c 1 -s 1400 -W 10 203.0.113.9) || fail "no answer to a large one"
flows | grep -Eq "^icmp $GUEST_IP:[0-9]+ > 8.8.4.4:0 in g0 server srv .* packets 3 3 " || fail "flows: $(flows)"

say "a second guest with the first one's address and identifier"
GUEST2=sbg2-$ID
add_guest g1 "$GUEST2" "$GUEST_IP/24" 192.168.1.1
busywait 5 carrier g1
# nobody else has that identifier
ctl flow flush "$BRIDGE" >/dev/null
changed=$(counter tuples_changed)
gw=$(mac_of "$HOST_NS" "$BRIDGE")
for ns in "$GUEST_NS" "$GUEST2"; do
	background "$WORK/$ns" ip netns exec "$ns" frame watch eth0
	busywait 5 grep -q ready "$WORK/$ns" || fail "no watcher"
	# echo request, identifier 0x7777
	ip netns exec "$ns" frame send eth0 "$gw $(mac_of "$ns" eth0) 0800 4500 001c 0001 0000 4001 acc6 c0a80164 05060708 0800 8087 7777 0001"
	# echo reply 0000 8887 7777 0001 from 5.6.7.8 to the guest
	busywait 5 grep -Eq "05060708c0a80164000088877777" "$WORK/$ns" ||
		fail "$ns got no reply with its identifier: $(cat "$WORK/$ns")"
done
expect_counter tuples_changed $((changed + 1))

say "other ICMP is not for servers"
guest frame send eth0 "$gw $(mac_of "$GUEST_NS" eth0) 0800 4500 001c 0001 0000 4001 acc6 c0a80164 05060708 0d00 f2fe 0000 0001"
dropped() { [ "$(counter drop_icmp_type)" = 1 ]; }
busywait 5 dropped || fail "drop_icmp_type is $(counter drop_icmp_type)"
exit 0
