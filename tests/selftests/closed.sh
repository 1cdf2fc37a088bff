#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Fail closed: nothing that a guest sends reaches the host's stack, another guest, or a port that is no
# server's; nothing of the host's stack reaches a guest; a server starts no conversation.
. "$(dirname "$0")/lib.sh"

setup
rules "tcp to srv port 9" "udp to srv port 9" "icmp to srv"
serve udp 9
GUEST2=sbg2-$ID
add_guest g1 "$GUEST2" 192.168.1.101/24 192.168.1.1
busywait 5 carrier g1

say "the host has an address on the bridge, and services on all its sockets"
ip -n "$HOST_NS" addr add 192.168.1.1/24 dev "$BRIDGE"
background "$WORK/host-tcp" host peer tcp-serve 0.0.0.0 9
background "$WORK/host-udp" host peer udp-serve 0.0.0.0 9
host_listens() { host ss -Hln"${1:0:1}" 'sport = :9' | grep -q .; }
busywait 5 host_listens tcp && busywait 5 host_listens udp || fail "the host's services do not listen"
# all that the bridge device gives to the host, and all that the other guest receives
background "$WORK/host" host frame watch "$BRIDGE"
background "$WORK/guest2" ip netns exec "$GUEST2" frame watch eth0
for w in host guest2; do
	busywait 5 grep -q ready "$WORK/$w" || fail "no watcher"
done

gw=$(mac_of "$HOST_NS" "$BRIDGE")
me=$(mac_of "$GUEST_NS" eth0)
other=$(mac_of "$GUEST2" eth0)
# the header checksum of the frames below, by protocol number
ip_csum() {
	local sum=$((0x4500 + 0x20 + 1 + 0x4000 + 0x$1 + 0xc0a8 + 0x164 + 0xc0a8 + 0x101))

	sum=$(((sum & 0xffff) + (sum >> 16)))
	printf "%04x" $((~sum & 0xffff))
}

frames=()
for dst in "$gw" "$other" ffffffffffff 01005e000001 333300000001 0180c2000000 0180c200000e 0180c2000003 "$(mac_of "$HOST_NS" g0)" 021122334455; do
	for type in 0800 0806 86dd 8100 88a8 8847 8863 8864 88cc 8899 888e 0026 88b5 0842 8906; do
		frames+=("$dst $me $type 4500 0020 0001 0000 4011 $(ip_csum 11) c0a80164 c0a80101 1234 0009 000c 0000 5a5a5a5a")
	done
	for proto in 00 01 02 06 11 29 2f 32 33 3a 59 67 84 88 ff; do
		frames+=("$dst $me 0800 4500 0020 0001 0000 40$proto $(ip_csum "$proto") c0a80164 c0a80101 1234 0009 000c 0000 5a5a5a5a")
	done
done
# IPv4 packets that the host's stack took in, from whatever device
host_received() { host awk '/^Ip: [0-9]/ { print $4 }' /proc/net/snmp; }
rx=$(counter guest_rx)
received=$(host_received)
guest frame send eth0 "${frames[@]}" || fail "not sent"
say "${#frames[@]} frames"
all() { [ $(($(counter guest_rx) - rx)) -ge ${#frames[@]} ]; }
busywait 10 all || fail "only $(($(counter guest_rx) - rx)) frames were seen"
# the other guest's own frame is the mark that its watcher has seen all before it
ip netns exec "$GUEST2" peer udp 5.5.5.5 9 mark >/dev/null || fail "the second guest is not served"
mark() { grep -q 6d61726b "$WORK/guest2"; }
busywait 5 mark || fail "no mark"
expect "packets that the host's stack took in" "$(($(host_received) - received))" 0
[ "$(grep -vc ready "$WORK/host")" = 0 ] || fail "the host's stack saw: $(cat "$WORK/host")"
grep -q 5a5a5a5a "$WORK/guest2" && fail "the other guest saw: $(cat "$WORK/guest2")"

say "the host's address is a server like any other for the guest; the host's own socket hears nothing"
out=$(guest peer udp 192.168.1.1 9 x) || fail "no answer"
[[ $out == *" 192.168.1.1:9 flow "* ]] || fail "who answered? $out"

say "the host reaches neither guest nor server"
host ping -c 1 -W 1 "$GUEST_IP" >/dev/null 2>&1 && fail "the host pinged the guest"
host ping -c 1 -W 1 192.168.1.101 >/dev/null 2>&1 && fail "the host pinged the second guest"
[ "$(counter drop_host)" -gt 0 ] || fail "drop_host did not count"
exit 0
